"""Figures that a unit reports because no record holds them, entered with their origin."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, require, within
from requestflow.foundation import RequestflowError, text
from requestflow.publications.models import Activity, FigureChange
from requestflow.publications.service import CellWrong, scaled

NAME = re.compile(r"[^\s{}|]+")


class FigureRefused(RequestflowError):
    """A figure that cannot be entered; `field` is `figure`, `value`, `measure` or `origin`."""

    def __init__(self, field: str, message: object) -> None:
        super().__init__(message)  # type: ignore[arg-type]
        self.field = field


def figures_of(session: Session, unit_id: int, year: int) -> Sequence[Activity]:
    """What a unit reported for a year."""
    query = select(Activity).where(Activity.unit_id == unit_id, Activity.year == year)
    return list(session.scalars(query.order_by(Activity.id)))


def origins_of(session: Session, unit_path: str, year: int) -> dict[str, str]:
    """Where the figures of a unit and all below it come from, by figure: each origin once."""
    query = (
        select(Activity.figure, Activity.origin)
        .join(Unit, Unit.id == Activity.unit_id)
        .where(Activity.year == year, Activity.origin.is_not(None), within(unit_path))
        .distinct()
        .order_by(Activity.figure, Activity.origin)
    )
    found: dict[str, list[str]] = {}
    for figure, origin in session.execute(query):
        found.setdefault(figure, []).append(str(origin))
    return {figure: "；".join(said) for figure, said in found.items()}


def enter_figure(
    session: Session,
    actor: Actor,
    unit: Unit,
    year: int,
    figure: str,
    value: str,
    measure: str,
    origin: str,
    now: datetime,
    late_reason: str = "",
) -> None:
    """Enters or changes a figure from what was typed; an empty `value` takes it back, so that it
    counts as not reported. FigureRefused at the field that is wrong, Refused."""
    require(actor, "report.prepare", unit.path)
    if not NAME.fullmatch(figure) or len(figure) > 120:
        raise FigureRefused("figure", text("Enter a name without spaces, such as 新闻发布会."))
    query = select(Activity).where(
        Activity.unit_id == unit.id, Activity.year == year, Activity.figure == figure
    )
    row = session.scalar(query.with_for_update())
    before = row.value if row else None
    after = _number(value) if value else None
    if after is not None and not measure:
        raise FigureRefused("measure", text("Say in what it is counted, such as 件 or 万元."))
    if after is not None and not origin:
        raise FigureRefused("origin", text("Say where the figure comes from."))
    said = (measure[:20] or None) if after is not None else row.unit_of_measure if row else None
    if after is None and row is not None:
        session.delete(row)
    elif after is not None:
        if row is None:
            row = Activity(unit_id=unit.id, year=year, figure=figure)
            session.add(row)
        row.value, row.unit_of_measure, row.origin = after, measure[:20], origin[:500]
        row.entered_by, row.entered_at = actor.name, now
    if before != after:
        change = FigureChange(
            source="activity",
            unit_id=unit.id,
            year=year,
            name=figure,
            before=before,
            after=after,
            measure=said,
            late_reason=late_reason or None,
            at=now,
            by=actor.name,
        )
        session.add(change)
    session.flush()


def _number(value: str) -> int:
    try:
        number = scaled(value.replace(",", "").replace("，", ""))
    except CellWrong as error:
        raise FigureRefused(
            "value", text("Enter a number with at most four decimals, such as 12 or 3.5.")
        ) from error
    if number < 0:
        raise FigureRefused("value", text("A figure cannot be negative."))
    return number
