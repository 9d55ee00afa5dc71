"""Mending a mistake in what was recorded: by a further event, never by editing."""

from collections.abc import Sequence

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event, effective
from requestflow.cases.particulars import checked
from requestflow.foundation import text


def corrected_history(history: Sequence[Event], correction: Event) -> list[Event]:
    """The history with a correction applied; StepRefused where it speaks of no event."""
    for change in correction.data["changes"]:
        if change.get("action") not in {"replace", "void", "insert"}:
            raise StepRefused(text("A correction replaces, voids or inserts events."), "changes")
        if change["action"] != "void":
            checked(str(change.get("kind")), dict(change.get("data") or {}))
    try:
        corrected = effective([*history, correction])
        if not corrected or corrected[0].kind != "received":
            raise StepRefused(
                text("A case begins with its receipt; it can be changed, not voided.")
            )
        return corrected
    except (KeyError, ValueError) as error:
        raise StepRefused(
            text("The correction speaks of an event that is not there."), "changes"
        ) from error
