"""Objecting: which remedies are open until when, and a ready application for reconsideration."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from requestflow.accounts import Actor
from requestflow.calendars import calendar_for
from requestflow.cases import party_details, steps_open_to_applicant
from requestflow.citizens import open_remedies
from requestflow.foundation import NotFound, db, text
from requestflow.letters import as_docx, as_pdf, reconsideration_application
from requestflow.web.audit import record
from requestflow.web.citizen.following import applicants_view
from requestflow.web.context import application
from requestflow.web.downloads import as_download
from requestflow.web.forms import no_store

blueprint = Blueprint("objecting", __name__, url_prefix="/follow")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/<number>/object")
@no_store
def remedies(number: str) -> ResponseReturnValue:
    """Which remedies are open, until which day and why, and where."""
    app = application()
    session = db.session()
    view = applicants_view(session, number)
    if view is None:
        return redirect(url_for("following.enter", number=number))
    today = app.today(view.unit.jurisdiction)
    result = open_remedies(view, calendar_for(session, view.unit.path), today)
    return render_template(
        "citizen/object.html",
        view=view,
        remedies=result,
        may_report="remedy_reported" in steps_open_to_applicant(view.state, view.history),
    )


@blueprint.get("/<number>/reconsideration.<form>")
@no_store
def application_for_reconsideration(number: str, form: str) -> ResponseReturnValue:
    """The application, made from the case's facts, for Word or as PDF."""
    app = application()
    session = db.session()
    view = applicants_view(session, number)
    if view is None:
        return redirect(url_for("following.enter", number=number))
    calendar = calendar_for(session, view.unit.path)
    open_now = open_remedies(view, calendar, app.today(view.unit.jurisdiction))
    remedy = next((item for item in open_now if item.kind == "reconsideration"), None)
    if remedy is None or form not in {"docx", "pdf"}:
        raise NotFound(text("You cannot currently apply for reconsideration of this request."))
    paper = reconsideration_application(view, remedy, party_details(session, view.id))
    content = as_pdf(paper) if form == "pdf" else as_docx(paper)
    record(Actor.applicant(number), "personal data put into a paper", number)
    media_type = "application/pdf" if form == "pdf" else WORD
    return as_download(content, f"行政复议申请书-{number}.{form}", media_type)
