"""Delivery (送达): how the answer went out, when it was received, the end of the case; art. 40."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.state import CaseState, conclude
from requestflow.cases.steps.base import (
    Code,
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
from requestflow.cases.steps.decision import Drafted, grounds_named
from requestflow.foundation import text

WAYS = (
    ("post", text("by post")),
    ("mail", text("by email")),
    ("collected", text("collected in person")),
    ("page", text("on the applicant's request page")),
    ("inspection", text("inspected on site")),
)


NOT_TOLD = text("The letter did not tell the applicant of the right to challenge it")
IN_PERSON = frozenset({"collected", "inspection"})
"""Ways in which an answer is received when it is given (国办公开办函〔2016〕235号)."""


class Delivered(Particulars):
    """`collected_by` signed for it; `grounds` are all that the answer names, of its parts too;
    `documents` are the letter and what is handed out, `proofs` the signed slip or the proof of
    posting."""

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
    remedy_not_told: Annotated[bool, Input(NOT_TOLD, "yes")] = False
    outcome: Code | None = None
    ground: Code | None = None
    grounds: list[Code] | None = None
    documents: Documents | None = None
    proofs: Annotated[
        Documents | None, Input(text("Signed delivery slip or proof of posting"), "files")
    ] = None


class DeliveryConfirmed(Particulars):
    """The receipt of an answer, with what was decided in it."""

    outcome: Code
    ground: Code | None = None
    grounds: list[Code] | None = None
    remedy_not_told: bool = False


@guard()
def delivery_day(context: StepContext) -> None:
    """A letter is not received before it is sent."""
    received_on = context.particulars(Delivered).received_on
    if received_on and received_on < context.event.day:
        raise StepRefused(text("The date of receipt is before the date of sending."), "received_on")


@guard(imported=False)
def received_when_given(context: StepContext) -> None:
    """What is given to the applicant in person is given on the day it is received."""
    sent = context.particulars(Delivered)
    if sent.way in IN_PERSON and sent.received_on and sent.received_on != context.event.day:
        raise StepRefused(
            text("What is collected in person is delivered on the day it is received."),
            "received_on",
        )


@guard()
def received_after_sending(context: StepContext) -> None:
    """An answer is not received before it is sent; when the case was closed does not matter."""
    sent = next((e for e in reversed(context.history) if e.kind == "delivered"), None)
    if sent and context.event.day < sent.day:
        raise StepRefused(text("The date of receipt is before the date of sending."), "day")


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
    grounds: list[str] = []
    for event in context.history:
        if event.kind == "drafted":
            files = list(event.data.get("documents") or ())
            grounds = grounds_named(particulars_of(event, Drafted))
        if event.kind == "signed":
            files = [*(event.data.get("documents") or ()), *files]
    completed = {**data, "outcome": state.draft_outcome}
    if state.draft_ground:
        completed["ground"] = state.draft_ground
    if grounds:
        completed["grounds"] = grounds
    if files:
        completed["documents"] = files
    return completed


def _what_was_decided(context: CompletionContext, data: dict[str, Any]) -> dict[str, Any]:
    state = context.state
    decided = state.redecided_outcome or state.outcome
    ground = {"ground": state.ground} if state.ground and not state.redecided_outcome else {}
    completed = {**data, "outcome": decided, **ground}
    event = next((e for e in reversed(context.history) if e.kind == "delivered"), None)
    sent = particulars_of(event, Delivered) if event else None
    if sent and sent.grounds:
        completed["grounds"] = sent.grounds
    if sent and sent.remedy_not_told:
        completed["remedy_not_told"] = True
    return completed


def _deliver(state: CaseState, event: Event) -> CaseState:
    return conclude(
        state,
        "delivered",
        event.day,
        state.draft_outcome,
        state.draft_ground,
        state.draft_grounds,
    )


STEPS = (
    StepDefinition(
        "delivered",
        Delivered,
        frozenset({"signed"}),
        "case.deliver",
        guards=(delivery_day, received_when_given),
        effect=_deliver,
        complete=_what_was_drafted,
        order=240,
    ),
    StepDefinition(
        "delivery_confirmed",
        DeliveryConfirmed,
        frozenset({"delivered", "closed"}),
        "case.deliver",
        guards=(answer_not_received, received_after_sending),
        complete=_what_was_decided,
        order=250,
        any_law=True,
        by_applicant=True,
        beside=True,
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
