"""The view over a unit and all below it: what is open, how long answers took, how they ended.

Days are working days of the period to answer, as the law counts them (`cases.days_taken`).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, select, true, union_all
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.cases import OPEN_STAGES, VOID, Case, Remedy
from requestflow.foundation import NotFound, text
from requestflow.law import Label, refusing_outcomes
from requestflow.statistics.aggregation import Scope, YearScope
from requestflow.statistics.figures import share

YEARS = 5
CLERKS = 50
AGES = ((0, 7), (8, 20), (21, 40), (41, None))
"""Calendar days since receipt, from and to."""


@dataclass(frozen=True)
class Period(YearScope):
    """What is looked at: a year, and the day on which one looks."""

    today: date

    @property
    def week_end(self) -> date:
        """The Sunday of the week of `today`."""
        return self.today + timedelta(days=6 - self.today.weekday())


Condition = Callable[[Period], ColumnElement[bool]]


def _open(_period: Period) -> ColumnElement[bool]:
    return Case.stage.in_(OPEN_STAGES)


def _answered(period: Period) -> ColumnElement[bool]:
    return Case.concluded_on.between(period.first, period.last)


def _aged(place: int) -> Condition:
    low, high = AGES[place]

    def condition(period: Period) -> ColumnElement[bool]:
        latest = Case.received_on <= period.today - timedelta(days=low)
        earliest = Case.received_on >= period.today - timedelta(days=high or 0)
        return and_(_open(period), latest, earliest if high is not None else true())

    return condition


MEASURES: Mapping[str, tuple[Label, Condition]] = {
    "open": (Label(zh="在办", en="Open"), _open),
    "due": (
        Label(zh="本周到期", en="Due this week"),
        lambda p: and_(_open(p), Case.due_on.between(p.today, p.week_end)),
    ),
    "overdue": (
        Label(zh="已逾期", en="Overdue"),
        lambda p: and_(_open(p), Case.due_on < p.today),
    ),
    "stopped": (
        Label(zh="期限中止", en="Paused"),
        lambda p: and_(_open(p), Case.stopped.is_(True)),
    ),
    "received": (
        Label(zh="收到", en="Received"),
        lambda p: and_(Case.received_on.between(p.first, p.last), Case.stage != VOID),
    ),
    "answered": (Label(zh="办结", en="Concluded"), _answered),
    "refused": (
        Label(zh="不予公开", en="Refused"),
        lambda p: and_(_answered(p), _refused()),
    ),
    "extended": (
        Label(zh="延期", en="Extended"),
        lambda p: and_(_answered(p), Case.extended.is_(True)),
    ),
    "late": (
        Label(zh="超期办结", en="Concluded late"),
        lambda p: and_(_answered(p), Case.late.is_(True)),
    ),
    **{
        f"age{place}": (
            Label(
                zh=f"在办 {low}—{high} 日" if high else f"在办 {low} 日以上",
                en=f"Open {low}–{high} days" if high else f"Open {low} days or more",
            ),
            _aged(place),
        )
        for place, (low, high) in enumerate(AGES)
    },
}
"""What a case counts in, by name: the one place from which both number and list are made."""

REMEDIES: Mapping[str, tuple[Label, Condition]] = {
    "remedies": (
        Label(zh="复议诉讼审结", en="Challenges concluded"),
        lambda p: Remedy.concluded_on.between(p.first, p.last),
    ),
    "corrected": (
        Label(zh="被纠正", en="Corrected after a challenge"),
        lambda p: and_(Remedy.concluded_on.between(p.first, p.last), Remedy.result == "corrected"),
    ),
}


def measure(name: str, period: Period) -> tuple[Label, str, ColumnElement[bool]]:
    """A measure by its name: its label, its source, its condition; NotFound."""
    if name in MEASURES:
        label, condition = MEASURES[name]
        return label, "cases", condition(period)
    if name in REMEDIES:
        label, condition = REMEDIES[name]
        return label, "remedies", condition(period)
    raise NotFound(text("Measure '%(name)s' does not exist.", name=name))


@dataclass
class Numbers:
    """What is counted of one unit, or of several together."""

    counts: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    years: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Numbers") -> None:
        """Takes another's numbers in."""
        self.counts.update(other.counts)
        self.days.update(other.days)
        self.years.update(other.years)

    def trend(self, years: Iterable[int]) -> list[int]:
        """How many were received, year by year."""
        return [self.years[year] for year in years]

    def rate(self, name: str) -> Any:
        """How many percent of what was answered (of remedies: concluded); None of nothing."""
        full = "remedies" if name in REMEDIES else "answered"
        return share(self.counts[name], self.counts[full])

    def percentile(self, percent: int) -> int | None:
        """The number of days within which so many percent were answered (nearest rank)."""
        number = sum(self.days.values())
        if not number:
            return None
        rank, seen = -(-number * percent // 100), 0
        for days in sorted(self.days):
            seen += self.days[days]
            if seen >= rank:
                return days
        return None


@dataclass(frozen=True)
class Clerk:
    """What is with one person: open, overdue."""

    handler: str | None
    open: int
    overdue: int


@dataclass(frozen=True)
class Overview:
    """The view over a unit and all below it. `units` are each for itself; `total` is all."""

    unit: Unit
    period: Period
    total: Numbers
    units: Sequence[tuple[Unit, Numbers]]
    clerks: Sequence[Clerk]
    concluded_by_year: Mapping[int, Mapping[str, int]]

    @cached_property
    def years(self) -> Sequence[int]:
        """The years of the trends, the earliest first."""
        return range(self.period.year - YEARS + 1, self.period.year + 1)


def build_overview(session: Session, unit: Unit, below: Sequence[Unit], period: Period) -> Overview:
    """Counts everything: one statement for what is open, for what was answered, for the trends,
    for remedies, for people. `below` are the unit and all below it, in the order of the tree; the
    unit alone where no more is to be seen."""
    everything = unit.parent_id is None and len(below) > 1
    ids = None if everything else tuple(item.id for item in below)
    numbers: dict[int, Numbers] = defaultdict(Numbers)
    _count_open(session, period, ids, numbers)
    _count_answered(session, period, ids, numbers)
    _count_remedies(session, period, ids, numbers)
    concluded = _count_years(session, period, ids, numbers)
    total = Numbers()
    for item in below:
        total.add(numbers[item.id])
    return Overview(
        unit,
        period,
        total,
        [(item, numbers[item.id]) for item in below],
        _clerks(session, period, ids),
        concluded,
    )


Ids = tuple[int, ...] | None
"""Which units, where not all there are."""


def _of(column: Any, ids: Ids) -> ColumnElement[bool]:
    return true() if ids is None else column.in_(ids)


def _refused() -> ColumnElement[bool]:
    return Case.outcome.in_(sorted(refusing_outcomes()))


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(sql_case((condition, 1), else_=0)), 0)


OPEN = ("open", "due", "overdue", "stopped", *(f"age{place}" for place in range(len(AGES))))
ANSWERED = ("refused", "extended", "late")


@lru_cache(maxsize=64)
def _open_query(period: Period, ids: Ids) -> Any:
    columns = [_number(MEASURES[name][1](period)).label(name) for name in OPEN]
    # Not the bare column: SQLite would walk the index of all cases by unit to have them in groups,
    # where the few that are open are found by their stage.
    unit_id = (Case.unit_id + 0).label("of_unit")
    query = select(unit_id, *columns)
    return query.where(_open(period), _of(Case.unit_id, ids)).group_by(unit_id)


def _count_open(session: Session, period: Period, ids: Ids, numbers: dict[int, Numbers]) -> None:
    for row in session.execute(_open_query(period, ids)):
        numbers[row[0]].counts.update(dict(zip(OPEN, map(int, row[1:]), strict=True)))


@lru_cache(maxsize=64)
def _answered_query(period: Period, ids: Ids) -> Any:
    conditions = {
        "refused": _refused(),
        "extended": Case.extended.is_(True),
        "late": Case.late.is_(True),
    }
    return (
        select(
            Case.unit_id,
            Case.days_taken,
            func.count(),
            *(_number(conditions[name]) for name in ANSWERED),
        )
        .where(_answered(period), _of(Case.unit_id, ids))
        .group_by(Case.unit_id, Case.days_taken)
    )


def _count_answered(
    session: Session, period: Period, ids: Ids, numbers: dict[int, Numbers]
) -> None:
    for unit_id, days, number, *rest in session.execute(_answered_query(period, ids)):
        result = numbers[unit_id]
        counts = result.counts
        counts["answered"] += number
        for name, value in zip(ANSWERED, rest, strict=True):
            counts[name] += int(value)
        if days is not None:
            result.days[days] += number


@lru_cache(maxsize=64)
def _remedies_query(period: Period, ids: Ids) -> Any:
    corrected = _number(Remedy.result == "corrected")
    return (
        select(Remedy.unit_id, func.count(), corrected)
        .where(REMEDIES["remedies"][1](period), _of(Remedy.unit_id, ids))
        .group_by(Remedy.unit_id)
    )


def _count_remedies(
    session: Session, period: Period, ids: Ids, numbers: dict[int, Numbers]
) -> None:
    for unit_id, number, wrong in session.execute(_remedies_query(period, ids)):
        numbers[unit_id].counts.update({"remedies": number, "corrected": int(wrong)})


@lru_cache(maxsize=64)
def _years_query(period: Period, ids: Ids) -> Any:
    parts = []
    years = range(period.year - YEARS + 1, period.year + 1)
    for year in years:
        scope = Scope(year)
        parts.append(
            select(
                literal(year).label("year"),
                Case.unit_id.label("unit_id"),
                func.count().label("number"),
                literal(0).label("refused"),
                literal(0).label("late"),
            )
            .where(
                Case.received_on.between(scope.first, scope.last),
                Case.stage != VOID,
                _of(Case.unit_id, ids),
            )
            .group_by(Case.unit_id)
        )
        parts.append(
            select(
                literal(year),
                literal(0),
                func.count(),
                _number(_refused()),
                _number(Case.late.is_(True)),
            ).where(Case.concluded_on.between(scope.first, scope.last), _of(Case.unit_id, ids))
        )
    return union_all(*parts)


def _count_years(
    session: Session, period: Period, ids: Ids, numbers: dict[int, Numbers]
) -> dict[int, dict[str, int]]:
    """What came in by unit and year, and how it ended by year, in one statement."""
    ended: dict[int, dict[str, int]] = {}
    for year, unit_id, number, refused, late in session.execute(_years_query(period, ids)):
        if unit_id:
            numbers[unit_id].years[year] += number
            if year == period.year:
                numbers[unit_id].counts["received"] += number
        else:
            ended[year] = {"answered": number, "refused": int(refused), "late": int(late)}
    return ended


@lru_cache(maxsize=64)
def _clerks_query(period: Period, ids: Ids) -> Any:
    overdue = _number(MEASURES["overdue"][1](period))
    handler = func.coalesce(Case.handler, "").label("of_handler")
    return (
        select(handler, func.count(), overdue)
        .where(_open(period), _of(Case.unit_id, ids))
        .group_by(handler)
        .order_by(overdue.desc(), func.count().desc(), handler)
        .limit(CLERKS)
    )


def _clerks(session: Session, period: Period, ids: Ids) -> Sequence[Clerk]:
    """Whose desk is fullest: overdue first."""
    rows = session.execute(_clerks_query(period, ids))
    return [Clerk(handler or None, number, int(late)) for handler, number, late in rows]


__all__ = [
    "MEASURES",
    "REMEDIES",
    "Clerk",
    "Numbers",
    "Overview",
    "Period",
    "build_overview",
    "measure",
]
