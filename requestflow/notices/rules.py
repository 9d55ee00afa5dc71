"""When somebody is reminded of a deadline: thresholds in working days before the due day."""

from collections.abc import Sequence
from datetime import date

from requestflow.law import WorkingCalendar

THRESHOLDS: dict[str, tuple[int, ...]] = {
    "duty": (5, 3, 1, 0, -1),
    "window": (1, 0),
    "other_party": (-1,),
}
"""By nature of the deadline. 0 is the due day, -1 the first working day after it. Of what others
must do the clerk hears once it is over, because only then is there something to do."""


def remind_on(due: date, threshold: int, calendar: WorkingCalendar) -> date:
    """The day of a threshold."""
    if threshold > 0:
        return calendar.before(due, threshold)
    return due if threshold == 0 else calendar.after(due, -threshold)


def days(nature: str, due: date, calendar: WorkingCalendar) -> list[tuple[int, date]]:
    """The thresholds of a deadline with their days, in order."""
    return [(n, remind_on(due, n, calendar)) for n in THRESHOLDS.get(nature, ())]


def due_now(plan: Sequence[tuple[int, date]], today: date) -> int | None:
    """The threshold to remind of today: the last one reached. Earlier ones that were missed are
    overtaken by it, so that a stopped day does not end in a flood."""
    reached = [threshold for threshold, day in plan if day <= today]
    return reached[-1] if reached else None


def next_day(plan: Sequence[tuple[int, date]], today: date) -> date | None:
    """The day of the next threshold after today."""
    return next((day for _, day in plan if day > today), None)
