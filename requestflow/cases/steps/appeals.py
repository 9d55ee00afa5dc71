"""The second instance of a suit (二审): appealed against, decided. The result that figures count
stays that of the first instance, in the year in which it was concluded."""

from dataclasses import replace

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.state import CaseState, RemedyState
from requestflow.cases.steps.base import (
    ALL_STAGES,
    StepContext,
    StepDefinition,
    guard,
    particulars_of,
)
from requestflow.cases.steps.remedy_particulars import AppealConcluded, AppealFiled
from requestflow.foundation import text


def _suit(context: StepContext) -> RemedyState:
    suit = context.state.remedy(str(context.event.data.get("remedy")))
    if suit is None or suit.kind != "suit" or suit.concluded_on is None:
        raise StepRefused(
            text("Only a lawsuit decided in the first instance has an appeal."), "remedy"
        )
    return suit


@guard(before_form=True)
def a_suit_was_decided(context: StepContext) -> None:
    """There is something to appeal against."""
    if not any(x.kind == "suit" and x.concluded_on for x in context.state.remedies):
        raise StepRefused(text("No lawsuit in this case has been decided yet."))


@guard()
def not_appealed_yet(context: StepContext) -> None:
    """A judgment is appealed against once, after it was given."""
    suit = _suit(context)
    if suit.appealed_on:
        raise StepRefused(text("This has already been recorded for that challenge."), "remedy")


@guard(before_form=True)
def an_appeal_is_pending(context: StepContext) -> None:
    """There is an appeal to decide."""
    if not any(x.appealed_on and not x.appeal_ended_on for x in context.state.remedies):
        raise StepRefused(text("There is no pending appeal in this case."))


@guard()
def pending_appeal(context: StepContext) -> None:
    """An appeal is decided once."""
    suit = _suit(context)
    if suit.appealed_on is None or suit.appeal_ended_on:
        raise StepRefused(text("There is no pending appeal in that lawsuit."), "remedy")


def _with(state: CaseState, changed: RemedyState) -> CaseState:
    remedies = tuple(changed if item.key == changed.key else item for item in state.remedies)
    return state._replace(remedies=remedies)


def _file(state: CaseState, event: Event) -> CaseState:
    suit = state.remedy(particulars_of(event, AppealFiled).remedy)
    return _with(state, replace(suit, appealed_on=event.day)) if suit else state


def _conclude(state: CaseState, event: Event) -> CaseState:
    suit = state.remedy(particulars_of(event, AppealConcluded).remedy)
    return _with(state, replace(suit, appeal_ended_on=event.day)) if suit else state


STEPS = (
    StepDefinition(
        "appeal_filed",
        AppealFiled,
        ALL_STAGES,
        "case.remedy",
        guards=(a_suit_was_decided, not_appealed_yet),
        effect=_file,
        order=350,
        about_remedy=True,
        beside=True,
    ),
    StepDefinition(
        "appeal_concluded",
        AppealConcluded,
        ALL_STAGES,
        "case.remedy",
        guards=(an_appeal_is_pending, pending_appeal),
        effect=_conclude,
        order=360,
        about_remedy=True,
        beside=True,
    ),
)
