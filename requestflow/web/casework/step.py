"""Taking a step at the desk: its form, its letter and the clock as they would be, the step."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_required
from sqlalchemy.orm import Session

from requestflow.accounts import (
    Actor,
    can,
    people_of,
    record_access,
    require,
    unit_by_code,
    units_below,
)
from requestflow.calendars import calendar_for
from requestflow.cases import (
    CaseChanged,
    CaseState,
    CaseView,
    Step,
    StepPreview,
    StepRefused,
    available_steps,
    period_locks,
    view_case,
)
from requestflow.documents import DocumentRefused, Incoming, document_references
from requestflow.foundation import NotFound, Refused, db, text
from requestflow.law import article_text
from requestflow.law.loading import law_pack
from requestflow.letters import known_kind, letter_for, preview_letter, take_by_letter
from requestflow.web.casework.base import blueprint
from requestflow.web.casework.form_fields import FormContext
from requestflow.web.casework.form_parsing import parse_step, read_day
from requestflow.web.casework.step_forms import STEPS, fields_of, first_values
from requestflow.web.context import acting, application, locale
from requestflow.web.downloads import as_download
from requestflow.web.forms import Form, accept_files, problem_of, receive_files, whole_number

Page = Callable[..., str]


@blueprint.route("/cases/<number>/steps/<kind>", methods=["GET", "POST"])
@login_required
def step(number: str, kind: str) -> ResponseReturnValue:
    """One step's form; a look ahead at the clock and the letter; the step, all or nothing."""
    who, app = acting("case.read"), application()
    accept_files()
    if kind not in STEPS:
        raise NotFound(text("This page does not exist. Check the address."))
    session = db.session()
    view = view_case(session, who, number)
    desk = form_context(session, view, app.today())
    possible = {
        item.kind: item
        for item in available_steps(view, who, calendar_for(session, view.unit.path), app.today())
    }
    if kind not in possible or possible[kind].by_others:
        raise Refused(text("Your role does not take this step in this case."))
    if request.method == "GET":
        first = first_values(kind, desk) | {"day": app.today().isoformat()}
        return _page(desk, kind, Form(first), possible[kind].refused)
    data, values, errors = parse_step(kind, desk)
    form = Form(values, errors)
    if request.form.get("more"):
        return _page(desk, kind, Form(values))
    if errors:
        return _page(desk, kind, form), 400
    return _judged(who, desk, Step(kind, read_day(values["day"]) or app.today(), data), form)


def _judged(who: Actor, desk: FormContext, taken: Step, form: Form) -> ResponseReturnValue:
    app, number = application(), desk.view.state.number

    def page(form: Form, ahead: StepPreview | None = None) -> str:
        return _page(desk, taken.kind, form, None, ahead)

    def look() -> ResponseReturnValue:
        session = db.session()
        return page(form, app.door.foresee(session, who, number, [taken], app.now()))

    def read() -> ResponseReturnValue:
        with db.transaction() as session:
            require(who, "case.letter", desk.view.unit.path)
            built = preview_letter(session, app.door, app.documents, who, number, taken, app.now())
            record_access(session, who, "personal data put into a paper", number, app.now())
        if built is None:
            raise NotFound(text("This step goes out by no letter."))
        return as_download(built.pdf, f"{number}-draft.pdf", "application/pdf")

    requested = {"look": look, "letter": read}.get(request.form.get("ask", ""))
    if requested:
        return show_refusals(requested, form, page)
    incoming, refused = receive_files()
    if refused:
        return page(Form(form.values, {"files": refused})), 400

    def take() -> ResponseReturnValue:
        with db.transaction() as session:
            state = take_with_files(session, who, number, taken, incoming)
            still_ours = can(who, "case.read", unit_by_code(session, state.unit).path)
        flash(gettext("Done: %(step)s", step=text(f"step.{taken.kind}").in_locale(locale())))
        if not still_ours:
            return redirect(url_for("casework.cases"))
        return redirect(url_for("casework.case", number=number))

    return show_refusals(take, form, page)


def take_with_files(
    session: Session,
    who: Actor,
    number: str,
    taken: Step,
    incoming: Sequence[Incoming] = (),
    fresh: bool = False,
) -> CaseState:
    """Takes a step with the files that came with it and its letter, at the version that the form
    was made for; `fresh`: at whatever version the case is now."""
    app, seen = application(), None if fresh else version_seen()
    held, _ = app.door.hold(session, who, number, seen)
    stored = [
        app.documents.attach(
            session, item, taken.kind, app.now(), case_id=held.id, from_applicant=False
        )
        for item in incoming
    ]
    data = dict(taken.data)
    if stored and taken.kind == "consultation_started":
        data["enclosed"] = document_references(stored)
    elif stored:
        data["documents"] = [*data.get("documents", ()), *document_references(stored)]
    step = Step(taken.kind, taken.day, data)
    return take_by_letter(session, app.door, app.documents, who, number, step, app.now(), seen)


def version_seen() -> int | None:
    """The version of the case for which the form was made."""
    return whole_number(request.form.get("version"))


def show_refusals(
    act: Callable[[], ResponseReturnValue], form: Form, page: Callable[[Form], str]
) -> ResponseReturnValue:
    """Does something with a case; what stands against it is shown at its field, and what was
    typed is kept."""
    try:
        return act()
    except CaseChanged as error:
        since = "、".join(text(f"step.{kind}").in_locale(locale()) for kind in error.since)
        changed = text(
            "Somebody else took a step in between: %(since)s. What you typed is kept; look at "
            "the case, then send it again.",
            since=since,
        )
        return page(Form(form.values, {"day": changed})), 409
    except DocumentRefused as error:
        return page(Form(form.values, {"files": problem_of(error)})), 400
    except StepRefused as error:
        known = error.field and (error.field in form.values or error.field == "withheld")
        field = error.field if known and error.field else "day"
        return page(Form(form.values, {field: reason_of(error)})), 400


def reason_of(error: StepRefused) -> Any:
    """Why a step is refused, with the article that says so, and what to do."""
    reason: Any = error.text
    if error.article:
        cited = article_text(error.article, locale()[:2])
        reason = text("%(reason)s (%(article)s)", reason=error.text, article=cited)
    if error.hint:
        return text("%(problem)s %(hint)s", problem=reason, hint=error.hint)
    return reason


def form_context(session: Session, view: CaseView, today: date) -> FormContext:
    """What the forms of a case may offer to whoever is signed in."""
    units = units_below(session, "")
    return FormContext(
        view,
        law_pack(view.state.law),
        today,
        tuple((person.username, person.name) for person in people_of(session, view.unit.id)),
        tuple((unit.code, unit.name) for unit in units if unit.id != view.unit.id),
        current_user.name,
        locked=period_locks(session).years(view.unit.path),
    )


def return_remark(view: CaseView) -> str | None:
    """What the reviewer wants changed, until the answer is drafted again."""
    for event in reversed(view.history):
        if event.kind == "drafted":
            return None
        if event.kind == "returned":
            return str(event.data["remarks"])
    return None


def _page(
    desk: FormContext,
    kind: str,
    form: Form,
    refused: StepRefused | None = None,
    ahead: StepPreview | None = None,
) -> str:
    pending = [item.kind for item in desk.view.state.remedies if not item.concluded_on]
    about = {"consulted": "other_body", "kind": pending[0] if pending else ""}
    return render_template(
        "casework/step.html",
        desk=desk,
        view=desk.view,
        kind=kind,
        fields=fields_of(kind, desk),
        form=form,
        refused=reason_of(refused) if refused else None,
        ahead=ahead,
        by_letter=known_kind("decision") if kind == "drafted" else letter_for(kind, about),
        later=kind == "drafted",
        today=desk.today,
        remark=return_remark(desk.view) if kind == "drafted" else None,
    )
