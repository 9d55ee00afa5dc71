"""Single cells as clerks type them; headers and words as they are compared."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.ledger.columns import SHEETS
from requestflow.spreadsheets import (
    NOTHING,
    UNCOMPUTED,
    Cell,
    CellUnreadable,
    ErrorValue,
    Number,
    NumberFormat,
    day_of,
    fen_of,
    header_text,
    identifier_of,
    is_blank,
    plain_word,
    text_of,
)

DAY = NumberFormat(is_day=True)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("", ""),
        ("  张三\u3000\ufeff", "张三"),
        ("张\u200b三\u00a0", "张三"),
        ("一\r\n二\r三", "一\n二\n三"),
        (Number("12.0"), "12"),
        (Number("12.5"), "12.5"),
        (Number("1.38E10"), "13800000000"),
        (Number("0.30000000000000004"), "0.3"),
        (Number("41703.4", DAY), "2014-03-05"),
        (Number("0"), "0"),
        (True, "TRUE"),
    ],
)
def test_a_cell_reads_as_its_words(cell: Cell, text: str) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize("raw", ["1.1010119900101101E+17", "1000000000000000", "-1E15"])
def test_a_number_that_has_lost_digits_is_no_text(raw: str) -> None:
    with pytest.raises(CellUnreadable, match="lost its last digits"):
        text_of(Number(raw))


@pytest.mark.parametrize("read", [text_of, day_of, fen_of, identifier_of])
@pytest.mark.parametrize("cell", [UNCOMPUTED, ErrorValue("#N/A")])
def test_a_cell_without_a_value_is_never_read_as_blank(read, cell: Cell) -> None:
    with pytest.raises(CellUnreadable):
        read(cell)
    assert not is_blank(cell, NOTHING)


@pytest.mark.parametrize("sign", ["/", "—", "——", "无", " 无 ", "N/A", "－", "不适用"])
def test_signs_for_nothing_are_blank_only_where_blank_may_be(sign: str) -> None:
    assert is_blank(sign, NOTHING)
    assert not is_blank(sign)


@pytest.mark.parametrize(
    ("cell", "identifier"),
    [
        (Number("2.0140001E7"), "20140001"),
        ("2.0140001E7", "20140001"),
        ("２０１４－１", "2014-1"),
        ("A\u200b-1\ufeff", "A-1"),
        ("2014E5", "2014E5"),
        ("LZ-2014-0001", "LZ-2014-0001"),
    ],
)
def test_a_number_has_one_normal_form(cell: Cell, identifier: str) -> None:
    assert identifier_of(cell) == identifier
    assert identifier_of(identifier) == identifier


@pytest.mark.parametrize(
    "typed",
    [
        "2014-03-05",
        "2014-3-5",
        "2014/3/5",
        "2014.3.5",
        "2014年3月5日",
        "2014年3月5",
        "２０１４－０３－０５",
        "２０１４年３月５日",
        " 2014 - 03 - 05 ",
        "20140305",
        "2014-03-05 00:00:00",
        "2014-03-05 00:00",
        "2014-03-05 10:30",
        "2014-3-5 9:15:00.000",
        "2014-03-05T09:15:00Z",
        "2014/3/5 9:15",
        "2014年3月5号",
        "2014年3月5日 9时15分",
        "二〇一四年三月五日",
        "二○一四年三月初五",
        "41703",
        "41703.39",
        Number("41703"),
        Number("41703.0"),
        Number("41703.39"),
        Number("41703", DAY),
        Number("20140305"),
        Number("40241", DAY, date1904=True),
        Number("40241", date1904=True),
    ],
)
def test_a_day_is_read_in_every_form_that_offices_use(typed: Cell) -> None:
    assert day_of(typed) == date(2014, 3, 5)


@pytest.mark.parametrize(
    ("spelled", "day"), [("十", 10), ("十一", 11), ("二十", 20), ("廿五", 25), ("三十一", 31)]
)
def test_days_are_read_in_chinese_numerals(spelled: str, day: int) -> None:
    assert day_of(f"二〇一四年十二月{spelled}日") == date(2014, 12, day)


@pytest.mark.parametrize("typed", [None, "", "   ", "\u3000"])
def test_where_no_day_stands_there_is_none(typed: Cell) -> None:
    assert day_of(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "2014-02-30",
        "2014-13-01",
        "14-3-5",
        "5.3.2014",
        "3月5日",
        "待定",
        "2014",
        "26-03-05",
        "2014-03-0510:30",
        "二〇一四年十三月五日",
        Number("12"),
        Number("29999"),
        Number("80000"),
        Number("60", DAY),
        Number("-3", DAY),
        Number("1E300", DAY),
        Number("NaN"),
        True,
        "-",
    ],
)
def test_what_is_no_day_is_not_taken_for_one(typed: Cell) -> None:
    with pytest.raises(CellUnreadable):
        day_of(typed)


@given(st.dates(date(1982, 3, 1), date(2100, 1, 1)))
def test_a_day_that_a_spreadsheet_made_a_number_is_the_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert day_of(Number(str(serial))) == day
    assert day_of(str(serial)) == day
    assert day_of(Number(str(serial - 1462), DAY, date1904=True)) == day
    assert day_of(day.isoformat()) == day
    assert day_of(f"{day.year}年{day.month}月{day.day}日") == day


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        (None, 0),
        ("", 0),
        ("0", 0),
        (Number("12"), 1200),
        (Number("12.5"), 1250),
        (Number("0.30000000000000004"), 30),
        (Number("12.3456", NumberFormat(decimals=2)), 1235),
        (Number("12.5", NumberFormat(decimals=0)), 1300),
        ("12.50", 1250),
        ("1,234.56", 123_456),
        ("￥１２．５", 1250),
        ("¥ 12 元", 1200),
        ("12.340", 1234),
        (Number("0.1"), 10),
    ],
)
def test_money_is_read_to_the_fen(typed: Cell, fen: int) -> None:
    assert fen_of(typed) == fen


@pytest.mark.parametrize(
    "typed",
    [
        "x",
        "12.345",
        "1e20",
        "NaN",
        "Infinity",
        "12元5角",
        "--",
        "-3",
        Number("12.345"),
        Number("41703", DAY),
    ],
)
def test_what_is_no_sum_is_not_taken_for_one(typed: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - what it says is what was typed
        fen_of(typed)


@given(st.integers(0, 10**12))
def test_every_sum_in_yuan_reads_as_its_fen(fen: int) -> None:
    assert fen_of(f"{fen // 100:,}.{fen % 100:02d}") == fen


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        (" 申请 编号\n", "申请编号"),
        ("收取费用(元)", "收取费用(元)"),
        ("收取费用（元）", "收取费用(元)"),
        (None, ""),
    ],
)
def test_headers_are_compared_without_blanks_and_widths(typed: object, compared: str) -> None:
    assert header_text(typed) == compared


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("1.予以公开", "予以公开"),
        ("（一）予以公开", "予以公开"),
        ("(3) 予以公开", "予以公开"),
        ("12、 “予以公开”", "予以公开"),
        ("予 以 公 开", "予以公开"),
        ("「予以公开」", "予以公开"),
        ("2014年", "2014年"),
    ],
)
def test_words_are_compared_without_number_and_quotes(typed: str, compared: str) -> None:
    assert plain_word(typed) == compared


@pytest.mark.parametrize("kind", SHEETS, ids=lambda kind: kind.kind)
def test_no_header_of_a_sheet_means_two_columns(kind) -> None:
    names = [header_text(name) for c in kind.columns for name in (c.header, *c.others)]
    assert len(names) == len(set(names))
    assert kind.header(kind.telling)
