"""A register of five years with every row of tables three and four, by every kind of applicant:
cell by cell as counted from the raw events, the years in one chain, each cell opening its cases."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from requestflow.accounts import Actor, Unit, load_units
from requestflow.application import Application
from requestflow.cases import CaseFilter, list_cases
from requestflow.demo.loading import DATA
from requestflow.foundation import db
from requestflow.ledger.entries import Entry, RemedyEntry
from requestflow.statistics import build_report, condition_of, list_remedies, select_figure
from requestflow.statistics.opendata import OpenDataQuery, public_cases
from tests.conftest import NOW
from tests.statistics.raw import KINDS, ROWS, table_four, table_three

YEARS = range(2020, 2025)
REMEDIES = (("reconsideration", False), ("suit", False), ("suit", True))
RESULTS = ("upheld", "corrected", "other", None)


def register() -> list[Entry]:
    chance = random.Random(11)
    built: list[Entry] = []
    for year in YEARS:
        for outcome, ground in ROWS:
            for kind in KINDS:
                # Some are concluded in the year after they came in, some in the one after that.
                late = chance.random()
                received = (
                    date(year, 12, 20) if late < 0.2 else date(year, chance.randrange(1, 11), 9)
                )
                days = 420 if late > 0.95 else 25
                answered = received + timedelta(days=days)
                if answered > NOW.date():
                    continue
                built.append(_entry(len(built), kind, received, answered, outcome, ground, ()))
        for kind in KINDS:
            built.append(_entry(len(built), kind, date(year, 12, 28), None, None, None, ()))
        for place, (remedy, after) in enumerate(REMEDIES):
            for result in RESULTS:
                for over in range(2):
                    filed = date(year, 5 + 6 * over, 4)
                    ended = filed + timedelta(days=60) if result else None
                    item = RemedyEntry(remedy, filed, None, after, ended, result)
                    received = date(year, 2, 1 + place)
                    answered = received + timedelta(days=20)
                    built.append(
                        _entry(len(built), "person", received, answered, "granted", None, (item,))
                    )
    return built


def _entry(place, kind, received, answered, outcome, ground, remedies) -> Entry:
    unit = ("LZ-S01", "LZ-S02", "LZ-X03")[place % 3]
    return Entry(
        f"J-{place:05d}", unit, kind, "post", received, "内容",
        answered_on=answered, outcome=outcome, ground=ground, remedies=remedies,
    )  # fmt: skip


@pytest.fixture
def filled(empty: Application) -> Application:
    with empty.context(), db.transaction() as session:
        load_units(session, DATA / "units.csv")
        session.flush()
        units = {unit.code: unit for unit in session.scalars(select(Unit))}
        histories = [entry.history() for entry in register()]
        empty.cases.record(session, Actor.operator(), histories, units, NOW)
    return empty


def test_every_cell_of_every_year(filled: Application) -> None:
    used: set[str] = set()
    carried: dict[str, int] = {}
    with filled.context() as session:
        for year in YEARS:
            report = build_report(session, year)
            cells = {f.id: f.value for f in report.figures if f.table in ("t3", "t4") and f.value}
            assert cells == {**table_three(session, year), **table_four(session, year)}
            used |= cells.keys() if year > 2020 else set()
            # What comes in is what the year before carried over, for each kind of applicant.
            for kind in (*KINDS, "total"):
                assert report.figure(f"t3.2.{kind}").value == carried.get(kind, 0)
                carried[kind] = int(report.figure(f"t3.4.{kind}").value or 0)
            assert [c.id for c in report.checks if not c.holds] == ["reported.missing"]
        last = build_report(session, YEARS[-1])
        assert used == {f.id for f in last.figures if f.table in ("t3", "t4")}


def test_every_cell_opens_its_cases(filled: Application) -> None:
    """On the staff's side and in the open data, for the whole and for a unit."""
    day = filled.today()
    with filled.context() as session:
        for code in ("LZ", "LZ-X03"):
            for figure in build_report(session, 2022, code).figures:
                if not figure.link:
                    continue
                counted = select_figure(session, figure.id, 2022, code)
                if counted.source == "remedies":
                    rows, _ = list_remedies(session, counted, size=9999)
                    assert len(rows) == figure.value, figure.id
                    continue
                only = CaseFilter(condition=condition_of(counted))
                staff = list_cases(session, Actor.operator(), only, day, day, None, 9999).rows
                public, _ = public_cases(
                    session, OpenDataQuery(condition=condition_of(counted)), size=1000
                )
                assert len(staff) == len(public) == figure.value, figure.id
