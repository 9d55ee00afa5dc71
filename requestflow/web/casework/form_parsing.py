"""What was typed into a step's form: as particulars, as typed, and what is wrong by field."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request

from requestflow.applications import Errors, clean_line, clean_text
from requestflow.foundation import text
from requestflow.web.casework.form_fields import FIRST_PARTS, FormContext, StepField
from requestflow.web.casework.step_forms import drafted_files, fields_of, review_points
from requestflow.web.forms import whole_number

LONGEST = {"line": 500, "lines": 20_000, "choice": 60, "number": 9, "day": 20, "yes": 5}
MOST_PARTS = 100

_WRONG = {
    "day": text("Enter a date, like 2026-03-31."),
    "number": text("Enter a number."),
    "choice": text("Select an option."),
    "yes": text("Select an option."),
    "line": text("This field is required."),
    "lines": text("This field is required."),
}


def parse_step(kind: str, desk: FormContext) -> tuple[dict[str, Any], dict[str, str], Errors]:
    """The particulars of a step, what was typed, and what is wrong by field."""
    data, values, errors = parse_fields(fields_of(kind, desk), desk)
    values["day"] = clean_line(request.form.get("day", ""))[:20]
    if read_day(values["day"]) is None:
        errors["day"] = _WRONG["day"]
    values["late_reason"] = clean_text(request.form.get("late_reason", ""))[:2000]
    data = particulars_of_form(kind, data, desk)
    if values.get("late_reason"):
        data["late_reason"] = values["late_reason"]
    return data, values, errors


def parse_fields(
    fields: Sequence[StepField], desk: FormContext
) -> tuple[dict[str, Any], dict[str, str], Errors]:
    """The same for any fields; files are taken elsewhere."""
    data: dict[str, Any] = {}
    values: dict[str, str] = {}
    errors: Errors = {}
    for field in fields:
        if field.kind == "files":
            continue
        if field.kind == "parts":
            _parts(field, desk, data, values, errors)
        elif field.kind == "choices":
            _choices(field, desk, data, values)
        else:
            _one(field, desk, data, values, errors)
    return data, values, errors


def _one(
    field: StepField,
    desk: FormContext,
    data: dict[str, Any],
    values: dict[str, str],
    errors: Errors,
) -> None:
    raw = request.form.get(field.name, "")
    value = clean_text(raw) if field.kind == "lines" else clean_line(raw)
    values[field.name] = value
    if not value:
        if field.needed and field.kind == "yes":
            errors[field.name] = text("Please confirm: %(field)s.", field=field.label)
        elif field.needed:
            errors[field.name] = text("Required field: %(field)s.", field=field.label)
        return
    if len(value) > LONGEST[field.kind]:
        errors[field.name] = text("This is too long.")
        return
    read = _read(field, value, desk)
    if read is None:
        errors[field.name] = _WRONG[field.kind]
    else:
        data[field.name] = read


def _choices(
    field: StepField, desk: FormContext, data: dict[str, Any], values: dict[str, str]
) -> None:
    known = {code for code, _ in field.options(desk)}
    chosen = [code for code in request.form.getlist(field.name) if code in known]
    values[field.name] = " ".join(chosen)
    if chosen:
        data[field.name] = chosen


def _parts(
    field: StepField,
    desk: FormContext,
    data: dict[str, Any],
    values: dict[str, str],
    errors: Errors,
) -> None:
    """Rows of a part and its ground; rows without either are left out."""
    known = {code for code, _ in field.options(desk)}
    requested = whole_number(request.form.get(f"{field.name}-rows"))
    rows = min(FIRST_PARTS if requested is None else requested, MOST_PARTS)
    results: list[dict[str, str]] = []
    for place in range(rows):
        part = clean_line(request.form.get(f"{field.name}-{place}-part", ""))
        ground = clean_line(request.form.get(f"{field.name}-{place}-ground", ""))[:60]
        if not part and not ground:
            continue
        values[f"{field.name}-{len(results)}-part"] = part
        values[f"{field.name}-{len(results)}-ground"] = ground
        results.append({"part": part, "ground": ground})
        if not part or ground not in known:
            errors[field.name] = text("Each withheld part must have a name and a ground.")
        elif len(part) > LONGEST["line"]:
            errors[field.name] = text("This is too long.")
    more = 3 if request.form.get("more") == field.name else 0
    values[f"{field.name}-rows"] = str(min(max(rows, len(results), FIRST_PARTS) + more, MOST_PARTS))
    if results:
        data[field.name] = results


def _read(field: StepField, value: str, desk: FormContext) -> Any:
    """A typed value as a particular; None where it cannot be one."""
    if field.kind == "day":
        day = read_day(value)
        return day.isoformat() if day else None
    if field.kind == "number":
        return int(value) if value.isdecimal() else None
    if field.kind == "choice":
        return value if value in {code for code, _ in field.options(desk)} else None
    if field.kind == "yes":
        return True if value == "yes" else None
    return value


def read_day(value: str) -> date | None:
    """A day in the ways people type it: 2026-03-31, 2026/3/31, 2026年3月31日."""
    parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", value)
    try:
        return date(*map(int, parts.groups())) if parts else None
    except ValueError:
        return None


def particulars_of_form(kind: str, data: dict[str, Any], desk: FormContext) -> dict[str, Any]:
    """The particulars that the fields of a form stand for which are none themselves."""
    if kind == "drafted":
        rest = {name: value for name, value in data.items() if name != "keep_files"}
        stored = drafted_files(desk) if data.get("keep_files") else []
        return {**rest, "documents": stored} if stored else rest
    if kind == "secrecy_reviewed":
        codes = [point.name for point in review_points(desk)]
        rest = {name: value for name, value in data.items() if name not in codes}
        return {**rest, "checks": [code for code in codes if data.get(code)]}
    return data
