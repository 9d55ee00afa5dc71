"""What can be done with a case now: each step with the reason where it cannot, and what the clock
would say after a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from requestflow.accounts import Actor, can
from requestflow.cases import lifecycle
from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.moment import Moment
from requestflow.cases.queries import CaseView
from requestflow.foundation import text
from requestflow.law import WorkingCalendar
from requestflow.law.loading import pack as law_pack

NOT_AT_THE_DESK = frozenset(
    {
        "decision_recorded",
        "fees_recorded",
        "due_days_moved",
        "corrected",
        "fee_waiver_requested",
        "payment_reported",
        "remedy_reported",
    }
)
"""Steps of registers, of the calendar, of the applicant alone, or with a page of their own."""

ABOUT_A_REMEDY = frozenset(
    {
        "remedy_accepted",
        "remedy_answered",
        "remedy_extended",
        "remedy_concluded",
        "hearing_scheduled",
        "hearing_held",
    }
)

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


@dataclass(frozen=True)
class Possible:
    """A step, and why it cannot be taken now (None: it can)."""

    kind: str
    refused: StepRefused | None


def outlook(
    view: CaseView, actor: Actor, calendar: WorkingCalendar, today: date
) -> Sequence[Possible]:
    """The steps that the actor's role may take of the case: those that are open first, the
    usual ones before the others."""
    found = []
    pack = law_pack(view.state.law)
    for kind, rule in lifecycle.RULES.items():
        known = rule.any_law or pack.step(kind)
        if kind in NOT_AT_THE_DESK or not known or not can(actor, rule.action, view.unit.path):
            continue
        event = Event("", kind, today, {}, actor.name)
        moment = Moment(view.state, view.history, event, pack, calendar, view.unit.on_the_spot)
        found.append(Possible(kind, _refusal(moment)))
    usual = FIRST.get(view.state.stage, ())
    place = {kind: number for number, kind in enumerate(usual)}
    return sorted(
        found, key=lambda step: (step.refused is not None, place.get(step.kind, len(usual)))
    )


def usual(view: CaseView, steps: Sequence[Possible]) -> Sequence[str]:
    """The one or two steps to be shown as buttons."""
    open_now = {step.kind for step in steps if step.refused is None}
    return [kind for kind in FIRST.get(view.state.stage, ()) if kind in open_now]


def _refusal(moment: Moment) -> StepRefused | None:
    kind, state = moment.event.kind, moment.state
    if kind in ABOUT_A_REMEDY and all(item.concluded_on for item in state.remedies):
        return StepRefused(text("No reconsideration or suit is pending in this case."))
    try:
        lifecycle.admit(moment)
        for guard in lifecycle.RULES[kind].guards:
            if guard in lifecycle.NEED_NO_PARTICULARS:
                guard(moment)
    except StepRefused as refused:
        return refused
    return None
