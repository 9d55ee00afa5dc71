"""Asking back: what is unclear (补正), and why so much is asked for (说明理由); art. 30, 35."""

from datetime import date
from typing import Annotated

from requestflow.cases.errors import StepRefused
from requestflow.cases.state import end_by_law
from requestflow.cases.steps.base import (
    FIRST_STAGES,
    Input,
    LongText,
    StepByLetter,
    StepContext,
    StepDefinition,
    StepWithPapers,
    back_to_work,
    guard,
    to_stage,
)
from requestflow.foundation import text


class ClarificationRequested(StepByLetter):
    """What is unclear, point by point, and the day by which it is to be answered."""

    items: Annotated[
        LongText | None, Input(text("Points to be clarified"), "lines", needed=True)
    ] = None
    answer_by: Annotated[
        date | None, Input(text("Reply by"), "day", needed=True, first="in_two_weeks")
    ] = None


WHAT_THEY_WROTE = Input(text("Applicant's reply"), "lines")


class Clarified(StepWithPapers):
    """What the applicant answered."""

    text: Annotated[LongText | None, WHAT_THEY_WROTE] = None


class ReasonsRequested(StepByLetter):
    """By when the applicant is to say why so much is needed, or so often: a reasonable day, of
    which the law has no number (art. 35)."""

    answer_by: Annotated[
        date | None, Input(text("Reply by"), "day", needed=True, first="in_two_weeks")
    ] = None


class ReasonsGiven(StepWithPapers):
    """Why the applicant needs so much, or so often."""

    reason: Annotated[LongText, Input(text("Reason"), "lines", needed=True)]


class DelaySet(StepByLetter):
    """The later day by which many requests are answered, and why."""

    until: Annotated[date, Input(text("New reply date"), "day", needed=True)]
    reason: Annotated[LongText, Input(text("Reason"), "lines", needed=True)]


@guard(imported=False)
def clarification_day(context: StepContext) -> None:
    """The applicant is given a day to answer by, and it lies ahead (art. 30)."""
    requested = context.particulars(ClarificationRequested)
    if not requested.answer_by or not requested.items:
        raise StepRefused(
            text("Enter what needs to be clarified and a reasonable deadline for the reply."),
            "items" if requested.answer_by else "answer_by",
            "30",
        )
    if requested.answer_by <= context.event.day:
        raise StepRefused(
            text("The reply deadline must be after the date of this step."), "answer_by", "30"
        )


@guard(before_form=True, imported=False)
def clarification_over(context: StepContext) -> None:
    """Taken as given up only after the stated day has passed (art. 30)."""
    deadline = context.deadline("clarification_reply")
    if deadline and deadline.due and context.event.day <= deadline.due:
        raise StepRefused(
            text("The applicant has until %(due)s to reply.", due=deadline.due), "day", "30"
        )


@guard(imported=False)
def reasons_day(context: StepContext) -> None:
    """The applicant is given a day to answer by, and it lies ahead (art. 35)."""
    answer_by = context.particulars(ReasonsRequested).answer_by
    if answer_by and answer_by <= context.event.day:
        raise StepRefused(
            text("The reply deadline must be after the date of this step."), "answer_by", "35"
        )


@guard(before_form=True, imported=False)
def reasons_waited_for(context: StepContext) -> None:
    """Work goes on without reasons only once the stated day has passed (art. 35)."""
    if context.state.stage != "awaiting_reasons":
        return
    deadline = context.deadline("reasons_reply")
    if deadline and deadline.due and context.event.day <= deadline.due:
        raise StepRefused(
            text("The applicant has until %(due)s to give reasons.", due=deadline.due), "day", "35"
        )


@guard(before_form=True, imported=False)
def reasons_were_given(context: StepContext) -> None:
    """A later day is for many requests with good reasons (art. 35)."""
    if not any(event.kind == "reasons_given" for event in context.history):
        raise StepRefused(
            text("A later reply date can only be set once the applicant has given reasons."),
            None,
            "35",
        )


@guard()
def later_day(context: StepContext) -> None:
    """The later day is later than the law's, with the extension where there was one (art. 35)."""
    until = context.particulars(DelaySet).until
    if until <= context.event.day:
        raise StepRefused(text("The new date must be in the future."), "until", "35")
    reply = context.deadline("reply")
    if reply and reply.due and until <= reply.due:
        raise StepRefused(
            text("The reply is due on %(due)s already. Enter a later date.", due=reply.due),
            "until",
            "35",
        )


STEPS = (
    StepDefinition(
        "clarification_requested",
        ClarificationRequested,
        FIRST_STAGES,
        "case.work",
        guards=(clarification_day,),
        effect=to_stage("clarifying"),
        order=40,
    ),
    StepDefinition(
        "clarified",
        Clarified,
        frozenset({"clarifying"}),
        "case.work",
        effect=back_to_work,
        order=50,
        by_applicant=True,
    ),
    StepDefinition(
        "clarification_lapsed",
        StepByLetter,
        frozenset({"clarifying"}),
        "case.work",
        guards=(clarification_over,),
        effect=end_by_law("lapsed"),
        order=60,
    ),
    StepDefinition(
        "reasons_requested",
        ReasonsRequested,
        FIRST_STAGES,
        "case.work",
        guards=(reasons_day,),
        effect=to_stage("awaiting_reasons"),
        order=70,
    ),
    StepDefinition(
        "reasons_given",
        ReasonsGiven,
        frozenset({"awaiting_reasons"}),
        "case.work",
        effect=back_to_work,
        order=80,
        by_applicant=True,
    ),
    StepDefinition(
        "delay_set",
        DelaySet,
        FIRST_STAGES,
        "case.extend",
        guards=(reasons_were_given, later_day),
        order=90,
    ),
)
