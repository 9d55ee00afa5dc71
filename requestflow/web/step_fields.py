"""The fields of a step's form, at the desk and for applicants: what each asks, and how what was
typed becomes particulars.

A field is made from the particulars' model (`Input`), or where the form asks in words of its own.
Particulars are checked by their model when the step is taken; here a person learns at the field
what is missing or cannot be read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flask import request

from requestflow.applications import Errors, clean_line, clean_text
from requestflow.cases import Widget
from requestflow.foundation import Text, text
from requestflow.law import Label
from requestflow.web.forms import parse_day_parts, read_day, whole_number

Shown = Text | Label | str
Options = Sequence[tuple[str, Shown]]
FIRST_PARTS = 3
"""How many empty rows a list of parts begins with."""
MOST_PARTS = 100
LONGEST = {"line": 500, "lines": 20_000, "choice": 60, "number": 9, "day": 20, "yes": 5}
"""Characters that may be typed, by kind of field."""

_WRONG = {
    "day": text("Enter a date, like 2026-03-31."),
    "number": text("Enter a number."),
    "choice": text("Select an option."),
    "yes": text("Select an option."),
}


@dataclass(frozen=True)
class StepField:
    """One field of a step's form; `first` is what stands in it to begin with.

    `choices` is any number of the options, `parts` a list of parts each with one of the options,
    `yes` a box to tick, `files` what is handed in or out with the step, `day_parts` a day typed as
    year, month and day. `missing` is said where nothing was typed that is needed; `longest` is in
    characters where it is not the kind's own.
    """

    name: str
    label: Shown
    kind: Widget | Literal["day_parts"] = "line"
    needed: bool = False
    hint: Text | None = None
    options: Options = ()
    first: str = ""
    missing: Text | None = None
    longest: int | None = None

    def read(self, value: str) -> Any:
        """A typed value as a particular; None where it cannot be one."""
        if self.kind == "day":
            day = read_day(value)
            return day.isoformat() if day else None
        if self.kind == "number":
            return int(value) if value.isdecimal() else None
        if self.kind == "choice":
            return value if value in {code for code, _ in self.options} else None
        if self.kind == "yes":
            return True if value == "yes" else None
        return value

    @property
    def when_empty(self) -> Text:
        """What is said where nothing was typed."""
        if self.missing:
            return self.missing
        if self.kind == "yes":
            return text("Please confirm: %(field)s.", field=self.label)
        return text("Required field: %(field)s.", field=self.label)


@dataclass
class Typed:
    """What was typed into a form: as particulars, as it stands in the fields, and what is wrong by
    field."""

    data: dict[str, Any]
    values: dict[str, str]
    errors: Errors

    def take(self, field: StepField) -> None:
        """Reads a field of this request's form; files are taken elsewhere."""
        if field.kind == "parts":
            self._take_parts(field)
        elif field.kind == "choices":
            known = {code for code, _ in field.options}
            chosen = [code for code in request.form.getlist(field.name) if code in known]
            self.values[field.name] = " ".join(chosen)
            if chosen:
                self.data[field.name] = chosen
        elif field.kind == "day_parts":
            self._take_day(field)
        elif field.kind != "files":
            self._take_one(field)

    def _take_one(self, field: StepField) -> None:
        raw = request.form.get(field.name, "")
        value = clean_text(raw) if field.kind == "lines" else clean_line(raw)
        self.values[field.name] = value
        longest = field.longest or LONGEST[field.kind]
        if not value:
            if field.needed:
                self.errors[field.name] = field.when_empty
        elif len(value) > longest:
            self.errors[field.name] = text(
                "You have %(over)s characters too many. The limit is %(longest)s.",
                over=len(value) - longest,
                longest=longest,
            )
        elif (read := field.read(value)) is None:
            self.errors[field.name] = field.missing or _WRONG[field.kind]
        else:
            self.data[field.name] = read

    def _take_day(self, field: StepField) -> None:
        day, parts = parse_day_parts(field.name)
        self.values.update(parts)
        if day is not None:
            self.data[field.name] = day.isoformat()
        elif field.needed or any(parts.values()):
            self.errors[field.name] = text("Enter the date as year, month and day, like 2026 3 31.")

    def _take_parts(self, field: StepField) -> None:
        """Rows of a part and its ground; rows without either are left out."""
        known = {code for code, _ in field.options}
        requested = whole_number(request.form.get(f"{field.name}-rows"))
        rows = min(FIRST_PARTS if requested is None else requested, MOST_PARTS)
        results: list[dict[str, str]] = []
        for place in range(rows):
            part = clean_line(request.form.get(f"{field.name}-{place}-part", ""))
            ground = clean_line(request.form.get(f"{field.name}-{place}-ground", ""))[:60]
            if not part and not ground:
                continue
            self.values[f"{field.name}-{len(results)}-part"] = part
            self.values[f"{field.name}-{len(results)}-ground"] = ground
            results.append({"part": part, "ground": ground})
            if not part or ground not in known:
                self.errors[field.name] = text("Each withheld part must have a name and a ground.")
            elif len(part) > LONGEST["line"]:
                self.errors[field.name] = text("This is too long.")
        more = 3 if request.form.get("more") == field.name else 0
        shown = min(max(rows, len(results), FIRST_PARTS) + more, MOST_PARTS)
        self.values[f"{field.name}-rows"] = str(shown)
        if results:
            self.data[field.name] = results


def parse_fields(fields: Sequence[StepField]) -> Typed:
    """What was typed into the fields of this request's form."""
    typed = Typed({}, {}, {})
    for field in fields:
        typed.take(field)
    return typed


def field_values(fields: Sequence[StepField], data: Mapping[str, Any]) -> dict[str, str]:
    """Particulars as they stand in the fields of a form."""
    values: dict[str, str] = {}
    for item in fields:
        value = data.get(item.name)
        if item.kind == "parts":
            rows = value or []
            for place, row in enumerate(rows):
                values[f"{item.name}-{place}-part"] = row["part"]
                values[f"{item.name}-{place}-ground"] = row["ground"]
            values[f"{item.name}-rows"] = str(max(len(rows), FIRST_PARTS))
        elif item.kind == "choices":
            values[item.name] = " ".join(value or ())
        elif item.kind == "yes":
            ticked = value is True or item.name in (data.get("checks") or ())
            values[item.name] = "yes" if ticked else ""
        elif item.kind != "files":
            values[item.name] = "" if value is None else str(value)
    return values
