"""One's own account: the password, the language."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_required, login_user

from requestflow.accounts import PasswordRefused, change_own_password, record_access
from requestflow.foundation import LOCALES, db, text
from requestflow.web.auth import first_page, user_of
from requestflow.web.context import acting, application
from requestflow.web.extensions import limiter
from requestflow.web.forms import Form, no_store

blueprint = Blueprint("own_account", __name__)
FIELDS = ("present_password", "new_password", "password_again")
"""By their names the page of an error knows not to show what was typed into them."""


@blueprint.get("/my-account")
@login_required
def own_account() -> ResponseReturnValue:
    """The account of whoever is signed in."""
    acting("account.own")
    return _page(Form())


def _page(form: Form) -> str:
    return render_template("settings/own_account.html", form=form, locales=LOCALES)


@blueprint.post("/my-account/password")
@login_required
@limiter.limit("10 per minute")
@no_store
def password() -> ResponseReturnValue:
    """Takes a password of one's own choice; every other session ends, this one goes on."""
    who, app = acting("account.own"), application()
    present, new, again = (request.form.get(name, "") for name in FIELDS)
    if new != again:
        return _page(Form({}, {FIELDS[2]: text("The new passwords do not match.")})), 400
    first = current_user.must_change_password
    try:
        with db.transaction() as session:
            user = user_of(change_own_password(session, who, present, new, app.now()))
    except PasswordRefused as error:
        if error.field == FIELDS[0]:
            with db.transaction() as session:
                record_access(session, who, "password change refused", who.name, app.now())
        return _page(Form({}, {error.field: error.text})), 400
    login_user(user)
    flash(gettext("Your password has been changed. You have been signed out on all other devices."))
    return redirect(first_page(user.role) if first else url_for(".own_account"))
