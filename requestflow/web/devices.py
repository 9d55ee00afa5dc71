"""Browsers with which somebody has signed in before: strangers' wrong passwords do not keep them
out (OWASP, device cookies)."""

import hashlib

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

NAME = "device"
KNOWN_FOR = 180 * 24 * 3600
"""Seconds after the last sign-in for which a browser is known."""
MOST = 10
"""People who share a browser."""


def is_known(username: str) -> bool:
    """Whether that person has signed in with this browser."""
    return _mark(username) in _kept()


def remember(response: Response, username: str) -> None:
    """Lets this browser be known as that person's, beside those of others who share it."""
    kept = [mark for mark in _kept() if mark != _mark(username)]
    response.set_cookie(
        _name(),
        _signed().dumps([*kept[-MOST + 1 :], _mark(username)]),
        max_age=KNOWN_FOR,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )


def _kept() -> list[str]:
    try:
        kept = _signed().loads(request.cookies.get(_name(), ""), max_age=KNOWN_FOR)
    except BadSignature:
        return []
    return [str(mark) for mark in kept] if isinstance(kept, list) else []


def _name() -> str:
    return f"__Host-{NAME}" if current_app.config["SESSION_COOKIE_SECURE"] else NAME


def _signed() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="device")


def _mark(username: str) -> str:
    return hashlib.sha256(username.encode()).hexdigest()[:16]
