"""The lifecycle: whether a step is allowed now.

What each step asks for stands with it (`cases.steps`). Which of the steps a law knows, until when
and how often each may be taken comes from its pack; what the steps hold is true under any law.
"""

from collections.abc import Callable, Sequence
from typing import Any

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.history import apply, effective, received, since_redecision
from requestflow.cases.state import CaseState
from requestflow.cases.steps import (
    DEFINITIONS,
    StepContext,
    definition,
    notice_receipt_unknown,
    receipt_unknown,
)
from requestflow.foundation import text
from requestflow.law import StepRule, law_pack


def check(context: StepContext, *, imported: bool = False) -> None:
    """Raises StepRefused where the step is not allowed now; names the reason and article.

    `imported`: the step comes from a register of what others did long ago. Then what happened
    too late or too often is recorded as it was; what is impossible is refused all the same.
    """
    admit(context, imported=imported)
    for guard in definition(context.event.kind).guards:
        if guard.imported or not imported:
            guard(context)
    if not imported:
        _not_just_done(context)


def require_remembered(state: CaseState, kind: str) -> None:
    """Raises StepRefused where what was written in a case was erased: nothing can follow but what
    is counted of it."""
    if state.forgotten_on is not None and kind != "due_days_moved":
        raise StepRefused(
            text("This case was erased on %(day)s.", day=state.forgotten_on),
            hint=text("Its number, days and figures remain. Nothing can be added to it."),
        )


def admit(context: StepContext, *, imported: bool = False) -> None:
    """The part of `check` that asks nothing of the step's particulars: law, stage, order of
    days, limit, how often."""
    step, state = context.event, context.state
    rule = definition(step.kind)
    require_remembered(state, step.kind)
    known = context.pack.step(step.kind, step.day)
    if known is None and not rule.any_law:
        raise StepRefused(
            text("%(law)s does not provide for this step.", law=context.pack.title), None, None
        )
    article = known.article if known else None
    if state.stage not in rule.stages:
        raise StepRefused(
            text(
                "This step is not available now. Case status: %(stage)s.",
                stage=text(f"stage.{state.stage}"),
            ),
            None,
            article,
        )
    _day_in_order(context, article)
    if known and not imported:
        _within_limit(context, known)
        _only_once(context, known)


def steps_from_stage(state: CaseState) -> list[str]:
    """The steps that the table and the law of the case allow from here, limits aside."""
    if state.forgotten_on is not None:
        return []
    pack = law_pack(state.law)
    return [
        kind
        for kind, rule in DEFINITIONS.items()
        if state.stage in rule.stages and (rule.any_law or pack.step(kind))
    ]


def steps_open_to_applicant(state: CaseState, history: Sequence[Event]) -> list[str]:
    """The steps that the applicant may take now, limits in days aside."""
    kinds = {event.kind for event in history}
    pack = law_pack(state.law)
    results = []
    for kind in steps_from_stage(state):
        known = pack.step(kind)
        if DEFINITIONS[kind].by_applicant and not (known and known.once and kind in kinds):
            results.append(kind)
    if "delivery_confirmed" in results and not receipt_unknown(history):
        results.remove("delivery_confirmed")
    if "fee_acknowledged" in results and not notice_receipt_unknown(history):
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
    context_for: Callable[..., StepContext],
    strict: frozenset[str] = frozenset(),
) -> CaseState:
    """Takes a whole history through the table; StepRefused for the first impossible step. The
    steps of the keys in `strict` are looked at as those that are taken now."""
    history = effective(events)
    state = received(number, history[0])
    for place, event in enumerate(history[1:], 1):
        try:
            context = context_for(state, history[:place], event)
            check(context, imported=event.key not in strict)
        except StepRefused as error:
            message = text(
                "'%(step)s' on %(day)s would no longer be valid: %(reason)s",
                step=text(f"step.{event.kind}"),
                day=event.day,
                reason=error.text,
            )
            raise StepRefused(message, error.field, error.article) from error
        state = apply(state, event)
    return state


def _day_in_order(context: StepContext, article: str | None) -> None:
    """No step is earlier than the one before it: of the case, or of the same remedy."""
    if definition(context.event.kind).about_remedy:
        which = context.event.data.get("remedy")
        ordered = [e.day for e in context.history if which and e.data.get("remedy") == which]
    elif definition(context.event.kind).beside:
        return
    else:
        ordered = [e.day for e in context.history if not _beside(e)]
    if ordered and context.event.day < max(ordered):
        raise StepRefused(
            text(
                "%(day)s is before the previous step of this case, on %(last)s.",
                day=context.event.day,
                last=max(ordered),
            ),
            "day",
            article,
        )


def _beside(event: Event) -> bool:
    # What makes the body decide again is a step of the case as well.
    return (
        event.kind in DEFINITIONS
        and DEFINITIONS[event.kind].beside
        and not event.data.get("redecision")
    )


def _within_limit(context: StepContext, rule: StepRule) -> None:
    """A step that the law allows only until a day."""
    for kind in rule.within:
        deadline = context.deadline(kind)
        if deadline and deadline.late_on(context.event.day):
            limit = context.pack.limit(kind, deadline.started_on)
            raise StepRefused(
                text(
                    "Too late: the time limit '%(limit)s' ended on %(due)s.",
                    limit=limit.label if limit else kind,
                    due=deadline.due,
                ),
                "day",
                rule.article,
            )


def _only_once(context: StepContext, rule: StepRule) -> None:
    """A step that the law allows one time, and once more where the body decides again."""
    since = [event.kind for event in since_redecision(context.history)]
    if rule.once and context.event.kind in since:
        raise StepRefused(
            text("This step can only be taken once and has already been taken."), None, rule.article
        )


def _not_just_done(context: StepContext) -> None:
    """What somebody sends a second time, by Back or from another window, is not meant twice."""
    last, event = context.history[-1], context.event
    if (last.kind, last.day, last.actor) != (event.kind, event.day, event.actor):
        return
    if _typed(last) == _typed(event):
        raise StepRefused(
            text("You have just recorded the same entry."),
            None,
            None,
            text("To record it again, explain what is different."),
        )


def _typed(event: Event) -> dict[str, Any]:
    """What was typed into a step: without what the system added to it."""
    return {k: v for k, v in event.data.items() if k not in {"letter", "documents"}}
