"""Reading a calendar file: a table with the columns day, kind and name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from requestflow.foundation import RequestflowError, Text, text
from requestflow.law import (
    FIRST_YEAR,
    HOME,
    LAST_YEAR,
    DayKind,
    Feast,
    Jurisdiction,
    jurisdiction_of,
)
from requestflow.spreadsheets import CellUnreadable, Column, ListRow, day_of, read_list

COLUMNS = (
    Column("day", "day", ("日期", "日"), True),
    Column("kind", "kind", ("类型", "类别"), True),
    Column("name", "name", ("名称", "节日", "说明"), True),
)
KINDS: Mapping[str, DayKind | None] = {
    "holiday": "holiday",
    "放假": "holiday",
    "休": "holiday",
    "节假日": "holiday",
    "working": "working",
    "上班": "working",
    "班": "working",
    "调休上班": "working",
    "usual": None,
    "平日": None,
}
"""What a day is: a holiday, a weekend made up, or (`usual`) a day like any other again."""


@dataclass(frozen=True)
class CalendarFile:
    """What a calendar file holds for a jurisdiction: its days, those that are like any other again,
    and the years whose notice it holds whole."""

    days: Mapping[date, tuple[DayKind, str]]
    usual: Collection[date] = frozenset()
    announces: Collection[int] = frozenset()
    incomplete: Mapping[int, tuple[Feast, ...]] = field(default_factory=dict)
    """The feasts that are not named, by year of which only some days are."""
    jurisdiction: str = HOME
    unused: Collection[Text] = ()

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the file, in order."""
        return tuple(sorted({day.year for day in self.named}))

    @property
    def named(self) -> tuple[date, ...]:
        """The days that the file speaks of."""
        return (*self.days, *self.usual)

    def noticed(self) -> list[Text]:
        """Which years the file announces, and which it does not, and why."""
        lines = [
            text("%(year)s: the notice is complete; the year will count as announced.", year=year)
            for year in sorted(self.announces)
        ]
        lines += [*self.unused]
        return lines + [
            text(
                "%(year)s: not a complete notice, so the year is not marked as announced. Missing: "
                "%(feasts)s.",
                year=year,
                feasts="、".join(feast.name.zh for feast in feasts),
            )
            for year, feasts in self.incomplete.items()
        ]


def read_calendar(
    path: Path, announced: Collection[int] = (), jurisdiction: str = HOME
) -> CalendarFile:
    """Reads and checks the whole file; FileFaulty names every faulty line.

    A file announces a year where it names every feast of it, or where the person says so
    (`announced`).
    """
    days: dict[date, tuple[DayKind, str]] = {}
    usual: set[date] = set()
    with read_list(path, COLUMNS) as file:
        for row in file.rows():
            _take(row, days, usual, jurisdiction_of(jurisdiction))
        unused = file.unused()
    if not days and not usual:
        raise RequestflowError(text("%(file)s contains no dates.", file=path.name))
    return replace(calendar_file(days, usual, announced, jurisdiction), unused=unused)


def calendar_file(
    days: Mapping[date, tuple[DayKind, str]],
    usual: Collection[date] = (),
    announced: Collection[int] = (),
    jurisdiction: str = HOME,
) -> CalendarFile:
    """The days as a file that says which years it announces."""
    holidays = {day for day, (kind, _) in days.items() if kind == "holiday"}
    where = jurisdiction_of(jurisdiction)
    years = {day.year for day in days} if where.announced_by else set()
    missing = {year: tuple(where.missing_feasts(year, holidays)) for year in years - set(announced)}
    whole = {year for year, feasts in missing.items() if not feasts}
    incomplete = {year: feasts for year, feasts in sorted(missing.items()) if feasts}
    announces = whole | set(announced)
    return CalendarFile(days, frozenset(usual), announces, incomplete, jurisdiction)


def _take(
    row: ListRow, days: dict[date, tuple[DayKind, str]], usual: set[date], where: Jurisdiction
) -> None:
    typed = row.value("day")
    try:
        day = day_of(row.cell("day"))
    except CellUnreadable:
        day = None
    if day is None:
        row.fault("day", text("'%(typed)s' is not a day; write it as 2027-01-01", typed=typed))
        return
    kind = row.value("kind")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        row.fault(
            "day",
            text("the calendar holds %(first)s to %(last)s", first=FIRST_YEAR, last=LAST_YEAR),
        )
    elif kind not in KINDS:
        row.fault("kind", text("'%(kind)s' is neither 'holiday' nor 'working'", kind=kind))
    elif KINDS[kind] == "working" and day.weekday() not in where.days_off:
        row.fault(
            "day", text("%(day)s is a weekday already; only weekends can be made up", day=day)
        )
    elif day in days or day in usual:
        row.fault("day", text("%(day)s stands twice", day=day))
    elif (known := KINDS[kind]) is None:
        usual.add(day)
    else:
        days[day] = (known, row.value("name"))
