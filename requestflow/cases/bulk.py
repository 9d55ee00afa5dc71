"""Opening cases with what happened to them, one or many at once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, require
from requestflow.calendars import calendars_for
from requestflow.cases import journal, lifecycle
from requestflow.cases.change import CaseChange, NewCase
from requestflow.cases.commands import History, received_data
from requestflow.cases.errors import StepRefused
from requestflow.cases.events import GENESIS, Event
from requestflow.cases.history import apply, effective, received
from requestflow.cases.locked_periods import (
    PeriodLocks,
    add_late_reason,
    period_locks,
    require_late_reason,
)
from requestflow.cases.models import (
    Case,
    CaseDeadline,
    CaseEvent,
    CaseWords,
    Consultation,
    Party,
    Remedy,
)
from requestflow.cases.parties import party_row, serialize_party
from requestflow.cases.projection import (
    case_row,
    consultation_rows,
    deadline_rows,
    deadlines_to_store,
    insert_rows,
    remedy_rows,
)
from requestflow.cases.state import CaseState
from requestflow.cases.steps import StepContext, validate_particulars
from requestflow.cases.steps.days import require_possible_days
from requestflow.cases.steps.remedies import something_to_attack
from requestflow.cases.written import CaseCipher
from requestflow.foundation import text
from requestflow.law import WorkingCalendar, law_pack

OnRefused = Callable[[str, StepRefused], None]
"""Hears of the number of a case that cannot be, and why."""


def replay(
    number: str,
    history: Sequence[Event],
    calendar: WorkingCalendar,
    on_the_spot: bool = False,
    strict: frozenset[str] = frozenset(),
) -> CaseState:
    """The state after a whole history; StepRefused where it is not possible. The events of the
    keys in `strict` must be lawful as if they were taken now."""

    def context(state: CaseState, before: Sequence[Event], event: Event) -> StepContext:
        return StepContext(state, before, event, law_pack(state.law), calendar, on_the_spot)

    return lifecycle.replay(number, history, context, strict)


def remedies_without_cause(
    number: str, history: Sequence[Event], calendar: WorkingCalendar
) -> dict[str, StepRefused]:
    """The remedies, by key, that were filed while there was nothing to attack: no decision, and no
    due day that had passed in silence."""
    state = received(number, history[0])
    refused = {}
    for place, event in enumerate(history[1:], 1):
        if event.kind == "remedy_filed":
            context = StepContext(state, history[:place], event, law_pack(state.law), calendar)
            try:
                something_to_attack(context)
            except StepRefused as error:
                refused[str(event.data["remedy"])] = error
        state = apply(state, event)
    return refused


def open_histories(
    session: Session,
    actor: Actor,
    histories: Sequence[History],
    units: Mapping[str, Unit],
    now: datetime,
    day_of: Callable[[datetime, str], date],
    late_reason: str | None,
    quiet: bool,
    on_refused: OnRefused | None = None,
) -> list[CaseChange]:
    """Stores new cases with their histories; what the listeners are told. `units` holds every
    unit that the histories name, `day_of` gives the day of a jurisdiction. `on_refused` hears of
    those that are not possible, which are left out; without it the first of them raises
    StepRefused. Refused."""
    named = {item.opening.unit for item in histories}
    calendars = calendars_for(session, {units[code].path for code in named})
    locked = period_locks(session)
    built = []
    for item in histories:
        try:
            new = _new_case(actor, item, units, calendars, now, day_of, locked, late_reason)
        except StepRefused as error:
            if on_refused is None or error.field == "late_reason":
                raise
            on_refused(item.number, error)
            continue
        built.append(new)
    if not built:
        return []
    # Told apart by number: rows that must come back in order are inserted one by one, and so are
    # those of a mapped class.
    table = Case.__table__
    returning = insert(table).returning(table.c.number, table.c.id)  # type: ignore[arg-type]
    rows = [{**item.row, "chain_keyed": True} for item in built]
    stored = session.execute(returning, rows)
    ids: dict[str, int] = {number: case_id for number, case_id in stored}  # noqa: C416 - rows
    pairs = [(ids[item.state.number], item) for item in built]
    insert_rows(session, CaseEvent, [row for i, new in pairs for row in new.events(i)])
    session.execute(insert(CaseWords), [row for i, new in pairs for row in new.words(i)])
    parties = [{**new.party, "case_id": i} for i, new in pairs if new.party]
    insert_rows(session, Party, parties)
    deadlines = [row for i, new in pairs for row in deadline_rows(i, new.running)]
    insert_rows(session, CaseDeadline, deadlines)
    remedies = [row for i, new in pairs for row in remedy_rows(i, new.unit.id, new.state)]
    insert_rows(session, Remedy, remedies)
    codes = {code: unit.id for code, unit in units.items()}
    consultations = [
        row for i, new in pairs for row in consultation_rows(i, new.state, new.running, codes)
    ]
    insert_rows(session, Consultation, consultations)
    return [new.change(i, quiet) for i, new in pairs]


def _new_case(
    actor: Actor,
    history: History,
    units: Mapping[str, Unit],
    calendars: Mapping[str, WorkingCalendar],
    now: datetime,
    day_of: Callable[[datetime, str], date],
    locked: PeriodLocks,
    late_reason: str | None,
) -> NewCase:
    opening = history.opening
    unit = units[opening.unit]
    if history.steps:
        require(actor, "case.import", unit.path)
    salt, digest, details = serialize_party(opening.party)
    party = digest if opening.party else None
    where = unit.jurisdiction
    events = _events(actor, history, party, where, now, day_of(now, where))
    codes = {unit.code, *(e.data["unit"] for e in events if e.kind == "transferred")}
    years = locked.years_of(units[code].path for code in codes if code in units)
    events = add_late_reason(events, years, late_reason)
    require_late_reason(years, (), events)
    calendar = calendars[unit.path]
    state = replay(history.number, events, calendar)
    unit = units[state.unit]
    standing = effective(events)
    running = deadlines_to_store(state, standing, calendar)
    cipher = CaseCipher.make(history.number)
    rows, head = journal.rows(0, history.number, GENESIS, 0, events, now, cipher)
    return NewCase(
        unit,
        state,
        running,
        calendar,
        rows,
        events,
        party_row(opening.party, salt, details) if opening.party else None,
        opening.party,
        {
            **case_row(state, standing, calendar, unit.id, running, len(events), head),
            "subject": cipher.encrypt(state.subject),
            "record_key": cipher.record_key(),
        },
    )


def _events(
    actor: Actor,
    history: History,
    party: str | None,
    jurisdiction: str,
    now: datetime,
    today: date,
) -> list[Event]:
    """The receipt and the steps of a new case as events."""
    opening = history.opening
    if opening.received_on > today:
        raise StepRefused(
            text("Date must be today or in the past: %(day)s.", day=opening.received_on),
            "received_on",
        )
    data = received_data(opening, party, jurisdiction)
    events = [Event("1", "received", opening.received_on, data, actor.name, now)]
    for place, step in enumerate(history.steps, 2):
        who = str(step.data.get("_actor", actor.name))
        given = {key: value for key, value in step.data.items() if key != "_actor"}
        data = validate_particulars(step.kind, given)
        event = Event(str(place), step.kind, step.day, data, who, now)
        require_possible_days(event, today, opening.received_on)
        events.append(event)
    return events
