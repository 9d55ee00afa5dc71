"""What was typed into a step's form at the desk, with its day and the reason for a late entry."""

from typing import Any

from flask import request

from requestflow.applications import clean_line, clean_text
from requestflow.foundation import text
from requestflow.web.casework.form_fields import FormContext
from requestflow.web.casework.step_forms import drafted_files, fields_of, review_points
from requestflow.web.forms import read_day
from requestflow.web.step_fields import Typed, parse_fields


def parse_step(kind: str, desk: FormContext) -> Typed:
    """The particulars of a step, what was typed, and what is wrong by field."""
    typed = parse_fields(fields_of(kind, desk))
    typed.values["day"] = clean_line(request.form.get("day", ""))[:20]
    if read_day(typed.values["day"]) is None:
        typed.errors["day"] = text("Enter a date, like 2026-03-31.")
    typed.data = particulars_of_form(kind, typed.data, desk)
    late_reason = clean_text(request.form.get("late_reason", ""))[:2000]
    typed.values["late_reason"] = late_reason
    if late_reason:
        typed.data["late_reason"] = late_reason
    return typed


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
