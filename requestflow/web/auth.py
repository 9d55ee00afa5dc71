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
    with_deputised,
)
from requestflow.foundation.texts import LOCALES
from requestflow.web.context import application
from requestflow.web.extensions import limiter

blueprint = Blueprint("auth", __name__)


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


def user_of(person: Person, deputises: tuple[Deputised, ...] = ()) -> User:
    """The signed-in form of a person, who may take the places of absent colleagues."""
    return User(
        person.id,
        person.name,
        person.username,
        person.role,
        person.locale,
        person.unit.name,
        actor_of(person, deputises),
    )


def load_user(user_id: str) -> User | None:
    """Who a session belongs to; nobody where the person may no longer sign in."""
    with application().database.read() as database:
        if not user_id.isdecimal():
            return None
        person, deputises = with_deputised(database, int(user_id), application().today())
        return user_of(person, deputises) if person else None


@blueprint.route("/sign-in", methods=["GET", "POST"])
@limiter.limit("10 per minute", methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Asks for user name and password."""
    if request.method == "GET":
        return _form()
    app = application()
    username = request.form.get("username", "").strip()[:80]
    password = request.form.get("password", "")[:200]
    with app.database.write() as database:
        person = authenticate(database, username, password)
        actor = actor_of(person) if person else Actor(username or "-", "system")
        action = "sign-in" if person else "sign-in refused"
        record_access(database, actor, action, username or "-", app.now())
        user = user_of(person) if person else None
    if user is None:
        error = gettext("User name and password do not fit. Check both and try again.")
        return _form(error, username), 400
    chosen = session.get("locale")
    session.clear()
    if chosen:
        session["locale"] = chosen
    login_user(user)
    session.permanent = True
    return redirect(_safe(request.args.get("next")) or _first_page(user.role))


def _first_page(role: str) -> str:
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
def language() -> ResponseReturnValue:
    """Changes the language of the pages, and remembers it for whoever is signed in."""
    chosen = request.form.get("locale", "")
    if chosen in LOCALES:
        session["locale"] = chosen
        if current_user.is_authenticated:
            with application().database.write() as database:
                set_locale(database, current_user.id, chosen)
    return redirect(_safe(request.form.get("next")) or url_for("public.home"))
