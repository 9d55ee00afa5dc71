"""From a figure back to the records it counted: the same predicate, as a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, tuple_
from sqlalchemy.orm import Session

from requestflow.accounts import Unit, unit_by_code
from requestflow.cases import Case, CaseEvent, Remedy, page_key, unit_ids
from requestflow.foundation import NotFound, text
from requestflow.law import (
    DAYS,
    HOME,
    MONEY,
    SELDOM,
    Label,
    LawError,
    ReportTable,
    Source,
    TableLine,
    form_beside_report,
    measured,
    report_form_for,
)
from requestflow.reported_figures import CountsRow
from requestflow.statistics.aggregation import (
    RECORDS,
    Scope,
    as_condition,
    belongs,
    cell_id,
    merge_groups,
)
from requestflow.statistics.checks import causes
from requestflow.statistics.oversight import Period, measure

PAGE = 50
QUARTERS = (1, 2, 3, 4)


@dataclass(frozen=True)
class FigureSelection:
    """What a figure counted: its name, its source, the condition its records satisfy."""

    label: Label
    source: Source
    condition: ColumnElement[bool]
    unit: Unit
    since: datetime | None = None
    """Where it is what was recorded after a moment: that moment."""


def select_figure(
    session: Session,
    figure_id: str,
    year: int,
    unit_code: str,
    today: date | None = None,
    exact: bool = False,
    quarter: int | None = None,
) -> FigureSelection:
    """Finds a figure by its id; NotFound for one that the year's form does not have.

    Besides the form's figures: `check:` and a check's id for what makes its sides differ, `since:`
    and a moment for what was recorded after it, `oversight.` and a measure. `exact`: of the unit
    alone, without those below it. `today` is the day on which one looks (oversight).
    """
    unit = unit_by_code(session, unit_code)
    quarter = quarter if quarter in QUARTERS else None
    scope = Scope(year, tuple(unit_ids(session, unit.path, exact=exact)), quarter, SELDOM)
    if figure_id.startswith("oversight."):
        period = Period(year, today or date(year, 12, 31))
        label, source, condition = measure(figure_id.removeprefix("oversight."), period)
        table: Any = Case if source == "cases" else Remedy
        of_units = table.unit_id.in_(scope.unit_ids or ())
        return FigureSelection(label, source, and_(condition, of_units), unit)  # type: ignore[arg-type]
    try:
        form = report_form_for(year, unit.jurisdiction)
    except LawError as error:
        raise NotFound(text("There is no report form for %(year)s.", year=year)) from error
    if figure_id.startswith("check:"):
        beside = form_beside_report(year, unit.jurisdiction)
        label, source, condition = causes((form, beside), figure_id.removeprefix("check:"), scope)
        return FigureSelection(label, source, condition, unit)
    if figure_id.startswith("since:"):
        moment = _moment(figure_id.removeprefix("since:"))
        label = Label(zh="此后又有记录的案件", en="Cases with later entries")
        later = select(CaseEvent.case_id).where(CaseEvent.recorded_at > moment)
        condition = and_(belongs("cases", scope), Case.id.in_(later))
        return FigureSelection(label, "cases", condition, unit, moment)
    beside = form_beside_report(year, unit.jurisdiction)
    for table in (*form.tables, *(beside.tables if beside else ())):
        for row in table.rows:
            for column in table.columns or (None,):
                if cell_id(table, row, column) == figure_id:
                    return _cell(table, row, column, scope, unit)
    raise NotFound(
        text(
            "The report form for %(year)s does not have a figure '%(id)s'.", year=year, id=figure_id
        )
    )


def _cell(
    table: ReportTable, row: TableLine, column: TableLine | None, scope: Scope, unit: Unit
) -> FigureSelection:
    """What a cell of a table counts; NotFound where it counts no records."""
    if table.source not in RECORDS or row.ratio:
        raise NotFound(text("This figure does not count cases."))
    predicate = merge_groups(row.when, column.when) if column else row.when
    condition = as_condition(table.source, scope, predicate)
    what = measured(row, column)
    if what in (*MONEY, "fee_notices"):
        condition = and_(condition, getattr(Case, what) > 0)
    if what in DAYS:
        condition = and_(condition, Case.days_taken.is_not(None))
    return FigureSelection(row.label, table.source, condition, unit)


def reported_by(
    figure_id: str,
    year: int,
    measure: str | None = None,
    jurisdiction: str = HOME,
    quarter: int = 0,
) -> tuple[Label, CountsRow]:
    """The counts or reported figures behind a figure that counts no records; NotFound for any
    other."""
    try:
        form = report_form_for(year, jurisdiction)
    except LawError as error:
        raise NotFound(text("There is no report form for %(year)s.", year=year)) from error
    key = figure_id.removeprefix("reported.")
    if form.reported and key and key != figure_id:
        name, counted_in = _name_and_measure(key, measure)
        end = f"（{counted_in}）" if counted_in else ""
        label = Label(zh=name + end, en=f"{name} ({counted_in})" if counted_in else name)
        return label, CountsRow("activity", year, (name,), counted_in, quarter)
    beside = form_beside_report(year, jurisdiction)
    for table in (*form.tables, *(beside.tables if beside else ())):
        dimension = {"publications": "category", "channels": "channel", "activity": "figure"}
        if table.source not in dimension:
            continue
        for row in table.rows:
            for column in table.columns or (None,):
                if cell_id(table, row, column) == figure_id:
                    predicate = merge_groups(row.when, column.when) if column else row.when
                    label = table.names[row.id, column.id if column else None]
                    wanted = predicate.get(dimension[table.source], ())
                    return label, CountsRow(table.source, year, wanted, None, quarter)
    raise NotFound(
        text(
            "The report form for %(year)s does not have a figure '%(id)s'.", year=year, id=figure_id
        )
    )


def _name_and_measure(key: str, measure: str | None) -> tuple[str, str | None]:
    """The name of a reported figure and in what it is counted, as its id has them: 培训（场）."""
    if measure is None and key.endswith("）"):
        name, _, rest = key.rpartition("（")
        return (name, rest.removesuffix("）")) if name else (key, None)
    return key.removesuffix(f"（{measure}）"), measure


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NotFound(text("The date or time is not valid.")) from error
    if moment.tzinfo is None:
        raise NotFound(text("The date or time is not valid."))
    return moment


def condition_of(counted: FigureSelection) -> ColumnElement[bool]:
    """The condition on cases; NotFound where the figure counts something else."""
    if counted.source != "cases":
        raise NotFound(text("This figure does not count cases."))
    return counted.condition


def list_remedies(
    session: Session, counted: FigureSelection, after: str | None = None, size: int = PAGE
) -> tuple[Sequence[Any], str | None]:
    """A page of the remedies a figure counted, newest first, and the key of the next page."""
    if counted.source != "remedies":
        raise NotFound(text("This figure does not count challenges."))
    query = (
        select(
            Remedy.id,
            Remedy.kind,
            Remedy.route,
            Remedy.authority,
            Remedy.filed_on,
            Remedy.concluded_on,
            Remedy.result,
            Case.number,
            Case.law,
            Unit.name.label("unit_name"),
        )
        .join(Case, Case.id == Remedy.case_id)
        .join(Unit, Unit.id == Remedy.unit_id)
        .where(counted.condition)
        .order_by(Remedy.filed_on.desc(), Remedy.id.desc())
    )
    if after:
        query = query.where(tuple_(Remedy.filed_on, Remedy.id) < page_key(after))
    rows = list(session.execute(query.limit(size + 1)))
    more = len(rows) > size
    last = rows[size - 1] if more else None
    return rows[:size], f"{last.filed_on.isoformat()}_{last.id}" if last else None
