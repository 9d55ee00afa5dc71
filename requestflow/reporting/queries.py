"""Questions about annual reports, one function each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from requestflow.accounts import Person, Unit
from requestflow.publications import ChannelCount, Publication
from requestflow.reported_figures import ReportedFigure
from requestflow.reporting.models import (
    CORRECTION_BEGUN,
    AnnualReport,
    ReportSnapshot,
    ReportStep,
    ReportText,
)

PAGE = 50
HANDED_IN = frozenset({"submitted", "accepted", "published"})


def report_of(session: Session, unit_id: int, year: int) -> AnnualReport | None:
    """The report of a unit for a year; None before it is begun."""
    query = select(AnnualReport).where(AnnualReport.unit_id == unit_id, AnnualReport.year == year)
    return session.scalar(query)


_NEWER = aliased(ReportText)
_TEXTS = select(ReportText).where(
    ReportText.report_id == bindparam("report_id"),
    ~select(_NEWER.id)
    .where(
        _NEWER.report_id == ReportText.report_id,
        _NEWER.section == ReportText.section,
        _NEWER.locale == ReportText.locale,
        _NEWER.version > ReportText.version,
    )
    .exists(),
)


def texts_of(session: Session, report_id: int) -> Mapping[tuple[str, str], ReportText]:
    """The words that stand, by chapter and language."""
    rows = session.scalars(_TEXTS, {"report_id": report_id})
    return {(row.section, row.locale): row for row in rows}


def text_read(
    session: Session, report_id: int, section: str, locale: str, version: int
) -> ReportText | None:
    """A version of a chapter's words; None where there is none."""
    query = select(ReportText).where(
        ReportText.report_id == report_id,
        ReportText.section == section,
        ReportText.locale == locale,
        ReportText.version == version,
    )
    return session.scalar(query)


def correction_begun_at(session: Session, report_id: int) -> datetime | None:
    """When the last correction was begun; None where there was none."""
    query = select(func.max(ReportStep.at)).where(
        ReportStep.report_id == report_id, ReportStep.kind == CORRECTION_BEGUN
    )
    return session.scalar(query)


_STEPS = (
    select(ReportStep, Person.name)
    .outerjoin(Person, Person.username == ReportStep.by)
    .where(ReportStep.report_id == bindparam("report_id"))
    .order_by(ReportStep.id)
)


def steps_of(session: Session, report_id: int) -> Sequence[tuple[ReportStep, str | None]]:
    """What was done with a report, in order, each with the name of who did it, where they are one
    of the staff."""
    return [(step, name) for step, name in session.execute(_STEPS, {"report_id": report_id})]


_WITH_SNAPSHOTS = (
    select(AnnualReport, ReportSnapshot)
    .outerjoin(ReportSnapshot, ReportSnapshot.report_id == AnnualReport.id)
    .where(
        AnnualReport.unit_id == bindparam("unit_id"),
        AnnualReport.year.in_((bindparam("year"), bindparam("before"))),
    )
    .order_by(ReportSnapshot.id.desc())
)


def with_snapshots(
    session: Session, unit_id: int, year: int
) -> tuple[AnnualReport | None, Sequence[ReportSnapshot], ReportSnapshot | None]:
    """A unit's report for a year, its snapshots, the newest first, and what was last published for
    the year before, in one statement."""
    given = {"unit_id": unit_id, "year": year, "before": year - 1}
    row: AnnualReport | None = None
    snapshots: list[ReportSnapshot] = []
    before: ReportSnapshot | None = None
    for report, snapshot in session.execute(_WITH_SNAPSHOTS, given):
        if report.year == year:
            row = report
            snapshots += [snapshot] if snapshot else []
        elif snapshot and snapshot.kind == "published" and before is None:
            before = snapshot
    return row, snapshots, before


def latest(session: Session, report_id: int, kind: str) -> ReportSnapshot | None:
    """The last snapshot of a kind."""
    query = (
        select(ReportSnapshot)
        .where(ReportSnapshot.report_id == report_id, ReportSnapshot.kind == kind)
        .order_by(ReportSnapshot.number.desc())
        .limit(1)
    )
    return session.scalar(query)


_PUBLISHED = (
    select(ReportSnapshot)
    .join(AnnualReport, AnnualReport.id == ReportSnapshot.report_id)
    .join(Unit, Unit.id == AnnualReport.unit_id)
    .where(
        Unit.code == bindparam("code"),
        AnnualReport.year == bindparam("year"),
        ReportSnapshot.kind == "published",
    )
    .order_by(ReportSnapshot.number.desc())
)

_LAST_PUBLISHED = _PUBLISHED.limit(1)
_PUBLISHED_VERSION = _PUBLISHED.where(ReportSnapshot.number == bindparam("number"))


def published(
    session: Session, unit_code: str, year: int, number: int | None = None
) -> ReportSnapshot | None:
    """A published report: the last version, or the one of that number."""
    given = {"code": unit_code, "year": year}
    if number is None:
        return session.scalar(_LAST_PUBLISHED, given)
    return session.scalar(_PUBLISHED_VERSION, {**given, "number": number})


_VERSIONS = (
    select(
        ReportSnapshot.number,
        ReportSnapshot.taken_at,
        ReportSnapshot.hash,
        ReportSnapshot.notice,
    )
    .where(ReportSnapshot.report_id == bindparam("report"), ReportSnapshot.kind == "published")
    .order_by(ReportSnapshot.number.desc())
)


def versions_of(session: Session, report_id: int) -> Sequence[Any]:
    """The published versions of a report, the newest first: number, when, its hash and notice."""
    return session.execute(_VERSIONS, {"report": report_id}).all()


_PUBLISHED_LIST = (
    select(
        AnnualReport.year,
        Unit.code,
        Unit.name,
        Unit.path,
        func.max(ReportSnapshot.number).label("versions"),
        func.max(ReportSnapshot.taken_at).label("published_at"),
    )
    .join(Unit, Unit.id == AnnualReport.unit_id)
    .join(ReportSnapshot, ReportSnapshot.report_id == AnnualReport.id)
    .where(ReportSnapshot.kind == "published")
    .group_by(AnnualReport.year, Unit.code, Unit.name, Unit.path)
    .order_by(AnnualReport.year.desc(), Unit.path)
)


def published_list(
    session: Session, after: str | None = None, year: int | None = None
) -> tuple[Sequence[Any], str | None]:
    """A page of what is published, the newest years first: year, code and name of the unit, how
    many versions, when the last; and the key of the next page."""
    query = _PUBLISHED_LIST
    if year is not None:
        query = query.where(AnnualReport.year == year)
    key = (after or "").partition("_")
    if key[0].isdecimal() and len(key[0]) == 4:
        last = int(key[0])
        query = query.where(
            or_(
                AnnualReport.year < last,
                and_(AnnualReport.year == last, Unit.path > key[2]),
            )
        )
    rows = list(session.execute(query.limit(PAGE + 1)))
    more = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], f"{more.year}_{more.path}" if more else None


_PUBLISHED_OF_ROOT = _PUBLISHED_LIST.where(Unit.parent_id.is_(None))


def published_of_root(session: Session) -> Sequence[Any]:
    """What the whole body has published, the newest years first."""
    return session.execute(_PUBLISHED_OF_ROOT).all()


def not_reported_again(session: Session, unit: Unit, year: int) -> Mapping[str, Sequence[str]]:
    """The figures that a unit, or one below it, reported for the year before and has not for this
    one, by the unit's name; `publications` and `channels` for the numbers of items that are put in
    month by month."""
    given = {"year": year, "before": year - 1, "path": unit.path, "length": len(unit.path)}
    results: dict[str, list[str]] = {}
    for _, name, figure in session.execute(_not_reported_again(), given):
        results.setdefault(name, []).append(figure)
    return results


@cache
def _not_reported_again() -> Any:
    """The statement, built once."""
    beneath = func.substr(Unit.path, 1, bindparam("length")) == bindparam("path")
    again = aliased(ReportedFigure)
    same = select(again.id).where(
        again.unit_id == ReportedFigure.unit_id,
        again.figure == ReportedFigure.figure,
        again.year == bindparam("year"),
        again.quarter == 0,
    )
    figures = (
        select(Unit.path, Unit.name, ReportedFigure.figure)
        .join(Unit, Unit.id == ReportedFigure.unit_id)
        .where(
            ReportedFigure.year == bindparam("before"),
            ReportedFigure.quarter == 0,
            beneath,
            ~same.exists(),
        )
    )
    parts = [figures]
    for source, table in (("publications", Publication), ("channels", ChannelCount)):
        counts: Any = aliased(table)
        put_in = select(counts.id).where(
            counts.unit_id == Unit.id, counts.year == bindparam("year")
        )
        before = select(counts.id).where(
            counts.unit_id == Unit.id, counts.year == bindparam("before")
        )
        silent: Any = select(Unit.path, Unit.name, literal(source))
        parts.append(silent.where(beneath, before.exists(), ~put_in.exists()))
    return union_all(*parts).order_by("path", "figure")


def states_of(session: Session, unit: Unit, year: int) -> tuple[str, Mapping[str, int]]:
    """How far a unit's report is, and how many of the units directly below are how far."""
    query = (
        select(Unit.id, AnnualReport.state)
        .outerjoin(AnnualReport, and_(AnnualReport.unit_id == Unit.id, AnnualReport.year == year))
        .where(or_(Unit.id == unit.id, Unit.parent_id == unit.id))
    )
    states = {unit_id: state or "not_begun" for unit_id, state in session.execute(query)}
    own = states.pop(unit.id)
    return own, Counter(states.values())
