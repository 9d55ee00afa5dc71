"""The year's report: the form in force, every cell counted, every check run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Unit, unit_by_code
from requestflow.law import Form, Label, Line, Table, form_for
from requestflow.law.forms import CarriedForward, Check, Source
from requestflow.publications import SCALE, Activity
from requestflow.statistics.groups import Group, Scope, cell_id, groups, tally, total

Number = int | Decimal


@dataclass(frozen=True)
class Figure:
    """One figure: counted from records, or (`reported`) typed by units and shown as such.

    `share` is in percent, exact to two decimals, half up. `link` leads to what was counted.
    Money is in yuan.
    """

    id: str
    label: Label
    value: Number
    table: str
    row: str
    column: str | None = None
    share: Decimal | None = None
    link: str | None = None
    reported: bool = False
    previous: Number | None = None
    change: Number | None = None
    change_share: Decimal | None = None


@dataclass(frozen=True)
class CheckResult:
    """A check of the form: both sides, and whether they are equal."""

    id: str
    label: Label
    left: Number
    right: Number

    @property
    def holds(self) -> bool:
        """Whether the two sides agree."""
        return self.left == self.right


@dataclass(frozen=True)
class UnitFigures:
    """The figures of one unit's own records."""

    code: str
    name: str
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Report:
    """The figures of a year for a unit and all below it."""

    year: int
    unit: Unit
    form: Form
    figures: Sequence[Figure]
    checks: Sequence[CheckResult]
    reported: Sequence[Figure]
    by_unit: Sequence[UnitFigures] = field(default_factory=tuple)
    empty: bool = False

    def figure(self, figure_id: str) -> Figure:
        """The figure of that id; KeyError where the form has none."""
        return self.index[figure_id]

    @property
    def index(self) -> Mapping[str, Figure]:
        """The figures by id."""
        return {figure.id: figure for figure in self.figures}


def build_report(
    session: Session, year: int, unit_code: str | None = None, by_unit: bool = False
) -> Report:
    """Counts a year for a unit and all below it (the root where none is named).

    Raises UnknownForm for a year without a form, NotFound for a unit that is not there.
    """
    form = form_for(year)
    units = list(session.scalars(select(Unit).order_by(Unit.path)))
    unit = _unit(session, units, unit_code)
    below = [item for item in units if item.path.startswith(unit.path)]
    ids = None if len(below) == len(units) else tuple(item.id for item in below)
    scope = Scope(year, ids)
    counted = {
        source: groups(session, source, scope, by_unit)
        for source in dict.fromkeys(table.source for table in form.tables)
    }
    previous = _previous_totals(session, form, scope)
    figures = list(_figures(form, counted, year, unit.code, previous))
    checks = list(_checks(session, form, figures, scope))
    per_unit = tuple(_split(form, counted, below, year)) if by_unit else ()
    return Report(
        year,
        unit,
        form,
        figures,
        checks,
        tuple(_reported(session, form, scope)),
        per_unit,
        not any(found for found in counted.values()),
    )


def _unit(session: Session, units: Sequence[Unit], code: str | None) -> Unit:
    if code is not None:
        return unit_by_code(session, code)
    root = next((unit for unit in units if unit.parent_id is None), None)
    return root or unit_by_code(session, "")


def _figures(
    form: Form,
    counted: Mapping[Source, Sequence[Group]],
    year: int,
    unit: str,
    previous: Mapping[str, int],
) -> Iterator[Figure]:
    for table in form.tables:
        made = list(_cells(table, counted[table.source], year, unit))
        values = {figure.row: figure.value for figure in made if figure.column is None}
        lines = {line.id: line for line in table.rows}
        for figure in made:
            line = lines[figure.row]
            shared = line.share_of and not figure.column
            if shared or figure.id in previous:
                yield _with_shares(figure, line, values, previous)
            else:
                yield figure


def _cells(table: Table, found: Sequence[Group], year: int, unit: str) -> Iterator[Figure]:
    counted, link = tally(table, found), _links(table, year, unit)
    for row in table.rows:
        for column in table.columns or (None,):
            figure_id = cell_id(table, row, column)
            column_id = column.id if column else None
            yield Figure(
                figure_id,
                _label(row, column),
                _shown(table, row, counted.get((row.id, column_id), 0)),
                table.id,
                row.id,
                column_id,
                link=link(figure_id),
                reported=table.source == "activity",
            )


def _label(row: Line, column: Line | None) -> Label:
    return row.label if column is None else _both(row.label, column.label)


@cache
def _both(row: Label, column: Label) -> Label:
    return Label(zh=f"{row.zh}：{column.zh}", en=f"{row.en}: {column.en}")


def _links(table: Table, year: int, unit: str) -> Callable[[str], str | None]:
    """From a figure's id to the page that lists what it counted."""
    page = {"cases": "/cases", "remedies": "/remedies"}.get(table.source)
    rest = urlencode({"year": year, "unit": unit})
    return lambda figure_id: f"{page}?figure={_quoted(figure_id)}&{rest}" if page else None


@cache
def _quoted(figure_id: str) -> str:
    return quote(figure_id)


def _shown(table: Table, row: Line, value: int) -> Number:
    if row.measure != "count":
        return _plain(Decimal(value) / 100)
    return _plain(Decimal(value) / SCALE) if table.source == "activity" else value


def _plain(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else value.normalize()


def share(part: Number, whole: Number) -> Decimal | None:
    """Percent, two decimals, half up; None of nothing."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _with_shares(
    figure: Figure, row: Line, values: Mapping[str, Number], previous: Mapping[str, int]
) -> Figure:
    before = previous.get(figure.id)
    change = figure.value - before if before is not None else None
    return Figure(
        figure.id,
        figure.label,
        figure.value,
        figure.table,
        figure.row,
        figure.column,
        share(figure.value, values[row.share_of]) if row.share_of and not figure.column else None,
        figure.link,
        figure.reported,
        before,
        change,
        share(change, before) if change is not None and before else None,
    )


def _previous_totals(session: Session, form: Form, scope: Scope) -> dict[str, int]:
    """What the year before had, for the figures that are compared: counted, else reported."""
    before = Scope(scope.year - 1, scope.unit_ids)
    found: dict[str, int] = {}
    for table in form.tables:
        if not table.compare_with_year_before:
            continue
        row = next(r for r in table.rows if r.id == table.compare_with_year_before)
        value = total(groups(session, table.source, before), row.when, "count")
        if not value and table.reported_total:
            reported = groups(session, "activity", before)
            scaled = total(reported, {"figure": (table.reported_total,)}, "count")
            value = scaled // SCALE
        if value:
            found[f"{table.id}.{row.id}"] = value
    return found


def _checks(
    session: Session, form: Form, figures: Sequence[Figure], scope: Scope
) -> Iterator[CheckResult]:
    cells = {(f.table, f.row, f.column): f.value for f in figures}
    for check in form.checks:
        table = form.table(check.table)
        lines: list[str | None] = [c.id for c in table.columns] or [None]
        if check.across == "columns":
            lines = [row.id for row in table.rows]
        for line in lines:
            yield _checked(check, line, cells, table)
    for rule in form.carried_forward:
        yield from _carried(session, form.table(rule.table), rule, cells, scope)


def _checked(
    check: Check, line: str | None, cells: Mapping[Any, Number], table: Table
) -> CheckResult:
    def side(ids: Sequence[str]) -> Number:
        if check.across == "columns":
            return sum(cells[table.id, line, column] for column in ids)
        return sum(cells[table.id, row, line] for row in ids)

    suffix = f".{line}" if line else ""
    return CheckResult(check.id + suffix, check.label, side(check.left), side(check.right))


def _carried(
    session: Session,
    table: Table,
    rule: CarriedForward,
    cells: Mapping[Any, Number],
    scope: Scope,
) -> Iterator[CheckResult]:
    """What the year before carried over, as its own form counts it, against what came in."""
    before = Scope(scope.year - 1, scope.unit_ids)
    found = tally(table, groups(session, table.source, scope, carried_in_as=before))
    for column in table.columns or (None,):
        column_id = column.id if column else None
        yield CheckResult(
            rule.id + (f".{column_id}" if column_id else ""),
            rule.label,
            cells[table.id, rule.carried_in, column_id],
            found.get((rule.carried_out, column_id), 0),
        )


def _reported(session: Session, form: Form, scope: Scope) -> Iterator[Figure]:
    """What units reported for the year and no record holds."""
    if form.reported is None:
        return
    query = (
        select(Activity.figure, Activity.value, Activity.unit_of_measure)
        .where(Activity.year == scope.year)
        .order_by(Activity.id)
    )
    if scope.unit_ids is not None:
        query = query.where(Activity.unit_id.in_(scope.unit_ids))
    for name, value, measure in session.execute(query):
        label = Label(zh=f"{name}（{measure}）", en=f"{name} ({measure})")
        yield Figure(
            f"reported.{name}",
            label,
            _plain(Decimal(value) / SCALE),
            "reported",
            name,
            reported=True,
        )


def _split(
    form: Form, counted: Mapping[Source, Sequence[Group]], units: Sequence[Unit], year: int
) -> Iterator[UnitFigures]:
    """Each unit's own records; together they are the whole."""
    for unit in units:
        own = {
            source: [group for group in found if group.unit_id == unit.id]
            for source, found in counted.items()
        }
        yield UnitFigures(unit.code, unit.name, list(_figures(form, own, year, unit.code, {})))
