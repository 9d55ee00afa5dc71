"""How shares and changes are reckoned: exact, half up, nothing out of nothing."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.statistics.figures import change_of, plain_number, share, summed

COUNTS = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("part", "full", "percent"),
    [
        (433, 528, "82.01"),
        (46, 528, "8.71"),
        (49, 528, "9.28"),
        (1, 800, "0.13"),
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (0, 528, "0.00"),
        (528, 528, "100.00"),
        (-1, 800, "-0.13"),
        (Decimal("0.5"), 4, "12.50"),
    ],
)
def test_a_share_has_two_decimals_and_halves_go_up(part: int, full: int, percent: str) -> None:
    assert str(share(part, full)) == percent


@pytest.mark.parametrize(("part", "full"), [(0, 0), (5, 0), (5, None), (None, 5), (None, None)])
def test_there_is_no_share_of_nothing_nor_of_what_is_not_known(part, full) -> None:
    assert share(part, full) is None


@given(COUNTS, st.integers(1, 10**9))
def test_a_share_is_never_off_by_more_than_half_a_hundredth(part: int, full: int) -> None:
    exact = Fraction(part, full) * 100
    assert abs(Fraction(share(part, full)) - exact) <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("value", "before", "change", "percent"),
    [
        (80165, 68230, 11935, "17.49"),
        (5, 10, -5, "-50.00"),
        (5, 5, 0, "0.00"),
        (5, 0, 5, None),
        (0, 0, 0, None),
    ],
)
def test_a_change_is_reckoned_on_the_year_before(value, before, change, percent) -> None:
    result, part = change_of(value, before)
    assert result == change
    assert (None if part is None else str(part)) == percent


@pytest.mark.parametrize(("value", "before"), [(None, 5), (5, None), (None, None)])
def test_without_one_of_the_years_there_is_no_change(value, before) -> None:
    assert change_of(value, before) == (None, None)


@pytest.mark.parametrize(
    ("value", "shown"), [("3.0000", "3"), ("3.5000", "3.5"), ("0", "0"), ("12.3456", "12.3456")]
)
def test_decimals_that_say_nothing_are_left_out(value: str, shown: str) -> None:
    assert str(plain_number(Decimal(value))) == shown


@given(st.integers(0, 10**16))
def test_a_number_without_them_is_the_same_number(number: int) -> None:
    value = Decimal(number) / 10_000
    assert plain_number(value) == value


def test_a_sum_with_an_unknown_part_is_not_known() -> None:
    assert summed({"a": 1, "b": Decimal("2.5")}) == Decimal("3.5")
    assert summed({"a": 1, "b": None}) is None
    assert summed({}) == 0
