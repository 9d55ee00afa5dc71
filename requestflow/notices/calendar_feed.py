"""A person's due days as a calendar feed (iCalendar, RFC 5545) at a private address."""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from icalendar import Calendar, Event
from sqlalchemy import ForeignKey, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from requestflow.accounts import Person
from requestflow.cases import Case
from requestflow.foundation import EncryptedText, Model, UtcDateTime
from requestflow.notices.message_text import deadline_label, page_to_act_on
from requestflow.notices.models import NEVER, ReminderSchedule

SHOWN = ("duty", "question", "dispatch", "hearing", "report", "calendar")
HEADS = ("approver", "supervisor", "administrator")
MOST = 1000


class FeedAddress(Model):
    """The secret in the address of a person's feed; who has it reads the feed, and no more."""

    __tablename__ = "feed_addresses"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    secret: Mapped[str] = mapped_column(EncryptedText)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


def feed_secret(session: Session, person_id: int) -> str | None:
    """The secret of a person's feed, where they have one."""
    row = session.get(FeedAddress, person_id)
    return row.secret if row else None


def make_feed(session: Session, person_id: int, now: datetime) -> str:
    """Gives a person a feed at a new address; an earlier one is no longer good."""
    secret = secrets.token_urlsafe(24)
    row = session.get(FeedAddress, person_id)
    if row is None:
        row = FeedAddress(person_id=person_id)
        session.add(row)
    row.digest, row.secret, row.made_at = _digest(secret), secret, now
    session.flush()
    return secret


def remove_feed(session: Session, person_id: int) -> None:
    """Takes the feed away."""
    row = session.get(FeedAddress, person_id)
    if row is not None:
        session.delete(row)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def calendar_feed_of(session: Session, secret: str, base_url: str, now: datetime) -> bytes | None:
    """The feed at an address; None where there is none. Each due day is a day-long event with a
    stable identity, so that a moved day moves; nothing personal of applicants is in it."""
    query = (
        select(Person)
        .join(FeedAddress, FeedAddress.person_id == Person.id)
        .where(FeedAddress.digest == _digest(secret), Person.active)
    )
    person = session.scalar(query)
    if person is None:
        return None
    calendar = Calendar()
    calendar.add("prodid", "-//requestflow//due days//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", person.name)
    for row, number, law in _rows(session, person):
        label = deadline_label(row.kind, law, person.locale)
        calendar.add_component(_event(row, number, label, base_url, now))
    return bytes(calendar.to_ical())


def _rows(
    session: Session, person: Person
) -> Iterator[tuple[ReminderSchedule, str | None, str | None]]:
    """What is theirs to do: what they handle, what nobody handles in their unit, and for heads
    what concerns the unit itself."""
    query = (
        select(ReminderSchedule, Case.number, Case.law)
        .outerjoin(Case, Case.id == ReminderSchedule.case_id)
        .where(ReminderSchedule.unit_id == person.unit_id, ReminderSchedule.occasion.in_(SHOWN))
        .where(ReminderSchedule.next_on < NEVER)
        .order_by(ReminderSchedule.due, ReminderSchedule.id)
        .limit(MOST)
    )
    own = or_(Case.handler == person.username, Case.handler.is_(None))
    mine: Any = ReminderSchedule.case_id.is_not(None) & (
        own | (ReminderSchedule.occasion == "question")
    )
    if person.role in HEADS:
        mine = mine | ReminderSchedule.case_id.is_(None)
    for result in session.execute(query.where(mine)):
        yield result[0], result[1], result[2]


def _event(
    row: ReminderSchedule, number: str | None, label: str, base_url: str, now: datetime
) -> Event:
    event = Event()
    event.add("uid", f"{row.subject}-{row.kind}-{row.key}@requestflow".replace(":", "-"))
    event.add("summary", " ".join(filter(None, (number, label))))
    event.add("dtstart", row.due)
    event.add("dtend", row.due + timedelta(days=1))
    event.add("dtstamp", now)
    item = {"number": number, "deadline": row.kind, "key": row.key, "due": row.due.isoformat()}
    event.add("url", f"{base_url}{page_to_act_on(item)}")
    event.add("transp", "TRANSPARENT")
    return event
