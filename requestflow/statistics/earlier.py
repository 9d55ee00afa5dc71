"""The figures as they were known at an earlier moment.

Counted from what is stored now, less what was recorded since: of the cases that changed after the
moment, what they are now is taken away and what their events made of them then is put in. So it
costs what changed, and every record goes through the same statement as today's.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Integer, String, literal, or_, select, union_all
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.cases import Case, CaseEvent, CaseState, Remedy, effective, project
from requestflow.cases.projection import crosses_year, event_of, remedy_rows
from requestflow.law.forms import Measure, Source
from requestflow.publications import FigureChange
from requestflow.statistics.groups import Group, Scope, column_names, grouped, parts_of, read

CHUNK = 400
TYPES: Mapping[str, Any] = {
    "unit_id": Integer,
    "received_on": Date,
    "concluded_on": Date,
    "filed_on": Date,
    "crosses_year": Boolean,
    "fee_charged": BigInteger,
    "fee_waived": BigInteger,
}


def groups_then(
    session: Session, source: Source, scope: Scope, moment: datetime, by_unit: bool
) -> list[Group]:
    """What must be added to today's groups to have those of the moment; sums may be negative."""
    if source in ("cases", "remedies"):
        return list(_of_cases(session, source, scope, moment, by_unit))
    return list(_of_counts(session, source, scope, moment, by_unit))


def settled(found: Sequence[Group]) -> list[Group]:
    """Groups of the same kind put together; those of which nothing is left are gone, as if they
    had never been counted."""
    together: dict[tuple[Any, ...], Group] = {}
    for group in found:
        key = (*group.values.items(), group.unit_id)
        known = together.get(key)
        before: Mapping[Measure, int] = known.sums if known else {}
        sums = {name: before.get(name, 0) + value for name, value in group.sums.items()}
        together[key] = Group(group.values, group.unit_id, sums)
    return [group for group in together.values() if any(group.sums.values())]


def _of_cases(
    session: Session, source: Source, scope: Scope, moment: datetime, by_unit: bool
) -> Iterator[Group]:
    changed = select(CaseEvent.case_id).where(CaseEvent.recorded_at > moment).distinct()
    ids = list(session.scalars(changed.order_by(CaseEvent.case_id)))
    units = dict(session.execute(select(Unit.code, Unit.id)).all())
    for place in range(0, len(ids), CHUNK):
        chunk = ids[place : place + CHUNK]
        yield from _counted(session, source, scope, _now(session, source, chunk), by_unit, -1)
        then = _then(session, source, chunk, moment, units)
        yield from _counted(session, source, scope, then, by_unit, 1)


def _names(source: Source) -> tuple[str, ...]:
    return (*column_names(source), "crosses_year")


def _now(session: Session, source: Source, ids: Sequence[int]) -> list[dict[str, Any]]:
    table: Any = Case if source == "cases" else Remedy
    key = Case.id if source == "cases" else Remedy.case_id
    columns = [getattr(table, name) for name in _names(source)]
    return [dict(row._mapping) for row in session.execute(select(*columns).where(key.in_(ids)))]


def _then(
    session: Session,
    source: Source,
    ids: Sequence[int],
    moment: datetime,
    units: Mapping[str, int],
) -> list[dict[str, Any]]:
    """The rows that the events recorded until then make."""
    query = (
        select(CaseEvent, Case.number)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(CaseEvent.case_id.in_(ids), CaseEvent.recorded_at <= moment)
        .order_by(CaseEvent.case_id, CaseEvent.sequence)
    )
    histories: dict[tuple[int, str], list[Any]] = {}
    for event, number in session.execute(query):
        histories.setdefault((event.case_id, number), []).append(event_of(event))
    rows: list[dict[str, Any]] = []
    for (case_id, number), events in histories.items():
        if not effective(events):
            continue
        state = project(number, events)
        if source == "cases":
            rows.append(_case(state, units[state.unit]))
        else:
            rows += remedy_rows(case_id, units[state.unit], state)
    return [{name: row[name] for name in _names(source)} for row in rows]


def _case(state: CaseState, unit_id: int) -> dict[str, Any]:
    """What is counted of a case."""
    return {
        "unit_id": unit_id,
        "received_on": state.received_on,
        "concluded_on": state.concluded_on,
        "crosses_year": crosses_year(state.received_on, state.concluded_on),
        "law": state.law,
        "outcome": state.outcome,
        "ground": state.ground,
        "applicant_kind": state.applicant_kind,
        "fee_charged": state.fee_charged,
        "fee_waived": state.fee_waived,
    }


def _counted(
    session: Session,
    source: Source,
    scope: Scope,
    rows: Sequence[Mapping[str, Any]],
    by_unit: bool,
    sign: int,
) -> Iterator[Group]:
    """Rows that are not stored, through the statement that counts those that are."""
    for place in range(0, len(rows), CHUNK):
        part = rows[place : place + CHUNK]
        yield from _counted_part(session, source, scope, part, by_unit, sign)


def _counted_part(
    session: Session,
    source: Source,
    scope: Scope,
    rows: Sequence[Mapping[str, Any]],
    by_unit: bool,
    sign: int,
) -> Iterator[Group]:
    names = _names(source)
    lines = [select(*(_typed(name, row[name]) for name in names)) for row in rows]
    given = (union_all(*lines) if len(lines) > 1 else lines[0]).subquery("given").c
    part = or_(*parts_of(source, scope, given))
    record = select(*(given[name] for name in names)).where(part).subquery("record").c
    query, dimensions, measures = grouped(source, scope, record, by_unit)
    for row in session.execute(query):
        yield read(row, dimensions, measures, by_unit, sign)


def _typed(name: str, value: Any) -> Any:
    """A value with its type: a bare NULL has none, and cannot be compared with a day."""
    return literal(value, TYPES.get(name, String)).label(name)


def _of_counts(
    session: Session, source: Source, scope: Scope, moment: datetime, by_unit: bool
) -> Iterator[Group]:
    """The counts of publications, channels and reported figures, less what changed since."""
    query = select(FigureChange).where(
        FigureChange.source == source, FigureChange.year == scope.year, FigureChange.at > moment
    )
    if scope.unit_ids is not None:
        query = query.where(FigureChange.unit_id.in_(scope.unit_ids))
    name = {"publications": "category", "channels": "channel", "activity": "figure"}[source]
    for row in session.scalars(query):
        unit = row.unit_id if by_unit else None
        difference = (row.before or 0) - (row.after or 0)
        if source != "activity":
            yield Group({name: row.name}, unit, {"count": difference})
            continue
        there = (row.before is not None) - (row.after is not None)
        sums: dict[Measure, int] = {"count": difference, "reported": there}
        yield Group({name: row.name, "measure": row.measure or ""}, unit, sums)
