"""How long an answer took, as the law counts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from requestflow.law.calendar import WorkingCalendar
from requestflow.law.deadlines import ClockEvent
from requestflow.law.model import Pack
from requestflow.law.statutory_clock import clock

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
    begin = deadline.counted_from or deadline.started_on
    days, counted_to = 0, begin
    for pause in sorted(deadline.pauses, key=lambda item: item.start):
        if pause.start > counted_to:
            days += calendar.between(counted_to, min(pause.start, concluded_on))
        counted_to = max(counted_to, pause.start, min(pause.end or concluded_on, concluded_on))
        if counted_to >= concluded_on:
            break
    if counted_to < concluded_on:
        days += calendar.between(counted_to, concluded_on)
    return DaysTaken(days, deadline.due is not None and concluded_on > deadline.due)
