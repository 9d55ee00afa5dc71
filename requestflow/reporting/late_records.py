"""What was recorded into a year after a moment, and whose figures are others by it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Date,
    Select,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session, aliased

from requestflow.accounts import Unit
from requestflow.cases import (
    Case,
    CaseEvent,
    CaseState,
    Event,
    RemedyState,
    days_of,
    effective,
    event_of,
    project,
)
from requestflow.foundation import UtcDateTime
from requestflow.reported_figures import FigureChange
from requestflow.statistics import Scope, belongs

SOURCES = ("publications", "channels", "activity")
PLACING = ("received", "transferred")
"""The events that say to which unit a case belongs."""

MOVING = ("transferred", "corrected")
"""The events by which it may come to another one."""


@dataclass(frozen=True)
class LateRecord:
    """Something recorded at a moment that changes the figures of the unit of a path: a step with a
    case, or a change of a count or a reported figure, by how much (`there`: 1 where it was not
    stated before, -1 where it no longer is)."""

    path: str
    at: datetime
    case_id: int = 0
    figure: str = ""
    by: int = 0
    there: int = 0


def late_records_since(session: Session, year: int, moment: datetime) -> Sequence[LateRecord]:
    """What was recorded into a year after a moment: steps with the cases of the year's report, also
    for units that have lost them; and every change of a count or a reported figure."""
    query = _query(year, session.get_bind().dialect.name == "postgresql")
    results: list[LateRecord] = []
    events = []
    for row in session.execute(query, {"moment": moment}):
        if row.sequence:
            events.append(row)
        else:
            results.append(LateRecord(row.path, row.recorded_at, row.case_id, *row[3:6]))
    events.sort(key=lambda row: (row.case_id, row.sequence))
    return [*results, *_moved(session, events, Scope(year), moment)]


_MOMENT = bindparam("moment", type_=UtcDateTime)


@lru_cache(maxsize=32)
def _query(year: int, postgresql: bool) -> Any:
    """The statement, built once a year; `moment` is its parameter."""
    scope = Scope(year)
    # Found before they are joined: few events are late, and many cases are of the year.
    later = (
        select(CaseEvent.case_id, CaseEvent.recorded_at, CaseEvent.day, CaseEvent.kind)
        .where(
            CaseEvent.recorded_at > _MOMENT,
            or_(CaseEvent.day.between(scope.first, scope.last), CaseEvent.kind.in_(MOVING)),
        )
        .cte("later")
        .prefix_with("MATERIALIZED")
    )
    within = later.c.day.between(scope.first, scope.last)
    cases: Any = (
        select(
            Unit.path,
            later.c.recorded_at,
            later.c.case_id,
            *(literal("").label("kind"), literal(0).label("by"), literal(0).label("there")),
            literal(0).label("sequence"),
            cast(null(), Date).label("day"),
            *(literal("").label("data"), literal("").label("actor")),
        )
        .join(Case, Case.id == later.c.case_id)
        .join(Unit, Unit.id == Case.unit_id)
        .where(
            # Whether a correction changes the year is told by the case's history.
            later.c.kind != "corrected",
            or_(within, _spoken_of(later.c.case_id, scope)),
        )
    )
    moved = select(later.c.case_id).where(later.c.kind.in_(MOVING))
    return union_all(cases, _changes(year), _histories(postgresql, moved, scope))


def _spoken_of(case_id: Any, scope: Scope) -> ColumnElement[bool]:
    """Whether the year's report speaks of a case. One that was corrected out of the year was of it,
    by what had been recorded."""
    known = aliased(CaseEvent)
    was_of_it = select(known.id).where(
        known.case_id == case_id, known.day.between(scope.first, scope.last)
    )
    return or_(belongs("cases", scope), was_of_it.exists())


def _changes(year: int) -> Select[Any]:
    """The changes of counts and reported figures of a year since a moment."""
    change = FigureChange
    more: tuple[Any, ...] = (literal(0), null(), literal(""), literal(""))
    query: Any = select(
        Unit.path,
        change.at,
        literal(0),
        change.source + "|" + change.name + "|" + func.coalesce(change.measure, ""),
        func.coalesce(change.after, 0) - func.coalesce(change.before, 0),
        sql_case((change.before.is_(None), 1), else_=0)
        - sql_case((change.after.is_(None), 1), else_=0),
        *more,
    )
    result: Select[Any] = query.join(Unit, Unit.id == change.unit_id).where(
        # Named one by one, because the index begins with the source.
        change.source.in_(SOURCES),
        change.year == year,
        change.quarter == 0,
        change.at > _MOMENT,
    )
    return result


def _histories(postgresql: bool, moved: Select[Any], scope: Scope) -> Select[Any]:
    """The events of cases that may have come to another unit; those that place a case with the path
    of the unit that they name."""
    event = CaseEvent
    data = cast(event.data, JSON) if postgresql else type_coerce(event.data, JSON)
    placed = (Unit.code == data["unit"].as_string()) & event.kind.in_(PLACING)
    query: Any = select(
        func.coalesce(Unit.path, ""),
        event.recorded_at,
        event.case_id,
        event.kind,
        *(literal(0), literal(0)),
        *(event.sequence, event.day, event.data, event.actor),
    )
    result: Select[Any] = (
        query.join(Case, Case.id == event.case_id)
        .outerjoin(Unit, placed)
        .where(event.case_id.in_(moved), _spoken_of(Case.id, scope))
    )
    return result


def _moved(
    session: Session, events: Sequence[Any], scope: Scope, moment: datetime
) -> Iterator[LateRecord]:
    """The cases that count otherwise since a moment: for the unit that has them no more, because
    they were transferred or a correction says that they never came to it; and for the unit that has
    them, where a correction changes what the year's figures hold."""
    results = [item for item in _changed(events, scope) if item[2] > moment]
    paths = {event_of(row).data["unit"]: row.path for row in events if row.path}
    rest = {unit for _, unit, _ in results} - paths.keys()
    if rest:
        # Units that only corrections name.
        units: Any = select(Unit.code, Unit.path).where(Unit.code.in_(rest))
        paths |= dict(session.execute(units).all())
    return (LateRecord(paths[unit], at, case_id) for case_id, unit, at in results)


def _changed(events: Iterable[Any], scope: Scope) -> Iterator[tuple[int, str, datetime]]:
    """Which case counts otherwise for which unit, and when that was recorded."""
    for case_id, rows in groupby(events, key=lambda row: row.case_id):
        sentences: list[Event] = []
        before: CaseState | None = None
        for row in rows:
            event = event_of(row)
            history = effective(sentences)
            sentences.append(event)
            if row.kind not in (*PLACING, *MOVING):
                continue
            after = project("", sentences)
            if before is not None and after.unit != before.unit:
                yield case_id, before.unit, row.recorded_at
            if row.kind == "corrected" and _otherwise(history, event, after, scope):
                yield case_id, after.unit, row.recorded_at
            before = after


def _otherwise(history: Sequence[Event], correction: Event, after: CaseState, scope: Scope) -> bool:
    """Whether a correction changes something in a year, or what its figures hold of the case."""
    within = any(scope.first <= day <= scope.last for day in days_of(history, correction))
    return within or _held(project("", history), scope) != _held(after, scope)


def _held(state: CaseState, scope: Scope) -> tuple[Any, ...]:
    """What a year's figures may hold of a case."""
    remedies = tuple(
        (item.kind, item.after_reconsideration, item.filed_on, *_ended(item, scope, "result"))
        for item in state.remedies
        if item.filed_on <= scope.last
    )
    over_before = state.concluded_on is not None and state.concluded_on < scope.first
    if state.received_on > scope.last or over_before:
        return (remedies,)
    received_before = state.received_on < scope.first
    fees = state.fee_charged, state.fee_waived
    ended = _ended(state, scope, "outcome", "ground")
    return received_before, state.law, state.applicant_kind, *ended, *fees, remedies


def _ended(item: CaseState | RemedyState, scope: Scope, *names: str) -> tuple[Any, ...]:
    """Whether something was concluded by the end of a year, and how."""
    if item.concluded_on is None or item.concluded_on > scope.last:
        return (False,)
    return True, *(getattr(item, name) for name in names)
