"""Who hears of what when: rules as data, those of a unit before those of the units above it.

Thresholds count working days to the due day: 5 is the fifth before it, 0 the day itself, -1 the
first after it.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from requestflow.law import StrictModel, WorkingCalendar

FILE = Path(__file__).parent / "rules.toml"
Audience = Literal["clerk", "head", "supervisor", "administrator", "group"]
MOST_DAYS = 60


class ReminderRule(StrictModel):
    """When an audience hears of an occasion; `after` None means daily, as long as it lasts."""

    occasion: str
    audience: Audience
    before: tuple[int, ...] = ()
    after: tuple[int, ...] | Literal["daily"] = ()


class _File(StrictModel):
    rules: tuple[ReminderRule, ...] = Field(min_length=1)


@cache
def default_rules() -> tuple[ReminderRule, ...]:
    """The rules where a unit has set nothing else."""
    return _File.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8"))).rules


def rules_for(
    own: Mapping[tuple[str, str, str], ReminderRule], unit_path: str
) -> Sequence[ReminderRule]:
    """The rules of a unit: for each occasion and audience its own, else those of the nearest unit
    above it that has set them, else the default. `own` is by path, occasion, audience."""
    codes = unit_path.rstrip("/").split("/")
    paths = ["/".join(codes[: place + 1]) + "/" for place in reversed(range(len(codes)))]
    results = []
    for rule in default_rules():
        key = (rule.occasion, rule.audience)
        set_here = (own[(path, *key)] for path in paths if (path, *key) in own)
        results.append(next(set_here, rule))
    return results


def remind_on(due: date, threshold: int, calendar: WorkingCalendar) -> date:
    """The day of a threshold."""
    if threshold > 0:
        return calendar.before(due, threshold)
    return due if threshold == 0 else calendar.after(due, -threshold)


def reached(rule: ReminderRule, due: date, today: date, calendar: WorkingCalendar) -> int | None:
    """The threshold to tell of today: the last one reached. Earlier ones that were missed are
    overtaken by it, so that a stopped day does not end in a flood."""
    late = calendar.between(due, today) if today > due else 0
    if rule.after == "daily" and late:
        return -late
    after = rule.after if rule.after != "daily" else ()
    over = [number for number in after if number <= late]
    if over:
        return -max(over)
    if today > due and not rule.after:
        return None  # what is over, and is told of only before, helps nobody any more
    ahead = [number for number in rule.before if remind_on(due, number, calendar) <= today]
    return min(ahead, default=None)


def next_day(
    rules: Iterable[ReminderRule], due: date, today: date, calendar: WorkingCalendar
) -> date | None:
    """The first day after today on which one of the rules tells somebody."""
    days: list[date] = []
    for rule in rules:
        after: Sequence[int] = () if rule.after == "daily" else rule.after
        days += [remind_on(due, number, calendar) for number in rule.before]
        days += [remind_on(due, -number, calendar) for number in after]
        if rule.after == "daily":
            days.append(calendar.after(max(due, today), 1))
    return min((day for day in days if day > today), default=None)
