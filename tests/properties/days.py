"""Going through the calendar one day at a time, without anything of the product's.

An event is (kind, day, particulars); `working(day)` says whether a day is a working day. What is
not counted is a span (start, end): the days after `start`, up to and with `end`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Event = tuple[str, date, dict[str, Any]]
Span = tuple[date, date | None]
Working = Callable[[date], bool]
ONE = timedelta(days=1)
LITIGATION_2014 = date(2015, 5, 1)
RECONSIDERATION_2023 = date(2024, 1, 1)


@dataclass(frozen=True)
class Counted:
    """A deadline: the day it began, its due day, the day it ended."""

    start: date
    due: date | None
    ended: date | None


class Days:
    """A history, and which days are worked."""

    def __init__(self, events: Sequence[Event], working: Working) -> None:
        self.events = list(events)
        self.working = working

    def through(self, start: date, number: int, unit: str, spans: Sequence[Span]) -> date | None:
        """The day on which a period ends; None where the count stands still without an end."""
        day, left = start, number
        while left:
            if any(day >= begin and end is None for begin, end in spans):
                return None
            day += ONE
            if any(begin < day <= end for begin, end in spans if end):
                continue
            if unit == "calendar_days" or self.working(day):
                left -= 1
        return self.rolled(day) if unit == "calendar_days" else day

    def months(self, start: date, number: int) -> date:
        """So many months later: the same day, or the last of a shorter month."""
        day, left = start, number
        while left:
            day += ONE
            if day.day == start.day or ((day + ONE).month != day.month and day.day < start.day):
                left -= 1
        return self.rolled(day)

    def rolled(self, day: date) -> date:
        """The next working day, or that day itself."""
        while not self.working(day):
            day += ONE
        return day


def said(data: dict[str, Any], name: str, otherwise: date) -> date:
    return date.fromisoformat(data[name]) if data.get(name) else otherwise


def first(events: Sequence[Event], kinds: set[str]) -> date | None:
    return next((day for kind, day, _ in events if kind in kinds), None)
