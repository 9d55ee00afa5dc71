"""Correcting what was recorded wrongly: by a further step that says what is right and why; what
was recorded before stays to be read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from requestflow.accounts import require
from requestflow.applications import Errors, clean_line, clean_text
from requestflow.cases import (
    DEFINITIONS,
    CompletionContext,
    Event,
    Step,
    StepPreview,
    view_case,
)
from requestflow.foundation import NotFound, db, text
from requestflow.law import LawError, law_in_force
from requestflow.web.casework.base import blueprint
from requestflow.web.casework.form_fields import FormContext
from requestflow.web.casework.form_parsing import particulars_of_form
from requestflow.web.casework.step import (
    after_step,
    form_context,
    show_refusals,
    version_seen,
)
from requestflow.web.casework.step_forms import at_desk, fields_of
from requestflow.web.context import acting, application, local_day
from requestflow.web.forms import Form, read_day
from requestflow.web.step_fields import StepField, field_values, parse_fields

FIXED = frozenset(
    {
        "due_days_moved",
        "fees_recorded",
        "answer_released",
        "forgotten",
        "release_withdrawn",
        "contact_changed",
    }
)
"""Steps that have pages of their own, or none: they are made anew where they are wrong."""


@blueprint.route("/cases/<number>/correct", methods=["GET", "POST"])
@login_required
def correct(number: str) -> ResponseReturnValue:
    """The steps to choose from; the chosen one's form; a look ahead; the correction."""
    who, app = acting("case.read"), application()
    session = db.session()
    view = view_case(session, who, number)
    require(who, "case.correct", view.unit.path)
    desk = form_context(session, view, local_day())
    chosen = _chosen(desk, request.args.get("event", ""), request.args.get("add", ""))
    if chosen is None:
        events = [event for event in view.history if event.kind not in FIXED]
        return render_template(
            "casework/correct_which.html",
            view=view,
            events=events,
            kinds=[kind for kind in DEFINITIONS if at_desk(kind)],
        )
    over = chosen.data.get("remedy") or chosen.data.get("consultation") or ""
    desk = replace(desk, also=str(over))
    fields = _fields(chosen, desk)

    def page(form: Form, ahead: StepPreview | None = None) -> str:
        return render_template(
            "casework/correct.html",
            view=view,
            desk=desk,
            event=chosen,
            fields=fields,
            form=form,
            ahead=ahead,
            today=local_day(),
        )

    if request.method == "GET":
        day = (chosen.day if chosen.key else local_day()).isoformat()
        return page(Form({**field_values(fields, chosen.data), "day": day}))
    change, form = _change(chosen, fields, desk)
    if form.errors:
        return page(form), 400
    data = {"changes": [change], "reason": form.value("why")}
    step = Step("corrected", local_day(), data)

    def look() -> ResponseReturnValue:
        return page(form, app.casework.preview(who, view, step, app.now()))

    def take() -> ResponseReturnValue:
        seen = version_seen()
        preview = app.casework.take_step(who, view, step, app.now(), version=seen)
        flash(gettext("Corrected. The previous record can still be viewed."))
        return after_step(who, preview)

    return show_refusals(look if request.form.get("ask") == "look" else take, form, page)


def _chosen(desk: FormContext, key: str, added: str) -> Event | None:
    if key:
        for event in desk.view.history:
            if event.key == key and event.kind not in FIXED:
                return event
        raise NotFound(text("The correction refers to an event that does not exist."))
    return Event("", added, desk.today) if at_desk(added) else None


def _fields(event: Event, desk: FormContext) -> Sequence[StepField]:
    return [field for field in fields_of(event.kind, desk) if field.kind != "files"]


def _change(
    event: Event, fields: Sequence[StepField], desk: FormContext
) -> tuple[dict[str, Any], Form]:
    """The change as the correction records it, and the form."""
    typed = parse_fields(fields)
    data, values, errors = typed.data, typed.values, typed.errors
    values["day"] = clean_line(request.form.get("day", ""))[:20]
    values["why"] = clean_text(request.form.get("why", ""))
    values["void"] = "yes" if request.form.get("void") == "yes" and event.key else ""
    problems: Errors = {}
    if not values["why"]:
        problems["why"] = text("Enter the reason for the correction.")
    if values["void"]:
        return {"action": "void", "key": event.key}, Form(values, problems)
    problems |= errors
    day = read_day(values["day"])
    if day is None:
        problems["day"] = text("Enter a date, like 2026-03-31.")
        return {}, Form(values, problems)
    if day > desk.today:
        problems["day"] = text("Date must be today or in the past: %(day)s.", day=day)
    full = _whole(event, fields, desk, data, day, problems)
    if event.key and (day, full) == (event.day, dict(event.data)):
        problems["why"] = text("No changes made.")
    change: dict[str, Any] = {"kind": event.kind, "day": day.isoformat(), "data": full}
    if event.key:
        return {"action": "replace", "key": event.key, **change}, Form(values, problems)
    return {"action": "insert", **change}, Form(values, problems)


def _whole(
    event: Event,
    fields: Sequence[StepField],
    desk: FormContext,
    data: dict[str, Any],
    day: date,
    problems: Errors,
) -> dict[str, Any]:
    """The particulars as they are after the correction."""
    stored = {k: v for k, v in event.data.items() if k not in {field.name for field in fields}}
    if not event.key or event.kind == "secrecy_reviewed":
        data = particulars_of_form(event.kind, data, desk)
    if event.kind == "fee_notified":
        stored.pop("fen", None)
    merged = {**stored, **data}
    if not event.key or event.kind == "fee_notified":
        merged = _completed(event.kind, merged, desk, day)
    if event.kind == "received":
        try:
            merged["law"] = law_in_force(day, desk.pack.jurisdiction).code
        except LawError:
            problems["day"] = text("None of the laws in this system was in force on that date.")
    return merged


def _completed(kind: str, data: dict[str, Any], desk: FormContext, day: date) -> dict[str, Any]:
    """The particulars with what the case itself knows."""
    names = {code: str(name) for code, name in desk.units}
    known = CompletionContext(
        desk.view.state, desk.view.history, desk.view.events, desk.pack, day, names.get
    )
    return DEFINITIONS[kind].complete(known, data)
