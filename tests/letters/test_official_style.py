"""Days, numbers and articles as letters write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.law import law_pack
from requestflow.letters.kinds import goes_out
from requestflow.letters.official_style import (
    chinese_number,
    cite_articles,
    day_in_words,
    limit_length,
)

LAW, EARLIER = law_pack("cn-2019"), law_pack("cn-2008")
TITLE = "《中华人民共和国政府信息公开条例》"
VALUES = {character: value for value, character in enumerate("〇一二三四五六七八九")}


def read(written: str) -> int:
    """The number that a reader reads."""
    total, digit = 0, 1 if written.startswith("十") else 0
    for character in written:
        if character in VALUES:
            digit = VALUES[character]
        else:
            total += digit * {"十": 10, "百": 100}[character]
            digit = 0
    return total + digit


@given(st.integers(0, 999))
def test_a_number_in_characters_reads_as_the_number(number: int) -> None:
    assert read(chinese_number(number)) == number


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "〇"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (99, "九十九"),
        (100, "一百"),
        (101, "一百〇一"),
        (110, "一百一十"),
        (115, "一百一十五"),
        (120, "一百二十"),
        (999, "九百九十九"),
    ],
)
def test_numbers_are_written_as_people_write_them(number: int, written: str) -> None:
    assert chinese_number(number) == written


def test_a_day_is_written_without_noughts_and_a_gap_is_left_for_none() -> None:
    assert day_in_words(date(2026, 1, 9)) == "2026年1月9日"
    assert day_in_words(date(2026, 11, 24)) == "2026年11月24日"
    assert set(day_in_words(None)) == {"＿"}


@pytest.mark.parametrize(
    ("article", "cited"),
    [
        ("33", f"{TITLE}第三十三条"),
        ("36(3)", f"{TITLE}第三十六条第（三）项"),
        ("36(1)(2)", f"{TITLE}第三十六条第（一）、（二）项"),
        ("16.2", f"{TITLE}第十六条第二款"),
        ("41、42", f"{TITLE}第四十一条、第四十二条"),
        ("国办函〔2020〕109号", "国办函〔2020〕109号"),
        ("42；国办函〔2020〕109号", f"{TITLE}第四十二条、国办函〔2020〕109号"),
    ],
)
def test_articles_are_cited_with_the_laws_name_and_in_characters(article: str, cited: str) -> None:
    assert cite_articles(LAW, article) == cited


def test_an_article_of_another_law_keeps_that_laws_name() -> None:
    cited = cite_articles(LAW, "行政复议法 20")
    assert cited == "《行政复议法》第二十条"


def test_the_year_of_a_version_is_not_part_of_the_laws_name() -> None:
    for pack in (LAW, EARLIER):
        assert cite_articles(pack, "1") == f"{TITLE}第一条"


ARTICLES = sorted(
    {
        article
        for pack in (LAW, EARLIER)
        for item in (*pack.steps, *pack.outcomes, *pack.grounds)
        if not hasattr(item, "event") or goes_out(item.event)
        for article in (item.article, getattr(item, "cite", None))
        if article
    }
)


@pytest.mark.parametrize("article", ARTICLES)
def test_every_article_that_a_letter_may_cite_is_written_out(article: str) -> None:
    for part in cite_articles(LAW, article).split("、"):
        if part.startswith("《"):
            title, _, rest = part[1:].partition("》")
            assert not any(character in " /.0123456789" for character in title + rest)


@pytest.mark.parametrize("pack", [LAW, EARLIER], ids=lambda pack: pack.code)
def test_the_length_of_every_limit_is_written_with_its_measure(pack) -> None:
    for limit in pack.limits:
        written = limit_length(limit)
        if limit.number is None:
            assert written == "法定期限"
        else:
            assert written.startswith(str(limit.number))
            assert written.endswith(("个工作日", "日", "个月"))
    assert limit_length(None) == "法定期限"
