"""One case as it is stored, with its clock: loaded once, and given to whoever works with it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.calendars import calendar_for
from requestflow.cases.events import Event
from requestflow.cases.history import effective, project_history
from requestflow.cases.models import Case, CaseEvent
from requestflow.cases.projection import deadlines_of
from requestflow.cases.state import CaseState
from requestflow.foundation import NotFound, text
from requestflow.law import Deadline, WorkingCalendar


@dataclass(frozen=True)
class CaseView:
    """Everything that is known of one case. Personal data stays where it is until asked for.

    `events` are those recorded, `history` those that stand after all corrections.
    """

    id: int
    version: int
    head_hash: str
    unit: Unit
    state: CaseState
    events: Sequence[Event]
    history: Sequence[Event]
    deadlines: Sequence[Deadline]
    calendar: WorkingCalendar

    @property
    def number(self) -> str:
        """The case's number."""
        return self.state.number


def load_case(session: Session, number: str, lock: bool = False) -> CaseView:
    """The case of that number; NotFound.

    `lock`: nobody else changes it until the transaction ends. Not against what refers to the case
    meanwhile, such as a reminder that is noted: the sweep would wait for this, and this for the
    sweep.
    """
    query = select(Case, Unit).join(Unit, Unit.id == Case.unit_id).where(Case.number == number)
    if lock:
        query = query.with_for_update(of=Case, key_share=True)
        query = query.execution_options(populate_existing=True)
    row = session.execute(query).one_or_none()
    if row is None:
        raise no_case(number)
    case, unit = row
    events = load_events(session, case.id)
    history = effective(events)
    state = project_history(number, history)
    calendar = calendar_for(session, unit.path)
    deadlines = deadlines_of(state, history, calendar)
    return CaseView(
        case.id, case.version, case.head_hash, unit, state, events, history, deadlines, calendar
    )


def no_case(number: str) -> NotFound:
    """That there is no such case, or that this person may not know of it."""
    return NotFound(
        text("There is no case '%(number)s'.", number=number),
        text("Check the number, or look for it in the list of cases."),
    )


def load_events(session: Session, case_id: int) -> list[Event]:
    """All events of a case as recorded, in order."""
    query = (
        select(
            CaseEvent.sequence,
            CaseEvent.kind,
            CaseEvent.day,
            CaseEvent.data,
            CaseEvent.actor,
            CaseEvent.recorded_at,
        )
        .where(CaseEvent.case_id == case_id)
        .order_by(CaseEvent.sequence)
    )
    return [
        Event(str(sequence), kind, day, _object(data), actor, at)
        for sequence, kind, day, data, actor, at in session.execute(query)
    ]


def _object(data: str) -> dict[str, object]:
    value = json.loads(data)
    if not isinstance(value, dict):
        raise ValueError("the particulars of an event are not an object")
    return value
