"""What steps would make of a case, and whether its days can be counted at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from requestflow.cases.errors import StepRefused
from requestflow.cases.events import Event
from requestflow.cases.projection import deadlines_of
from requestflow.cases.state import CaseState
from requestflow.foundation import text
from requestflow.law import Deadline, LawError, WorkingCalendar


@dataclass(frozen=True)
class StepPreview:
    """A case as it would be after some steps, with its deadlines before and after."""

    state: CaseState
    before: Sequence[Deadline]
    after: Sequence[Deadline]
    events: Sequence[Event]


def require_countable(
    state: CaseState, history: Sequence[Event], calendar: WorkingCalendar
) -> None:
    """Raises StepRefused where a day would lead out of the calendar: nobody could open the case."""
    try:
        deadlines_of(state, history, calendar)
    except LawError as error:
        raise StepRefused(
            text("With these days the time limits cannot be counted."), "day"
        ) from error
