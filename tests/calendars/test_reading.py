"""A calendar file is taken whole or not at all, and every faulty line of it is named."""

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from requestflow import calendars
from requestflow.calendars import read_calendar
from requestflow.foundation import RequestflowError

INPUTS = Path(__file__).parents[1] / "data" / "inputs"
HEAD = "day,kind,name\n"


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "2027.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_days_are_read_with_their_kind_and_name(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + " 2027-01-01 ,holiday, 元旦\n2027-01-09,working,元旦\n")
    assert read_calendar(path).days == {
        date(2027, 1, 1): ("holiday", "元旦"),
        date(2027, 1, 9): ("working", "元旦"),
    }


def test_a_file_names_its_years_in_order(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + "2028-01-01,holiday,a\n2027-01-01,usual,a\n")
    assert read_calendar(path).years == (2027, 2028)


def test_a_file_announces_a_year_only_with_all_its_feasts(tmp_path: Path) -> None:
    seed = Path(calendars.__file__).parent / "data" / "cn.csv"
    lines = [line for line in seed.read_text(encoding="utf-8").splitlines() if line[:4] == "2026"]
    whole = read_calendar(written(tmp_path, HEAD + "\n".join(lines)))
    assert whole.announces == {2026}
    without = [line for line in lines if "端午" not in line]
    cut = read_calendar(written(tmp_path, HEAD + "\n".join(without)))
    assert cut.announces == set()
    assert [feast.name.zh for feast in cut.incomplete[2026]] == ["端午节"]
    assert read_calendar(tmp_path / "2027.csv", announced=[2026]).announces == {2026}


@pytest.mark.parametrize("year", range(2008, 2027))
def test_every_notice_since_2008_is_known_to_be_whole(year: int) -> None:
    seed = read_calendar(Path(calendars.__file__).parent / "data" / "cn.csv")
    assert seed.incomplete.get(year) is None
    assert year in seed.announces


def test_a_file_in_the_encoding_of_chinese_excel_is_read() -> None:
    content = read_calendar(INPUTS / "14-csv-as-chinese-excel-saves-it" / "calendar.csv")
    assert content.days[date(2027, 1, 1)] == ("holiday", "元旦")
    assert read_calendar(INPUTS / "01-calendar-december" / "next-year.csv").announces == set()


def test_a_day_of_a_workbook_is_read_as_it_shows(tmp_path: Path) -> None:
    path = tmp_path / "2027.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["日期", "类型", "名称"])
        shown = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 0, datetime(2027, 1, 1), shown)
        sheet.write_row(1, 1, ["放假", "元旦"])
    assert read_calendar(path).days == {date(2027, 1, 1): ("holiday", "元旦")}


def test_columns_may_stand_in_any_order_behind_a_byte_order_mark(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeffname,more,day,kind\n元旦,x,2027-01-01,holiday\n")
    assert read_calendar(path).days == {date(2027, 1, 1): ("holiday", "元旦")}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("1.1.2027,holiday,元旦", "'1.1.2027' is not a day"),
        (",holiday,元旦", "'' is not a day"),
        ("2027-02-29,holiday,a", "'2027-02-29' is not a day"),
        ("2003-12-31,holiday,a", "the calendar holds 2004 to 2099"),
        ("2100-01-01,holiday,a", "the calendar holds 2004 to 2099"),
        ("2027-01-01,Holiday,a", "neither 'holiday' nor 'working'"),
        ("2027-01-01,,a", "neither 'holiday' nor 'working'"),
        ("2027-01-08,working,a", "only weekends can be made up"),
        ("2027-10-01,holiday,a", "stands twice"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, line: str, problem: str) -> None:
    path = written(tmp_path, f"{HEAD}2027-10-01,holiday,国庆\n{line}\n")
    with pytest.raises(RequestflowError, match=r"2027\.csv, line 3: ") as caught:
        read_calendar(path)
    assert problem in str(caught.value)


def test_all_faulty_lines_are_named_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + "soon,holiday,a\n2027-01-01,holiday,a\n2027-01-04,working,a\n")
    with pytest.raises(RequestflowError) as caught:
        read_calendar(path)
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        "2027.csv, line 2",
        "2027.csv, line 4",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("day,kind\n2027-01-01,holiday\n", "must have the columns day, kind, name"),
        ("", "is empty"),
        (HEAD, "contains no dates"),
        ("日期,类型,名称\n".encode("gb18030"), "contains no dates"),
        (b"day,kind,name\n\xff\xff\xff", "neither a workbook nor a text file"),
    ],
)
def test_what_is_no_calendar_is_refused(tmp_path: Path, content: str, problem: str) -> None:
    with pytest.raises(RequestflowError, match=problem):
        read_calendar(written(tmp_path, content))


def test_a_file_that_is_not_there_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(RequestflowError, match=r"nowhere\.csv does not exist"):
        read_calendar(tmp_path / "nowhere.csv")


def test_a_line_that_ends_early_is_named_like_any_other(tmp_path: Path) -> None:
    with pytest.raises(RequestflowError, match="line 2"):
        read_calendar(written(tmp_path, HEAD + "2027-01-01\n"))
