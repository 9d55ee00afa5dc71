"""Questions of other units on the desk of the unit that was asked."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from requestflow.applications import Errors, clean_text
from requestflow.cases import ReceivedQuestion, Step, question, questions_for
from requestflow.documents import document_by_key
from requestflow.foundation import NotFound, db, text
from requestflow.web.audit import record
from requestflow.web.casework.base import blueprint
from requestflow.web.casework.step import show_refusals
from requestflow.web.context import acting, application, local_day
from requestflow.web.downloads import as_download
from requestflow.web.forms import Form, receive_files, takes_files

ANSWERS = ("agrees", "objects")


@blueprint.get("/questions")
@login_required
def questions() -> ResponseReturnValue:
    """The questions to the unit: those that wait, or all."""
    who = acting("consultation.answer")
    every = request.args.get("show") == "all"
    session = db.session()
    rows, following = questions_for(session, who, not every, request.args.get("after"))
    return render_template(
        "casework/questions.html",
        rows=rows,
        next_key=following,
        every=every,
        today=local_day(),
    )


@blueprint.route("/questions/<number>/<key>", methods=["GET", "POST"])
@login_required
@takes_files
def answer(number: str, key: str) -> ResponseReturnValue:
    """One question, and its answer: all or nothing."""
    who, app = acting("consultation.answer"), application()
    session = db.session()
    requested = question(session, who, number, key)
    if request.method == "GET" or requested.ended_on:
        return _page(requested, Form())
    values = {
        "answer": request.form.get("answer", "")[:20],
        "text": clean_text(request.form.get("text", "")),
    }
    errors: Errors = {}
    if values["answer"] not in ANSWERS:
        errors["answer"] = text("Select an option.")
    if not values["text"]:
        errors["text"] = text("Give your reasons. The responsible unit will rely on them.")
    elif len(values["text"]) > 20_000:
        errors["text"] = text("This is too long.")
    if errors:
        return _page(requested, Form(values, errors)), 400
    incoming, refused = receive_files()
    if refused:
        return _page(requested, Form(values, {"files": refused})), 400

    def take() -> ResponseReturnValue:
        step = Step("consultation_ended", local_day(), {"consultation": key, **values})
        # Whatever else happened in the case: the question is still open, or it is refused.
        app.casework.take_step(who, number, step, app.now(), incoming, purpose="answer_of_unit")
        flash(gettext("Your reply has been sent to the responsible unit."))
        return redirect(url_for("casework.questions"))

    return show_refusals(take, Form(values), lambda form: _page(requested, form))


@blueprint.get("/questions/<number>/<key>/documents/<document>")
@login_required
def question_document(number: str, key: str, document: str) -> ResponseReturnValue:
    """A file that came with a question, to be saved; no other file of the case."""
    who, app = acting("consultation.answer"), application()
    session = db.session()
    requested = question(session, who, number, key)
    result = document_by_key(session, document)
    if result is None or document not in {item["key"] for item in requested.papers}:
        raise NotFound(text("This file does not exist in the case."))
    record(who, "file opened", number, result.name)
    return as_download(app.documents.open(result), result.name, result.media_type)


def _page(requested: ReceivedQuestion, form: Form) -> str:
    return render_template(
        "casework/question.html",
        consultation=requested,
        form=form,
        answers=ANSWERS,
        today=local_day(),
    )
