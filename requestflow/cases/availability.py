"""What can be done with a case now: each step with the reason where it cannot, and what the clock
would say after a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from requestflow.accounts import Actor, can
from requestflow.cases import lifecycle
from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.loading import CaseView
from requestflow.cases.steps import DEFINITIONS, StepContext
from requestflow.foundation import text
from requestflow.law import law_pack

FIRST = {
    "received": ("assigned", "drafted"),
    "in_progress": ("drafted", "clarification_requested"),
    "clarifying": ("clarified", "clarification_lapsed"),
    "awaiting_reasons": ("reasons_given",),
    "consulting": ("consultation_ended",),
    "awaiting_payment": ("fee_paid", "fee_waived"),
    "drafted": ("legality_reviewed", "returned"),
    "legality_reviewed": ("secrecy_reviewed", "returned"),
    "secrecy_reviewed": ("signed", "returned"),
    "signed": ("delivered",),
    "delivered": ("closed",),
    "redecision": ("drafted",),
}
"""The one or two steps that usually come next."""


FALLS_TO = {
    "case.assign": text("Only a clerk, approver or supervisor of the unit can take this step."),
    "case.work": text("Only a clerk or approver of the unit can take this step."),
    "case.deliver": text("Only a clerk or approver of the unit can take this step."),
    "case.extend": text("Only the head of the unit (an approver) can take this step."),
    "case.sign": text("Only the head of the unit (an approver) can take this step."),
    "case.review": text("Only a reviewer or approver of the unit can take this step."),
    "case.remedy": text("Only a clerk, reviewer or approver of the unit can take this step."),
}


@dataclass(frozen=True)
class StepAvailability:
    """A step, and why it cannot be taken now (None: it can); `by_others`: it falls to another
    role."""

    kind: str
    refused: StepRefused | None
    by_others: bool = False


def available_steps(view: CaseView, actor: Actor, today: date) -> Sequence[StepAvailability]:
    """The steps of the case for those who work on it: those that are open to the actor first, the
    usual ones before the others; then those that are not, each with the reason."""
    results = []
    pack = law_pack(view.state.law)
    works = any(can(actor, action, view.unit.path) for action in ("case.work", "case.review"))
    for kind, rule in DEFINITIONS.items():
        known = rule.any_law or pack.step(kind)
        if not rule.at_desk or not known:
            continue
        if not can(actor, rule.action, view.unit.path):
            if works and kind != "consultation_ended":
                results.append(
                    StepAvailability(kind, StepRefused(FALLS_TO[rule.action]), by_others=True)
                )
            continue
        event = Event("", kind, today, {}, actor.name)
        context = StepContext(
            view.state, view.history, event, pack, view.calendar, view.unit.on_the_spot
        )
        results.append(StepAvailability(kind, _refusal(context)))
    usual = (*_of_remedies(view), *FIRST.get(view.state.stage, ()))
    place = {kind: number for number, kind in enumerate(usual)}
    return sorted(
        results, key=lambda step: (step.refused is not None, place.get(step.kind, len(usual)))
    )


def usual_steps(view: CaseView, steps: Sequence[StepAvailability]) -> Sequence[str]:
    """The one or two steps to be shown as buttons."""
    open_now = {step.kind for step in steps if step.refused is None}
    wanted = [*_of_remedies(view), *FIRST.get(view.state.stage, ())]
    return [kind for kind in dict.fromkeys(wanted) if kind in open_now][:2]


def _of_remedies(view: CaseView) -> Sequence[str]:
    """What comes next in the remedies that are pending: they have days of their own."""
    results = []
    for item in view.state.remedies:
        if item.concluded_on is None:
            if item.accepted_on is None:
                results.append("remedy_accepted")
            elif item.answered_on is None:
                results.append("remedy_answered")
            else:
                results.append("remedy_concluded")
        elif item.appealed_on and not item.appeal_ended_on:
            results.append("appeal_concluded")
    return results


def _refusal(context: StepContext) -> StepRefused | None:
    rule = DEFINITIONS[context.event.kind]
    try:
        lifecycle.admit(context)
        for guard in rule.guards:
            if guard.before_form:
                guard(context)
    except StepRefused as refused:
        return refused
    return None
