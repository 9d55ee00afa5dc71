"""Whatever a register holds: what came in equals what went out and what is carried over."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from requestflow.accounts import Actor, Unit, load_units
from requestflow.application import Application
from requestflow.cases import Difference, verify
from requestflow.demo.loading import DATA
from requestflow.foundation import db
from requestflow.law import law_in_force
from requestflow.ledger.entries import Entry
from requestflow.statistics import build_report
from requestflow.statistics.checks import MISSING
from tests.conftest import NOW


@some.composite
def lines(draw: Any) -> tuple[date, date | None, str | None, str | None, str]:
    received = draw(some.dates(date(2017, 1, 1), date(2022, 12, 1)))
    kind = draw(
        some.sampled_from(["person", "enterprise", "research", "welfare", "legal", "other"])
    )
    if draw(some.integers(0, 4)) == 0:
        return received, None, None, None, kind
    law = law_in_force(received)
    outcome = draw(some.sampled_from(law.outcomes))
    grounds = [g.code for g in law.grounds if outcome.code in g.outcomes]
    ground = draw(some.sampled_from(grounds)) if outcome.ground == "required" else None
    answered = received + timedelta(days=draw(some.integers(0, 500)))
    return received, answered, outcome.code, ground, kind


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(result=some.lists(lines(), min_size=1, max_size=40))
def test_every_year_balances_and_carries_over(empty: Application, result: list) -> None:
    with empty.context(), db.transaction() as session:
        load_units(session, DATA / "units.csv")
        session.flush()
        units = {unit.code: unit for unit in session.scalars(select(Unit))}
        histories = [
            Entry(
                f"P-{place}",
                "LZ-S01",
                kind,
                "post",
                received,
                "内容",
                answered_on=answered,
                outcome=outcome,
                ground=ground,
            ).history()
            for place, (received, answered, outcome, ground, kind) in enumerate(result)
        ]
        empty.cases.record(session, Actor.operator(), histories, units, NOW)
        carried = 0
        for year in range(2017, 2025):
            report = build_report(session, year)
            known = [c for c in report.checks if c.left is not None and c.id != MISSING]
            assert all(check.holds for check in known)
            names = (
                ("t3.2.total", "t3.4.total")
                if year > 2018
                else ("applications.carried_in", "applications.carried_out")
            )
            assert report.figure(names[0]).value == carried
            carried = report.figure(names[1]).value
        assert carried == sum(1 for line in result if line[1] is None)
        assert not [item for item in verify(session) if isinstance(item, Difference)]
        session.rollback()
