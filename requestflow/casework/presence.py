"""Who else has a case open: seen there in the last minutes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from requestflow.accounts import Person
from requestflow.foundation import BigId, Model, UtcDateTime, insert_once

STILL_THERE = timedelta(minutes=10)


class Presence(Model):
    """The last moment at which somebody opened a case."""

    __tablename__ = "presences"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("cases.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


def open_with_others(
    session: Session, case_id: int, person_id: int, now: datetime
) -> Sequence[tuple[str, datetime]]:
    """Notes that a person has a case open; the names of the others who have, the latest first."""
    session.execute(
        delete(Presence).where(Presence.case_id == case_id, Presence.seen_at < now - STILL_THERE)
    )
    key = {"case_id": case_id, "person_id": person_id}
    if not insert_once(session, Presence, {**key, "seen_at": now}):
        session.get_one(Presence, (case_id, person_id)).seen_at = now
    query = (
        select(Person.name, Presence.seen_at)
        .join(Presence, Presence.person_id == Person.id)
        .where(Presence.case_id == case_id, Presence.person_id != person_id)
        .order_by(Presence.seen_at.desc())
    )
    return [(name, at) for name, at in session.execute(query)]
