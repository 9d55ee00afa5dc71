"""The page that is shown when something fails, with what was typed, so that it is not lost."""

import re
from http import HTTPStatus

from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from requestflow.accounts import record_access
from requestflow.foundation import (
    Conflict,
    NotFound,
    Refused,
    RequestflowError,
    db,
    is_word,
    translate,
)
from requestflow.law import LawError
from requestflow.web.context import application, locale
from requestflow.web.forms import from_our_page

FOR_STAFF = frozenset(
    {
        "casework",
        "office",
        "reminders",
        "people",
        "own_account",
        "second_factor",
        "audit",
        "oversight",
    }
)
NOT_SHOWN = re.compile("csrf|password|identity|code|token|seen|version|secret|address|key|^ask$")
"""What is nobody's to read over a shoulder, and what nobody typed."""


def register_errors(app: Flask) -> None:
    """Gives every error its page."""
    statuses = ((NotFound, 404), (Refused, 403), (Conflict, 409), (RequestflowError, 400))

    @app.errorhandler(RequestflowError)
    def _ours(error: RequestflowError) -> ResponseReturnValue:
        status = next(code for kind, code in statuses if isinstance(error, kind))
        if isinstance(error, Refused) and current_user.is_authenticated:
            _record_refused()
        return _page(status, error.in_locale(locale()))

    @app.errorhandler(LawError)
    def _no_law(_error: LawError) -> ResponseReturnValue:
        return _page(404, gettext("Page not found. Check the web address is correct."))

    @app.errorhandler(HTTPException)
    def _theirs(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if status < 400:
            return error.get_response()
        messages = {
            404: gettext("Page not found. Check the web address is correct."),
            403: gettext("You do not have permission to view this page."),
            400: _expired(),
            413: _too_large(),
            429: gettext("Too many attempts. Wait a while (up to an hour) and try again."),
        }
        return _page(status, messages.get(status, HTTPStatus(status).phrase))

    @app.errorhandler(500)
    def _broken(_error: Exception) -> ResponseReturnValue:
        return _page(500, gettext("Sorry, there is a problem with the service. Try again later."))

    def _page(status: int, message: str) -> ResponseReturnValue:
        g.failed = True
        if request.path.endswith(".json"):
            return jsonify(error=message), status, {"Cache-Control": "no-store"}
        page = render_template("error.html", message=message, status=status, typed=_typed())
        return page, status, {"Cache-Control": "no-store"}


def _record_refused() -> None:
    """Records that somebody was refused a page, in a transaction of its own: the one in which it
    was refused was taken back."""
    with db.transaction() as session:
        path, now = f"{request.method} {request.path}", application().now()
        record_access(session, current_user.actor, "access refused", path, now)


def _too_large() -> str:
    settings = application().settings
    return str(
        gettext(
            "The files are too large. The limit is %(file)s MB for each file and %(case)s MB in "
            "total. Select fewer or smaller files.",
            file=settings.file_megabytes,
            case=settings.case_megabytes,
        )
    )


def _expired() -> str:
    if not current_user.is_authenticated and request.blueprint in FOR_STAFF:
        return str(gettext("You have been signed out. Sign in and submit the form again."))
    return str(gettext("The form has expired. Go back, reload the page and submit it again."))


def _typed() -> list[tuple[str, str]]:
    """What somebody wrote on one of our pages and would lose because of an error, each with the
    name of its field: a session that ended, a colleague who was faster. Nothing where another site
    sends it, which would make us say what it likes."""
    if request.method != "POST" or not from_our_page():
        return []
    try:
        fields = list(request.form.items(multi=True))
    except HTTPException:
        return []
    message = [(name, value.strip()) for name, value in fields if not NOT_SHOWN.search(name)]
    return [
        (translate(f"field.{name}", locale()), value)
        if is_word(f"field.{name}")
        else (gettext("Text %(number)s", number=place), value)
        for place, (name, value) in enumerate(((n, v) for n, v in message if v), 1)
    ]
