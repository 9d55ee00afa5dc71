"""Reconsideration (行政复议) and suit (行政诉讼): filed, accepted, answered, heard, concluded."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.state import CaseState, RemedyState
from requestflow.cases.steps.base import (
    ALL_STAGES,
    CompletionContext,
    Particulars,
    StepContext,
    StepDefinition,
    guard,
    particulars_of,
)
from requestflow.cases.steps.days import told_of_by_now
from requestflow.cases.steps.remedy_particulars import (
    LETTERS,
    HearingHeld,
    HearingScheduled,
    RemedyAccepted,
    RemedyAnswered,
    RemedyConcluded,
    RemedyConverted,
    RemedyExtended,
    RemedyFiled,
    RemedyReported,
    RemedyResumed,
    RemedySuspended,
)
from requestflow.foundation import text
from requestflow.law import clock


@guard(before_form=True, imported=False)
def something_to_attack(context: StepContext) -> None:
    """A remedy is against a decision, or against silence after the due day: as it was on the day
    on which it was filed, whenever that is heard of."""
    day, concluded_on = context.event.day, context.state.concluded_on
    if concluded_on and concluded_on <= day:
        return
    by_then = [event for event in context.history if event.day <= day]
    deadlines = clock(by_then, context.pack, context.calendar, kind="reply")
    if not any(deadline.late_on(day) for deadline in deadlines):
        raise StepRefused(
            text("No decision has been made yet and the reply deadline has not passed."), "day"
        )


@guard()
def new_remedy(context: StepContext) -> None:
    """Each remedy has a number of its own."""
    if context.state.remedy(context.particulars(RemedyFiled).remedy):
        raise StepRefused(text("This case already has that challenge."), "remedy")


@guard(before_form=True)
def some_remedy_pending(context: StepContext) -> None:
    """There is a reconsideration or suit that goes on."""
    if all(item.concluded_on for item in context.state.remedies):
        raise StepRefused(text("There is no pending reconsideration or lawsuit in this case."))


def _remedy(context: StepContext) -> RemedyState:
    remedy = context.state.remedy(context.event.data["remedy"])
    if remedy is None:
        raise StepRefused(text("This challenge does not exist in the case."), "remedy")
    kind = context.event.data.get("kind")
    if kind and kind != remedy.kind:
        raise StepRefused(text("That challenge is of a different type."), "kind")
    return remedy


@guard()
def pending_remedy(context: StepContext) -> None:
    """What is concluded stays so, and nothing is accepted or answered twice."""
    remedy, kind = _remedy(context), context.event.kind
    done = {"remedy_accepted": remedy.accepted_on, "remedy_answered": remedy.answered_on}
    if remedy.concluded_on or done.get(kind):
        raise StepRefused(text("This has already been recorded for that challenge."), "remedy")
    if context.event.day < remedy.filed_on:
        raise StepRefused(text("The date is before the challenge was filed."), "day")


@guard()
def accepted_reconsideration(context: StepContext) -> None:
    """Only an accepted reconsideration is extended, suspended, or changes its procedure."""
    remedy = _remedy(context)
    if remedy.kind != "reconsideration" or not remedy.accepted_on or remedy.concluded_on:
        raise StepRefused(
            text("This is only possible for an accepted reconsideration that is still pending."),
            "remedy",
        )


@guard()
def may_be_extended(context: StepContext) -> None:
    """The simple procedure knows no extension (reconsideration law 2023 art. 62(2))."""
    if _remedy(context).simple:
        raise StepRefused(
            text("The simplified procedure cannot be extended."),
            "remedy",
            None,
            text("If the authority changed to the ordinary procedure, record that first."),
        )


@guard()
def simple_procedure(context: StepContext) -> None:
    """Only what is in the simple procedure can leave it."""
    if not _remedy(context).simple:
        raise StepRefused(text("That challenge is not in the simplified procedure."), "remedy")


@guard()
def goes_on(context: StepContext) -> None:
    """What is suspended already is not suspended again."""
    if _remedy(context).suspended_on:
        raise StepRefused(text("That reconsideration is already suspended."), "remedy")


@guard()
def was_suspended(context: StepContext) -> None:
    """Only what was suspended can be resumed."""
    if not _remedy(context).suspended_on:
        raise StepRefused(text("That reconsideration is not suspended."), "remedy")


@guard(imported=False)
def hearing_ahead(context: StepContext) -> None:
    """A hearing is told of before it is held."""
    if context.particulars(HearingScheduled).held_on < context.event.day:
        raise StepRefused(text("The hearing date is before the date of this step."), "held_on")


@guard()
def hearing_was_set(context: StepContext) -> None:
    """Only a hearing that was set can have been held, and not before its day."""
    hearing_on = _remedy(context).hearing_on
    if hearing_on is None:
        raise StepRefused(text("No hearing has been scheduled for that challenge."), "remedy")
    if context.event.day < hearing_on:
        raise StepRefused(text("The hearing is on %(day)s.", day=hearing_on), "day")


@guard()
def remedy_result(context: StepContext) -> None:
    """The result is one of the law's, and only a corrected decision is made again."""
    concluded = context.particulars(RemedyConcluded)
    known = {item.code for item in context.pack.remedy(concluded.kind).results}
    if concluded.result not in known:
        raise StepRefused(
            text("Result '%(code)s' does not exist.", code=concluded.result), "result"
        )
    if not concluded.redecision:
        return
    if concluded.result != "corrected" or context.state.redeciding:
        raise StepRefused(
            text("A new decision can only be made if the original was overturned or amended."),
            "redecision",
        )
    # Of silence it orders an answer; where that was given by then, there is nothing to order.
    answered_on = context.state.concluded_on
    if answered_on and context.event.day < answered_on:
        raise StepRefused(
            text("The reply was given on %(day)s, after that decision.", day=answered_on),
            "redecision",
        )


@guard()
def filed_by_now(context: StepContext) -> None:
    """A remedy is reported once it is filed."""
    told_of_by_now(context, "filed_on", context.particulars(RemedyReported).filed_on)


def next_remedy_key(kind: str, used: Iterable[str]) -> str:
    """The next number of a reconsideration (R1, R2 …) or suit (S1, S2 …) in a case."""
    letter = LETTERS[kind]
    numbers = [key.removeprefix(letter) for key in used if key.startswith(letter)]
    return f"{letter}{max((int(n) for n in numbers if n.isdecimal()), default=0) + 1}"


def _number(context: CompletionContext, data: dict[str, Any]) -> dict[str, Any]:
    if "remedy" in data or data.get("kind") not in LETTERS:
        return data
    used = [str(event.data.get("remedy", "")) for event in context.ever("remedy_filed")]
    return {**data, "remedy": next_remedy_key(data["kind"], used)}


def _kind(context: CompletionContext, data: dict[str, Any]) -> dict[str, Any]:
    remedy = context.state.remedy(str(data.get("remedy")))
    return {**data, "kind": remedy.kind} if remedy and "kind" not in data else data


def _file(state: CaseState, event: Event) -> CaseState:
    filed = particulars_of(event, RemedyFiled)
    remedy = RemedyState(
        filed.remedy, filed.kind, filed.authority, event.day, filed.after_reconsideration
    )
    return state._replace(remedies=(*state.remedies, remedy))


def _change(state: CaseState, key: str, **changes: Any) -> CaseState:
    remedies = tuple(
        replace(item, **changes) if item.key == key else item for item in state.remedies
    )
    return state._replace(remedies=remedies)


def _accept(state: CaseState, event: Event) -> CaseState:
    accepted = particulars_of(event, RemedyAccepted)
    return _change(state, accepted.remedy, accepted_on=event.day, simple=accepted.simple_procedure)


def _convert(state: CaseState, event: Event) -> CaseState:
    return _change(state, particulars_of(event, RemedyConverted).remedy, simple=False)


def _suspend(state: CaseState, event: Event) -> CaseState:
    return _change(state, particulars_of(event, RemedySuspended).remedy, suspended_on=event.day)


def _resume(state: CaseState, event: Event) -> CaseState:
    return _change(state, particulars_of(event, RemedyResumed).remedy, suspended_on=None)


def _answer(state: CaseState, event: Event) -> CaseState:
    return _change(state, particulars_of(event, RemedyAnswered).remedy, answered_on=event.day)


def _schedule(state: CaseState, event: Event) -> CaseState:
    hearing = particulars_of(event, HearingScheduled)
    return _change(state, hearing.remedy, hearing_on=hearing.held_on)


def _conclude(state: CaseState, event: Event) -> CaseState:
    end = particulars_of(event, RemedyConcluded)
    after = _change(
        state, end.remedy, concluded_on=event.day, result=end.result, redecision=end.redecision
    )
    # Where nothing was decided yet, work goes on where it stands: the answer is still the first.
    if not end.redecision or not state.concluded_on:
        return after
    return after._replace(stage="redecision", redeciding=True)


def _pending(
    kind: str, particulars: type[Particulars], order: int, *guards: Any, **more: Any
) -> StepDefinition:
    """A step of a remedy that is pending."""
    return StepDefinition(
        kind,
        particulars,
        ALL_STAGES,
        "case.remedy",
        guards=(some_remedy_pending, *guards),
        order=order,
        about_remedy=True,
        beside=True,
        **more,
    )


STEPS = (
    StepDefinition(
        "remedy_reported",
        RemedyReported,
        ALL_STAGES,
        "case.remedy",
        guards=(something_to_attack, filed_by_now),
        any_law=True,
        by_applicant=True,
        beside=True,
        at_desk=False,
    ),
    StepDefinition(
        "remedy_filed",
        RemedyFiled,
        ALL_STAGES,
        "case.remedy",
        guards=(new_remedy, something_to_attack),
        effect=_file,
        complete=_number,
        order=280,
        beside=True,
    ),
    _pending(
        "remedy_accepted", RemedyAccepted, 290, pending_remedy, effect=_accept, complete=_kind
    ),
    _pending(
        "remedy_answered", RemedyAnswered, 300, pending_remedy, effect=_answer, complete=_kind
    ),
    _pending(
        "remedy_converted",
        RemedyConverted,
        305,
        accepted_reconsideration,
        simple_procedure,
        effect=_convert,
    ),
    _pending("remedy_extended", RemedyExtended, 310, accepted_reconsideration, may_be_extended),
    _pending(
        "remedy_suspended",
        RemedySuspended,
        312,
        accepted_reconsideration,
        goes_on,
        effect=_suspend,
    ),
    _pending(
        "remedy_resumed",
        RemedyResumed,
        314,
        accepted_reconsideration,
        was_suspended,
        effect=_resume,
    ),
    _pending(
        "hearing_scheduled",
        HearingScheduled,
        320,
        pending_remedy,
        hearing_ahead,
        effect=_schedule,
    ),
    _pending("hearing_held", HearingHeld, 330, pending_remedy, hearing_was_set),
    _pending(
        "remedy_concluded",
        RemedyConcluded,
        340,
        pending_remedy,
        remedy_result,
        effect=_conclude,
        complete=_kind,
    ),
)
