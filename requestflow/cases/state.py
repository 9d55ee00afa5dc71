"""The state of a case: what its events make of it. `apply` is the only place that knows.

Pure. The first conclusion of an application is the one that figures count; what a re-decision
after a remedy brings stands beside it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import Any

from requestflow.cases.events import Event, effective
from requestflow.law.loading import law_pack

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
STAGES = (*OPEN_STAGES, *ENDED_STAGES)


@dataclass(frozen=True, slots=True)
class RemedyState:
    """A reconsideration or suit: how far it has come."""

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
class CaseState:
    """What is known of a case after its events. Money in fen (1/100 yuan)."""

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
    draft_outcome: str | None = None
    draft_ground: str | None = None
    drafted_by: str | None = None
    redeciding: bool = False
    redecided_on: date | None = None
    redecided_outcome: str | None = None
    fee_notified: int = 0
    fee_charged: int = 0
    fee_waived: int = 0
    consultations: tuple[ConsultationState, ...] = ()
    remedies: tuple[RemedyState, ...] = ()

    @property
    def open(self) -> bool:
        """Whether the body still has to do something about the application."""
        return self.stage in OPEN_STAGES

    @property
    def open_consultations(self) -> tuple[ConsultationState, ...]:
        """Those asked who have not answered, nor let their time pass."""
        return tuple(item for item in self.consultations if item.ended_on is None)

    def remedy(self, key: str) -> RemedyState | None:
        """The remedy of that number in the case."""
        return next((item for item in self.remedies if item.key == key), None)


def project(number: str, events: Iterable[Event]) -> CaseState:
    """The state after all events, corrections taken into account."""
    history = effective(events)
    if not history or history[0].kind != "received":
        raise ValueError("a case begins with its receipt")
    return reduce(apply, history[1:], received(number, history[0]))


def received(number: str, event: Event) -> CaseState:
    """The state of a case that has just come in."""
    data = event.data
    return CaseState(
        number,
        data["unit"],
        data["law"],
        "received",
        event.day,
        data["applicant_kind"],
        data["channel"],
        data["subject"],
        data.get("delivery_form"),
        data.get("party"),
    )


def apply(state: CaseState, event: Event) -> CaseState:
    """The state after one more event; KeyError for a kind that is not known."""
    return _APPLY[event.kind](state, event)


def _same(state: CaseState, _event: Event) -> CaseState:
    return state


def _stage(stage: str) -> Callable[[CaseState, Event], CaseState]:
    def change(state: CaseState, _event: Event) -> CaseState:
        return replace(state, stage=stage)

    return change


def _working(state: CaseState) -> str:
    return "redecision" if state.redeciding else "in_progress"


def _resumed(state: CaseState, _event: Event) -> CaseState:
    return replace(state, stage=_working(state))


def _assigned(state: CaseState, event: Event) -> CaseState:
    stage = "in_progress" if state.stage == "received" else state.stage
    return replace(state, stage=stage, handler=event.data["handler"])


def _transferred(state: CaseState, event: Event) -> CaseState:
    return replace(state, unit=event.data["unit"], handler=None)


def _consultation_started(state: CaseState, event: Event) -> CaseState:
    data = event.data
    answer_by = data.get("answer_by")
    requested = ConsultationState(
        data["consultation"],
        data.get("consulted", "third_party"),
        event.day,
        data.get("name"),
        data.get("unit"),
        date.fromisoformat(answer_by) if answer_by else None,
    )
    return replace(state, stage="consulting", consultations=(*state.consultations, requested))


def _consultation_ended(state: CaseState, event: Event) -> CaseState:
    state = _consultations_over(state, event.day, event.data["consultation"])
    stage = "consulting" if state.open_consultations else _working(state)
    return replace(state, stage=stage)


def _consultations_over(state: CaseState, day: date, key: str | None = None) -> CaseState:
    """Ends the consultation of that key, or all that are open."""
    return replace(
        state,
        consultations=tuple(
            replace(item, ended_on=day)
            if item.ended_on is None and key in (None, item.key)
            else item
            for item in state.consultations
        ),
    )


def _fee_notified(state: CaseState, event: Event) -> CaseState:
    return replace(state, stage="awaiting_payment", fee_notified=event.data["fen"])


def _fee_paid(state: CaseState, _event: Event) -> CaseState:
    charged = state.fee_charged + state.fee_notified
    return replace(state, stage=_working(state), fee_charged=charged, fee_notified=0)


def _fee_waived(state: CaseState, _event: Event) -> CaseState:
    waived = state.fee_waived + state.fee_notified
    return replace(state, stage=_working(state), fee_waived=waived, fee_notified=0)


def _fees_recorded(state: CaseState, event: Event) -> CaseState:
    return replace(
        state, fee_charged=event.data.get("charged", 0), fee_waived=event.data.get("waived", 0)
    )


def _drafted(state: CaseState, event: Event) -> CaseState:
    return replace(
        state,
        stage="drafted",
        draft_outcome=event.data["outcome"],
        draft_ground=event.data.get("ground"),
        drafted_by=event.actor,
    )


def _concluded(
    state: CaseState, stage: str, day: date, outcome: str | None, ground: str | None
) -> CaseState:
    state = _consultations_over(state, day)
    if state.redeciding:
        return replace(
            state, stage=stage, redeciding=False, redecided_on=day, redecided_outcome=outcome
        )
    if state.concluded_on:
        return replace(state, stage=stage)
    return replace(state, stage=stage, concluded_on=day, outcome=outcome, ground=ground)


def _delivered(state: CaseState, event: Event) -> CaseState:
    return _concluded(state, "delivered", event.day, state.draft_outcome, state.draft_ground)


def _decision_recorded(state: CaseState, event: Event) -> CaseState:
    return _concluded(
        state, "delivered", event.day, event.data["outcome"], event.data.get("ground")
    )


def _ending(stage: str) -> Callable[[CaseState, Event], CaseState]:
    def change(state: CaseState, event: Event) -> CaseState:
        ending = law_pack(state.law).ending(event.kind)
        outcome, ground = (ending.outcome, ending.ground) if ending else (None, None)
        return _concluded(state, stage, event.day, outcome, ground)

    return change


def _remedy_filed(state: CaseState, event: Event) -> CaseState:
    data = event.data
    remedy = RemedyState(
        data["remedy"],
        data["kind"],
        data.get("authority"),
        event.day,
        data.get("after_reconsideration", False),
    )
    return replace(state, remedies=(*state.remedies, remedy))


def _changed_remedy(state: CaseState, key: str, **changes: Any) -> CaseState:
    remedies = tuple(
        replace(item, **changes) if item.key == key else item for item in state.remedies
    )
    return replace(state, remedies=remedies)


def _remedy_accepted(state: CaseState, event: Event) -> CaseState:
    return _changed_remedy(state, event.data["remedy"], accepted_on=event.day)


def _remedy_answered(state: CaseState, event: Event) -> CaseState:
    return _changed_remedy(state, event.data["remedy"], answered_on=event.day)


def _hearing_scheduled(state: CaseState, event: Event) -> CaseState:
    held_on = date.fromisoformat(event.data["held_on"])
    return _changed_remedy(state, event.data["remedy"], hearing_on=held_on)


def _remedy_concluded(state: CaseState, event: Event) -> CaseState:
    data: Mapping[str, Any] = event.data
    again = bool(data.get("redecision", False))
    after = _changed_remedy(
        state, data["remedy"], concluded_on=event.day, result=data["result"], redecision=again
    )
    return replace(after, stage="redecision", redeciding=True) if again else after


_APPLY: dict[str, Callable[[CaseState, Event], CaseState]] = {
    "assigned": _assigned,
    "clarification_requested": _stage("clarifying"),
    "clarified": _resumed,
    "clarification_lapsed": _ending("lapsed"),
    "reasons_requested": _stage("awaiting_reasons"),
    "reasons_given": _resumed,
    "delay_set": _same,
    "consultation_started": _consultation_started,
    "consultation_ended": _consultation_ended,
    "extended": _same,
    "fee_notified": _fee_notified,
    "fee_acknowledged": _same,
    "fee_waiver_requested": _same,
    "payment_reported": _same,
    "fee_waived": _fee_waived,
    "fee_paid": _fee_paid,
    "fee_defaulted": _ending("defaulted"),
    "fees_recorded": _fees_recorded,
    "transferred": _transferred,
    "redirected": _ending("redirected"),
    "drafted": _drafted,
    "legality_reviewed": _stage("legality_reviewed"),
    "secrecy_reviewed": _stage("secrecy_reviewed"),
    "returned": _resumed,
    "signed": _stage("signed"),
    "delivered": _delivered,
    "decision_recorded": _decision_recorded,
    "delivery_confirmed": _same,
    "closed": _stage("closed"),
    "withdrawn": _ending("withdrawn"),
    "remedy_filed": _remedy_filed,
    "remedy_accepted": _remedy_accepted,
    "remedy_answered": _remedy_answered,
    "remedy_extended": _same,
    "hearing_scheduled": _hearing_scheduled,
    "hearing_held": _same,
    "remedy_concluded": _remedy_concluded,
    "remedy_reported": _same,
    "message_sent": _same,
    "due_days_moved": _same,
    "noted": _same,
}
