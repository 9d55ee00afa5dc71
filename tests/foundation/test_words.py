"""Texts for people, addresses, moments and cells as people type and read them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.foundation import (
    NotFound,
    RequestflowError,
    csv_cell,
    is_mail_address,
    is_word,
    joined,
    parse_moment,
    sign,
    text,
    translate,
)
from requestflow.law import Label

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_a_text_nobody_translated_is_shown_as_it_was_written() -> None:
    assert text("Nobody translated %(what)s.", what="this").in_locale("zh_CN") == (
        "Nobody translated this."
    )


def test_a_text_reads_in_the_language_that_is_asked_for() -> None:
    item = text("Case '%(number)s' does not exist.", number="A-1")
    assert str(item) == "Case 'A-1' does not exist."
    chinese = item.in_locale("zh_CN")
    assert "A-1" in chinese
    assert chinese != str(item)
    assert item.in_locale("zh_TW") == chinese
    assert item.in_locale("fr") == str(item)


def test_texts_and_labels_within_a_text_are_translated_with_it() -> None:
    item = text("%(first)s|%(second)s", first=text("stage.received"), second=Label(zh="乙", en="B"))
    assert item.in_locale("en") == f"{translate('stage.received', 'en')}|B"
    assert item.in_locale("zh_CN") == f"{translate('stage.received', 'zh_CN')}|乙"


def test_a_sign_of_percent_in_what_was_typed_is_left_as_it_is() -> None:
    assert text("%(what)s", what="100 %(number)s %").in_locale("en") == "100 %(number)s %"
    assert str(text("100 %")) == "100 %"


def test_a_code_that_is_no_word_is_shown_and_known_to_be_none() -> None:
    assert is_word("stage.received")
    assert not is_word("stage.nonsense")
    assert translate("stage.nonsense", "zh_CN") == "stage.nonsense"
    assert translate("", "zh_CN") == ""


def test_signs_between_words_are_those_of_the_language() -> None:
    for name in ("colon", "semicolon", "comma"):
        assert sign(name, "zh_CN") != sign(name, "en")
        assert sign(name, "en").strip() in ":;,"


def test_joined_texts_stand_on_lines_of_their_own_in_each_language() -> None:
    item = joined([text("stage.received"), text("stage.closed")])
    for locale in ("zh_CN", "en"):
        assert item.in_locale(locale).splitlines() == [
            translate("stage.received", locale),
            translate("stage.closed", locale),
        ]


def test_an_error_says_what_to_do_next_in_the_same_line() -> None:
    error = NotFound(text("This group does not exist."), "Check DATABASE_URL.")
    assert isinstance(error, RequestflowError)
    assert str(error) == "This group does not exist."
    assert error.in_locale("en") == "This group does not exist. Check DATABASE_URL."
    assert "DATABASE_URL" in error.in_locale("zh_CN")


@pytest.mark.parametrize(
    "address",
    ["a@example.org", "first.last+tag@sub.example.co", "x_y{z}@a-b.example", "a" * 64 + "@b.cn"],
)
def test_addresses_to_which_mail_can_be_sent(address: str) -> None:
    assert is_mail_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@example.org",
        "a@localhost",
        "a..b@example.org",
        ".a@example.org",
        "a.@example.org",
        "a@-example.org",
        "a@example-.org",
        "a@example.org.",
        "a b@example.org",
        "a@example.org\nBcc: b@example.org",
        "a@example.org\n",
        "a@exa_mple.org",
        "名@example.org",
        "a@例子.中国",
        '"a"@example.org',
        "<a@example.org>",
        "a,b@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 64 + ".org",
        "a@" + ".".join(["b" * 60] * 5),
    ],
)
def test_what_a_header_could_read_otherwise_is_no_address(address: str) -> None:
    assert not is_mail_address(address)


def test_a_day_alone_means_its_end_where_the_body_is() -> None:
    moment = parse_moment("2026-11-24", SHANGHAI)
    assert moment == datetime(2026, 11, 24, 15, 59, 59, 999999, tzinfo=UTC)
    assert moment.astimezone(SHANGHAI).date() == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "hour"),
    [("2026-11-24T10:00", 2), ("2026-11-24T10:00+02:00", 8), ("2026-11-24T10:00Z", 10)],
)
def test_a_moment_without_a_zone_is_one_of_the_body(typed: str, hour: int) -> None:
    assert parse_moment(typed, SHANGHAI) == datetime(2026, 11, 24, hour, 0, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["", "soon", "2026-13-01", "2026-11-24T25:00", "24.11.2026"])
def test_what_is_neither_day_nor_moment_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is that of the library
        parse_moment(typed, SHANGHAI)


def test_the_last_day_of_all_has_no_end() -> None:
    with pytest.raises(OverflowError):
        parse_moment("9999-12-31", SHANGHAI)


@given(st.text())
def test_no_words_become_a_formula_in_a_spreadsheet(value: str) -> None:
    cell = csv_cell(value)
    assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert cell.removeprefix("'") == value.removeprefix("'")


def test_numbers_and_days_stay_what_they_are_in_a_cell() -> None:
    assert csv_cell(-5) == -5
    assert csv_cell(date(2026, 11, 24)) == date(2026, 11, 24)
    assert csv_cell(None) == ""
