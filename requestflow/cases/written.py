"""What people wrote in a case: encrypted under the case's key where it is kept, in the place where
it stands, so that the rest of an event counts on without it.

Which particulars those are is told by their types: all text that is not a `Code`, a fixed choice or
a day. What is added is encrypted unless somebody says otherwise.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import NoneType
from typing import Annotated, Any, Literal, Self, get_args, get_origin

from pydantic import BaseModel

from requestflow.cases.errors import StepRefused
from requestflow.cases.steps import IN_CLEAR, particulars_model
from requestflow.foundation import RecordKey

Shape = bool | Mapping[str, "Shape"]
"""Where in a value something is written: all of it (True), nothing (False), or under some names;
a list has the shape of what is in it."""
FORGOTTEN = "█████"
"""What stands where something was written that was forgotten."""


@dataclass(frozen=True)
class CaseCipher:
    """How what was written in a case is kept: under its key; without one, forgotten, or in clear,
    where an earlier version stored it and it was not encrypted yet."""

    key: RecordKey | None = None
    forgotten: bool = False

    @classmethod
    def make(cls, number: str) -> Self:
        """The cipher of a new case."""
        return cls(RecordKey.make(_about(number)))

    @classmethod
    def of(cls, number: str, record_key: bytes | None, forgotten_on: date | None) -> Self:
        """The cipher of a stored case; OtherKey."""
        if record_key is None:
            return cls(None, forgotten_on is not None)
        return cls(RecordKey.unwrapped(bytes(record_key), "case", _about(number)))

    def record_key(self) -> bytes | None:
        """The key as it is kept."""
        return self.key.wrapped("case") if self.key else None

    def encrypt(self, value: str) -> str:
        """Text as it is kept; ValueError in a case that was forgotten."""
        if self.forgotten:
            raise ValueError("nothing is written in a case that was forgotten")
        return self.key.encrypt(value) if self.key else value

    def decrypt(self, kept: str) -> str:
        """The text again; OtherKey."""
        if self.key:
            return self.key.decrypt(kept)
        return FORGOTTEN if self.forgotten else kept

    def encrypted(self, kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """The particulars of a step as they are kept."""
        result: dict[str, Any] = _replaced(dict(data), _shape_of(kind), self.encrypt)
        return result

    def decrypted(self, kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """The particulars again; OtherKey."""
        result: dict[str, Any] = _replaced(dict(data), _shape_of(kind), self.decrypt)
        return result


def _about(number: str) -> str:
    """What the key of a case is bound to."""
    return f"case {number}"


def _replaced(value: Any, shape: Shape, change: Callable[[str], str]) -> Any:
    if not shape or value is None:
        return value
    if isinstance(value, list):
        return [_replaced(item, shape, change) for item in value]
    if isinstance(value, dict):
        if shape is True:
            return {name: _replaced(item, True, change) for name, item in value.items()}
        if shape is CHANGES:
            return _replaced(value, {"data": _shape_of(str(value.get("kind")))}, change)
        result = dict(value)
        for name, inner in shape.items():
            if name in result:
                result[name] = _replaced(result[name], inner, change)
        return result
    return change(value) if isinstance(value, str) else value


CHANGES: Shape = {"changes": True}
"""What a correction changes: the particulars of the step that each change names."""


@cache
def _shape_of(kind: str) -> Shape:
    """Where the particulars of a step hold what somebody wrote; of one that is not known, all."""
    if kind == "corrected":
        return {"changes": CHANGES, "reason": True, "late_reason": True}
    try:
        return _shape(particulars_model(kind))
    except StepRefused:
        return True


def _shape(annotation: Any, marks: tuple[Any, ...] = ()) -> Shape:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _shape(inner[0], inner[1:])
    if annotation is str or annotation is Any:
        return IN_CLEAR not in marks
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields.items()
        shapes = {name: _shape(info.annotation, tuple(info.metadata)) for name, info in fields}
        return {name: shape for name, shape in shapes.items() if shape} or False
    if origin is Literal or annotation is NoneType:
        return False
    if origin is dict:
        inner = inner[1:]
    return next((shape for shape in map(_shape, inner) if shape), False)
