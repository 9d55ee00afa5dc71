"""Who is signed in, in which post, whose place they take, and what waits for them: all that every
page shows of it, in one statement that is built once."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from requestflow.accounts import (
    POST_UNIT,
    SIGNED_IN,
    Deputised,
    Person,
    Unit,
    deputised_in,
    digest_of,
)
from requestflow.cases import Consultation
from requestflow.notices import Notice

_UNREAD = (
    select(func.count())
    .select_from(Notice)
    .where(Notice.person_id == Person.id, Notice.read_at.is_(None))
    .correlate(Person)
    .scalar_subquery()
)
_QUESTIONS = (
    select(func.count())
    .select_from(Consultation)
    .where(
        Consultation.unit_id == func.coalesce(POST_UNIT.id, Person.unit_id),
        Consultation.ended_on.is_(None),
    )
    .correlate(Person, POST_UNIT)
    .scalar_subquery()
)
_QUERY = SIGNED_IN.add_columns(_UNREAD, _QUESTIONS)


@dataclass(frozen=True)
class SignedIn:
    """A person, in which role at which unit they act, the absent colleagues whose place they take,
    how many notices they have not read, how many questions wait for that unit, and the session:
    its number, when it was used, when whoever uses it last showed a password or code, whether a
    provider asked them for a second factor, and whether they have further posts."""

    person: Person
    role: str
    unit: Unit
    deputises: tuple[Deputised, ...]
    unread: int
    questions: int
    session_id: int
    used_at: datetime
    proven_at: datetime
    second_factor: bool = False
    has_posts: bool = False

    @classmethod
    def just_now(
        cls, person: Person, session_id: int, now: datetime, second_factor: bool
    ) -> "SignedIn":
        """Somebody at the moment at which they signed in."""
        at = (session_id, now, now, second_factor)
        return cls(person, person.role, person.unit, (), 0, 0, *at)


def signed_in(session: Session, secret: str, begun_after: datetime, today: date) -> SignedIn | None:
    """Whose session has that secret and began after that moment, or None."""
    given = {"key_digest": digest_of(secret), "begun_after": begun_after, "today": today}
    rows = session.execute(_QUERY, given).all()
    if not rows:
        return None
    person, _, _, number, used_at, proven_at, second_factor, *rest = rows[0]
    role, unit, has_posts, unread, questions = rest
    return SignedIn(
        person,
        role or person.role,
        unit or person.unit,
        deputised_in(rows),
        unread,
        questions,
        number,
        used_at,
        proven_at,
        second_factor,
        has_posts,
    )
