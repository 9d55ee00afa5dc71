"""Asking whoever is signed in to show again that it is them, before what cannot be taken back: an
unattended screen signs nothing."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from requestflow.accounts import (
    Person,
    has_identity,
    keys_of,
    note_proof,
    prove_again,
    record_access,
)
from requestflow.foundation import db
from requestflow.web.context import application, provider_name, relying_party
from requestflow.web.extensions import count_attempt, too_often

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
FIELD = "proof"
NOT_KEPT = frozenset({FIELD, "passkey", "csrf_token", "signed_in_as"})


def asks_proof(when: Callable[..., bool] = lambda **_: True) -> Callable[[View], View]:
    """A page of which a form is taken only from whoever showed not long ago that it is them. Else
    it is asked for on a page that keeps what was typed, and then taken. `when` is told what the
    address names; files are not kept."""

    def decorate(view: View) -> View:
        @wraps(view)
        def asked(**named: Any) -> ResponseReturnValue:
            needed = request.method == "POST" and when(**named)
            if not needed or is_recent():
                return view(**named)
            problem = _shown() if FIELD in request.form else None
            if FIELD in request.form and problem is None:
                return view(**named)
            return _page(problem)

        return asked  # type: ignore[return-value]

    return decorate


def asks_proof_first(view: View) -> View:
    """A page that is opened only by whoever showed not long ago that it is them, since its form
    takes files."""

    @wraps(view)
    def asked(**named: Any) -> ResponseReturnValue:
        if request.method == "GET" and not is_recent():
            return redirect(url_for("auth.confirm", next=request.full_path.rstrip("?")))
        return view(**named)

    return asked  # type: ignore[return-value]


def is_recent() -> bool:
    """Whether whoever is signed in showed not long ago that it is them; of somebody who is not,
    the page itself says so."""
    if not current_user.is_authenticated:
        return True
    app = application()
    age = app.now() - current_user.proven_at
    return bool(age < timedelta(minutes=app.settings.proof_minutes))


def confirm(following: str) -> ResponseReturnValue:
    """The page by itself, before one that takes files."""
    if request.method == "GET":
        return _page(None)
    # Shown meanwhile to the provider, in another tab.
    problem = None if is_recent() else _shown()
    return _page(problem) if problem else redirect(following)


def _shown() -> str | None:
    """Takes a password or code; what is wrong with it."""
    app, username = application(), current_user.username
    if too_often(app.settings.account_limit, FIELD, username):
        return str(gettext("There were too many wrong entries. Try again in an hour."))
    with db.transaction() as session:
        person = session.get_one(Person, current_user.id)
        shown, passkey = request.form.get(FIELD, "")[:200], request.form.get("passkey", "")
        proven = prove_again(session, person, shown, app.now(), relying_party(), passkey)
        if proven:
            note_proof(session, current_user.session_id, app.now())
        else:
            record_access(session, current_user.actor, "proof refused", username, app.now())
    if proven:
        current_user.proven_at = app.now()
        return None
    count_attempt(app.settings.account_limit, FIELD, username)
    if current_user.second_factor:
        return str(gettext("The code is incorrect. Enter the one that your app shows now."))
    return str(gettext("Your current password is incorrect. Try again."))


def _page(problem: str | None) -> ResponseReturnValue:
    kept = [
        (name, value)
        for name, values in request.form.lists()
        if name not in NOT_KEPT
        for value in values
    ]
    database, issuer = db.session(), application().settings.oidc_issuer
    provider = issuer and has_identity(database, current_user.id, issuer)
    page = render_template(
        "auth/proof.html",
        kept=kept,
        error=problem,
        has_passkey=bool(keys_of(database, current_user.id)),
        provider=provider_name() if provider else None,
    )
    return page, 400 if problem else 200, {"Cache-Control": "no-store"}
