"""The lifecycle: which step is allowed from where, and who may take it.

One table for all laws. Which of the steps a law knows, until when and how often each may be
taken comes from its pack; what the table holds is true under any law.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from requestflow.cases import guards
from requestflow.cases import guards_of_decisions as decisions
from requestflow.cases import guards_of_remedies as remedies
from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event, effective
from requestflow.cases.state import ENDED_STAGES, OPEN_STAGES, STAGES, CaseState, apply, received
from requestflow.cases.step_context import StepContext
from requestflow.foundation import text
from requestflow.law.loading import law_pack

Guard = Callable[[StepContext], None]


@dataclass(frozen=True)
class StepDefinition:
    """One step: the stages it may be taken from, the action it needs, what must hold, and
    whether the applicant may take it of their own case as well."""

    stages: frozenset[str]
    action: str
    guards: tuple[Guard, ...] = ()
    any_law: bool = False
    by_applicant: bool = False


_WORK = frozenset({"received", "in_progress", "redecision"})
_FIRST = frozenset({"received", "in_progress"})
_OPEN = frozenset(OPEN_STAGES)
_BEFORE_SIGNATURE = _OPEN - {"signed"}
_REVIEW = frozenset({"drafted", "legality_reviewed", "secrecy_reviewed"})
_ALL = frozenset(STAGES)


def _from(*stages: str) -> frozenset[str]:
    return frozenset(stages)


RULES: dict[str, StepDefinition] = {
    "assigned": StepDefinition(_OPEN, "case.assign", any_law=True),
    "clarification_requested": StepDefinition(_FIRST, "case.work", (guards.clarification_day,)),
    "clarified": StepDefinition(_from("clarifying"), "case.work", by_applicant=True),
    "clarification_lapsed": StepDefinition(
        _from("clarifying"), "case.work", (guards.clarification_over,)
    ),
    "reasons_requested": StepDefinition(_FIRST, "case.work"),
    "reasons_given": StepDefinition(_from("awaiting_reasons"), "case.work", by_applicant=True),
    "delay_set": StepDefinition(
        _FIRST, "case.extend", (guards.reasons_were_given, guards.later_day)
    ),
    "consultation_started": StepDefinition(
        _WORK | {"consulting"},
        "case.work",
        (guards.new_consultation, guards.somebody_asked, guards.consultation_day),
    ),
    "consultation_ended": StepDefinition(
        _from("consulting"), "case.work", (guards.open_consultation, guards.silence_waited_for)
    ),
    "extended": StepDefinition(
        _BEFORE_SIGNATURE - {"redecision"}, "case.extend", (guards.extension_days,)
    ),
    "fee_notified": StepDefinition(_FIRST, "case.work", (guards.fee_in_force,)),
    "fee_acknowledged": StepDefinition(
        _from("awaiting_payment"), "case.work", (guards.notice_not_received,), by_applicant=True
    ),
    "fee_waiver_requested": StepDefinition(
        _from("awaiting_payment"), "case.work", by_applicant=True
    ),
    "payment_reported": StepDefinition(
        _from("awaiting_payment"), "case.work", (guards.paid_by_now,), by_applicant=True
    ),
    "fee_waived": StepDefinition(_from("awaiting_payment"), "case.extend"),
    "fee_paid": StepDefinition(_from("awaiting_payment"), "case.work"),
    "fee_defaulted": StepDefinition(_from("awaiting_payment"), "case.work", (guards.payment_over,)),
    "fees_recorded": StepDefinition(_ALL, "case.import", any_law=True),
    "transferred": StepDefinition(_FIRST, "case.assign", (guards.another_unit,)),
    "redirected": StepDefinition(_FIRST, "case.work"),
    "drafted": StepDefinition(
        _WORK, "case.work", (decisions.decision, decisions.grounds_beside, decisions.parts_told)
    ),
    "legality_reviewed": StepDefinition(_from("drafted"), "case.review", (decisions.on_the_spot,)),
    "secrecy_reviewed": StepDefinition(
        _from("legality_reviewed"),
        "case.review",
        (decisions.on_the_spot, decisions.points_answered),
    ),
    "returned": StepDefinition(_REVIEW, "case.review"),
    "signed": StepDefinition(
        _from("secrecy_reviewed"), "case.sign", (decisions.on_the_spot, decisions.four_eyes)
    ),
    "delivered": StepDefinition(_from("signed"), "case.deliver", (decisions.delivery_day,)),
    "decision_recorded": StepDefinition(_OPEN, "case.import", (decisions.decision,)),
    "delivery_confirmed": StepDefinition(
        _from("delivered", "closed"),
        "case.deliver",
        (guards.answer_not_received,),
        any_law=True,
        by_applicant=True,
    ),
    "closed": StepDefinition(_from("delivered"), "case.work"),
    "withdrawn": StepDefinition(
        _OPEN - {"redecision"}, "case.work", (decisions.not_decided,), by_applicant=True
    ),
    "remedy_reported": StepDefinition(
        _ALL,
        "case.remedy",
        (remedies.something_to_attack, remedies.filed_by_now),
        any_law=True,
        by_applicant=True,
    ),
    "message_sent": StepDefinition(_ALL, "case.work", any_law=True, by_applicant=True),
    "remedy_filed": StepDefinition(
        _ALL, "case.remedy", (remedies.new_remedy, remedies.something_to_attack)
    ),
    "remedy_accepted": StepDefinition(_ALL, "case.remedy", (remedies.pending_remedy,)),
    "remedy_answered": StepDefinition(_ALL, "case.remedy", (remedies.pending_remedy,)),
    "remedy_extended": StepDefinition(_ALL, "case.remedy", (remedies.accepted_reconsideration,)),
    "hearing_scheduled": StepDefinition(
        _ALL, "case.remedy", (remedies.pending_remedy, remedies.hearing_ahead)
    ),
    "hearing_held": StepDefinition(
        _ALL, "case.remedy", (remedies.pending_remedy, remedies.hearing_was_set)
    ),
    "remedy_concluded": StepDefinition(
        _ALL, "case.remedy", (remedies.pending_remedy, remedies.remedy_result)
    ),
    "due_days_moved": StepDefinition(_ALL, "case.recompute", any_law=True),
    "noted": StepDefinition(_ALL, "case.work", any_law=True),
    "corrected": StepDefinition(_ALL, "case.correct", any_law=True),
}
"""Every step but the receipt, which opens a case."""

NEED_NO_PARTICULARS = frozenset(
    {
        guards.clarification_over,
        guards.reasons_were_given,
        guards.notice_not_received,
        guards.answer_not_received,
        guards.payment_over,
        decisions.four_eyes,
        decisions.not_decided,
        remedies.something_to_attack,
    }
)
"""What can be said of a step before anything of it was typed."""

ABOUT_LIMITS = frozenset(
    {
        guards.somebody_asked,
        decisions.parts_told,
        decisions.points_answered,
        decisions.on_the_spot,
        remedies.hearing_ahead,
        guards.clarification_day,
        guards.clarification_over,
        guards.reasons_were_given,
        guards.silence_waited_for,
        guards.extension_days,
        guards.payment_over,
        decisions.four_eyes,
        remedies.something_to_attack,
    }
)
"""What a register of old cases cannot know or may have broken; recorded there as it was."""


def check(moment: StepContext, *, imported: bool = False) -> None:
    """Raises StepRefused where the step is not allowed now; names the reason and article.

    `imported`: the step comes from a register of what others did long ago. Then what happened
    too late or too often is recorded as it was; what is impossible is refused all the same.
    """
    admit(moment, imported=imported)
    for guard in RULES[moment.event.kind].guards:
        if not (imported and guard in ABOUT_LIMITS):
            guard(moment)
    if not imported:
        guards.not_just_done(moment)


def admit(moment: StepContext, *, imported: bool = False) -> None:
    """The part of `check` that asks nothing of the step's particulars: law, stage, order of
    days, limit, how often."""
    step, state = moment.event, moment.state
    rule = RULES.get(step.kind)
    if rule is None:
        raise StepRefused(text("There is no step '%(kind)s'.", kind=step.kind))
    known = moment.pack.step(step.kind)
    if known is None and not rule.any_law:
        raise StepRefused(
            text("%(law)s does not know this step.", law=moment.pack.title), None, None
        )
    article = known.article if known else None
    if state.stage not in rule.stages:
        raise StepRefused(
            text(
                "This step is not possible now; the case is at: %(stage)s.",
                stage=text(f"stage.{state.stage}"),
            ),
            None,
            article,
        )
    if step.kind not in guards.BESIDE_THE_ORDER:
        guards.day_in_order(moment, article)
    if known and not imported:
        guards.within_limit(moment, known)
        guards.only_once(moment, known)


def steps_from_stage(state: CaseState) -> list[str]:
    """The steps that the table and the law of the case allow from here, limits aside."""
    pack = law_pack(state.law)
    return [
        kind
        for kind, rule in RULES.items()
        if state.stage in rule.stages and (rule.any_law or pack.step(kind))
    ]


def steps_open_to_applicant(state: CaseState, history: Sequence[Event]) -> list[str]:
    """The steps that the applicant may take now, limits in days aside."""
    kinds = {event.kind for event in history}
    pack = law_pack(state.law)
    results = []
    for kind in steps_from_stage(state):
        known = pack.step(kind)
        if RULES[kind].by_applicant and not (known and known.once and kind in kinds):
            results.append(kind)
    if "delivery_confirmed" in results and not guards.receipt_unknown(history):
        results.remove("delivery_confirmed")
    if "fee_acknowledged" in results and not guards.notice_receipt_unknown(history):
        results.remove("fee_acknowledged")
    since = kinds_since(history, "fee_notified")
    for kind in ("payment_reported", "fee_waiver_requested"):
        if kind in results and (kind in since or "payment_reported" in since):
            results.remove(kind)
    if "withdrawn" in results and state.concluded_on:
        results.remove("withdrawn")
    return results


def kinds_since(history: Sequence[Event], start: str) -> frozenset[str]:
    """The kinds of steps taken since the last of one kind."""
    kinds = [event.kind for event in history]
    return frozenset(kinds[len(kinds) - kinds[::-1].index(start) :] if start in kinds else kinds)


def replay(
    number: str,
    events: Sequence[Event],
    moment_for: Callable[..., StepContext],
    strict: frozenset[str] = frozenset(),
) -> CaseState:
    """Takes a whole history through the table; StepRefused for the first impossible step. The
    steps of the keys in `strict` are looked at as those that are taken now."""
    history = effective(events)
    state = received(number, history[0])
    for place, event in enumerate(history[1:], 1):
        try:
            moment = moment_for(state, history[:place], event)
            check(moment, imported=event.key not in strict)
        except StepRefused as error:
            message = text(
                "'%(step)s' on %(day)s would not be possible: %(reason)s",
                step=text(f"step.{event.kind}"),
                day=event.day,
                reason=error.text,
            )
            raise StepRefused(message, error.field, error.article) from error
        state = apply(state, event)
    return state


def complete_particulars(
    state: CaseState, kind: str, day: date, data: Mapping[str, Any]
) -> dict[str, Any]:
    """The particulars with what the case itself already knows put in."""
    full = dict(data)
    if kind == "delivered":
        full["outcome"] = state.draft_outcome
        if state.draft_ground:
            full["ground"] = state.draft_ground
    if kind == "delivery_confirmed":
        full["outcome"] = state.redecided_outcome or state.outcome
        if state.ground and not state.redecided_outcome:
            full["ground"] = state.ground
    if kind in {"remedy_accepted", "remedy_answered", "remedy_concluded"} and "kind" not in full:
        remedy = state.remedy(str(full.get("remedy")))
        if remedy:
            full["kind"] = remedy.kind
    if kind == "consultation_started" and "letter_received_on" not in full:
        full["letter_received_on"] = day.isoformat()
    return full


__all__ = [
    "ENDED_STAGES",
    "NEED_NO_PARTICULARS",
    "RULES",
    "StepContext",
    "StepDefinition",
    "admit",
    "check",
    "complete_particulars",
    "replay",
    "steps_from_stage",
    "steps_open_to_applicant",
]
