"""Applying: one thing a page, back and forth, resumable by its link, sent once."""

from collections.abc import Sequence
from typing import Any, NoReturn

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, unit_by_code, units_below
from requestflow.applications import (
    FORMS,
    IDENTITY_KINDS,
    IDENTITY_NUMBERS,
    KINDS,
    ORDER,
    ORGANISATION_KINDS,
    PAGES,
    WAYS,
    Draft,
    Errors,
    Incomplete,
    begin_draft,
    clean_line,
    count_bytes,
    draft_of,
    draft_problems,
    mask_number,
    note_code_shown,
    read_page,
    save_answers,
    submit_application,
    tracking_code_of,
)
from requestflow.cases import CaseView, StepRefused, view_case
from requestflow.citizens import prove_address
from requestflow.documents import DocumentRefused, Incoming, documents_of_draft
from requestflow.foundation import NotFound, db, text
from requestflow.letters import as_pdf, receipt
from requestflow.web.citizen.finding import fitting, grouped, similar_to
from requestflow.web.citizen.session import account_of
from requestflow.web.context import application, locale
from requestflow.web.downloads import as_download
from requestflow.web.extensions import limit_of, limiter
from requestflow.web.forms import Form, accept_files, no_store, problem_of, receive_files

blueprint = Blueprint("applying", __name__, url_prefix="/apply")
PURPOSES = {"files": "application", "representative": "authority"}


@blueprint.get("")
def start() -> ResponseReturnValue:
    """What applying takes, and what the applicant should have at hand."""
    return render_template("citizen/apply_start.html", unit=request.args.get("unit", ""))


@blueprint.post("")
@limiter.limit(limit_of("application_limit"))
def begin_one() -> ResponseReturnValue:
    """Begins an application and leads to its first page."""
    app = application()
    code = clean_line(request.form.get("unit", ""))[:40]
    with db.transaction() as session:
        unit = unit_by_code(session, code).code if code else None
        token = begin_draft(session, locale(), app.now(), unit)
    return redirect(url_for(".page", token=token, name="information" if unit else "unit"))


@blueprint.get("/<token>")
@no_store
def resume(token: str) -> ResponseReturnValue:
    """The link that was kept: goes on where something is still missing."""
    app = application()
    session = db.session()
    draft = draft_of(session, token, app.now())
    missing = (
        next(iter(draft_problems(session, draft, app.today())), "check")
        if not draft.sent_as
        else "done"
    )
    return redirect(
        url_for(".done", token=token)
        if missing == "done"
        else url_for(".page", token=token, name=missing)
    )


@blueprint.get("/<token>/<name>")
@no_store
def page(token: str, name: str) -> ResponseReturnValue:
    """One page of the application as it was left."""
    app = application()
    session = db.session()
    draft = draft_of(session, token, app.now())
    if draft.sent_as:
        return redirect(url_for(".done", token=token))
    errors = (
        draft_problems(session, draft, app.today()).get(name, {})
        if request.args.get("change")
        else {}
    )
    return _page(session, token, name, draft, Form(draft.content, errors))


@blueprint.post("/<token>/<name>")
@limiter.limit(limit_of("application_page_limit"))
@no_store
def answer(token: str, name: str) -> ResponseReturnValue:
    """Keeps what was typed; goes on, or says at the field what is wrong."""
    accept_files()
    app = application()
    if name not in PAGES:
        if name == "check":
            return send(token)
        _no_page()
    session = db.session()
    draft_of(session, token, app.now())
    incoming, refused = receive_files() if name in PURPOSES else ([], None)
    with db.transaction() as session:
        draft = draft_of(session, token, app.now(), lock=True)
        if draft.sent_as:
            return redirect(url_for(".done", token=token))
        values, errors = read_page(name, request.form, draft.content, app.today())
        if refused:
            errors["files"] = refused
        errors |= _taken_in(session, draft, name, incoming)
        save_answers(draft, values, app.now())
        if not errors:
            errors = draft_problems(session, draft, app.today()).get(name, {})
        if _stays():
            errors = {key: value for key, value in errors.items() if key in {"files", "proof"}}
        if errors:
            shown = _page(session, token, name, draft, Form(draft.content, errors))
            return shown, 400
    return _onward(token, name)


def _no_page() -> NoReturn:
    raise NotFound(text("Page not found. Check the web address is correct."))


def _stays() -> bool:
    """Whether a file was added or removed, and the page is not done."""
    return bool(request.form.get("add") or request.form.get("remove"))


def _onward(token: str, name: str) -> ResponseReturnValue:
    """To the next page; to the same where a file came or went, to the last where an answer was
    changed."""
    change = request.args.get("change")
    if _stays():
        return redirect(url_for(".page", token=token, name=name, change=change))
    following = "check" if change else ORDER[ORDER.index(name) + 1]
    return redirect(url_for(".page", token=token, name=following))


def _taken_in(session: Session, draft: Draft, name: str, incoming: Sequence[Incoming]) -> Errors:
    """Takes in the files that came with a page, and out the one that is to go."""
    app = application()
    if name not in PURPOSES:
        return {}
    alone = name == "representative" and request.form.get("represented") == "no"
    for document in documents_of_draft(session, draft.id):
        if document.key == request.form.get("remove") or (
            alone and document.purpose == "authority"
        ):
            app.documents.remove(session, document)
    if alone:
        return {}
    for item in incoming:
        try:
            count_bytes(draft, item.size, app.documents.most_of_a_case)
            app.documents.attach(session, item, PURPOSES[name], app.now(), draft_id=draft.id)
        except DocumentRefused as error:
            return {"files": problem_of(error)}
    return {}


def _page(session: Session, token: str, name: str, draft: Draft, form: Form) -> str:
    if name not in ORDER:
        _no_page()
    more: dict[str, Any] = {}
    stored = documents_of_draft(session, draft.id)
    if name == "unit":
        args = clean_line(request.args.get("q", ""))[:100]
        units = units_below(session, "")
        more = {"groups": grouped(fitting(units, args)), "query": args}
    if name == "files":
        more["similar"] = similar_to(draft.content.get("title", ""))
    if name == "check":
        more["missing"] = draft_problems(session, draft, application().today())
        more["unit"] = next(
            (u for u in units_below(session, "") if u.code == draft.content.get("unit")), None
        )
    place = ORDER.index(name)
    form = Form(_hidden(form), form.errors)
    return render_template(
        f"citizen/pages/{name}.html",
        form=form,
        token=token,
        name=name,
        place=place + 1,
        places=len(ORDER),
        back=ORDER[place - 1] if place else None,
        change=request.args.get("change"),
        draft=draft,
        files=[item for item in stored if item.purpose == PURPOSES.get(name)],
        all_files=stored,
        choices={
            "kinds": KINDS,
            "identity": IDENTITY_KINDS,
            "organisation": ORGANISATION_KINDS,
            "ways": WAYS,
            "forms": FORMS,
        },
        link=f"{application().settings.base_url}{url_for('.resume', token=token)}",
        **more,
    )


def _hidden(form: Form) -> dict[str, str]:
    """The values with numbers of identity hidden, but for one that was typed just now and must
    still be mended."""

    def shown(key: str, value: str) -> str:
        if key not in IDENTITY_NUMBERS:
            return value
        typed_now = clean_line(request.form.get(key, "")).upper() == value
        return value if key in form.errors and typed_now else mask_number(value)

    return {key: shown(key, value) for key, value in form.values.items()}


def send(token: str) -> ResponseReturnValue:
    """Sends the application: one case, however often it is pressed."""
    app = application()
    try:
        with db.transaction() as session:
            draft = draft_of(session, token, app.now(), lock=True)
            if not draft.sent_as:
                save_answers(draft, {"language": locale()}, app.now())
            number = submit_application(session, app.cases, draft, token, app.now())
            account = account_of(session)
            if account is not None:
                prove_address(session, account, [number])
    except (Incomplete, StepRefused):
        return redirect(url_for(".page", token=token, name="check"))
    return redirect(url_for(".done", token=token))


@blueprint.get("/<token>/done")
@no_store
def done(token: str) -> ResponseReturnValue:
    """The receipt on a page: number, code, due day and how it comes about."""
    view, code = _sent(token)
    return render_template("citizen/done.html", view=view, code=code, token=token)


@blueprint.get("/<token>/receipt.pdf")
@no_store
def receipt_pdf(token: str) -> ResponseReturnValue:
    """The same as a paper."""
    view, code = _sent(token)
    address = f"{application().settings.base_url}{url_for('following.enter')}"
    return as_download(
        as_pdf(receipt(view, locale(), address, code)),
        f"{view.state.number}.pdf",
        "application/pdf",
    )


def _sent(token: str) -> tuple[CaseView, str | None]:
    app, session = application(), db.session()
    draft = draft_of(session, token, app.now())
    if not draft.sent_as:
        raise NotFound(text("This request has not been sent yet."))
    view = view_case(session, Actor.applicant(draft.sent_as), draft.sent_as)
    code = tracking_code_of(session, draft, token, app.now())
    if code and draft.row.code_shown_at is None:
        with db.transaction() as session:
            note_code_shown(session, draft.id, app.now())
    return view, code
