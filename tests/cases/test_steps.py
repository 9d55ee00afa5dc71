"""Every step is whole: words, a form, a sentence for the applicant or a reason for none, a place in
a law; and what single steps ask for."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import (
    DEFINITIONS,
    Opening,
    Step,
    StepRefused,
    inputs_of,
    particulars_model,
    view_case,
)
from requestflow.citizens import NOT_SHOWN, SHOWN
from requestflow.foundation import db
from requestflow.foundation.texts import WORDS, translate
from requestflow.law import packs
from requestflow.letters import kind_of_letter
from requestflow.web.casework.form_fields import FIRST_VALUES, OPTIONS
from requestflow.web.citizen.steps import FORMS
from tests.conftest import NOW

KINDS = ("received", *DEFINITIONS)
WITHOUT_FORM = {
    "decision_recorded": "taken from a register of old cases",
    "fees_recorded": "taken from a register of old cases",
    "due_days_moved": "made by a change of the calendar",
    "corrected": "has a page of its own",
    "redirected": "an answer like others now: drafted, reviewed and signed",
    "forgotten": "made by the command that erases",
    "voided": "made where an import is taken back",
    "contact_changed": "has a page of its own",
    "answer_released": "has a page of its own",
    "release_withdrawn": "is on the page of what is released",
}
CLERK = Actor("clerk", "clerk", "LZ/LZ-S01/")
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_has_words_in_both_languages(kind: str) -> None:
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))["step"]
    assert words[kind]["zh"]
    assert words[kind]["en"]


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_a_step_has_a_form_or_a_reason_for_none(kind: str) -> None:
    has_form = DEFINITIONS[kind].at_desk or kind in FORMS
    assert has_form != (kind in WITHOUT_FORM)


@pytest.mark.parametrize("kind", FORMS)
def test_what_an_applicant_types_is_a_particular_of_the_step(kind: str) -> None:
    asked = {field.name for field in FORMS[kind].asks if field.kind != "files"}
    assert asked <= set(particulars_model(kind).model_fields)
    needed = {
        name for name, info in particulars_model(kind).model_fields.items() if info.is_required()
    }
    assert needed - {"outcome"} <= asked  # what was decided is known to the case


@pytest.mark.parametrize("kind", KINDS)
def test_the_applicant_is_told_of_a_step_or_there_is_a_reason(kind: str) -> None:
    assert (kind in SHOWN) != (kind in NOT_SHOWN)


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_a_step_is_known_to_a_law(kind: str) -> None:
    assert DEFINITIONS[kind].any_law or any(pack.step(kind) for pack in packs())


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_form_asks_for_is_in_chinese_and_can_be_offered(kind: str) -> None:
    for name, item in inputs_of(particulars_model(kind)).items():
        label = item.label.message
        assert translate(label, "zh_CN") != label, name
        assert not item.options or item.options in OPTIONS
        assert not item.first or item.first in FIRST_VALUES
        assert bool(item.choices or item.options) == (
            item.widget in {"choice", "choices", "parts"}
        ), name


def test_every_step_is_in_one_family_alone() -> None:
    folder = Path(__file__).parents[2] / "requestflow" / "cases" / "steps"
    sources = [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
    for kind in DEFINITIONS:
        assert sum(f'"{kind}",\n' in source or f'"{kind}", ' in source for source in sources) >= 1


def objected(app: Application, answer: str = "objects") -> str:
    """A case about which a third party was asked, and answered."""
    steps = [
        Step("assigned", TODAY, {"handler": "clerk"}),
        Step("consultation_started", TODAY, {"name": "某公司", "question": "是否同意公开？"}),
        Step("consultation_ended", TODAY, {"consultation": "1", "answer": answer}),
    ]
    with app.context(), db.transaction() as session:
        opening = Opening("LZ-S01", TODAY, "person", "post", "污染排放数据", {"name": "张三"})
        number = app.cases.open(session, CLERK, opening, NOW)
        app.cases.take_step(session, CLERK, number, steps, NOW)
    return number


RELEASE = Step(
    "third_party_informed", TODAY, {"items": "2025年排放监测数据", "reason": "涉及公众健康"}
)


def test_who_objected_is_told_by_letter_what_is_released_and_why(demo: Application) -> None:
    number = objected(demo)
    with demo.context():
        demo.casework.take_step(CLERK, number, RELEASE, NOW)
    with demo.context() as session:
        last = view_case(session, Actor.operator(), number).events[-1]
    assert (last.data["consultation"], last.data["name"]) == ("1", "某公司")
    assert "依申请公开告知第三方" in last.data["letter"]
    assert [item["name"][-4:] for item in last.data["documents"]] == [".pdf", "docx"]
    kind = kind_of_letter("third_party_decision")
    assert kind
    assert {"applicant", "case_number"} <= set(kind.forbidden)


def test_nobody_is_told_twice_nor_who_agreed(demo: Application) -> None:
    number, agreed = objected(demo), objected(demo, "agrees")
    with demo.context():
        demo.casework.take_step(CLERK, number, RELEASE, NOW)
    for case in (number, agreed):
        with demo.context(), pytest.raises(StepRefused) as refused:
            demo.casework.take_step(CLERK, case, RELEASE, NOW)
        assert refused.value.article == "32"
