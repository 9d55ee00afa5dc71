"""The applicant's personal data: its digest for the event, its masked form for the page."""

import hashlib
import json
import secrets
from collections.abc import Mapping

from requestflow.cases.events import canonical

FIELDS = ("name", "identity_number", "phone", "email", "address", "representative")


def sealed(details: Mapping[str, str | None], salt: str | None = None) -> tuple[str, str, str]:
    """Salt, digest (SHA-256 over salt and details) and canonical text of personal data."""
    salt = salt or secrets.token_hex(16)
    content = canonical({key: details[key] for key in FIELDS if details.get(key)})
    digest = hashlib.sha256((salt + content).encode()).hexdigest()
    return salt, digest, content


def opened(content: str) -> dict[str, str]:
    """The details from their stored text."""
    return dict(json.loads(content))


def masked(details: Mapping[str, str]) -> dict[str, str]:
    """The details as shown by default: enough to recognise, not enough to use."""
    return {key: _mask(key, value) for key, value in details.items()}


def _mask(key: str, value: str) -> str:
    if key == "email":
        name, at, domain = value.partition("@")
        return f"{name[:1]}***{at}{domain}"
    if key == "name":
        return value[:1] + "*" * max(len(value) - 1, 1)
    if len(value) <= 4:
        return "*" * len(value)
    shown = 4 if key == "identity_number" else 3
    return f"{value[:shown]}{'*' * max(len(value) - shown - 2, 1)}{value[-2:]}"
