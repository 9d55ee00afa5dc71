"""Who opened which case stands in the audit trail, on a real Redis and without one."""

import threading
from datetime import timedelta

import pytest
import redis
from sqlalchemy import select

from requestflow.accounts import Actor, AuditEntry, Origin
from requestflow.application import Application
from requestflow.casework import Openings
from requestflow.casework.openings import ONCE_IN
from tests.conftest import NOW
from tests.sites import site_of
from tests.web.desk import signed_in

CLERK = Actor("clerk", "clerk", "LZ/LZ-S01/", 1, origin=Origin("192.0.2.1", 7))
NUMBER = "LZ-S01-2026-0005"


def never() -> None:
    raise AssertionError("the page wrote")


def opened(app: Application) -> list[tuple[str, str, str | None, int | None]]:
    entry = AuditEntry
    query = select(entry.actor, entry.subject, entry.address, entry.session_id).order_by(entry.id)
    with app.context() as session:
        return [tuple(row) for row in session.execute(query.where(entry.action == "case opened"))]


def test_an_opening_waits_until_the_worker_writes_it(empty: Application, redis_url: str) -> None:
    openings = Openings(redis_url)
    for minute in (0, 3, 9):
        openings.note(CLERK, NUMBER, NOW + timedelta(minutes=minute), never)
    openings.note(CLERK, "LZ-S01-2026-0006", NOW, never)
    assert opened(empty) == []
    with empty.context():
        assert openings.write() == 2
        assert openings.write() == 0
    assert opened(empty) == [
        ("clerk", NUMBER, "192.0.2.1", 7),
        ("clerk", "LZ-S01-2026-0006", "192.0.2.1", 7),
    ]


def test_what_could_not_be_written_is_written_the_next_time(
    empty: Application, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    openings = Openings(redis_url)
    openings.note(CLERK, NUMBER, NOW, never)
    with monkeypatch.context() as broken, empty.context():
        broken.setattr("requestflow.casework.openings.record_access", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            openings.write()
    with empty.context():
        assert openings.write() == 1
    assert len(opened(empty)) == 1


def test_two_workers_do_not_write_the_same(empty: Application, redis_url: str) -> None:
    for number in range(1200):
        Openings(redis_url).note(CLERK, f"A-{number}", NOW, never)
    written: list[int] = []

    def work() -> None:
        with empty.context():
            written.append(Openings(redis_url).write())

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with empty.context():
        written.append(Openings(redis_url).write())
    assert sum(written) == 1200 == len(opened(empty))
    assert redis.Redis.from_url(redis_url).llen("requestflow:openings") == 0


def test_without_redis_the_page_writes_it_once_in_ten_minutes() -> None:
    written: list[int] = []
    openings = Openings(None)
    for moment in (NOW, NOW + timedelta(minutes=9), NOW + ONCE_IN):
        openings.note(CLERK, NUMBER, moment, lambda: written.append(1))
    assert len(written) == 2


def test_the_page_of_a_case_is_recorded(demo: Application) -> None:
    with site_of(demo) as site:
        client = signed_in(site, "clerk")
        assert client.get(f"/cases/{NUMBER}").status_code == 200
        assert client.get("/cases/LZ-S02-2026-0001").status_code == 404
    assert [row[:2] for row in opened(demo)] == [("clerk", NUMBER)]
