"""Tables three and four of the form since 2021, cell by cell against a count of its own."""

from collections import Counter
from datetime import date, timedelta

from sqlalchemy import select

from requestflow.accounts import Actor, Unit, load_units
from requestflow.application import Application
from requestflow.demo.loading import DATA
from requestflow.foundation import db
from requestflow.ledger.entries import Entry, RemedyEntry
from requestflow.statistics import build_report
from requestflow.statistics.checks import MISSING
from tests.conftest import NOW
from tests.statistics.raw import KINDS, ROWS

REMEDIES = {
    ("reconsideration", False): "reconsideration",
    ("suit", False): "suit.direct",
    ("suit", True): "suit.after",
}
RESULTS = ("upheld", "corrected", "other", None)


def register() -> list[tuple[Entry, dict[str, int]]]:
    """Every row by every kind of applicant, in different numbers; with what each cell gets."""
    built = []
    for place, ((outcome, ground), row) in enumerate(ROWS.items()):
        for column, kind in enumerate(KINDS):
            for copy in range(1 + (place + column) % 3):
                carried = (place + column + copy) % 4 == 0
                received = date(2022, 12, 20) if carried else date(2023, 2, 1)
                answered = date(2023, 1, 10) if carried else received + timedelta(days=20)
                entry = Entry(
                    f"F-{len(built):04d}",
                    "LZ-S01",
                    kind,
                    "post",
                    received,
                    "内容",
                    answered_on=answered,
                    outcome=outcome,
                    ground=ground,
                )
                built.append((entry, {"2" if carried else "1": 1, row: 1, "3.7": 1}))
    for column, kind in enumerate(KINDS):
        for _ in range(column + 1):
            entry = Entry(f"F-{len(built):04d}", "LZ-S01", kind, "post", date(2023, 12, 25), "内容")
            built.append((entry, {"1": 1, "4": 1}))
    return built


def test_table_three_cell_by_cell(empty: Application) -> None:
    built = register()
    wanted: Counter[str] = Counter()
    for entry, rows in built:
        for row in rows:
            wanted[f"t3.{row}.{entry.applicant_kind}"] += 1
            wanted[f"t3.{row}.total"] += 1
    report = counted(empty, [entry for entry, _ in built])
    cells = {f.id: f.value for f in report.figures if f.table == "t3"}
    assert len(cells) == 25 * 7
    assert all(cells.values())
    assert cells == wanted
    # Nobody reported the figures of table two, and that is said.
    assert [check.id for check in report.checks if not check.holds] == [MISSING]


def test_table_four_cell_by_cell(empty: Application) -> None:
    entries, wanted = [], Counter()
    for place, ((kind, after), row) in enumerate(REMEDIES.items()):
        for column, result in enumerate(RESULTS):
            for _ in range(place + column + 1):
                filed = date(2023, 5, 4)
                remedy = RemedyEntry(
                    kind, filed, None, after, date(2023, 7, 3) if result else None, result
                )
                entries.append(
                    Entry(
                        f"R-{len(entries):04d}",
                        "LZ-S01",
                        "person",
                        "post",
                        date(2023, 3, 1),
                        "内容",
                        answered_on=date(2023, 3, 20),
                        outcome="granted",
                        remedies=(remedy,),
                    )
                )
                wanted[f"t4.{row}.{result or 'pending'}"] += 1
                wanted[f"t4.{row}.total"] += 1
    report = counted(empty, entries)
    assert {f.id: f.value for f in report.figures if f.table == "t4"} == wanted


def counted(app: Application, entries: list[Entry]):
    with app.context(), db.transaction() as session:
        load_units(session, DATA / "units.csv")
        session.flush()
        units = {unit.code: unit for unit in session.scalars(select(Unit))}
        histories = [entry.history() for entry in entries]
        app.cases.record(session, Actor.operator(), histories, units, NOW)
    with app.context() as session:
        return build_report(session, 2023)
