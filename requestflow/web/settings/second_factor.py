"""One's own second factor: passkeys, an app, recovery codes, taking it back."""

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_required
from markupsafe import Markup

from requestflow.accounts import (
    CodeRefused,
    LastFactor,
    PasskeyRefused,
    PasswordRefused,
    add_passkey,
    authenticator_secret,
    authenticator_uri,
    begin_authenticator,
    confirm_authenticator,
    has_authenticator,
    new_recovery_codes,
    passkeys_of,
    recovery_codes_left,
    remove_own_second_factor,
    remove_passkey,
    unit_by_code,
)
from requestflow.applications import clean_line
from requestflow.foundation import db
from requestflow.web.context import acting, application, relying_party
from requestflow.web.extensions import limiter
from requestflow.web.forms import Form, no_store, problem_of
from requestflow.web.proof import asks_proof, asks_proof_first
from requestflow.web.sessions import device_name

blueprint = Blueprint("second_factor", __name__, url_prefix="/my-account/second-factor")
PIXELS = 5
"""How large a module of the QR code is."""


@blueprint.get("")
@login_required
@no_store
@asks_proof_first
def second_factor() -> ResponseReturnValue:
    """Whether there is one, or how to set it up."""
    return _page(Form())


def _page(form: Form, codes: list[str] | None = None) -> str:
    """The page; `codes` are the recovery codes that are shown this once."""
    who, session = acting("account.own"), db.session()
    secret = authenticator_secret(session, who)
    picture = ""
    if secret:
        root = unit_by_code(session, who.unit_path.partition("/")[0])
        built = segno.make(authenticator_uri(secret, who.name, root.name), micro=False)
        # The module draws nothing but squares: what is typed is in none of its attributes.
        picture = Markup(built.svg_inline(scale=PIXELS, border=4, light="white"))  # noqa: S704
    return render_template(
        "settings/second_factor.html",
        form=form,
        secret=secret,
        picture=picture,
        codes=codes,
        left=recovery_codes_left(session, who),
        app=has_authenticator(session, who),
        keys=passkeys_of(session, who),
        device=device_name(request.user_agent.string),
    )


@blueprint.post("/passkeys")
@login_required
@limiter.limit("10 per minute")
@no_store
@asks_proof()
def passkey_added() -> ResponseReturnValue:
    """Takes the passkey that the browser made; shows recovery codes where it is the first."""
    who, app = acting("account.own"), application()
    name = clean_line(request.form.get("name", ""))[:80] or device_name(request.user_agent.string)
    answer = request.form.get("new_passkey", "")
    try:
        with db.transaction() as session:
            codes = add_passkey(session, who, relying_party(), answer, name, app.now())
    except PasskeyRefused as error:
        return _page(Form({"name": name}, {"name": problem_of(error)})), 400
    if codes:
        current_user.second_factor = True
        return _page(Form(), codes)
    flash(gettext("The passkey has been added."))
    return redirect(url_for(".second_factor"))


@blueprint.post("/passkeys/<int(max=9223372036854775807):passkey_id>/remove")
@login_required
@asks_proof()
def passkey_removed(passkey_id: int) -> ResponseReturnValue:
    """Takes a passkey of one's own back."""
    who, app = acting("account.own"), application()
    try:
        with db.transaction() as session:
            needed = current_user.needs_second_factor
            remove_passkey(session, who, passkey_id, needed, app.now())
    except LastFactor as error:
        return _page(Form({}, {"passkeys": problem_of(error)})), 400
    flash(gettext("The passkey has been removed."))
    return redirect(url_for(".second_factor"))


@blueprint.post("/codes")
@login_required
@no_store
@asks_proof()
def codes_made() -> ResponseReturnValue:
    """Shows recovery codes in the place of those before, this once."""
    who, app = acting("account.own"), application()
    if not current_user.second_factor:
        return redirect(url_for(".second_factor"))
    with db.transaction() as session:
        codes = new_recovery_codes(session, who, app.now())
    return _page(Form(), codes)


@blueprint.post("/begin")
@login_required
@asks_proof()
def begun() -> ResponseReturnValue:
    """Makes the secret that the app is to share."""
    who = acting("account.own")
    with db.transaction() as session:
        begin_authenticator(session, who)
    return redirect(url_for(".second_factor"))


@blueprint.post("/confirm")
@login_required
@limiter.limit("10 per minute")
@no_store
def confirmed() -> ResponseReturnValue:
    """Takes a code of the app, which counts from now on. Shows new recovery codes."""
    who, app = acting("account.own"), application()
    try:
        with db.transaction() as session:
            codes = confirm_authenticator(
                session, who, request.form.get("code", "")[:20], app.now()
            )
    except CodeRefused as error:
        return _page(Form({}, {"code": problem_of(error)})), 400
    current_user.second_factor = True
    return _page(Form(), codes)


@blueprint.post("/remove")
@login_required
@limiter.limit("10 per minute")
@no_store
def removed() -> ResponseReturnValue:
    """Takes it back, for whoever knows the password."""
    who, app = acting("account.own"), application()
    if current_user.needs_second_factor:
        return redirect(url_for(".second_factor"))
    try:
        with db.transaction() as session:
            password = request.form.get("present_password", "")[:200]
            remove_own_second_factor(session, who, password, app.now())
    except PasswordRefused as error:
        return _page(Form({}, {error.field: error.text})), 400
    flash(gettext("You now sign in with your password alone."))
    return redirect(url_for("own_account.own_account"))
