"""Counting a period in working days, calendar days or months, with what is not counted left out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from requestflow.law.calendar import WorkingCalendar, months_after
from requestflow.law.deadlines import ClockStep, Pause
from requestflow.law.errors import CalendarOutOfRange


@dataclass(frozen=True, slots=True)
class Counted:
    """Where a count ended: the parts of a `Deadline` of the same names."""

    due: date | None
    steps: tuple[ClockStep, ...]
    provisional: bool = False
    stopped_until: date | None = None
    remaining: int | None = None


def count(
    unit: str,
    started_on: date,
    begin: date,
    legs: Sequence[tuple[int, str, str]],
    pauses: Sequence[Pause],
    calendar: WorkingCalendar,
    before: Sequence[ClockStep] = (),
) -> Counted:
    """Counts the legs one after the other from `begin`, leaving the pauses out; the steps in
    `before` led there from `started_on`."""
    measure = _MEASURES[unit](calendar)
    steps, position = list(before), begin
    waiting = sorted(pauses, key=lambda pause: pause.start)
    stopped_until = max((p.end for p in waiting if p.open and p.end), default=None)
    for number, rule, article in legs:
        remaining = number
        while waiting:
            pause = waiting[0]
            start = max(pause.start, position)
            used = measure.between(position, start)
            if used >= remaining:
                break
            waiting.pop(0)
            if used:
                steps.append(measure.step(position, start, used, rule, article))
            remaining -= used
            if pause.end is None:
                return Counted(None, tuple(steps), remaining=remaining)
            if pause.end > start:
                steps.append(ClockStep(start, pause.end, 0, f"stop.{pause.rule}", pause.article))
            position = max(start, pause.end)
        end = measure.after(position, remaining)
        steps.append(measure.step(position, end, remaining, rule, article))
        position = end
    due = position
    if unit != "working_days":
        due, further = rolled(position, calendar)
        steps += further
    # Of calendar days, weekends alone decide most ends; only the last day's year can change one.
    rests_on = started_on if unit == "working_days" else position
    return Counted(due, tuple(steps), calendar.provisional(rests_on, due), stopped_until)


def rolled(end: date, calendar: WorkingCalendar) -> tuple[date, list[ClockStep]]:
    """When a period ends whose last day is that: on the next working day where it is a day off and
    the jurisdiction says so. With the step that this is, if it is one."""
    due = calendar.on_or_after(end)
    article = calendar.jurisdiction.rolled_by(end)
    if due == end or article is None:
        return end, []
    return due, [ClockStep(end, due, 0, "rolled", article, "calendar_days")]


@dataclass(frozen=True)
class _WorkingDays:
    calendar: WorkingCalendar

    def between(self, after: date, until: date) -> int:
        return self.calendar.between(after, until)

    def after(self, day: date, number: int) -> date:
        return self.calendar.after(day, number)

    def step(self, start: date, end: date, days: int, rule: str, article: str) -> ClockStep:
        return ClockStep(start, end, days, rule, article, "working_days", self.calendar)


@dataclass(frozen=True)
class _CalendarDays:
    calendar: WorkingCalendar
    unit: str = "calendar_days"

    def between(self, after: date, until: date) -> int:
        return (until - after).days

    def after(self, day: date, number: int) -> date:
        try:
            return day + timedelta(days=number)
        except OverflowError as error:
            raise CalendarOutOfRange("counting leaves the calendar") from error

    def step(self, start: date, end: date, days: int, rule: str, article: str) -> ClockStep:
        return ClockStep(start, end, days, rule, article, self.unit)


@dataclass(frozen=True)
class _Months(_CalendarDays):
    """Months are counted whole: a pack may not let them stand still."""

    unit: str = "months"

    def after(self, day: date, number: int) -> date:
        try:
            return months_after(day, number)
        except (OverflowError, ValueError) as error:
            raise CalendarOutOfRange("counting leaves the calendar") from error


_MEASURES: Mapping[str, Callable[[WorkingCalendar], _WorkingDays | _CalendarDays]] = {
    "working_days": _WorkingDays,
    "calendar_days": _CalendarDays,
    "months": _Months,
}
