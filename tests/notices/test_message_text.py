"""What messages say: which case, how near, in the reader's language; nothing that is markup."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.law import packs
from requestflow.notices import default_rules
from requestflow.notices.message_text import (
    OFFICE,
    MessageText,
    deadline_label,
    message_subject,
    message_text_for,
    page_to_act_on,
)

CASE = {"number": "LZ-S01-2026-0001", "deadline": "reply", "due": "2026-11-24", "key": ""}
KINDS = sorted({limit.kind for pack in packs() for limit in pack.limits} | set(OFFICE))


def about(threshold: int, **changed: Any) -> dict[str, Any]:
    return {**CASE, "threshold": threshold, **changed}


@pytest.mark.parametrize(
    ("threshold", "english"),
    [
        (3, "LZ-S01-2026-0001: {label} due on 2026-11-24, in 3 working days"),
        (0, "LZ-S01-2026-0001: {label} due today, 2026-11-24"),
        (-2, "LZ-S01-2026-0001: {label} overdue since 2026-11-24"),
    ],
)
def test_a_subject_says_how_near_the_day_is(threshold: int, english: str) -> None:
    label = deadline_label("reply", None, "en")
    assert message_subject(about(threshold), "en") == english.format(label=label)
    chinese = message_subject(about(threshold), "zh_CN")
    assert "LZ-S01-2026-0001" in chinese
    assert "2026-11-24" in chinese
    assert deadline_label("reply", None, "zh_CN") in chinese


@pytest.mark.parametrize("kind", KINDS)
def test_every_deadline_has_a_name_in_each_language(kind: str) -> None:
    chinese, english = deadline_label(kind, None, "zh_CN"), deadline_label(kind, None, "en")
    assert chinese != english
    assert kind not in (chinese, english)
    assert english.isascii()


def test_what_no_law_knows_is_called_by_its_code() -> None:
    assert deadline_label("nonsense", None, "zh_CN") == "nonsense"


def test_a_digest_counts_its_days_and_those_that_are_over() -> None:
    digest = {"items": [about(3), about(0), about(-1), about(-4)]}
    assert message_subject(digest, "en") == "4 deadlines, 2 overdue"
    words = message_text_for("digest", digest, "en", "http://here")
    assert words.body.count("http://here/cases/LZ-S01-2026-0001") == 4


def test_what_belongs_to_no_case_is_the_offices() -> None:
    words = message_subject(about(5, number=None, deadline="calendar"), "en")
    assert words.startswith("unit settings: next year's public holidays")


def test_a_report_is_told_with_its_year_unit_and_state() -> None:
    data = {"report": 2025, "unit": "示例局", "code": "LZ-S01", "state": "returned"}
    for locale in ("en", "zh_CN"):
        words = message_text_for("report", data, locale, "http://here")
        assert "2025" in words.subject
        assert "示例局" in words.subject
        assert "report." not in words.subject
        assert "http://here/report/2025?unit=LZ-S01" in words.body


def test_a_step_of_the_applicant_is_named() -> None:
    data = {"number": "A-1", "step": "clarified", "said": "二〇二五年"}
    words = message_text_for("step", data, "en", "http://here")
    assert words.subject.startswith("A-1: action by the applicant: ")
    assert "step." not in words.subject
    assert "二〇二五年" in words.body


@pytest.mark.parametrize(
    ("item", "path"),
    [
        (about(1), "/cases/LZ-S01-2026-0001"),
        (about(1, deadline="question", key="2"), "/questions/LZ-S01-2026-0001/2"),
        (about(1, number=None, deadline="report.departments", due="2027-01-31"), "/report/2026"),
        (about(1, number=None, deadline="calendar"), "/notices"),
        ({"report": 2025, "code": "LZ"}, "/report/2025?unit=LZ"),
    ],
)
def test_a_message_leads_to_where_one_acts(item: dict[str, Any], path: str) -> None:
    assert page_to_act_on(item) == path


APPLICANT = {
    "number": "LZ-S01-2026-0001",
    "unit": "示例局",
    "day": "2026-11-24",
    "happened": "The answer went out.",
    "next": "Nothing more needs to happen.",
    "due": None,
}


def test_an_applicant_reads_what_happened_and_where_to_follow_it() -> None:
    words = message_text_for("case", APPLICANT, "en", "http://here")
    assert words.subject == "LZ-S01-2026-0001: The answer went out."
    assert "http://here/follow?number=LZ-S01-2026-0001" in words.body
    assert "Deadline: " not in words.body
    due = message_text_for("case", {**APPLICANT, "due": "2026-12-01"}, "en", "http://here")
    assert "Deadline: 2026-12-01." in due.body


def test_files_are_attached_or_said_to_be_too_large() -> None:
    assert "attached" not in message_text_for("case", APPLICANT, "en", "").body
    with_files = {**APPLICANT, "files": [{"name": "a.pdf"}]}
    assert "attached" in message_text_for("case", with_files, "en", "").body
    large = message_text_for("case", {**APPLICANT, "too_many": True}, "en", "").body
    assert "too large" in large
    assert "attached" not in large


def test_a_link_to_sign_in_stands_in_the_mail_and_not_in_its_subject() -> None:
    words = message_text_for("link", {"link": "http://here/sign-in/secret"}, "zh_CN", "")
    assert "http://here/sign-in/secret" in words.body
    assert "secret" not in words.subject


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_every_occasion_that_a_rule_names_can_be_told(locale: str) -> None:
    for rule in default_rules():
        for threshold in (1, 0, -1):
            words = message_text_for("reminder", about(threshold), locale, "http://here")
            assert "%(" not in words.subject + words.body, rule


@given(st.text(), st.text())
def test_what_people_typed_is_never_markup(heading: str, body: str) -> None:
    page = MessageText(heading, body).html("en")
    inside = page.partition("<body")[2].partition(">")[2]
    for tag in ("h1", "p", "br", "a ", "span", "/h1", "/p", "/a", "/span", "/body", "/html"):
        inside = inside.replace(f"<{tag}", "")
    assert "<" not in inside


def test_an_address_becomes_a_link_and_keeps_to_itself() -> None:
    page = MessageText("a", 'see http://here/?a=1&b="2" now').html("en")
    assert 'href="http://here/?a=1&amp;b=&quot;2&quot;"' in page
    assert page.count("<a ") == 1


def test_the_language_of_a_page_is_said() -> None:
    assert 'lang="zh-CN"' in MessageText("a", "b").html("zh_CN")
    assert 'lang="en"' in MessageText("a", "b").html("en")
