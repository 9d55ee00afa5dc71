"""The units below: how far the report of each is, and what was recorded after it was handed in."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from requestflow.accounts import Unit
from requestflow.reporting.late_records import LateRecord, late_records_since
from requestflow.reporting.models import AnnualReport, ReportSnapshot
from requestflow.reporting.queries import HANDED_IN


@dataclass(frozen=True)
class SubordinateReport:
    """A unit directly below, and how far its report is (`not_begun` where there is none).
    `handed_in_at` is when it handed in what stands, also while that is being corrected.
    `recorded_since` counts the cases that were recorded into the year after it, and the figures
    that were stated otherwise; `correcting`: a correction is being made there or further down."""

    unit: Unit
    state: str
    changed_at: datetime | None
    handed_in_at: datetime | None = None
    recorded_since: int = 0
    correcting: bool = False


def subordinate_reports(session: Session, unit: Unit, year: int) -> Sequence[SubordinateReport]:
    """The units directly below, each with the state of its report."""
    rows = session.execute(_query(), {"year": year, "parent_id": unit.id}).all()
    days = [at for _, report, at, _ in rows if at and report]
    since = late_records_since(session, year, min(days)) if days else ()
    return [_child(child, report, at, under_way, since) for child, report, at, under_way in rows]


@cache
def _query() -> Select[Any]:
    """The statement, built once."""
    # What stands is what was handed in last, or what was published while a correction is made; what
    # was handed in for a correction that was given up is neither.
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
        .where(
            ReportSnapshot.kind == "submitted",
            or_(AnnualReport.state.in_(("submitted", "accepted")), used),
        )
        .group_by(ReportSnapshot.report_id)
        .subquery()
    )
    # A correction further down changes the figures of the unit below as well.
    beneath, its = aliased(Unit), aliased(AnnualReport)
    correcting = (
        select(its.id)
        .join(beneath, beneath.id == its.unit_id)
        .where(
            its.year == bindparam("year"),
            its.correction.is_not(None),
            its.state.not_in(HANDED_IN),
            func.substr(beneath.path, 1, func.length(Unit.path)) == Unit.path,
        )
        .exists()
    )
    return (
        select(Unit, AnnualReport, handed_in.c.at, correcting)
        .outerjoin(
            AnnualReport,
            and_(AnnualReport.unit_id == Unit.id, AnnualReport.year == bindparam("year")),
        )
        .outerjoin(handed_in, handed_in.c.report_id == AnnualReport.id)
        .where(Unit.parent_id == bindparam("parent_id"))
        .order_by(Unit.path)
    )


def _child(
    unit: Unit,
    report: AnnualReport | None,
    at: datetime | None,
    correcting: bool,
    since: Sequence[LateRecord],
) -> SubordinateReport:
    if report is None:
        return SubordinateReport(unit, "not_begun", None)
    if at is None:
        return SubordinateReport(unit, report.state, report.changed_at)
    own = [row for row in since if row.path.startswith(unit.path) and row.at > at]
    late = {row.case_id for row in own if row.case_id}
    number = len(late) + len(_restated(own))
    return SubordinateReport(unit, report.state, report.changed_at, at, number, correcting)


def _restated(since: Sequence[LateRecord]) -> set[tuple[str, str]]:
    """The counts and reported figures that are others now; what was changed and changed back is
    not."""
    sums: Counter[tuple[str, str]] = Counter()
    there: Counter[tuple[str, str]] = Counter()
    for row in since:
        if row.figure:
            sums[row.path, row.figure] += row.by
            there[row.path, row.figure] += row.there
    return {key for key in sums if sums[key] or there[key]}
