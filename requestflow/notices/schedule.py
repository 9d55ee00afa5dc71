"""Keeping the reminder schedule in step with the cases; hears of every change at the door."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from requestflow.cases import CaseChange, Listener
from requestflow.law import Deadline
from requestflow.notices import rules
from requestflow.notices.models import ReminderSchedule


def reschedule(zone: ZoneInfo) -> Listener:
    """A listener of the door that schedules the reminders of a changed case anew."""

    def listen(session: Session, changes: Sequence[CaseChange], now: datetime) -> None:
        today = now.astimezone(zone).date()
        ids = [change.case_id for change in changes]
        session.execute(delete(ReminderSchedule).where(ReminderSchedule.case_id.in_(ids)))
        rows = [
            row
            for change in changes
            for item in change.running
            if (row := _row(change, item, today))
        ]
        if rows:
            session.execute(insert(ReminderSchedule), rows)

    return listen


def _row(change: CaseChange, item: Deadline, today: date) -> dict[str, object] | None:
    if item.due is None:
        return None
    plan = rules.days(item.nature, item.due, change.calendar)
    if not plan:
        return None
    # What was reached already is due at the next sweep; told twice it cannot be (natural key).
    reached = rules.due_now(plan, today)
    next_on = today if reached is not None else rules.next_day(plan, today)
    if next_on is None:
        return None
    if item.stopped_until and item.stopped_until >= next_on:
        next_on = item.stopped_until + timedelta(days=1)
    return {
        "case_id": change.case_id,
        "kind": item.kind,
        "key": item.key,
        "nature": item.nature,
        "due": item.due,
        "next_on": next_on,
        "error": None,
    }
