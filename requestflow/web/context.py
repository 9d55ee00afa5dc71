"""What views need of the request: the application, who acts, which language."""

from datetime import date
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app, g, has_request_context, request, session
from flask_babel import gettext
from flask_login import current_user

from requestflow.accounts import Actor, Origin, RelyingParty, require
from requestflow.application import Application
from requestflow.foundation import LOCALES
from requestflow.law import HOME


def application() -> Application:
    """The application of this process."""
    built: Application = current_app.extensions["requestflow"]
    return built


def origin(session_id: int | None = None) -> Origin:
    """From where this request comes."""
    return Origin(request.remote_addr, session_id)


def relying_party() -> RelyingParty:
    """The site as passkeys know it: by the address that was set, never by what a request says of
    itself."""
    parts = urlsplit(application().settings.base_url)
    name = gettext("Government information requests")
    return RelyingParty(parts.hostname or "localhost", f"{parts.scheme}://{parts.netloc}", name)


def provider_name() -> str | None:
    """What the provider of single sign-on is called on pages; None where there is none."""
    settings = application().settings
    if not settings.oidc_issuer:
        return None
    return settings.oidc_name or gettext("single sign-on")


def actor() -> Actor | None:
    """Whoever is signed in, as one who acts."""
    return current_user.actor if current_user.is_authenticated else None


def acting(action: str) -> Actor:
    """Whoever is signed in, who may do this at all; Refused otherwise."""
    who = actor()
    require(who, action)
    assert who is not None  # noqa: S101 - require refuses nobody
    return who


def jurisdiction() -> str:
    """That of the unit of whoever is signed in; the home one for everybody else."""
    signed_in = has_request_context() and current_user.is_authenticated
    return current_user.jurisdiction if signed_in else HOME


def local_day() -> date:
    """The day that it is there."""
    return application().today(jurisdiction())


def local_zone() -> ZoneInfo:
    """The time zone there."""
    return application().zones.of(jurisdiction())


def locale() -> str:
    """The language of this page: zh_CN or en; decided once a page."""
    chosen: str | None = g.get("page_locale")
    if chosen is None:
        if not has_request_context():
            return "zh_CN"
        chosen = g.page_locale = "en" if chosen_locale() == "en" else "zh_CN"
    return chosen


def chosen_locale() -> str:
    """The language: chosen, else the person's own, else the browser's."""
    message = session.get("locale")
    if message in LOCALES:
        return str(message)
    if current_user and current_user.is_authenticated:
        return str(current_user.locale)
    return "en" if request.accept_languages.best_match(["zh", "en"]) == "en" else "zh_CN"
