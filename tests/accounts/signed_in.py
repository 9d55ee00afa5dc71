"""Sessions of staff as tests begin and use them."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from requestflow.accounts import Person, begin_session
from requestflow.casework import SignedIn, signed_in
from tests.conftest import NOW


def begun(session: Session, person: Person) -> str:
    """The secret of a new session."""
    return begin_session(session, person, NOW)[1]


def whose(session: Session, secret: str, today: date = NOW.date()) -> SignedIn | None:  # noqa: B008
    """Who is signed in with that secret."""
    return signed_in(session, secret, NOW - timedelta(hours=12), today)
