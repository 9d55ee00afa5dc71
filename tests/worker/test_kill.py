"""A real worker on a real Redis, killed at any moment: every reminder comes, none twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from requestflow.application import Application
from requestflow.calendars import CalendarDay
from requestflow.cli.private_redis import start_redis, url_of
from requestflow.demo import load_demo
from requestflow.notices import Message, Notice, Reminder, ReminderSchedule
from tests.conftest import application_at

PATIENCE = 60


@pytest.fixture
def living(empty_url: str, keys: Path) -> Iterator[Application]:
    """Sample data dated from the real day, because the worker has a real clock."""
    app = replace(application_at(keys, empty_url), clock=lambda: datetime.now(UTC))
    app.upgrade()
    with app.database.write() as session:
        # Whatever day it is, today people work: else only what is overdue would be told.
        session.merge(CalendarDay(day=app.today(), kind="working", name="test"))
        session.flush()
        load_demo(session, app.door, datetime.now(UTC))
    yield app
    app.database.engine.dispose()


def start_worker(app: Application, home: Path, beat: bool = True) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "REDIS_URL": url_of(home),
        "DATABASE_URL": app.settings.database_url,
        "REQUESTFLOW_HOME": str(app.settings.home),
        "REQUESTFLOW_SWEEP_SECONDS": "1",
        "REQUESTFLOW_DELIVER_SECONDS": "1",
        "REQUESTFLOW_MORNING": "0",
    }
    command = [
        sys.executable,
        "-m",
        "celery",
        "--app",
        "worker.application",
        "--quiet",
        "worker",
        "--concurrency",
        "2",
        "--loglevel",
        "error",
    ]
    if beat:
        command += ["--beat", "--schedule", str(home / "schedule")]
    return subprocess.Popen(
        command,
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def waiting(app: Application) -> tuple[int, int]:
    """What is due and not looked at, and what is noted or written and not sent."""
    today = app.today()
    with app.database.read() as session:
        due = session.scalar(
            select(func.count())
            .select_from(ReminderSchedule)
            .where(ReminderSchedule.next_on <= today)
        )
        unsent = session.scalar(
            select(func.count()).select_from(Message).where(Message.status == "waiting")
        )
        untold = session.scalar(
            select(func.count()).select_from(Reminder).where(Reminder.message_id.is_(None))
        )
    return due or 0, (unsent or 0) + (untold or 0)


def free_leases(app: Application) -> None:
    """What a killed process had claimed comes back when its lease is over; here at once."""
    with app.database.write() as session:
        for message in session.scalars(select(Message).where(Message.status == "waiting")):
            message.next_attempt_at = app.now()


@pytest.mark.fault
def test_worker_and_broker_killed_lose_and_double_nothing(
    living: Application, tmp_path: Path
) -> None:
    due, _ = waiting(living)
    assert due > 10
    broker = start_redis(tmp_path)
    worker = start_worker(living, tmp_path)
    try:
        for pause in (0.5, 2.2, 2.8):
            time.sleep(pause)
            kill(worker)
            worker = start_worker(living, tmp_path)
        broker.kill()
        broker.wait()
        for path in (tmp_path / "redis").rglob("*"):
            if path.is_file():
                path.unlink()
        broker = start_redis(tmp_path)
        until = time.monotonic() + PATIENCE
        while waiting(living) != (0, 0) and time.monotonic() < until:
            free_leases(living)
            time.sleep(0.5)
    finally:
        kill(worker)
        broker.kill()
        broker.wait()
    assert waiting(living) == (0, 0)
    with living.database.read() as session:
        reminders = session.scalars(select(Reminder)).all()
        notices = session.scalars(select(Notice)).all()
    # Each reminder was told by one message, and each message came once.
    assert len({row.natural for row in reminders}) == len(reminders) >= due * 0.5
    assert len({row.message_id for row in notices}) == len(notices)
    assert {row.message_id for row in reminders} == {row.message_id for row in notices}
    told = [
        (row.person_id, item["subject"], item["deadline"], item["key"], item["threshold"])
        for row in notices
        for data in [json.loads(row.data)]
        for item in data.get("items", [data])
    ]
    assert len(set(told)) == len(told) == len(reminders)
