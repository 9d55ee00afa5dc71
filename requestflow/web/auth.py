"""Signing in and out, and choosing the language."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import UserMixin, current_user, login_required, login_user, logout_user

from requestflow.accounts import (
    Actor,
    Deputised,
    Person,
    actor_of,
    authenticate,
    record_access,
    set_locale,
)
from requestflow.casework import signed_in
from requestflow.foundation import LOCALES, db
from requestflow.law import HOME
from requestflow.web.context import application
from requestflow.web.extensions import csrf, limit_of, limiter
from requestflow.web.forms import from_our_page, whole_number

blueprint = Blueprint("auth", __name__)
OWN_PASSWORD = "own_account.own_account"  # noqa: S105 - the name of a page
BEFORE_OWN_PASSWORD = frozenset(
    {OWN_PASSWORD, "own_account.password", "auth.sign_out", "auth.language", "static"}
)
"""What somebody with a one-time password may still do."""


@dataclass
class User(UserMixin):  # type: ignore[misc]
    """The person signed in, apart from the database session."""

    id: int
    name: str
    username: str
    role: str
    locale: str
    unit_name: str
    actor: Actor
    session_key: str
    must_change_password: bool
    unread: int = 0
    questions: int = 0
    jurisdiction: str = HOME

    def get_id(self) -> str:
        """What the session keeps: the person, and the key that their sessions have now."""
        return f"{self.id}.{self.session_key}"


def user_of(
    person: Person, deputises: tuple[Deputised, ...] = (), unread: int = 0, questions: int = 0
) -> User:
    """The signed-in form of a person, who may take the places of absent colleagues; how many
    notices they have not read, and questions wait for their unit."""
    return User(
        person.id,
        person.name,
        person.username,
        person.role,
        person.locale,
        person.unit.name,
        actor_of(person, deputises),
        person.session_key,
        person.must_change_password,
        unread,
        questions,
        person.unit.jurisdiction,
    )


def load_user(user_id: str) -> User | None:
    """Who a session belongs to; nobody where the person may no longer sign in, or where their
    sessions were ended since it began."""
    number, _, session_key = user_id.partition(".")
    person_id = whole_number(number)
    if person_id is None:
        return None
    database = db.session()
    today = application().today()
    match = signed_in(database, person_id, session_key, today)
    if match is None:
        return None
    return user_of(match.person, match.deputises, match.unread, match.questions)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(limit_of("sign_in_limit"), methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Asks for user name and password."""
    if request.method == "GET":
        return _form()
    app = application()
    username = request.form.get("username", "").strip()[:80]
    password = request.form.get("password", "")[:200]
    # Hashing takes long: nobody else waits for it, as they would for a transaction that writes.
    database = db.session()
    person = authenticate(database, username, password)
    user = user_of(person) if person else None
    with db.transaction() as database:
        actor = user.actor if user else Actor(username or "-", "system")
        action = "sign-in" if user else "sign-in refused"
        record_access(database, actor, action, username or "-", app.now())
    if user is None:
        error = gettext("Your username or password is incorrect. Check both and try again.")
        return _form(error, username), 400
    chosen = session.get("locale")
    session.clear()
    if chosen:
        session["locale"] = chosen
    login_user(user)
    session.permanent = True
    if user.must_change_password:
        return redirect(url_for(OWN_PASSWORD))
    return redirect(_safe(request.args.get("next")) or first_page(user.role))


@blueprint.before_app_request
def own_password_first() -> ResponseReturnValue | None:
    """Leads whoever was given a password to the page where they choose one of their own."""
    if request.endpoint in BEFORE_OWN_PASSWORD or not current_user.is_authenticated:
        return None
    return redirect(url_for(OWN_PASSWORD)) if current_user.must_change_password else None


def first_page(role: str) -> str:
    """Where a day begins: with one's own cases, or with what is due."""
    if role == "administrator":
        return url_for("casework.notices")
    if role == "clerk":
        return url_for("casework.cases", whose="mine")
    return url_for("casework.cases", due="open")


def _form(error: str | None = None, username: str = "") -> str:
    return render_template("auth/sign_in.html", error=error, username=username)


def _safe(target: str | None) -> str | None:
    """A path of our own, never another site."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


@blueprint.post("/sign-out")
@login_required
def sign_out() -> ResponseReturnValue:
    """Ends the session."""
    logout_user()
    return redirect(url_for("public.home"))


@blueprint.post("/language")
@csrf.exempt
def language() -> ResponseReturnValue:
    """Changes the language of the pages, and remembers it for whoever is signed in.

    Its form has no token, because one would give every visitor a session, and no cache could keep
    a page; that it came from a page of ours is told by the browser.
    """
    chosen = request.form.get("locale", "")
    if chosen in LOCALES and from_our_page():
        session["locale"] = chosen
        if current_user.is_authenticated:
            with db.transaction() as database:
                set_locale(database, current_user.id, chosen)
    return redirect(_safe(request.form.get("next")) or url_for("public.home"))
