"""The one place through which a case changes, whoever asks for it.

`evaluate` asks the policy and the lifecycle what steps would make of a case, once; `append` writes
that down, projects it and notifies the listeners, all in the caller's one transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, can, deputising_for, require, unit_by_code
from requestflow.calendars import version_of
from requestflow.cases import journal, lifecycle
from requestflow.cases.bulk import OnRefused, open_histories, replay
from requestflow.cases.change import CaseChange, language_of
from requestflow.cases.commands import History, Opening, Step
from requestflow.cases.correction import changed_keys, corrected_history
from requestflow.cases.errors import CaseChanged
from requestflow.cases.events import Event
from requestflow.cases.history import apply
from requestflow.cases.loading import CaseView, load_case, no_case
from requestflow.cases.locked_periods import period_locks, require_late_reason
from requestflow.cases.models import Case, CaseDeadline, CaseEvent, Consultation, Remedy
from requestflow.cases.numbering import next_number
from requestflow.cases.permission import may_know, require_step
from requestflow.cases.projection import (
    case_row,
    consultation_rows,
    deadline_rows,
    insert_rows,
    remedy_rows,
    stored_deadlines,
    unit_ids_by_code,
)
from requestflow.cases.search_words import store_words, words_of_subject
from requestflow.cases.state import CaseState
from requestflow.cases.step_preview import StepPreview, countable_deadlines
from requestflow.cases.steps import (
    CompletionContext,
    StepContext,
    definition,
    validate_particulars,
)
from requestflow.cases.steps.days import require_possible_days
from requestflow.foundation import text
from requestflow.law import HOME, Zones, law_pack

Listener = Callable[[Session, Sequence[CaseChange], datetime], None]


@dataclass(frozen=True)
class CaseService:
    """Changes cases. `zones` are the units' own; listeners run in the same transaction."""

    zones: Zones
    listeners: tuple[Listener, ...] = ()

    def open(self, session: Session, actor: Actor, opening: Opening, now: datetime) -> str:
        """Opens a case and gives its number; StepRefused, Refused."""
        return self.open_case(session, actor, opening, now).state.number

    def open_case(
        self,
        session: Session,
        actor: Actor,
        opening: Opening,
        now: datetime,
        unit: Unit | None = None,
    ) -> CaseChange:
        """The same; the case as it was opened. `unit` where it was read already."""
        unit = unit or unit_by_code(session, opening.unit)
        require(actor, "case.apply" if actor.role == "applicant" else "case.register", unit.path)
        number = opening.number or next_number(session, unit, opening.received_on.year)
        histories, units = [History(opening, (), number)], {unit.code: unit}
        (change,) = self.record(session, actor, histories, units, now, quiet=False)
        return change

    def load(
        self,
        session: Session,
        actor: Actor,
        number: str,
        version: int | None = None,
        lock: bool = False,
        assigning: bool = False,
    ) -> CaseView:
        """A case for whoever may know of it; CaseChanged where it is no longer at the `version`
        that was seen, NotFound. `lock`: it stays as it is until the transaction ends. `assigning`:
        whoever only says who is in charge need not read it."""
        case = load_case(session, number, lock)
        assigns = assigning and can(actor, "case.assign", case.unit.path)
        if not (assigns or may_know(session, actor, number, case.id, case.unit)):
            raise no_case(number)
        require_version(case, version)
        return case

    def take_step(
        self,
        session: Session,
        actor: Actor,
        number: str,
        steps: Sequence[Step],
        now: datetime,
        version: int | None = None,
        imported: bool = False,
        quiet: bool = False,
    ) -> CaseState:
        """Takes steps of a case, all or none.

        `version` is the one the person saw; CaseChanged where it is no longer the case's. Nobody
        is told of what is `quiet` or imported.
        Raises StepRefused, Refused, NotFound.
        """
        assigning = all(step.kind == "assigned" for step in steps)
        case = self.load(session, actor, number, version, True, assigning)
        preview = self.evaluate(session, actor, case, steps, now, imported)
        self.append(session, preview, now, quiet=imported or quiet)
        return preview.state

    def preview(
        self, session: Session, actor: Actor, number: str, steps: Sequence[Step], now: datetime
    ) -> StepPreview:
        """What steps would make of a case; nothing is stored. Raises what `take_step` would."""
        preview = self.evaluate(session, actor, self.load(session, actor, number), steps, now)
        self.require_reason(session, preview)
        return preview

    def evaluate(
        self,
        session: Session,
        actor: Actor,
        case: CaseView,
        steps: Sequence[Step],
        now: datetime,
        imported: bool = False,
    ) -> StepPreview:
        """What steps would make of a loaded case. Raises StepRefused and Refused."""
        unit = case.unit
        if imported:
            require(actor, "case.import", unit.path)
        today = self.day_of(now, unit.jurisdiction)
        state, history, added = case.state, case.history, list[Event]()
        for step in steps:
            data = self._completed(session, actor, case, added, history, state, step)
            key = str(len(case.events) + len(added) + 1)
            event = Event(key, step.kind, step.day, data, actor.name, now)
            if not imported:
                require_step(actor, unit, state, step.kind, data)
            require_possible_days(event, today, state.received_on)
            if step.kind == "corrected":
                lifecycle.require_remembered(state, step.kind)
                history = corrected_history(history, event, today, lenient=imported)
                strict = frozenset() if imported else changed_keys(event)
                state = replay(case.number, history, case.calendar, unit.on_the_spot, strict)
            else:
                context = StepContext(
                    state, history, event, law_pack(state.law), case.calendar, unit.on_the_spot
                )
                lifecycle.check(context, imported=imported)
                state, history = apply(state, event), [*history, event]
            added.append(event)
        deadlines = countable_deadlines(state, history, case.calendar)
        after = unit if state.unit == unit.code else unit_by_code(session, state.unit)
        return StepPreview(case, after, state, added, history, deadlines)

    def day_of(self, now: datetime, jurisdiction: str = HOME) -> date:
        """The day in the zone of the units of a jurisdiction."""
        return self.zones.day_of(now, jurisdiction)

    def _completed(
        self,
        session: Session,
        actor: Actor,
        case: CaseView,
        added: Sequence[Event],
        history: Sequence[Event],
        state: CaseState,
        step: Step,
    ) -> dict[str, Any]:
        """The particulars of a step with what the case itself knows put in, validated."""
        known = CompletionContext(
            state,
            history,
            [*case.events, *added],
            law_pack(state.law),
            step.day,
            lambda code: unit_by_code(session, code).name,
        )
        data = definition(step.kind).complete(known, dict(step.data))
        if step.kind == "signed":
            data["deputising_for"] = deputising_for(actor, "case.sign", case.unit.path)
        return validate_particulars(step.kind, data)

    def require_reason(self, session: Session, preview: StepPreview) -> None:
        """Refuses what falls into a year that the units have handed in, and gives no reason."""
        paths = (preview.before.unit.path, preview.unit.path)
        years = period_locks(session).years_of(paths)
        require_late_reason(years, preview.before.history, preview.added)

    def append(
        self, session: Session, preview: StepPreview, now: datetime, quiet: bool = False
    ) -> None:
        """Writes down what was evaluated, and the projection of the whole; CaseChanged where the
        case, or the calendar it was counted with, is no longer what it was then."""
        case, added = preview.before, preview.added
        self.require_reason(session, preview)
        rows, head = journal.rows(
            case.id, case.number, case.head_hash, case.version, added, now, case.cipher
        )
        running = stored_deadlines(preview.state, preview.deadlines)
        version = case.version + len(added)
        unit = preview.unit
        row = case_row(
            preview.state, preview.history, case.calendar, unit.id, running, version, head
        )
        if preview.state.subject != case.state.subject:
            row["subject"] = case.cipher.encrypt(preview.state.subject)
            store_words(session, case.id, words_of_subject(preview.state.subject))
        same_calendar = version_of(session) == case.calendar.version
        done = session.execute(
            update(Case)
            .where(Case.id == case.id, Case.version == case.version)
            .values(row)
            .execution_options(synchronize_session=False)
        )
        if done.rowcount != 1 or not same_calendar:  # type: ignore[attr-defined]
            raise _changed(load_case(session, case.number), case.version)
        session.execute(insert(CaseEvent), rows)
        _project(session, preview, running)
        change = CaseChange(
            case.id,
            unit,
            preview.state,
            running,
            case.calendar,
            () if quiet else added,
            preview.history,
            corrected=any(event.kind == "corrected" for event in added),
            language=language_of(case.events[0]),
        )
        self._notify(session, [change], now)

    def record(
        self,
        session: Session,
        actor: Actor,
        histories: Sequence[History],
        units: dict[str, Unit],
        now: datetime,
        quiet: bool = True,
        late_reason: str | None = None,
        on_refused: OnRefused | None = None,
    ) -> Sequence[CaseChange]:
        """Opens many cases with what happened to them, in one go (registers, demo data).

        `units` holds every unit that the histories name; unless `quiet`, those concerned are
        told. `late_reason` is given to what falls into a year whose figures have been handed in.
        `on_refused` hears of histories that are not possible, which are left out; without it the
        first raises StepRefused, and nothing of the batch is stored.
        """
        changes = open_histories(
            session, actor, histories, units, now, self.day_of, late_reason, quiet, on_refused
        )
        if changes:
            self._notify(session, changes, now)
        return changes

    def _notify(self, session: Session, changes: Sequence[CaseChange], now: datetime) -> None:
        for listener in self.listeners:
            listener(session, changes, now)


def _project(session: Session, preview: StepPreview, running: Sequence[Any]) -> None:
    """Brings the tables beside `cases` up to the new state, where they are not."""
    before, state, unit_id = preview.before, preview.state, preview.unit.id
    case_id, moved = before.id, before.unit.id != unit_id
    rows = deadline_rows(case_id, running)
    earlier = deadline_rows(case_id, stored_deadlines(before.state, before.deadlines))
    # Where the calendar changed, what is stored was counted by the earlier one.
    recounted = any(event.kind == "due_days_moved" for event in preview.added)
    if recounted or earlier != rows:
        session.execute(delete(CaseDeadline).where(CaseDeadline.case_id == case_id))
        insert_rows(session, CaseDeadline, rows)
    if before.state.remedies != state.remedies or (moved and state.remedies):
        session.execute(delete(Remedy).where(Remedy.case_id == case_id))
        insert_rows(session, Remedy, remedy_rows(case_id, unit_id, state))
    if before.state.consultations or state.consultations:
        session.execute(delete(Consultation).where(Consultation.case_id == case_id))
        ids = unit_ids_by_code(session, [state])
        insert_rows(session, Consultation, consultation_rows(case_id, state, running, ids))


def require_version(case: CaseView, version: int | None) -> None:
    """Raises CaseChanged where a case is no longer as somebody saw it."""
    if version is not None and version != case.version:
        raise _changed(case, version)


def _changed(case: CaseView, version: int) -> CaseChanged:
    return CaseChanged(
        text("Case %(number)s has changed since you opened it.", number=case.number),
        text("Review the changes, then try again."),
        tuple(event.kind for event in case.events[version:]),
    )
