"""Registering what came in by hand, post, fax or mail, on one screen."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_required

from requestflow.accounts import Actor
from requestflow.applications import (
    IDENTITY_KINDS,
    KINDS,
    ORGANISATION_KINDS,
    PAGES,
    WAYS,
    Errors,
    clean_line,
    clean_text,
    compact_number,
    number_problem,
)
from requestflow.cases import (
    Opening,
    StepRefused,
    period_locks,
    related_cases,
)
from requestflow.documents import DocumentRefused
from requestflow.foundation import db, text
from requestflow.law import LawError, ReceiptRule, law_in_force
from requestflow.publications import find
from requestflow.web.casework.base import blueprint
from requestflow.web.casework.step import reason_of
from requestflow.web.context import acting, application, local_day
from requestflow.web.forms import Form, problem_of, read_day, receive_files, takes_files

CHANNELS = ("in_person", "post", "fax", "mail")
TAKEN = ("information", "details", "contact", "representative")
"""The pages of an application whose fields a clerk fills in as well."""

ALIKE = 0.6
ALL_IDENTITY_KINDS = tuple(dict.fromkeys((*IDENTITY_KINDS, *ORGANISATION_KINDS)))


@blueprint.get("/cases/new")
@login_required
def register() -> ResponseReturnValue:
    """The empty form."""
    acting("case.register")
    first = {"received_on": local_day().isoformat(), "channel": "in_person"}
    return _page(Form(first))


@blueprint.post("/cases/new")
@login_required
@takes_files
def registered() -> ResponseReturnValue:
    """Registers it, or looks for earlier ones, or says at the field what is wrong."""
    who = acting("case.register")
    values, errors = _typed()
    if request.form.get("look"):
        session = db.session()
        earlier = related_cases(
            session, who, values["identity_number"] or None, values["email"] or None
        )
        similar = [item for item in find(session, values["title"]) if item.share >= ALIKE]
        return _page(Form(values), earlier, similar[:10])
    if errors:
        return _page(Form(values, errors)), 400
    incoming, refused = receive_files()
    if refused:
        return _page(Form(values, {"files": refused})), 400
    try:
        app = application()
        number = app.casework.register(who, _opening(who, values), incoming, app.now())
    except DocumentRefused as error:
        return _page(Form(values, {"files": problem_of(error)})), 400
    except LawError:
        wrong = text("None of the laws in this system was in force on that date.")
        return _page(Form(values, {"received_on": wrong})), 400
    except StepRefused as error:
        field = error.field if error.field and error.field in values else "title"
        return _page(Form(values, {field: reason_of(error)})), 400
    flash(gettext("Registered as %(number)s.", number=number))
    return redirect(url_for("casework.case", number=number))


def _page(form: Form, earlier: Any = None, similar: Any = None) -> str:
    session = db.session()
    locked = period_locks(session).years(current_user.actor.unit_path)
    return render_template(
        "casework/register.html",
        form=form,
        channels=CHANNELS,
        kinds=KINDS,
        identity=ALL_IDENTITY_KINDS,
        ways=WAYS,
        earlier=earlier,
        similar=similar,
        unit=current_user.unit_name,
        locked=locked,
        rules=_rules(form.value("received_on")),
    )


def _rules(day: str) -> Sequence[ReceiptRule]:
    """What the law in force on that day says of the day of receipt."""
    try:
        return law_in_force(read_day(day) or local_day(), current_user.jurisdiction).receipt_rules
    except LawError:
        return ()


def _typed() -> tuple[dict[str, str], Errors]:
    """What was typed; only what an application cannot be without is asked for: the rest can be
    asked back from the applicant."""
    values, errors = _fields()
    choices = {
        "channel": CHANNELS,
        "applicant_kind": KINDS,
        "way": ("", *WAYS),
        "identity_kind": ("", *ALL_IDENTITY_KINDS),
    }
    for name, known in choices.items():
        values[name] = clean_line(request.form.get(name, ""))[:20]
        if values[name] not in known:
            errors[name] = text("Select an option.")
    for name in ("title", "name"):
        if not values[name]:
            errors[name] = text("This field is required.")
    number = compact_number(values["identity_number"], values["identity_kind"])
    values["identity_number"] = number
    if number and (problem := number_problem(values["identity_kind"], number, local_day())):
        errors["identity_number"] = problem
    values["late_reason"] = clean_text(request.form.get("late_reason", ""))[:2000]
    values["received_on"] = clean_line(request.form.get("received_on", ""))[:20]
    if read_day(values["received_on"]) is None:
        errors["received_on"] = text("Enter a date, like 2026-03-31.")
    return values, errors


def _fields() -> tuple[dict[str, str], Errors]:
    values: dict[str, str] = {}
    errors: Errors = {}
    for page in TAKEN:
        for field in PAGES[page]:
            raw = request.form.get(field.name, "")
            value = clean_text(raw) if field.lines else clean_line(raw)
            values[field.name] = value
            if len(value) > field.longest:
                errors[field.name] = text("This is too long.")
            elif value and not field.choices and (problem := field.check(value)):
                errors[field.name] = problem
    return values, errors


def _opening(who: Actor, values: dict[str, str]) -> Opening:
    """The application as it was typed."""
    particulars = {
        "description": values["description"],
        "document_number": values["document_number"],
        "period": values["period"],
        "delivery_way": values["way"],
        "late_reason": values["late_reason"],
    }
    party = {
        field.name: values[field.name] or None
        for page in ("details", "contact", "representative")
        for field in PAGES[page]
        if field.name != "represented"
    }
    return Opening(
        unit=who.unit_code,
        received_on=read_day(values["received_on"]) or local_day(),
        applicant_kind=values["applicant_kind"],
        channel=values["channel"],
        subject=values["title"],
        party=party,
        particulars={key: value for key, value in particulars.items() if value},
    )
