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
        text("Answer the public body's questions"),
        text("The time limit for the public body's reply restarts when it receives your answer."),
        text("Send answer"),
        "text",
        text("Your answer"),
        needed=True,
        files=True,
    ),
    "reasons_given": StepForm(
        text("Explain your reasons"),
        text(
            "Explain what you need the information for, and why you need so much or need it so "
            "often."
        ),
        text("Send reasons"),
        "reason",
        text("Your reasons"),
        needed=True,
    ),
    "withdrawn": StepForm(
        text("Withdraw your request"),
        text(
            "The public body will stop work on your request and will not reply. You can make a "
            "new request at any time."
        ),
        text("Withdraw request"),
        "reason",
        text("Reason (optional)"),
    ),
    "fee_acknowledged": StepForm(
        text("Confirm that you received the fee notice"),
        text(
            "The time limit for payment starts tomorrow. Your request page will then show the "
            "deadline."
        ),
        text("Confirm"),
    ),
    "payment_reported": StepForm(
        text("Report your payment"),
        text(
            "The time limit for the public body's reply restarts once it has confirmed your "
            "payment."
        ),
        text("Send"),
        files=True,
        more="payment",
    ),
    "fee_waiver_requested": StepForm(
        text("Apply for a fee waiver"),
        text("The public body will decide. Until then, the payment deadline still applies."),
        text("Send"),
        "reason",
        text("Reason for fee waiver"),
        needed=True,
        files=True,
    ),
    "delivery_confirmed": StepForm(
        text("Confirm that you received the reply"),
        text("The time limit for challenging the decision starts on the day you received it."),
        text("Confirm"),
    ),
    "remedy_reported": StepForm(
        text("Report a challenge to the public body"),
        text(
            "This only informs the public body. You still need to file with the reconsideration "
            "authority or court."
        ),
        text("Send"),
        more="objection",
    ),
    "message_sent": StepForm(
        text("Send a message to the public body"),
        text("The caseworker will read your message. It does not affect any deadline."),
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
            errors["text"] = text("Enter a message before sending.")
        elif len(written) > LONGEST:
            errors["text"] = text(
                "You have %(over)s characters too many. The limit is %(longest)s.",
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
        errors["reference"] = text("Enter no more than 100 characters.")
    elif reference:
        data["reference"] = reference


def _objection(data: dict[str, Any], values: dict[str, str], errors: Errors, today: date) -> None:
    values["kind"] = kind = request.form.get("kind", "")
    if kind not in {"reconsideration", "suit"}:
        errors["kind"] = text("Select whether you applied for reconsideration or filed a lawsuit.")
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
        errors[name] = text("Enter the date as year, month and day, like 2026 3 31.")
    elif day > today:
        errors[name] = text("Date must be today or in the past: %(day)s.", day=day)
    else:
        data[name] = day.isoformat()


_MORE: dict[str, Callable[[dict[str, Any], dict[str, str], Errors, date], None]] = {
    "payment": _payment,
    "objection": _objection,
}
