"""What keeps the record right: corrections, and due days that the calendar moved."""

from typing import Any

from pydantic import Field

from requestflow.cases.steps.base import ALL_STAGES, LongText, Particulars, StepDefinition


class DueDaysMoved(Particulars):
    """The due days that a change of the calendar moved; `calendar` is its version."""

    moves: list[dict[str, str | None]]
    calendar: int


class Corrected(Particulars):
    """What is replaced, voided or put in (see `events.effective`), and why."""

    changes: list[dict[str, Any]] = Field(min_length=1)
    reason: LongText


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
        ALL_STAGES,
        "case.correct",
        any_law=True,
        beside=True,
        at_desk=False,
    ),
)
