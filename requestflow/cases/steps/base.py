"""What a step is made of: its particulars, the stages it may be taken from, its guards, its effect
on the case, its completion and its place among the steps of one day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from requestflow.cases.events import Event
from requestflow.cases.state import OPEN_STAGES, STAGES, VOID, CaseState
from requestflow.foundation import Text, text
from requestflow.law import Deadline, Pack, WorkingCalendar, clock

IN_CLEAR = "in clear"
"""Marks a particular that says nothing of anybody; any other text is encrypted where it is kept."""
Code = Annotated[str, Field(min_length=1, max_length=500), IN_CLEAR]
"""What something is known by: a code, a key, a number, a digest, an authority."""
ShortText = Annotated[str, Field(min_length=1, max_length=500)]
LongText = Annotated[str, Field(min_length=1, max_length=20000)]
Fen = Annotated[int, Field(ge=0, le=10**12)]
LAST = 1_000
"""The place of steps that have none of their own among those of one day."""

WORK_STAGES = frozenset({"received", "in_progress", "redecision"})
FIRST_STAGES = frozenset({"received", "in_progress"})
ALL_OPEN = frozenset(OPEN_STAGES)
ALL_STAGES = frozenset(STAGES) - {VOID}

Choices = tuple[tuple[str, Text], ...]
Widget = Literal["line", "lines", "day", "choice", "choices", "number", "yes", "parts", "files"]


@dataclass(frozen=True)
class Input:
    """How a form asks for a particular.

    `needed`: the desk must fill it in, though a register of old cases may lack it. `choices` are
    fixed; `options` and `first` name what offers the choices and the first value from the case
    (see the web's form fields). `choices` as widget is any number of the options, `parts` a list
    of parts each with one of the options, `yes` a box to tick, `files` what is uploaded.
    """

    label: Text
    widget: Widget = "line"
    needed: bool = False
    hint: Text | None = None
    choices: Choices = ()
    options: str = ""
    first: str = ""


class Particulars(BaseModel):
    """What a step says: nothing that is not named, spaces at the ends taken off.

    `late_reason` says why a step was recorded only after the figures of its year were handed in.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    late_reason: LongText | None = None


class NoParticulars(Particulars):
    """A step that has nothing to say beyond its day."""


class DocumentReference(BaseModel):
    """A file handed in or out with a step: its key, name, SHA-256 (hex) and size in bytes."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    key: Code
    name: ShortText
    sha256: Code
    size: int = Field(gt=0)


Documents = Annotated[list[DocumentReference], Field(max_length=200)]


class StepByLetter(Particulars):
    """A step that goes out by letter: its number (文号) as printed, and its files."""

    letter: Code | None = None
    documents: Documents | None = None


class StepWithPapers(Particulars):
    """A step by which something was heard from outside, with the papers that came."""

    documents: Annotated[Documents | None, Input(text("Accompanying documents"), "files")] = None


P = TypeVar("P", bound=Particulars)


def particulars_of(event: Event, model: type[P]) -> P:
    """The particulars of a recorded event, typed."""
    return model.model_validate(event.data)


@dataclass(frozen=True)
class StepContext:
    """A case just before a step: its state, its history so far, the step, law and calendar.

    `on_the_spot`: the unit lets one person decide simple cases alone.
    """

    state: CaseState
    history: Sequence[Event]
    event: Event
    pack: Pack
    calendar: WorkingCalendar
    on_the_spot: bool = False

    def deadline(self, kind: str, key: str | None = None) -> Deadline | None:
        """The running deadline of that kind before the step, or None."""
        for item in clock(self.history, self.pack, self.calendar, kind=kind, running_only=True):
            if key in (None, item.key):
                return item
        return None

    def open_windows(self) -> list[date]:
        """The last days of what somebody may still do against the body, from the step's day on."""
        running = clock(self.history, self.pack, self.calendar, running_only=True)
        day = self.event.day
        return [i.due for i in running if i.nature == "window" and i.due and i.due >= day]

    def particulars(self, model: type[P]) -> P:
        """The step's particulars, typed."""
        return particulars_of(self.event, model)


@dataclass(frozen=True)
class CompletionContext:
    """What the case knows when a step's particulars are completed. `history` are the events that
    stand, `recorded` every one that was ever recorded; `unit_name` gives a unit's name by code."""

    state: CaseState
    history: Sequence[Event]
    recorded: Sequence[Event]
    pack: Pack
    day: date
    unit_name: Callable[[str], str | None] = lambda _code: None

    def ever(self, kind: str) -> list[Event]:
        """The events of a kind that were ever recorded, those that a correction put in as well: a
        key never comes back with another meaning."""
        direct = [event for event in self.recorded if event.kind == kind]
        changes = (c for e in self.recorded if e.kind == "corrected" for c in e.data["changes"])
        return [
            *direct,
            *(
                Event("", kind, self.day, change["data"])
                for change in changes
                if change.get("kind") == kind and change.get("data")
            ),
        ]


@dataclass(frozen=True)
class Guard:
    """What must hold before a step; it raises StepRefused with the article.

    `before_form`: it can be said before anything of the step was typed. `imported`: it also holds
    for a register of old cases, which may not know, or may have broken, what it asks for.
    """

    check: Callable[[StepContext], None]
    before_form: bool = False
    imported: bool = True

    def __call__(self, context: StepContext) -> None:
        """Raises StepRefused where it does not hold."""
        self.check(context)


def guard(
    *, before_form: bool = False, imported: bool = True
) -> Callable[[Callable[[StepContext], None]], Guard]:
    """Makes a function a guard."""
    return lambda check: Guard(check, before_form, imported)


Effect = Callable[[CaseState, Event], CaseState]
Complete = Callable[[CompletionContext, dict[str, Any]], dict[str, Any]]


def unchanged(state: CaseState, _event: Event) -> CaseState:
    """The step changes nothing of what is known of the case."""
    return state


def to_stage(stage: str) -> Effect:
    """The step brings the case to a stage."""
    return lambda state, _event: state._replace(stage=stage)


def back_to_work(state: CaseState, _event: Event) -> CaseState:
    """Work on the case goes on where it stood still."""
    return state._replace(stage=working_stage(state))


def working_stage(state: CaseState) -> str:
    """The stage of a case that is worked on."""
    return "redecision" if state.redeciding else "in_progress"


def as_given(_context: CompletionContext, data: dict[str, Any]) -> dict[str, Any]:
    """The case knows nothing that the step's particulars lack."""
    return data


@dataclass(frozen=True)
class StepDefinition:
    """One step (办理环节).

    `stages` are those it may be taken from, `action` what the policy must allow; `by_applicant`:
    the applicant may take it of their own case as well. `any_law`: it is possible under every law,
    else a law's pack must know it. `order` is its place among the steps of one day, where only
    days are known. `beside`: its day neither waits for the course of the case nor holds it up.
    `at_desk`: it is offered among the steps of a case; `about_remedy`: it concerns a
    reconsideration or suit, and waits for its other steps alone.
    """

    kind: str
    particulars: type[Particulars]
    stages: frozenset[str]
    action: str
    guards: tuple[Guard, ...] = ()
    effect: Effect = unchanged
    complete: Complete = as_given
    order: int = LAST
    any_law: bool = False
    by_applicant: bool = False
    beside: bool = False
    at_desk: bool = True
    about_remedy: bool = False


@cache
def inputs_of(model: type[Particulars]) -> Mapping[str, Input]:
    """How a form asks for the particulars of a step, by name; files come last."""
    inputs = {
        name: item
        for name, info in model.model_fields.items()
        for item in info.metadata
        if isinstance(item, Input)
    }
    return dict(sorted(inputs.items(), key=lambda pair: pair[1].widget == "files"))
