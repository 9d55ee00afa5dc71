"""What a file does not speak of stays as it is; what is taken away is said before."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from requestflow.accounts import Actor, load_units
from requestflow.application import Application
from requestflow.cases import party_details, view_case
from requestflow.demo.loading import DATA
from requestflow.foundation import db
from requestflow.ledger import ImportOptions, ImportSummary, import_ledger
from requestflow.ledger.entries import Entry, RemedyEntry, entry_of
from requestflow.ledger.exporting import write_workbook
from tests.conftest import NOW

STORED = Entry(
    "A-1",
    "LZ-S01",
    "person",
    "internet",
    date(2014, 3, 3),
    "某项目的批复文件",
    {"name": "张三", "phone": "13800001234"},
    delivery_form="paper",
    extended_on=date(2014, 3, 20),
    answered_on=date(2014, 4, 10),
    outcome="granted",
    fee_charged=1250,
    notes={"备注": "已归档", "经办": "甲"},
    remedies=(RemedyEntry("reconsideration", date(2014, 4, 20)),),
)


@pytest.fixture
def office(empty: Application) -> Application:
    with empty.context(), db.transaction() as session:
        load_units(session, DATA / "units.csv")
    return empty


def written(path: Path, entry: Entry) -> Path:
    write_workbook(path, [entry], {entry.unit: entry.unit})
    return path


def take(app: Application, path: Path, **options: bool) -> ImportSummary:
    with app.context(), db.transaction() as session:
        return import_ledger(
            session, app.cases, Actor.operator(), path, NOW, ImportOptions(**options)
        )


def stored(app: Application) -> Entry:
    with app.context() as session:
        view = view_case(session, Actor.operator(), "A-1")
        return entry_of(view, party_details(session, view.id))


def without(path: Path, *headers: str) -> Path:
    """The workbook without some columns of its first sheet, or without whole sheets."""
    book = openpyxl.load_workbook(path)
    for name in [header for header in headers if header in book.sheetnames]:
        del book[name]
    sheet = book.worksheets[0]
    for header in headers:
        names = [cell.value for cell in sheet[1]]
        if header in names:
            sheet.delete_cols(names.index(header) + 1)
    book.save(path)
    return path


def test_blank_cells_keep_what_is_stored_and_say_so(office: Application, tmp_path: Path) -> None:
    take(office, written(tmp_path / "1.xlsx", STORED))
    silent = replace(
        STORED, party={}, delivery_form=None, extended_on=None, fee_charged=0, notes={}, remedies=()
    )
    # A fee of nothing is stated as 0 by the export; a blank cell says nothing.
    path = without(written(tmp_path / "2.xlsx", silent), "收取费用（元）")
    done = take(office, path)
    assert (done.unchanged, done.corrected, done.taken_away) == (1, 0, 0)
    assert done.kept == 6, "name, phone, delivery form, extension, remark, reconsideration"
    assert stored(office) == STORED


def test_taking_away_is_shown_before_it_is_done_and_counted(
    office: Application, tmp_path: Path
) -> None:
    take(office, written(tmp_path / "1.xlsx", STORED))
    silent = replace(STORED, extended_on=None, remedies=())
    path = written(tmp_path / "2.xlsx", silent)
    shown = take(office, path, dry_run=True, take_away=True)
    assert {change.field for change in shown.changes} == {"extended_on", "remedies"}
    assert stored(office) == STORED
    done = take(office, path, take_away=True)
    assert done.taken_away == shown.taken_away == 2
    assert stored(office) == silent


def test_a_column_that_is_not_there_is_never_taken_away(
    office: Application, tmp_path: Path
) -> None:
    take(office, written(tmp_path / "1.xlsx", STORED))
    path = without(
        written(tmp_path / "2.xlsx", STORED),
        "延期告知日期",
        "获取方式",
        "联系电话",
        "收取费用（元）",
        "备注",
        "经办",
        "行政复议",
        "行政诉讼",
    )
    done = take(office, path, take_away=True)
    assert (done.unchanged, done.taken_away, done.kept) == (1, 0, 0)
    assert stored(office) == STORED


def test_a_ground_does_not_outlive_its_outcome(office: Application, tmp_path: Path) -> None:
    refused = replace(STORED, outcome="refused", ground="secret", remedies=())
    take(office, written(tmp_path / "1.xlsx", refused))
    take(office, written(tmp_path / "2.xlsx", replace(refused, outcome="granted", ground=None)))
    assert (stored(office).outcome, stored(office).ground) == ("granted", None)


@pytest.mark.parametrize(
    ("remedy", "number"),
    [
        (RemedyEntry("reconsideration", date(2014, 4, 20), "市政府"), 1),
        (
            RemedyEntry(
                "reconsideration", date(2014, 4, 20), None, False, date(2014, 6, 1), "upheld"
            ),
            1,
        ),
        (RemedyEntry("reconsideration", date(2014, 9, 1)), 2),
        (RemedyEntry("suit", date(2014, 4, 20)), 2),
    ],
)
def test_a_row_goes_on_with_the_remedy_that_it_can_only_be(
    office: Application, tmp_path: Path, remedy: RemedyEntry, number: int
) -> None:
    take(office, written(tmp_path / "1.xlsx", STORED))
    take(office, written(tmp_path / "2.xlsx", replace(STORED, remedies=(remedy,))))
    remedies = stored(office).remedies
    assert len(remedies) == number
    assert remedy in remedies


def test_a_remedy_filed_too_early_does_not_keep_its_case_out(
    office: Application, tmp_path: Path
) -> None:
    early = replace(STORED, remedies=(RemedyEntry("reconsideration", date(2014, 3, 10)),))
    done = take(office, written(tmp_path / "1.xlsx", early), skip_faulty=True)
    assert (done.added, done.remedies, done.left_out) == (1, 0, ["行政复议 2"])
    assert stored(office).remedies == ()
