"""Signing in and out, and choosing the language."""

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_required, logout_user

from requestflow.accounts import (
    USED_ANEW,
    PasswordRefused,
    Person,
    accept_invitation,
    authenticate,
    hash_anew,
    invited_person,
    keys_of,
    note_use,
    prove_passkey,
    prove_second_factor,
    set_locale,
    sign_out,
)
from requestflow.foundation import (
    LOCALES,
    SHORTEST_PASSWORD,
    NotFound,
    db,
    is_hashed_as_now,
    password_problem,
    password_strength,
    text,
)
from requestflow.web import proof
from requestflow.web.context import application, locale, origin, relying_party
from requestflow.web.devices import is_known
from requestflow.web.extensions import count_attempt, csrf, limit_of, limiter, too_often
from requestflow.web.forms import Form, from_our_page, no_store
from requestflow.web.sessions import (
    OWN_PASSWORD,
    after_password,
    first_page,
    let_in,
    note_refused,
    safe_target,
    sign_in_page,
    who_knew_password,
)

blueprint = Blueprint("auth", __name__)
BEFORE_OWN_PASSWORD = frozenset(
    {
        OWN_PASSWORD,
        "own_account.password",
        "auth.sign_out",
        "auth.language",
        "auth.strength",
        "static",
    }
)
"""What somebody with a one-time password may still do."""
CONFIRM = "auth.confirm"


@blueprint.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(limit_of("sign_in_limit"), methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Asks for user name and password, or for a passkey."""
    if request.method == "GET":
        return sign_in_page()
    if request.form.get("passkey"):
        return _with_passkey()
    app = application()
    username = request.form.get("username", "").strip()[:80]
    password = request.form.get("password", "")[:200]
    counted = ("account", username.lower())
    if not is_known(username) and too_often(app.settings.account_limit, *counted):
        note_refused(username, "limit")
        return sign_in_page(_too_often(), username), 429
    # Hashing takes long: nobody else waits for it, as they would for a transaction that writes.
    person = authenticate(db.session(), username, password, app.now())
    if person is None:
        count_attempt(app.settings.account_limit, *counted)
        note_refused(username)
        error = gettext("Your username or password is incorrect. Check both and try again.")
        return sign_in_page(error, username), 400
    following = safe_target(request.args.get("next"))
    _look_at_password(person, password)
    if person.second_factor_since is not None:
        after_password(person, following)
        return redirect(url_for(".second_step"))
    return let_in(person, following)


def _look_at_password(person: Person, password: str) -> None:
    """Keeps it as passwords are kept now, and tells its owner where it would not be taken now."""
    if not is_hashed_as_now(person.password_hash):
        with db.transaction() as database:
            hash_anew(database, person.id, password)
    given = person.must_change_password
    if not given and password_problem(password, (person.username, person.name)):
        flash(gettext("Your password is short or easy to guess. Change it under 'My account'."))


def _with_passkey() -> ResponseReturnValue:
    """Lets in whoever has a passkey that proved its owner: two factors in one."""
    with db.transaction() as database:
        shown = request.form["passkey"]
        person = prove_passkey(database, relying_party(), shown, application().now())
    if person is None:
        note_refused("", "passkey")
        return sign_in_page(
            gettext("This passkey is not known here. Sign in with your password.")
        ), 400
    return let_in(person, safe_target(request.args.get("next")))


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@limiter.limit(limit_of("sign_in_limit"), methods=["POST"])
@no_store
def second_step() -> ResponseReturnValue:
    """Asks whoever knew the password for a passkey, a code of their app, or a recovery code."""
    app = application()
    person, following = who_knew_password()
    if person is None:
        return redirect(url_for(".sign_in"))
    if request.method == "GET":
        return _codesign_in_page(person)
    counted = ("code", str(person.id))
    error = gettext("The code is incorrect. Enter the one that your app shows now.")
    known = is_known(person.username)
    if not known and too_often(app.settings.account_limit, *counted):
        note_refused(person.username, "limit")
        return _codesign_in_page(person, _too_often()), 429
    if not _is_second_factor(person):
        count_attempt(app.settings.account_limit, *counted)
        note_refused(person.username, "code")
        return _codesign_in_page(person, error), 400
    return let_in(person, safe_target(following))


def _codesign_in_page(person: Person, error: str | None = None) -> str:
    has_passkey = bool(keys_of(db.session(), person.id))
    return render_template("auth/code.html", error=error, has_passkey=has_passkey)


def _is_second_factor(person: Person) -> bool:
    """Whether the form has what somebody signs in with beside the password."""
    now, passkey = application().now(), request.form.get("passkey")
    with db.transaction() as database:
        if passkey:
            return prove_passkey(database, relying_party(), passkey, now, person) is not None
        return prove_second_factor(database, person, request.form.get("code", "")[:40], now)


def _too_often() -> str:
    return str(
        gettext(
            "There were too many wrong passwords for this account. Sign in on a device that you "
            "have used before, or try again in an hour. If you forgot your password, ask your "
            "administrator for a new one."
        )
    )


@blueprint.route("/confirm", methods=["GET", "POST"])
@login_required
@no_store
def confirm() -> ResponseReturnValue:
    """Asks whoever is signed in to show again that it is them, and leads on."""
    following = safe_target(request.args.get("next")) or first_page(current_user.role)
    return proof.confirm(following)


@blueprint.post("/password-strength")
@limiter.limit("120 per minute")
@no_store
def strength() -> Response:
    """How hard what is being typed is to guess: a number from 0 to 4, and a word for it."""
    typed = request.form.get("password", "")[:200]
    score = password_strength(typed) if typed else 0
    if typed and len(typed) < SHORTEST_PASSWORD:
        score = min(score, 1)
    return jsonify(score=score, text=text(f"strength.{score}").in_locale(locale()))


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
    setting_up = request.blueprint in {"second_factor", "passkeys", "single_sign_on"}
    if current_user.must_set_second_factor and not setting_up and request.endpoint != CONFIRM:
        return redirect(url_for("second_factor.second_factor"))
    return None


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
    return redirect(safe_target(request.form.get("next")) or url_for("public.home"))
