"""Questions of other units on the desk of the unit that was asked."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from requestflow.accounts import record_access
from requestflow.applications import Errors, clean_text
from requestflow.cases import ReceivedQuestion, Step, question, questions_for
from requestflow.documents import document_by_key, document_references
from requestflow.foundation import NotFound, text
from requestflow.web.casework.base import blueprint
from requestflow.web.casework.step import show_refusals
from requestflow.web.context import acting, application
from requestflow.web.downloads import as_download
from requestflow.web.forms import Form, accept_files, receive_files

ANSWERS = ("agrees", "objects")


@blueprint.get("/questions")
@login_required
def questions() -> ResponseReturnValue:
    """The questions to the unit: those that wait, or all."""
    who = acting("consultation.answer")
    every = request.args.get("show") == "all"
    with application().database.read() as session:
        rows, following = questions_for(session, who, not every, request.args.get("after"))
    return render_template(
        "casework/questions.html",
        rows=rows,
        next_key=following,
        every=every,
        today=application().today(),
    )


@blueprint.route("/questions/<number>/<key>", methods=["GET", "POST"])
@login_required
def answer(number: str, key: str) -> ResponseReturnValue:
    """One question, and its answer: all or nothing."""
    who, app = acting("consultation.answer"), application()
    accept_files()
    with app.database.read() as session:
        requested = question(session, who, number, key)
    if request.method == "GET" or requested.ended_on:
        return _page(requested, Form())
    values = {
        "answer": request.form.get("answer", "")[:20],
        "text": clean_text(request.form.get("text", "")),
    }
    errors: Errors = {}
    if values["answer"] not in ANSWERS:
        errors["answer"] = text("Choose one of the answers.")
    if not values["text"]:
        errors["text"] = text("Say why; the unit in charge relies on it.")
    elif len(values["text"]) > 20_000:
        errors["text"] = text("This is too long.")
    if errors:
        return _page(requested, Form(values, errors)), 400
    incoming, refused = receive_files()
    if refused:
        return _page(requested, Form(values, {"files": refused})), 400

    def take() -> ResponseReturnValue:
        with app.database.write() as session:
            held, _ = app.door.hold(session, who, number)
            stored = [
                app.documents.attach(
                    session,
                    item,
                    "answer_of_unit",
                    app.now(),
                    case_id=held.id,
                    from_applicant=False,
                )
                for item in incoming
            ]
            data = {
                "consultation": key,
                **values,
                **({"documents": document_references(stored)} if stored else {}),
            }
            step = Step("consultation_ended", app.today(), data)
            # Whatever else happened in the case: the question is still open, or it is refused.
            app.door.take(session, who, number, [step], app.now())
        flash(gettext("Answered. The unit in charge has your answer."))
        return redirect(url_for("casework.questions"))

    return show_refusals(take, Form(values), lambda form: _page(requested, form))


@blueprint.get("/questions/<number>/<key>/documents/<document>")
@login_required
def question_document(number: str, key: str, document: str) -> ResponseReturnValue:
    """A file that came with a question, to be saved; no other file of the case."""
    who, app = acting("consultation.answer"), application()
    with app.database.write() as session:
        requested = question(session, who, number, key)
        result = document_by_key(session, document)
        if result is None or document not in {item["key"] for item in requested.papers}:
            raise NotFound(text("There is no such file in this case."))
        record_access(session, who, "file opened", number, app.now(), result.name)
    return as_download(app.documents.open(result), result.name, result.media_type)


def _page(requested: ReceivedQuestion, form: Form) -> str:
    return render_template(
        "casework/question.html",
        consultation=requested,
        form=form,
        answers=ANSWERS,
        today=application().today(),
    )
