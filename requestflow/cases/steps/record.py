"""What keeps the record right: corrections, void cases, due days that the calendar moved."""

from typing import Annotated, Any

from pydantic import Field

from requestflow.cases.events import Event
from requestflow.cases.state import VOID, CaseState, end_consultations
from requestflow.cases.steps.base import ALL_STAGES, IN_CLEAR, LongText, Particulars, StepDefinition


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
)
