"""One case as it is stored, with its clock: loaded once, and given to whoever works with it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.calendars import calendar_for, calendars_for
from requestflow.cases.events import Event
from requestflow.cases.history import effective, project_history
from requestflow.cases.models import Case, CaseEvent
from requestflow.cases.projection import deadlines_of
from requestflow.cases.state import CaseState
from requestflow.cases.written import CaseCipher
from requestflow.foundation import NotFound, text
from requestflow.law import Deadline, WorkingCalendar
from requestflow.spreadsheets import normal_identifier

IN_CLEAR = CaseCipher()


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
    cipher: CaseCipher = IN_CLEAR

    @property
    def number(self) -> str:
        """The case's number."""
        return self.state.number


_CASE = (
    select(Case, Unit).join(Unit, Unit.id == Case.unit_id).where(Case.number == bindparam("number"))
)
# Not against what refers to the case meanwhile, such as a reminder that is noted: the sweep would
# wait for this, and this for the sweep.
_CASE_LOCKED = _CASE.with_for_update(of=Case, key_share=True).execution_options(
    populate_existing=True
)
_CASES = (
    select(Case, Unit)
    .join(Unit, Unit.id == Case.unit_id)
    .where(Case.number.in_(bindparam("numbers", expanding=True)))
    .execution_options(populate_existing=True)
)
_COLUMNS = (
    CaseEvent.sequence,
    CaseEvent.kind,
    CaseEvent.day,
    CaseEvent.data,
    CaseEvent.actor,
    CaseEvent.recorded_at,
)
_EVENTS = (
    select(*_COLUMNS).where(CaseEvent.case_id == bindparam("case_id")).order_by(CaseEvent.sequence)
)
_EVENTS_OF = (
    select(CaseEvent.case_id, *_COLUMNS)
    .where(CaseEvent.case_id.in_(bindparam("case_ids", expanding=True)))
    .order_by(CaseEvent.case_id, CaseEvent.sequence)
)
CHUNK = 500
"""Cases that are read with one statement: SQLite takes 32,766 parameters at most."""


def load_case(session: Session, number: str, lock: bool = False) -> CaseView:
    """The case of that number; NotFound. `lock`: nobody else changes it until the transaction
    ends."""
    query = _CASE_LOCKED if lock else _CASE
    row = session.execute(query, {"number": number}).one_or_none()
    if row is None and (normal := normal_identifier(number)) != number:
        row = session.execute(query, {"number": normal}).one_or_none()
    if row is None:
        raise no_case(number)
    case, unit = row
    cipher = cipher_of(case)
    events = _events(session, case.id, cipher)
    return _view(case, unit, events, calendar_for(session, unit.path), cipher)


def cipher_of(case: Case) -> CaseCipher:
    """How what was written in a case is read; OtherKey."""
    return CaseCipher.of(case.number, case.record_key, case.forgotten_on)


def _view(
    case: Case,
    unit: Unit,
    events: Sequence[Event],
    calendar: WorkingCalendar,
    cipher: CaseCipher,
) -> CaseView:
    history = effective(events)
    state = project_history(case.number, history)
    deadlines = deadlines_of(state, history, calendar)
    return CaseView(
        case.id,
        case.version,
        case.head_hash,
        unit,
        state,
        events,
        history,
        deadlines,
        calendar,
        cipher,
    )


def load_cases(session: Session, numbers: Sequence[str]) -> dict[str, CaseView]:
    """The cases of these numbers that there are, by number, in three statements for each 500."""
    result = {}
    for start in range(0, len(numbers), CHUNK):
        rows = session.execute(_CASES, {"numbers": numbers[start : start + CHUNK]}).all()
        events: dict[int, list[Event]] = {}
        ciphers = {case.id: cipher_of(case) for case, _ in rows}
        for row in session.execute(_EVENTS_OF, {"case_ids": list(ciphers)}):
            events.setdefault(row[0], []).append(_event(ciphers[row[0]], *row[1:]))
        calendars = calendars_for(session, {unit.path for _, unit in rows})
        for case, unit in rows:
            result[case.number] = _view(
                case, unit, events[case.id], calendars[unit.path], ciphers[case.id]
            )
    return result


def no_case(number: str) -> NotFound:
    """That there is no such case, or that this person may not know of it."""
    return NotFound(
        text("Case '%(number)s' does not exist.", number=number),
        text("Check the number, or search the list of cases."),
    )


def load_events(session: Session, case_id: int) -> list[Event]:
    """All events of a case as recorded, in order."""
    return _events(session, case_id, cipher_of(session.get_one(Case, case_id)))


def _events(session: Session, case_id: int, cipher: CaseCipher) -> list[Event]:
    return [_event(cipher, *row) for row in session.execute(_EVENTS, {"case_id": case_id})]


def _event(
    cipher: CaseCipher,
    sequence: int,
    kind: str,
    day: date,
    data: str,
    actor: str,
    recorded_at: datetime,
) -> Event:
    said = cipher.decrypted(kind, _object(data))
    return Event(str(sequence), kind, day, said, actor, recorded_at)


def _object(data: str) -> dict[str, object]:
    value = json.loads(data)
    if not isinstance(value, dict):
        raise ValueError("the particulars of an event are not an object")
    return value
