"""What steps would make of a case: evaluated once, then shown, put into a letter, recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from requestflow.accounts import Unit
from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.loading import CaseView
from requestflow.cases.projection import deadlines_of
from requestflow.cases.state import CaseState
from requestflow.cases.steps import validate_particulars
from requestflow.foundation import text
from requestflow.law import Deadline, LawError, WorkingCalendar


@dataclass(frozen=True)
class StepPreview:
    """A case as it would be after some steps: `before` them, the steps as events (`added`), the
    history with them, the state and the deadlines then. `unit` is the one that has it then."""

    before: CaseView
    unit: Unit
    state: CaseState
    added: Sequence[Event]
    history: Sequence[Event]
    deadlines: Sequence[Deadline]

    @property
    def events(self) -> Sequence[Event]:
        """Every event as it would be recorded."""
        return (*self.before.events, *self.added)

    @property
    def step(self) -> Event:
        """The last of the steps."""
        return self.added[-1]

    def with_particulars(self, particulars: Mapping[str, Any], place: int = -1) -> "StepPreview":
        """The same with what is only known when a step (the last) is recorded: the number of its
        letter, its files. Nothing that was evaluated depends on these."""
        old = self.added[place]
        data = validate_particulars(old.kind, {**old.data, **particulars})
        new = replace(old, data=data)
        return replace(
            self,
            added=[new if event is old else event for event in self.added],
            history=[new if event is old else event for event in self.history],
        )


def countable_deadlines(
    state: CaseState, history: Sequence[Event], calendar: WorkingCalendar
) -> Sequence[Deadline]:
    """The case's deadlines; StepRefused where a day would lead out of the calendar: nobody could
    open the case."""
    try:
        return deadlines_of(state, history, calendar)
    except LawError as error:
        raise StepRefused(
            text("Cannot calculate the time limits from these dates."), "day"
        ) from error
