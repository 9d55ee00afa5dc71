"""A case just before a step: what a guard is asked about."""

from collections.abc import Sequence
from dataclasses import dataclass

from requestflow.cases.events import Event
from requestflow.cases.state import CaseState
from requestflow.law import Deadline, Pack, WorkingCalendar, clock


@dataclass(frozen=True)
class StepContext:
    """A case just before a step: its state, its history so far, the step, law and calendar."""

    state: CaseState
    history: Sequence[Event]
    event: Event
    pack: Pack
    calendar: WorkingCalendar
    unit_on_the_spot: bool = False

    def deadline(self, kind: str, key: str | None = None) -> Deadline | None:
        """The running deadline of that kind before the step, or None."""
        for item in clock(self.history, self.pack, self.calendar, running_only=True):
            if item.kind == kind and key in (None, item.key):
                return item
        return None
