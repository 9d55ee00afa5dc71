"""From reminders to messages: one digest a morning for each recipient, what is urgent at once.

Reminders and the message that tells them change in one transaction, so that whatever is killed,
each is told exactly once, and what was missed is caught up in one digest.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from requestflow.accounts import Person, Unit
from requestflow.calendars import calendar_for
from requestflow.cases import Case
from requestflow.foundation import db, insert_once
from requestflow.law import Zones
from requestflow.notices.groups import ChatGroup
from requestflow.notices.models import Message, Reminder, ReminderSchedule
from requestflow.notices.outbox import Recipient, channels_of, message_id, messages, name_of
from requestflow.notices.reminder_sweep import days_in_use, is_due

MOST = 500
"""How many reminders a digest names; what is left comes with the next one."""

log = structlog.get_logger()


def write_digests(zones: Zones, now: datetime, morning: int) -> int:
    """Writes the messages for what was noted and is to be told by now; how many. `morning` is the
    hour of the day from which people are told; safe to run twice, and in parallel. While a sweep
    has not found all that is due, it writes nothing: a digest is to be whole."""
    session = db.session()
    days = days_in_use(session, zones, now)
    if all(now.astimezone(zones.of(code)).hour < morning for code in days):
        return 0
    notified = 0
    due = select(ReminderSchedule.id).join(Unit, Unit.id == ReminderSchedule.unit_id)
    if session.scalar(due.where(is_due(days)).limit(1)) is not None:
        return 0
    keys = (Reminder.person_id, Reminder.group_id)
    query = select(*keys).where(Reminder.message_id.is_(None)).distinct().order_by(*keys)
    waiting = [(person_id, group_id) for person_id, group_id in session.execute(query)]
    for person_id, group_id in waiting:
        try:
            with db.transaction() as session:
                recipient: Recipient | None = (
                    session.get(ChatGroup, group_id)
                    if person_id is None
                    else session.get(Person, person_id)
                )
                if recipient is None:
                    continue
                local = now.astimezone(zones.of(recipient.unit.jurisdiction))
                if local.hour >= morning:
                    notified += _write_digest(session, recipient, local.date(), now)
        except Exception:  # one who cannot be told must not keep the others from being told
            log.exception("recipient cannot be told", person=person_id, group=group_id)
    return notified


def _write_digest(session: Session, recipient: Recipient, today: date, now: datetime) -> int:
    mine = (
        Reminder.group_id == recipient.id
        if isinstance(recipient, ChatGroup)
        else Reminder.person_id == recipient.id
    )
    query = (
        select(Reminder)
        .where(mine, Reminder.message_id.is_(None))
        # What is most urgent first, so that the limit never hides it.
        .order_by(Reminder.threshold, Reminder.id)
        .limit(MOST)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.scalars(query))
    if not calendar_for(session, recipient.unit.path).is_working(today):
        rows = [row for row in rows if row.threshold < 0]
    if not rows:
        return 0
    # The digest of the morning is one; what comes later in the day waits for the next, unless it
    # is due or overdue.
    digest = f"digest|{name_of(recipient)}|{today}"
    if _has_digest(session, digest + channels_of(recipient)[0]):
        rows = [row for row in rows if row.threshold <= 0]
        if not rows:
            return 0
        digest = "urgent|" + "|".join(row.natural for row in rows)
    written = messages(recipient, *_content(session, rows), digest, now)
    first = written[0]
    if not insert_once(session, Message, first):
        return 0
    if written[1:]:
        session.execute(insert(Message), written[1:])
    ids = [row.id for row in rows]
    session.execute(
        update(Reminder).where(Reminder.id.in_(ids)).values(message_id=first["message_id"])
    )
    return 1


def send_trial_message(session: Session, group: ChatGroup, now: datetime) -> None:
    """Puts a trial message to a chat group into the outbox."""
    data = json.dumps({"unit": group.unit.name}, ensure_ascii=False)
    natural = f"trial|{group.id}|{now.isoformat()}|"
    session.execute(insert(Message), messages(group, "trial", data, natural, now))


def _has_digest(session: Session, natural: str) -> bool:
    query = select(Message.id).where(Message.message_id == message_id(natural))
    return session.scalar(query) is not None


def _content(session: Session, rows: Sequence[Reminder]) -> tuple[str, str]:
    """The kind of the message, and its data: what is most urgent first."""
    ids = [row.case_id for row in rows if row.case_id is not None]
    query = select(Case.id, Case.number, Case.law).where(Case.id.in_(ids))
    cases = {case_id: (number, law) for case_id, number, law in session.execute(query)}
    items = [_item(row, *cases.get(row.case_id or 0, (None, None))) for row in rows]
    items.sort(key=lambda item: (item["due"], item["number"] or "", item["deadline"]))
    if len(items) == 1:
        return "reminder", json.dumps(items[0], sort_keys=True)
    return "digest", json.dumps({"items": items}, sort_keys=True)


def _item(row: Reminder, number: str | None, law: str | None) -> dict[str, Any]:
    return {
        "number": number,
        "law": law,
        "subject": row.subject,
        "key": row.key,
        "deadline": row.kind,
        "due": row.due.isoformat(),
        "threshold": row.threshold,
    }
