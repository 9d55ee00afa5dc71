"""Reading a calendar file: a CSV with the columns day, kind (holiday / working) and name."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from requestflow.foundation import RequestflowError, text
from requestflow.law import FIRST_YEAR, LAST_YEAR, DayKind

KINDS = ("holiday", "working")


@dataclass(frozen=True)
class CalendarFile:
    """What a calendar file holds: its days, and so the years it announces."""

    days: dict[date, tuple[DayKind, str]]

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the file, in order."""
        return tuple(sorted({day.year for day in self.days}))


def read_calendar(path: Path) -> CalendarFile:
    """Reads and checks the whole file; RequestflowError names every faulty line."""
    days: dict[date, tuple[DayKind, str]] = {}
    problems: list[str] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"day", "kind", "name"} <= set(reader.fieldnames or ()):
                raise RequestflowError(
                    text(
                        "%(file)s: a calendar file must have the columns day, kind, name.",
                        file=path.name,
                    )
                )
            for line, row in enumerate(reader, 2):
                problem = _take(days, row)
                if problem:
                    problems.append(f"{path.name}, line {line}: {problem}")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RequestflowError(text("Cannot read %(file)s.", file=str(path))) from error
    if problems:
        raise RequestflowError(text("%(problems)s", problems="\n".join(problems)))
    if not days:
        raise RequestflowError(text("%(file)s contains no dates.", file=path.name))
    return CalendarFile(days)


def _take(days: dict[date, tuple[DayKind, str]], row: dict[str, str]) -> str | None:
    try:
        day = date.fromisoformat((row["day"] or "").strip())
    except ValueError:
        return f"'{row['day']}' is not a day; write it as 2027-01-01"
    kind, name = (row["kind"] or "").strip(), (row["name"] or "").strip()
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return f"the calendar holds {FIRST_YEAR} to {LAST_YEAR}"
    if kind not in KINDS:
        return f"'{kind}' is neither 'holiday' nor 'working'"
    if kind == "working" and day.weekday() < 5:
        return f"{day} is a weekday already; only weekends can be made up"
    if day in days:
        return f"{day} stands twice"
    days[day] = ("working" if kind == "working" else "holiday", name)
    return None
