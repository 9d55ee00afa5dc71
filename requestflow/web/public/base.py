"""The blueprint of the public pages, and keeping its files in caches."""

from flask import Blueprint, Response, g, make_response, request
from flask_login import current_user

blueprint = Blueprint("public", __name__)

FRESH = 300
"""Seconds for which a public file may be kept without asking again."""


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
