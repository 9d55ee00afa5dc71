"""Writing the report's chapters, in both languages side by side, with the figures as fields."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, names_of, require
from requestflow.applications import clean_line, clean_text
from requestflow.foundation import NotFound, Text, db, text
from requestflow.law import Label, LawError, ReportSection
from requestflow.reporting import (
    REPORT_LOCALES,
    WRITABLE_STATES,
    ReportRefused,
    ReportText,
    TextChanged,
    WrittenText,
    report_of,
    text_read,
    texts_of,
)
from requestflow.statistics import (
    LONGEST_TEXT,
    FieldWrong,
    Figure,
    Report,
    build_report,
    draft_text,
    fill_text,
)
from requestflow.web.context import acting, application
from requestflow.web.forms import Form, problem_of, whole_number
from requestflow.web.oversight.base import blueprint, unit_asked, units_seen


@dataclass(frozen=True)
class Side:
    """A chapter in one language as the page has it: what is typed and the version that it was read
    from, what stands; `theirs`: what stands was written by somebody else in between."""

    locale: str
    typed: str
    version: int
    standing: ReportText | None
    shown: str
    wrong: Text | None
    proposed: str
    theirs: bool = False

    @property
    def unsaved(self) -> bool:
        """Whether something is typed that is not stored."""
        return self.typed != (self.standing.content if self.standing else "")


@blueprint.route("/report/<int(min=1990,max=2098):year>/words/<section>", methods=["GET", "POST"])
@login_required
def words(year: int, section: str) -> ResponseReturnValue:
    """A chapter's words in both languages, with the figures as fields; what two people wrote at
    once is shown side by side."""
    who, app = acting("report.prepare"), application()
    if request.method == "GET":
        return _page(who, year, section, [])
    written = [_written(locale) for locale in REPORT_LOCALES]
    if request.form.get("ask") in ("look", "find"):
        return _page(who, year, section, written)
    try:
        with db.transaction() as session:
            unit = unit_asked(units_seen(session, who), who)
            app.reporting.write(session, who, unit, year, section, written, app.now())
    except TextChanged as error:
        problem = {f"content-{error.locale}": problem_of(error)}
        return _page(who, year, section, written, problem, told=error.locale), 409
    except ReportRefused as error:
        field = (
            error.field if error.field.startswith("content-") else f"content-{REPORT_LOCALES[0]}"
        )
        return _page(who, year, section, written, {field: problem_of(error)}), 400
    flash(gettext("Saved."))
    return redirect(url_for(".words", year=year, section=section, unit=unit.code))


def _written(locale: str) -> WrittenText:
    content = clean_text(request.form.get(f"content-{locale}", ""))
    version = whole_number(request.form.get(f"version-{locale}")) or 0
    return WrittenText(locale, content, version)


def _page(
    who: Actor,
    year: int,
    section: str,
    written: list[WrittenText],
    errors: Mapping[str, Text] | None = None,
    told: str = "",
) -> str:
    """The page, with what was `written` and not stored. `told`: the language of which it says that
    a colleague wrote in between, so that saving again is meant."""
    session = db.session()
    unit = unit_asked(units_seen(session, who), who)
    require(who, "report.prepare", unit.path)
    try:
        report = build_report(session, year, unit)
    except LawError as error:
        raise NotFound(text("There is no report form for %(year)s.", year=year)) from error
    row = report_of(session, unit.id, year)
    chapter = next((item for item in report.form.sections if item.id == section), None)
    if row is None:
        raise NotFound(text("The report for %(year)s has not been started.", year=year))
    if chapter is None:
        raise NotFound(text("The report form does not have this chapter."))
    texts = texts_of(session, row.id)
    typed = {item.locale: item for item in written}
    sides = [
        _side(session, report, chapter, texts, locale, typed.get(locale), told == locale)
        for locale in REPORT_LOCALES
    ]
    writers = names_of(session, {side.standing.written_by for side in sides if side.standing})
    sought = clean_line(request.values.get("field", ""))[:80]
    return render_template(
        "oversight/words.html",
        locked=row.state not in WRITABLE_STATES,
        unit=unit,
        year=year,
        chapter=chapter,
        sides=sides,
        writers=writers,
        form=Form({}, errors or {}),
        sought=sought,
        groups=list(_fields(report, sought)),
    )


def _side(
    session: Session,
    report: Report,
    chapter: ReportSection,
    texts: Mapping[tuple[str, str], ReportText],
    locale: str,
    item: WrittenText | None,
    notified: bool,
) -> Side:
    standing = texts.get((chapter.id, locale))
    stands = standing.version if standing else 0
    if item is not None and standing is not None and item.version != stands:
        read = text_read(session, standing.report_id, chapter.id, locale, item.version)
        # Who changed nothing need not be told; what stands is theirs to go on with.
        item = None if item.content == (read.content if read else "") else item
    typed = item.content if item else standing.content if standing else ""
    shown, wrong = "", None
    try:
        shown = fill_text(typed[:LONGEST_TEXT], report, locale)
    except FieldWrong as error:
        wrong = problem_of(error)
    return Side(
        locale,
        typed,
        item.version if item and not notified else stands,
        standing,
        shown,
        wrong,
        draft_text(chapter, report, locale),
        item is not None and item.version != stands,
    )


def _fields(report: Report, sought: str) -> Iterator[tuple[Label, list[Figure]]]:
    """The figures that words may speak of, table by table: all, or those that are sought."""
    tables: list[tuple[str, Label]] = [(table.id, table.label) for table in report.form.tables]
    if report.form.reported:
        tables.append(("reported", report.form.reported.label))
    for table, label in tables:
        results = [
            figure
            for figure in report.index.values()
            if figure.table == table and _fits(figure, sought)
        ]
        if results:
            yield label, results


def _fits(figure: Figure, sought: str) -> bool:
    """Whether a figure is the one sought: by its value, or by words that are all parts of its name
    or id. Full-width signs are taken for plain ones, the braces of a field for nothing."""
    plain = unicodedata.normalize("NFKC", sought).casefold().strip(" {}").partition("|")[0]
    if figure.value is not None and plain.replace(",", "").strip() == str(figure.value):
        return True
    name = f"{figure.id} {figure.label.zh} {figure.label.en}"
    name = unicodedata.normalize("NFKC", name).casefold()
    return all(word in name for word in plain.split())
