"""The grouped queries on which every table stands: one for each source and year.

A group is one combination of what predicates may speak of, with how many records it holds.
Cells are sums over groups, so all cells of a table come from one pass over the records.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from requestflow.cases import Case, Remedy
from requestflow.law.forms import Line, Measure, Predicate, Source, Table
from requestflow.publications import Activity, ChannelCount, Publication


@dataclass(frozen=True)
class Scope:
    """What is counted: a year, and units (None: all there are)."""

    year: int
    unit_ids: tuple[int, ...] | None = None

    @property
    def first(self) -> date:
        """The first day of the year."""
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        """The last day of the year."""
        return date(self.year, 12, 31)


@dataclass(frozen=True)
class Group:
    """One combination of dimension values and its sums. Fees in fen, activity in 1/10,000."""

    values: Mapping[str, str]
    unit_id: int | None
    sums: Mapping[Measure, int]

    def admitted_by(self, predicate: Predicate) -> bool:
        """Whether the records of this group satisfy the predicate."""
        return all(self.values[name] in wanted for name, wanted in predicate.items())


def dimensions(source: Source, scope: Scope) -> dict[str, ColumnElement[Any]]:
    """What predicates over a source may speak of, as SQL."""
    if source == "cases":
        return {
            "received": _before_or_in(Case.received_on, scope),
            "concluded": _in_or_open(Case.concluded_on, scope),
            "law": Case.law.expression,
            "outcome": func.coalesce(Case.outcome, "none"),
            "ground": func.coalesce(Case.ground, "none"),
            "applicant": Case.applicant_kind.expression,
        }
    if source == "remedies":
        return {
            "kind": Remedy.kind.expression,
            "route": Remedy.route.expression,
            "filed": _before_or_in(Remedy.filed_on, scope),
            "concluded": _in_or_open(Remedy.concluded_on, scope),
            "result": func.coalesce(Remedy.result, "none"),
        }
    if source == "publications":
        return {"category": Publication.category.expression}
    if source == "channels":
        return {"channel": ChannelCount.channel.expression}
    return {"figure": Activity.figure.expression}


def _before_or_in(column: Any, scope: Scope) -> ColumnElement[Any]:
    return case((column < scope.first, literal("before")), else_=literal("in"))


def _in_or_open(column: Any, scope: Scope) -> ColumnElement[Any]:
    return case((column <= scope.last, literal("in")), else_=literal("open"))


_TABLES: dict[Source, Any] = {
    "cases": Case,
    "remedies": Remedy,
    "publications": Publication,
    "channels": ChannelCount,
    "activity": Activity,
}


def belongs(source: Source, scope: Scope) -> ColumnElement[bool]:
    """Which records a year's report speaks of at all: received or filed by its end and not
    concluded before it began; or, for counts, of that year."""
    table = _TABLES[source]
    if source in ("publications", "channels", "activity"):
        condition: ColumnElement[bool] = table.year == scope.year
    else:
        started = table.received_on if source == "cases" else table.filed_on
        condition = and_(
            started <= scope.last,
            or_(table.concluded_on.is_(None), table.concluded_on >= scope.first),
        )
    if scope.unit_ids is not None:
        condition = and_(condition, table.unit_id.in_(scope.unit_ids))
    return condition


def _sums(source: Source) -> dict[Measure, ColumnElement[Any]]:
    if source == "cases":
        return {
            "count": func.count(),
            "fee_charged": func.sum(Case.fee_charged),
            "fee_waived": func.sum(Case.fee_waived),
        }
    if source == "remedies":
        return {"count": func.count()}
    if source == "activity":
        return {"count": func.sum(Activity.value)}
    return {"count": func.sum(_TABLES[source].count)}


def grouped_query(
    source: Source,
    scope: Scope,
    by_unit: bool = False,
    condition: ColumnElement[bool] | None = None,
) -> tuple[Select[*tuple[Any, ...]], Sequence[str], Sequence[Measure]]:
    """The one statement of a source, the names of its dimensions and of its sums."""
    columns, sums = dimensions(source, scope), _sums(source)
    named = [column.label(name) for name, column in columns.items()]
    keys: list[Any] = list(named)
    if by_unit:
        keys.append(_TABLES[source].unit_id.label("unit_id"))
    totals = [column.label(f"sum_{name}") for name, column in sums.items()]
    query = select(*keys, *totals).where(belongs(source, scope))
    if condition is not None:
        query = query.where(condition)
    return query.group_by(*(key.name for key in keys)), list(columns), list(sums)


def groups(
    session: Session,
    source: Source,
    scope: Scope,
    by_unit: bool = False,
    condition: ColumnElement[bool] | None = None,
) -> list[Group]:
    """Runs the statement of a source."""
    query, names, measures = grouped_query(source, scope, by_unit, condition)
    found = []
    for row in session.execute(query):
        values = dict(zip(names, row, strict=False))
        rest = list(row)[len(names) :]
        unit_id = rest.pop(0) if by_unit else None
        sums = {name: int(value) for name, value in zip(measures, rest, strict=True)}
        found.append(Group(values, unit_id, sums))
    return found


def total(found: Iterable[Group], predicate: Predicate, measure: Measure) -> int:
    """The sum over the groups that a predicate admits."""
    return sum(group.sums[measure] for group in found if group.admitted_by(predicate))


def both(row: Predicate, column: Predicate) -> Predicate:
    """The predicate of a cell: its row's and its column's together."""
    merged = dict(row)
    for name, wanted in column.items():
        merged[name] = tuple(v for v in merged[name] if v in wanted) if name in merged else wanted
    return merged


def cell_id(table: Table, row: Line, column: Line | None) -> str:
    """The stable id of a figure: table.row, or table.row.column."""
    return ".".join((table.id, row.id, column.id) if column else (table.id, row.id))


def as_condition(source: Source, scope: Scope, predicate: Predicate) -> ColumnElement[bool]:
    """A cell's predicate as SQL: exactly the records that the cell counted."""
    columns = dimensions(source, scope)
    parts = [columns[name].in_(wanted) for name, wanted in predicate.items()]
    return and_(belongs(source, scope), *parts)
