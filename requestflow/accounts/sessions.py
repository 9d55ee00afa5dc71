"""Sessions of staff (会话): each stands in the database, and ends there at once."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, false, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from requestflow.accounts.audit import record_access
from requestflow.accounts.models import Person
from requestflow.accounts.policy import Actor, require
from requestflow.foundation import BigId, Model, NotFound, UtcDateTime, text

USED_ANEW = timedelta(minutes=5)
"""How far the time of last use may lag behind."""
LONGEST_DEVICE = 200


class StaffSession(Model):
    """Somebody is signed in with a browser. It keeps a secret, of which the SHA-256 stands here;
    a row that is gone is a session that is over.

    `used_at`: when something was last sent with it, but for the last minutes. `proven_at`: when
    whoever uses it last showed a password or code. `address` is where it was begun from, `device`
    what the browser calls itself. `second_factor`: the provider by which somebody signed in had
    asked them for one. `post_id`: in which of their further posts they act, if in one.
    """

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key_digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proven_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str | None] = mapped_column(String(45))
    device: Mapped[str | None] = mapped_column(String(LONGEST_DEVICE))
    second_factor: Mapped[bool] = mapped_column(default=False, server_default=false())
    post_id: Mapped[int | None]


def begin_session(
    session: Session,
    person: Person,
    now: datetime,
    address: str | None = None,
    device: str | None = None,
    second_factor: bool = False,
) -> tuple[StaffSession, str]:
    """A new session of somebody who has just shown who they are, and its secret (256 bits), which
    is kept by their browser alone."""
    secret = secrets.token_urlsafe(32)
    begun = StaffSession(
        key_digest=digest_of(secret),
        person_id=person.id,
        started_at=now,
        used_at=now,
        proven_at=now,
        address=address,
        device=(device or "")[:LONGEST_DEVICE] or None,
        second_factor=second_factor,
    )
    session.add(begun)
    session.flush()
    return begun, secret


def digest_of(secret: str) -> str:
    """Under what a session is found (SHA-256, hex): the secret is random and long enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def note_use(session: Session, session_id: int, now: datetime) -> None:
    """Notes that a session is used."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(used_at=now))


def note_proof(session: Session, session_id: int, now: datetime) -> None:
    """Notes that whoever uses a session has just shown that it is theirs."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(proven_at=now))


def sessions_of(session: Session, actor: Actor, begun_after: datetime) -> Sequence[StaffSession]:
    """The actor's own sessions that began after that moment, the newest first; Refused."""
    require(actor, "account.own")
    query = (
        select(StaffSession)
        .where(StaffSession.person_id == actor.person_id, StaffSession.started_at > begun_after)
        .order_by(StaffSession.started_at.desc(), StaffSession.id.desc())
    )
    return list(session.scalars(query))


def sign_out(session: Session, actor: Actor, session_id: int, now: datetime) -> None:
    """Ends the session with which the actor acts."""
    _end(session, StaffSession.id == session_id)
    record_access(session, actor, "sign-out", actor.name, now)


def end_own_session(session: Session, actor: Actor, session_id: int, now: datetime) -> None:
    """Ends a session of the actor, such as one left open on another machine; Refused, NotFound
    where it is not theirs."""
    require(actor, "account.own")
    own = StaffSession.person_id == actor.person_id
    if not _end(session, own, StaffSession.id == session_id):
        raise NotFound(text("This session has already ended."))
    record_access(session, actor, "session ended", actor.name, now)


def end_other_sessions(session: Session, actor: Actor, session_id: int, now: datetime) -> int:
    """Ends all sessions of the actor but one; how many. Refused."""
    require(actor, "account.own")
    own = StaffSession.person_id == actor.person_id
    number = _end(session, own, StaffSession.id != session_id)
    if number:
        record_access(session, actor, "session ended", actor.name, now, str(number))
    return number


def end_sessions_of(session: Session, person: Person) -> None:
    """Ends every session of a person: they were let go, or their password is another."""
    _end(session, StaffSession.person_id == person.id)


def clear_sessions(session: Session, begun_before: datetime) -> None:
    """Removes sessions that are too old to be used."""
    _end(session, StaffSession.started_at < begun_before)


def _end(session: Session, *which: object) -> int:
    done = session.execute(
        delete(StaffSession).where(*which).execution_options(synchronize_session=False)  # type: ignore[arg-type]
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
