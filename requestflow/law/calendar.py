"""Working days (工作日): weekends and holidays out, made-up working weekends in.

Pure. The stored calendar lives in `requestflow.calendars`; this is its immutable form for one
unit, built once and asked many times. The n-th working day is found by bisection.
"""

import calendar as months
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from requestflow.law.errors import CalendarOutOfRange
from requestflow.law.jurisdictions import Jurisdiction, jurisdiction_of

FIRST_YEAR = 2004
LAST_YEAR = 2099

DayKind = Literal["holiday", "working"]


@dataclass(frozen=True, slots=True)
class NotCounted:
    """A run of days that are not working days, and why (`name` is None for a plain weekend)."""

    first: date
    last: date
    name: str | None


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The working days of one unit.

    `days` holds what departs from the week of its jurisdiction; `closures` a unit's own closed
    days; `announced` the years whose holidays were announced. A year that is not announced is
    counted by its weekends, the holidays that the law fixes by itself and whatever days are known
    of it; everything that rests on it is provisional, where holidays are announced at all.
    """

    days: Mapping[date, tuple[DayKind, str]]
    announced: frozenset[int]
    closures: Mapping[date, str] = field(default_factory=dict)
    version: int = 0
    jurisdiction: Jurisdiction = field(default_factory=jurisdiction_of)
    fixed: Mapping[date, str] = field(init=False, repr=False, compare=False)
    """Holidays by law of years that are not announced."""
    _working: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        first = date(FIRST_YEAR, 1, 1).toordinal()
        last = date(LAST_YEAR, 12, 31).toordinal()
        off, announcing = self.jurisdiction.days_off, self.jurisdiction.announced_by
        fixed = {
            day: name
            for year in range(FIRST_YEAR, LAST_YEAR + 1)
            if not announcing or year not in self.announced
            for day, name in self.jurisdiction.fixed_holidays(year).items()
            if day not in self.days
        }
        object.__setattr__(self, "fixed", fixed)
        departing = {day.toordinal(): kind == "working" for day, (kind, _) in self.days.items()}
        departing.update((day.toordinal(), False) for day in fixed)
        departing.update((day.toordinal(), False) for day in self.closures)
        # Ordinal 1 (0001-01-01) was a Monday, so (ordinal - 1) % 7 is the weekday.
        working = (n for n in range(first, last + 1) if departing.get(n, (n - 1) % 7 not in off))
        object.__setattr__(self, "_working", tuple(working))

    def _check(self, day: date) -> int:
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise CalendarOutOfRange(
                f"{day.isoformat()} is outside the working-day calendar ({FIRST_YEAR}–{LAST_YEAR})"
            )
        return day.toordinal()

    def is_working(self, day: date) -> bool:
        """Whether the unit works on that day."""
        ordinal = self._check(day)
        place = bisect_left(self._working, ordinal)
        return place < len(self._working) and self._working[place] == ordinal

    def after(self, day: date, number: int) -> date:
        """The `number`-th working day after `day`; the day itself is not counted."""
        place = bisect_right(self._working, self._check(day)) + number - 1
        return self._at(place)

    def before(self, day: date, number: int) -> date:
        """The `number`-th working day before `day`; the day itself is not counted."""
        return self._at(bisect_left(self._working, self._check(day)) - number)

    def _at(self, place: int) -> date:
        if not 0 <= place < len(self._working):
            raise CalendarOutOfRange(f"counting leaves the calendar ({FIRST_YEAR}–{LAST_YEAR})")
        return date.fromordinal(self._working[place])

    def on_or_after(self, day: date) -> date:
        """That day if it is a working day, else the next one."""
        return self._at(bisect_left(self._working, self._check(day)))

    def between(self, after: date, until: date) -> int:
        """How many working days lie after `after`, up to and with `until`; negative backwards."""
        until_place = bisect_right(self._working, self._check(until))
        return until_place - bisect_right(self._working, self._check(after))

    def provisional(self, first: date, last: date) -> bool:
        """Whether a count from `first` to `last` rests on a year not announced yet."""
        if self.jurisdiction.announced_by is None:
            return False
        return any(year not in self.announced for year in range(first.year, last.year + 1))

    def not_counted(self, after: date, until: date) -> tuple[NotCounted, ...]:
        """The runs of non-working days after `after`, up to and with `until`, in order."""
        first, final = self._check(after) + 1, self._check(until)
        low, high = bisect_left(self._working, first), bisect_right(self._working, final)
        worked = set(self._working[low:high])
        runs: list[NotCounted] = []
        for ordinal in range(first, final + 1):
            if ordinal in worked:
                continue
            day = date.fromordinal(ordinal)
            name = self.closures.get(day) or self.fixed.get(day)
            name = name or self.days.get(day, (None, None))[1]
            last = runs[-1] if runs else None
            if last and last.name == name and last.last.toordinal() + 1 == ordinal:
                runs[-1] = NotCounted(last.first, day, name)
            else:
                runs.append(NotCounted(day, day, name))
        return tuple(runs)


def months_after(day: date, number: int) -> date:
    """The same day `number` months on, or that month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + number
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))
