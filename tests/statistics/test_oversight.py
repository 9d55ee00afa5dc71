"""The view over all units: every number counted by other means, and opening as many cases."""

from collections import Counter
from datetime import date, timedelta
from statistics import median_low

import pytest
from sqlalchemy import select

from requestflow.accounts import Actor, Unit, unit_by_code, units_below
from requestflow.application import Application
from requestflow.calendars import calendar_for
from requestflow.cases import (
    OPEN_STAGES,
    Case,
    CaseFilter,
    effective,
    list_cases,
    load_events,
    project,
)
from requestflow.law import clock, law_pack
from requestflow.statistics import condition_of, list_remedies, select_figure
from requestflow.statistics.oversight import MEASURES, REMEDIES, Numbers, Period, build_overview


def seen(app: Application, code: str, year: int):
    with app.context() as session:
        unit = unit_by_code(session, code)
        return build_overview(
            session, unit, units_below(session, unit.path), Period(year, app.today())
        )


def by_hand(app: Application, path: str, year: int) -> tuple[Counter[str], list[int]]:
    """The same from the events, one case after the other."""
    counts: Counter[str] = Counter()
    days: list[int] = []
    today = app.today()
    with app.context() as session:
        units = {u.id: u for u in session.scalars(select(Unit)) if u.path.startswith(path)}
        for case in session.scalars(select(Case).where(Case.unit_id.in_(units))).all():
            events = load_events(session, case.id)
            state, history = project(case.number, events), effective(events)
            calendar = calendar_for(session, units[case.unit_id].path)
            deadlines = clock(history, law_pack(state.law), calendar)
            reply = next(d for d in deadlines if d.kind == "reply")
            counts["received"] += state.received_on.year == year
            if state.stage in OPEN_STAGES:
                counts["open"] += 1
                duties = [d for d in deadlines if d.running and d.nature == "duty"]
                first = min((d.due for d in duties if d.due), default=None)
                counts["overdue"] += bool(first and first < today)
            if state.concluded_on and state.concluded_on.year == year:
                counts["answered"] += 1
                counts["refused"] += state.outcome == "refused"
                counts["late"] += bool(reply.due and state.concluded_on > reply.due)
                counts["extended"] += any(event.kind == "extended" for event in history)
                days.append(taken(reply, state.concluded_on, calendar))
    return counts, days


def taken(reply, ended: date, calendar) -> int:
    """Day by day from the last start of the period to its end, but for days it stood still."""
    if reply.due is None:
        return sum(step.working_days for step in reply.steps)
    start = max([reply.started_on, *(s.end for s in reply.steps if s.rule.startswith("restart."))])
    still = {
        step.start + timedelta(days=offset)
        for step in reply.steps
        if step.rule.startswith("stop.")
        for offset in range(1, (step.end - step.start).days + 1)
    }
    day, number = start, 0
    while day < ended:
        day += timedelta(days=1)
        number += calendar.is_working(day) and day not in still
    return number


@pytest.mark.parametrize(("code", "year"), [("LZ", 2014), ("LZ", 2026), ("LZ-S01", 2014)])
def test_numbers_are_those_of_the_events(demo: Application, code: str, year: int) -> None:
    result = seen(demo, code, year)
    counts, days = by_hand(demo, result.unit.path, year)
    assert {name: result.total.counts[name] for name in counts} == counts
    assert sorted(result.total.days.elements()) == sorted(days)
    ordered = sorted(days)
    assert result.total.percentile(90) == ordered[-(-len(days) * 90 // 100) - 1]
    assert result.total.percentile(50) == median_low(days)


def test_the_four_late_answers_of_2014_and_its_extensions(demo: Application) -> None:
    result = seen(demo, "LZ", 2014)
    assert (result.total.counts["late"], result.total.counts["extended"]) == (4, 29)
    assert (result.total.counts["remedies"], result.total.counts["corrected"]) == (192, 6)


@pytest.mark.parametrize("year", [2014, 2026])
def test_each_number_opens_its_cases(demo: Application, year: int) -> None:
    result = seen(demo, "LZ", year)
    today = demo.today()
    rows = [("LZ", False, result.total), *((u.code, True, numbers) for u, numbers in result.units)]
    with demo.context() as session:
        for code, exact, numbers in rows:
            for name in (*MEASURES, *REMEDIES):
                counted = select_figure(session, f"oversight.{name}", year, code, today, exact)
                if counted.source == "remedies":
                    listed, _ = list_remedies(session, counted, size=9999)
                else:
                    only = CaseFilter(condition=condition_of(counted))
                    page = list_cases(session, Actor.operator(), only, today, today, None, 9999)
                    listed = page.rows
                assert len(listed) == numbers.counts[name], (code, name)


def test_units_sum_to_the_whole_and_ages_to_what_is_open(demo: Application) -> None:
    result = seen(demo, "LZ", 2026)
    full = Numbers()
    for _, numbers in result.units:
        full.add(numbers)
    assert full == result.total
    counts = result.total.counts
    assert sum(counts[f"age{place}"] for place in range(4)) == counts["open"] > 0
    assert sum(clerk.open for clerk in result.clerks) == counts["open"]
    assert sum(clerk.overdue for clerk in result.clerks) == counts["overdue"]
