"""A figure as a unit states it: read from what was typed, refused at the field that is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.reported_figures import SCALE, FigureInput, FigureRefused, asked_in
from requestflow.reported_figures.validation import (
    LARGEST,
    LONGEST_MEASURE,
    LONGEST_NAME,
    LONGEST_ORIGIN,
    CellWrong,
    changes_between,
    parse_figure,
    scaled,
)

FREE = "新闻发布会"
ASKED = "t2.20-8.fees.charged"


def parsed(value: str, measure: str = "场", origin: str = "台账", figure: str = FREE) -> int:
    return parse_figure(2026, figure, value, measure, origin, sourced=True).value


def refused(**changed: str) -> list[str]:
    """The fields at which a figure is refused, the first one first."""
    typed = {"figure": FREE, "value": "3", "measure": "场", "origin": "台账", **changed}
    with pytest.raises(FigureRefused) as caught:
        parse_figure(2026, sourced=True, **typed)
    return [caught.value.field, *(item.field for item in caught.value.others)]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0", 0),
        ("12", 12),
        ("3.5", 3.5),
        ("0.0001", 0.0001),
        ("1,234", 1234),
        ("1,234,567.25", 1234567.25),
        ("１２．５", 12.5),
        ("１，２３４", 1234),
        ("007", 7),
        ("-0", 0),
        ("1000000000000", 10**12),
    ],
)
def test_a_number_is_read_as_people_type_it(typed: str, number: float) -> None:
    assert parsed(typed) == round(number * SCALE)


@pytest.mark.parametrize(
    "typed",
    [
        "3,5",
        "12,34",
        "1,2345",
        ",5",
        "5,",
        "1.",
        ".5",
        "3.12345",
        "1e3",
        "0x10",
        "+3",
        " 3",
        "三",
        "٣",
        "½",
        "NaN",
        "3 5",
        "--1",
    ],
)
def test_what_could_be_read_otherwise_than_meant_is_refused(typed: str) -> None:
    assert refused(value=typed) == ["value"]


@pytest.mark.parametrize("typed", ["1000000000001", "1000000000000.0001", "9" * 40])
def test_a_number_that_is_too_large_is_refused_as_that(typed: str) -> None:
    with pytest.raises(FigureRefused, match="too large"):
        parsed(typed)


@pytest.mark.parametrize(
    ("typed", "number"), [("+3", 3), ("-2", -2), ("－2", -2), ("\N{MINUS SIGN}2", -2), ("0", 0)]
)
def test_a_change_has_its_sign(typed: str, number: int) -> None:
    figure = "行政许可-本年增减"
    assert parse_figure(2019, figure, typed, "项", "台账", sourced=True).value == number * SCALE
    with pytest.raises(FigureRefused, match="whole number"):
        parse_figure(2019, figure, "-1.5", "项", "台账", sourced=True)


def test_a_figure_is_never_negative_and_never_left_out() -> None:
    with pytest.raises(FigureRefused, match="negative"):
        parsed("-1")
    with pytest.raises(FigureRefused, match="0 if there were none"):
        parsed("")


@given(st.integers(0, LARGEST * SCALE))
def test_every_number_with_four_decimals_is_kept_exactly(number: int) -> None:
    assert parsed(f"{number // SCALE:,}.{number % SCALE:04d}") == number


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"figure": ""}, "figure"),
        ({"figure": "两 个"}, "figure"),
        ({"figure": "a|b"}, "figure"),
        ({"figure": "{a}"}, "figure"),
        ({"figure": "长" * (LONGEST_NAME + 1)}, "figure"),
        ({"measure": ""}, "measure"),
        ({"measure": "长" * (LONGEST_MEASURE + 1)}, "measure"),
        ({"origin": ""}, "origin"),
        ({"origin": "长" * (LONGEST_ORIGIN + 1)}, "origin"),
    ],
)
def test_a_figure_is_refused_at_the_field_that_is_wrong(
    changed: dict[str, str], field: str
) -> None:
    assert refused(**changed) == [field]


def test_all_fields_that_are_wrong_are_named_in_the_order_of_the_form() -> None:
    wrong = {"figure": "", "value": "x", "measure": "", "origin": ""}
    assert refused(**wrong) == ["figure", "value", "measure", "origin"]


def test_where_it_comes_from_is_asked_of_people_and_not_of_files() -> None:
    assert parse_figure(2026, FREE, "3", "场", None).origin is None


def test_what_the_form_asks_for_is_counted_as_the_form_does() -> None:
    asked = {name: item for name, item in _asked().items() if item.whole}
    figure, item = next(iter(asked.items()))
    assert parse_figure(2026, figure, "3", "", "台账").measure == item.measure
    assert refused(figure=figure, measure="吨") == ["measure"]
    assert refused(figure=figure, measure=item.measure, value="3.5") == ["value"]


def test_a_form_may_ask_for_parts_of_a_measure() -> None:
    figure, item = next((n, i) for n, i in _asked().items() if not i.whole)
    assert parse_figure(2026, figure, "12.3456", "", "台账").value == 123_456
    assert item.measure


def _asked():
    from requestflow.law import report_form_for

    return report_form_for(2026).asked


def test_a_year_without_a_form_asks_for_nothing() -> None:
    assert asked_in(1999, ASKED) is None
    assert asked_in(2026, FREE) is None


@pytest.mark.parametrize("value", ["x", "", "1.00001", "NaN", "Infinity", "1e13"])
def test_a_cell_of_a_file_that_is_no_such_number_is_wrong(value: str) -> None:
    with pytest.raises(CellWrong):
        scaled(value)


STATED = FigureInput(30_000, "场", "台账")


def test_what_is_stated_again_is_no_change() -> None:
    assert list(changes_between(STATED, FigureInput(30_000, "场", "台账"))) == []
    assert list(changes_between(None, None)) == []


def test_a_first_statement_a_change_and_a_taking_back_are_one_change_each() -> None:
    for before, after in (
        (None, STATED),
        (STATED, None),
        (STATED, FigureInput(40_000, "场", "台账")),
        (STATED, FigureInput(30_000, "场", "新台账")),
    ):
        (change,) = changes_between(before, after)
        assert change["before"] == (before.value if before else None)
        assert change["after"] == (after.value if after else None)


def test_what_is_counted_in_something_else_is_taken_back_and_stated_anew() -> None:
    gone, new = changes_between(STATED, FigureInput(30_000, "次", "台账"))
    assert (gone["measure"], gone["before"], gone["after"]) == ("场", 30_000, None)
    assert (new["measure"], new["before"], new["after"]) == ("次", None, 30_000)


def test_a_mark_tells_whether_a_figure_still_stands_as_it_was_read() -> None:
    assert STATED.mark == FigureInput(30_000, "场", "台账").mark
    others = [
        FigureInput(30_001, "场", "台账"),
        FigureInput(30_000, "次", "台账"),
        FigureInput(30_000, "场", None),
    ]
    assert len({STATED.mark, *(item.mark for item in others)}) == 4
