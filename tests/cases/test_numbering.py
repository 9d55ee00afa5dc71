"""Numbers of cases: without gaps for each unit and year, also where two ask at once."""

import threading

from sqlalchemy import select

from requestflow.accounts import Actor, unit_by_code
from requestflow.application import Application
from requestflow.cases import Case, Opening, next_number
from requestflow.cases.models import CaseNumber
from requestflow.foundation import RequestflowError, db
from tests.conftest import NOW

CLERK = Actor("clerk", "clerk", "LZ/LZ-S01/")
OTHER_CLERK = Actor("clerk", "clerk", "LZ/LZ-S14/")


def numbers(app: Application, *years: int, code: str = "LZ-S14") -> list[str]:
    with app.context(), db.transaction() as session:
        unit = unit_by_code(session, code)
        return [next_number(session, unit, year) for year in years]


def test_each_unit_counts_each_year_from_one(demo: Application) -> None:
    assert numbers(demo, 2031, 2031, 2032, 2031) == [
        "LZ-S14-2031-0001",
        "LZ-S14-2031-0002",
        "LZ-S14-2032-0001",
        "LZ-S14-2031-0003",
    ]
    assert numbers(demo, 2031, code="LZ-S13") == ["LZ-S13-2031-0001"]


def test_a_number_that_was_given_and_taken_back_is_given_again(demo: Application) -> None:
    with demo.context() as session:
        assert next_number(session, unit_by_code(session, "LZ-S14"), 2031).endswith("0001")
    assert numbers(demo, 2031) == ["LZ-S14-2031-0001"]


def test_a_number_that_a_register_brought_in_is_passed_over(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        opening = Opening("LZ-S01", NOW.date(), "person", "post", "x", number="LZ-S01-2026-0500")
        demo.cases.open(session, CLERK, opening, NOW)
        unit = unit_by_code(session, "LZ-S01")
        given = [next_number(session, unit, 2026) for _ in range(600)]
    assert "LZ-S01-2026-0500" not in given
    assert len(set(given)) == 600


def test_after_the_ten_thousandth_numbers_grow_by_a_place(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S14")
        next_number(session, unit, 2031)
        session.get_one(CaseNumber, {"unit_id": unit.id, "year": 2031}).last = 9_999
        assert next_number(session, unit, 2031) == "LZ-S14-2031-10000"


def test_those_who_ask_at_once_get_numbers_without_a_gap(demo: Application) -> None:
    ready, given, failed = threading.Barrier(4), [], []

    def open_some() -> None:
        ready.wait()
        for place in range(5):
            try:
                with demo.context(), db.transaction() as session:
                    opening = Opening("LZ-S14", NOW.date(), "person", "post", "停车收费标准")
                    given.append(demo.cases.open(session, OTHER_CLERK, opening, NOW))
                    if place == 2:
                        raise RequestflowError("taken back")
            except RequestflowError:
                failed.append(given.pop())

    threads = [threading.Thread(target=open_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with demo.context() as session:
        query = select(Case.number).where(Case.number.startswith("LZ-S14-2026-"))
        stored = sorted(session.scalars(query))
    assert len(stored) == 16
    assert stored == [f"LZ-S14-2026-{number:04d}" for number in range(1, 17)]
