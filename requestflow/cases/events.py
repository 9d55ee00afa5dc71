"""The events of a case: what they are, their canonical form, their hash chain.

Pure. An event is never changed or deleted; a mistake is mended by a `corrected` event, and
`effective` gives the history as it stands after all corrections.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

GENESIS = "0" * 64

SAME_DAY_ORDER = {
    kind: place
    for place, kind in enumerate(
        (
            "received",
            "assigned",
            "transferred",
            "clarification_requested",
            "clarified",
            "clarification_lapsed",
            "reasons_requested",
            "reasons_given",
            "delay_set",
            "consultation_started",
            "consultation_ended",
            "extended",
            "fee_notified",
            "fee_acknowledged",
            "fee_waiver_requested",
            "payment_reported",
            "fee_paid",
            "fee_waived",
            "fee_defaulted",
            "drafted",
            "legality_reviewed",
            "secrecy_reviewed",
            "signed",
            "delivered",
            "decision_recorded",
            "delivery_confirmed",
            "fees_recorded",
            "closed",
            "remedy_filed",
            "remedy_accepted",
            "remedy_answered",
            "remedy_extended",
            "hearing_scheduled",
            "hearing_held",
            "remedy_concluded",
        )
    )
}
"""In which order events of one day are taken where only the day is known (registers)."""


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
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def event_hash(
    previous: str,
    number: str,
    sequence: int,
    kind: str,
    day: date,
    recorded_at: datetime,
    actor: str,
    data: str,
) -> str:
    """The hash (SHA-256, hex) of one event with the hash of the one before in it."""
    content = canonical(
        [
            number,
            sequence,
            kind,
            day.isoformat(),
            recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
            actor,
            data,
        ]
    )
    return hashlib.sha256((previous + content).encode()).hexdigest()


def effective(events: Iterable[Event]) -> list[Event]:
    """The history after all corrections, in order; the corrections themselves are left out."""
    history: list[Event] = []
    for event in events:
        if event.kind != "corrected":
            history.append(event)
            continue
        for place, change in enumerate(event.data["changes"], 1):
            history = _apply_change(history, change, f"{event.key}.{place}", event)
    return history


def _apply_change(
    history: Sequence[Event], change: Mapping[str, Any], key: str, correction: Event
) -> list[Event]:
    action = change["action"]
    if action == "insert":
        return _insert_in_order(history, _event_of(change, key, correction))
    rest = [event for event in history if event.key != change["key"]]
    if len(rest) == len(history):
        raise KeyError(change["key"])
    if action == "void":
        return rest
    # Who took the step took it, whoever mends what was written of it.
    actor = next(event.actor for event in history if event.key == change["key"])
    return _insert_in_order(
        rest, replace(_event_of(change, change["key"], correction), actor=actor)
    )


def _event_of(change: Mapping[str, Any], key: str, correction: Event) -> Event:
    return Event(
        key,
        change["kind"],
        date.fromisoformat(change["day"]),
        change["data"],
        correction.actor,
        correction.recorded_at,
    )


def _insert_in_order(history: Sequence[Event], new: Event) -> list[Event]:
    """Puts an event after the last one that is not later."""
    place = len(history)
    while place and _order(history[place - 1]) > _order(new):
        place -= 1
    return [*history[:place], new, *history[place:]]


def _order(event: Event) -> tuple[date, int]:
    return event.day, SAME_DAY_ORDER.get(event.kind, len(SAME_DAY_ORDER))
