"""Units of work: kept whole or not at all; a row that is there already is not inserted again."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from requestflow.accounts import Unit, unit_by_code
from requestflow.application import Application
from requestflow.cases import LockedPeriod
from requestflow.foundation import db, insert_once

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SINCE = select(LockedPeriod.since).where(LockedPeriod.year == 2025)


def unit(code: str) -> Unit:
    return Unit(code=code, name=code, kind="department", path=f"{code}/")


def is_there(app: Application, code: str) -> bool:
    with app.context() as session:
        return session.scalar(select(Unit.id).where(Unit.code == code)) is not None


def test_a_unit_of_work_that_fails_leaves_nothing(demo: Application) -> None:
    def fail() -> None:
        with demo.context(), db.transaction() as session:
            session.add(unit("A"))
            session.flush()
            raise KeyError("A")

    with pytest.raises(KeyError):
        fail()
    assert not is_there(demo, "A")


def test_what_a_reader_does_is_not_kept(demo: Application) -> None:
    with demo.context() as session:
        session.add(unit("A"))
        session.flush()
    assert not is_there(demo, "A")


def test_a_row_is_inserted_once_and_the_second_time_says_so(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        row = {"unit_id": unit_by_code(session, "LZ-S14").id, "year": 2025, "since": NOW}
        assert insert_once(session, LockedPeriod, row) is True
        later = {**row, "since": NOW.replace(hour=3)}
        assert insert_once(session, LockedPeriod, later) is False
        assert session.scalars(SINCE).all() == [NOW]


def test_of_two_who_insert_at_once_one_does_and_none_fails(demo: Application) -> None:
    with demo.context() as session:
        unit_id = unit_by_code(session, "LZ-S14").id
    ready, results = threading.Barrier(2), []

    def insert() -> None:
        ready.wait()
        with demo.context(), db.transaction() as session:
            row = {"unit_id": unit_id, "year": 2025, "since": NOW}
            results.append(insert_once(session, LockedPeriod, row))

    threads = [threading.Thread(target=insert) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, True]
    with demo.context() as session:
        assert session.scalars(SINCE).all() == [NOW]


def test_a_row_that_refers_to_nothing_is_refused_on_each_kind(demo: Application) -> None:
    with pytest.raises(IntegrityError), demo.context(), db.transaction() as session:
        session.add(LockedPeriod(unit_id=4711, year=2025, since=NOW))


def test_an_error_of_the_database_does_not_show_what_was_to_be_stored(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        session.add(unit("A"))
    with pytest.raises(IntegrityError) as caught, demo.context(), db.transaction() as session:
        session.add(Unit(code="A", name="某人的住址", kind="department", path="A/"))
    assert "某人的住址" not in str(caught.value).partition("DETAIL")[0]
