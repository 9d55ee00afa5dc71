"""The year's report: the form in force, every cell counted, every check run."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Unit, unit_by_code, units_below
from requestflow.law import (
    Label,
    LawError,
    Measure,
    Predicate,
    ReportForm,
    ReportTable,
    Source,
    TableLine,
    UnknownForm,
    form_beside_report,
    report_form_for,
)
from requestflow.reported_figures import SCALE
from requestflow.statistics.aggregation import (
    RECORDS,
    Group,
    Scope,
    cell_id,
    counts_with_year_before,
    merge_groups,
    sum_groups,
    with_year_before,
)
from requestflow.statistics.as_of import counts_then, records_then
from requestflow.statistics.cells import cells_of, tally
from requestflow.statistics.checks import CheckResult, checks_of
from requestflow.statistics.figure_links import links_of, stated_at
from requestflow.statistics.figures import Figure, Number, change_of, plain_number, share

Counted = Mapping[Source, Sequence[Group]]


@dataclass(frozen=True)
class UnitFigures:
    """The figures of one unit's own records."""

    code: str
    name: str
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Report:
    """The figures of a year for a unit and all below it; `known_on` is the moment as of which
    they were known, None for now."""

    year: int
    unit: Unit
    form: ReportForm
    figures: Sequence[Figure]
    checks: Sequence[CheckResult]
    reported: Sequence[Figure]
    by_unit: Sequence[UnitFigures] = field(default_factory=tuple)
    empty: bool = False
    known_on: datetime | None = None

    def figure(self, figure_id: str) -> Figure:
        """The figure of that id; KeyError where the form has none."""
        return self.index[figure_id]

    @cached_property
    def index(self) -> Mapping[str, Figure]:
        """The figures by id, counted and reported."""
        return {figure.id: figure for figure in (*self.figures, *self.reported)}

    def find(self, name: str) -> Figure | None:
        """The figure of that id; a reported one may be named without its measure where units count
        it in one thing only. None where there is none."""
        if result := self.index.get(name):
            return result
        bare = [item for item in self.reported if f"reported.{item.row}" == name]
        return bare[0] if len(bare) == 1 else None


def build_report(
    session: Session,
    year: int,
    unit: Unit | str | None = None,
    by_unit: bool = False,
    known_on: datetime | None = None,
) -> Report:
    """Counts a year for a unit and all below it (the root where none is named), as it is known
    now or was at an earlier moment.

    Raises UnknownForm for a year without a form, NotFound for a unit that is not there.
    """
    whole = unit if isinstance(unit, Unit) else _unit(session, unit)
    form = report_form_for(year, whole.jurisdiction)
    return _built(session, form, year, whole, by_unit, known_on, None)


def build_statistics(
    session: Session, year: int, unit: Unit | str | None = None, quarter: int | None = None
) -> Report:
    """The table that is handed in beside the report of a year, of the year or a quarter of it (1
    to 4). Raises UnknownForm for a year that has none, NotFound for a unit that is not there."""
    whole = unit if isinstance(unit, Unit) else _unit(session, unit)
    form = form_beside_report(year, whole.jurisdiction)
    if form is None:
        raise UnknownForm(f"there is no statistical table for {year}")
    return _built(session, form, year, whole, False, None, quarter)


def _built(
    session: Session,
    form: ReportForm,
    year: int,
    unit: Unit,
    by_unit: bool,
    known_on: datetime | None,
    quarter: int | None,
) -> Report:
    # All there are need not be named.
    below = [] if unit.parent_id is None and not by_unit else units_below(session, unit.path)
    ids = None if unit.parent_id is None else tuple(item.id for item in below)
    scope = Scope(year, ids, quarter, form.seldom)
    counted, before = _groups(session, form, scope, by_unit, known_on)
    previous = _previous(form, before, year)
    figures = [
        _of_quarter(figure, quarter)
        for figure in _figures(form, counted, year, unit.code, previous)
    ]
    reported = list(_reported(form, counted, before, year, unit.code))
    checks = list(checks_of(form, figures, counted, _carried_out(form, before), year, unit))
    return Report(
        year,
        unit,
        form,
        figures,
        checks,
        reported,
        tuple(_split(form, counted, below, year)) if by_unit else (),
        not any(result for result in counted.values()),
        known_on,
    )


def _of_quarter(figure: Figure, quarter: int | None) -> Figure:
    """A figure that leads to the records of the quarter, or what units state for it."""
    if quarter is None:
        return figure
    link, stated = (
        f"{address}&quarter={quarter}" if address else None
        for address in (figure.link, figure.stated_at)
    )
    return replace(figure, link=link, stated_at=stated)


def sources_of(form: ReportForm) -> list[Source]:
    """The sources that a form counts, in its order."""
    result: dict[Source, None] = dict.fromkeys(table.source for table in form.tables)
    if form.reported or any(table.reported_total for table in form.tables):
        result["activity"] = None
    return list(result)


def _groups(
    session: Session, form: ReportForm, scope: Scope, by_unit: bool, known_on: datetime | None
) -> tuple[dict[Source, list[Group]], dict[Source, list[Group]]]:
    """The groups of the year and of the year before, by source: one statement each."""
    sources = sources_of(form)
    records = [source for source in sources if source in RECORDS]
    counts = [source for source in sources if source not in records]
    result = counts_with_year_before(session, counts, scope, by_unit)
    if known_on:
        result = counts_then(session, result, scope, by_unit, known_on)
        result |= records_then(session, records, scope, by_unit, known_on)
    else:
        result |= {source: with_year_before(session, source, scope, by_unit) for source in records}
    return (
        {source: this for source, (this, _) in result.items()},
        {source: before for source, (_, before) in result.items()},
    )


def _unit(session: Session, code: str | None) -> Unit:
    if code is not None:
        return unit_by_code(session, code)
    root = session.scalar(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1))
    return root or unit_by_code(session, "")


def _figures(
    form: ReportForm, counted: Counted, year: int, unit: str, previous: Mapping[str, Number]
) -> Iterator[Figure]:
    for table in form.tables:
        built = list(_cells(form, table, counted[table.source], year, unit, previous))
        values = {figure.row: figure.value for figure in built if figure.column is None}
        lines = {line.id: line for line in table.rows}
        for figure in built:
            full = lines[figure.row].share_of
            if full and not figure.column:
                yield replace(figure, share=share(figure.value, values[full]))
            else:
                yield figure


def _cells(
    form: ReportForm,
    table: ReportTable,
    result: Sequence[Group],
    year: int,
    unit: str,
    previous: Mapping[str, Number],
) -> Iterator[Figure]:
    values, links, names = cells_of(table, result), links_of(table, year, unit), table.names
    for row in table.rows:
        for column in table.columns or (None,):
            figure_id = cell_id(table, row, column)
            value, before = values[figure_id], previous.get(figure_id)
            change, changed_by = change_of(value, before)
            link, stated = (None, None) if row.ratio else links(figure_id)
            reported_as = _reported_as(table, row, column)
            yield Figure(
                figure_id,
                names[row.id, column.id if column else None],
                value,
                table.id,
                row.id,
                column.id if column else None,
                link=link,
                stated_at=stated,
                reported=table.source == "activity" and row.ratio is None,
                previous=before,
                change=change,
                change_share=changed_by,
                measure="%" if row.ratio else _measure(form, reported_as),
                reported_as=reported_as,
            )


def _reported_as(table: ReportTable, row: TableLine, column: TableLine | None) -> tuple[str, ...]:
    if table.source != "activity":
        return ()
    when = merge_groups(row.when, column.when) if column else row.when
    return when.get("figure", ())


def _measure(form: ReportForm, names: Sequence[str]) -> str | None:
    """In what a form counts figures that units report; None where it does not say so of all, or
    not the same."""
    results = {requested.measure if (requested := form.asked.get(name)) else None for name in names}
    return results.pop() if len(results) == 1 else None


def _previous(form: ReportForm, before: Counted, year: int) -> dict[str, Number]:
    """The figures of the year before: counted on the same form, where there were records at all;
    for what is compared with a total that units reported then, that total."""
    results: dict[str, Number] = {}
    if same_form(form, year - 1):
        for table in form.tables:
            if before.get(table.source):
                cells = cells_of(table, before[table.source])
                results |= {key: value for key, value in cells.items() if value is not None}
    for table in form.tables:
        row = table.compare_with_year_before
        if row and f"{table.id}.{row}" not in results and table.reported_total:
            when: Predicate = {"figure": (table.reported_total,)}
            activity = before.get("activity", ())
            if sum_groups(activity, when, "reported") > 0:
                results[f"{table.id}.{row}"] = sum_groups(activity, when, "count") // SCALE
    return results


def same_form(form: ReportForm, year: int) -> bool:
    """Whether a year's report is made on that form."""
    try:
        return report_form_for(year, form.jurisdiction) is form
    except LawError:
        return False


def _carried_out(form: ReportForm, before: Counted) -> dict[str, Mapping[str | None, Number]]:
    """What the year before carried over, by rule and column, on this year's form."""
    results: dict[str, Mapping[str | None, Number]] = {}
    for rule in form.carried_forward:
        table = form.table(rule.table)
        cells = tally(table, before[table.source])
        columns: list[str | None] = [column.id for column in table.columns] or [None]
        results[rule.id] = {column: cells.get((rule.carried_out, column), 0) for column in columns}
    return results


def _stated(groups: Iterable[Group]) -> Mapping[tuple[str, str], Mapping[Measure, int]]:
    """What units stated, by figure and measure."""
    results: dict[tuple[str, str], Counter[Measure]] = defaultdict(Counter)
    for group in groups:
        results[group.values["figure"], group.values["measure"]].update(group.sums)
    return results


def _reported(
    form: ReportForm, this: Counted, last: Counted, year: int, unit: str
) -> Iterator[Figure]:
    """What units reported for the year and neither a record nor a table of the form holds."""
    if form.reported is None:
        return
    stated, before = (_stated(groups.get("activity", ())) for groups in (this, last))
    for (name, measure), sums in sorted(stated.items()):
        if name in form.asked or sums["reported"] <= 0:
            continue
        value = plain_number(Decimal(sums["count"]) / SCALE)
        sums_before = before.get((name, measure))
        earlier = (
            plain_number(Decimal(sums_before["count"]) / SCALE)
            if sums_before and sums_before["reported"] > 0
            else None
        )
        change, changed_by = change_of(value, earlier)
        # What units count in different things is not one figure; and the name of one must not
        # change because a unit counts it in something else.
        figure_id = f"reported.{name}（{measure}）"
        yield Figure(
            figure_id,
            Label(zh=f"{name}（{measure}）", en=f"{name} ({measure})"),
            value,
            "reported",
            name,
            stated_at=stated_at(figure_id, year, unit, measure),
            reported=True,
            previous=earlier,
            change=change,
            change_share=changed_by,
            measure=measure,
            reported_as=(name,),
        )


def _split(
    form: ReportForm, counted: Counted, units: Sequence[Unit], year: int
) -> Iterator[UnitFigures]:
    """Each unit's own records; together they are the whole."""
    for unit in units:
        own = {
            source: [group for group in result if group.unit_id == unit.id]
            for source, result in counted.items()
        }
        figures = _figures(form, own, year, unit.code, {})
        yield UnitFigures(unit.code, unit.name, [_alone(figure) for figure in figures])


def _alone(figure: Figure) -> Figure:
    """A figure of a unit's own records, leading to them and not to those of the units below."""
    link, stated = (
        f"{address}&exact=1" if address else None for address in (figure.link, figure.stated_at)
    )
    return replace(figure, link=link, stated_at=stated)
