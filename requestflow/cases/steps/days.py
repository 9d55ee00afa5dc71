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
DAYS = frozenset((*HAS_HAPPENED, *AWAITED))
MOST_YEARS = 3
"""How far ahead such a day may lie; what is further is mistyped."""
EARLIEST = date(2008, 5, 1)  # Order 492 art. 38: there is no application before it
NOT_OF_THE_CASE = frozenset({"received", "corrected"})
"""Steps whose days are not held against the receipt: it itself, and what mends it."""


def require_possible_days(event: Event, today: date, received_on: date | None = None) -> None:
    """Neither the step's own day nor one of which it tells has still to come, or lies before the
    request was received; what is awaited lies within some years."""
    earliest = received_on or EARLIEST
    told_of = _days_told_of(event)
    for name, day in (("day", event.day), *told_of.items()):
        if day < EARLIEST:
            raise StepRefused(text("Date is not valid: %(day)s.", day=day), name)
        if day < earliest and event.kind not in NOT_OF_THE_CASE:
            raise StepRefused(text("The date is before the request was received."), name)
    for name, day in told_of.items():
        if day.year > max(today.year, event.day.year) + MOST_YEARS:
            raise StepRefused(text("Date is not valid: %(day)s.", day=day), name)
    for name, day in (("day", event.day), *told_of.items()):
        if day > today and name not in AWAITED:
            raise StepRefused(text("Date must be today or in the past: %(day)s.", day=day), name)


def _days_told_of(event: Event) -> dict[str, date]:
    """The days that an event's particulars name, by particular."""
    if DAYS.isdisjoint(event.data):
        return {}
    given = {name: event.data.get(name) for name in (*HAS_HAPPENED, *AWAITED)}
    return {name: date.fromisoformat(value) for name, value in given.items() if value}


def told_of_by_now(context: StepContext, field: str, day: date) -> None:
    """A day that is told of lies between the receipt and the day of the step."""
    if day > context.event.day:
        raise StepRefused(text("Date must be today or in the past: %(day)s.", day=day), field)
    if day < context.state.received_on:
        raise StepRefused(text("The date is before the request was received."), field)
