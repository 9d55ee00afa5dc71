"""By which letter a step goes out, and that each kind is whole."""

import re

import pytest

from requestflow.cases.steps import DEFINITIONS
from requestflow.letters import field_labels, kind_of_letter, letter_for, letter_kinds
from requestflow.letters.kinds import goes_out

PLACE = re.compile(r"\{\{ (\w+) \}\}")


@pytest.mark.parametrize(
    ("step", "data", "kind"),
    [
        ("signed", {}, "decision"),
        ("clarification_requested", {"items": "x"}, "clarification"),
        ("consultation_started", {"consulted": "third_party"}, "third_party"),
        ("consultation_started", {"consulted": "other_body"}, "enquiry"),
        ("consultation_started", {"consulted": "joint_author"}, "enquiry"),
        ("remedy_answered", {"kind": "reconsideration"}, "reconsideration"),
        ("remedy_answered", {"kind": "suit"}, "suit"),
    ],
)
def test_a_step_goes_out_by_the_letter_that_fits_its_particulars(
    step: str, data: dict, kind: str
) -> None:
    found = letter_for(step, data)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("step", ["received", "assigned", "drafted", "noted", "closed", "nonsense"])
def test_what_stays_in_the_office_goes_out_by_none(step: str) -> None:
    assert letter_for(step, {}) is None
    assert not goes_out(step)


def test_a_remedy_of_no_known_kind_goes_out_by_no_letter_though_the_step_may() -> None:
    assert goes_out("remedy_answered")
    assert letter_for("remedy_answered", {}) is None


def test_a_kind_is_found_by_its_code_only() -> None:
    for kind in letter_kinds():
        assert kind_of_letter(kind.kind) is kind
    assert kind_of_letter("nonsense") is None


def test_no_two_kinds_have_one_code_or_one_name() -> None:
    kinds = letter_kinds()
    assert len({kind.kind for kind in kinds}) == len(kinds)
    assert len({kind.label.zh for kind in kinds}) == len(kinds)


@pytest.mark.parametrize("kind", letter_kinds(), ids=lambda kind: kind.kind)
def test_every_field_of_a_letter_has_a_label_and_every_step_is_one(kind) -> None:
    written = [kind.title]
    for block in kind.blocks:
        words = [w for w in (block.plain, block.text, block.right, block.heading) if w is not None]
        assert len(words) == 1, "one of them says what and how it stands"
        written += words
        assert block.when is None or block.when in field_labels()
    used = {name for words in written for name in PLACE.findall(words)}
    assert used <= set(field_labels())
    assert set(kind.required) <= set(field_labels())
    assert not used & set(kind.forbidden)
    assert set(kind.steps) <= set(DEFINITIONS)


@pytest.mark.parametrize("kind", letter_kinds(), ids=lambda kind: kind.kind)
def test_what_the_law_requires_stands_in_the_letter_that_comes_with_it(kind) -> None:
    blocks = [block.plain or block.text or block.right or block.heading for block in kind.blocks]
    used = {name for words in (kind.title, *blocks) for name in PLACE.findall(words)}
    assert set(kind.required) <= used | {"title"}
