"""Figures that a unit reports because no record holds them, entered with their origin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, require, within
from requestflow.foundation import text
from requestflow.reported_figures.models import FigureChange, ReportedFigure
from requestflow.reported_figures.validation import (
    SCALE,
    FigureChanged,
    FigureInput,
    FigureRefused,
    changes_between,
    parse_figure,
)


@dataclass(frozen=True)
class Span:
    """A year, or a quarter of it (0: the whole year)."""

    year: int
    quarter: int = 0


def figures_of(
    session: Session, unit_id: int, year: int, quarter: int = 0
) -> Sequence[ReportedFigure]:
    """What a unit reported for a year, or a quarter of it."""
    query = select(ReportedFigure).where(
        ReportedFigure.unit_id == unit_id,
        ReportedFigure.year == year,
        ReportedFigure.quarter == quarter,
    )
    return list(session.scalars(query.order_by(ReportedFigure.id)))


def origins_of(
    session: Session, unit_path: str, year: int, quarter: int = 0
) -> Mapping[tuple[str, str], Sequence[str]]:
    """Where the figures of a unit and all below it come from, by figure and in what it is counted:
    each origin once."""
    query = (
        select(ReportedFigure.figure, ReportedFigure.unit_of_measure, ReportedFigure.origin)
        .join(Unit, Unit.id == ReportedFigure.unit_id)
        .where(
            ReportedFigure.year == year,
            ReportedFigure.quarter == quarter,
            ReportedFigure.origin.is_not(None),
            within(unit_path),
        )
        .distinct()
        .order_by(ReportedFigure.figure, ReportedFigure.origin)
    )
    results: dict[tuple[str, str], list[str]] = {}
    for figure, measure, origin in session.execute(query):
        results.setdefault((figure, measure), []).append(str(origin))
    return results


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
    seen: str | None = None,
    quarter: int = 0,
) -> None:
    """Enters or changes a figure of a year, or a quarter of it, from what was typed. An empty
    `measure` is the one that the year's form asks for; `seen` is the mark of what stood when it was
    read, empty for nothing.
    FigureRefused at the field that is wrong, FigureChanged where something else stands by now,
    Refused."""
    require(actor, "report.prepare", unit.path)
    after = parse_figure(year, figure, value, measure, origin, sourced=True)
    span = Span(year, quarter)
    row = _standing(session, unit, span, figure)
    if row is None or _stated(row) != after:
        _require_as_seen(row, seen)
    _state(session, actor, unit, span, figure, row, after, now, late_reason)


def take_back_figure(
    session: Session,
    actor: Actor,
    unit: Unit,
    year: int,
    figure: str,
    now: datetime,
    late_reason: str = "",
    seen: str | None = None,
    quarter: int = 0,
) -> None:
    """Takes a figure back, so that it counts as not reported. FigureRefused where it was not,
    FigureChanged where it stands otherwise than it was `seen`, Refused."""
    require(actor, "report.prepare", unit.path)
    span = Span(year, quarter)
    row = _standing(session, unit, span, figure)
    if row is None:
        raise FigureRefused("figure", text("This figure has not been reported yet."))
    _require_as_seen(row, seen)
    _state(session, actor, unit, span, figure, row, None, now, late_reason)


def mark_of(row: ReportedFigure | None) -> str:
    """The mark of what stands; empty for nothing."""
    return _stated(row).mark if row else ""


def _require_as_seen(row: ReportedFigure | None, seen: str | None) -> None:
    if seen is None or mark_of(row) == seen:
        return
    hint = text(
        "Your entry was not saved. Submit it again if it should replace the existing figure."
    )
    if row is None:
        raise FigureChanged(
            "value", text("Another user withdrew this figure in the meantime."), hint
        )
    message = text(
        "This figure has already been reported: %(value)s %(measure)s, source: %(origin)s.",
        value=f"{Decimal(row.value) / SCALE:f}",
        measure=row.unit_of_measure,
        origin=row.origin or "—",
    )
    raise FigureChanged("value", message, hint)


def changed_since(
    session: Session, unit: Unit, year: int, moment: datetime
) -> Mapping[str, tuple[FigureInput | None, FigureInput | None]]:
    """The figures that a unit alone, by its own people, states otherwise than at a moment: what it
    stated then, and what it states now. What was imported at the terminal since stands."""
    query = (
        select(FigureChange)
        .where(
            FigureChange.source == "activity",
            FigureChange.year == year,
            FigureChange.quarter == 0,
            FigureChange.unit_id == unit.id,
            FigureChange.at > moment,
        )
        .order_by(FigureChange.id)
    )
    then: dict[str, FigureInput | None] = {}
    for row in session.scalars(query):
        if row.by == Actor.operator().name:
            then.pop(row.name, None)
            continue
        was = (
            None if row.before is None else FigureInput(row.before, row.measure, row.origin_before)
        )
        then.setdefault(row.name, was)
    now = {row.figure: _stated(row) for row in figures_of(session, unit.id, year)}
    return {name: (was, now.get(name)) for name, was in then.items() if was != now.get(name)}


def state_again(
    session: Session, actor: Actor, unit: Unit, year: int, moment: datetime, now: datetime, why: str
) -> Sequence[str]:
    """Lets a unit state again what it stated at a moment, by further changes; which figures that
    changed. Who had entered them then has entered what stands."""
    result = changed_since(session, unit, year, moment)
    query = (
        select(FigureChange.name, FigureChange.by, FigureChange.at)
        .where(
            FigureChange.source == "activity",
            FigureChange.year == year,
            FigureChange.quarter == 0,
            FigureChange.unit_id == unit.id,
            FigureChange.at <= moment,
        )
        .order_by(FigureChange.id)
    )
    entered = {name: (by, at) for name, by, at in session.execute(query)}
    for name, (was, _) in result.items():
        row = _standing(session, unit, Span(year), name)
        row = _state(session, actor, unit, Span(year), name, row, was, now, why)
        if row:
            row.entered_by, row.entered_at = entered.get(name, (None, None))
    return list(result)


def _stated(row: ReportedFigure) -> FigureInput:
    return FigureInput(row.value, row.unit_of_measure, row.origin)


def _standing(session: Session, unit: Unit, span: Span, figure: str) -> ReportedFigure | None:
    """What a unit states, held for the rest of the transaction."""
    query = select(ReportedFigure).where(
        ReportedFigure.unit_id == unit.id,
        ReportedFigure.year == span.year,
        ReportedFigure.quarter == span.quarter,
        ReportedFigure.figure == figure,
    )
    return session.scalar(query.with_for_update())


def _state(
    session: Session,
    actor: Actor,
    unit: Unit,
    span: Span,
    figure: str,
    row: ReportedFigure | None,
    after: FigureInput | None,
    now: datetime,
    late_reason: str,
) -> ReportedFigure | None:
    """Stores what a unit states, with the change that it is; what stands then."""
    changes = list(changes_between(_stated(row) if row else None, after))
    if not changes:
        return row
    if after is None:
        session.delete(row)
        row = None
    else:
        if row is None:
            row = ReportedFigure(
                unit_id=unit.id, year=span.year, quarter=span.quarter, figure=figure
            )
            session.add(row)
        row.value, row.unit_of_measure, row.origin = after.value, after.measure or "", after.origin
        row.entered_by, row.entered_at = actor.name, now
    for change in changes:
        session.add(
            FigureChange(
                source="activity",
                unit_id=unit.id,
                year=span.year,
                quarter=span.quarter,
                name=figure,
                late_reason=late_reason or None,
                at=now,
                by=actor.name,
                **change,
            )
        )
    try:
        session.flush()
    except IntegrityError as error:
        raise FigureChanged(
            "value",
            text("Another user reported this figure in the meantime."),
            text(
                "Your entry was not saved. Submit it again if it should replace the existing "
                "figure."
            ),
        ) from error
    return row
