"""How long an answer took, as the law counts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from requestflow.law.calendar import WorkingCalendar
from requestflow.law.model import Pack
from requestflow.law.statutory_clock import ClockEvent, clock

ANSWER = "reply"
"""The kind of the limit within which the body answers (Order 492 art. 24, Order 711 art. 33)."""


@dataclass(frozen=True, slots=True)
class DaysTaken:
    """How long an answer took: `days` are working days of the period to answer, without those for
    which the clock stood still; `late` says that its due day had passed."""

    days: int
    late: bool


def count_days_taken(
    events: Sequence[ClockEvent], pack: Pack, calendar: WorkingCalendar, concluded_on: date
) -> DaysTaken | None:
    """How long a case took to its conclusion; None where the law sets no period to answer."""
    deadline = next(iter(clock(events, pack, calendar, kind=ANSWER)), None)
    if deadline is None:
        return None
    if deadline.due is None:
        # It ended while the clock stood still.
        return DaysTaken(sum(step.working_days for step in deadline.steps), late=False)
    begin = deadline.started_on
    stopped = 0
    for step in deadline.steps:
        if step.rule.startswith("restart."):
            begin = step.end
        elif step.rule.startswith("stop.") and step.start < concluded_on:
            stopped += calendar.between(step.start, min(step.end, concluded_on))
    days = calendar.between(begin, max(begin, concluded_on)) - stopped
    return DaysTaken(max(days, 0), concluded_on > deadline.due)
