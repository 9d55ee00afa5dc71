"""What keeps the record right: corrections, void cases, due days that the calendar moved."""

from typing import Annotated, Any, Literal

from pydantic import Field

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.state import ENDED_STAGES, VOID, CaseState, end_consultations
from requestflow.cases.steps.base import (
    ALL_STAGES,
    IN_CLEAR,
    LongText,
    Particulars,
    StepContext,
    StepDefinition,
    guard,
)
from requestflow.foundation import text


class DueDaysMoved(Particulars):
    """The due days that a change of the calendar moved; `calendar` is its version."""

    moves: list[dict[str, Annotated[str, IN_CLEAR] | None]]
    by_law: bool = False
    calendar: int


class Corrected(Particulars):
    """What is replaced, voided or put in (see `events.effective`), and why."""

    changes: list[dict[str, Any]] = Field(min_length=1)
    reason: LongText


class Voided(Particulars):
    """That the case was registered by mistake or twice (作废), and why."""

    reason: LongText


class Forgotten(Particulars):
    """That what was written in the case was erased (删除), and why: its time was over, or whom it
    is about asked for it (Personal Information Protection Law art. 47)."""

    basis: Literal["period_over", "asked_for"]


@guard(before_form=True)
def no_remedy_open(context: StepContext) -> None:
    """What a reconsideration or suit is about is evidence in it, and may still be."""
    for item in context.state.remedies:
        if item.concluded_on is None or (item.appealed_on and not item.appeal_ended_on):
            raise StepRefused(
                text("%(remedy)s is still open: its evidence is kept.", remedy=item.key),
                hint=text("Erase the case when it is over."),
            )
    windows = context.open_windows()
    if windows:
        last = max(windows)
        raise StepRefused(
            text("The applicant may still challenge the decision until %(day)s.", day=last),
            hint=text("Erase the case when it is over."),
        )


def _forget(state: CaseState, event: Event) -> CaseState:
    return state._replace(forgotten_on=event.day)


def _void(state: CaseState, event: Event) -> CaseState:
    """Nothing of it counts: neither receipt nor conclusion, fee nor remedy."""
    ended = end_consultations(state, event.day)
    return ended._replace(
        stage=VOID,
        handler=None,
        concluded_on=None,
        outcome=None,
        ground=None,
        fee_charged=0,
        fee_waived=0,
        remedies=(),
    )


STEPS = (
    StepDefinition(
        "due_days_moved",
        DueDaysMoved,
        ALL_STAGES,
        "case.recompute",
        any_law=True,
        beside=True,
        at_desk=False,
    ),
    StepDefinition(
        "corrected",
        Corrected,
        ALL_STAGES | {VOID},
        "case.correct",
        any_law=True,
        beside=True,
        at_desk=False,
    ),
    StepDefinition(
        "voided",
        Voided,
        ALL_STAGES,
        "case.correct",
        effect=_void,
        any_law=True,
        beside=True,
        at_desk=False,
    ),
    StepDefinition(
        "forgotten",
        Forgotten,
        frozenset({*ENDED_STAGES, VOID}),
        "case.forget",
        guards=(no_remedy_open,),
        effect=_forget,
        any_law=True,
        beside=True,
        at_desk=False,
    ),
)
