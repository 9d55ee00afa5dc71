"""What units are reminded of besides their cases: the annual report, and next year's calendar."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, aliased

from requestflow.accounts import Unit
from requestflow.calendars import CalendarYear
from requestflow.foundation import insert_once
from requestflow.law import HOME, jurisdiction_of
from requestflow.notices.models import NEVER, ReminderSchedule
from requestflow.notices.reporting_days import (
    LocalDays,
    ReportDue,
    local_days,
    report_due,
    rules_of,
)

BEFORE = timedelta(days=45)
"""How long before its day something is put on the schedule."""


def report_subject(unit: Unit, found: ReportDue) -> str:
    """What a unit's report is called on the schedule."""
    return f"unit:{unit.code}:{found.by_law.year}:{found.rule.code}"


def settle_report(session: Session, unit: Unit, year: int) -> None:
    """Nobody is reminded any more of a report that is published; nor of one that is made anew
    then, because its day was met."""
    found = report_due(unit, year + 1, local_days(session))
    if found is None:
        return
    subject = report_subject(unit, found)
    _insert(session, subject, unit.id, f"report.{found.rule.code}", "report", found.due, NEVER)
    session.execute(
        update(ReminderSchedule).where(ReminderSchedule.subject == subject).values(next_on=NEVER)
    )


def plan_office_deadlines(session: Session, days: Mapping[str, date]) -> None:
    """Puts on the schedule what comes in the next weeks; twice is once. `days` is the day that it
    is, by jurisdiction."""
    for jurisdiction, today in days.items():
        _plan_calendar(session, jurisdiction, today)
    local = local_days(session)
    if not any(_near(code, today, local) for code, today in days.items()):
        return
    reports = ReminderSchedule.occasion == "report"
    planned = set(session.scalars(select(ReminderSchedule.subject).where(reports).distinct()))
    for unit in session.scalars(select(Unit).order_by(Unit.id)).all():
        today = days[unit.jurisdiction]
        for year in (today.year, today.year + 1):
            found = report_due(unit, year, local)
            if found is None or not found.due - BEFORE <= today < found.due:
                continue
            subject = report_subject(unit, found)
            if subject not in planned:
                kind = f"report.{found.rule.code}"
                _insert(session, subject, unit.id, kind, "report", found.due, today)


def _near(jurisdiction: str, today: date, local: LocalDays) -> bool:
    """Whether any day for reports is near, so that it is worth looking at the units."""
    days: Iterable[date] = (
        day
        for year in (today.year, today.year + 1)
        for day in (
            *(date(year, rule.month, rule.day) for rule in rules_of(jurisdiction, year)),
            *(d.replace(year=year) for d in local.values()),
        )
    )
    return any(day - BEFORE <= today <= day + timedelta(days=1) for day in days)


def _plan_calendar(session: Session, jurisdiction: str, today: date) -> None:
    """Next year's holidays, while they are not entered and where they are announced."""
    usually = jurisdiction_of(jurisdiction).announced_by
    year = today.year + 1
    of = f"calendar:{year}" if jurisdiction == HOME else f"calendar:{jurisdiction}:{year}"
    known = select(CalendarYear.announced).where(
        CalendarYear.jurisdiction == jurisdiction, CalendarYear.year == year
    )
    due = usually.in_year(today.year) if usually else None
    if due is None or today < due - BEFORE or session.scalar(known):
        earlier = of.removesuffix(str(year)) + str(today.year)
        entered = ReminderSchedule.subject.in_((of, earlier))
        session.execute(delete(ReminderSchedule).where(entered))
        return
    if session.scalar(select(ReminderSchedule.id).where(ReminderSchedule.subject == of).limit(1)):
        return
    above = aliased(Unit)
    top = (
        select(Unit)
        .outerjoin(above, above.id == Unit.parent_id)
        .where(Unit.jurisdiction == jurisdiction)
        .where(above.id.is_(None) | (above.jurisdiction != jurisdiction))
        .order_by(Unit.id)
    )
    # Of several, the first hears of it: a calendar is entered once.
    unit = session.scalar(top.limit(1))
    if unit is not None:
        _insert(session, of, unit.id, "calendar", "calendar", due, today)


def _insert(
    session: Session,
    subject: str,
    unit_id: int,
    kind: str,
    occasion: str,
    due: date,
    today: date,
) -> None:
    values: dict[str, Any] = {
        "subject": subject,
        "case_id": None,
        "unit_id": unit_id,
        "kind": kind,
        "key": "",
        "occasion": occasion,
        "due": due,
        "next_on": today,
    }
    insert_once(session, ReminderSchedule, values)
