"""Taking a step at the desk: its form, its letter and the clock as they would be, the step."""

from collections.abc import Callable
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
)
from requestflow.cases import (
    CaseChanged,
    CaseView,
    Step,
    StepPreview,
    StepRefused,
    available_steps,
    party_details,
    view_case,
)
from requestflow.documents import DocumentRefused
from requestflow.foundation import NotFound, Refused, db, text
from requestflow.law import article_text, law_pack
from requestflow.letters import known_kind, letter_for, missing_characters
from requestflow.web.casework.base import blueprint
from requestflow.web.casework.form_fields import FormContext
from requestflow.web.casework.form_parsing import parse_step
from requestflow.web.casework.step_forms import at_desk, fields_of, first_values
from requestflow.web.context import acting, application, local_day, locale
from requestflow.web.downloads import as_download
from requestflow.web.forms import (
    Form,
    problem_of,
    read_day,
    receive_files,
    takes_files,
    whole_number,
)
from requestflow.web.proof import asks_proof

Page = Callable[..., str]


@blueprint.route("/cases/<number>/steps/<kind>", methods=["GET", "POST"])
@login_required
@takes_files
@asks_proof(lambda kind, **_: kind == "signed" and not request.form.get("ask"))
def step(number: str, kind: str) -> ResponseReturnValue:
    """One step's form; a look ahead at the clock and the letter; the step, all or nothing."""
    who = acting("case.read")
    if not at_desk(kind):
        raise NotFound(text("Page not found. Check the web address is correct."))
    session = db.session()
    view = view_case(session, who, number)
    desk = form_context(session, view, local_day())
    possible = {item.kind: item for item in available_steps(view, who, local_day())}
    if kind not in possible or possible[kind].by_others:
        raise Refused(text("Your role cannot take this step in this case."))
    if request.method == "GET":
        first = first_values(kind, desk) | {"day": local_day().isoformat()}
        return _page(desk, kind, Form(first), possible[kind].refused)
    typed = parse_step(kind, desk)
    form = Form(typed.values, typed.errors)
    if request.form.get("more"):
        return _page(desk, kind, Form(typed.values))
    if typed.errors:
        return _page(desk, kind, form), 400
    day = read_day(typed.values["day"]) or local_day()
    return _taken(who, desk, Step(kind, day, typed.data), form)


def _taken(who: Actor, desk: FormContext, taken: Step, form: Form) -> ResponseReturnValue:
    """The look ahead, the letter, or the step itself, as the button says."""
    app, number = application(), desk.view.number

    def page(form: Form, ahead: StepPreview | None = None) -> str:
        return _page(desk, taken.kind, form, None, ahead)

    def look() -> ResponseReturnValue:
        return page(form, app.casework.preview(who, desk.view, taken, app.now()))

    def read() -> ResponseReturnValue:
        letter = app.casework.preview_letter(who, desk.view, taken, app.now())
        if letter is None:
            raise NotFound(text("No letter is issued for this step."))
        return as_download(letter.pdf, f"{number}-draft.pdf", "application/pdf")

    asked_for = {"look": look, "letter": read}.get(request.form.get("ask", ""))
    if asked_for:
        return show_refusals(asked_for, form, page)
    incoming, refused = receive_files()
    if refused:
        return page(Form(form.values, {"files": refused})), 400

    def take() -> ResponseReturnValue:
        preview = app.casework.take_step(who, desk.view, taken, app.now(), incoming, version_seen())
        flash(gettext("Completed: %(step)s", step=text(f"step.{taken.kind}").in_locale(locale())))
        return after_step(who, preview)

    return show_refusals(take, form, page)


def after_step(who: Actor, preview: StepPreview) -> ResponseReturnValue:
    """Back to the case, or to the list where the step gave it to another unit."""
    if not can(who, "case.read", preview.unit.path):
        return redirect(url_for("casework.cases"))
    return redirect(url_for("casework.case", number=preview.before.number))


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
            "Another user took a step in the meantime: %(since)s. Your entries have been kept. "
            "Review the case, then submit again.",
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
    return FormContext(session, view, law_pack(view.state.law), today, current_user.name)


def return_remark(view: CaseView) -> str | None:
    """What the reviewer wants changed, until the answer is drafted again."""
    for event in reversed(view.history):
        if event.kind == "drafted":
            return None
        if event.kind == "returned":
            return str(event.data["remarks"])
    return None


def _undrawable(desk: FormContext, form: Form) -> str:
    """The characters that may stand in the letter and that its PDF cannot show."""
    view = desk.view
    party = party_details(desk.session, view.id)
    drafts = (str(v) for e in view.history if e.kind == "drafted" for v in e.data.values())
    return missing_characters(
        (view.state.subject, *party.values(), *drafts, *map(str, form.values.values()))
    )


def _page(
    desk: FormContext,
    kind: str,
    form: Form,
    refused: StepRefused | None = None,
    ahead: StepPreview | None = None,
) -> str:
    pending = [item.kind for item in desk.view.state.remedies if not item.concluded_on]
    about = {"consulted": "other_body", "kind": pending[0] if pending else ""}
    by_letter = known_kind("decision") if kind == "drafted" else letter_for(kind, about)
    return render_template(
        "casework/step.html",
        desk=desk,
        view=desk.view,
        kind=kind,
        fields=fields_of(kind, desk),
        form=form,
        refused=reason_of(refused) if refused else None,
        ahead=ahead,
        by_letter=by_letter,
        undrawable=_undrawable(desk, form) if by_letter else "",
        later=kind == "drafted",
        today=desk.today,
        remark=return_remark(desk.view) if kind == "drafted" else None,
    )
