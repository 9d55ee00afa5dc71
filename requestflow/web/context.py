"""What views need of the request: the application, who acts, which language."""

from flask import current_app, g, has_request_context
from flask_babel import get_locale
from flask_login import current_user

from requestflow.accounts import Actor, require
from requestflow.application import Application


def application() -> Application:
    """The application of this process."""
    built: Application = current_app.extensions["requestflow"]
    return built


def actor() -> Actor | None:
    """Whoever is signed in, as one who acts."""
    return current_user.actor if current_user.is_authenticated else None


def acting(action: str) -> Actor:
    """Whoever is signed in, who may do this at all; Refused otherwise."""
    who = actor()
    require(who, action)
    assert who is not None  # noqa: S101 - require refuses nobody
    return who


def locale() -> str:
    """The language of this page: zh_CN or en."""
    chosen: str | None = g.get("page_locale")
    if chosen is None:
        chosen = "zh_CN" if str(get_locale() or "zh").startswith("zh") else "en"
        if has_request_context():
            g.page_locale = chosen
    return chosen
