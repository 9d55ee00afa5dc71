"""Counting working days: forwards and backwards, over holidays, to the ends of the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.law import CalendarOutOfRange, NotCounted, WorkingCalendar
from requestflow.law.calendar import FIRST_YEAR, LAST_YEAR, months_after
from tests.law.test_clock import CALENDAR

CLOSED = WorkingCalendar(
    CALENDAR.days, CALENDAR.announced, {date(2026, 11, 4): "搬迁", date(2026, 11, 5): "搬迁"}
)
CALENDARS = st.sampled_from([CALENDAR, CLOSED])
DAYS = st.dates(date(2006, 1, 1), date(2026, 12, 31))
NUMBERS = st.integers(1, 300)


@given(CALENDARS, DAYS, NUMBERS)
def test_counting_back_undoes_counting_on(
    calendar: WorkingCalendar, day: date, number: int
) -> None:
    working = calendar.on_or_after(day)
    assert calendar.before(calendar.after(working, number), number) == working
    assert calendar.after(calendar.before(working, number), number) == working


@given(CALENDARS, DAYS, NUMBERS)
def test_after_is_the_inverse_of_counting(
    calendar: WorkingCalendar, day: date, number: int
) -> None:
    last = calendar.after(day, number)
    assert calendar.between(day, last) == number
    assert calendar.between(day, last - timedelta(days=1)) == number - 1
    assert calendar.is_working(last)


@given(CALENDARS, DAYS, NUMBERS, NUMBERS)
def test_counting_in_two_parts_is_counting_once(
    calendar: WorkingCalendar, day: date, first: int, second: int
) -> None:
    assert calendar.after(calendar.after(day, first), second) == calendar.after(day, first + second)


@given(CALENDARS, DAYS, DAYS, DAYS)
def test_spans_of_days_add_up(calendar: WorkingCalendar, a: date, b: date, c: date) -> None:
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    assert calendar.between(a, b) == -calendar.between(b, a)


@given(CALENDARS, DAYS)
def test_the_day_itself_counts_if_it_is_a_working_day(calendar: WorkingCalendar, day: date) -> None:
    moved = calendar.on_or_after(day)
    assert (moved == day) == calendar.is_working(day)
    assert calendar.between(day, moved) == (0 if moved == day else 1)


@given(CALENDARS, DAYS, st.integers(0, 60))
def test_each_day_of_a_span_is_either_counted_or_named(
    calendar: WorkingCalendar, day: date, length: int
) -> None:
    until = day + timedelta(days=length)
    runs = calendar.not_counted(day, until)
    left_out = sum((run.last - run.first).days + 1 for run in runs)
    assert left_out + calendar.between(day, until) == length
    for run in runs:
        assert not calendar.is_working(run.first)
        assert not calendar.is_working(run.last)


def test_days_that_are_left_out_are_named_by_why() -> None:
    assert CLOSED.not_counted(date(2026, 11, 3), date(2026, 11, 9)) == (
        NotCounted(date(2026, 11, 4), date(2026, 11, 5), "搬迁"),
        NotCounted(date(2026, 11, 7), date(2026, 11, 8), None),
    )


def test_a_weekend_that_was_made_up_counts_and_a_closure_of_it_does_not() -> None:
    saturday = date(2026, 10, 10)
    assert CALENDAR.is_working(saturday)
    assert not WorkingCalendar(CALENDAR.days, CALENDAR.announced, {saturday: "x"}).is_working(
        saturday
    )


@pytest.mark.parametrize(
    ("first", "last", "provisional"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), False),
        (date(2026, 12, 31), date(2027, 1, 1), True),
        (date(2027, 1, 1), date(2027, 1, 2), True),
    ],
)
def test_a_count_into_a_year_not_announced_is_provisional(
    first: date, last: date, provisional: bool
) -> None:
    assert CALENDAR.provisional(first, last) is provisional


@pytest.mark.parametrize("day", [date(FIRST_YEAR - 1, 12, 31), date(LAST_YEAR + 1, 1, 1)])
def test_a_day_outside_the_calendar_is_refused_by_every_question(day: date) -> None:
    inside = date(2026, 1, 1)
    for ask in (
        lambda: CALENDAR.is_working(day),
        lambda: CALENDAR.after(day, 1),
        lambda: CALENDAR.before(day, 1),
        lambda: CALENDAR.on_or_after(day),
        lambda: CALENDAR.between(day, inside),
        lambda: CALENDAR.between(inside, day),
        lambda: CALENDAR.not_counted(day, inside),
    ):
        with pytest.raises(CalendarOutOfRange, match="2004–2099"):
            ask()


def test_a_count_that_leaves_the_calendar_is_refused() -> None:
    with pytest.raises(CalendarOutOfRange):
        CALENDAR.after(date(2099, 12, 30), 5)
    with pytest.raises(CalendarOutOfRange):
        CALENDAR.before(date(2004, 1, 2), 5)
    with pytest.raises(CalendarOutOfRange):
        CALENDAR.on_or_after(date(2099, 12, 31) + timedelta(days=1))


@pytest.mark.parametrize(
    ("day", "number", "after"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 24), 6, date(2027, 5, 24)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 3, 31), 12, date(2027, 3, 31)),
    ],
)
def test_months_end_on_the_same_day_or_the_months_last(day: date, number: int, after: date) -> None:
    assert months_after(day, number) == after
