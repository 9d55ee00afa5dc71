"""What is typed: made clean once and for all, and never made worse."""

import unicodedata
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from requestflow.applications import PAGES, clean_line, clean_text, read_page
from requestflow.applications.identity import is_credit_code, is_resident_number
from tests.web.citizens import resident_number

TODAY = date(2026, 11, 24)

TRICKS = "\x00\x07\x1b\u200b\u200e\u202d\u202e\u2066\u2069\ufeff\ud800"


@given(st.text())
@example("a\u200b\u0301")
def test_cleaning_twice_is_cleaning_once(typed: str) -> None:
    assert clean_text(clean_text(typed)) == clean_text(typed)
    assert clean_line(clean_line(typed)) == clean_line(typed)


@given(st.text(), st.sampled_from(TRICKS))
def test_nothing_unseen_is_left(typed: str, trick: str) -> None:
    cleaned = clean_line(f"字{trick}{typed}")
    assert trick not in cleaned
    assert not any(unicodedata.category(letter) == "Cc" for letter in cleaned)


@given(st.text(st.characters(min_codepoint=0x20000, max_codepoint=0x323AF), min_size=1))
def test_rare_chinese_characters_stay(typed: str) -> None:
    assert clean_line(typed) == unicodedata.normalize("NFC", typed)


@example("details", {"0": "", "00": "", "": "0\r\u00b8"})
@given(st.sampled_from(list(PAGES)), st.dictionaries(st.text(max_size=20), st.text(max_size=60)))
def test_no_page_breaks_over_any_input(page: str, typed: dict[str, str]) -> None:
    fields = {field.name: text for field, text in zip(PAGES[page], typed.values(), strict=False)}
    values, errors = read_page(page, fields, {}, TODAY)
    assert set(errors) <= {field.name for field in PAGES[page]}
    again, _ = read_page(page, values, {}, TODAY)
    assert again == values


@given(st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_place_in_a_number_is_found(place: int, letter: str) -> None:
    number = resident_number()
    changed = number[:place] + letter + number[place + 1 :]
    assert is_resident_number(changed, TODAY) == (changed == number)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000802100433B"])
def test_credit_codes_that_are_published_hold(code: str) -> None:
    assert is_credit_code(code)
    assert not is_credit_code(code[:-1] + ("0" if code[-1] != "0" else "1"))
