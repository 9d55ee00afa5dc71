"""Days of which a step tells: what has happened has happened, what is awaited lies near."""

from datetime import date

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.steps.base import StepContext
from requestflow.foundation import text

HAS_HAPPENED = ("letter_received_on", "received_on", "notice_received_on", "copy_received_on")
"""Particulars with a day on which something happened."""
AWAITED = ("answer_by", "until", "held_on")
"""Particulars with a day by which something is to happen."""
MOST_YEARS = 3
"""How far ahead such a day may lie; what is further is mistyped."""
EARLIEST = date(2008, 5, 1)  # Order 492 art. 38: there is no application before it
NOT_OF_THE_CASE = frozenset({"received", "corrected"})
"""Steps whose days are not held against the receipt: it itself, and what mends it."""


def require_possible_days(event: Event, today: date, received_on: date | None = None) -> None:
    """Neither the step's own day nor one of which it tells has still to come, or lies before the
    request was received; what is awaited lies within some years."""
    earliest = received_on or EARLIEST
    named = [name for name in (*HAS_HAPPENED, *AWAITED) if name in event.data]
    for name in ("day", *named):
        day = event.day if name == "day" else _day(event, name)
        if day and day < EARLIEST:
            raise StepRefused(text("Date is not valid: %(day)s.", day=day), name)
        if day and day < earliest and event.kind not in NOT_OF_THE_CASE:
            raise StepRefused(text("The date is before the request was received."), name)
    for name in (*HAS_HAPPENED, *AWAITED):
        day = _day(event, name)
        if day and day.year > max(today.year, event.day.year) + MOST_YEARS:
            raise StepRefused(text("Date is not valid: %(day)s.", day=day), name)
    if event.day > today:
        raise StepRefused(text("Date must be today or in the past: %(day)s.", day=event.day), "day")
    for name in named:
        day = _day(event, name) if name in HAS_HAPPENED else None
        if day and day > today:
            raise StepRefused(text("Date must be today or in the past: %(day)s.", day=day), name)


def _day(event: Event, name: str) -> date | None:
    value = event.data.get(name)
    return date.fromisoformat(value) if value else None


def told_of_by_now(context: StepContext, field: str, day: date) -> None:
    """A day that is told of lies between the receipt and the day of the step."""
    if day > context.event.day:
        raise StepRefused(text("Date must be today or in the past: %(day)s.", day=day), field)
    if day < context.state.received_on:
        raise StepRefused(text("The date is before the request was received."), field)
