"""Who is signed in, whose place they take, and what waits for them: all that every page shows of
it, in one statement that is built once."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from requestflow.accounts import SIGNED_IN, Deputised, Person, deputised_in
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
    .where(Consultation.unit_id == Person.unit_id, Consultation.ended_on.is_(None))
    .correlate(Person)
    .scalar_subquery()
)
_QUERY = SIGNED_IN.add_columns(_UNREAD, _QUESTIONS)


@dataclass(frozen=True)
class SignedIn:
    """A person, the absent colleagues whose place they take, how many notices they have not read
    and how many questions wait for their unit."""

    person: Person
    deputises: tuple[Deputised, ...]
    unread: int
    questions: int


def signed_in(session: Session, person_id: int, session_key: str, today: date) -> SignedIn | None:
    """The active person of that id whose sessions have that key, or None."""
    given = {"person_id": person_id, "session_key": session_key, "today": today}
    rows = session.execute(_QUERY, given).all()
    if not rows:
        return None
    person, _, _, unread, questions = rows[0]
    return SignedIn(person, deputised_in(rows), unread, questions)
