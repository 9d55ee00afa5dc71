"""Rows of the outbox: one for each recipient and channel, each with a stable Message-ID."""

import hashlib
from datetime import datetime
from typing import Any

from requestflow.accounts import Person


def message_id(natural: str) -> str:
    """The stable Message-ID (RFC 5322) of what has that natural key."""
    return f"{hashlib.sha256(natural.encode()).hexdigest()[:40]}@requestflow"


def messages(
    person: Person, kind: str, data: str, natural: str, now: datetime
) -> list[dict[str, Any]]:
    """A message to one of the staff: on their page, and by mail where they have an address."""
    channels = ["in_app", "mail"] if person.email else ["in_app"]
    return [
        {**_row(natural + channel, channel, kind, data, now), "person_id": person.id}
        for channel in channels
    ]


def letter(
    email: str, locale: str, kind: str, data: str, natural: str, now: datetime
) -> dict[str, Any]:
    """A mail to a citizen."""
    return {**_row(natural, "mail", kind, data, now), "recipient": email, "locale": locale}


def _row(natural: str, channel: str, kind: str, data: str, now: datetime) -> dict[str, Any]:
    return {
        "message_id": message_id(natural),
        "channel": channel,
        "kind": kind,
        "data": data,
        "status": "waiting",
        "attempts": 0,
        "created_at": now,
        "next_attempt_at": now,
    }
