"""The sweep: finds by index what somebody must be reminded of, and puts it in the outbox once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from requestflow.accounts import Person, Unit
from requestflow.calendars import calendar_for
from requestflow.cases import Case
from requestflow.foundation import Database, insert_once
from requestflow.notices import rules
from requestflow.notices.models import Message, Reminder, ReminderSchedule, SweepRecord
from requestflow.notices.outbox import messages
from requestflow.notices.recipients import people_told, recipients

BATCH = 200
log = structlog.get_logger()


@dataclass(frozen=True)
class Swept:
    """What a sweep found and did."""

    due: int
    reminded: int
    failed: int


@dataclass(frozen=True)
class _Due:
    row: ReminderSchedule
    number: str
    handler: str | None
    unit: Unit


def sweep(database: Database, zone: ZoneInfo, now: datetime) -> Swept:
    """Reminds of everything that is due by now. Safe to run twice, and in parallel."""
    today = now.astimezone(zone).date()
    due = reminded = failed = 0
    while True:
        with database.write() as session:
            batch = _claim(session, today)
            people = people_told(session)
            for item in batch:
                try:
                    with session.begin_nested():
                        reminded += _remind(session, item, people, today, now)
                except Exception as error:  # one bad row must not keep the others from being told
                    failed += 1
                    log.exception("reminder failed", case=item.number, kind=item.row.kind)
                    _postpone(session, item.row.id, today, error)
            due += len(batch)
            if len(batch) < BATCH:
                _record(session, now, Swept(due, reminded, failed))
                return Swept(due, reminded, failed)


def _claim(session: Session, today: date) -> list[_Due]:
    query = (
        select(ReminderSchedule, Case.number, Case.handler, Unit)
        .join(Case, Case.id == ReminderSchedule.case_id)
        .join(Unit, Unit.id == Case.unit_id)
        .where(ReminderSchedule.next_on <= today)
        .order_by(ReminderSchedule.next_on, ReminderSchedule.id)
        .limit(BATCH)
        .with_for_update(of=ReminderSchedule, skip_locked=True)
    )
    return [_Due(*row) for row in session.execute(query)]


def _remind(
    session: Session, item: _Due, people: Sequence[Person], today: date, now: datetime
) -> int:
    row = item.row
    calendar = calendar_for(session, item.unit.path)
    plan = rules.days(row.nature, row.due, calendar)
    # What is no longer open needs no reminder: nobody can do anything about it.
    closed = row.nature == "window" and row.due < today
    threshold = None if closed else rules.due_now(plan, today)
    told = 0
    if threshold is not None:
        for person in recipients(item.unit, item.handler, people, threshold):
            told += _tell(session, item, person, threshold, now)
    following = rules.next_day(plan, today)
    if following is None:
        session.execute(delete(ReminderSchedule).where(ReminderSchedule.id == row.id))
    else:
        session.execute(
            update(ReminderSchedule)
            .where(ReminderSchedule.id == row.id)
            .values(next_on=following, error=None)
        )
    return told


def _tell(session: Session, item: _Due, person: Person, threshold: int, now: datetime) -> int:
    """Writes the reminder and its messages; 0 where this person was told already."""
    row = item.row
    natural = {
        "case_id": row.case_id,
        "kind": row.kind,
        "key": row.key,
        "due": row.due,
        "threshold": threshold,
        "person_id": person.id,
    }
    if not insert_once(session, Reminder, {**natural, "at": now}):
        return 0
    data = json.dumps(
        {
            "number": item.number,
            "deadline": row.kind,
            "due": row.due.isoformat(),
            "threshold": threshold,
        },
        sort_keys=True,
    )
    key = _natural_key(natural)
    session.execute(insert(Message), messages(person, "reminder", data, key, now))
    return 1


def _natural_key(natural: Mapping[str, Any]) -> str:
    return "|".join(str(natural[key]) for key in sorted(natural))


def _postpone(session: Session, row_id: int, today: date, error: Exception) -> None:
    session.execute(
        update(ReminderSchedule)
        .where(ReminderSchedule.id == row_id)
        .values(next_on=today + timedelta(days=1), error=repr(error)[:500])
    )


def _record(session: Session, now: datetime, found: Swept) -> None:
    session.merge(
        SweepRecord(id=1, at=now, due=found.due, reminded=found.reminded, failed=found.failed)
    )
