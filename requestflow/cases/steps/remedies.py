"""Reconsideration (行政复议) and suit (行政诉讼): filed, accepted, answered, heard, concluded."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.state import CaseState, RemedyState
from requestflow.cases.steps.base import (
    ALL_STAGES,
    CompletionContext,
    Documents,
    Input,
    LongText,
    Particulars,
    ShortText,
    StepByLetter,
    StepContext,
    StepDefinition,
    StepWithPapers,
    guard,
    particulars_of,
)
from requestflow.cases.steps.days import told_of_by_now
from requestflow.foundation import text

RemedyKind = Literal["reconsideration", "suit"]
LETTERS = {"reconsideration": "R", "suit": "S"}
WhichRemedy = Annotated[
    ShortText,
    Input(text("Challenge"), "choice", needed=True, options="remedies", first="only_remedy"),
]


class RemedyFiled(StepWithPapers):
    """What was filed against the unit, at which authority or court."""

    remedy: ShortText
    kind: Annotated[
        RemedyKind, Input(text("Type of challenge"), "choice", needed=True, options="remedy_kinds")
    ]
    authority: Annotated[
        ShortText | None, Input(text("Reconsideration authority or court"), needed=True)
    ] = None
    after_reconsideration: Annotated[
        bool, Input(text("The lawsuit follows a reconsideration"), "yes")
    ] = False


class RemedyReported(Particulars):
    """What the applicant says to have filed, until the authority or court is heard of."""

    kind: RemedyKind
    filed_on: date
    authority: ShortText | None = None


class RemedyAccepted(StepWithPapers):
    """That the authority or court took it up, and when the copy arrived."""

    remedy: WhichRemedy
    kind: RemedyKind
    copy_received_on: Annotated[
        date | None, Input(text("Date we received the copy"), "day", needed=True)
    ] = None
    simple_procedure: Annotated[bool, Input(text("Simplified procedure"), "yes")] = False


class RemedyAnswered(StepByLetter):
    """The body's answer (答复书, 答辩状) with its evidence, one piece a line."""

    remedy: WhichRemedy
    kind: RemedyKind | None = None
    statement: Annotated[LongText | None, Input(text("Our response"), "lines", needed=True)] = None
    evidence: Annotated[
        LongText | None,
        Input(text("Evidence, one item per line"), "lines", needed=True, first="evidence"),
    ] = None
    documents: Annotated[Documents | None, Input(text("Additional evidence"), "files")] = None


class RemedyExtended(StepWithPapers):
    """By how many days the authority extended its time."""

    remedy: WhichRemedy
    days: Annotated[int | None, Field(gt=0, le=1000), Input(text("Additional days"), "number")] = (
        None
    )


class HearingScheduled(StepWithPapers):
    """A hearing (听证) or a sitting of the court (开庭): its day, hour and place."""

    remedy: WhichRemedy
    held_on: Annotated[date, Input(text("Hearing date"), "day", needed=True)]
    time: Annotated[ShortText | None, Input(text("Time of the hearing"))] = None
    place: Annotated[ShortText | None, Input(text("Place"))] = None


class HearingHeld(StepWithPapers):
    """That it was held, and what is to be remarked."""

    remedy: WhichRemedy
    remarks: Annotated[LongText | None, Input(text("Remarks"), "lines")] = None


class RemedyConcluded(StepWithPapers):
    """How it ended; `redecision`: the body must decide again, `within` so many working days."""

    remedy: WhichRemedy
    kind: RemedyKind
    result: Annotated[
        ShortText, Input(text("Result"), "choice", needed=True, options="remedy_results")
    ]
    decision_number: Annotated[ShortText | None, Input(text("Decision number"))] = None
    received_on: Annotated[date | None, Input(text("Date we received the decision"), "day")] = None
    redecision: Annotated[bool, Input(text("We must make a new decision"), "yes")] = False
    within: Annotated[
        int | None,
        Field(gt=0, le=1000),
        Input(text("Time limit in working days, if stated in the decision"), "number"),
    ] = None


@guard(before_form=True, imported=False)
def something_to_attack(context: StepContext) -> None:
    """A remedy is against a decision, or against silence after the due day."""
    if context.state.concluded_on:
        return
    deadline = context.deadline("reply")
    if deadline is None or not deadline.late_on(context.event.day):
        raise StepRefused(
            text("No decision has been made yet and the reply deadline has not passed."), "day"
        )


@guard()
def new_remedy(context: StepContext) -> None:
    """Each remedy has a number of its own."""
    if context.state.remedy(context.particulars(RemedyFiled).remedy):
        raise StepRefused(text("This case already has that challenge."), "remedy")


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
    """Only an accepted reconsideration can be extended."""
    remedy = _remedy(context)
    if remedy.kind != "reconsideration" or not remedy.accepted_on or remedy.concluded_on:
        raise StepRefused(
            text("Only an accepted reconsideration can have its time limit extended."), "remedy"
        )


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
    if concluded.redecision and (concluded.result != "corrected" or context.state.open):
        raise StepRefused(
            text("A new decision can only be made if the original was overturned or amended."),
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
    return replace(state, remedies=(*state.remedies, remedy))


def _change(state: CaseState, key: str, **changes: Any) -> CaseState:
    remedies = tuple(
        replace(item, **changes) if item.key == key else item for item in state.remedies
    )
    return replace(state, remedies=remedies)


def _accept(state: CaseState, event: Event) -> CaseState:
    return _change(state, particulars_of(event, RemedyAccepted).remedy, accepted_on=event.day)


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
    return replace(after, stage="redecision", redeciding=True) if end.redecision else after


def _pending(
    kind: str, particulars: type[Particulars], order: int, *guards: Any, **more: Any
) -> StepDefinition:
    """A step of a remedy that is pending."""
    return StepDefinition(
        kind,
        particulars,
        ALL_STAGES,
        "case.remedy",
        guards=guards,
        order=order,
        about_remedy=True,
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
    ),
    _pending(
        "remedy_accepted", RemedyAccepted, 290, pending_remedy, effect=_accept, complete=_kind
    ),
    _pending(
        "remedy_answered", RemedyAnswered, 300, pending_remedy, effect=_answer, complete=_kind
    ),
    _pending("remedy_extended", RemedyExtended, 310, accepted_reconsideration),
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
