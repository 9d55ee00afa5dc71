"""What the statutory clock is asked about and what it answers: events, steps, due days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from requestflow.law.calendar import NotCounted, WorkingCalendar
from requestflow.law.model import Nature


@dataclass(frozen=True, slots=True)
class Pause:
    """A span that is not counted, from the day after `start` to `end`; `open` where the record has
    no end of it yet."""

    start: date
    end: date | None
    rule: str
    article: str
    open: bool


class ClockEvent(Protocol):
    """What the clock needs to know of an event: kind, legal day, particulars."""

    @property
    def kind(self) -> str: ...
    @property
    def day(self) -> date: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class ClockStep:
    """One step of a count: from a day (not counted) to a day (counted).

    `working_days` is how many of the period's days this step used up: working days for limits
    in working days, else calendar days (see `unit`). `rule` names the text that explains it.
    `calendar` is the one by which working days were counted.
    """

    start: date
    end: date
    working_days: int
    rule: str
    article: str
    unit: str = "working_days"
    calendar: WorkingCalendar | None = field(default=None, repr=False, compare=False)

    @property
    def not_counted(self) -> tuple[NotCounted, ...]:
        """The runs of days that were left out of a count of working days."""
        return self.calendar.not_counted(self.start, self.end) if self.calendar else ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due day and how it came about.

    `due` is None while the clock stands still without an end in sight. `stopped_until` is the
    last day of a stop that is still open in the record (the due day then counts on silence).
    `ended_on` is the day on which the deadline was met or fell away; None while it runs.
    `key` tells apart several of one kind (the consultation's or remedy's number). `counted_from`
    is the day, itself not counted, from which the law's own period runs after all restarts, and
    `pauses` are all spans since that do not count, before and after the due day.
    """

    kind: str
    key: str
    nature: Nature
    article: str
    started_on: date
    due: date | None
    provisional: bool
    steps: tuple[ClockStep, ...]
    ended_on: date | None = None
    stopped_until: date | None = None
    remaining: int | None = None
    counted_from: date | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def running(self) -> bool:
        """Whether somebody must still act (or may) by the due day."""
        return self.ended_on is None

    def late_on(self, day: date) -> bool:
        """Whether the deadline was missed: ended after its due day, or still running on `day`."""
        return self.due is not None and (self.ended_on or day) > self.due
