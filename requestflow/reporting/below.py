"""The units below: how far the report of each is, and what was recorded after it was handed in."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Select,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session, aliased

from requestflow.accounts import Unit
from requestflow.cases import Case, CaseEvent
from requestflow.publications import FigureChange
from requestflow.reporting.models import AnnualReport, ReportSnapshot
from requestflow.reporting.queries import HANDED_IN
from requestflow.statistics.groups import Scope, belongs

SOURCES = ("publications", "channels", "activity")


@dataclass(frozen=True)
class Child:
    """A unit directly below, and how far its report is (`not_begun` where there is none).
    `recorded_since` counts the cases that were recorded into the year after it was handed in, and
    the figures that were stated otherwise."""

    unit: Unit
    state: str
    changed_at: datetime | None
    handed_in_at: datetime | None = None
    recorded_since: int = 0


def children_of(session: Session, unit: Unit, year: int) -> Sequence[Child]:
    """The units directly below, each with the state of its report."""
    # What was handed in for a correction that was given up is not what the published report says.
    later = aliased(ReportSnapshot)
    used = (
        select(later.id)
        .where(
            later.report_id == ReportSnapshot.report_id,
            later.kind == "published",
            later.id > ReportSnapshot.id,
        )
        .exists()
    )
    handed_in = (
        select(ReportSnapshot.report_id, func.max(ReportSnapshot.taken_at).label("at"))
        .join(AnnualReport, AnnualReport.id == ReportSnapshot.report_id)
        .where(ReportSnapshot.kind == "submitted", or_(AnnualReport.state != "published", used))
        .group_by(ReportSnapshot.report_id)
        .subquery()
    )
    query = (
        select(Unit, AnnualReport, handed_in.c.at)
        .outerjoin(AnnualReport, and_(AnnualReport.unit_id == Unit.id, AnnualReport.year == year))
        .outerjoin(handed_in, handed_in.c.report_id == AnnualReport.id)
        .where(Unit.parent_id == unit.id)
        .order_by(Unit.path)
    )
    rows = session.execute(query).all()
    days = [at for _, report, at in rows if at and report and report.state in HANDED_IN]
    since = recorded_since(session, year, min(days)) if days else ()
    return [_child(child, report, at, since) for child, report, at in rows]


def _child(
    unit: Unit, report: AnnualReport | None, at: datetime | None, since: Sequence[Any]
) -> Child:
    if report is None:
        return Child(unit, "not_begun", None)
    if at is None or report.state not in HANDED_IN:
        return Child(unit, report.state, report.changed_at)
    own = [row for row in since if row.path.startswith(unit.path) and row.at > at]
    late = {row.case_id for row in own if row.case_id}
    return Child(unit, report.state, report.changed_at, at, len(late) + len(_restated(own)))


def _restated(since: Sequence[Any]) -> set[tuple[str, str]]:
    """The counts and reported figures that are others now; what was changed and changed back is
    not."""
    sums: Counter[tuple[str, str]] = Counter()
    there: Counter[tuple[str, str]] = Counter()
    for row in since:
        if row.figure:
            sums[row.path, row.figure] += row.by
            there[row.path, row.figure] += row.there
    return {key for key in sums if sums[key] or there[key]}


def recorded_since(session: Session, year: int, moment: datetime) -> Sequence[Any]:
    """What was recorded into a year after a moment, each with the path of its unit and when: steps
    with the cases of the year's report, also for units that they have left; and every change of a
    count or a reported figure, by how much (`there`: 1 where it was not stated before, -1 where
    it no longer is)."""
    scope = Scope(year)
    within = CaseEvent.day.between(scope.first, scope.last)
    into = or_(within, CaseEvent.kind.in_(("corrected", "transferred")))
    no_figure = literal("").label("figure"), literal(0).label("by"), literal(0).label("there")
    # Found before they are joined: few events are late, and many cases are of the year.
    later = (
        select(CaseEvent.case_id, CaseEvent.recorded_at, CaseEvent.day)
        .where(CaseEvent.recorded_at > moment, into)
        .cte("later")
        .prefix_with("MATERIALIZED")
    )
    # A case that was corrected out of the year was of it, by what had been recorded.
    known = aliased(CaseEvent)
    was_of_it = select(known.id).where(
        known.case_id == later.c.case_id, known.day.between(scope.first, scope.last)
    )
    spoken_of = or_(belongs("cases", scope), was_of_it.exists())
    cases = (
        select(later.c.case_id, Unit.path, later.c.recorded_at.label("at"))
        .add_columns(*no_figure)
        .join(Case, Case.id == later.c.case_id)
        .join(Unit, Unit.id == Case.unit_id)
        .where(or_(later.c.day.between(scope.first, scope.last), spoken_of))
    )
    places = _places(session, moment).subquery("places")
    left = (
        select(places.c.case_id, Unit.path, places.c.recorded_at)
        .add_columns(*no_figure)
        .join(Case, Case.id == places.c.case_id)
        .join(Unit, Unit.code == places.c.earlier)
        .where(places.c.recorded_at > moment, belongs("cases", scope))
    )
    change = FigureChange
    figures = (
        select(
            literal(0),
            Unit.path,
            change.at,
            change.source + "|" + change.name + "|" + func.coalesce(change.measure, ""),
            func.coalesce(change.after, 0) - func.coalesce(change.before, 0),
            sql_case((change.before.is_(None), 1), else_=0)
            - sql_case((change.after.is_(None), 1), else_=0),
        )
        .join(Unit, Unit.id == change.unit_id)
        # Named one by one, because the index begins with the source.
        .where(change.source.in_(SOURCES), change.year == year, change.at > moment)
    )
    return session.execute(union_all(cases, left, figures)).all()


def _places(session: Session, moment: datetime) -> Select[Any]:
    """Where the cases came that were transferred after a moment, and from where."""
    data = CaseEvent.data
    postgresql = session.get_bind().dialect.name == "postgresql"
    code = (cast(data, JSON) if postgresql else type_coerce(data, JSON))["unit"].as_string()
    earlier = func.lag(code).over(partition_by=CaseEvent.case_id, order_by=CaseEvent.sequence)
    moved = select(CaseEvent.case_id).where(
        CaseEvent.kind == "transferred", CaseEvent.recorded_at > moment
    )
    query: Any = select(CaseEvent.case_id, CaseEvent.recorded_at, earlier.label("earlier"))
    found: Select[Any] = query.where(
        CaseEvent.case_id.in_(moved), CaseEvent.kind.in_(("received", "transferred"))
    )
    return found
