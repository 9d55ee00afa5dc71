"""What units are reminded of besides their cases: the annual report, and next year's calendar."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select
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

GOVERNMENTS = frozenset({"city", "county", "government"})


def plan_office(session: Session, today: date) -> None:
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
            concerns = (unit.kind in GOVERNMENTS) == (code == "governments")
            subject = f"unit:{unit.code}:{due.year}:{code}"
            if concerns and subject not in planned:
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
