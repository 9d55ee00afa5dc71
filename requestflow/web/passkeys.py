"""What a browser asks for before a passkey signs: for whom, and what."""

from flask import Blueprint, Response, abort
from flask_login import current_user, login_required

from requestflow.accounts import Person, offer_passkey, offer_passkey_sign_in
from requestflow.foundation import db
from requestflow.web.context import acting, application, relying_party
from requestflow.web.extensions import limit_of, limiter
from requestflow.web.forms import no_store
from requestflow.web.proof import is_recent
from requestflow.web.sessions import who_knew_password

blueprint = Blueprint("passkeys", __name__)


@blueprint.post("/sign-in/passkey")
@limiter.limit(limit_of("sign_in_limit"))
@no_store
def to_sign_in() -> Response:
    """What is to be signed by a key of whoever knew the password, or of whoever it may be."""
    person, _ = who_knew_password()
    with db.transaction() as session:
        return _json(offer_passkey_sign_in(session, relying_party(), application().now(), person))


@blueprint.post("/confirm/passkey")
@login_required
@limiter.limit(limit_of("sign_in_limit"))
@no_store
def to_confirm() -> Response:
    """What is to be signed by a key of whoever is signed in."""
    acting("account.own")
    with db.transaction() as session:
        person = session.get_one(Person, current_user.id)
        return _json(offer_passkey_sign_in(session, relying_party(), application().now(), person))


@blueprint.post("/my-account/second-factor/passkey")
@login_required
@limiter.limit(limit_of("sign_in_limit"))
@no_store
def to_add() -> Response:
    """What is to be signed by a new key of whoever is signed in, and showed so not long ago."""
    who = acting("account.own")
    if not is_recent():
        abort(403)
    with db.transaction() as session:
        return _json(offer_passkey(session, who, relying_party(), application().now()))


def _json(text: str) -> Response:
    return Response(text, mimetype="application/json")
