"""Releasing an answer (答复内容主动公开): what an official decides may be public of what one
applicant was given, in words of their own; nothing becomes public by itself. Order 711, art. 44."""

from collections.abc import Sequence

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.state import AnswerRelease, CaseState
from requestflow.cases.steps.base import (
    Code,
    Documents,
    LongText,
    Particulars,
    ShortText,
    StepContext,
    StepDefinition,
    guard,
)
from requestflow.foundation import text


class AnswerReleased(Particulars):
    """The title and summary that may be read by everybody, cleaned copies of files, and the
    reference by which the public finds them: never the number of the case."""

    title: ShortText
    summary: LongText | None = None
    reference: Code
    documents: Documents | None = None


class ReleaseWithdrawn(Particulars):
    """That the answer is public no longer, and why."""

    reason: LongText


@guard(before_form=True)
def is_released(context: StepContext) -> None:
    """What is not public cannot be taken back."""
    if context.state.released is None:
        raise StepRefused(text("This reply is not public."))


def _release(state: CaseState, event: Event) -> CaseState:
    released = AnswerReleased.model_validate(event.data)
    public = AnswerRelease(released.reference, released.title, released.summary, event.day)
    return state._replace(released=public)


def _withdraw(state: CaseState, _event: Event) -> CaseState:
    return state._replace(released=None)


def third_parties_objected(history: Sequence[Event]) -> bool:
    """Whether anybody who was asked objected to the disclosure."""
    return any(
        event.kind == "consultation_ended" and event.data.get("answer") == "objects"
        for event in history
    )


STEPS = (
    StepDefinition(
        "answer_released",
        AnswerReleased,
        frozenset({"delivered", "closed"}),
        "case.release",
        effect=_release,
        any_law=True,
        beside=True,
        at_desk=False,
    ),
    StepDefinition(
        "release_withdrawn",
        ReleaseWithdrawn,
        frozenset({"delivered", "closed", "redecision"}),
        "case.release",
        guards=(is_released,),
        effect=_withdraw,
        any_law=True,
        beside=True,
        at_desk=False,
    ),
)
