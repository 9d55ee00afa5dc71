"""Telling people what was changed of their own account, whoever did it and however: a password, a
second factor, a role; and that somebody signed in with a browser not used before."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import and_, insert, or_, select
from sqlalchemy.orm import Session

from requestflow.accounts import NEW_DEVICE, AuditEntry, Person
from requestflow.law import HOME, Zones
from requestflow.notices.models import Message
from requestflow.notices.outbox import message_id, messages

TOLD = (
    "password changed",
    "password reset",
    "person invited again",
    "second factor set",
    "second factor removed",
    "passkey added",
    "passkey removed",
    "recovery codes made",
    "identity linked",
    "person moved",
    "post entered",
    "post ended",
)
LOOKED_BACK = timedelta(days=1)
"""How long after it happened it is told at the latest: then the worker has been away too long."""
AT_ONCE = 500


def tell_of_accounts(session: Session, zones: Zones, now: datetime) -> int:
    """Puts into the outbox what of the audit trail was not told yet; how many entries."""
    entries = _lately(session, now)
    told = _told_of(session, [entry.id for entry, _ in entries])
    new = [(entry, person) for entry, person in entries if _natural(entry.id) not in told]
    rows: list[dict[str, Any]] = []
    for entry, person in new[:AT_ONCE]:
        at = entry.at.astimezone(zones.of(HOME)).strftime("%Y-%m-%d %H:%M")
        data = {"account": entry.action, "at": at, "address": entry.address}
        content = json.dumps(data, sort_keys=True, ensure_ascii=False)
        rows += messages(person, "account", content, _natural(entry.id), now)
    if rows:
        session.execute(insert(Message), rows)
    return len(new[:AT_ONCE])


def _lately(session: Session, now: datetime) -> Sequence[Any]:
    strange = and_(AuditEntry.action == "sign-in", AuditEntry.reason == NEW_DEVICE)
    query = (
        select(AuditEntry, Person)
        .join(Person, Person.username == AuditEntry.subject)
        .where(
            AuditEntry.at > now - LOOKED_BACK,
            or_(AuditEntry.action.in_(TOLD), strange),
            Person.active,
        )
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    return session.execute(query).all()


def _told_of(session: Session, entry_ids: Sequence[int]) -> set[str]:
    """The natural keys of entries that were told: everybody is told on their page at least."""
    keys = {message_id(_natural(one) + "in_app"): _natural(one) for one in entry_ids}
    told: set[str] = set()
    for chunk in _batched(keys, AT_ONCE):
        query = select(Message.message_id).where(Message.message_id.in_(chunk))
        told |= {keys[found] for found in session.scalars(query)}
    return told


def _batched(keys: Iterable[str], size: int) -> Iterator[list[str]]:
    """Keys by so many, as a database takes them."""
    rest = iter(keys)
    while chunk := list(islice(rest, size)):
        yield chunk


def _natural(entry_id: int) -> str:
    return f"account|{entry_id}|"
