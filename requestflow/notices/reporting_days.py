"""By which day a unit's annual report must be handed in or published: the law's day, or an earlier
one that the unit or one above it has set."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, require
from requestflow.foundation import RequestflowError, text
from requestflow.law import LawError, ReportingDay, law_in_force
from requestflow.notices.models import NEVER, LocalReportingDay, ReminderSchedule

LocalDays = Mapping[tuple[str, str], date]
"""The days that units have set, in `ANY_YEAR`, by the unit's path and the code of the law's."""
ANY_YEAR = 2025
"""A year in which every day stands that stands in each."""


class DayRefused(RequestflowError):
    """A day that cannot be set; `code` is that of the law's day."""

    def __init__(self, code: str, message: object) -> None:
        super().__init__(message)  # type: ignore[arg-type]
        self.code = code


@dataclass(frozen=True)
class ReportDue:
    """The day by which a unit's report of the year before must be there: `by_law` is the law's,
    `due` the day that holds, `set_by` the path of the unit that has set an earlier one."""

    rule: ReportingDay
    by_law: date
    due: date
    set_by: str | None


def local_days(session: Session) -> dict[tuple[str, str], date]:
    """All days that units have set."""
    query = select(LocalReportingDay, Unit.path).join(Unit, Unit.id == LocalReportingDay.unit_id)
    return {
        (path, row.code): date(ANY_YEAR, row.month, row.day) for row, path in session.execute(query)
    }


def rules_of(jurisdiction: str, year: int) -> tuple[ReportingDay, ...]:
    """The days in a year that the law of a jurisdiction sets for reports."""
    try:
        return law_in_force(date(year, 1, 1), jurisdiction).reporting_days
    except LawError:
        return ()


def report_due(unit: Unit, year: int, local: LocalDays) -> ReportDue | None:
    """When in a year the unit's report of the year before is due; None where the law of its
    jurisdiction says nothing."""
    rules = rules_of(unit.jurisdiction, year)
    named = [rule for rule in rules if unit.kind in rule.kinds]
    for rule in (*named, *(rule for rule in rules if not rule.kinds)):
        by_law = date(year, rule.month, rule.day)
        path = _nearest(local, unit.path, rule.code)
        own = local[path, rule.code].replace(year=year) if path else by_law
        return ReportDue(rule, by_law, min(own, by_law), path if path and own < by_law else None)
    return None


def _nearest(local: LocalDays, unit_path: str, code: str) -> str | None:
    """The path of the unit at or above that has set a day."""
    above = (path for path, name in local if name == code and unit_path.startswith(path))
    return max(above, key=len, default=None)


def set_reporting_day(
    session: Session, actor: Actor, unit: Unit, code: str, typed: str, today: date
) -> None:
    """Sets by which day (`01-20`; nothing: the law's, or that of the unit above) reports must be
    there, for the unit and all below it. DayRefused for what is no day, or after the law's in the
    next year; Refused."""
    require(actor, "unit.change", unit.path)
    rule = next((x for x in rules_of(unit.jurisdiction, today.year + 1) if x.code == code), None)
    if rule is None:
        raise DayRefused(code, text("The law does not set this day."))
    own = (LocalReportingDay.unit_id == unit.id, LocalReportingDay.code == code)
    if not typed:
        session.execute(delete(LocalReportingDay).where(*own))
    else:
        day = _day(code, typed)
        if day > date(ANY_YEAR, rule.month, rule.day):
            message = text(
                "This is after the day that the law sets (%(day)s).",
                day=f"{rule.month:02}-{rule.day:02}",
            )
            raise DayRefused(code, message)
        session.merge(LocalReportingDay(unit_id=unit.id, code=code, month=day.month, day=day.day))
    session.flush()
    _move(session, unit, today)


def _day(code: str, typed: str) -> date:
    month, _, day = typed.replace("月", "-").removesuffix("日").partition("-")
    try:
        return date(ANY_YEAR, int(month), int(day))
    except ValueError as error:
        raise DayRefused(code, text("Enter a month and a day, like 01-20.")) from error


def _move(session: Session, unit: Unit, today: date) -> None:
    """Moves what is scheduled for the reports of a unit and those below it to the day that holds
    now, and has the next sweep look at it: a day that came nearer may be one to be told of."""
    local = local_days(session)
    query = (
        select(ReminderSchedule, Unit)
        .join(Unit, Unit.id == ReminderSchedule.unit_id)
        .where(
            ReminderSchedule.occasion == "report",
            Unit.path.startswith(unit.path, autoescape=True),
        )
    )
    for row, of in session.execute(query).all():
        found = report_due(of, row.due.year, local)
        if found and found.due != row.due:
            row.due = found.due
            if row.next_on < NEVER:
                row.next_on = min(row.next_on, today)
    session.flush()


def reporting_day_settings(
    unit: Unit, year: int, local: LocalDays
) -> Iterator[tuple[ReportingDay, date | None, date | None]]:
    """The law's days in a year, each with the one that the unit has set and the one that a unit
    above it has."""
    for rule in rules_of(unit.jurisdiction, year):
        above = {key: day for key, day in local.items() if key[0] != unit.path}
        path = _nearest(above, unit.path, rule.code)
        own = local.get((unit.path, rule.code))
        yield rule, own, above[path, rule.code] if path else None
