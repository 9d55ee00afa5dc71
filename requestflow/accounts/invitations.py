"""Invitations: a link with which somebody new, or who lost their password, chooses one."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from requestflow.accounts.audit import record_access
from requestflow.accounts.models import Person, Unit
from requestflow.accounts.people import check_password, choose_password, require_letting_in
from requestflow.accounts.policy import NOWHERE, Actor, Origin, require
from requestflow.accounts.service import add_person
from requestflow.foundation import BigId, Model, UtcDateTime

LIVES = timedelta(days=7)
"""How long an invitation is good."""


class Invitation(Model):
    """A link that lets somebody choose a password, once. The secret is in the link alone; here
    stands its SHA-256."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def invite_new_person(
    session: Session,
    actor: Actor,
    username: str,
    name: str,
    role: str,
    unit: Unit,
    email: str | None,
    now: datetime,
) -> tuple[Person, str]:
    """Adds somebody of a unit, and the secret of the link with which they choose their password.
    Refused; RequestflowError for a user name, a role or a mail address that is not taken."""
    require(actor, "people.change", unit.path)
    # Nobody knows this one; it cannot be used before another was chosen.
    person = add_person(session, username, name, secrets.token_urlsafe(32), role, unit, email)
    record_access(session, actor, "person added", username, now, role)
    return person, _invite(session, person, now)


def invite_again(session: Session, actor: Actor, person: Person, now: datetime) -> str:
    """The secret of a new link for somebody; those made before are good no longer. Refused."""
    require_letting_in(session, actor, person)
    record_access(session, actor, "person invited again", person.username, now)
    return _invite(session, person, now)


def invited_person(session: Session, token: str, now: datetime) -> Person | None:
    """Whom a link is for; None where it is not good, or no longer."""
    return session.scalar(
        select(Person)
        .join(Invitation, Invitation.person_id == Person.id)
        .where(_good(token, now), Person.active)
    )


def accept_invitation(
    session: Session, token: str, password: str, now: datetime, origin: Origin = NOWHERE
) -> Person | None:
    """Takes the password that somebody chose with a link, which is good no longer; None where it
    was not any more. PasswordRefused."""
    person = invited_person(session, token, now)
    if person is None:
        return None
    check_password(password, (person.username, person.name))
    # Two who use it at once: one of them does.
    used = update(Invitation).where(_good(token, now)).values(used_at=now).returning(Invitation.id)
    if session.execute(used).scalar() is None:
        return None
    choose_password(session, person, password)
    somebody = Actor(person.username, "system", origin=origin)
    record_access(session, somebody, "invitation accepted", person.username, now)
    return person


def clear_invitations(session: Session, now: datetime) -> None:
    """Removes links that are no longer good."""
    session.execute(delete(Invitation).where(Invitation.expires_at < now))


def _invite(session: Session, person: Person, now: datetime) -> str:
    session.execute(delete(Invitation).where(Invitation.person_id == person.id))
    token = secrets.token_urlsafe(32)
    expires = now + LIVES
    session.add(Invitation(token_digest=_digest(token), person_id=person.id, expires_at=expires))
    session.flush()
    return token


def _good(token: str, now: datetime):  # type: ignore[no-untyped-def]
    return (
        (Invitation.token_digest == _digest(token))
        & Invitation.used_at.is_(None)
        & (Invitation.expires_at > now)
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
