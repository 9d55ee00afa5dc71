"""The grouped queries on which every table stands: one for each source and year.

A group is one combination of what predicates may speak of, with how many records it holds.
Cells are sums over groups, so all cells of a table come from one pass over the records.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from requestflow.cases import VOID, Case, CaseEvent, Remedy
from requestflow.law import (
    NAMED_GROUND,
    Measure,
    Predicate,
    ReportTable,
    Source,
    TableLine,
    admits,
)
from requestflow.publications import ChannelCount, Publication
from requestflow.reported_figures import ReportedFigure

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class YearScope:
    """A calendar year."""

    year: int

    @property
    def first(self) -> date:
        """The first day of the year."""
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        """The last day of the year."""
        return date(self.year, 12, 31)


@dataclass(frozen=True)
class Scope(YearScope):
    """What is counted: a year or a quarter of it (1 to 4), and units (None: all there are).
    `seldom` names what else records are told apart by, of what few forms speak."""

    unit_ids: tuple[int, ...] | None = None
    quarter: int | None = None
    seldom: tuple[str, ...] = ()

    @property
    def first(self) -> date:
        """The first day of the span."""
        return date(self.year, self.months[0], 1)

    @property
    def last(self) -> date:
        """The last day of the span."""
        return date(self.year + self.months[-1] // 12, self.months[-1] % 12 + 1, 1) - ONE_DAY

    @property
    def months(self) -> range:
        """The months of the span."""
        return range(3 * self.quarter - 2, 3 * self.quarter + 1) if self.quarter else range(1, 13)

    @property
    def before(self) -> "Scope":
        """The same span of the year before."""
        return replace(self, year=self.year - 1)


@dataclass(frozen=True)
class Group:
    """One combination of dimension values and its sums. Fees in fen, activity in 1/10,000. `days`
    is in how many working days its cases were answered, where the form asks."""

    values: Mapping[str, str]
    unit_id: int | None
    sums: Mapping[Measure, int]
    days: int | None = None

    def admitted_by(self, predicate: Predicate) -> bool:
        """Whether the records of this group satisfy the predicate."""
        return admits(predicate, self.values)


def dimensions(source: Source, scope: Scope, record: Any) -> dict[str, ColumnElement[Any]]:
    """What predicates over records may speak of, as SQL over a table or a subquery of it."""
    if source == "cases":
        usual = {
            "received": _before_or_in(record.received_on, scope),
            "concluded": _in_or_open(record.concluded_on, scope),
            "law": record.law,
            "outcome": func.coalesce(record.outcome, "none"),
            "ground": func.coalesce(record.ground, "none"),
            "applicant": record.applicant_kind,
        }
        more = [name for name in scope.seldom if name in _SELDOM]
        return usual | {name: _SELDOM[name](getattr(record, SELDOM_COLUMN[name])) for name in more}
    return {
        "kind": record.kind,
        "route": record.route,
        "filed": _before_or_in(record.filed_on, scope),
        "concluded": _in_or_open(record.concluded_on, scope),
        "result": func.coalesce(record.result, "none"),
    }


def _yes_or_no(condition: Any) -> ColumnElement[Any]:
    return case((condition, literal("yes")), else_=literal("no"))


SELDOM_COLUMN: Mapping[str, str] = {
    "channel": "channel",
    "extended": "extended",
    "late": "late",
    "fee_notified": "fee_notices",
    NAMED_GROUND: "grounds",
    "fee_notices": "fee_notices",
    "days": "days_taken",
}
"""Where a record has what only some forms ask for."""
_SELDOM: Mapping[str, Callable[[Any], ColumnElement[Any]]] = {
    "channel": lambda column: column,
    "extended": _yes_or_no,
    "late": _yes_or_no,
    "fee_notified": lambda column: _yes_or_no(column > 0),
    NAMED_GROUND: lambda column: column,
    "days": lambda column: column,
}


def _before_or_in(column: Any, scope: Scope) -> ColumnElement[Any]:
    return case((column < scope.first, literal("before")), else_=literal("in"))


def _in_or_open(column: Any, scope: Scope) -> ColumnElement[Any]:
    return case((column <= scope.last, literal("in")), else_=literal("open"))


RECORDS: Mapping[Source, str] = {"cases": "/cases", "remedies": "/remedies"}
"""The sources that are records, each with the page that lists them; the others are counts."""
_TABLES: dict[Source, Any] = {
    "cases": Case,
    "remedies": Remedy,
    "publications": Publication,
    "channels": ChannelCount,
    "activity": ReportedFigure,
}


def belongs(source: Source, scope: Scope) -> ColumnElement[bool]:
    """Which records a year's report speaks of at all: received or filed by its end and not
    concluded before it began; or, for counts, of that year."""
    return or_(*parts_of(source, scope, _TABLES[source]))


def parts_of(source: Source, scope: Scope, table: Any) -> list[ColumnElement[bool]]:
    """The same as conditions that exclude each other, each with an index of its own.

    Most applications are received and concluded within one year; only the few that cross the
    turn of a year are looked at again for the years after the one they came in.
    """
    started = table.received_on if source == "cases" else table.filed_on
    not_over = or_(table.concluded_on.is_(None), table.concluded_on >= scope.first)
    earlier = and_(started < scope.first, not_over)
    # Within a year many cross the turn of a quarter.
    crossing = earlier if scope.quarter else and_(table.crosses_year, earlier)
    parts = [started.between(scope.first, scope.last) & not_over, crossing]
    if source == "cases":
        parts = [and_(part, table.stage != VOID) for part in parts]
    if scope.unit_ids is not None:
        parts = [and_(part, table.unit_id.in_(scope.unit_ids)) for part in parts]
    return parts


def column_names(source: Source, seldom: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The columns of a source from which groups are made."""
    if source == "cases":
        names = "received_on concluded_on law outcome ground applicant_kind fee_charged"
        names += " fee_waived stage"
    else:
        names = "kind route filed_on concluded_on result"
    more = [SELDOM_COLUMN[name] for name in seldom] if source == "cases" else []
    return ("unit_id", *names.split(), *dict.fromkeys(more))


def _columns(source: Source, scope: Scope) -> list[Any]:
    table = _TABLES[source].__table__.c
    return [table[name] for name in column_names(source, scope.seldom)]


def _sums(source: Source, scope: Scope, record: Any) -> dict[Measure, ColumnElement[Any]]:
    sums: dict[Measure, ColumnElement[Any]] = {"count": func.count()}
    if source == "cases":
        sums["fee_charged"] = func.sum(record.fee_charged)
        sums["fee_waived"] = func.sum(record.fee_waived)
        if "fee_notices" in scope.seldom:
            sums["fee_notices"] = func.sum(record.fee_notices)
    return sums


def grouped_query(
    source: Source, scope: Scope, by_unit: bool = False, known_on: datetime | None = None
) -> tuple[Select[*tuple[Any, ...]], Sequence[str], Sequence[Measure]]:
    """The one statement of a source, the names of its dimensions and of its sums; `known_on`: of
    the records to which nothing was recorded after that moment."""
    table = _TABLES[source]
    parts = parts_of(source, scope, table)
    if known_on is not None:
        case_id = table.id if source == "cases" else table.case_id
        later = select(CaseEvent.id).where(
            CaseEvent.case_id == case_id, CaseEvent.recorded_at > known_on
        )
        parts = [and_(part, ~later.exists()) for part in parts]
    selected = [select(*_columns(source, scope)).where(part) for part in parts]
    record = (union_all(*selected) if len(selected) > 1 else selected[0]).subquery("record").c
    return grouped(source, scope, record, by_unit)


def grouped(
    source: Source, scope: Scope, record: Any, by_unit: bool
) -> tuple[Select[*tuple[Any, ...]], Sequence[str], Sequence[Measure]]:
    """Records grouped by what predicates may speak of, whatever they are taken from."""
    columns, sums = dimensions(source, scope, record), _sums(source, scope, record)
    named = [column.label(name) for name, column in columns.items()]
    keys: list[Any] = list(named)
    if by_unit:
        keys.append(record.unit_id)
    totals = [column.label(f"sum_{name}") for name, column in sums.items()]
    query = select(*keys, *totals).group_by(*keys)
    return query, list(columns), list(sums)


def read(row: Any, names: Sequence[str], measures: Sequence[Measure], by_unit: bool) -> Group:
    """A row of the statement as a group."""
    values = dict(zip(names, row, strict=False))
    days = values.pop("days", None)
    rest = list(row)[len(names) :]
    unit_id = rest.pop(0) if by_unit else None
    sums = {name: int(value) for name, value in zip(measures, rest, strict=True)}
    return Group(values, unit_id, sums, days)


Years = tuple[list[Group], list[Group]]
"""The groups of a year, and those of the year before."""


def with_year_before(
    session: Session,
    source: Source,
    scope: Scope,
    by_unit: bool = False,
    known_on: datetime | None = None,
) -> Years:
    """The groups of a year and those of the year before, in one statement; `known_on`: of the
    records to which nothing was recorded after that moment."""
    if known_on is None:
        both_years, names, measures = _today(source, scope, by_unit)
    else:
        both_years, names, measures = _two_years(source, scope, by_unit, known_on)
    result: Years = ([], [])
    for row in session.execute(both_years):
        result[row[-1]].append(read(row[:-1], names, measures, by_unit))
    return result


def counts_with_year_before(
    session: Session, sources: Sequence[Source], scope: Scope, by_unit: bool = False
) -> dict[Source, Years]:
    """The same for what is kept as counts (publications, channels, reported figures), all of them
    in one statement."""
    results: dict[Source, Years] = {source: ([], []) for source in sources}
    if not sources:
        return results
    for source, name, measure, unit_id, turn, number, rows in session.execute(
        _counts(tuple(sources), scope, by_unit)
    ):
        # How many rows there are tells a 0 that was put in from nothing.
        sums: dict[Measure, int] = {"count": int(number), "reported": int(rows)}
        values = {_COUNTED_BY[source]: name}
        if source == "activity":
            values["measure"] = measure
        results[source][turn].append(Group(values, unit_id or None, sums))
    return results


_COUNTED_BY: dict[Source, str] = {
    "publications": "category",
    "channels": "channel",
    "activity": "figure",
}


@lru_cache(maxsize=256)
def _counts(sources: tuple[Source, ...], scope: Scope, by_unit: bool) -> Any:
    parts = []
    for source in sources:
        table = _TABLES[source].__table__.c
        name = table[_COUNTED_BY[source]]
        measure = table.unit_of_measure if source == "activity" else literal("")
        unit = table.unit_id if by_unit else literal(0)
        number = table["value" if source == "activity" else "count"]
        turn = case((table.year == scope.year, 0), else_=1)
        query = select(
            literal(source), name, measure, unit, turn, func.sum(number), func.count()
        ).where(table.year.in_((scope.year, scope.year - 1)))
        if scope.unit_ids is not None:
            query = query.where(table.unit_id.in_(scope.unit_ids))
        if source == "activity":
            query = query.where(table.quarter == (scope.quarter or 0))
        elif scope.quarter:
            query = query.where(table.month.in_(scope.months))
        keys = [name, turn, *([measure] if source == "activity" else [])]
        parts.append(query.group_by(*keys, *([unit] if by_unit else [])))
    return union_all(*parts) if len(parts) > 1 else parts[0]


@lru_cache(maxsize=256)
def _today(
    source: Source, scope: Scope, by_unit: bool
) -> tuple[Any, Sequence[str], Sequence[Measure]]:
    return _two_years(source, scope, by_unit, None)


def _two_years(
    source: Source, scope: Scope, by_unit: bool, known_on: datetime | None
) -> tuple[Any, Sequence[str], Sequence[Measure]]:
    before = scope.before
    query, names, measures = grouped_query(source, scope, by_unit, known_on)
    earlier, _, _ = grouped_query(source, before, by_unit, known_on)
    turns = (query.add_columns(literal(0)), earlier.add_columns(literal(1)))
    return union_all(*turns), names, measures


def sum_groups(result: Iterable[Group], predicate: Predicate, measure: Measure) -> int:
    """The sum over the groups that a predicate admits."""
    return sum(group.sums[measure] for group in result if group.admitted_by(predicate))


def merge_groups(row: Predicate, column: Predicate) -> Predicate:
    """The predicate of a cell: its row's and its column's together."""
    merged = dict(row)
    for name, wanted in column.items():
        merged[name] = tuple(v for v in merged[name] if v in wanted) if name in merged else wanted
    return merged


def cell_id(table: ReportTable, row: TableLine, column: TableLine | None) -> str:
    """The stable id of a figure: table.row, or table.row.column."""
    return ".".join((table.id, row.id, column.id) if column else (table.id, row.id))


def as_condition(source: Source, scope: Scope, predicate: Predicate) -> ColumnElement[bool]:
    """A cell's predicate as SQL: exactly the records that the cell counted."""
    return and_(belongs(source, scope), predicate_condition(source, scope, predicate))


def predicate_condition(source: Source, scope: Scope, predicate: Predicate) -> ColumnElement[bool]:
    """A predicate alone as SQL, of whatever year a record is."""
    columns = dimensions(source, scope, _TABLES[source])
    return and_(true(), *(_one_of(name, columns[name], x) for name, x in predicate.items()))


def _one_of(name: str, column: Any, wanted: Sequence[str]) -> ColumnElement[bool]:
    if name != NAMED_GROUND:
        return column.in_(wanted)  # type: ignore[no-any-return]
    between = literal("|") + column + literal("|")
    return or_(false(), *(between.contains(f"|{code}|", autoescape=True) for code in wanted))
