"""Deciding on the spot (当场答复): one screen for what is simple, where the unit's rules allow it;
it leaves the same steps as any other decision."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from requestflow.accounts import Actor, can, require
from requestflow.applications import clean_text
from requestflow.cases import CaseView, view_case
from requestflow.foundation import Refused, db, text
from requestflow.web.casework.base import blueprint
from requestflow.web.casework.form_fields import FormContext, only_one
from requestflow.web.casework.step import form_context, show_refusals, version_seen
from requestflow.web.casework.step_forms import fields_of, review_points
from requestflow.web.context import acting, application, local_day
from requestflow.web.forms import Form, read_day, receive_files, takes_files
from requestflow.web.proof import asks_proof_first
from requestflow.web.step_fields import Options, StepField, parse_fields

STAGES = frozenset({"received", "in_progress"})
DELIVERY = ("way", "collected_by", "tracking_number", "received_on")


def _simple(desk: FormContext) -> Options:
    return [(item.code, item.label) for item in desk.pack.outcomes if item.simple and item.answer]


def _fields(desk: FormContext) -> tuple[StepField, ...]:
    simple = _simple(desk)
    return (
        StepField(
            "outcome",
            text("Outcome"),
            "choice",
            needed=True,
            options=simple,
            first=only_one(simple),
        ),
        StepField("facts", text("Findings and reply"), "lines", needed=True),
        StepField("files", text("Files to be disclosed to the applicant"), "files"),
        *review_points(desk),
        *(field for field in fields_of("delivered", desk) if field.name in DELIVERY),
    )


def possible_on_the_spot(view: CaseView, who: Actor) -> bool:
    """Whether this person may decide this case on one screen now."""
    return (
        view.unit.on_the_spot
        and view.state.stage in STAGES
        and can(who, "case.on_the_spot", view.unit.path)
    )


@blueprint.route("/cases/<number>/on-the-spot", methods=["GET", "POST"])
@login_required
@takes_files
@asks_proof_first
def on_the_spot(number: str) -> ResponseReturnValue:
    """The screen; draft, reviews, signature and delivery in one, all or nothing."""
    who, app = acting("case.read"), application()
    session = db.session()
    view = view_case(session, who, number)
    require(who, "case.on_the_spot", view.unit.path)
    desk = form_context(session, view, local_day())
    if not possible_on_the_spot(view, who):
        raise Refused(
            text("This case cannot be decided on the spot."),
            text("Draft the reply and submit it for review and sign-off."),
        )
    fields = _fields(desk)

    def page(form: Form) -> str:
        return render_template(
            "casework/spot.html", view=view, desk=desk, fields=fields, form=form, today=local_day()
        )

    if request.method == "GET":
        first = {field.name: field.first for field in fields}
        return page(Form({**first, "day": local_day().isoformat(), "way": "collected"}))
    typed = parse_fields(fields)
    data, values, errors = typed.data, typed.values, typed.errors
    values["day"] = request.form.get("day", "").strip()[:20]
    values["late_reason"] = clean_text(request.form.get("late_reason", ""))[:2000]
    day = read_day(values["day"])
    if day is None:
        errors["day"] = text("Enter a date, like 2026-03-31.")
    form = Form(values, errors)
    if errors or day is None:
        return page(form), 400
    incoming, refused = receive_files()
    if refused:
        return page(Form(values, {"files": refused})), 400
    checks = [point.name for point in review_points(desk) if data.get(point.name)]
    delivery = {key: data[key] for key in DELIVERY if key in data}

    def take() -> ResponseReturnValue:
        app.casework.decide_on_the_spot(
            who,
            view,
            day,
            {"outcome": data["outcome"], "facts": data["facts"]},
            delivery,
            checks,
            app.now(),
            incoming,
            version_seen(),
            values.get("late_reason", ""),
        )
        flash(gettext("Decided and delivered on the spot."))
        return redirect(url_for("casework.case", number=number))

    return show_refusals(take, form, page)
