"""Which law governs an application, which form a year; what there is not is said to be unknown."""

import itertools
from datetime import date

import pytest

from requestflow.law import (
    UnknownForm,
    UnknownLaw,
    form_beside_report,
    law_in_force,
    law_pack,
    packs,
    report_form_for,
    report_forms,
)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2008, 5, 1), "cn-2008"),
        (date(2019, 5, 14), "cn-2008"),
        (date(2019, 5, 15), "cn-2019"),
        (date(2026, 11, 24), "cn-2019"),
    ],
)
def test_the_law_of_the_day_of_receipt_governs(day: date, code: str) -> None:
    assert law_in_force(day).code == code


def test_before_the_first_law_there_is_none() -> None:
    with pytest.raises(UnknownLaw, match="2008-04-30"):
        law_in_force(date(2008, 4, 30))


def test_a_law_that_nobody_wrote_is_unknown_by_its_code() -> None:
    with pytest.raises(UnknownLaw, match="cn-1999"):
        law_pack("cn-1999")


def test_laws_follow_each_other_without_a_day_between() -> None:
    ordered = sorted(packs(), key=lambda pack: pack.received_from)
    for before, after in itertools.pairwise(ordered):
        assert before.received_until is not None
        assert (after.received_from - before.received_until).days == 1
    assert ordered[-1].received_until is None


@pytest.mark.parametrize(
    ("year", "code"),
    [
        (2008, "cn-2014"),
        (2018, "cn-2014"),
        (2019, "cn-2019"),
        (2020, "cn-2019"),
        (2021, "cn-2021"),
        (2026, "cn-2021"),
    ],
)
def test_a_year_is_reported_by_the_form_of_its_time(year: int, code: str) -> None:
    assert report_form_for(year).code == code
    assert report_form_for(year) in report_forms()


@pytest.mark.parametrize(
    ("year", "there"), [(2013, False), (2014, True), (2018, True), (2019, False)]
)
def test_beside_the_reports_of_five_years_stands_a_table(year: int, there: bool) -> None:
    assert (form_beside_report(year) is not None) == there


def test_a_year_without_a_form_is_unknown() -> None:
    with pytest.raises(UnknownForm):
        report_form_for(1999)


def test_an_outcome_takes_only_the_grounds_that_may_stand_with_it() -> None:
    pack = law_pack("cn-2019")
    for ground in pack.grounds:
        for outcome in pack.outcomes:
            found = pack.ground_for(outcome.code, ground.code)
            assert (found is ground) == (outcome.code in ground.outcomes)
    assert pack.ground_for("refused", None) is None
    assert pack.ground_for("refused", "nonsense") is None


@pytest.mark.parametrize("pack", packs(), ids=lambda pack: pack.code)
def test_every_outcome_that_needs_a_ground_has_one(pack) -> None:
    for outcome in pack.outcomes:
        grounds = [item for item in pack.grounds if outcome.code in item.outcomes]
        assert bool(grounds) == (outcome.ground != "none"), outcome.code


@pytest.mark.parametrize("pack", packs(), ids=lambda pack: pack.code)
def test_every_ending_is_counted_as_an_outcome_of_its_law(pack) -> None:
    for ending in pack.endings:
        outcome = pack.outcome(ending.outcome)
        assert outcome is not None
        if outcome.ground == "required":
            assert pack.ground_for(ending.outcome, ending.ground) is not None
