"""The account, for whoever wants one: by a link in a mail, or with a password."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from requestflow.accounts import Actor, record_access
from requestflow.citizens import (
    cases_of,
    make_link,
    set_password,
    sign_in_with_password,
    use_link,
)
from requestflow.foundation import RequestflowError, db, is_mail_address, text
from requestflow.notices import mail_sign_in_link
from requestflow.web.citizen import session as cookie
from requestflow.web.context import application, locale, origin
from requestflow.web.extensions import count_attempt, limit_of, limiter, network, too_often
from requestflow.web.forms import Form, no_store, problem_of

blueprint = Blueprint("account", __name__, url_prefix="/account")


LINKS_TO_AN_ADDRESS = "30 per day"
"""How many links are mailed to one address, whoever asks for them."""


def _mailed_to_from_here() -> str:
    """Links and passwords are counted apart, and by who asks: nobody is kept out by others."""
    way = "password" if request.form.get("password") else "link"
    return f"{way}:{request.form.get('email', '').strip().lower()[:254]}:{network()}"


@blueprint.get("/sign-in")
@no_store
def sign_in() -> ResponseReturnValue:
    """Asks for the mail address, and a password if there is one."""
    return render_template("citizen/sign_in.html", form=Form())


@blueprint.post("/sign-in")
@limiter.limit(limit_of("citizen_sign_in_limit"))
@limiter.limit("10 per hour", key_func=_mailed_to_from_here)
@no_store
def signed_in() -> ResponseReturnValue:
    """With a password signs in; without one mails a link. Says the same for every address."""
    app = application()
    email = request.form.get("email", "").strip()[:254]
    password = request.form.get("password", "")[:200]
    if not is_mail_address(email):
        wrong = text("Enter an email address in the correct format, like name@example.org")
        form = Form({"email": email}, {"email": wrong})
        return render_template("citizen/sign_in.html", form=form), 400
    if not password:
        if too_often(LINKS_TO_AN_ADDRESS, "link", email.lower()):
            abort(429)
        count_attempt(LINKS_TO_AN_ADDRESS, "link", email.lower())
        with db.transaction() as session:
            token = make_link(session, email, app.now())
            link = f"{app.settings.base_url}{url_for('.link', token=token)}"
            mail_sign_in_link(session, email, link, locale(), app.now())
        return render_template("citizen/link_sent.html", email=email)
    session = db.session()
    account = sign_in_with_password(session, email, password)
    if account is None:
        _record("citizen sign-in refused")
        wrong = text(
            "Your email address or password is incorrect. Try again, or leave the password blank."
        )
        form = Form({"email": email}, {"email": wrong})
        return render_template("citizen/sign_in.html", form=form), 400
    _record("citizen sign-in", account.id)
    with db.transaction() as session:
        cookie.sign_in_as(session, account)
    return redirect(url_for(".cases"))


def _record(action: str, account_id: int | None = None) -> None:
    """Records a sign-in without the mail address, which is nobody's to read in the trail."""
    who = Actor("applicant", "applicant", origin=origin())
    with db.transaction() as session:
        subject = f"account:{account_id}" if account_id else "-"
        record_access(session, who, action, subject, application().now())


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@limiter.limit("30 per hour")
@no_store
def link(token: str) -> ResponseReturnValue:
    """The mailed link: opened by a press of a button, so that no mail scanner uses it up."""
    if request.method == "GET":
        return render_template("citizen/link.html")
    app = application()
    with db.transaction() as session:
        account = use_link(session, token, locale(), app.now())
        if account is None:
            flash(gettext("This link has expired. Request a new one."))
            return redirect(url_for(".sign_in"))
        who = Actor("applicant", "applicant", origin=origin())
        record_access(session, who, "citizen sign-in", f"account:{account.id}", app.now())
        cookie.sign_in_as(session, account)
    return redirect(url_for(".cases"))


@blueprint.get("")
@no_store
def cases() -> ResponseReturnValue:
    """One's own cases."""
    session = db.session()
    account = cookie.account_of(session)
    if account is None:
        return redirect(url_for(".sign_in"))
    result = cases_of(session, account)
    return render_template("citizen/account.html", account=account, cases=result, form=Form())


@blueprint.post("/password")
@no_store
def password() -> ResponseReturnValue:
    """Sets a password for the account."""
    with db.transaction() as session:
        account = cookie.account_of(session)
        if account is None:
            return redirect(url_for(".sign_in"))
        try:
            set_password(session, account.id, request.form.get("password", "")[:200])
            cookie.end_others(session, account)
        except RequestflowError as error:
            result = cases_of(session, account)
            form = Form({}, {"password": problem_of(error)})
            shown = render_template(
                "citizen/account.html", account=account, cases=result, form=form
            )
            return shown, 400
    flash(gettext("Your password has been set."))
    return redirect(url_for(".cases"))


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Signs out."""
    cookie.sign_out()
    return redirect(url_for("public.home"))
