"""What falls into a year that was handed in needs a reason; for a unit and all below it."""

from datetime import date
from typing import Any

import pytest

from requestflow.accounts import unit_by_code
from requestflow.application import Application
from requestflow.cases import (
    Event,
    PeriodLocks,
    StepRefused,
    lock_period,
    open_period,
    period_locks,
)
from requestflow.cases.locked_periods import add_late_reason, days_of, require_late_reason
from requestflow.foundation import db
from tests.conftest import NOW

LOCKED = frozenset({2025})
IN, AFTER = date(2025, 12, 31), date(2026, 1, 1)
RECEIVED = Event("1", "received", IN)


def event(kind: str, day: date, key: str = "2", **data: Any) -> Event:
    return Event(key, kind, day, data)


def correction(*changes: dict[str, Any]) -> Event:
    return event("corrected", AFTER, "9", changes=list(changes))


def test_a_step_of_a_locked_year_needs_a_reason_and_says_where_it_is_missing() -> None:
    with pytest.raises(StepRefused, match="2025") as caught:
        require_late_reason(LOCKED, [], [event("noted", IN)])
    assert caught.value.field == "late_reason"
    require_late_reason(LOCKED, [], [event("noted", IN, late_reason="台账遗漏")])


def test_a_step_of_another_year_needs_none() -> None:
    require_late_reason(LOCKED, [RECEIVED], [event("noted", AFTER)])
    require_late_reason(frozenset(), [], [event("noted", IN)])


def test_an_empty_reason_is_none() -> None:
    with pytest.raises(StepRefused):
        require_late_reason(LOCKED, [], [event("noted", IN, late_reason="")])


def test_a_correction_says_why_by_itself() -> None:
    require_late_reason(LOCKED, [RECEIVED], [correction({"action": "void", "key": "1"})])


def test_a_transfer_moves_the_day_of_receipt_to_another_units_year() -> None:
    transfer = event("transferred", AFTER, unit="B")
    assert days_of([RECEIVED], transfer) == [AFTER, IN]
    with pytest.raises(StepRefused):
        require_late_reason(LOCKED, [RECEIVED], [transfer])


def test_days_that_holidays_moved_need_no_reason() -> None:
    assert days_of([RECEIVED], event("due_days_moved", IN, moves=[])) == []


def test_a_correction_touches_the_day_that_stood_and_the_day_that_stands() -> None:
    moved = {"action": "replace", "key": "1", "kind": "received", "day": AFTER.isoformat()}
    assert days_of([RECEIVED], correction(moved)) == [IN, AFTER]
    inserted = {"action": "insert", "kind": "noted", "day": IN.isoformat()}
    assert days_of([RECEIVED], correction(inserted)) == [IN]


def test_a_reason_is_added_only_where_one_is_needed_and_missing() -> None:
    events = [
        event("noted", IN, "1"),
        event("noted", AFTER, "2"),
        event("noted", IN, "3", late_reason="附件"),
    ]
    reasons = [item.data.get("late_reason") for item in add_late_reason(events, LOCKED, "补录")]
    assert reasons == ["补录", None, "附件"]
    assert add_late_reason(events, LOCKED, None) == events


@pytest.mark.parametrize(
    ("path", "years"),
    [
        ("LZ/", {2024}),
        ("LZ/A/", {2024, 2025}),
        ("LZ/A/X/", {2024, 2025}),
        ("LZ/AB/", {2024}),
        ("MY/", set()),
    ],
)
def test_a_lock_holds_for_the_unit_and_all_below_it(path: str, years: set[int]) -> None:
    locks = PeriodLocks((("LZ/", 2024), ("LZ/A/", 2025)))
    assert locks.years(path) == years
    assert locks.years_of(["MY/", path]) == years


def test_a_year_is_locked_once_and_opened_again(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S14")
        before = period_locks(session).years(unit.path)
        for _ in range(2):
            lock_period(session, unit, 2025, NOW)
        assert period_locks(session).years(unit.path) == before | {2025}
        open_period(session, unit, 2025)
        assert period_locks(session).years(unit.path) == before
        open_period(session, unit, 2025)
