"""The offices' workbooks: taken in whole, refused whole, corrected by events."""

import json
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from requestflow.accounts import Actor, load_units
from requestflow.application import Application
from requestflow.cases import Case, CaseEvent, verify
from requestflow.demo.loading import DATA
from requestflow.foundation import db
from requestflow.ledger import ImportOptions, LedgerFaulty, export_ledger, import_ledger
from tests.conftest import NOW

FAULTY = Path(__file__).parents[1] / "data"
LEDGER = DATA / "ledger.xlsx"


@pytest.fixture
def with_units(empty: Application) -> Application:
    with empty.context(), db.transaction() as session:
        load_units(session, DATA / "units.csv")
    return empty


def take(app: Application, path: Path, **options: bool):
    with app.context(), db.transaction() as session:
        return import_ledger(
            session, app.cases, Actor.operator(), path, NOW, ImportOptions(**options)
        )


def count(app: Application, table: type = Case) -> int:
    with app.context() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_register_is_taken_in_once(with_units: Application) -> None:
    done = take(with_units, LEDGER)
    assert (done.added, done.remedies, done.faults) == (528, 192, [])
    events = count(with_units, CaseEvent)
    again = take(with_units, LEDGER)
    assert (again.added, again.corrected, again.unchanged) == (0, 0, 528)
    assert count(with_units, CaseEvent) == events


def test_every_fault_is_named_and_nothing_is_stored(with_units: Application) -> None:
    with pytest.raises(LedgerFaulty) as caught:
        take(with_units, FAULTY / "ledger-faulty.xlsx")
    results = {(f.sheet, f.row, f.column) for f in caught.value.faults}
    wanted = {
        (f["sheet"], f["row"], f["column"])
        for f in json.loads((FAULTY / "ledger-faulty.json").read_text(encoding="utf-8"))
    }
    # The number used twice stands in rows 234 and 470; the second of them is named.
    wanted = (wanted - {("申请台账", 234, "申请编号")}) | {("申请台账", 470, "申请编号")}
    assert results == wanted
    assert len(caught.value.faults) == 24
    assert count(with_units) == 0


def test_the_rest_is_stored_where_faulty_rows_are_skipped(with_units: Application) -> None:
    done = take(with_units, FAULTY / "ledger-faulty.xlsx", skip_faulty=True)
    assert done.added == 528 - 19
    assert len(done.left_out) >= 24
    assert count(with_units) == done.added


def test_a_corrected_row_becomes_a_correcting_event(
    with_units: Application, tmp_path: Path
) -> None:
    take(with_units, LEDGER)
    book = openpyxl.load_workbook(LEDGER)
    sheet = book.worksheets[0]
    headers = [cell.value for cell in sheet[1]]
    sheet.cell(2, headers.index("答复日期") + 1).value = "2014年1月16日"
    sheet.insert_rows(1)
    sheet.cell(1, 1).value = "2014年度申请台账"
    changed = tmp_path / "changed.xlsx"
    book.save(changed)
    dry = take(with_units, changed, dry_run=True)
    assert [(c.field, str(c.wanted)) for c in dry.changes] == [("answered_on", "2014-01-16")]
    assert dry.corrected == 1
    events = count(with_units, CaseEvent)
    assert take(with_units, changed).corrected == 1
    assert count(with_units, CaseEvent) == events + 1
    assert take(with_units, changed).unchanged == 528
    with with_units.context() as session:
        assert list(verify(session)) == [500, 528]


def test_what_is_written_is_read_back_the_same(with_units: Application, tmp_path: Path) -> None:
    take(with_units, LEDGER)
    path = tmp_path / "out.xlsx"
    with with_units.context(), db.transaction() as session:
        assert export_ledger(session, Actor.operator(), path, 2014, None, NOW) == 528
    done = take(with_units, path)
    assert (done.added, done.corrected, done.unchanged) == (0, 0, 528)
