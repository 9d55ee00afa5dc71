"""The one door: every change of a case goes through here, whoever asks for it.

Load with version, ask the policy, ask the lifecycle, append events, project, tell the
listeners; all in the caller's one transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, deputising_for, require, unit_by_code
from requestflow.calendars import calendar_for, calendars_for
from requestflow.cases import journal, lifecycle
from requestflow.cases.change import CaseChange, NewCase, language_of
from requestflow.cases.commands import History, Opening, Step, received_data
from requestflow.cases.correction import changed_keys, corrected_history
from requestflow.cases.errors import CaseChanged, StepRefused
from requestflow.cases.events import GENESIS, Event, effective
from requestflow.cases.guards import not_in_the_future
from requestflow.cases.locked_periods import (
    PeriodLocks,
    add_late_reason,
    period_locks,
    require_late_reason,
)
from requestflow.cases.models import Case, CaseDeadline, CaseEvent, Consultation, Party, Remedy
from requestflow.cases.numbering import next_number
from requestflow.cases.particulars import validate_particulars
from requestflow.cases.parties import party_row, serialize_party
from requestflow.cases.permission import may_know, require_step
from requestflow.cases.projection import (
    case_row,
    consultation_rows,
    deadline_rows,
    deadlines_of,
    event_of,
    remedy_rows,
    stored_deadlines,
)
from requestflow.cases.state import CaseState, apply, project
from requestflow.cases.step_context import StepContext
from requestflow.cases.step_preview import StepPreview, require_countable
from requestflow.foundation import NotFound, text
from requestflow.law import Deadline, WorkingCalendar
from requestflow.law.loading import law_pack

Listener = Callable[[Session, Sequence[CaseChange], datetime], None]


@dataclass(frozen=True)
class CaseService:
    """Changes cases. `zone` is the body's own; listeners run in the same transaction."""

    zone: ZoneInfo
    listeners: tuple[Listener, ...] = ()

    def open(self, session: Session, actor: Actor, opening: Opening, now: datetime) -> str:
        """Opens a case and gives its number; StepRefused, Refused."""
        unit = unit_by_code(session, opening.unit)
        require(actor, "case.apply" if actor.role == "applicant" else "case.register", unit.path)
        number = opening.number or next_number(session, unit, opening.received_on.year)
        histories = [History(opening, (), number)]
        self.record(session, actor, histories, {unit.code: unit}, now, quiet=False)
        return number

    def take(
        self,
        session: Session,
        actor: Actor,
        number: str,
        steps: Sequence[Step],
        now: datetime,
        version: int | None = None,
        imported: bool = False,
    ) -> CaseState:
        """Takes steps of a case, all or none.

        `version` is the one the person saw; CaseChanged where it is no longer the case's.
        Raises StepRefused, Refused, NotFound.
        """
        case, unit = self.hold(session, actor, number, version)
        events = load_events(session, case.id)
        if imported:
            require(actor, "case.import", unit.path)
        state, added = self._judge(session, actor, unit, number, events, steps, now, imported)
        after = unit_by_code(session, state.unit) if state.unit != unit.code else unit
        self._require_reason(session, (unit, after), events, added)
        unit = after
        self._append(session, case, unit, state, events, added, now, quiet=imported)
        return state

    def foresee(
        self, session: Session, actor: Actor, number: str, steps: Sequence[Step], now: datetime
    ) -> StepPreview:
        """What steps would make of a case; nothing is stored. Raises what `take` would."""
        case, unit = self._found(session, actor, number)
        events = load_events(session, case.id)
        calendar = calendar_for(session, unit.path)
        before = deadlines_of(project(number, events), effective(events), calendar)
        state, added = self._judge(session, actor, unit, number, events, steps, now, False)
        self._require_reason(session, (unit, unit_by_code(session, state.unit)), events, added)
        after = deadlines_of(state, effective([*events, *added]), calendar)
        return StepPreview(state, before, after, (*events, *added))

    def hold(
        self, session: Session, actor: Actor, number: str, version: int | None = None
    ) -> tuple[Case, Unit]:
        """Locks a case for the rest of the transaction, before anything that refers to it is
        written; raises CaseChanged where it is no longer at `version`, and NotFound."""
        case, unit = self._found(session, actor, number, lock=True)
        if version is not None and version != case.version:
            raise _changed(number, load_events(session, case.id), version)
        return case, unit

    def _found(
        self, session: Session, actor: Actor, number: str, lock: bool = False
    ) -> tuple[Case, Unit]:
        query = select(Case).where(Case.number == number)
        if lock:
            # Not against what refers to the case meanwhile, such as a reminder that is noted: the
            # sweep would wait for this, and this for the sweep.
            query = query.with_for_update(key_share=True)
            query = query.execution_options(populate_existing=True)
        case = session.scalar(query)
        unit = session.get(Unit, case.unit_id) if case else None
        if case is None or unit is None or not may_know(session, actor, number, case.id, unit):
            raise NotFound(text("There is no case '%(number)s'.", number=number))
        return case, unit

    def _judge(
        self,
        session: Session,
        actor: Actor,
        unit: Unit,
        number: str,
        events: Sequence[Event],
        steps: Sequence[Step],
        now: datetime,
        imported: bool,
    ) -> tuple[CaseState, list[Event]]:
        today = now.astimezone(self.zone).date()
        added: list[Event] = []
        state, history = project(number, events), effective(events)
        calendar = calendar_for(session, unit.path)
        for step in steps:
            given = lifecycle.complete_particulars(state, step.kind, step.day, dict(step.data))
            if step.kind == "signed":
                given["deputising_for"] = deputising_for(actor, "case.sign", unit.path)
            data = validate_particulars(step.kind, given)
            key = str(len(events) + len(added) + 1)
            event = Event(key, step.kind, step.day, data, actor.name, now)
            if not imported:
                require_step(actor, unit, state, step.kind, data)
            not_in_the_future(event, today)
            if step.kind == "corrected":
                strict = frozenset() if imported else changed_keys(event)
                history = corrected_history(history, event, today, lenient=imported)
                state = self.replayed(number, history, calendar, unit.on_the_spot, strict)
            else:
                lifecycle.check(
                    StepContext(
                        state, history, event, law_pack(state.law), calendar, unit.on_the_spot
                    ),
                    imported=imported,
                )
                state, history = apply(state, event), [*history, event]
            added.append(event)
        require_countable(state, history, calendar)
        return state, added

    def _require_reason(
        self,
        session: Session,
        units: Sequence[Unit],
        events: Sequence[Event],
        added: Sequence[Event],
    ) -> None:
        """Refuses what falls into a year that the units have handed in, and gives no reason."""
        years = period_locks(session).years_of(unit.path for unit in units)
        require_late_reason(years, effective(events), added)

    def replayed(
        self,
        number: str,
        history: Sequence[Event],
        calendar: WorkingCalendar,
        on_the_spot: bool = False,
        strict: frozenset[str] = frozenset(),
    ) -> CaseState:
        """The state after a whole history; StepRefused where it is not possible. The events of
        the keys in `strict` must be lawful as if they were taken now."""

        def moment(state: CaseState, before: Sequence[Event], event: Event) -> StepContext:
            return StepContext(state, before, event, law_pack(state.law), calendar, on_the_spot)

        return lifecycle.replay(number, history, moment, strict)

    def _append(
        self,
        session: Session,
        case: Case,
        unit: Unit,
        state: CaseState,
        events: Sequence[Event],
        added: Sequence[Event],
        now: datetime,
        quiet: bool,
    ) -> None:
        """Writes new events and the projection of the whole; the version guards the row."""
        rows, head = journal.rows(case.id, case.number, case.head_hash, case.version, added, now)
        session.execute(insert(CaseEvent), rows)
        calendar = calendar_for(session, unit.path)
        history = effective([*events, *added])
        running = stored_deadlines(state, history, calendar)
        version = case.version + len(added)
        row = case_row(state, history, calendar, unit.id, running, version, head)
        done = session.execute(
            update(Case)
            .where(Case.id == case.id, Case.version == case.version)
            .values(row)
            .execution_options(synchronize_session=False)
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]
            raise _changed(case.number, events, case.version)
        for table in (CaseDeadline, Remedy, Consultation):
            session.execute(delete(table).where(table.case_id == case.id))
        _insert(session, CaseDeadline, deadline_rows(case.id, running))
        _insert(session, Remedy, remedy_rows(case.id, unit.id, state))
        _insert(session, Consultation, _asked_units(session, case.id, state, running))
        session.expire(case)
        change = CaseChange(
            case.id,
            unit,
            state,
            running,
            calendar,
            () if quiet else added,
            history,
            corrected=any(event.kind == "corrected" for event in added),
            language=language_of(events[0]),
        )
        self._tell(session, [change], now)

    def record(
        self,
        session: Session,
        actor: Actor,
        histories: Sequence[History],
        units: Mapping[str, Unit],
        now: datetime,
        quiet: bool = True,
        late_reason: str | None = None,
    ) -> None:
        """Opens many cases with what happened to them, in one go (registers, demo data).

        `units` holds every unit that the histories name; unless `quiet`, those concerned are
        told. `late_reason` is given to what falls into a year whose figures have been handed in.
        Raises StepRefused for a history that is not possible; nothing of the batch is stored then.
        """
        today = now.astimezone(self.zone).date()
        named = {item.opening.unit for item in histories}
        calendars = calendars_for(session, {units[code].path for code in named})
        locked = period_locks(session)
        built = [
            self._made(actor, item, units, calendars, now, today, locked, late_reason)
            for item in histories
        ]
        if not built:
            return
        _insert(session, Case, [item.row for item in built])
        numbers = [item.state.number for item in built]
        stored = select(Case.number, Case.id).where(Case.number.in_(numbers))
        ids = {number: case_id for number, case_id in session.execute(stored)}  # noqa: C416
        pairs = [(ids[item.state.number], item) for item in built]
        event_rows = [row for i, m in pairs for row in m.events(i)]
        _insert(session, CaseEvent, event_rows)
        _insert(session, Party, [{**m.party, "case_id": i} for i, m in pairs if m.party])
        _insert(session, CaseDeadline, [r for i, m in pairs for r in deadline_rows(i, m.running)])
        _insert(session, Remedy, [r for i, m in pairs for r in remedy_rows(i, m.unit.id, m.state)])
        requested = [r for i, m in pairs for r in _asked_units(session, i, m.state, m.running)]
        _insert(session, Consultation, requested)
        self._tell(session, [m.change(i, quiet) for i, m in pairs], now)

    def _made(
        self,
        actor: Actor,
        history: History,
        units: Mapping[str, Unit],
        calendars: Mapping[str, WorkingCalendar],
        now: datetime,
        today: date,
        locked: PeriodLocks,
        late_reason: str | None,
    ) -> NewCase:
        opening = history.opening
        unit = units[opening.unit]
        if history.steps:
            require(actor, "case.import", unit.path)
        if opening.received_on > today:
            raise StepRefused(
                text("The day %(day)s has not come.", day=opening.received_on), "received_on"
            )
        salt, digest, details = serialize_party(opening.party)
        first = Event(
            "1",
            "received",
            opening.received_on,
            received_data(opening, digest if opening.party else None),
            actor.name,
            now,
        )
        events = [first]
        for place, step in enumerate(history.steps, 2):
            who = str(step.data.get("_actor", actor.name))
            data = {key: value for key, value in step.data.items() if key != "_actor"}
            event = Event(
                str(place), step.kind, step.day, validate_particulars(step.kind, data), who, now
            )
            not_in_the_future(event, today)
            events.append(event)
        codes = {unit.code, *(e.data["unit"] for e in events if e.kind == "transferred")}
        years = locked.years_of(units[code].path for code in codes if code in units)
        events = add_late_reason(events, years, late_reason)
        require_late_reason(years, (), events)
        calendar = calendars[unit.path]
        state = self.replayed(history.number, events, calendar)
        unit = units[state.unit]
        history_now = effective(events)
        running = stored_deadlines(state, history_now, calendar)
        rows, head = journal.rows(0, history.number, GENESIS, 0, events, now)
        return NewCase(
            unit,
            state,
            running,
            calendar,
            rows,
            events,
            party_row(opening.party, salt, details) if opening.party else None,
            opening.party,
            case_row(state, history_now, calendar, unit.id, running, len(events), head),
        )

    def _tell(self, session: Session, changes: Sequence[CaseChange], now: datetime) -> None:
        for listener in self.listeners:
            listener(session, changes, now)


def _asked_units(
    session: Session, case_id: int, state: CaseState, running: Sequence[Deadline]
) -> list[dict[str, Any]]:
    codes = {item.unit for item in state.consultations if item.unit}
    ids = {code: unit_by_code(session, code).id for code in codes}
    return consultation_rows(case_id, state, running, ids)


def load_events(session: Session, case_id: int) -> list[Event]:
    """All events of a case as recorded, in order."""
    query = select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.sequence)
    return [event_of(row) for row in session.scalars(query)]


def _insert(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table.__table__), rows)


def _changed(number: str, events: Sequence[Event], version: int) -> CaseChanged:
    since = tuple(event.kind for event in events[version:])
    return CaseChanged(
        text("Case %(number)s has changed since you opened it.", number=number),
        text("Look at what is new, then take your step again."),
        since,
    )
