"""The processing fee, place by place in the sequence (国办函〔2020〕109号)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.law import fee, law_pack

BY_ITEM, BY_PAGE = law_pack("cn-2019").fees
SMALL = st.integers(0, 120)


@pytest.mark.parametrize(
    ("earlier", "number", "yuan"),
    [
        (0, 0, 0),
        (0, 10, 0),
        (0, 11, 100),
        (10, 1, 100),
        (0, 30, 20 * 100),
        (30, 1, 200),
        (0, 40, 20 * 100 + 10 * 200),
        (40, 1, 300),
        (49, 1, 300),
        (50, 1, 400),
        (90, 1, 800),
    ],
)
def test_the_eleventh_item_of_a_month_is_the_first_that_costs(
    earlier: int, number: int, yuan: int
) -> None:
    assert fee(BY_ITEM, earlier, number) == yuan * 100


@pytest.mark.parametrize(
    ("pages", "yuan"),
    [
        (30, 0),
        (31, 10),
        (100, 700),
        (101, 720),
        (200, 700 + 2000),
        (201, 2740),
        (1000, 2700 + 800 * 40),
    ],
)
def test_pages_cost_by_the_tier_in_which_each_stands(pages: int, yuan: int) -> None:
    assert fee(BY_PAGE, 0, pages) == yuan * 100


@pytest.mark.parametrize("rule", [BY_ITEM, BY_PAGE], ids=lambda rule: rule.code)
@given(earlier=SMALL, first=SMALL, second=SMALL)
def test_whoever_asks_in_two_parts_pays_what_the_whole_costs(
    rule, earlier: int, first: int, second: int
) -> None:
    apart = fee(rule, earlier, first) + fee(rule, earlier + first, second)
    assert fee(rule, earlier, first + second) == apart


@pytest.mark.parametrize("rule", [BY_ITEM, BY_PAGE], ids=lambda rule: rule.code)
@given(earlier=SMALL, number=SMALL)
def test_no_place_costs_less_than_the_one_before(rule, earlier: int, number: int) -> None:
    assert fee(rule, earlier + 1, number) >= fee(rule, earlier, number)


def test_the_earlier_law_knows_no_processing_fee() -> None:
    assert law_pack("cn-2008").fees == ()
