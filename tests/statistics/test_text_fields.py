"""Figures as fields in the words of a report: filled in, never retyped, refused where there is
none."""

from decimal import Decimal

import pytest

from requestflow.accounts import Unit
from requestflow.law import Label, report_form_for
from requestflow.statistics import Figure, Report
from requestflow.statistics.text_fields import (
    LONGEST_TEXT,
    FieldWrong,
    draft_text,
    fill_text,
    find_retyped_figures,
    said,
    text_problems,
)

RECEIVED, GRANTED = "applications.received", "applications.granted"


def figure(name: str, value, **more) -> Figure:
    table, _, row = name.partition(".")
    return Figure(name, Label(zh=row, en=row), value, table, row, **more)


def report(**values) -> Report:
    counted = [
        figure(RECEIVED, 528, previous=500, change=28, change_share=Decimal("5.60")),
        figure(GRANTED, 433, share=Decimal("82.01"), previous=433, change=0),
        figure("reconsiderations.received", values.get("reconsiderations", 3)),
    ]
    stated = [
        figure("reported.新闻发布会", Decimal("1234.5"), reported=True, measure="场"),
        figure("reported.培训", None, reported=True, measure="次"),
    ]
    unit = Unit(id=1, code="LZ", name="示例市", path="LZ/")
    return Report(2014, unit, report_form_for(2014), counted, (), stated)


def filled(words: str, locale: str = "zh_CN") -> str:
    return fill_text(words, report(), locale)


@pytest.mark.parametrize(
    ("words", "chinese", "english"),
    [
        ("{{year}}|{{year_before}}|{{unit}}", "2014|2013|示例市", "2014|2013|示例市"),
        ("{{applications.received}}", "528", "528"),
        ("{{ applications.received | previous }}", "500", "500"),
        ("{{applications.granted|share}}%", "82.01%", "82.01%"),
        ("{{applications.received|trend}}", "增加28", "rose by 28"),
        ("{{applications.granted|trend}}", "持平，增减0", "stayed the same"),
        ("{{applications.received|change_share}}", "5.6", "5.6"),
        ("{{reported.新闻发布会}}场", "1234.5场", "1,234.5场"),
        ("没有字段", "没有字段", "没有字段"),
    ],
)
def test_fields_are_filled_in_as_the_language_writes_numbers(
    words: str, chinese: str, english: str
) -> None:
    assert filled(words) == chinese
    assert filled(words, "en") == english


def test_a_fall_is_told_as_a_fall() -> None:
    item = figure(RECEIVED, 5, change=-1500)
    whole = Report(2014, report().unit, report().form, [item], (), ())
    assert fill_text("{{applications.received|trend}}", whole, "zh_CN") == "减少1500"
    assert fill_text("{{applications.received|trend}}", whole, "en") == "fell by 1,500"


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ("{{applications.nonsense}}", "No figure matches the field"),
        ("{{applications.received|nonsense}}", "No figure matches the field"),
        ("{{year|share}}", "No figure matches the field"),
        ("{{reported.培训}}", "cannot be calculated"),
        ("{{applications.received|share}}", "cannot be calculated"),
    ],
)
def test_a_field_that_cannot_be_filled_in_is_wrong_and_says_why(field: str, problem: str) -> None:
    with pytest.raises(FieldWrong, match=problem) as caught:
        filled(f"共{field}件")
    assert field in str(caught.value)
    (found,) = text_problems(f"共{field}件", report())
    assert problem in str(found)


def test_in_a_draft_it_is_marked_in_the_words_instead() -> None:
    words = fill_text("共{{reported.培训}}次", report(), "zh_CN", marked=True)
    assert words.startswith("共〔")
    assert "{{reported.培训}}" in words
    assert fill_text("{{reported.培训}}", report(), "en", marked=True).startswith("[cannot be")


@pytest.mark.parametrize(
    "words", ["{applications.received}", "｛｛a｝｝", "{{}}", "{{a\nb}}", "}}"]
)
def test_braces_that_make_no_field_are_a_problem(words: str) -> None:
    assert any("braces" in str(item) for item in text_problems(words, report()))


def test_words_in_order_have_no_problem_and_too_many_have_one() -> None:
    assert list(text_problems("收到{{applications.received}}件。", report())) == []
    (only,) = text_problems("长" * (LONGEST_TEXT + 1), report())
    assert "too long" in str(only)


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("收到528件", ["528"]),
        ("收到５２８件，公开433件", ["433", "528"]),
        ("收到{{applications.received}}件", []),
        ("收到1528件，5280件，0.528件", []),
        ("第528号", ["528"]),
        ("另有529件", []),
        ("2014年", []),
        ("共收到3件", ["3"]),
        ("第3件", []),
        ("3月，3.5件，13件，第十三条", []),
    ],
)
def test_figures_that_were_typed_are_found(words: str, typed: list[str]) -> None:
    assert find_retyped_figures(words, report()) == typed


@pytest.mark.parametrize(
    ("words", "found"), [("召开1,234.5场", True), ("召开1234.5场", True), ("召开1,234.5次", True)]
)
def test_thousands_are_found_with_and_without_commas(words: str, found: bool) -> None:
    assert bool(find_retyped_figures(words, report())) is found


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [(1234567, "1234567", "1,234,567"), (Decimal("1200.50"), "1200.5", "1,200.5"), (0, "0", "0")],
)
def test_a_number_in_running_text(value, chinese: str, english: str) -> None:
    assert said(value, "zh_CN") == chinese
    assert said(value, "en") == english


def test_a_draft_leaves_out_what_cannot_be_computed() -> None:
    section = next(item for item in report().form.sections if any(s.when for s in item.draft))
    sentence = next(item for item in section.draft if item.when)
    name, _, part = sentence.when.partition("|")
    values = {part or "value": 7, **({"value": 7} if part else {})}
    bare = Report(2014, report().unit, report().form, (), (), ())
    known = Report(2014, report().unit, report().form, [figure(name, **values)], (), ())
    for locale, words in (("zh_CN", sentence.zh), ("en", sentence.en)):
        assert words in draft_text(section, known, locale)
        assert words not in draft_text(section, bare, locale)
