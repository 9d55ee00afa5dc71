"""When the law's packs or the clock change: the projection of every case, counted anew."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit
from requestflow.calendars import calendars_for
from requestflow.cases.history import effective, project
from requestflow.cases.models import Case, CaseDeadline, CaseEvent, CountedLaw
from requestflow.cases.projection import case_row, deadlines_of, event_of, stored_deadlines
from requestflow.cases.recompute import moved_step, moves_between
from requestflow.cases.service import CaseService
from requestflow.law import WorkingCalendar, law_digest

CHUNK = 500
COUNTED = 1


def recount_for_law(session: Session, cases: CaseService, actor: Actor, now: datetime) -> int:
    """Counts every case anew where they were counted by another state of the law; how many
    changed. Due days move with an event each, so that those concerned are told; what else
    follows from the events is put right where it stands."""
    counted = session.get(CountedLaw, COUNTED)
    if counted and counted.digest == law_digest():
        return 0
    units = {unit.id: unit for unit in session.scalars(select(Unit))}
    calendars = calendars_for(session, [unit.path for unit in units.values()])
    places = {
        unit.id: (calendars[unit.path], cases.day_of(now, unit.jurisdiction))
        for unit in units.values()
    }
    after = changed = 0
    while True:
        query = select(Case).where(Case.id > after).order_by(Case.id).limit(CHUNK)
        stored = list(session.scalars(query))
        if not stored:
            break
        after = stored[-1].id
        changed += _recount(session, cases, actor, stored, places, now)
        session.expunge_all()
    session.merge(CountedLaw(id=COUNTED, digest=law_digest()))
    return changed


def _recount(
    session: Session,
    cases: CaseService,
    actor: Actor,
    stored: Sequence[Case],
    places: Mapping[int, tuple[WorkingCalendar, date]],
    now: datetime,
) -> int:
    ids = [case.id for case in stored]
    events = _by_case(session, CaseEvent, ids, CaseEvent.sequence)
    deadlines = _by_case(session, CaseDeadline, ids, CaseDeadline.id)
    rows, moved = [], []
    for case in stored:
        recorded = [event_of(row) for row in events[case.id]]
        state, history = project(case.number, recorded), effective(recorded)
        calendar, today = places[case.unit_id]
        running = stored_deadlines(state, deadlines_of(state, history, calendar))
        moves = moves_between(case.number, deadlines[case.id], running)
        if moves:
            # A day that moves is told of; that of an authority which is only known now is not.
            quiet = not any(item.before and item.after for item in moves)
            step = moved_step(moves, calendar.version, today, by_law=True)
            moved.append((case.number, step, quiet))
            continue
        row = case_row(
            state, history, calendar, case.unit_id, running, case.version, case.head_hash
        )
        if any(getattr(case, name) != value for name, value in row.items()):
            rows.append({"id": case.id, **row})
    if rows:
        session.execute(update(Case), rows)
    for number, step, quiet in moved:
        cases.take_step(session, actor, number, [step], now, quiet=quiet)
    return len(rows) + len(moved)


def _by_case(session: Session, table: Any, ids: Sequence[int], order: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {case_id: [] for case_id in ids}
    query = select(table).where(table.case_id.in_(ids)).order_by(table.case_id, order)
    for row in session.scalars(query):
        found[row.case_id].append(row)
    return found
