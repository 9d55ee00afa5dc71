"""Whose case it is: what was opened with a code or by an account, in the signed cookie."""

from dataclasses import replace
from datetime import datetime, timedelta

from flask import session as cookie
from flask_login import current_user
from sqlalchemy.orm import Session

from requestflow.accounts import Actor
from requestflow.citizens import CitizenAccount, account_by_id, code_made_at, owns
from requestflow.web.context import application, origin

OPEN_FOR = timedelta(hours=2)
MOST_OPEN = 10


def open_case(session: Session, number: str) -> None:
    """Remembers that the code of a case was shown, for two hours from the last use."""
    built = code_made_at(session, number)
    if built is None:
        return
    opened = dict(cookie.get("followed", {}))
    opened.pop(number, None)
    opened[number] = [built.isoformat(), application().now().timestamp()]
    cookie["followed"] = dict(list(opened.items())[-MOST_OPEN:])
    cookie.permanent = True


def follower(session: Session, number: str) -> Actor | None:
    """The applicant of the case, if this is one; nobody once the time is over or the code was
    replaced, and nobody of the staff."""
    if current_user.is_authenticated:
        return None  # staff act under their own name, never as the applicant
    now = application().now()
    opened = cookie.get("followed", {}).get(number)
    if opened:
        built, used = opened
        fresh = now - datetime.fromtimestamp(used, now.tzinfo) < OPEN_FOR
        current = code_made_at(session, number)
        if fresh and current and current.isoformat() == built:
            open_case(session, number)
            return replace(Actor.applicant(number), origin=origin())
    account = account_of(session)
    if account is None or not owns(session, account, number):
        return None
    return replace(Actor.applicant(number), origin=origin())


def leave(number: str) -> None:
    """Forgets a case."""
    cookie["followed"] = {
        key: value for key, value in cookie.get("followed", {}).items() if key != number
    }


def account_of(session: Session) -> CitizenAccount | None:
    """The account that is signed in, or None."""
    account_id = cookie.get("citizen")
    return account_by_id(session, account_id) if isinstance(account_id, int) else None


def sign_in_as(account: CitizenAccount) -> None:
    """Signs an account in, in a fresh session."""
    chosen = cookie.get("locale") or account.locale
    cookie.clear()
    cookie["citizen"], cookie["locale"] = account.id, chosen
    cookie.permanent = True


def sign_out() -> None:
    """Signs the account out, and forgets the cases that were open."""
    cookie.pop("citizen", None)
    cookie.pop("followed", None)
