"""Delivery (送达): how the answer went out, when it was received, the end of the case; art. 40."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.state import CaseState, conclude
from requestflow.cases.steps.base import (
    CompletionContext,
    Documents,
    Input,
    NoParticulars,
    Particulars,
    ShortText,
    StepContext,
    StepDefinition,
    guard,
    particulars_of,
    to_stage,
)
from requestflow.foundation import text

WAYS = (
    ("post", text("by post")),
    ("mail", text("by email")),
    ("collected", text("collected in person")),
    ("page", text("on the applicant's request page")),
    ("inspection", text("inspected on site")),
)


class Delivered(Particulars):
    """`collected_by` signed for it; `documents` are the letter and what is handed out, `proofs`
    the signed slip or the proof of posting."""

    way: Annotated[
        Literal["post", "mail", "collected", "page", "inspection"],
        Input(text("Method"), "choice", needed=True, choices=WAYS),
    ]
    tracking_number: Annotated[ShortText | None, Input(text("Postal tracking number"))] = None
    collected_by: Annotated[
        ShortText | None,
        Input(
            text("Signed for by"),
            hint=text("If collected in person. Attach the signed delivery slip."),
        ),
    ] = None
    received_on: Annotated[
        date | None,
        Input(
            text("Date the applicant received it, if known"),
            "day",
            hint=text("The time limits for reconsideration and litigation run from this date."),
        ),
    ] = None
    outcome: ShortText | None = None
    ground: ShortText | None = None
    documents: Documents | None = None
    proofs: Annotated[
        Documents | None, Input(text("Signed delivery slip or proof of posting"), "files")
    ] = None


class DeliveryConfirmed(Particulars):
    """The receipt of an answer, with what was decided in it."""

    outcome: ShortText
    ground: ShortText | None = None


@guard()
def delivery_day(context: StepContext) -> None:
    """A letter is not received before it is sent."""
    received_on = context.particulars(Delivered).received_on
    if received_on and received_on < context.event.day:
        raise StepRefused(text("The date of receipt is before the date of sending."), "received_on")


@guard(before_form=True)
def answer_not_received(context: StepContext) -> None:
    """The day of receipt of an answer is recorded one time."""
    if not receipt_unknown(context.history):
        raise StepRefused(text("Receipt of the reply has already been recorded."))


def receipt_unknown(history: Sequence[Event]) -> bool:
    """Whether nothing says yet when the applicant received the last answer."""
    for event in reversed(history):
        if event.kind in {"delivery_confirmed", "decision_recorded"}:
            return False
        if event.kind == "delivered":
            return not particulars_of(event, Delivered).received_on
    return False


def _what_was_drafted(context: CompletionContext, data: dict[str, Any]) -> dict[str, Any]:
    """Names what is delivered: the decision, its letter, and what the draft gives with it."""
    state = context.state
    files: list[Any] = []
    for event in context.history:
        if event.kind == "drafted":
            files = list(event.data.get("documents") or ())
        if event.kind == "signed":
            files = [*(event.data.get("documents") or ()), *files]
    completed = {**data, "outcome": state.draft_outcome}
    if state.draft_ground:
        completed["ground"] = state.draft_ground
    if files:
        completed["documents"] = files
    return completed


def _what_was_decided(context: CompletionContext, data: dict[str, Any]) -> dict[str, Any]:
    state = context.state
    decided = state.redecided_outcome or state.outcome
    ground = {"ground": state.ground} if state.ground and not state.redecided_outcome else {}
    return {**data, "outcome": decided, **ground}


def _deliver(state: CaseState, event: Event) -> CaseState:
    return conclude(state, "delivered", event.day, state.draft_outcome, state.draft_ground)


STEPS = (
    StepDefinition(
        "delivered",
        Delivered,
        frozenset({"signed"}),
        "case.deliver",
        guards=(delivery_day,),
        effect=_deliver,
        complete=_what_was_drafted,
        order=240,
    ),
    StepDefinition(
        "delivery_confirmed",
        DeliveryConfirmed,
        frozenset({"delivered", "closed"}),
        "case.deliver",
        guards=(answer_not_received,),
        complete=_what_was_decided,
        order=250,
        any_law=True,
        by_applicant=True,
    ),
    StepDefinition(
        "closed",
        NoParticulars,
        frozenset({"delivered"}),
        "case.work",
        effect=to_stage("closed"),
        order=270,
    ),
)
