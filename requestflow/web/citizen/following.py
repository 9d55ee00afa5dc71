"""Following a case: what happened, what comes next, and the steps that the applicant may take."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, record_access
from requestflow.applications import clean_line, half_width
from requestflow.calendars import calendar_for
from requestflow.cases import (
    CaseChanged,
    CaseView,
    Step,
    StepRefused,
    jurisdiction_of_case,
    masked,
    number_forms,
    party_details,
    steps_open_to_applicant,
    view_case,
)
from requestflow.citizens import (
    case_of_code,
    delivered_documents,
    describe_event,
    next_step,
    open_remedies,
    shared_text,
)
from requestflow.documents import (
    Document,
    DocumentRefused,
    Incoming,
    document_by_key,
    documents_of_case,
)
from requestflow.foundation import NotFound, db, text
from requestflow.letters import as_pdf, receipt, requested_information
from requestflow.notices import set_mail_preference, wants_required_mail_only
from requestflow.web.citizen.session import follower, leave, open_case
from requestflow.web.citizen.steps import FORMS, parse_step
from requestflow.web.contact import changed_contact
from requestflow.web.context import application, locale, origin
from requestflow.web.downloads import as_download
from requestflow.web.extensions import (
    count_attempt,
    limit_of,
    limiter,
    network,
    token_fits,
    too_often,
)
from requestflow.web.forms import (
    Form,
    accept_files,
    no_store,
    problem_of,
    receive_files,
    whole_number,
)

blueprint = Blueprint("following", __name__, url_prefix="/follow")


CODES_OF_A_CASE = "20 per hour"
"""How many wrong codes one address may enter for one case."""


def _record_refused(number: str) -> None:
    anybody = replace(Actor.applicant(number), origin=origin())
    with db.transaction() as session:
        record_access(session, anybody, "tracking code refused", number or "-", application().now())


@blueprint.get("")
@no_store
def enter() -> ResponseReturnValue:
    """Asks for the case number and the tracking code."""
    return _enter(Form({"number": request.args.get("number", "")[:60]}))


@blueprint.post("")
@limiter.limit(limit_of("follow_limit"))
@no_store
def open_with_code() -> ResponseReturnValue:
    """Opens a case; every wrong pair is answered alike, and as slowly. Wrong codes are counted by
    case and by who asks; whoever has the right one is kept out by nobody's attempts."""
    values = {"number": half_width(clean_line(request.form.get("number", "")))[:60]}
    session = db.session()
    number = case_of_code(session, values["number"], request.form.get("code", "")[:80])
    if number is None:
        requested = number_forms(values["number"])[-1]
        _record_refused(requested)
        if too_often(CODES_OF_A_CASE, requested, network()):
            abort(429)
        count_attempt(CODES_OF_A_CASE, requested, network())
        wrong = text(
            "The request number or tracking code is incorrect. Check both on your receipt and "
            "try again."
        )
        return _enter(Form(values, {"number": wrong})), 400
    open_case(number)
    kind = request.form.get("kept_step", "")
    if kind in FORMS:
        return _step(session, number, kind, Form(_kept()))
    return redirect(url_for(".case", number=number))


def _enter(form: Form, step: str = "", notice: str | None = None) -> str:
    stored = {name: value for name, value in request.form.items() if name.startswith("kept_")}
    if step:
        stored = {
            f"kept_{name}": value for name, value in request.form.items() if name not in _OURS
        }
        stored["kept_step"] = step
    return render_template("citizen/enter.html", form=form, stored=stored, notice=notice)


FORM = "form"
"""What stands against a form as a whole stands under this name."""
_OURS = frozenset({"csrf_token", "version", "number", "code"})


def _kept() -> dict[str, str]:
    return {
        name.removeprefix("kept_"): value
        for name, value in request.form.items()
        if name.startswith("kept_") and name != "kept_step"
    }


@blueprint.post("/<number>/leave")
def go(number: str) -> ResponseReturnValue:
    """Closes a case on this machine."""
    if token_fits():
        leave(number)
    return redirect(url_for("public.home"))


@blueprint.post("/<number>/mail")
@limiter.limit("60 per hour")
@no_store
def less_mail(number: str) -> ResponseReturnValue:
    """Turns mail about what the law does not require on or off."""
    app = application()
    with db.transaction() as session:
        actor = follower(session, number)
        if actor is None or not token_fits():
            return redirect(url_for(".enter", number=number))
        view = view_case(session, actor, number)
        set_mail_preference(session, view.id, request.form.get("wanted") == "yes", app.now())
    flash(gettext("Saved."))
    return redirect(url_for(".case", number=number))


@blueprint.get("/<number>")
@no_store
def case(number: str) -> ResponseReturnValue:
    """The case in plain words."""
    app = application()
    session = db.session()
    actor = follower(session, number)
    if actor is None:
        return redirect(url_for(".enter", number=number))
    view = view_case(session, actor, number)
    party = masked(party_details(session, view.id))
    stored = [item for item in documents_of_case(session, view.id) if _may_have(item, view)]
    calendar = calendar_for(session, view.unit.path)
    silenced = wants_required_mail_only(session, view.id)
    steps = steps_open_to_applicant(view.state, view.history)
    return render_template(
        "citizen/case.html",
        view=view,
        party=party,
        requested=requested_information(view.history[0].data, view.state.subject, locale()),
        papers=stored,
        papers_of=delivered_documents,
        silenced=silenced,
        timeline=[
            (event, describe_event(event, view.state), shared_text(event))
            for event in reversed(view.history)
        ],
        next=next_step(view.state, view.history, view.deadlines, app.today(view.unit.jurisdiction)),
        question=_question(view),
        remedies=open_remedies(view, calendar, app.today(view.unit.jurisdiction)),
        steps=[kind for kind in FORMS if kind in steps and kind != "remedy_reported"],
        forms=FORMS,
        today=app.today(view.unit.jurisdiction),
    )


def _question(view: CaseView) -> str | None:
    """What the office asked and the applicant has not answered yet."""
    if view.state.stage != "clarifying":
        return None
    asks = [event for event in view.history if event.kind == "clarification_requested"]
    return asks[-1].data.get("items") if asks else None


@blueprint.route("/<number>/contact", methods=["GET", "POST"])
@limiter.limit("60 per hour")
@no_store
def contact(number: str) -> ResponseReturnValue:
    """How the applicant is reached, to be changed by themselves."""
    session = db.session()
    actor = follower(session, number)
    if actor is None or (request.method == "POST" and not token_fits()):
        return redirect(url_for(".enter", number=number))
    view = view_case(session, actor, number)
    back = url_for(".case", number=number)
    return changed_contact(actor, view, back, flash, office=False)


@blueprint.get("/<number>/step/<kind>")
@no_store
def step(number: str, kind: str) -> ResponseReturnValue:
    """The form of a step."""
    session = db.session()
    if follower(session, number) is None:
        return redirect(url_for(".enter", number=number))
    return _step(session, number, kind, Form())


def _step(session: Session, number: str, kind: str, form: Form) -> str:
    view = view_case(session, Actor.applicant(number), number)
    if kind not in FORMS or kind not in steps_open_to_applicant(view.state, view.history):
        return render_template("citizen/step_over.html", view=view, form=form)
    return render_template(
        "citizen/step.html",
        view=view,
        kind=kind,
        step=FORMS[kind],
        form=form,
        question=_question(view),
    )


@blueprint.post("/<number>/step/<kind>")
@limiter.limit("60 per hour")
@no_store
def take(number: str, kind: str) -> ResponseReturnValue:
    """Takes a step; what was typed is never lost, whatever stands against it."""
    accept_files()
    app = application()
    if kind not in FORMS:
        raise NotFound(text("Page not found. Check the web address is correct."))
    session = db.session()
    typed = parse_step(kind, app.today(jurisdiction_of_case(session, number)))
    if follower(session, number) is None:
        notice = gettext(
            "For your security, your request was closed after a period of inactivity. Open it "
            "again. Your text has been kept, but you need to select any files again."
        )
        return _enter(Form({"number": number}), kind, notice), 403
    if not token_fits():
        typed.errors = {FORM: text("Submit it again.")}
    if typed.errors:
        return _step(session, number, kind, Form(typed.values, typed.errors)), 400
    incoming, refused = receive_files() if FORMS[kind].takes_files else ([], None)
    problem = {"files": refused} if refused else _taken(number, kind, typed.data, incoming)
    if problem:
        session = db.session()
        return _step(session, number, kind, Form(typed.values, problem)), 400
    flash(gettext("Done. This has been added to your request."))
    return redirect(url_for(".case", number=number))


def _taken(
    number: str, kind: str, data: dict[str, Any], incoming: Sequence[Incoming]
) -> dict[str, Any] | None:
    """Takes the step with its files, all or nothing; what stands against it by field."""
    app, seen = application(), whole_number(request.form.get("version", ""))
    step = Step(kind, app.today(jurisdiction_of_case(db.session(), number)), data)
    try:
        actor = Actor.applicant(number)
        app.casework.take_step(actor, number, step, app.now(), incoming, seen)
    except DocumentRefused as error:
        return {"files": problem_of(error)}
    except CaseChanged:
        return {
            FORM: text(
                "Your request was updated while you were writing. Review the changes, then send "
                "this again if it is still needed."
            )
        }
    except StepRefused as error:
        known = {field.name for field in FORMS[kind].asks}
        return {error.field if error.field in known else FORM: problem_of(error)}
    return None


@blueprint.get("/<number>/documents/<key>")
@no_store
def document(number: str, key: str) -> ResponseReturnValue:
    """A file of the case, to be saved."""
    app = application()
    session = db.session()
    actor = follower(session, number)
    if actor is None:
        return redirect(url_for(".enter", number=number))
    view = view_case(session, actor, number)
    result = document_by_key(session, key)
    if result is None or result.case_id != view.id or not _may_have(result, view):
        raise NotFound(text("This file does not exist in the case."))
    return as_download(app.documents.open(result), result.name, result.media_type)


def _may_have(document: Document, view: CaseView) -> bool:
    """What the applicant handed in, and what went out to them: a letter that is signed and not
    sent, or that goes to somebody else, is not theirs yet."""
    if document.from_applicant:
        return True
    return any(
        item["key"] == document.key for event in view.history for item in delivered_documents(event)
    )


@blueprint.get("/<number>/receipt.pdf")
@no_store
def receipt_pdf(number: str) -> ResponseReturnValue:
    """The receipt once more, without the code."""
    session = db.session()
    actor = follower(session, number)
    if actor is None:
        return redirect(url_for(".enter", number=number))
    view = view_case(session, actor, number)
    address = f"{application().settings.base_url}{url_for('.enter')}"
    return as_download(
        as_pdf(receipt(view, locale(), address, None)), f"{number}.pdf", "application/pdf"
    )


def applicants_view(session: Session, number: str) -> CaseView | None:
    """The case for its applicant, or None for anybody else."""
    actor = follower(session, number)
    return view_case(session, actor, number) if actor else None
