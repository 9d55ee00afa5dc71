"""Keeping the reminder schedule in step with the cases; hears of every change at the cases."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from requestflow.accounts import unit_by_code
from requestflow.cases import CaseChange, Listener
from requestflow.law import Zones
from requestflow.notices.models import Reminder, ReminderSchedule
from requestflow.notices.rules import ReminderRule, next_day, reached, rules_for
from requestflow.notices.triggers import Trigger, triggers_of
from requestflow.notices.unit_rules import all_unit_rules


def reschedule(zones: Zones) -> Listener:
    """A listener of the cases that schedules the reminders of a changed case anew. What was noted
    before the change and not told yet is noted again at the next sweep, if it still holds."""

    def listen(session: Session, changes: Sequence[CaseChange], now: datetime) -> None:
        ids = [change.case_id for change in changes if not change.is_new]
        if ids:
            session.execute(delete(ReminderSchedule).where(ReminderSchedule.case_id.in_(ids)))
            untold = (Reminder.case_id.in_(ids), Reminder.message_id.is_(None))
            session.execute(delete(Reminder).where(*untold))
        own = all_unit_rules(session)
        rows = [
            row
            for change in changes
            for occasion in triggers_of(change)
            if (row := _row(session, change, occasion, own, zones, now))
        ]
        if rows:
            session.execute(insert(ReminderSchedule), rows)

    return listen


def _row(
    session: Session,
    change: CaseChange,
    item: Trigger,
    own: dict[tuple[str, str, str], ReminderRule],
    zones: Zones,
    now: datetime,
) -> dict[str, Any] | None:
    unit = unit_by_code(session, item.unit) if item.unit else change.unit
    today = zones.day_of(now, unit.jurisdiction)
    rules = [rule for rule in rules_for(own, unit.path) if rule.occasion == item.occasion]
    # What was reached already is due at the next sweep; told twice it cannot be (natural key).
    now_due = any(reached(rule, item.due, today, change.calendar) is not None for rule in rules)
    next_on = today if now_due else next_day(rules, item.due, today, change.calendar)
    if next_on is None:
        return None
    if item.quiet_until and item.quiet_until >= next_on:
        next_on = item.quiet_until + timedelta(days=1)
    return {
        "subject": f"case:{change.case_id}",
        "case_id": change.case_id,
        "unit_id": unit.id,
        "kind": item.kind,
        "key": item.key,
        "occasion": item.occasion,
        "due": item.due,
        "next_on": next_on,
        "error": None,
    }
