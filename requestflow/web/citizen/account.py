"""The account, for whoever wants one: by a link in a mail, or with a password."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

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
from requestflow.web.context import application, locale
from requestflow.web.extensions import limit_of, limiter
from requestflow.web.forms import Form, no_store, problem_of

blueprint = Blueprint("account", __name__, url_prefix="/account")


def _mailed_to() -> str:
    """Links and passwords are counted apart, so that who guesses one blocks not the other."""
    way = "password" if request.form.get("password") else "link"
    return f"{way}:{request.form.get('email', '').strip().lower()[:254]}"


@blueprint.get("/sign-in")
@no_store
def sign_in() -> ResponseReturnValue:
    """Asks for the mail address, and a password if there is one."""
    return render_template("citizen/sign_in.html", form=Form())


@blueprint.post("/sign-in")
@limiter.limit(limit_of("citizen_sign_in_limit"))
@limiter.limit("10 per hour", key_func=_mailed_to)
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
        with db.transaction() as session:
            token = make_link(session, email, app.now())
            link = f"{app.settings.base_url}{url_for('.link', token=token)}"
            mail_sign_in_link(session, email, link, locale(), app.now())
        return render_template("citizen/link_sent.html", email=email)
    session = db.session()
    account = sign_in_with_password(session, email, password)
    if account is None:
        wrong = text(
            "Your email address or password is incorrect. Try again, or leave the password blank."
        )
        form = Form({"email": email}, {"email": wrong})
        return render_template("citizen/sign_in.html", form=form), 400
    cookie.sign_in_as(account)
    return redirect(url_for(".cases"))


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
        cookie.sign_in_as(account)
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
