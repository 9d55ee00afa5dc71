"""Making the Flask application: languages, sign-in, limits, headers, errors."""

import hashlib
from datetime import timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, abort, g, has_request_context, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_babel import Babel
from flask_login import LoginManager, current_user
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from requestflow.application import Application, create_application
from requestflow.foundation import CATALOGUES
from requestflow.web import (
    auth,
    casework,
    citizen,
    health,
    oversight,
    passkeys,
    public,
    single_sign_on,
)
from requestflow.web.context import chosen_locale
from requestflow.web.errors import register_errors
from requestflow.web.extensions import csrf, limiter
from requestflow.web.forms import make_room_for_files
from requestflow.web.sessions import load_user
from requestflow.web.settings import (
    audit,
    imports,
    office,
    own_account,
    people,
    reminders,
    second_factor,
)
from requestflow.web.template_filters import register_filters
from requestflow.web.templating import PageEnvironment

CONTENT_POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"


STRICT = frozenset(
    {
        "casework",
        "office",
        "reminders",
        "people",
        "own_account",
        "second_factor",
        "audit",
        "oversight",
        "auth",
        "passkeys",
        "single_sign_on",
        "health",
        "public",
    }
)
NOT_USED = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
"""What no page of ours asks a browser for."""
A_YEAR = 365 * 24 * 3600
LINKS = 4096
"""How many paths of pages a process remembers."""


class Site(Flask):
    """The site; its log names no address, because some addresses are secrets."""

    jinja_environment = PageEnvironment

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._path_of = lru_cache(LINKS)(self._built_path)

    def url_for(self, endpoint: str, **values: Any) -> str:
        """As Flask's; a page has many paths, and the same ones as the page before."""
        request_context = has_request_context()
        if (
            not request_context
            or endpoint.startswith(".")
            or any(v.startswith("_") for v in values)
        ):
            return super().url_for(endpoint, **values)
        try:
            return self._path_of(request.root_path, endpoint, *values.items())
        except TypeError:  # a value that cannot be a key, such as a list
            return super().url_for(endpoint, **values)

    def _built_path(self, _root: str, endpoint: str, *values: tuple[str, Any]) -> str:
        return super().url_for(endpoint, **dict(values))

    def log_exception(self, exc_info):  # type: ignore[no-untyped-def]
        """Logs what failed by the name of the page."""
        where = f"{request.endpoint} [{request.method}]"
        self.logger.error("Exception in %s", where, exc_info=exc_info)

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """How many seconds a browser may keep a file: a year where its address names its content
        (see `_version`), else it asks each time."""
        return A_YEAR if "v" in request.args else None


class Sessions(SecureCookieSessionInterface):
    """Sessions whose cookie is renewed by pages, not by the style sheet and other files that
    caches keep."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Whether an answer carries the cookie."""
        files = request.endpoint == "static" or g.get("for_any_cache", False)
        return not files and super().should_set_cookie(app, session)


def create_app(application: Application | None = None) -> Flask:
    """The web application of an installation, its database checked."""
    app = Site("requestflow.web")
    installation = (
        create_application(application.settings, application.clock, app)
        if application
        else create_application(flask=app)
    )
    installation.check_database()
    secure = installation.settings.secure_cookies
    app.config.update(
        SECRET_KEY=installation.secret_key,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        # The prefix has browsers take it from this host by HTTPS alone (RFC 6265bis, 4.1.3).
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        # What a browser kept is good for so long after the last page.
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=installation.settings.session_idle_minutes),
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        BABEL_TRANSLATION_DIRECTORIES=str(CATALOGUES),
        BABEL_DEFAULT_LOCALE="zh_CN",
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_STORAGE_URI=installation.settings.limits_url,
    )
    app.session_interface = Sessions()
    app.url_defaults(_version)
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(Path(__file__).parent / "templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    # Tags on lines of their own leave no blank lines in pages.
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app, locale_selector=chosen_locale)
    app.before_request(make_room_for_files)
    csrf.init_app(app)
    limiter.init_app(app)
    login = LoginManager(app)
    login.login_view = "auth.sign_in"
    login.login_message = None
    login.user_loader(load_user)
    settings = (office, reminders, people, own_account, second_factor, audit, imports)
    for part in (public, casework, *settings, oversight, auth, passkeys, single_sign_on, health):
        app.register_blueprint(part.blueprint)
    citizen.register(app)
    register_filters(app)
    register_errors(app)
    single_sign_on.register_provider(app, installation.settings)
    app.before_request(_no_null)
    app.after_request(_headers)
    proxies = installation.settings.trusted_proxies
    if proxies:
        # The nearest one says how it was asked; each adds the address that asked it.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies)  # type: ignore[method-assign]
    return app


def _no_null() -> None:
    """Refuses what no database stores and nobody types: NUL. The pages on which citizens type
    clean it instead."""
    if request.blueprint not in STRICT:
        return
    message = [request.path, *request.args, *request.args.values()]
    if request.mimetype == "application/x-www-form-urlencoded":
        message += [value for values in request.form.listvalues() for value in values]
    if any("\0" in part for part in message):
        abort(404)


def _version(endpoint: str, values: dict[str, Any]) -> None:
    """Names a static file by its content as well, so that browsers may keep it."""
    if endpoint == "static" and "filename" in values:
        values["v"] = _digest(values["filename"])


@cache
def _digest(name: str) -> str:
    content = (Path(__file__).parent / "static" / name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


def _headers(response):  # type: ignore[no-untyped-def]
    response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", NOT_USED)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
    if request.endpoint != "static" and current_user.is_authenticated:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
