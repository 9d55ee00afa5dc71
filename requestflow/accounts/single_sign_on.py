"""Single sign-on (统一身份认证): people as a provider of identities knows them (OpenID Connect Core
1.0)."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from requestflow.accounts.audit import record_access
from requestflow.accounts.models import Person
from requestflow.accounts.people import PersonRefused, place_person
from requestflow.accounts.policy import NOWHERE, Actor, Origin
from requestflow.accounts.service import add_person, unit_by_code
from requestflow.foundation import BigId, GroupPlace, Model, RequestflowError, UtcDateTime, text

LONGEST_ISSUER, LONGEST_SUBJECT = 300, 255
"""Characters; a subject has no more (OpenID Connect Core 1.0, 2)."""


class Identity(Model):
    """Somebody as a provider knows them: its address and the name that it never gives to another
    (`iss` and `sub`)."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    issuer: Mapped[str] = mapped_column(String(LONGEST_ISSUER))
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Claims:
    """What a provider says of somebody who has just signed in there. `email` is given only where
    the provider has verified it; `signed_in_at` is when they last showed there who they are."""

    issuer: str
    subject: str
    username: str
    name: str
    email: str | None = None
    groups: frozenset[str] = frozenset()
    second_factor: bool = False
    signed_in_at: datetime | None = None


class SignOnRefused(RequestflowError):
    """Somebody whom the provider knows, and who is not let in here."""


def person_signed_on(
    session: Session,
    claims: Claims,
    places: Sequence[GroupPlace],
    now: datetime,
    origin: Origin = NOWHERE,
) -> Person:
    """Who that is here: whoever was it before; else the one person with that address of mail; else
    somebody new, whose role and unit their groups say. Where groups are mapped, they say so each
    time, and nobody without one is let in. SignOnRefused, PersonRefused, LastAdministrator."""
    place = next((item for item in places if item.group in claims.groups), None)
    if places and place is None:
        raise SignOnRefused(
            text("None of your groups has a role here."),
            text("Ask your administrator to add you to a group that has one."),
        )
    by = Actor("system", "system", origin=origin)
    person = _known(session, claims) or _linked(session, claims, place, by, now)
    if not person.active:
        raise SignOnRefused(
            text("Your account here has been disabled."),
            text("Contact your administrator."),
        )
    if place is not None:
        unit = unit_by_code(session, place.unit)
        place_person(session, by, person, place.role, unit, now)
    return person


def is_signed_on(session: Session, person_id: int, claims: Claims) -> bool:
    """Whether that is the identity of a person."""
    known = _known(session, claims)
    return known is not None and known.id == person_id


def has_identity(session: Session, person_id: int, issuer: str) -> bool:
    """Whether a provider knows a person."""
    query = select(Identity.id).where(Identity.person_id == person_id, Identity.issuer == issuer)
    return session.scalar(query.limit(1)) is not None


def _known(session: Session, claims: Claims) -> Person | None:
    return session.scalar(
        select(Person)
        .join(Identity, Identity.person_id == Person.id)
        .where(Identity.issuer == claims.issuer, Identity.subject == claims.subject)
    )


def _linked(
    session: Session, claims: Claims, place: GroupPlace | None, by: Actor, now: datetime
) -> Person:
    """The person of that address of mail, or somebody new; from now on known by the identity."""
    person = _by_mail(session, claims.email)
    if person is None and place is None:
        raise SignOnRefused(
            text("You have no account here yet."),
            text("Ask your administrator to add you, with the email address that you use there."),
        )
    if person is None:
        person = _added(session, claims, place, by, now)  # type: ignore[arg-type]
    session.add(
        Identity(issuer=claims.issuer, subject=claims.subject, person_id=person.id, linked_at=now)
    )
    record_access(session, by, "identity linked", person.username, now, claims.issuer)
    session.flush()
    return person


def _by_mail(session: Session, email: str | None) -> Person | None:
    if not email:
        return None
    query = select(Person).where(func.lower(Person.email) == email.lower()).limit(2)
    found = session.scalars(query).all()
    if len(found) > 1:
        raise SignOnRefused(
            text("More than one account here has your email address."),
            text("Ask your administrator to leave it in one of them."),
        )
    return found[0] if found else None


def _added(session: Session, claims: Claims, place: GroupPlace, by: Actor, now: datetime) -> Person:
    wanted = claims.username or (claims.email or "").partition("@")[0]
    username = re.sub(r"[^\w.@-]", "", wanted)[:80]
    unit = unit_by_code(session, place.unit)
    # Nobody knows this one: they are signed in by the provider.
    password = secrets.token_urlsafe(32)
    name = (claims.name or username)[:120]
    try:
        person = add_person(session, username, name, password, place.role, unit, claims.email)
    except PersonRefused as error:
        raise SignOnRefused(
            text("An account could not be made for you: %(reason)s", reason=error.text),
            text("Ask your administrator to add you."),
        ) from error
    record_access(session, by, "person added", username, now, place.role)
    return person
