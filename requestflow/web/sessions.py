"""Who is signed in with this browser: the session behind its cookie, and how one begins."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import UserMixin, login_user
from sqlalchemy.orm import Session

from requestflow.accounts import (
    NEW_DEVICE,
    Actor,
    EarlierSignIns,
    Person,
    actor_of,
    begin_session,
    record_access,
    sign_ins_before,
)
from requestflow.casework import SignedIn, signed_in
from requestflow.foundation import db
from requestflow.law import HOME
from requestflow.web.context import application, origin, provider_name
from requestflow.web.devices import is_known, remember

SECOND_STEP_WITHIN = 600
"""Seconds after the password in which a second factor is taken."""
OWN_PASSWORD = "own_account.own_account"  # noqa: S105 - the name of a page


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
    must_change_password: bool
    session_id: int
    used_at: datetime
    proven_at: datetime
    secret: str = field(repr=False)
    second_factor: bool
    asked_by_provider: bool = False
    unread: int = 0
    questions: int = 0
    jurisdiction: str = HOME
    has_posts: bool = False

    @property
    def needs_second_factor(self) -> bool:
        """Whether the installation asks one of the role."""
        return self.role in application().settings.second_factor_roles

    @property
    def must_set_second_factor(self) -> bool:
        """Whether one is asked, and there is none yet."""
        has_one = self.second_factor or self.asked_by_provider
        return self.needs_second_factor and not has_one

    def get_id(self) -> str:
        """What the cookie keeps: the secret of the session."""
        return self.secret


def user_of(match: SignedIn, secret: str) -> User:
    """The signed-in form of a person."""
    person, place = match.person, (match.role, match.unit)
    return User(
        person.id,
        person.name,
        person.username,
        match.role,
        person.locale,
        match.unit.name,
        actor_of(person, match.deputises, origin(match.session_id), *place),
        person.must_change_password,
        match.session_id,
        match.used_at,
        match.proven_at,
        secret,
        person.second_factor_since is not None,
        match.second_factor,
        match.unread,
        match.questions,
        match.unit.jurisdiction,
        match.has_posts,
    )


def begin(
    database: Session, person: Person, now: datetime, asked_by_provider: bool = False
) -> User:
    """Begins a session of a person in this browser, in the caller's transaction; the cookie keeps
    nothing of what was before but the language and what is to be told on the next page."""
    device = request.user_agent.string
    begun, secret = begin_session(
        database, person, now, request.remote_addr, device, asked_by_provider
    )
    kept = {name: session[name] for name in ("locale", "_flashes") if session.get(name)}
    session.clear()
    session.update(kept)
    session.permanent = True
    return user_of(SignedIn.just_now(person, begun.id, now, asked_by_provider), secret)


def load_user(secret: str) -> User | None:
    """Who the session of that secret belongs to; nobody where it was ended or is too old, or
    where the person may no longer sign in."""
    app = application()
    match = signed_in(db.session(), secret, app.sessions_begun_after(), app.today())
    return user_of(match, secret) if match else None


def after_password(person: Person, following: str | None) -> None:
    """Keeps for the second step who showed that they know the password; nobody is signed in."""
    session.pop("_user_id", None)
    session["first_factor"] = [person.id, application().now().timestamp(), following]


def who_knew_password() -> tuple[Person | None, str | None]:
    """Who showed not long ago that they know the password, and where they wanted to go."""
    number, at, following = session.get("first_factor") or (None, 0.0, None)
    person = db.session().get(Person, number) if number else None
    fresh = application().now().timestamp() - at < SECOND_STEP_WITHIN
    if person is None or not person.active or not fresh:
        session.pop("first_factor", None)
        return None, None
    return person, following


def let_in(
    person: Person, following: str | None, asked_by_provider: bool = False
) -> ResponseReturnValue:
    """Begins the session of somebody who has shown who they are, and leads on."""
    app, username = application(), person.username
    with db.transaction() as database:
        earlier = sign_ins_before(database, username)
        user = begin(database, person, app.now(), asked_by_provider)
        strange = None if is_known(username) else NEW_DEVICE
        record_access(database, user.actor, "sign-in", username, app.now(), strange)
    login_user(user)
    if earlier.refused:
        flash(_told_of(earlier))
    first = url_for(OWN_PASSWORD) if user.must_change_password else following
    answer = make_response(redirect(first or first_page(user.role)))
    remember(answer, username)
    return answer


def note_refused(username: str, reason: str | None = None) -> None:
    somebody = Actor(username or "-", "system", origin=origin())
    with db.transaction() as database:
        subject, now = username or "-", application().now()
        record_access(database, somebody, "sign-in refused", subject, now, reason)


def _told_of(earlier: EarlierSignIns) -> str:
    """What somebody is told of others' attempts with their account."""
    number = earlier.refused
    if earlier.last is None:
        return str(
            ngettext(
                "There was %(num)s failed attempt to sign in to your account.",
                "There were %(num)s failed attempts to sign in to your account.",
                number,
            )
        )
    return str(
        ngettext(
            "Since you last signed in on %(at)s, there was %(num)s failed attempt to sign in to "
            "your account. If it was not you, change your password.",
            "Since you last signed in on %(at)s, there were %(num)s failed attempts to sign in to "
            "your account. If it was not you, change your password.",
            number,
            at=earlier.last.astimezone(application().zones.of(HOME)).strftime("%Y-%m-%d %H:%M"),
        )
    )


def first_page(role: str) -> str:
    """Where a day begins: with one's own cases, or with what is due."""
    if role == "administrator":
        return url_for("casework.notices")
    if role == "clerk":
        return url_for("casework.cases", whose="mine")
    return url_for("casework.cases", due="open")


def safe_target(target: str | None) -> str | None:
    """A path of our own, never another site."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if not target.isprintable():
        return None  # a line end would begin another header
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def device_name(told: str | None) -> str:
    """What a browser is in two words, by what it calls itself: `Firefox, Windows`."""
    told = told or ""
    browser = next((name for mark, name in BROWSERS if mark in told), gettext("Other browser"))
    system = next((name for mark, name in SYSTEMS if mark in told), "")
    return f"{browser}, {system}" if system else str(browser)


BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ Browser"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""Marks by which browsers are told; those that name others as well come first."""
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def sign_in_page(error: str | None = None, username: str = "") -> str:
    """The page on which staff sign in."""
    provider = provider_name()
    return render_template("auth/sign_in.html", error=error, username=username, provider=provider)
