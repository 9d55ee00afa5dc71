"""Questions about notices and the outbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Person, Unit, is_whole, require, within
from requestflow.notices.groups import ChatGroup
from requestflow.notices.models import (
    Message,
    Notice,
    Reminder,
    ReminderSchedule,
    SweepRecord,
)

PAGE = 50
LATEST_SWEEP = timedelta(minutes=15)
"""How long ago the last sweep may be while the worker is well."""


@dataclass(frozen=True)
class Status:
    """The state of reminders and delivery."""

    last_sweep: datetime | None
    scheduled: int
    waiting: int
    failing: int
    sent: int
    dead: int
    due: int
    untold: int


def status(session: Session, today: date) -> Status:
    """Counts over schedule and outbox. `due` is what the next sweep will look at, `untold` what
    was noted and waits for the morning."""
    record = session.get(SweepRecord, 1)
    rows = session.execute(select(Message.status, func.count()).group_by(Message.status))
    counts: dict[str, int] = {name: number for name, number in rows}  # noqa: C416 - rows, not pairs
    failing = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(Message.status == "waiting", Message.error.is_not(None))
    )
    scheduled = session.scalar(select(func.count()).select_from(ReminderSchedule))
    return Status(
        record.at if record else None,
        scheduled or 0,
        counts.get("waiting", 0),
        failing or 0,
        counts.get("sent", 0),
        counts.get("dead", 0),
        _count(session, ReminderSchedule.id, ReminderSchedule.next_on <= today),
        _count(session, Reminder.id, Reminder.message_id.is_(None)),
    )


def last_messages(session: Session, group_ids: Sequence[int]) -> Mapping[int, Message]:
    """The last message to each of these chat groups, and how far it is."""
    latest = (
        select(func.max(Message.id))
        .where(Message.group_id.in_(group_ids))
        .group_by(Message.group_id)
    )
    query = select(Message).where(Message.id.in_(latest))
    return {row.group_id: row for row in session.scalars(query) if row.group_id is not None}


def _count(session: Session, column: Any, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(column)).where(condition)) or 0


def last_sweep(session: Session) -> datetime | None:
    """When the last sweep was."""
    record = session.get(SweepRecord, 1)
    return record.at if record else None


def dead_letters(
    session: Session, actor: Actor, before: int | None = None
) -> tuple[Sequence[Message], int | None]:
    """A page of the messages that were given up, the newest first, and the next page's key: for
    whoever looks after a part of the units, those to its people and groups. Refused."""
    query = select(Message).where(_given_up(actor)).order_by(Message.id.desc())
    if before:
        query = query.where(Message.id < before)
    rows = list(session.scalars(query.limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def _given_up(actor: Actor) -> ColumnElement[bool]:
    require(actor, "health.read")
    dead = Message.status == "dead"
    path = actor.unit_path
    if is_whole(path):
        return dead
    people = select(Person.id).join(Unit, Unit.id == Person.unit_id).where(within(path))
    groups = select(ChatGroup.id).join(Unit, Unit.id == ChatGroup.unit_id).where(within(path))
    return dead & or_(Message.person_id.in_(people), Message.group_id.in_(groups))


def send_again(session: Session, actor: Actor, now: datetime, message: int | None = None) -> int:
    """Has dead messages sent again that the actor looks after: one, or all; how many. Refused."""
    query = update(Message).where(_given_up(actor))
    if message is not None:
        query = query.where(Message.id == message)
    done = session.execute(
        query.values(status="waiting", attempts=0, next_attempt_at=now).execution_options(
            synchronize_session=False
        )
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def notices_of(
    session: Session, person_id: int, before: int | None = None
) -> tuple[Sequence[Notice], int | None]:
    """A page of a person's notices, newest first, and the key of the next page."""
    query = select(Notice).where(Notice.person_id == person_id).order_by(Notice.id.desc())
    if before:
        query = query.where(Notice.id < before)
    rows = list(session.scalars(query.limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def mark_read(session: Session, person_id: int, now: datetime) -> None:
    """Marks all of a person's notices as read."""
    session.execute(
        update(Notice)
        .where(Notice.person_id == person_id, Notice.read_at.is_(None))
        .values(read_at=now)
    )
