"""What stands behind a figure that counts no case: which unit states how much, what was changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, null, select, tuple_
from sqlalchemy.orm import Session

from requestflow.accounts import Unit, within
from requestflow.publications import ChannelCount, Publication
from requestflow.reported_figures.models import FigureChange, ReportedFigure

PAGE = 50


@dataclass(frozen=True)
class CountsRow:
    """Counts or reported figures of a year, or of a `quarter` of it (0: the year): `source` is
    `publications`, `channels` or `activity`; `names` the categories, channels or figures, empty for
    all of them; `measure`: only what is counted in that."""

    source: str
    year: int
    names: tuple[str, ...] = ()
    measure: str | None = None
    quarter: int = 0

    @property
    def months(self) -> range:
        """The months of the span."""
        return range(3 * self.quarter - 2, 3 * self.quarter + 1) if self.quarter else range(1, 13)


def statements(
    session: Session,
    counts: CountsRow,
    unit_path: str,
    after: str | None = None,
    exact: bool = False,
) -> tuple[Sequence[Any], str | None]:
    """A page of what a unit and, unless `exact`, those below it state, unit by unit, and the key of
    the next page.
    Reported figures are in ten-thousandths, with measure and origin; counts of items are summed
    over the months."""
    if counts.source == "activity":
        query, name = _reported(counts), ReportedFigure.figure
    else:
        query, name = _items(counts)
    query = query.where(Unit.path == unit_path if exact else within(unit_path))
    if counts.names:
        query = query.where(name.in_(counts.names))
    if counts.measure is not None and counts.source == "activity":
        query = query.where(ReportedFigure.unit_of_measure == counts.measure)
    if after:
        path, _, last = after.partition("|")
        query = query.where(tuple_(Unit.path, name) > (path, last))
    rows = session.execute(query.order_by(Unit.path, name).limit(PAGE + 1)).all()
    more = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], f"{more.path}|{more.name}" if more else None


def _reported(counts: CountsRow) -> Select[Any]:
    query: Any = select(
        Unit.path,
        Unit.name.label("unit"),
        ReportedFigure.figure.label("name"),
        ReportedFigure.value,
        ReportedFigure.unit_of_measure.label("measure"),
        ReportedFigure.origin,
        ReportedFigure.entered_by,
        ReportedFigure.entered_at,
    )
    match: Select[Any] = query.join(Unit, Unit.id == ReportedFigure.unit_id)
    return match.where(ReportedFigure.year == counts.year, ReportedFigure.quarter == counts.quarter)


def _items(counts: CountsRow) -> tuple[Select[Any], Any]:
    published = counts.source == "publications"
    table: Any = Publication if published else ChannelCount
    name = table.category if published else table.channel
    query = select(
        Unit.path,
        Unit.name.label("unit"),
        name.label("name"),
        func.sum(table.count).label("value"),
        literal("").label("measure"),
        null().label("origin"),
        null().label("entered_by"),
        null().label("entered_at"),
    )
    query = query.join(Unit, Unit.id == table.unit_id).where(table.year == counts.year)
    if counts.quarter:
        query = query.where(table.month.in_(counts.months))
    return query.group_by(Unit.path, Unit.name, name), name


def changes_of(
    session: Session,
    counts: CountsRow,
    unit_path: str,
    since: datetime | None = None,
    before: int | None = None,
    exact: bool = False,
) -> tuple[Sequence[tuple[FigureChange, str]], int | None]:
    """A page of what was changed, the latest first, each with the name of its unit, and the key of
    the next page; `since`: only what was changed after that moment. Without it the first time that
    a month's count of items was put in is no change, unless it came late."""
    query = (
        select(FigureChange, Unit.name)
        .join(Unit, Unit.id == FigureChange.unit_id)
        .where(
            FigureChange.source == counts.source,
            FigureChange.year == counts.year,
            Unit.path == unit_path if exact else within(unit_path),
        )
        .order_by(FigureChange.id.desc())
    )
    if counts.names:
        query = query.where(FigureChange.name.in_(counts.names))
    if counts.measure is not None:
        query = query.where(FigureChange.measure == counts.measure)
    if counts.source == "activity":
        query = query.where(FigureChange.quarter == counts.quarter)
    elif counts.quarter:
        query = query.where(FigureChange.month.in_(counts.months))
    if since is not None:
        query = query.where(FigureChange.at > since)
    elif counts.source != "activity":
        restated = FigureChange.before.is_not(None) | FigureChange.late_reason.is_not(None)
        query = query.where(restated)
    if before is not None:
        query = query.where(FigureChange.id < before)
    rows = [(change, unit) for change, unit in session.execute(query.limit(PAGE + 1))]
    more = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], more[0].id if more else None
