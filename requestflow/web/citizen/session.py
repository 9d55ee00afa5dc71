"""Whose case it is: the sessions that began when a code was shown or an account signed in. The
signed cookie keeps their secrets, and when each was used last."""

from dataclasses import replace
from datetime import datetime, timedelta

from flask import session as cookie
from flask_login import current_user
from sqlalchemy.orm import Session

from requestflow.accounts import Actor
from requestflow.citizens import (
    CitizenAccount,
    account_signed_in,
    begin_account_session,
    begin_case_session,
    end_citizen_sessions,
    end_other_account_sessions,
    opens_case,
    owns,
    prove_address,
)
from requestflow.foundation import db
from requestflow.web.context import application, origin

OPEN_FOR = timedelta(hours=2)
MOST_OPEN = 10


def open_case(number: str) -> None:
    """Opens a case whose code was shown, for two hours from the last use."""
    now = application().now()
    with db.transaction() as session:
        secret = begin_case_session(session, number, now)
        account = account_of(session)
        if account is not None:
            prove_address(session, account, [number])
    if secret is not None:
        _keep(number, secret)


def follower(session: Session, number: str) -> Actor | None:
    """The applicant of the case, if this is one; nobody once the time is over or the code was
    replaced, and nobody of the staff."""
    if current_user.is_authenticated:
        return None  # staff act under their own name, never as the applicant
    app = application()
    secret, used = cookie.get("followed", {}).get(number) or (None, 0.0)
    fresh = app.now() - datetime.fromtimestamp(used, app.now().tzinfo) < OPEN_FOR
    if secret and fresh and opens_case(session, secret, number, app.sessions_begun_after()):
        _keep(number, secret)
        return replace(Actor.applicant(number), origin=origin())
    account = account_of(session)
    if account is None or not owns(session, account, number):
        return None
    return replace(Actor.applicant(number), origin=origin())


def _keep(number: str, secret: str) -> None:
    opened = dict(cookie.get("followed", {}))
    opened.pop(number, None)
    opened[number] = [secret, application().now().timestamp()]
    cookie["followed"] = dict(list(opened.items())[-MOST_OPEN:])
    cookie.permanent = True


def leave(number: str) -> None:
    """Closes a case, here and for whoever has a copy of the cookie."""
    opened = dict(cookie.get("followed", {}))
    secret, _ = opened.pop(number, (None, None))
    cookie["followed"] = opened
    _end(secret)


def account_of(session: Session) -> CitizenAccount | None:
    """The account that is signed in, or None."""
    secret = cookie.get("citizen")
    if not isinstance(secret, str):
        return None
    return account_signed_in(session, secret, application().sessions_begun_after())


def sign_in_as(session: Session, account: CitizenAccount) -> None:
    """Signs an account in, in a fresh session. Whoever has shown the code of a case before in this
    browser has shown that the address is theirs."""
    begun_after = application().sessions_begun_after()
    shown = [
        number
        for number, (secret, _) in cookie.get("followed", {}).items()
        if opens_case(session, secret, number, begun_after)
    ]
    prove_address(session, account, shown)
    chosen = cookie.get("locale") or account.locale
    cookie.clear()
    cookie["citizen"] = begin_account_session(session, account.id, application().now())
    cookie["locale"] = chosen
    cookie.permanent = True


def end_others(session: Session, account: CitizenAccount) -> None:
    """Signs an account out everywhere else."""
    end_other_account_sessions(session, account.id, cookie.get("citizen", ""))


def sign_out() -> None:
    """Signs the account out, and closes the cases that were open."""
    opened = cookie.pop("followed", {}).values()
    _end(cookie.pop("citizen", None), *(secret for secret, _ in opened))


def _end(*keys: str | None) -> None:
    known = [secret for secret in keys if isinstance(secret, str)]
    if known:
        with db.transaction() as session:
            end_citizen_sessions(session, known)
