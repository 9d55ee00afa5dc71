"""Asking others (征求意见): third parties, joint authors, other bodies; art. 32, 34."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.state import CaseState, ConsultationState, end_consultations
from requestflow.cases.steps.base import (
    WORK_STAGES,
    Code,
    CompletionContext,
    Documents,
    Input,
    LongText,
    ShortText,
    StepByLetter,
    StepContext,
    StepDefinition,
    StepWithPapers,
    guard,
    particulars_of,
    working_stage,
)
from requestflow.foundation import text

DECIDING_STAGES = frozenset(
    {
        "in_progress",
        "drafted",
        "legality_reviewed",
        "secrecy_reviewed",
        "signed",
        "delivered",
        "redecision",
    }
)
"""From when the third parties have answered until the information has gone out."""
CONSULTED = (
    ("third_party", text("a third party whose rights are affected")),
    ("joint_author", text("a body that jointly produced the information")),
    ("other_body", text("another body")),
)
ANSWERS = (
    ("agrees", text("agrees to disclosure")),
    ("objects", text("objects to disclosure")),
    ("silence", text("did not reply in time")),
)


class ConsultationStarted(StepByLetter):
    """`unit` is the code of the unit asked where it answers inside the system; `answer_by` the
    day by which an answer is asked for, where it is sooner than the law's; `about` is what a unit
    that is asked reads of what is applied for; `enclosed` are the files that go with the
    question."""

    consultation: Code
    consulted: Annotated[
        Literal["third_party", "joint_author", "other_body"],
        Input(text("Consulted party"), "choice", needed=True, choices=CONSULTED),
    ] = "third_party"
    unit: Annotated[
        Code | None,
        Input(
            text("Unit in this system"),
            "choice",
            hint=text("The unit replies in its own workspace."),
            options="units",
        ),
    ] = None
    name: Annotated[
        ShortText | None, Input(text("Name of the consulted party, if not a unit in this system"))
    ] = None
    about: Annotated[
        ShortText | None,
        Input(
            text("Information concerned"),
            needed=True,
            hint=text("Whoever is consulted reads this, not the request. Leave out who applied."),
            first="subject",
        ),
    ] = None
    question: Annotated[LongText | None, Input(text("Consultation question"), "lines")] = None
    answer_by: Annotated[
        date | None, Input(text("Reply by, if earlier than the statutory deadline"), "day")
    ] = None
    letter_received_on: Annotated[
        date | None,
        Input(
            text("Date they received the letter"),
            "day",
            hint=text("Leave blank if it is the same as the date of this step."),
        ),
    ] = None
    enclosed: Annotated[Documents | None, Input(text("Files for the consulted party"), "files")] = (
        None
    )


WHAT_THEY_WROTE = Input(text("Text of their response"), "lines")


class ConsultationEnded(StepWithPapers):
    """What they answered, or that they did not."""

    consultation: Annotated[
        Code,
        Input(
            text("Consultation"),
            "choice",
            needed=True,
            options="consultations",
            first="only_consultation",
        ),
    ]
    answer: Annotated[
        Literal["agrees", "objects", "silence"] | None,
        Input(text("Their response"), "choice", needed=True, choices=ANSWERS),
    ] = None
    text: Annotated[LongText | None, WHAT_THEY_WROTE] = None


class ThirdPartyInformed(StepByLetter):
    """That a third party who objected is told of the decision to release all the same (告知第三方):
    what is released, item by item, and why. `consultation` and `name` are the third party's."""

    consultation: Code | None = None
    name: ShortText | None = None
    items: Annotated[LongText, Input(text("Items to be disclosed"), "lines", needed=True)]
    reason: Annotated[
        LongText,
        Input(
            text("Why the public interest requires disclosure"),
            "lines",
            needed=True,
            hint=text("The third party will read this."),
        ),
    ]


@guard()
def new_consultation(context: StepContext) -> None:
    """Each consultation has a number of its own."""
    key = context.particulars(ConsultationStarted).consultation
    used = {
        particulars_of(event, ConsultationStarted).consultation
        for event in context.history
        if event.kind == "consultation_started"
    }
    if key in used:
        raise StepRefused(text("Consultation %(key)s already exists.", key=key), "consultation")


@guard(imported=False)
def somebody_asked(context: StepContext) -> None:
    """A consultation asks a unit of the system, or somebody by name."""
    requested = context.particulars(ConsultationStarted)
    if not requested.unit and not requested.name:
        raise StepRefused(text("Enter who is being consulted."), "name")
    if requested.unit == context.state.unit:
        raise StepRefused(text("That unit already has the case."), "unit")


@guard()
def consultation_day(context: StepContext) -> None:
    """The day by which an answer is asked for lies ahead."""
    answer_by = context.particulars(ConsultationStarted).answer_by
    if answer_by and answer_by <= context.event.day:
        raise StepRefused(
            text("The reply deadline must be after the date of this step."), "answer_by"
        )


@guard()
def open_consultation(context: StepContext) -> None:
    """Only what was asked can be answered."""
    key = context.particulars(ConsultationEnded).consultation
    if key not in {item.key for item in context.state.open_consultations}:
        raise StepRefused(text("Consultation %(key)s is not open.", key=key), "consultation")


@guard(imported=False)
def silence_waited_for(context: StepContext) -> None:
    """Silence counts only once the time to answer is over (art. 32, 34)."""
    ended = context.particulars(ConsultationEnded)
    if ended.answer != "silence":
        return
    deadline = context.deadline("consultation_reply", ended.consultation)
    if deadline and deadline.due and context.event.day <= deadline.due:
        raise StepRefused(
            text("The consulted party has until %(due)s to reply.", due=deadline.due),
            "day",
            "32、34",
        )


def objectors_to_inform(history: Sequence[Event]) -> list[tuple[str, str | None]]:
    """The third parties who objected and have not been told of the decision: key and name."""
    asked: dict[str, str | None] = {}
    objected: list[str] = []
    told: set[str | None] = set()
    for event in history:
        if event.kind == "consultation_started":
            started = particulars_of(event, ConsultationStarted)
            if started.consulted == "third_party":
                asked[started.consultation] = started.name
        elif event.kind == "consultation_ended":
            ended = particulars_of(event, ConsultationEnded)
            if ended.answer == "objects":
                objected.append(ended.consultation)
        elif event.kind == "third_party_informed":
            told.add(particulars_of(event, ThirdPartyInformed).consultation)
    return [(key, asked[key]) for key in objected if key in asked and key not in told]


@guard(before_form=True)
def somebody_objected(context: StepContext) -> None:
    """Only who objected is told of the decision to release all the same (art. 32)."""
    if not objectors_to_inform(context.history):
        raise StepRefused(
            text("All third parties who objected have been notified of the decision."), None, "32"
        )


def _who_objected(context: CompletionContext, data: dict[str, Any]) -> dict[str, Any]:
    """Names the third party that is to be told next."""
    waiting = objectors_to_inform(context.history)
    if not waiting or "consultation" in data:
        return data
    key, name = waiting[0]
    return {**data, "consultation": key, **({"name": name} if name else {})}


def _number(context: CompletionContext, data: dict[str, Any]) -> dict[str, Any]:
    """Gives a consultation the next number, the unit's name, and the day of its letter."""
    completed = dict(data)
    if "consultation" not in completed:
        used = [str(e.data.get("consultation", "")) for e in context.ever("consultation_started")]
        numbers = [int(key) for key in used if key.isdecimal()]
        completed["consultation"] = str(max(numbers, default=0) + 1)
    if completed.get("unit") and (name := context.unit_name(str(completed["unit"]))):
        completed["name"] = name
    completed.setdefault("letter_received_on", context.day.isoformat())
    return completed


def _start(state: CaseState, event: Event) -> CaseState:
    started = particulars_of(event, ConsultationStarted)
    asked = ConsultationState(
        started.consultation,
        started.consulted,
        event.day,
        started.name,
        started.unit,
        started.answer_by,
    )
    return state._replace(stage="consulting", consultations=(*state.consultations, asked))


def _end(state: CaseState, event: Event) -> CaseState:
    ended = particulars_of(event, ConsultationEnded)
    state = end_consultations(state, event.day, ended.consultation)
    stage = "consulting" if state.open_consultations else working_stage(state)
    return state._replace(stage=stage)


STEPS = (
    StepDefinition(
        "consultation_started",
        ConsultationStarted,
        WORK_STAGES | {"consulting"},
        "case.work",
        guards=(new_consultation, somebody_asked, consultation_day),
        effect=_start,
        complete=_number,
        order=100,
    ),
    StepDefinition(
        "consultation_ended",
        ConsultationEnded,
        frozenset({"consulting"}),
        "case.work",
        guards=(open_consultation, silence_waited_for),
        effect=_end,
        order=110,
    ),
    StepDefinition(
        "third_party_informed",
        ThirdPartyInformed,
        DECIDING_STAGES,
        "case.work",
        guards=(somebody_objected,),
        complete=_who_objected,
        order=115,
    ),
)
