"""Sessions of citizens: that the code of a case was shown, or an account signed in, stands in the
database, and ends there at once."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from requestflow.cases import Case
from requestflow.citizens.models import CitizenAccount, CitizenSession, TrackingCode


def begin_case_session(session: Session, number: str, now: datetime) -> str | None:
    """Notes that the code of a case was shown; the secret by which whoever did so opens it from now
    on, until its code is another. None where it has none."""
    query = (
        select(TrackingCode.case_id, TrackingCode.made_at)
        .join(Case, Case.id == TrackingCode.case_id)
        .where(Case.number == number)
    )
    code = session.execute(query).one_or_none()
    if code is None:
        return None
    return _begin(session, now, case_id=code.case_id, code_made_at=code.made_at)


def begin_account_session(session: Session, account_id: int, now: datetime) -> str:
    """Signs an account in; its secret."""
    return _begin(session, now, account_id=account_id)


def opens_case(session: Session, secret: str, number: str, begun_after: datetime) -> bool:
    """Whether that secret opens the case: its session is not over, and the code still the same."""
    query = (
        select(CitizenSession.id)
        .join(Case, Case.id == CitizenSession.case_id)
        .join(TrackingCode, TrackingCode.case_id == CitizenSession.case_id)
        .where(
            CitizenSession.key_digest == _digest(secret),
            CitizenSession.begun_at > begun_after,
            CitizenSession.code_made_at == TrackingCode.made_at,
            Case.number == number,
        )
    )
    return session.scalar(query) is not None


def account_signed_in(
    session: Session, secret: str, begun_after: datetime
) -> CitizenAccount | None:
    """Whose session has that secret and began after that moment, or None."""
    return session.scalar(
        select(CitizenAccount)
        .join(CitizenSession, CitizenSession.account_id == CitizenAccount.id)
        .where(CitizenSession.key_digest == _digest(secret), CitizenSession.begun_at > begun_after)
    )


def end_citizen_sessions(session: Session, keys: Iterable[str]) -> None:
    """Ends sessions, here and for whoever has a copy of their secrets."""
    digests = [_digest(secret) for secret in keys]
    session.execute(delete(CitizenSession).where(CitizenSession.key_digest.in_(digests)))


def end_other_account_sessions(session: Session, account_id: int, secret: str) -> None:
    """Ends all sessions of an account but one: it has another password."""
    session.execute(
        delete(CitizenSession).where(
            CitizenSession.account_id == account_id, CitizenSession.key_digest != _digest(secret)
        )
    )


def clear_citizen_sessions(session: Session, begun_before: datetime) -> None:
    """Removes sessions that are too old to be used."""
    session.execute(delete(CitizenSession).where(CitizenSession.begun_at < begun_before))


def _begin(session: Session, now: datetime, **values: object) -> str:
    secret = secrets.token_urlsafe(32)
    values |= {"key_digest": _digest(secret), "begun_at": now}
    session.execute(insert(CitizenSession).values(values))
    return secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
