"""The tasks by a real worker on a real broker: taken once or twice, what they do is done once."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
import xlsxwriter
from celery import Celery
from sqlalchemy import func, select

from requestflow.accounts import Person, actor_of
from requestflow.application import Application
from requestflow.applications import ApplicationDraft, begin_draft
from requestflow.cli.private_redis import start_redis, url_of
from requestflow.foundation import db
from requestflow.imports import ImportRequest, start_import
from requestflow.imports.models import Import
from requestflow.notices import Message, Notice, last_sweep
from requestflow.seals import Seal
from tests.conftest import NOW
from worker.schedule import Queue, Task

PATIENCE = 60


@dataclass
class Broker:
    """A private broker, and what puts tasks into it."""

    home: Path
    client: Any
    sender: Celery

    def send(self, task: str, times: int = 1, **options: Any) -> None:
        for _ in range(times):
            self.sender.send_task(task, queue=Queue.DEFAULT, **options)

    def waiting(self) -> int:
        """How many tasks are in the queue, or taken and not acknowledged."""
        return self.client.llen(Queue.DEFAULT) + self.client.hlen("unacked")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    process = start_redis(tmp_path)
    client = redis.Redis.from_url(url_of(tmp_path))
    sender = Celery(broker=url_of(tmp_path).replace("unix://", "redis+socket://", 1))
    yield Broker(tmp_path, client, sender)
    sender.close()
    client.close()
    _end(process)


def _end(process: subprocess.Popen[bytes], how: int = signal.SIGKILL) -> None:
    os.killpg(process.pid, how)
    process.wait(PATIENCE)


def _start(app: Application, broker: Broker, moment: datetime) -> subprocess.Popen[bytes]:
    """A worker for which it is that moment, as the faults' runs have it."""
    clock = broker.home / "clock"
    clock.write_text(moment.isoformat())
    environment = {
        **os.environ,
        "REDIS_URL": url_of(broker.home),
        "DATABASE_URL": app.settings.database_url,
        "REQUESTFLOW_HOME": str(app.settings.home),
        "SIMULATED_CLOCK": str(clock),
    }
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "celery", "--app", "benchmarks.faults.worker", "--quiet"),
            *("worker", "--concurrency", "1", "--loglevel", "critical"),
        ],
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def working(app: Application, broker: Broker, moment: datetime = NOW) -> Iterator[None]:
    process = _start(app, broker, moment)
    try:
        yield
    finally:
        _end(process)


def until(condition: Any, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.1)


def counted(app: Application, *where: Any) -> int:
    with app.context() as session:
        return session.scalar(select(func.count()).select_from(Message).where(*where)) or 0


def all_sent(app: Application) -> bool:
    return counted(app) > 0 and counted(app, Message.status == "waiting") == 0


def settled(app: Application, broker: Broker) -> None:
    until(lambda: broker.waiting() == 0, "for the queue to be empty")
    until(lambda: all_sent(app), "for messages to be sent")
    until(lambda: broker.waiting() == 0, "for the queue to be empty")


def swept_at(app: Application) -> datetime | None:
    with app.context() as session:
        return last_sweep(session)


def told(app: Application) -> list[str]:
    with app.context() as session:
        return sorted(session.scalars(select(Notice.message_id)))


def test_a_worker_that_starts_looks_at_once_and_tells_each_once(
    demo: Application, broker: Broker
) -> None:
    """Nobody has woken it; a task that comes twice and thrice changes nothing more."""
    assert swept_at(demo) is None
    with working(demo, broker):
        until(lambda: swept_at(demo) == NOW, "for the first look")
        until(lambda: counted(demo) > 0, "for messages to be written")
        settled(demo, broker)
        first, messages = told(demo), counted(demo)
        broker.send(Task.SWEEP, 3)
        broker.send(Task.DELIVER, 3)
        settled(demo, broker)
    assert first
    assert told(demo) == first
    assert counted(demo) == messages
    assert counted(demo, Message.channel == "in_app") == len(first)


def test_what_a_killed_worker_had_taken_is_done_by_the_next(
    demo: Application, broker: Broker
) -> None:
    broker.send(Task.SWEEP, 5)
    process = _start(demo, broker, NOW)
    until(lambda: broker.waiting() and broker.client.hlen("unacked"), "for a task to be taken")
    _end(process)
    assert broker.waiting() > 0
    later = NOW + timedelta(hours=1)
    with working(demo, broker, later):
        until(lambda: swept_at(demo) == later, "for the next worker's look")
        until(lambda: all_sent(demo), "for messages to be sent")
    assert len(told(demo)) == len(set(told(demo))) == counted(demo, Message.channel == "in_app")


@pytest.mark.parametrize("demo", ["sqlite"], indirect=True)
def test_a_wake_up_that_came_too_late_is_dropped(demo: Application, broker: Broker) -> None:
    broker.send(Task.CLEAR, expires=datetime.now(UTC) - timedelta(minutes=1))
    with demo.context(), db.transaction() as session:
        begin_draft(session, "zh_CN", NOW - timedelta(days=30))
    with working(demo, broker):
        until(lambda: swept_at(demo) is not None, "for the worker to be up")
        settled(demo, broker)
        assert drafts(demo) == 1
        broker.send(Task.CLEAR)
        until(lambda: drafts(demo) == 0, "for the draft to be cleared")
        until(lambda: seals(demo) == 1, "for the day to be sealed")
        broker.send(Task.CLEAR)
        settled(demo, broker)
    assert seals(demo) == 1, "once a day"
    assert (demo.seals / "000001.json").exists()


def seals(app: Application) -> int:
    with app.context() as session:
        return session.scalar(select(func.count()).select_from(Seal)) or 0


def drafts(app: Application) -> int:
    with app.context() as session:
        return session.scalar(select(func.count()).select_from(ApplicationDraft)) or 0


def test_a_workbook_is_read_by_the_worker_in_a_process_of_its_own(
    demo: Application, broker: Broker
) -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as written:
        sheet = written.add_worksheet("单位")
        sheet.write_row(0, 0, ("代码", "名称", "上级", "类型"))
        sheet.write_row(1, 0, ("LZ-S99", "市某局", "LZ", "department"))
    with demo.context(), db.transaction() as session:
        person = session.scalars(select(Person).where(Person.role == "administrator")).one()
        requested = ImportRequest("units", "units.xlsx")
        row = start_import(session, actor_of(person), requested, book.getvalue(), NOW)
        key = row.key

    def state() -> str:
        with demo.context() as session:
            found = session.scalars(select(Import).where(Import.key == key)).one()
            return found.problem or found.state

    with working(demo, broker):
        broker.send(Task.IMPORTS)
        until(lambda: state() != "waiting", "the file is checked")
    assert state() == "checked"
