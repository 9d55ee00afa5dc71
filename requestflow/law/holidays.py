"""Public holidays (法定节假日) that the law fixes by itself, and when a year's notice is whole.

Regulation on Public Holidays (全国年节及纪念日放假办法), art. 2; as data in `feasts/cn.toml`.
"""

import tomllib
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from requestflow.law.model import Label, StrictModel

FILE = Path(__file__).parent / "feasts" / "cn.toml"


class Feast(StrictModel):
    """A feast: its days that never move (month-day), and among which days a notice names it."""

    name: Label
    fixed: tuple[str, ...] = ()
    windows: tuple[tuple[str, str], ...]
    least: int = 1
    article: str

    def named_in(self, year: int, holidays: Collection[date]) -> bool:
        """Whether these holidays hold the feast in a year."""
        spans = [(_day(year, first), _day(year, last)) for first, last in self.windows]
        held = sum(any(first <= day <= last for first, last in spans) for day in holidays)
        return held >= self.least and all(_day(year, day) in holidays for day in self.fixed[:1])


def _day(year: int, month_day: str) -> date:
    return date.fromisoformat(f"{year}-{month_day}")


@cache
def feasts() -> tuple[Feast, ...]:
    """The feasts of the law, in the order of the year."""
    content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(Feast.model_validate(item) for item in content["feasts"])


@cache
def fixed_holidays(year: int) -> Mapping[date, str]:
    """The days of a year that are holidays before anything is announced, with their names."""
    return {_day(year, day): feast.name.zh for feast in feasts() for day in feast.fixed}


def missing_feasts(year: int, holidays: Collection[date]) -> list[Feast]:
    """The feasts that a notice with these holidays does not name: none where it is whole."""
    return [feast for feast in feasts() if not feast.named_in(year, holidays)]
