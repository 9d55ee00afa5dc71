"""Numbers of cases: without gaps for each unit and year, also where two ask at once."""

import threading
from datetime import date

import pytest
from sqlalchemy import select

from requestflow.accounts import Actor, unit_by_code
from requestflow.application import Application
from requestflow.cases import (
    Case,
    CaseFilter,
    Opening,
    list_cases,
    next_number,
    number_problem,
    view_case,
)
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


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("2014-0001", None),
        ("市政府〔2014〕1号", None),
        ("A/1", "slashes"),
        ("A\\1", "slashes"),
        ("A 1", "spaces"),
        ("A\u00a01", "spaces"),
        ("A\u202e1", "invisible"),
        ("..", "dots"),
        ("1" * 61, "60"),
    ],
)
def test_a_number_that_cannot_be_an_address_is_refused(number: str, problem: str | None) -> None:
    refused = number_problem(number)
    assert (refused is None) == (problem is None)
    assert problem is None or problem in str(refused)


def test_a_number_is_found_however_it_is_typed(demo: Application) -> None:
    day = date(2026, 11, 24)
    for typed in ("LZ-S01-2014-0001", "lz-s01-2014-0001", "ＬＺ－S01-2014-0001\u200b"):
        with demo.context() as session:
            page = list_cases(session, Actor.operator(), CaseFilter(text=typed), day, day)
        assert [row.number for row in page.rows] == ["LZ-S01-2014-0001"]
    with demo.context() as session:
        view = view_case(session, Actor.operator(), "ＬＺ-S01-2014-0001\ufeff")
    assert view.number == "LZ-S01-2014-0001"
