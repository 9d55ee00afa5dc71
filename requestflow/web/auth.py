"""Signing in and out, and choosing the language."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import UserMixin, current_user, login_required, login_user, logout_user
from sqlalchemy.orm import Session

from requestflow.accounts import (
    USED_ANEW,
    Actor,
    EarlierSignIns,
    PasswordRefused,
    Person,
    accept_invitation,
    actor_of,
    authenticate,
    begin_session,
    invited_person,
    note_use,
    prove_second_factor,
    record_access,
    set_locale,
    sign_ins_before,
    sign_out,
)
from requestflow.casework import SignedIn, signed_in
from requestflow.foundation import LOCALES, NotFound, db, text
from requestflow.law import HOME
from requestflow.web import proof
from requestflow.web.context import application, origin
from requestflow.web.devices import is_known, remember
from requestflow.web.extensions import count_attempt, csrf, limit_of, limiter, too_often
from requestflow.web.forms import Form, from_our_page, no_store

blueprint = Blueprint("auth", __name__)
OWN_PASSWORD = "own_account.own_account"  # noqa: S105 - the name of a page
BEFORE_OWN_PASSWORD = frozenset(
    {OWN_PASSWORD, "own_account.password", "auth.sign_out", "auth.language", "static"}
)
"""What somebody with a one-time password may still do."""
SECOND_STEP_WITHIN = 600
"""Seconds after the password in which the code is taken."""


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
    unread: int = 0
    questions: int = 0
    jurisdiction: str = HOME

    @property
    def needs_second_factor(self) -> bool:
        """Whether the installation asks one of the role."""
        return self.role in application().settings.second_factor_roles

    @property
    def must_set_second_factor(self) -> bool:
        """Whether one is asked, and there is none yet."""
        return self.needs_second_factor and not self.second_factor

    def get_id(self) -> str:
        """What the cookie keeps: the secret of the session."""
        return self.secret


def user_of(match: SignedIn, secret: str) -> User:
    """The signed-in form of a person."""
    person = match.person
    return User(
        person.id,
        person.name,
        person.username,
        person.role,
        person.locale,
        person.unit.name,
        actor_of(person, match.deputises, origin(match.session_id)),
        person.must_change_password,
        match.session_id,
        match.used_at,
        match.proven_at,
        secret,
        person.second_factor_since is not None,
        match.unread,
        match.questions,
        person.unit.jurisdiction,
    )


def begin(database: Session, person: Person, now: datetime) -> User:
    """Begins a session of a person in this browser, in the caller's transaction; the cookie keeps
    nothing of what was before."""
    device = request.user_agent.string
    begun, secret = begin_session(database, person, now, request.remote_addr, device)
    chosen = session.get("locale")
    session.clear()
    if chosen:
        session["locale"] = chosen
    session.permanent = True
    return user_of(SignedIn(person, (), 0, 0, begun.id, now, now), secret)


def load_user(secret: str) -> User | None:
    """Who the session of that secret belongs to; nobody where it was ended or is too old, or
    where the person may no longer sign in."""
    app = application()
    match = signed_in(db.session(), secret, app.sessions_begun_after(), app.today())
    return user_of(match, secret) if match else None


@blueprint.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(limit_of("sign_in_limit"), methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Asks for user name and password."""
    if request.method == "GET":
        return _form()
    app = application()
    username = request.form.get("username", "").strip()[:80]
    password = request.form.get("password", "")[:200]
    counted = ("account", username.lower())
    if not is_known(username) and too_often(app.settings.account_limit, *counted):
        _refused(username, "limit")
        return _form(_too_often(), username), 429
    # Hashing takes long: nobody else waits for it, as they would for a transaction that writes.
    person = authenticate(db.session(), username, password)
    if person is None:
        count_attempt(app.settings.account_limit, *counted)
        _refused(username)
        error = gettext("Your username or password is incorrect. Check both and try again.")
        return _form(error, username), 400
    following = _safe(request.args.get("next"))
    if person.second_factor_since is not None:
        session.pop("_user_id", None)
        session["first_factor"] = [person.id, app.now().timestamp(), following]
        return redirect(url_for(".second_step"))
    return _let_in(person, following)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@limiter.limit(limit_of("sign_in_limit"), methods=["POST"])
@no_store
def second_step() -> ResponseReturnValue:
    """Asks whoever knew the password for a code of their app, or a recovery code."""
    app = application()
    number, at, following = session.get("first_factor") or (None, 0.0, None)
    person = db.session().get(Person, number) if number else None
    fresh = app.now().timestamp() - at < SECOND_STEP_WITHIN
    if person is None or not person.active or not fresh:
        session.pop("first_factor", None)
        return redirect(url_for(".sign_in"))
    if request.method == "GET":
        return render_template("auth/code.html", error=None)
    counted = ("code", str(person.id))
    error = gettext("The code is incorrect. Enter the one that your app shows now.")
    known = is_known(person.username)
    if not known and too_often(app.settings.account_limit, *counted):
        _refused(person.username, "limit")
        return render_template("auth/code.html", error=_too_often()), 429
    with db.transaction() as database:
        code = request.form.get("code", "")[:40]
        proven = prove_second_factor(database, person, code, app.now())
    if not proven:
        count_attempt(app.settings.account_limit, *counted)
        _refused(person.username, "code")
        return render_template("auth/code.html", error=error), 400
    return _let_in(person, _safe(following))


def _let_in(person: Person, following: str | None) -> ResponseReturnValue:
    """Begins the session of somebody who has shown who they are, and leads on."""
    app, username = application(), person.username
    with db.transaction() as database:
        earlier = sign_ins_before(database, username)
        user = begin(database, person, app.now())
        record_access(database, user.actor, "sign-in", username, app.now())
    login_user(user)
    if earlier.refused:
        flash(_told_of(earlier))
    first = url_for(OWN_PASSWORD) if user.must_change_password else following
    answer = make_response(redirect(first or first_page(user.role)))
    remember(answer, username)
    return answer


def _refused(username: str, reason: str | None = None) -> None:
    somebody = Actor(username or "-", "system", origin=origin())
    with db.transaction() as database:
        subject, now = username or "-", application().now()
        record_access(database, somebody, "sign-in refused", subject, now, reason)


def _too_often() -> str:
    return str(
        gettext(
            "There were too many wrong passwords for this account. Sign in on a device that you "
            "have used before, or try again in an hour. If you forgot your password, ask your "
            "administrator for a new one."
        )
    )


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


@blueprint.route("/confirm", methods=["GET", "POST"])
@login_required
@no_store
def confirm() -> ResponseReturnValue:
    """Asks whoever is signed in to show again that it is them, and leads on."""
    following = _safe(request.args.get("next")) or first_page(current_user.role)
    return proof.confirm(following)


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@limiter.limit("30 per hour")
@no_store
def invitation(token: str) -> ResponseReturnValue:
    """Where somebody who was invited chooses their password. The link is used up by sending the
    form alone, so that no mail scanner does it."""
    now = application().now()
    invited = invited_person(db.session(), token, now)
    if invited is None:
        raise NotFound(
            text("This link has expired, or was used already."),
            text("Ask your administrator for a new one."),
        )
    if request.method == "GET":
        return render_template("auth/invitation.html", person=invited, form=Form())
    new, again = (request.form.get(name, "") for name in ("new_password", "password_again"))
    form = Form({}, {"password_again": text("The new passwords do not match.")})
    if new != again:
        return render_template("auth/invitation.html", person=invited, form=form), 400
    try:
        with db.transaction() as database:
            accept_invitation(database, token, new, now, origin())
    except PasswordRefused as error:
        form = Form({}, {error.field: error.text})
        return render_template("auth/invitation.html", person=invited, form=form), 400
    flash(gettext("Your password has been set. Sign in with it."))
    return redirect(url_for(".sign_in"))


@blueprint.before_app_request
def note_the_use() -> None:
    """Notes that a session is used when something is sent with it: a page that is only read
    writes nothing."""
    if request.method != "POST" or not current_user.is_authenticated:
        return
    now = application().now()
    if now - current_user.used_at >= USED_ANEW:
        with db.transaction() as database:
            note_use(database, current_user.session_id, now)


@blueprint.before_app_request
def own_password_first() -> ResponseReturnValue | None:
    """Leads whoever was given a password to the page where they choose one of their own, and
    whoever needs a second factor to where they set it up."""
    if request.endpoint in BEFORE_OWN_PASSWORD or not current_user.is_authenticated:
        return None
    if current_user.must_change_password:
        return redirect(url_for(OWN_PASSWORD))
    if current_user.must_set_second_factor and request.blueprint != "second_factor":
        return redirect(url_for("second_factor.second_factor"))
    return None


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
    if not target.isprintable():
        return None  # a line end would begin another header
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


@blueprint.post("/sign-out", endpoint="sign_out")
@login_required
def signed_out() -> ResponseReturnValue:
    """Ends the session, here and for whoever has a copy of its cookie."""
    with db.transaction() as database:
        sign_out(database, current_user.actor, current_user.session_id, application().now())
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
