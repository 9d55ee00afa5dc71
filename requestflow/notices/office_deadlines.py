"""What units are reminded of besides their cases: the annual report, and next year's calendar."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.calendars import CalendarYear
from requestflow.foundation import insert_once
from requestflow.law import packs
from requestflow.notices.models import ReminderSchedule

BEFORE = timedelta(days=45)
"""How long before its day something is put on the schedule."""

CALENDAR_DUE = (12, 15)
"""By which day of the year before the holidays (国务院办公厅关于节假日安排的通知) are usually
announced: no day of the law, but due days of the new year are provisional until then."""

NEVER = date(9999, 12, 31)
GOVERNMENTS = frozenset({"city", "county", "government"})


def report_subject(unit: Unit, year: int) -> str:
    """What a unit's report of a year is called on the schedule."""
    return f"unit:{unit.code}:{year + 1}:{_code(unit)}"


def _code(unit: Unit) -> str:
    return "governments" if unit.kind in GOVERNMENTS else "departments"


def settle_report(session: Session, unit: Unit, year: int) -> None:
    """Nobody is reminded any more of a report that is published; nor of one that is made anew
    then, because its day was met."""
    code = _code(unit)
    day = next(item for item in packs()[-1].reporting_days if item.code == code)
    due, subject = date(year + 1, day.month, day.day), report_subject(unit, year)
    _insert(session, subject, unit.id, f"report.{code}", "report", due, NEVER)
    session.execute(
        update(ReminderSchedule).where(ReminderSchedule.subject == subject).values(next_on=NEVER)
    )


def plan_office_deadlines(session: Session, today: date) -> None:
    """Puts on the schedule what comes in the next weeks; twice is once."""
    reports = list(_reports(today))
    calendar = _calendar(session, today)
    if calendar is None:
        entered = ReminderSchedule.subject.startswith("calendar:")
        session.execute(delete(ReminderSchedule).where(entered))
    if not reports and calendar is None:
        return
    planned = set(
        session.scalars(
            select(ReminderSchedule.subject).where(ReminderSchedule.case_id.is_(None)).distinct()
        )
    )
    units = session.scalars(select(Unit).order_by(Unit.id)).all()
    for unit in units:
        for kind, code, due in reports:
            subject = report_subject(unit, due.year - 1)
            if code == _code(unit) and subject not in planned:
                _insert(session, subject, unit.id, kind, "report", due, today)
    root = next((unit for unit in units if unit.parent_id is None), None)
    if calendar and root:
        subject = f"calendar:{calendar[0]}"
        if subject not in planned:
            _insert(session, subject, root.id, "calendar", "calendar", calendar[1], today)


def _reports(today: date) -> Iterator[tuple[str, str, date]]:
    """The reporting days that are near: kind, code, day."""
    law = packs()[-1]
    for item in law.reporting_days:
        for year in (today.year, today.year + 1):
            due = date(year, item.month, item.day)
            if due - BEFORE <= today < due:
                yield f"report.{item.code}", item.code, due


def _calendar(session: Session, today: date) -> tuple[int, date] | None:
    """Next year, and the day by which its holidays should be entered, where they are not."""
    due = date(today.year, *CALENDAR_DUE)
    if today < due - BEFORE:
        return None
    year = today.year + 1
    query = select(CalendarYear.announced).where(CalendarYear.year == year)
    return None if session.scalar(query) else (year, due)


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
