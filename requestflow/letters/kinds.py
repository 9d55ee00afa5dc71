"""The kinds of letters, as data: which step issues each, its number, its words."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field

from requestflow.law import Label, StrictModel

TEXTS = Path(__file__).parent / "texts"


class LetterBlock(StrictModel):
    """One paragraph of a letter; exactly one of the first four says what and how it stands.

    `when` names the field without which it is left out.
    """

    plain: str | None = None
    text: str | None = None
    right: str | None = None
    heading: str | None = None
    when: str | None = None


class LetterKind(StrictModel):
    """A kind of letter. `number` is the word in its number (文号); `required` are the fields
    without which the law's parts are not all there, `forbidden` those that it may not say."""

    kind: str
    label: Label
    steps: tuple[str, ...]
    where: dict[str, str] = Field(default_factory=dict)
    number: str
    title: str
    forbidden: tuple[str, ...] = ()
    required: tuple[str, ...] = Field(min_length=1)
    blocks: tuple[LetterBlock, ...] = Field(min_length=1)

    def issued_by(self, step: str, data: Mapping[str, Any]) -> bool:
        """Whether a step with these particulars goes out by this letter."""
        return step in self.steps and all(data.get(name) == v for name, v in self.where.items())


@cache
def letter_kinds() -> tuple[LetterKind, ...]:
    """All kinds, in the order of the file."""
    data = tomllib.loads((TEXTS / "letters.toml").read_text(encoding="utf-8"))
    return tuple(LetterKind.model_validate(item) for item in data["letters"])


@cache
def field_labels() -> dict[str, Label]:
    """The fields that a letter may use, and what each holds."""
    data = tomllib.loads((TEXTS / "fields.toml").read_text(encoding="utf-8"))
    return {name: Label.model_validate(label) for name, label in data.items()}


def kind_of_letter(code: str) -> LetterKind | None:
    """The kind of that code, or None."""
    return next((item for item in letter_kinds() if item.kind == code), None)


def goes_out(step: str) -> bool:
    """Whether a step may go out by a letter."""
    return any(step in kind.steps for kind in letter_kinds())


def letter_for(step: str, data: Mapping[str, Any]) -> LetterKind | None:
    """The kind by which a step goes out, or None."""
    return next((item for item in letter_kinds() if item.issued_by(step, data)), None)
