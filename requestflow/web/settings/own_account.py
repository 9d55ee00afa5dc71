"""One's own account: the password, the language."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_required, login_user

from requestflow.accounts import (
    PasswordRefused,
    Person,
    change_own_password,
    choose_post,
    end_other_sessions,
    end_own_session,
    posts_of,
    record_access,
    sessions_of,
    set_notices_by_mail,
)
from requestflow.foundation import LOCALES, db, text
from requestflow.web.context import acting, application, local_day
from requestflow.web.extensions import limiter
from requestflow.web.forms import Form, no_store, whole_number
from requestflow.web.proof import asks_proof
from requestflow.web.sessions import begin, device_name, first_page

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
    begun = sessions_of(db.session(), acting("account.own"), application().sessions_begun_after())
    posts = [post for post in posts_of(db.session(), current_user.id) if not post.instead]
    return render_template(
        "settings/own_account.html",
        form=form,
        locales=LOCALES,
        sessions=begun,
        device=device_name,
        posts=posts,
        today=local_day(),
        person=db.session().get_one(Person, current_user.id),
    )


@blueprint.post("/my-account/notices")
@login_required
def notices() -> ResponseReturnValue:
    """Whether one wants one's notices by mail as well."""
    acting("account.own")
    with db.transaction() as session:
        set_notices_by_mail(session, current_user.id, bool(request.form.get("by_mail")))
    flash(gettext("Saved."))
    return redirect(url_for(".own_account"))


@blueprint.post("/my-account/posts")
@login_required
@asks_proof()
def post_chosen() -> ResponseReturnValue:
    """Has one act in another post of one's own from the next page on, in this session."""
    who, app = acting("account.own"), application()
    chosen = whole_number(request.form.get("post", "")) or None
    with db.transaction() as session:
        choose_post(session, who, current_user.session_id, chosen, app.today())
    return redirect(url_for("public.home"))


@blueprint.post("/my-account/sessions/<int(max=9223372036854775807):session_id>/end")
@login_required
@asks_proof()
def session_ended(session_id: int) -> ResponseReturnValue:
    """Ends a session of one's own on another device."""
    who, app = acting("account.own"), application()
    with db.transaction() as session:
        end_own_session(session, who, session_id, app.now())
    flash(gettext("That device has been signed out."))
    return redirect(url_for(".own_account"))


@blueprint.post("/my-account/sessions/end-others")
@login_required
@asks_proof()
def other_sessions_ended() -> ResponseReturnValue:
    """Ends all sessions of one's own but this one."""
    who, app = acting("account.own"), application()
    with db.transaction() as session:
        end_other_sessions(session, who, current_user.session_id, app.now())
    flash(gettext("You have been signed out on all other devices."))
    return redirect(url_for(".own_account"))


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
            person = change_own_password(session, who, present, new, app.now())
            user = begin(session, person, app.now())
    except PasswordRefused as error:
        if error.field == FIELDS[0]:
            with db.transaction() as session:
                record_access(session, who, "password change refused", who.name, app.now())
        return _page(Form({}, {error.field: error.text})), 400
    login_user(user)
    flash(gettext("Your password has been changed. You have been signed out on all other devices."))
    return redirect(first_page(user.role) if first else url_for(".own_account"))
