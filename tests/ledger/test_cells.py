"""Single cells as clerks type them; headers and words as they are compared."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.ledger import cells
from requestflow.ledger.columns import SHEETS, header_text, word


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (None, ""),
        ("", ""),
        ("  张三\u3000\ufeff", "张三"),
        (12.0, "12"),
        (12.5, "12.5"),
        (13800001234.0, "13800001234"),
        (datetime(2014, 3, 5, 10, 30), "2014-03-05"),
        (0, "0"),
    ],
)
def test_a_cell_reads_as_its_words(typed: object, text: str) -> None:
    assert cells.plain(typed) == text


@pytest.mark.parametrize(
    "typed",
    [
        date(2014, 3, 5),
        datetime(2014, 3, 5, 0, 0),
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
        41703,
        41703.0,
    ],
)
def test_a_day_is_read_in_every_form_that_offices_use(typed: object) -> None:
    assert cells.day(typed) == date(2014, 3, 5)


@pytest.mark.parametrize("typed", [None, "", "   ", "\u3000"])
def test_where_no_day_stands_there_is_none(typed: object) -> None:
    assert cells.day(typed) is None


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
        "2014-03-05 10:30",
        12,
        29_999,
        80_000,
        41703.5,
        True,
        "-",
    ],
)
def test_what_is_no_day_is_not_taken_for_one(typed: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - what it says is what was typed
        cells.day(typed)


@given(st.dates(date(1982, 3, 1), date(2100, 1, 1)))
def test_a_day_that_a_spreadsheet_made_a_number_is_the_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert cells.day(serial) == day
    assert cells.day(day.isoformat()) == day
    assert cells.day(f"{day.year}年{day.month}月{day.day}日") == day


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        (None, 0),
        ("", 0),
        ("0", 0),
        (12, 1200),
        (12.5, 1250),
        ("12.50", 1250),
        ("1,234.56", 123_456),
        ("￥１２．５", 1250),
        ("¥ 12 元", 1200),
        ("12.340", 1234),
        (0.1, 10),
    ],
)
def test_money_is_read_to_the_fen(typed: object, fen: int) -> None:
    assert cells.fen(typed) == fen


@pytest.mark.parametrize("typed", ["x", "12.345", "1e20", "NaN", "Infinity", "12元5角", "--"])
def test_what_is_no_sum_is_not_taken_for_one(typed: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - what it says is what was typed
        cells.fen(typed)


@given(st.integers(0, 10**12))
def test_every_sum_in_yuan_reads_as_its_fen(fen: int) -> None:
    assert cells.fen(f"{fen // 100:,}.{fen % 100:02d}") == fen


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
    assert word(typed) == compared


@pytest.mark.parametrize("kind", SHEETS, ids=lambda kind: kind.kind)
def test_no_header_of_a_sheet_means_two_columns(kind) -> None:
    names = [header_text(name) for c in kind.columns for name in (c.header, *c.others)]
    assert len(names) == len(set(names))
    assert kind.header(kind.telling)
