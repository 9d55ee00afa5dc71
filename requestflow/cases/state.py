"""The state of a case: what its events make of it, each by the effect of its step.

Pure. The first conclusion of an application is the one that figures count; what a re-decision
after a remedy brings stands beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from requestflow.cases.events import Event
from requestflow.law import giving_outcomes, law_pack

OPEN_STAGES = (
    "received",
    "in_progress",
    "clarifying",
    "awaiting_reasons",
    "consulting",
    "awaiting_payment",
    "drafted",
    "legality_reviewed",
    "secrecy_reviewed",
    "signed",
    "redecision",
)
ENDED_STAGES = ("delivered", "closed", "lapsed", "withdrawn", "defaulted", "redirected")
VOID = "void"
"""The stage of what was never a case of its own: registered by mistake, or twice. It keeps its
number and its history, and counts nowhere."""
STAGES = (*OPEN_STAGES, *ENDED_STAGES, VOID)


@dataclass(frozen=True, slots=True)
class RemedyState:
    """A reconsideration or suit: how far it has come. `result` is that of the first instance."""

    key: str
    kind: str
    authority: str | None
    filed_on: date
    after_reconsideration: bool
    accepted_on: date | None = None
    answered_on: date | None = None
    concluded_on: date | None = None
    result: str | None = None
    redecision: bool = False
    hearing_on: date | None = None
    simple: bool = False
    suspended_on: date | None = None
    appealed_on: date | None = None
    appeal_ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class ConsultationState:
    """Somebody who was asked: a third party, a body outside, or a unit of the system (`unit`)."""

    key: str
    consulted: str
    asked_on: date
    name: str | None = None
    unit: str | None = None
    answer_by: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class AnswerRelease:
    """What is public of an answer, and since which day."""

    reference: str
    title: str
    summary: str | None
    day: date


class CaseState(NamedTuple):
    """What is known of a case after its events. Money in fen (1/100 yuan).

    `ground` is the one that counts, `grounds` are all that the answer names, of its parts too;
    `fee_notices` is how many fee notices went out before it.
    """

    number: str
    unit: str
    law: str
    stage: str
    received_on: date
    applicant_kind: str
    channel: str
    subject: str
    delivery_form: str | None = None
    party: str | None = None
    handler: str | None = None
    concluded_on: date | None = None
    outcome: str | None = None
    ground: str | None = None
    grounds: tuple[str, ...] = ()
    draft_outcome: str | None = None
    draft_ground: str | None = None
    draft_grounds: tuple[str, ...] = ()
    drafted_by: str | None = None
    redeciding: bool = False
    redecided_on: date | None = None
    redecided_outcome: str | None = None
    fee_notified: int = 0
    fee_notices: int = 0
    fee_charged: int = 0
    fee_waived: int = 0
    consultations: tuple[ConsultationState, ...] = ()
    remedies: tuple[RemedyState, ...] = ()
    released: AnswerRelease | None = None
    forgotten_on: date | None = None

    @property
    def open(self) -> bool:
        """Whether the body still has to do something about the application."""
        return self.stage in OPEN_STAGES

    @property
    def gave_something(self) -> bool:
        """Whether an answer gave information, the first or one that took its place."""
        return bool({self.outcome, self.redecided_outcome} & giving_outcomes())

    @property
    def open_consultations(self) -> tuple[ConsultationState, ...]:
        """Those asked who have not answered, nor let their time pass."""
        return tuple(item for item in self.consultations if item.ended_on is None)

    def remedy(self, key: str) -> RemedyState | None:
        """The remedy of that number in the case."""
        return next((item for item in self.remedies if item.key == key), None)


def end_consultations(state: CaseState, day: date, key: str | None = None) -> CaseState:
    """Ends the consultation of that key, or all that are open."""
    if not state.open_consultations:
        return state
    return state._replace(
        consultations=tuple(
            replace(item, ended_on=day)
            if item.ended_on is None and key in (None, item.key)
            else item
            for item in state.consultations
        ),
    )


def conclude(
    state: CaseState,
    stage: str,
    day: date,
    outcome: str | None,
    ground: str | None,
    grounds: Sequence[str] = (),
) -> CaseState:
    """The case with an outcome: its first one is what figures count."""
    state = end_consultations(state, day)
    if state.redeciding:
        return state._replace(
            stage=stage, redeciding=False, redecided_on=day, redecided_outcome=outcome
        )
    if state.concluded_on:
        return state._replace(stage=stage)
    return state._replace(
        stage=stage,
        concluded_on=day,
        outcome=outcome,
        ground=ground,
        grounds=tuple(grounds) or ((ground,) if ground else ()),
    )


def end_by_law(stage: str) -> Callable[[CaseState, Event], CaseState]:
    """The effect of a step that ends a case without an answer, with the outcome and ground that
    the law of the case gives it."""

    def end(state: CaseState, event: Event) -> CaseState:
        ending = law_pack(state.law).ending(event.kind)
        outcome, ground = (ending.outcome, ending.ground) if ending else (None, None)
        return conclude(state, stage, event.day, outcome, ground)

    return end
