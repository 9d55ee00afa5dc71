"""Releasing an answer at the desk: what everybody may read of it, and taking that back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from requestflow.accounts import Actor, can, require
from requestflow.applications import clean_line, clean_text
from requestflow.cases import CaseView, view_case
from requestflow.casework import (
    ReleaseWish,
    needs_care,
    releasable_files,
    release_answer,
    withdraw_release,
)
from requestflow.foundation import Refused, db, text
from requestflow.web.casework.base import blueprint
from requestflow.web.casework.step import show_refusals, version_seen
from requestflow.web.context import acting, application
from requestflow.web.forms import Form
from requestflow.web.proof import asks_proof

STAGES = frozenset({"delivered", "closed"})


def may_release(view: CaseView, who: Actor) -> bool:
    """Whether this person may decide what is public of this answer now."""
    state = view.state
    possible = state.stage in STAGES and state.gave_something
    return possible and can(who, "case.release", view.unit.path)


@blueprint.route("/cases/<number>/release", methods=["GET", "POST"])
@login_required
@asks_proof()
def release(number: str) -> ResponseReturnValue:
    """What is to be public of an answer; nothing is before somebody has said so here."""
    who, app = acting("case.read"), application()
    session = db.session()
    view = view_case(session, who, number)
    require(who, "case.release", view.unit.path)
    if not may_release(view, who):
        raise Refused(text("Nothing of this case can be released now."))

    def page(form: Form) -> str:
        files = releasable_files(db.session(), view)
        return render_template(
            "casework/release.html", view=view, form=form, files=files, care=needs_care(view)
        )

    if request.method == "GET":
        public = view.state.released
        first = {"title": public.title, "summary": public.summary or ""} if public else {}
        return page(Form(first))
    form = _typed()
    if form.errors:
        return page(form), 400
    wish = ReleaseWish(
        form.value("title"),
        form.value("summary"),
        frozenset(request.form.getlist("files")),
        bool(form.value("persons_checked")),
        bool(form.value("files_checked")),
    )

    def take() -> ResponseReturnValue:
        release_answer(app.casework, who, view, wish, app.now(), version_seen())
        flash(gettext("The reply is public now."))
        return redirect(url_for(".case", number=number))

    return show_refusals(take, form, page)


@blueprint.post("/cases/<number>/withdraw-release")
@login_required
@asks_proof()
def release_withdrawn(number: str) -> ResponseReturnValue:
    """Takes back what is public of an answer."""
    who, app = acting("case.read"), application()
    view = view_case(db.session(), who, number)
    require(who, "case.release", view.unit.path)
    reason = clean_text(request.form.get("reason", ""))[:2000]
    public = view.state.released
    if not reason:
        values = {"title": public.title, "summary": public.summary or ""} if public else {}
        form = Form(values, {"reason": text("Enter the reason.")})
        files = releasable_files(db.session(), view)
        care = needs_care(view)
        page = render_template(
            "casework/release.html", view=view, form=form, files=files, care=care
        )
        return page, 400
    withdraw_release(app.casework, who, view, reason, app.now(), version_seen())
    flash(gettext("The reply is no longer public."))
    return redirect(url_for(".case", number=number))


def _typed() -> Form:
    values = {
        "title": clean_line(request.form.get("title", "")),
        "summary": clean_text(request.form.get("summary", "")),
        "files": " ".join(request.form.getlist("files")),
        "persons_checked": request.form.get("persons_checked", "")[:5],
        "files_checked": request.form.get("files_checked", "")[:5],
    }
    errors = {}
    if not values["title"]:
        errors["title"] = text("Enter a title that everybody may read.")
    elif len(values["title"]) > LONGEST_TITLE:
        errors["title"] = text("This is too long.")
    if len(values["summary"]) > LONGEST_SUMMARY:
        errors["summary"] = text("This is too long.")
    return Form(values, errors)


LONGEST_TITLE, LONGEST_SUMMARY = 200, 2000
"""Characters."""
