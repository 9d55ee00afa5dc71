"""The blueprint of the public pages, and keeping them in caches."""

from flask import Blueprint, Response, make_response, request
from flask_login import current_user

blueprint = Blueprint("public", __name__)

FRESH = 300
"""Seconds for which a public file may be kept without asking again."""


def cached(body: str | bytes, tag: str, content_type: str = "text/html; charset=utf-8") -> Response:
    """An answer told apart by its tag; empty (304) for who has it already. Files are kept by any
    cache; a page only by who reads it, because its forms are theirs; what is shown to somebody
    who is signed in by nobody."""
    response = make_response(body)
    response.content_type = content_type
    if current_user.is_authenticated:
        return response
    page = content_type.startswith("text/html")
    response.headers["Cache-Control"] = "private, no-cache" if page else f"public, max-age={FRESH}"
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.set_etag(tag)
    response.make_conditional(request)
    return response
