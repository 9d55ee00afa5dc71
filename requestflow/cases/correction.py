"""Mending a mistake in what was recorded: by a further event, never by editing."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.history import effective
from requestflow.cases.steps import validate_particulars
from requestflow.cases.steps.days import require_possible_days
from requestflow.foundation import text
from requestflow.law import UnknownLaw, law_in_force, law_pack

DECIDING = frozenset({"drafted", "legality_reviewed", "secrecy_reviewed", "signed", "delivered"})


def corrected_history(
    history: Sequence[Event], correction: Event, today: date, lenient: bool = False
) -> list[Event]:
    """The history with a correction applied; StepRefused where it speaks of no event."""
    for change in correction.data["changes"]:
        if not lenient:
            _allowed(history, change)
        if change.get("action") not in {"replace", "void", "insert"}:
            raise StepRefused(text("A correction can only replace, void or add events."), "changes")
        if change["action"] != "void":
            _checked(change, today)
    try:
        corrected = effective([*history, correction])
        if not corrected or corrected[0].kind != "received":
            raise StepRefused(
                text(
                    "A case starts when the request is received. This event can be corrected "
                    "but not voided."
                )
            )
        return corrected
    except (KeyError, ValueError) as error:
        raise StepRefused(
            text("The correction refers to an event that does not exist."), "changes"
        ) from error


def changed_keys(correction: Event) -> frozenset[str]:
    """The keys of the events that a correction changes or puts in."""
    return frozenset(
        change["key"] if change.get("action") == "replace" else f"{correction.key}.{place}"
        for place, change in enumerate(correction.data["changes"], 1)
        if change.get("action") in {"replace", "insert"}
    )


def _allowed(history: Sequence[Event], change: Mapping[str, Any]) -> None:
    """Raises StepRefused for what a correction cannot stand in for: a decision goes its way
    through review and signature, and a signed letter says what was drafted."""
    if change.get("action") == "insert" and change.get("kind") in DECIDING:
        raise StepRefused(
            text("A draft, review, sign-off or delivery cannot be added by a correction."),
            "day",
        )
    place = next((i for i, e in enumerate(history) if e.key == change.get("key")), None)
    if place is None or change.get("action") != "replace":
        return
    signed_later = any(event.kind == "signed" for event in history[place + 1 :])
    if history[place].kind in {"drafted", "legality_reviewed", "secrecy_reviewed"} and signed_later:
        raise StepRefused(
            text(
                "The letter has been signed and contains the draft. Void the delivery and the "
                "sign-off first, then draft again."
            ),
            "day",
        )


def _checked(change: Mapping[str, Any], today: date) -> None:
    kind, data = str(change.get("kind")), dict(change.get("data") or {})
    try:
        day = date.fromisoformat(str(change.get("day")))
    except ValueError as error:
        raise StepRefused(text("Enter a date, like 2026-03-31."), "day") from error
    require_possible_days(Event("", kind, day, validate_particulars(kind, data)), today)
    if kind == "received" and data.get("law") != _law_on(day, data):
        raise StepRefused(
            text("A request received on %(day)s falls under a different law.", day=day.isoformat()),
            "day",
            hint=text("The date of receipt determines which law applies."),
        )


def _law_on(day: date, data: Mapping[str, Any]) -> str:
    """The law of that day, of the jurisdiction in which the request was received."""
    try:
        return law_in_force(day, law_pack(str(data.get("law"))).jurisdiction).code
    except UnknownLaw as error:
        raise StepRefused(
            text("None of the laws in this system was in force on that date."), "day"
        ) from error
