"""Correcting what was recorded wrongly: by a further step that says what is right and why; what
was recorded before stays to be read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from requestflow.accounts import can, require, unit_by_code
from requestflow.applications import Errors, clean_line, clean_text
from requestflow.cases import Event, Step, StepPreview, complete_particulars, view_case
from requestflow.foundation import NotFound, db, text
from requestflow.law import LawError, law_in_force
from requestflow.web.casework.base import blueprint
from requestflow.web.casework.form_fields import FormContext, StepField, field_values
from requestflow.web.casework.form_parsing import complete_from_case, parse_fields, read_day
from requestflow.web.casework.step import form_context, show_refusals, take_with_files
from requestflow.web.casework.step_forms import DECISION, STEPS, fields_of
from requestflow.web.context import acting, application
from requestflow.web.forms import Form

_CHANNELS = ("internet", "post", "in_person", "fax", "mail")
_KINDS = ("person", "enterprise", "research", "welfare", "legal", "other")
RECEIPT = (
    StepField("subject", text("Information asked for"), "lines", needed=True),
    StepField(
        "channel",
        text("How it came in"),
        "choice",
        needed=True,
        options=lambda _d: [(code, text(f"channel.{code}")) for code in _CHANNELS],
    ),
    StepField(
        "applicant_kind",
        text("Who applies"),
        "choice",
        needed=True,
        options=lambda _d: [(code, text(f"applicant.{code}")) for code in _KINDS],
    ),
    StepField("description", text("Description"), "lines"),
    StepField("document_number", text("Document number")),
    StepField("period", text("Period")),
)
RECORDED = {"received": RECEIPT, "decision_recorded": DECISION[:2]}
FIXED = frozenset({"due_days_moved", "fees_recorded"})
"""Steps of the calendar and of registers: they are made anew where they are wrong."""


@blueprint.route("/cases/<number>/correct", methods=["GET", "POST"])
@login_required
def correct(number: str) -> ResponseReturnValue:
    """The steps to choose from; the chosen one's form; a look ahead; the correction."""
    who, app = acting("case.read"), application()
    session = db.session()
    view = view_case(session, who, number)
    require(who, "case.correct", view.unit.path)
    desk = form_context(session, view, app.today())
    chosen = _chosen(desk, request.args.get("event", ""), request.args.get("add", ""))
    if chosen is None:
        events = [event for event in view.history if event.kind not in FIXED]
        return render_template("casework/correct_which.html", view=view, events=events, kinds=STEPS)
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
            today=app.today(),
        )

    if request.method == "GET":
        day = (chosen.day if chosen.key else app.today()).isoformat()
        return page(Form({**field_values(fields, chosen.data), "day": day}))
    change, form = _change(chosen, fields, desk)
    if form.errors:
        return page(form), 400
    data = {"changes": [change], "reason": form.value("why")}
    step = Step("corrected", app.today(), data)

    def look() -> ResponseReturnValue:
        session = db.session()
        return page(form, app.door.foresee(session, who, number, [step], app.now()))

    def take() -> ResponseReturnValue:
        with db.transaction() as session:
            state = take_with_files(session, who, number, step)
            still_ours = can(who, "case.read", unit_by_code(session, state.unit).path)
        flash(gettext("Corrected. What was recorded before stays to be read."))
        if not still_ours:
            return redirect(url_for("casework.cases"))
        return redirect(url_for("casework.case", number=number))

    return show_refusals(look if request.form.get("ask") == "look" else take, form, page)


def _chosen(desk: FormContext, key: str, added: str) -> Event | None:
    if key:
        for event in desk.view.history:
            if event.key == key and event.kind not in FIXED:
                return event
        raise NotFound(text("The correction speaks of an event that is not there."))
    return Event("", added, desk.today) if added in STEPS else None


def _fields(event: Event, desk: FormContext) -> Sequence[StepField]:
    recorded = RECORDED.get(event.kind, ())
    fields = fields_of(event.kind, desk) if event.kind in STEPS else recorded
    return [field for field in fields if field.kind != "files"]


def _change(
    event: Event, fields: Sequence[StepField], desk: FormContext
) -> tuple[dict[str, Any], Form]:
    """The change as the correction records it, and the form."""
    data, values, errors = parse_fields(fields, desk)
    values["day"] = clean_line(request.form.get("day", ""))[:20]
    values["why"] = clean_text(request.form.get("why", ""))
    values["void"] = "yes" if request.form.get("void") == "yes" and event.key else ""
    problems: Errors = {}
    if not values["why"]:
        problems["why"] = text("Say why it is corrected.")
    if values["void"]:
        return {"action": "void", "key": event.key}, Form(values, problems)
    problems |= errors
    day = read_day(values["day"])
    if day is None:
        problems["day"] = text("Enter the day such as 2026-03-31.")
        return {}, Form(values, problems)
    if day > desk.today:
        problems["day"] = text("The day %(day)s has not come.", day=day)
    full = _whole(event, fields, desk, data, day, problems)
    if event.key and (day, full) == (event.day, dict(event.data)):
        problems["why"] = text("Nothing was changed.")
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
    if not event.key or event.kind in {"secrecy_reviewed", "fee_notified"}:
        data = complete_from_case(event.kind, data, desk)
    merged = {**stored, **data}
    if not event.key:
        merged = complete_particulars(desk.view.state, event.kind, day, merged)
    if event.kind == "received":
        try:
            merged["law"] = law_in_force(day).code
        except LawError:
            problems["day"] = text("No law that is known here was in force on that day.")
    return merged
