"""The figures as they were known at an earlier moment.

Records to which nothing was recorded since are counted where they are stored. Of the others, what
their events made of them until then is put in instead: their events are read once, and every record
goes through the same statement as today's. So it costs what has changed of what was known then.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby, islice
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.calendars import calendars_for
from requestflow.cases import (
    Case,
    CaseEvent,
    CaseState,
    Event,
    case_row,
    crosses_year,
    effective,
    event_of,
    project_history,
    remedy_rows,
)
from requestflow.law import Measure, Source, WorkingCalendar
from requestflow.reported_figures import FigureChange
from requestflow.statistics.aggregation import (
    Group,
    Scope,
    Years,
    column_names,
    grouped,
    parts_of,
    read,
    with_year_before,
)

CHUNK = 5_000
"""How many records that are not stored go into a statement, as one parameter."""

TYPES: Mapping[str, Any] = {
    "unit_id": Integer,
    "received_on": Date,
    "concluded_on": Date,
    "filed_on": Date,
    "crosses_year": Boolean,
    "fee_charged": BigInteger,
    "fee_waived": BigInteger,
    "fee_notices": Integer,
    "days_taken": Integer,
    "extended": Boolean,
    "late": Boolean,
}


@dataclass(frozen=True)
class _Then:
    """A case as it stood at a moment."""

    case_id: int
    unit_id: int
    state: CaseState
    history: Sequence[Event]
    calendar: WorkingCalendar


def records_then(
    session: Session, sources: Sequence[Source], scope: Scope, by_unit: bool, moment: datetime
) -> dict[Source, Years]:
    """The groups of cases and remedies of a year, and of the year before, as they were known at a
    moment."""
    results = {
        source: with_year_before(session, source, scope, by_unit, moment) for source in sources
    }
    changed = _states_then(session, scope, moment)
    while chunk := list(islice(changed, CHUNK)):
        for source in sources:
            rows = [row for item in chunk for row in _rows(source, scope, item)]
            for group, turn in _counted(session, source, scope, rows, by_unit) if rows else ():
                results[source][turn].append(group)
    return {
        source: (is_settled(this), is_settled(before)) for source, (this, before) in results.items()
    }


def counts_then(
    session: Session,
    result: Mapping[Source, Years],
    scope: Scope,
    by_unit: bool,
    moment: datetime,
) -> dict[Source, Years]:
    """Today's groups of publications, channels and reported figures, and those of the year before,
    less what changed after a moment."""
    years: dict[Source, Years] = {
        source: ([*this], [*before]) for source, (this, before) in result.items()
    }
    query = select(FigureChange).where(
        FigureChange.source.in_(result),
        FigureChange.year.in_((scope.year, scope.year - 1)),
        FigureChange.quarter == (scope.quarter or 0),
        FigureChange.at > moment,
    )
    if scope.unit_ids is not None:
        query = query.where(FigureChange.unit_id.in_(scope.unit_ids))
    for row in session.scalars(query):
        source: Source = row.source  # type: ignore[assignment]
        years[source][scope.year - row.year].append(_taken_back(row, by_unit))
    return {
        source: (is_settled(this), is_settled(before)) for source, (this, before) in years.items()
    }


def is_settled(result: Sequence[Group]) -> list[Group]:
    """Groups of the same kind put together; those of which nothing is left are gone, as if they
    had never been counted."""
    together: dict[tuple[Any, ...], Group] = {}
    for group in result:
        key = (*group.values.items(), group.unit_id, group.days)
        known = together.get(key)
        before: Mapping[Measure, int] = known.sums if known else {}
        sums = {name: before.get(name, 0) + value for name, value in group.sums.items()}
        together[key] = Group(group.values, group.unit_id, sums, group.days)
    return [group for group in together.values() if any(group.sums.values())]


def _states_then(session: Session, scope: Scope, moment: datetime) -> Iterator[_Then]:
    """The cases that were known at a moment and to which something was recorded since, as they
    stood then; only those of which the two years may speak."""
    units = {unit.code: unit for unit in session.scalars(select(Unit))}
    calendars = calendars_for(session, [unit.path for unit in units.values()])
    later = select(CaseEvent.case_id).where(CaseEvent.recorded_at > moment)
    query = (
        select(CaseEvent, Case.number)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(CaseEvent.recorded_at <= moment, CaseEvent.case_id.in_(later))
        .order_by(CaseEvent.case_id, CaseEvent.sequence)
        .execution_options(yield_per=2_000)
    )
    for (case_id, number), rows in groupby(
        session.execute(query), key=lambda row: (row.CaseEvent.case_id, row.number)
    ):
        history = effective(event_of(row.CaseEvent) for row in rows)
        if not history:
            continue
        state = project_history(number, history)
        if state.received_on <= scope.last:
            unit = units[state.unit]
            yield _Then(case_id, unit.id, state, history, calendars[unit.path])


def _rows(source: Source, scope: Scope, then: _Then) -> Iterator[dict[str, Any]]:
    """What is counted of a case, or of its remedies."""
    built = (
        [_case(then, scope)]
        if source == "cases"
        else remedy_rows(then.case_id, then.unit_id, then.state)
    )
    return ({name: row[name] for name in _names(source, scope.seldom)} for row in built)


def _names(source: Source, seldom: tuple[str, ...]) -> tuple[str, ...]:
    return (*column_names(source, seldom), "crosses_year")


def _case(then: _Then, scope: Scope) -> dict[str, Any]:
    """What is counted of a case; how long it took only where the form asks."""
    state, unit_id = then.state, then.unit_id
    if scope.seldom:
        return case_row(state, then.history, then.calendar, unit_id, (), 0, "")
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
        "stage": state.stage,
    }


def _counted(
    session: Session,
    source: Source,
    scope: Scope,
    rows: Sequence[Mapping[str, Any]],
    by_unit: bool,
) -> Iterator[tuple[Group, int]]:
    """Rows that are not stored, through the statement that counts those that are; each group with
    0 for the year, 1 for the year before."""
    given = _given(source, scope.seldom, session.get_bind().dialect.name).cte("given").c
    turns = []
    for turn, year in enumerate((scope, scope.before)):
        part = or_(*parts_of(source, year, given))
        names = _names(source, scope.seldom)
        record = select(*(given[name] for name in names)).where(part).subquery(f"record{turn}").c
        query, dimensions, measures = grouped(source, year, record, by_unit)
        turns.append(query.add_columns(literal(turn)))
    data = {"rows": json.dumps(rows, default=date.isoformat)}
    for row in session.execute(union_all(*turns), data):
        yield read(row[:-1], dimensions, measures, by_unit), row[-1]


@cache
def _given(source: Source, seldom: tuple[str, ...], dialect: str) -> Select[Any]:
    """Rows that come as a JSON array of objects, the parameter `rows`, as a table."""
    columns = [column(name, TYPES.get(name, String)) for name in _names(source, seldom)]
    message = bindparam("rows", type_=String)
    if dialect == "postgresql":
        table = func.json_to_recordset(cast(message, JSON)).table_valued(*columns, name="said")
        return select(table.render_derived(with_types=True))
    # Days are stored as what JSON has of them, and what is true as 1.
    each = func.json_each(message).table_valued("value", name="said")
    return select(
        *(
            type_coerce(func.json_extract(each.c.value, f"$.{item.name}"), item.type).label(
                item.name
            )
            for item in columns
        )
    )


def _taken_back(row: FigureChange, by_unit: bool) -> Group:
    """A change as the group that undoes it; its sums may be negative."""
    name = {"publications": "category", "channels": "channel", "activity": "figure"}[row.source]
    unit = row.unit_id if by_unit else None
    difference = (row.before or 0) - (row.after or 0)
    there = (row.before is not None) - (row.after is not None)
    sums: dict[Measure, int] = {"count": difference, "reported": there}
    values = {name: row.name}
    if row.source == "activity":
        values["measure"] = row.measure or ""
    return Group(values, unit, sums)
