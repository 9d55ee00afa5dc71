"""The steps that applicants take: what each form asks, and the particulars it becomes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request

from requestflow.applications import Errors, clean_line, clean_text
from requestflow.foundation import Text, text
from requestflow.web.forms import parse_day_parts

LONGEST = 5000


@dataclass(frozen=True)
class StepForm:
    """A form: its heading, what it explains, its button, and what it asks."""

    title: Text
    explained: Text
    button: Text
    writes: str | None = None
    label: Text | None = None
    needed: bool = False
    files: bool = False
    more: str | None = None


FORMS: dict[str, StepForm] = {
    "clarified": StepForm(
        text("Answer the office's question"),
        text("The time in which the office must answer starts anew when your answer arrives."),
        text("Send the answer"),
        "text",
        text("Your answer"),
        needed=True,
        files=True,
    ),
    "reasons_given": StepForm(
        text("Explain why you need it"),
        text("Say what you need the information for, and why you ask for so much, or so often."),
        text("Send the reasons"),
        "reason",
        text("Your reasons"),
        needed=True,
    ),
    "withdrawn": StepForm(
        text("Withdraw the application"),
        text("The office then stops and will not answer. You may apply again at any time."),
        text("Withdraw it"),
        "reason",
        text("Why (you need not say)"),
    ),
    "fee_acknowledged": StepForm(
        text("Confirm that you received the fee notice"),
        text("The time to pay is counted from tomorrow. Your case page then shows the last day."),
        text("Confirm"),
    ),
    "payment_reported": StepForm(
        text("Tell the office that you paid"),
        text("The time in which the office must answer starts anew once your payment is found."),
        text("Send"),
        files=True,
        more="payment",
    ),
    "fee_waiver_requested": StepForm(
        text("Ask not to have to pay"),
        text("The office decides on it. Until then, the time to pay goes on."),
        text("Send"),
        "reason",
        text("Why you cannot or need not pay"),
        needed=True,
        files=True,
    ),
    "delivery_confirmed": StepForm(
        text("Confirm that you received the answer"),
        text("The time in which you may object is counted from the day you received it."),
        text("Confirm"),
    ),
    "remedy_reported": StepForm(
        text("Tell the office that you objected"),
        text("So that the office knows. It does not replace filing with the authority or court."),
        text("Send"),
        more="objection",
    ),
    "message_sent": StepForm(
        text("Write to the office"),
        text("Whoever works on your case reads it. It does not change any time limit."),
        text("Send"),
        "text",
        text("Your message"),
        needed=True,
        files=True,
    ),
}


def typed(kind: str, today: date) -> tuple[dict[str, Any], dict[str, str], Errors]:
    """The particulars, what was typed, and what is wrong by field."""
    form = FORMS[kind]
    data: dict[str, Any] = {}
    values: dict[str, str] = {}
    errors: Errors = {}
    if form.writes:
        written = clean_text(request.form.get("text", ""))
        values["text"] = written
        if not written and form.needed:
            errors["text"] = text("Write something before you send it.")
        elif len(written) > LONGEST:
            errors["text"] = text(
                "This is %(over)s characters too long; there is room for %(longest)s.",
                over=len(written) - LONGEST,
                longest=LONGEST,
            )
        elif written:
            data[form.writes] = written
    if form.more:
        _MORE[form.more](data, values, errors, today)
    return data, values, errors


def _payment(data: dict[str, Any], values: dict[str, str], errors: Errors, today: date) -> None:
    _day("paid_on", data, values, errors, today)
    values["reference"] = reference = clean_line(request.form.get("reference", ""))
    if len(reference) > 100:
        errors["reference"] = text("This is too long; there is room for 100 characters.")
    elif reference:
        data["reference"] = reference


def _objection(data: dict[str, Any], values: dict[str, str], errors: Errors, today: date) -> None:
    values["kind"] = kind = request.form.get("kind", "")
    if kind not in {"reconsideration", "suit"}:
        errors["kind"] = text("Say whether you asked for reconsideration or went to court.")
    data["kind"] = kind
    _day("filed_on", data, values, errors, today)
    values["authority"] = authority = clean_line(request.form.get("authority", ""))[:200]
    if authority:
        data["authority"] = authority


def _day(
    name: str, data: dict[str, Any], values: dict[str, str], errors: Errors, today: date
) -> None:
    day, parts = parse_day_parts(name)
    values.update(parts)
    if day is None:
        errors[name] = text("Enter the day as year, month and day, such as 2026 3 31.")
    elif day > today:
        errors[name] = text("The day %(day)s has not come.", day=day)
    else:
        data[name] = day.isoformat()


_MORE: dict[str, Callable[[dict[str, Any], dict[str, str], Errors, date], None]] = {
    "payment": _payment,
    "objection": _objection,
}
