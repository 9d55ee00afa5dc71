"""Jurisdictions (法域): what holds in a country whatever its law of disclosure says. Its week, its
public holidays, its clock and money, and what becomes of a period that ends on a day off; as data
in `jurisdictions/*.toml`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from requestflow.law.errors import UnknownLaw
from requestflow.law.files import files_of, parse, read_text, refuse, refuse_in, validated
from requestflow.law.model import HOME, Dated, Label, StrictModel
from requestflow.law.places import Places

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
A_YEAR = 2025
"""A year in which every day stands that stands in each."""


def _day(year: int, month_day: str) -> date:
    return date.fromisoformat(f"{year}-{month_day}")


class Feast(StrictModel):
    """A feast: its days that never move (month-day), and among which days a notice names it, with
    at least so many."""

    name: Label
    fixed: tuple[str, ...] = ()
    windows: tuple[tuple[str, str], ...] = ()
    least: int = 1
    article: str

    @field_validator("fixed", "windows")
    @classmethod
    def _are_days(cls, value: tuple[str | tuple[str, str], ...]) -> object:
        for item in value:
            for day in (item,) if isinstance(item, str) else item:
                _day(A_YEAR, day)
        return value

    def named_in(self, year: int, holidays: Collection[date]) -> bool:
        """Whether these holidays hold the feast in a year."""
        spans = [(_day(year, first), _day(year, last)) for first, last in self.windows]
        held = sum(any(first <= day <= last for first, last in spans) for day in holidays)
        enough = held >= self.least or not spans
        return enough and all(_day(year, day) in holidays for day in self.fixed[:1])


class Rolling(Dated):
    """That a period in calendar days or months which ends on a day off ends on the next working
    day, for ends in a span of days."""

    article: str


class Currency(StrictModel):
    """The money of fees; amounts are in its hundredths (fen, cents). `code` is that of ISO 4217,
    `label` what is written behind an amount."""

    code: str = Field(pattern="^[A-Z]{3}$")
    label: Label


class MonthDay(StrictModel):
    """A day of every year."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)

    @model_validator(mode="after")
    def _is_a_day(self) -> "MonthDay":
        self.in_year(A_YEAR)
        return self

    def in_year(self, year: int) -> date:
        """The day in a year."""
        return date(year, self.month, self.day)


class Jurisdiction(StrictModel):
    """One of them. `announced_by` is by when the holidays of the next year are usually announced;
    without it they are those that the law fixes and what a calendar file names, and no year is
    provisional."""

    code: str = Field(min_length=1, max_length=20)
    label: Label
    time_zone: str
    weekend: tuple[Weekday, ...] = ("saturday", "sunday")
    currency: Currency
    announced_by: MonthDay | None = None
    rolling: tuple[Rolling, ...] = ()
    feasts: tuple[Feast, ...] = ()

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("is no zone of the IANA database, such as Asia/Shanghai") from error
        return value

    @cached_property
    def zone(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def days_off(self) -> frozenset[int]:
        """The days of the week on which nobody works; Monday is 0."""
        return frozenset(WEEKDAYS.index(name) for name in self.weekend)

    def rolled_by(self, end: date) -> str | None:
        """The article by which a period that ends on that day, a day off, goes on to the next
        working day; None where none says so."""
        return next((item.article for item in self.rolling if item.in_force(end)), None)

    def fixed_holidays(self, year: int) -> Mapping[date, str]:
        """The days of a year that are holidays by the law itself, with their names."""
        return {_day(year, day): feast.name.zh for feast in self.feasts for day in feast.fixed}

    def missing_feasts(self, year: int, holidays: Collection[date]) -> list[Feast]:
        """The feasts that a notice with these holidays does not name: none where it is whole."""
        return [feast for feast in self.feasts if not feast.named_in(year, holidays)]


def _problems(item: Jurisdiction) -> Iterable[str]:
    for place, rule in enumerate(item.rolling, 1):
        if any(rule.overlaps(other) for other in item.rolling[: place - 1]):
            yield f"rolling[{place}].in_force_from: overlaps an earlier entry"
    if len(set(item.weekend)) == len(WEEKDAYS):
        yield "weekend: leaves no working day"
    if item.announced_by and not item.feasts:
        yield "feasts: are needed to tell whether a notice is whole"


@cache
def known_jurisdictions() -> Mapping[str, Jurisdiction]:
    """All of them by code; PackInvalid naming what is wrong with a file."""
    results: dict[str, Jurisdiction] = {}
    for path in files_of("jurisdictions"):
        text = read_text(path)
        places = Places([(path.name, text)])
        item = validated(Jurisdiction, places, parse(path.name, text))
        refuse(places, list(_problems(item)))
        if item.code in results:
            refuse_in(path, f"code: '{item.code}' stands twice")
        results[item.code] = item
    return results


def jurisdiction_of(code: str = HOME) -> Jurisdiction:
    """The jurisdiction of that code; raises UnknownLaw naming those there are."""
    known = known_jurisdictions()
    if code not in known:
        raise UnknownLaw(f"there is no jurisdiction '{code}'; there are: {', '.join(known)}")
    return known[code]


@dataclass(frozen=True)
class Zones:
    """The time zones of an installation: `home` for units of the home jurisdiction, for others
    that of theirs."""

    home: ZoneInfo

    def of(self, jurisdiction: str = HOME) -> ZoneInfo:
        """The zone of a jurisdiction."""
        return self.home if jurisdiction == HOME else jurisdiction_of(jurisdiction).zone

    def day_of(self, moment: datetime, jurisdiction: str = HOME) -> date:
        """The day that a moment has there."""
        return moment.astimezone(self.of(jurisdiction)).date()
