"""The blueprint of the public pages, and keeping its pages and files in caches."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, render_template, request
from flask_login import current_user

from requestflow.web.cache import StateCache
from requestflow.web.context import locale

blueprint = Blueprint("public", __name__)

FRESH = 300
"""Seconds for which a public file may be kept without asking again."""


def render_for_all(template: str, state: Hashable, build: Callable[[], Mapping[str, Any]]) -> str:
    """A page that is the same for all who read its language: set once for each state of what it
    shows. `build` gives what the template needs. Whoever is signed in gets one of their own."""
    if current_user.is_authenticated:
        return render_template(template, **build())
    pages: StateCache = current_app.extensions.setdefault("pages_for_all", StateCache())
    page: str = pages.get(
        (request.full_path, locale()), state, lambda: render_template(template, **build())
    )
    return page


def cached(body: str | bytes, tag: str, content_type: str) -> Response:
    """A file that any cache may keep, told apart by its tag; empty (304) for who has it already.
    No cookie goes with it. What somebody who is signed in is shown is kept by nobody."""
    response = make_response(body)
    response.content_type = content_type
    if current_user.is_authenticated:
        return response
    g.for_any_cache = True
    response.headers["Cache-Control"] = f"public, max-age={FRESH}"
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.set_etag(tag)
    response.make_conditional(request)
    return response
