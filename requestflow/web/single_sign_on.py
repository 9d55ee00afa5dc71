"""Signing in by a provider of identities (OpenID Connect), and showing there again who one is."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import (
    Blueprint,
    Flask,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from joserfc.errors import JoseError
from requests import RequestException
from sqlalchemy.exc import IntegrityError

from requestflow.accounts import (
    LONGEST_SUBJECT,
    Claims,
    LastAdministrator,
    Person,
    PersonRefused,
    SignOnRefused,
    is_signed_on,
    note_proof,
    person_signed_on,
    record_access,
)
from requestflow.foundation import NotFound, RequestflowError, Settings, db, text
from requestflow.web.context import acting, application, locale, origin
from requestflow.web.extensions import limit_of, limiter
from requestflow.web.forms import no_store
from requestflow.web.sessions import after_password, let_in, note_refused, safe_target, sign_in_page

blueprint = Blueprint("single_sign_on", __name__)
RETURN = "single_sign_on.returned"
TIMEOUT = 10
"""Seconds within which the provider must answer."""
FRESH = timedelta(minutes=5)
"""How long ago somebody may have shown to the provider who they are, where they are asked again."""
UNREADABLE = (
    OAuthError,
    JoseError,
    RequestException,
    ValueError,
    KeyError,
    TypeError,
    RuntimeError,
)
"""What the library raises where the provider cannot be asked or does not say what it should."""


class ProviderFailed(RequestflowError):
    """The provider could not be asked, or did not say who somebody is."""

    def __init__(self) -> None:
        super().__init__(
            text("Single sign-on did not work."),
            text("Try again, or sign in with your password."),
        )


def register_provider(app: Flask, settings: Settings) -> None:
    """Makes the provider known to the application, where one is set."""
    registry = OAuth(app)
    if not settings.oidc_issuer:
        return
    registry.register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT,
        },
    )


def _provider() -> FlaskOAuth2App:
    """The provider that is set; NotFound where none is, ProviderFailed where it says that it is
    another (OpenID Connect Discovery 1.0, 4.3)."""
    issuer = _require_provider()
    registry = current_app.extensions["authlib.integrations.flask_client"]
    chosen: FlaskOAuth2App = registry.create_client("provider")
    try:
        told = chosen.load_server_metadata()
    except UNREADABLE as error:
        raise _failure(error) from error
    if told.get("issuer") != issuer:
        raise _failure(f"it calls itself {told.get('issuer')}")
    return chosen


def _require_provider() -> str:
    """The address of the provider; NotFound where none is set."""
    issuer = application().settings.oidc_issuer
    if not issuer:
        raise NotFound(text("Single sign-on is not set up."))
    return issuer


@blueprint.get("/sign-in/single")
@limiter.limit(limit_of("sign_in_limit"))
@no_store
def begun() -> ResponseReturnValue:
    """Leads to the provider."""
    session["signing_on"] = {"next": safe_target(request.args.get("next"))}
    return _led_to_provider()


@blueprint.get("/confirm/single")
@login_required
@limiter.limit(limit_of("sign_in_limit"))
@no_store
def asked_again() -> ResponseReturnValue:
    """Leads whoever is signed in to the provider, which is to ask them again who they are."""
    acting("account.own")
    session["signing_on"] = {"again": True}
    return _led_to_provider(prompt="login", max_age="0")


def _led_to_provider(**wanted: str) -> ResponseReturnValue:
    address = application().settings.base_url + url_for(RETURN)
    try:
        led: ResponseReturnValue = _provider().authorize_redirect(address, **wanted)
    except ProviderFailed as error:
        return _failed(error), 502
    return led


@blueprint.get("/sign-in/single/return")
@limiter.limit(limit_of("sign_in_limit"))
@no_store
def returned() -> ResponseReturnValue:
    """Where the provider leads back to: lets in whoever it names."""
    begun = session.pop("signing_on", None) or {}
    _require_provider()
    try:
        claims = _claims()
        if begun.get("again"):
            return _shown_again(claims)
        return _let_in(claims, safe_target(begun.get("next")))
    except (SignOnRefused, PersonRefused, LastAdministrator, NotFound) as error:
        note_refused("", "single sign-on")
        return _failed(error), 403
    except ProviderFailed as error:
        note_refused("", "single sign-on")
        return _failed(error), 400


def _let_in(claims: Claims, following: str | None) -> ResponseReturnValue:
    app = application()
    try:
        with db.transaction() as database:
            places = app.settings.oidc_groups
            number = person_signed_on(database, claims, places, app.now(), origin()).id
    except IntegrityError as error:
        # Somebody new who signs in twice at the same moment: the other one added them.
        raise _failure(error) from error
    person = db.session().get_one(Person, number)
    if person.second_factor_since is not None and not claims.second_factor:
        after_password(person, following)
        return redirect(url_for("auth.second_step"))
    return let_in(person, following, claims.second_factor)


def _shown_again(claims: Claims) -> ResponseReturnValue:
    """Notes that whoever is signed in has just shown to the provider who they are."""
    app = application()
    if not current_user.is_authenticated:
        return redirect(url_for("auth.sign_in"))
    # Clocks differ: neither long ago nor far ahead.
    fresh = claims.signed_in_at is not None and abs(app.now() - claims.signed_in_at) < FRESH
    with db.transaction() as database:
        same = is_signed_on(database, current_user.id, claims)
        strong = claims.second_factor or not current_user.second_factor
        if same and fresh and strong:
            note_proof(database, current_user.session_id, app.now())
            return render_template("auth/proven.html")
        name = current_user.username
        record_access(database, current_user.actor, "proof refused", name, app.now())
    raise ProviderFailed


def _claims() -> Claims:
    """What the provider says of whoever comes back from it; ProviderFailed."""
    client = _provider()
    try:
        token = client.authorize_access_token()
        said: Mapping[str, Any] = token["userinfo"]
        told = client.load_server_metadata()
        if told.get("userinfo_endpoint"):
            more = client.userinfo(token=token)
            if more.get("sub") != said["sub"]:  # OpenID Connect Core 1.0, 5.3.2
                raise _failure("the claims are of another subject")
            said = {**more, **said}
        return _as_claims(said)
    except UNREADABLE as error:
        raise _failure(error) from error


def _failure(reason: object) -> ProviderFailed:
    """What people are told; why it is so stands in the log."""
    current_app.logger.warning("Single sign-on failed: %s", reason)
    return ProviderFailed()


def _as_claims(said: Mapping[str, Any]) -> Claims:
    settings, subject = application().settings, str(said["sub"])
    if len(subject) > LONGEST_SUBJECT:
        raise ValueError("the subject is longer than one may be")
    groups = said.get(settings.oidc_groups_claim) or ()
    methods = said.get("amr") or ()
    asked = {*(methods if isinstance(methods, list) else ()), said.get("acr")}
    at = said.get("auth_time")
    verified = said.get("email_verified") is True
    return Claims(
        issuer=_require_provider(),
        subject=subject,
        username=str(said.get("preferred_username") or ""),
        name=str(said.get("name") or ""),
        email=str(said["email"]) if verified and said.get("email") else None,
        groups=frozenset([groups] if isinstance(groups, str) else map(str, groups)),
        second_factor=bool(asked & settings.oidc_second_factor),
        signed_in_at=datetime.fromtimestamp(at, UTC) if isinstance(at, int) else None,
    )


def _failed(error: RequestflowError) -> str:
    return sign_in_page(error.in_locale(locale()))
