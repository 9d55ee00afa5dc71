"""How many working days an answer took, without those for which the clock stood still."""

from datetime import date

import pytest

from requestflow.law import count_days_taken, law_pack
from tests.law.test_clock import CALENDAR, Happened

PACK = law_pack("cn-2019")
RECEIVED = date(2026, 11, 2)


def taken(concluded: date, *events: Happened, law: str = "cn-2019"):
    history = (Happened("received", RECEIVED), *events)
    return count_days_taken(history, law_pack(law), CALENDAR, concluded)


@pytest.mark.parametrize(
    ("concluded", "days"),
    [
        (RECEIVED, 0),
        (date(2026, 11, 3), 1),
        (date(2026, 11, 6), 4),
        (date(2026, 11, 7), 4),
        (date(2026, 11, 9), 5),
    ],
)
def test_the_day_of_receipt_and_weekends_do_not_count(concluded: date, days: int) -> None:
    result = taken(concluded)
    assert (result.days, result.late) == (days, False)


def test_the_twentieth_working_day_is_not_late_and_the_next_is() -> None:
    last = CALENDAR.after(RECEIVED, 20)
    assert (taken(last).days, taken(last).late) == (20, False)
    after = CALENDAR.after(last, 1)
    assert (taken(after).days, taken(after).late) == (21, True)


def test_under_the_earlier_law_it_is_late_after_fifteen() -> None:
    last = CALENDAR.after(RECEIVED, 15)
    assert not taken(last, law="cn-2008").late
    assert taken(CALENDAR.after(last, 1), law="cn-2008").late


def test_a_third_partys_time_is_not_the_offices() -> None:
    start, end, concluded = date(2026, 11, 4), date(2026, 11, 18), date(2026, 11, 20)
    result = taken(
        concluded,
        Happened("consultation_started", start, {"consultation": "1"}),
        Happened("consultation_ended", end, {"consultation": "1"}),
    )
    assert result.days == CALENDAR.between(RECEIVED, concluded) - CALENDAR.between(start, end)


def test_what_was_stopped_after_the_end_takes_nothing_off() -> None:
    concluded = date(2026, 11, 6)
    result = taken(
        concluded,
        Happened("consultation_started", date(2026, 11, 4), {"consultation": "1"}),
        Happened("consultation_ended", date(2026, 11, 18), {"consultation": "1"}),
    )
    assert result.days == CALENDAR.between(RECEIVED, date(2026, 11, 4))


def test_after_a_clarification_the_count_begins_anew() -> None:
    clarified = date(2026, 11, 16)
    result = taken(
        date(2026, 11, 18),
        Happened("clarification_requested", date(2026, 11, 5), {"answer_by": "2026-11-20"}),
        Happened("clarified", clarified),
    )
    assert (result.days, result.late) == (2, False)


def test_an_extension_makes_an_answer_punctual_and_not_quick() -> None:
    concluded = CALENDAR.after(RECEIVED, 35)
    extended = Happened("extended", date(2026, 11, 20), {"days": 20})
    assert (taken(concluded, extended).days, taken(concluded, extended).late) == (35, False)
    assert taken(concluded).late


def test_what_ended_while_the_clock_stood_still_is_not_late() -> None:
    result = taken(
        date(2027, 3, 1),
        Happened("clarification_requested", date(2026, 11, 5), {"answer_by": "2026-11-20"}),
    )
    assert result is not None
    assert not result.late
    assert result.days <= 3


def test_no_number_of_days_is_below_nothing() -> None:
    assert taken(date(2026, 10, 30)).days == 0
