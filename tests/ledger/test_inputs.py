"""Files that other systems got wrong, each read as it stands."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from requestflow.accounts import Actor, load_units
from requestflow.application import Application
from requestflow.cases import Case, CaseEvent, view_case
from requestflow.demo.loading import DATA
from requestflow.foundation import db
from requestflow.ledger import ImportOptions, ImportSummary, LedgerFaulty, import_ledger
from requestflow.ledger.entries import Entry, entry_of
from requestflow.ledger.exporting import write_workbook
from requestflow.reported_figures import import_figures
from requestflow.spreadsheets import Fault
from tests.conftest import NOW

INPUTS = Path(__file__).parents[1] / "data" / "inputs"


@pytest.fixture
def office(empty: Application) -> Application:
    with empty.context(), db.transaction() as session:
        load_units(session, DATA / "units.csv")
    return empty


def take(app: Application, name: str, **options) -> ImportSummary:
    """Imports a file; before that its dry run, which must say the same."""
    with app.context(), db.transaction() as session:
        promised = import_ledger(
            session,
            app.cases,
            Actor.operator(),
            INPUTS / name,
            NOW,
            ImportOptions(dry_run=True, **options),
        )
    with app.context(), db.transaction() as session:
        done = import_ledger(
            session, app.cases, Actor.operator(), INPUTS / name, NOW, ImportOptions(**options)
        )
    promised.dry_run = False
    assert promised == done
    return done


def faults_of(app: Application, name: str) -> list[Fault]:
    """The faults of a file, of which nothing is stored."""
    with app.context(), pytest.raises(LedgerFaulty) as caught, db.transaction() as session:
        import_ledger(session, app.cases, Actor.operator(), INPUTS / name, NOW)
    return caught.value.faults


def entry(app: Application, number: str) -> Entry:
    with app.context() as session:
        return entry_of(view_case(session, Actor.operator(), number), {})


def remedies(app: Application, number: str) -> list[tuple[str, date]]:
    return [(item.kind, item.filed_on) for item in entry(app, number).remedies]


@pytest.mark.parametrize(
    ("second", "kinds"),
    [
        ("second-applications-only.xlsx", ["reconsideration"]),
        ("second-suits-only.xlsx", ["reconsideration", "suit"]),
    ],
)
def test_a_sheet_that_is_not_there_takes_nothing_away(
    office: Application, second: str, kinds: list[str]
) -> None:
    take(office, "02-file-without-remedy-sheets/first.xlsx")
    done = take(office, f"02-file-without-remedy-sheets/{second}", take_away=True)
    assert [kind for kind, _ in remedies(office, "A-1")] == kinds
    assert done.taken_away == 0


@pytest.mark.parametrize("name", ["in.xlsx", "plain.xlsx"])
def test_numbers_written_as_doubles_are_the_numbers(office: Application, name: str) -> None:
    done = take(office, f"03-numbers-as-doubles/{name}")
    assert (done.added, done.remedies) == (2, 2)
    assert len(remedies(office, "20140001")) == 1


def test_formulas_without_values_are_faults(office: Application) -> None:
    faults = faults_of(office, "04-formulas-without-values/in.xlsx")
    assert {(f.row, f.column) for f in faults} == {
        (2, "答复日期"),
        (2, "答复结果"),
        (3, "延期告知日期"),
        (4, "收取费用（元）"),
    }
    assert all("never calculated" in str(f.problem) for f in faults)


def test_a_name_of_two_units_is_a_fault_and_a_code_is_not(empty: Application) -> None:
    folder = "05-two-units-of-one-name"
    with empty.context(), db.transaction() as session:
        load_units(session, INPUTS / folder / "units.csv")
    faults = faults_of(empty, f"{folder}/in.xlsx")
    assert [(f.row, f.column) for f in faults] == [(2, "受理单位")]
    assert "code" in str(faults[0].hint)
    done = take(empty, f"{folder}/in.xlsx", skip_faulty=True)
    assert done.added == 1


@pytest.mark.parametrize("name", ["answered.xlsx", "days.xlsx", "units.xlsx"])
def test_the_very_name_wins_over_another_of_the_same_meaning(
    office: Application, name: str
) -> None:
    done = take(office, f"07-two-columns-of-one-meaning/{name}")
    case = entry(office, "A-1")
    assert case.received_on == date(2014, 3, 3)
    assert case.answered_on == date(2014, 3, 10)
    with office.context() as session:
        assert view_case(session, Actor.operator(), "A-1").unit.name == "市财政局"
    assert len(done.kept_columns) == 1


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_head_is_known_without_its_notes_and_marks(office: Application, number: int) -> None:
    take(office, f"08-columns-that-are-not-known/{number}.xlsx")
    assert entry(office, "A-1").extended_on is not None


def test_a_number_that_lost_its_digits_is_a_fault(office: Application) -> None:
    faults = faults_of(office, "09-identity-number-as-a-number/in.xlsx")
    assert "证件号码" in {f.column for f in faults}
    assert all("lost its last digits" in str(f.problem) for f in faults)


@pytest.mark.parametrize("name", ["twice.xlsx", "twice-typed.xlsx"])
def test_the_same_number_in_another_guise_is_used_twice(office: Application, name: str) -> None:
    (fault,) = faults_of(office, f"10-unseen-characters-in-numbers/{name}")
    assert "duplicated" in str(fault.problem)
    assert "Row 2" in str(fault.hint)


@pytest.mark.parametrize("name", ["both-sheets.xlsx", "remedy-only.xlsx"])
def test_unseen_characters_do_not_part_a_remedy_from_its_case(
    office: Application, name: str
) -> None:
    done = take(office, f"10-unseen-characters-in-numbers/{name}")
    assert (done.added, done.remedies) == (1, 1)


def test_unseen_characters_do_not_count_a_case_twice(office: Application) -> None:
    done = take(office, "10-unseen-characters-in-numbers/application-only.xlsx")
    assert (done.added, done.remedies, done.unchanged) == (1, 1, 0)


@pytest.mark.parametrize("name", ["empty-fill.xlsx", "fill-extension.xlsx"])
def test_styles_do_not_matter(office: Application, name: str) -> None:
    assert take(office, f"11-odd-styles/{name}").added == 1


@pytest.mark.parametrize("names", [["both.xlsx"], ["april.xlsx", "may.xlsx"]])
def test_a_remedy_against_silence_is_taken_in(office: Application, names: list[str]) -> None:
    for name in names:
        done = take(office, f"12-remedy-against-silence/{name}")
    assert done.faults == []
    with office.context() as session:
        number = session.scalars(select(Case.number)).one()
    case = entry(office, number)
    assert case.answered_on == date(2014, 5, 20)
    assert [item.filed_on for item in case.remedies] == [date(2014, 4, 20)]


def test_the_day_of_a_moment_is_certain(office: Application) -> None:
    done = take(office, "13-day-with-a-time/in.xlsx")
    with office.context() as session:
        days = set(session.scalars(select(Case.received_on)))
    assert days == {date(2014, 3, 3)}
    assert done.added == 6


@pytest.mark.parametrize(
    ("name", "added"), [("merged-unit.xlsx", 3), ("two-row-head.xlsx", 1), ("long-title.xlsx", 1)]
)
def test_merged_cells_and_long_heads_are_understood(
    office: Application, name: str, added: int
) -> None:
    assert take(office, f"17-merged-cells-and-heads/{name}").added == added


def test_escaped_line_ends_are_line_ends(office: Application) -> None:
    take(office, "18-escaped-line-ends/in.xlsx")
    assert entry(office, "A-1").subject == "第一行\n第二行"


@pytest.mark.parametrize(
    ("name", "said"), [("months.xlsx", "Row 2 of the sheet 1月"), ("hidden-sheet.xlsx", "hidden")]
)
def test_where_a_number_stood_before_is_said_with_its_sheet(
    office: Application, name: str, said: str
) -> None:
    (fault,) = faults_of(office, f"21-where-the-other-row-is/{name}")
    assert said in str(fault.hint)


@pytest.mark.parametrize("name", ["format-31.xlsx", "numbers.xlsx", "usual.xlsx"])
def test_days_are_counted_as_the_workbook_counts_them(office: Application, name: str) -> None:
    take(office, f"22-days-of-1904/{name}")
    case = entry(office, "A-1")
    assert (case.received_on, case.answered_on) == (date(2014, 3, 3), date(2014, 3, 10))


def test_rows_that_are_no_cases_are_passed_over_and_named(office: Application) -> None:
    done = take(office, "23-rows-that-are-no-cases/in.xlsx")
    assert done.added == 2
    assert len(done.no_cases) == 2


def test_files_as_chinese_excel_saves_them_are_read(empty: Application) -> None:
    folder = INPUTS / "14-csv-as-chinese-excel-saves-it"
    with empty.context(), db.transaction() as session:
        assert load_units(session, folder / "units.csv").added == ["T"]
        assert load_units(session, folder / "units-utf8.csv").unchanged == 1
        done = import_figures(session, Actor.operator(), folder / "publications.csv", NOW)
    assert (done.kind, done.added) == ("publications", 1)


@pytest.mark.parametrize("name", ["publications", "channels", "activity", "items"])
def test_all_sample_data_is_taken_in_once(demo: Application, name: str) -> None:
    with demo.context(), db.transaction() as session:
        done = import_figures(session, Actor.operator(), DATA / f"{name}.csv", NOW, late_reason="x")
        units = load_units(session, DATA / "units.csv")
    assert (done.added, done.changed) == (0, 0)
    assert done.unchanged > 0
    assert (units.added, units.changed) == ([], {})


def test_a_ledger_may_be_a_csv(office: Application, tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    path.write_text(
        "申请编号\t受理单位\t申请人类型\t申请方式\t收到申请日期\t申请内容\t答复日期\t答复结果\t理由\n"
        "A-1\tLZ-S01\t自然人\t信函\t2014年3月3日\t批复文件\t—\t未答复\t/\n",
        encoding="utf-16",
    )
    with office.context(), db.transaction() as session:
        done = import_ledger(session, office.cases, Actor.operator(), path, NOW)
    assert (done.added, done.faults) == (1, [])
    assert entry(office, "A-1").answered_on is None


def test_hidden_rows_and_unknown_columns_are_named(office: Application, tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    book = openpyxl.load_workbook(INPUTS / "22-days-of-1904" / "usual.xlsx")
    sheet = book.worksheets[0]
    sheet.cell(1, sheet.max_column + 1).value = "承办科室"
    sheet.cell(2, sheet.max_column).value = "办公室"
    sheet.row_dimensions[2].hidden = True
    book.save(path)
    with office.context(), db.transaction() as session:
        done = import_ledger(session, office.cases, Actor.operator(), path, NOW)
    assert done.hidden_rows == [f"{sheet.title} 2"]
    assert done.kept_columns == [f"{sheet.title}: 承办科室"]
    said = [str(line) for line in done.noticed()]
    assert any("承办科室" in line for line in said)
    assert dict(entry(office, "A-1").notes)["承办科室"] == "办公室"


def test_two_columns_of_one_meaning_are_a_fault_naming_both(
    office: Application, tmp_path: Path
) -> None:
    path = tmp_path / "in.xlsx"
    book = openpyxl.load_workbook(INPUTS / "22-days-of-1904" / "usual.xlsx")
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(1, heads.index("受理单位") + 1).value = "办理单位"
    sheet.cell(1, sheet.max_column + 1).value = "答复单位"
    book.save(path)
    with office.context(), pytest.raises(LedgerFaulty) as caught, db.transaction() as session:
        import_ledger(session, office.cases, Actor.operator(), path, NOW)
    (fault,) = caught.value.faults
    assert "办理单位" in str(fault.problem)
    assert "答复单位" in str(fault.problem)


def test_a_case_that_is_worked_here_is_a_fault_in_dry_run_and_run(
    demo: Application, tmp_path: Path
) -> None:
    with demo.context() as session:
        worked = select(CaseEvent.case_id).where(CaseEvent.kind == "signed")
        number = session.scalars(select(Case.number).where(Case.id.in_(worked)).limit(1)).one()
        view = view_case(session, Actor.operator(), number)
        stored = entry_of(view, {})
    path = tmp_path / "in.xlsx"
    write_workbook(path, [replace(stored, subject="另一件事")], {stored.unit: stored.unit})
    for dry_run in (True, False):
        with demo.context(), pytest.raises(LedgerFaulty) as caught, db.transaction() as session:
            import_ledger(
                session, demo.cases, Actor.operator(), path, NOW, ImportOptions(dry_run=dry_run)
            )
        assert "managed in the system" in str(caught.value.faults[0].problem)


def test_a_file_of_faults_is_read_no_further(office: Application, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    head = "申请编号,受理单位,申请人类型,申请方式,收到申请日期,申请内容,答复日期,答复结果,理由\n"
    lines = (f"A-{n},LZ-S01,自然人,信函,昨天,批复文件,,,\n" for n in range(6000))
    path.write_text(head + "".join(lines), encoding="utf-8")
    read: list[int] = []
    with office.context(), pytest.raises(LedgerFaulty) as caught, db.transaction() as session:
        import_ledger(session, office.cases, Actor.operator(), path, NOW, progress=read.append)
    assert "more than 5000 errors" in str(caught.value)
    assert sum(read) == 5000
