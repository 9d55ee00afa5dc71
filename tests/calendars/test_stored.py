"""The stored calendar: seeded once, changed by year, closed by unit, seen at once by all."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from requestflow.accounts import Unit, unit_by_code
from requestflow.application import Application
from requestflow.calendars import (
    CalendarFile,
    calendar_for,
    calendars_for,
    change_calendar,
    preview_calendar,
    read_calendar,
    seed_calendar,
    version_of,
    year_listing,
)
from requestflow.cases.models import CaseDeadline
from requestflow.foundation import db
from requestflow.law import jurisdiction_of

INPUTS = Path(__file__).parents[1] / "data" / "inputs"
NEW_YEAR = CalendarFile(
    {
        date(2027, 1, 1): ("holiday", "元旦"),
        date(2027, 1, 9): ("working", "元旦"),
    },
    announces={2027},
)
CITY, UNIT, OTHER = "LZ/", "LZ/LZ-S01/", "LZ/LZ-S02/"
MOVING = date(2026, 12, 10)


def close(session: Session, code: str, *days: date) -> Unit:
    unit = unit_by_code(session, code)
    change_calendar(session, CalendarFile(dict.fromkeys(days, ("holiday", "搬迁"))), unit)
    return unit


def test_the_calendar_that_comes_with_it_holds_make_up_weekends(demo: Application) -> None:
    with demo.context() as session:
        calendar = calendar_for(session)
    assert calendar.is_working(date(2026, 10, 10)), "a Saturday that was made up"
    assert not calendar.is_working(date(2026, 10, 17)), "any other Saturday"
    assert not calendar.is_working(date(2026, 10, 1)), "a Thursday in the holidays"
    assert 2026 in calendar.announced
    assert 2027 not in calendar.announced


def test_the_calendar_is_seeded_once(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        before = calendar_for(session), version_of(session)
        seed_calendar(session)
        assert (calendar_for(session), version_of(session)) == before


def test_a_file_changes_the_days_that_it_names_and_no_others(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        before = calendar_for(session)
        change_calendar(session, NEW_YEAR, None)
        after = calendar_for(session)
        assert after.announced == before.announced | {2027}
        assert {day for day in after.days if day.year == 2027} == set(NEW_YEAR.days)
        assert {d: k for d, k in after.days.items() if d.year != 2027} == before.days
        change_calendar(session, CalendarFile({date(2027, 1, 1): ("holiday", "元旦")}), None)
        assert calendar_for(session).is_working(date(2027, 1, 9)), "not named, so still made up"
        change_calendar(session, CalendarFile({}, usual={date(2027, 1, 9)}), None)
        assert not calendar_for(session).is_working(date(2027, 1, 9)), "no longer made up"


def test_a_december_day_of_the_next_notice_deletes_nothing(demo: Application) -> None:
    file = read_calendar(INPUTS / "01-calendar-december" / "next-year.csv")
    with demo.context(), db.transaction() as session:
        before = calendar_for(session)
        ahead = preview_calendar(session, file, None, UNIT)
        change_calendar(session, file, None)
        after = calendar_for(session)
    assert after.days == {**before.days, **file.days} == ahead.days
    assert after.announced == before.announced == ahead.announced
    assert not after.is_working(date(2026, 12, 31))


def test_holidays_that_the_law_fixes_count_before_any_announcement(demo: Application) -> None:
    with demo.context() as session:
        calendar = calendar_for(session)
    fixed = [date(2027, 1, 1), *(date(2027, 10, day) for day in (1, 2, 3))]
    assert not any(calendar.is_working(day) for day in fixed)
    assert calendar.provisional(date(2026, 12, 30), date(2027, 1, 4))
    assert calendar.after(date(2026, 12, 31), 1) == date(2027, 1, 4)


def test_an_upgrade_moves_what_was_counted_without_fixed_holidays(demo: Application) -> None:
    with demo.context() as session:
        due = session.scalars(
            select(CaseDeadline).where(CaseDeadline.due >= date(2027, 1, 1)).limit(1)
        ).first()
        assert due is not None, "the sample has a case that is due next year"
        case_id, kind, right = due.case_id, due.kind, due.due
    with demo.context(), db.transaction() as session:
        wrong = {"due": right + timedelta(days=1)}
        one = (CaseDeadline.case_id == case_id, CaseDeadline.kind == kind)
        session.execute(update(CaseDeadline).where(*one).values(wrong))
    demo.upgrade()
    with demo.context() as session:
        assert session.scalar(select(CaseDeadline.due).where(*one)) == right


def test_each_change_counts_up_the_version(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        first = version_of(session)
        change_calendar(session, NEW_YEAR, None)
        close(session, "LZ-S01", MOVING)
        assert version_of(session) == first + 2
        assert calendar_for(session).version == first + 2


def test_a_change_that_is_taken_back_does_not_count_up(demo: Application) -> None:
    with demo.context() as session:
        first = version_of(session)
        change_calendar(session, NEW_YEAR, None)
    with demo.context() as session:
        assert version_of(session) == first
        assert 2027 not in calendar_for(session).announced


def test_a_closed_unit_is_closed_with_all_below_it_and_nobody_else(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        unit = close(session, "LZ-S01", MOVING)
        below = Unit(code="D", name="D", kind="department", path=f"{UNIT}D/", parent_id=unit.id)
        session.add(below)
        session.flush()
        open_on = {
            path: calendar.is_working(MOVING)
            for path, calendar in calendars_for(session, [CITY, UNIT, OTHER, below.path]).items()
        }
    assert open_on == {CITY: True, UNIT: False, OTHER: True, f"{UNIT}D/": False}


def test_closures_of_a_unit_add_to_those_above_it(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        close(session, "LZ", MOVING)
        close(session, "LZ-S01", MOVING + timedelta(days=1))
        closed = {
            path: set(calendar.closures)
            for path, calendar in calendars_for(session, [CITY, UNIT, OTHER]).items()
        }
    both = {MOVING, MOVING + timedelta(days=1)}
    assert closed == {CITY: {MOVING}, UNIT: both, OTHER: {MOVING}}


def test_a_closure_twice_is_once(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        close(session, "LZ-S01", MOVING)
        close(session, "LZ-S01", MOVING, MOVING + timedelta(days=1))
        assert len(calendar_for(session, UNIT).closures) == 2


def test_a_unit_whose_code_begins_like_anothers_is_not_closed_with_it(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        close(session, "LZ-S01", MOVING)
        assert calendar_for(session, "LZ/LZ-S011/").is_working(MOVING)


def test_what_is_previewed_is_what_comes_and_is_not_stored(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        version = version_of(session)
        ahead = preview_calendar(session, NEW_YEAR, None, UNIT)
        assert version_of(session) == version
        assert calendar_for(session, UNIT).days != ahead.days
        change_calendar(session, NEW_YEAR, None)
        after = calendar_for(session, UNIT)
    assert (after.days, after.announced) == (ahead.days, ahead.announced)


@pytest.mark.parametrize(("path", "closed"), [(UNIT, True), (f"{UNIT}D/", True), (OTHER, False)])
def test_a_closure_is_previewed_for_the_unit_and_below(
    demo: Application, path: str, closed: bool
) -> None:
    file = CalendarFile({MOVING: ("holiday", "搬迁")})
    with demo.context() as session:
        ahead = preview_calendar(session, file, unit_by_code(session, "LZ-S01"), path)
        assert ahead.is_working(MOVING) is not closed
        assert calendar_for(session, path).is_working(MOVING)


def test_a_year_is_listed_with_its_departing_days_in_order(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        announced, days = year_listing(session, 2027)
        assert not announced
        assert {day for day, _, _ in days} == set(jurisdiction_of().fixed_holidays(2027)), (
            "the law's own alone"
        )
        change_calendar(session, NEW_YEAR, None)
        announced, days = year_listing(session, 2027)
    assert announced
    assert [(day, kind) for day, kind, _ in days] == [
        (date(2027, 1, 1), "holiday"),
        (date(2027, 1, 9), "working"),
    ]


def test_what_was_counted_with_a_change_that_was_taken_back_is_forgotten(demo: Application) -> None:
    """A process that failed half-way must not count with it once another change is made."""
    with demo.context() as session:
        close(session, "LZ-S01", MOVING)
        assert not calendar_for(session, UNIT).is_working(MOVING)
    with demo.context(), db.transaction() as session:
        close(session, "LZ-S01", MOVING + timedelta(days=1))
    with demo.context() as session:
        assert calendar_for(session, UNIT).is_working(MOVING)
