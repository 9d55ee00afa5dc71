"""Rows of the outbox: one for each recipient and channel, each with a stable Message-ID."""

import hashlib
from datetime import datetime
from typing import Any

from requestflow.accounts import Person
from requestflow.notices.groups import ChatGroup

Recipient = Person | ChatGroup
"""Whoever of the office is told: one of the staff, or a chat group of a unit."""


def message_id(natural: str) -> str:
    """The stable Message-ID (RFC 5322) of what has that natural key."""
    return f"{hashlib.sha256(natural.encode()).hexdigest()[:40]}@requestflow"


def name_of(recipient: Recipient) -> str:
    """What a recipient is called in natural keys."""
    return f"group:{recipient.id}" if isinstance(recipient, ChatGroup) else str(recipient.id)


def channels_of(recipient: Recipient, kind: str = "") -> tuple[str, ...]:
    """The channels by which a recipient is told: a group in its chat; one of the staff on their
    page, and by mail where they have an address and want it. What was done with their account is
    mailed whatever they want."""
    if isinstance(recipient, ChatGroup):
        return ("chat",)
    wanted = recipient.notices_by_mail is not False or kind == "account"
    return ("in_app", "mail") if recipient.email and wanted else ("in_app",)


def messages(
    recipient: Recipient, kind: str, data: str, natural: str, now: datetime
) -> list[dict[str, Any]]:
    """A message to whoever of the office is told, one row for each channel."""
    column = "group_id" if isinstance(recipient, ChatGroup) else "person_id"
    return [
        {**_row(natural + channel, channel, kind, data, now), column: recipient.id}
        for channel in channels_of(recipient, kind)
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
