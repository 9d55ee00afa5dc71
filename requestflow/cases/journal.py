"""Writing events down: their rows, each with the hash of the one before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from requestflow.cases.events import Event, canonical, event_hash
from requestflow.cases.written import CaseCipher
from requestflow.foundation import data_key


def rows(
    case_id: int,
    number: str,
    head: str,
    version: int,
    events: Sequence[Event],
    now: datetime,
    cipher: CaseCipher,
) -> tuple[list[dict[str, Any]], str]:
    """The rows for new events after the one with hash `head`, and the new head: the hash is that of
    what is kept, so that the chain holds when the key of what was written is gone."""
    written: list[dict[str, Any]] = []
    key = data_key("chain")
    for sequence, event in enumerate(events, version + 1):
        data = canonical(cipher.encrypted(event.kind, event.data))
        said = (number, sequence, event.kind, event.day, now, event.actor, data)
        digest = event_hash(head, *said, key=key)
        written.append(
            {
                "case_id": case_id,
                "sequence": sequence,
                "kind": event.kind,
                "day": event.day,
                "recorded_at": now,
                "actor": event.actor,
                "data": data,
                "previous_hash": head,
                "hash": digest,
            }
        )
        head = digest
    return written, head
