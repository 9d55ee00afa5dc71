"""Preparing the report: its words, chapter by chapter, and the steps from draft to published."""

from collections.abc import Callable, Iterator

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, names_of, require
from requestflow.applications import line, paragraph
from requestflow.foundation import NotFound, text
from requestflow.law import Label, LawError
from requestflow.reporting import ReportRefused, TextChanged, look_at
from requestflow.statistics import Report
from requestflow.statistics.figures import Figure
from requestflow.statistics.narrative import LONGEST, FieldWrong, drafted, filled
from requestflow.web.current import acting, application
from requestflow.web.forms import Form, problem_of, whole_number
from requestflow.web.oversight.blueprint import blueprint, unit_asked, units_seen
from requestflow.web.oversight.figures import report_page

LANGUAGES = ("zh_CN", "en")


@blueprint.post(
    "/report/<int(min=1990,max=2098):year>/<any(begin,check,submit,return,accept,publish,correct,drop):step>"
)
@login_required
def act(year: int, step: str) -> ResponseReturnValue:
    """Takes a step with the report, or says what stands against it."""
    who, app = acting("report.read"), application()
    try:
        with app.database.write() as session:
            unit = unit_asked(units_seen(session, who), who)
            _ACTS[step](session, who, unit, year)
    except ReportRefused as error:
        return report_page(year, problem_of(error), error.field), 400
    except FieldWrong as error:
        return report_page(year, problem_of(error), "report"), 400
    except LawError as error:
        raise NotFound(text("There is no report form for %(year)s.", year=year)) from error
    flash(gettext("Done."))
    return redirect(url_for(".report", year=year, unit=unit.code))


def _said(name: str) -> str:
    return paragraph(request.form.get(name, ""))[:4000]


def _begin(session: Session, who: Actor, unit: Unit, year: int) -> None:
    application().reporting.begin(session, who, unit, year, application().now())


def _check(session: Session, who: Actor, unit: Unit, year: int) -> None:
    app = application()
    app.reporting.check(session, who, unit, year, _said("reason"), app.now())


def _submit(session: Session, who: Actor, unit: Unit, year: int) -> None:
    seen = request.form.get("seen")
    application().reporting.submit(session, who, unit, year, application().now(), seen)


def _return(session: Session, who: Actor, unit: Unit, year: int) -> None:
    app = application()
    app.reporting.give_back(session, who, unit, year, _said("remarks"), app.now())


def _accept(session: Session, who: Actor, unit: Unit, year: int) -> None:
    application().reporting.accept(session, who, unit, year, application().now())


def _publish(session: Session, who: Actor, unit: Unit, year: int) -> None:
    seen = request.form.get("seen")
    application().reporting.publish(session, who, unit, year, application().now(), seen)


def _correct(session: Session, who: Actor, unit: Unit, year: int) -> None:
    app = application()
    app.reporting.correct(session, who, unit, year, _said("notice"), app.now())


def _drop(session: Session, who: Actor, unit: Unit, year: int) -> None:
    app = application()
    app.reporting.drop_correction(session, who, unit, year, _said("dropped"), app.now())


_ACTS: dict[str, Callable[[Session, Actor, Unit, int], None]] = {
    "begin": _begin,
    "check": _check,
    "submit": _submit,
    "return": _return,
    "accept": _accept,
    "publish": _publish,
    "correct": _correct,
    "drop": _drop,
}


@blueprint.route("/report/<int(min=1990,max=2098):year>/words/<section>", methods=["GET", "POST"])
@login_required
def words(year: int, section: str) -> ResponseReturnValue:
    """A chapter's words in both languages, with the figures as fields; what two people wrote at
    once is shown side by side."""
    who = acting("report.prepare")
    if request.method == "GET":
        return _words(who, year, section, Form())
    app = application()
    language = request.form.get("language", "")
    content = paragraph(request.form.get("content", ""))
    values = {"content": content, "language": language}
    version = whole_number(request.form.get("version")) or 0
    if request.form.get("ask") in ("look", "find"):
        return _words(who, year, section, Form(values), version)
    try:
        with app.database.write() as session:
            unit = unit_asked(units_seen(session, who), who)
            app.reporting.write(
                session, who, unit, year, section, language, content, version, app.now()
            )
    except TextChanged as error:
        form = Form(values, {"content": problem_of(error)})
        return _words(who, year, section, form, version, told=True), 409
    except ReportRefused as error:
        form = Form(values, {"content": problem_of(error)})
        return _words(who, year, section, form, version), 400
    flash(gettext("Saved."))
    return redirect(
        url_for(".words", year=year, section=section, unit=unit.code, language=language)
    )


def _fields(report: Report, sought: str) -> Iterator[tuple[Label, list[Figure]]]:
    """The figures that words may speak of, table by table: all, or those that are sought by a part
    of their name, their id or their value."""
    tables: list[tuple[str, Label]] = [(table.id, table.label) for table in report.form.tables]
    if report.form.reported:
        tables.append(("reported", report.form.reported.label))
    for table, label in tables:
        found = [
            figure
            for figure in report.index.values()
            if figure.table == table
            and (
                not sought
                or sought.lower() in f"{figure.id} {figure.label.zh} {figure.label.en}".lower()
                or sought == str(figure.value)
            )
        ]
        if found:
            yield label, found


def _words(
    who: Actor,
    year: int,
    section: str,
    form: Form,
    version: int | None = None,
    told: bool = False,
) -> str:
    """The page. `version` is what a form that comes again was made for; else what stands now.
    `told`: it says that a colleague wrote in between, so that saving again is meant."""
    with application().database.read() as session:
        unit = unit_asked(units_seen(session, who), who)
        require(who, "report.prepare", unit.path)
        try:
            whole = look_at(session, unit, year)
        except LawError as error:
            raise NotFound(text("There is no report form for %(year)s.", year=year)) from error
        writers = names_of(session, {item.written_by for item in whole.texts.values()})
    chapter = next((item for item in whole.report.form.sections if item.id == section), None)
    if chapter is None or whole.row is None:
        raise NotFound(text("The form has no such chapter."))
    language = form.value("language") or request.args.get("language", "")
    language = language if language in LANGUAGES else LANGUAGES[0]
    standing = whole.texts.get((section, language))
    writer = writers.get(standing.written_by, standing.written_by) if standing else ""
    typed = form.value("content") if form.values else standing.content if standing else ""
    shown, wrong = "", None
    try:
        shown = filled(typed[:LONGEST], whole.report, language)
    except FieldWrong as error:
        wrong = problem_of(error)
    stands = standing.version if standing else 0
    sought = line(request.values.get("field", ""))[:80]
    return render_template(
        "oversight/words.html",
        whole=whole,
        unit=unit,
        year=year,
        chapter=chapter,
        language=language,
        languages=LANGUAGES,
        form=form,
        typed=typed,
        shown=shown,
        wrong_field=wrong,
        standing=standing,
        version=stands if version is None else version,
        proposed=drafted(chapter, whole.report, language),
        writer=writer,
        told=told,
        sought=sought,
        groups=list(_fields(whole.report, sought)),
    )
