"""The steps of a case (办理环节), a module a family: each step stands in one place, with its
particulars, the stages it may be taken from, its guards, its effect, completion and order.

A new step is a `StepDefinition` in its family's `STEPS`, an entry in the packs of the laws that
know it, and a sentence for the applicant (`citizens.plain_language`) or a reason for none.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from requestflow.cases.errors import StepRefused
from requestflow.cases.steps import (
    appeals,
    clarification,
    consultation,
    contact,
    decision,
    delivery,
    fees,
    intake,
    record,
    release,
    remedies,
)
from requestflow.cases.steps.base import (
    IN_CLEAR,
    LAST,
    CompletionContext,
    Guard,
    Input,
    Particulars,
    StepContext,
    StepDefinition,
    inputs_of,
    particulars_of,
)
from requestflow.cases.steps.delivery import receipt_unknown
from requestflow.cases.steps.fees import notice_receipt_unknown
from requestflow.cases.steps.intake import Received
from requestflow.cases.steps.release import third_parties_objected
from requestflow.cases.steps.remedies import next_remedy_key
from requestflow.foundation import text

FAMILIES = (
    intake,
    contact,
    clarification,
    consultation,
    fees,
    decision,
    delivery,
    remedies,
    appeals,
    release,
    record,
)
DEFINITIONS: Mapping[str, StepDefinition] = {
    item.kind: item for family in FAMILIES for item in family.STEPS
}
"""Every step but the receipt, which opens a case."""
RECEIPT_ORDER = 10


def definition(kind: str) -> StepDefinition:
    """The step of that kind; StepRefused where there is none."""
    if kind not in DEFINITIONS:
        raise StepRefused(text("Step '%(kind)s' does not exist.", kind=kind))
    return DEFINITIONS[kind]


def files_particular(kind: str) -> str:
    """The particular that names the files that come in with a step."""
    inputs = inputs_of(definition(kind).particulars)
    return next((name for name, item in inputs.items() if item.widget == "files"), "documents")


def order_of(kind: str) -> int:
    """The place of a step among those of one day, where only the day is known (registers)."""
    if kind == "received":
        return RECEIPT_ORDER
    return DEFINITIONS[kind].order if kind in DEFINITIONS else LAST


def particulars_model(kind: str) -> type[Particulars]:
    """The model of a step's particulars, the receipt's among them; StepRefused."""
    return Received if kind == "received" else definition(kind).particulars


def validate_particulars(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The particulars in their canonical form; StepRefused names the first that is wrong."""
    try:
        model = particulars_model(kind).model_validate(dict(data))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or None
        if first["type"] == "missing":
            message = text("Required field: %(field)s.", field=field)
        else:
            message = text("%(field)s: %(problem)s.", field=field, problem=first["msg"])
        raise StepRefused(message, field) from error
    return model.model_dump(mode="json", exclude_none=True)


__all__ = [
    "DEFINITIONS",
    "FAMILIES",
    "IN_CLEAR",
    "CompletionContext",
    "Guard",
    "Input",
    "Particulars",
    "Received",
    "StepContext",
    "StepDefinition",
    "definition",
    "files_particular",
    "inputs_of",
    "next_remedy_key",
    "notice_receipt_unknown",
    "order_of",
    "particulars_model",
    "particulars_of",
    "receipt_unknown",
    "third_parties_objected",
    "validate_particulars",
]
