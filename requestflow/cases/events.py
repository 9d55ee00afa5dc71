"""The events of a case: what they are, their canonical form, their hash chain.

Pure. An event is never changed or deleted; a mistake is mended by a `corrected` event (see
`history.effective`).
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

GENESIS = "0" * 64
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a case.

    `day` is the legal day on which it took effect, in the body's own zone; `recorded_at` the
    moment it was written down. `key` names it: its sequence, or `7.1` for the first event that
    the correction with sequence 7 put in.
    """

    key: str
    kind: str
    day: date
    data: Mapping[str, Any] = field(default_factory=dict)
    actor: str = ""
    recorded_at: datetime | None = None


def canonical(value: Any) -> str:
    """JSON in one way only: sorted keys, no spaces, characters as they are (after RFC 8785)."""
    return _encode(value)


@lru_cache(maxsize=16)
def _moment(recorded_at: datetime) -> str:
    return recorded_at.astimezone(UTC).isoformat(timespec="microseconds")


def event_hash(
    previous: str,
    number: str,
    sequence: int,
    kind: str,
    day: date,
    recorded_at: datetime,
    actor: str,
    data: str,
    key: bytes | None = None,
) -> str:
    """The hash (HMAC-SHA-256 under a key, hex) of one event with the hash of the one before in it;
    without a key, SHA-256 as in earlier versions."""
    # The canonical form of these seven as a list; days and moments need no escapes.
    content = (
        f'[{_encode(number)},{sequence},{_encode(kind)},"{day.isoformat()}",'
        f'"{_moment(recorded_at)}",{_encode(actor)},{_encode(data)}]'
    )
    chained = (previous + content).encode()
    if key is None:
        return hashlib.sha256(chained).hexdigest()
    return hmac.digest(key, chained, "sha256").hex()
