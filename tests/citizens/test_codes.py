"""Tracking codes: as people type them, for one case, the last one only; only a hash is kept."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from requestflow.application import Application
from requestflow.cases import Case
from requestflow.citizens import (
    TrackingCode,
    case_of_code,
    code_from,
    code_made_at,
    give_code,
    plain_code,
)
from requestflow.foundation import db
from tests.conftest import NOW

FORM = re.compile(r"[2-9A-HJKMNP-TV-Z]{4}(-[2-9A-HJKMNP-TV-Z]{4}){2}")


def two(app: Application) -> tuple[tuple[int, str], tuple[int, str]]:
    with app.context() as session:
        first, second = session.execute(
            select(Case.id, Case.number).order_by(Case.id).limit(2)
        ).all()
    return tuple(first), tuple(second)


@pytest.mark.usefixtures("any_data_key")
@pytest.mark.parametrize("number", range(50))
def test_a_code_has_no_letter_that_is_taken_for_another(number: int) -> None:
    assert FORM.fullmatch(code_from(f"secret {number}"))


@pytest.mark.usefixtures("any_data_key")
def test_a_code_is_the_same_for_its_secret_and_no_other() -> None:
    codes = {code_from(f"secret {number}") for number in range(500)}
    assert len(codes) == 500
    assert code_from("secret 1") == code_from("secret 1")


@pytest.mark.parametrize(
    "typed",
    [
        "ABCD-EFGH-JKMN",
        "abcdefghjkmn",
        " abcd efgh jkmn ",
        "ＡＢＣＤ－ＥＦＧＨ－ＪＫＭＮ",
        "ABCD—EFGH_JKMN.",
    ],
)
def test_however_a_code_is_typed_it_is_the_same(typed: str) -> None:
    assert plain_code(typed) == "ABCDEFGHJKMN"


@given(st.text(max_size=200))
def test_no_typed_code_is_longer_than_can_be_hashed(typed: str) -> None:
    plain = plain_code(typed)
    assert len(plain) <= 40
    assert plain_code(plain) == plain


def test_a_code_opens_its_case_and_no_other(demo: Application) -> None:
    (first, number), (second, other) = two(demo)
    with demo.context(), db.transaction() as session:
        code, another = give_code(session, first, NOW), give_code(session, second, NOW)
        assert case_of_code(session, number, code) == number
        assert (
            case_of_code(session, f" {number.lower()} ", code.lower().replace("-", " ")) == number
        )
        assert case_of_code(session, number, another) is None
        assert case_of_code(session, other, code) is None
        assert case_of_code(session, "LZ-X99-2026-0001", code) is None
        assert case_of_code(session, number, "") is None


def test_a_replaced_code_is_no_longer_good(demo: Application) -> None:
    (case_id, number), _ = two(demo)
    later = NOW + timedelta(hours=1)
    with demo.context(), db.transaction() as session:
        before = give_code(session, case_id, NOW)
        after = give_code(session, case_id, later)
        assert after != before
        assert case_of_code(session, number, before) is None
        assert case_of_code(session, number, after) == number
        assert code_made_at(session, number) == later


def test_a_case_without_a_code_opens_to_none(demo: Application) -> None:
    (_, number), _ = two(demo)
    with demo.context() as session:
        assert code_made_at(session, number) is None
        for code in ("", "NOBODY", code_from("nobody")):
            assert case_of_code(session, number, code) is None


def test_the_database_does_not_know_the_code(demo: Application) -> None:
    (case_id, _), _ = two(demo)
    with demo.context(), db.transaction() as session:
        code = give_code(session, case_id, NOW, secret="a link")
        row = session.get_one(TrackingCode, case_id)
        assert plain_code(code) not in row.code_hash.upper()
        assert code == code_from("a link")
