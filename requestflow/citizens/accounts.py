"""Accounts of citizens, for whoever wants one: a mail address, a link or a password."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.cases import Case, Party, email_digest, subject_column
from requestflow.citizens.models import CitizenAccount, SignInLink
from requestflow.foundation import (
    RequestflowError,
    hash_password,
    insert_once,
    keyed_digest,
    password_problem,
    verify_password,
)

LINK_LIVES = timedelta(minutes=10)
"""How long a mailed link is good (OWASP ASVS 4.0.3, 2.7.2)."""
MOST_CASES = 100


def make_link(session: Session, email: str, now: datetime) -> str:
    """The secret of a link to sign in with, to be mailed to that address: good once."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInLink(token_digest=_digest(token), email=email.strip(), expires_at=now + LINK_LIVES)
    )
    return token


def use_link(session: Session, token: str, locale: str, now: datetime) -> CitizenAccount | None:
    """The account of a link, made where there is none; None where the link is no longer good."""
    used = session.execute(
        update(SignInLink)
        .where(
            SignInLink.token_digest == _digest(token),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(SignInLink.email)
    ).scalar()
    if used is None:
        return None
    digest = email_digest(used)
    values = {"email": used, "email_digest": digest, "locale": locale, "made_at": now}
    insert_once(session, CitizenAccount, values)
    return session.scalar(select(CitizenAccount).where(CitizenAccount.email_digest == digest))


def sign_in_with_password(session: Session, email: str, password: str) -> CitizenAccount | None:
    """The account of that address and password, or None; both take as long."""
    account = session.scalar(
        select(CitizenAccount).where(CitizenAccount.email_digest == email_digest(email))
    )
    known = verify_password(account.password_hash if account else None, password)
    return account if known else None


def set_password(session: Session, account_id: int, password: str) -> None:
    """Sets an account's password; RequestflowError where it is too short or easily guessed."""
    account = session.get_one(CitizenAccount, account_id)
    problem = password_problem(password, (account.email.partition("@")[0],))
    if problem is not None:
        raise RequestflowError(problem)
    account.password_hash = hash_password(password)


def cases_of(session: Session, account: CitizenAccount) -> Sequence[Any]:
    """The cases that the account opens, the newest first: those in which its address is the
    applicant's and was proved."""
    query = (
        select(
            Case.number,
            subject_column(),
            Case.stage,
            Case.received_on,
            Case.due_on,
            Unit.name.label("unit_name"),
        )
        .join(Party, Party.case_id == Case.id)
        .join(Unit, Unit.id == Case.unit_id)
        .where(Party.email_digest == account.email_digest, Party.email_proven)
        .order_by(Case.id.desc())
        .limit(MOST_CASES)
    )
    return session.execute(query).all()


def owns(session: Session, account: CitizenAccount, number: str) -> bool:
    """Whether the account opens the case of that number."""
    query = (
        select(Case.id)
        .join(Party, Party.case_id == Case.id)
        .where(
            Case.number == number,
            Party.email_digest == account.email_digest,
            Party.email_proven,
        )
    )
    return session.scalar(query) is not None


def prove_address(session: Session, account: CitizenAccount, numbers: Collection[str]) -> None:
    """Lets an account open those of the cases of these numbers, whose codes were shown in the same
    browser, that were applied for with its address."""
    of_cases = select(Case.id).where(Case.number.in_(numbers))
    session.execute(
        update(Party)
        .where(Party.case_id.in_(of_cases), Party.email_digest == account.email_digest)
        .values(email_proven=True)
        .execution_options(synchronize_session=False)
    )


def clear_links(session: Session, now: datetime) -> None:
    """Removes links that are no longer good."""
    session.execute(delete(SignInLink).where(SignInLink.expires_at < now - timedelta(days=1)))


def _digest(token: str) -> str:
    return keyed_digest(f"link:{token}")
