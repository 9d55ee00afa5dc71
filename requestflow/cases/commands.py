"""What is handed to the door: a step, an opening, a whole history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from requestflow.cases.steps import validate_particulars
from requestflow.law import HOME, law_in_force


@dataclass(frozen=True)
class Step:
    """A step to take: its kind, the legal day, its particulars."""

    kind: str
    day: date
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Opening:
    """A new case: where, when and how it came in, from whom, and what was asked.

    `particulars` are the further ones of the receipt (`particulars.Received`).
    """

    unit: str
    received_on: date
    applicant_kind: str
    channel: str
    subject: str
    party: Mapping[str, str | None] = field(default_factory=dict)
    delivery_form: str | None = None
    number: str | None = None
    notes: Mapping[str, str] | None = None
    particulars: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class History:
    """A new case with the steps that were taken outside the system, in order."""

    opening: Opening
    steps: tuple[Step, ...]
    number: str


def received_data(opening: Opening, party: str | None, jurisdiction: str = HOME) -> dict[str, Any]:
    """The particulars of a receipt; the law is the one in force on its day."""
    data: dict[str, Any] = {
        "unit": opening.unit,
        "law": law_in_force(opening.received_on, jurisdiction).code,
        "applicant_kind": opening.applicant_kind,
        "channel": opening.channel,
        "subject": opening.subject,
        "delivery_form": opening.delivery_form,
        "party": party,
        "notes": dict(opening.notes) if opening.notes else None,
        **opening.particulars,
    }
    return validate_particulars(
        "received", {key: value for key, value in data.items() if value is not None}
    )
