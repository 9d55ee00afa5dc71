"""A unit's office: who is away and who stands in, the unit's letters, its rules."""

import io

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required
from sqlalchemy.orm import Session

from requestflow.accounts import (
    AbsenceRefused,
    Actor,
    Unit,
    absences_of,
    can,
    end_absence,
    enter_absence,
    names_of,
    people_of,
    record_access,
    require,
    unit_by_code,
    units_below,
)
from requestflow.applications import clean_line
from requestflow.documents import DocumentRefused
from requestflow.foundation import Refused, db, text
from requestflow.letters import (
    TemplateRefused,
    checked_template,
    field_labels,
    known_kind,
    letter_kinds,
    remove_template,
    replace_template,
    template_for,
    templates_of,
)
from requestflow.web.context import acting, actor, application, local_day
from requestflow.web.downloads import as_download
from requestflow.web.forms import Form, problem_of, read_day, receive_files, takes_files

blueprint = Blueprint("office", __name__)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/office")
@login_required
def office() -> ResponseReturnValue:
    """The unit's office."""
    return _page(_visitor(), Form())


def _visitor() -> Actor:
    who = actor()
    if who is None or not (can(who, "absence.own") or can(who, "unit.change")):
        raise Refused(text("You do not have permission to view this page."))
    return who


def _unit(session: Session, who: Actor) -> Unit:
    """The unit that the page is about: one's own, or one below it for those who may change it."""
    code = request.args.get("unit") or who.unit_code
    unit = unit_by_code(session, code)
    if unit.path != who.unit_path:
        require(who, "unit.change", unit.path)
    return unit


def _page(who: Actor, form: Form, kind: str = "") -> str:
    session = db.session()
    unit = _unit(session, who)
    changes = can(who, "unit.change", unit.path)
    below = units_below(session, who.unit_path) if changes and who.role == "administrator" else []
    templates = templates_of(session, unit)
    return render_template(
        "settings/office.html",
        unit=unit,
        units=below,
        form=form,
        changes=changes,
        absences=absences_of(session, unit.id, local_day()),
        # Whoever is here by a further post has their own place elsewhere.
        people=[p for p in people_of(session, unit.id, local_day()) if p.unit_id == unit.id],
        own=can(who, "absence.own"),
        for_others=can(who, "absence.unit", unit.path),
        kinds=letter_kinds(),
        templates=templates,
        names=names_of(session, [item.added_by for item in templates.values()]),
        fields=field_labels(),
        wrong_kind=kind,
    )


@blueprint.post("/office/absences")
@login_required
def absent() -> ResponseReturnValue:
    """Enters that somebody is away."""
    who, app = _visitor(), application()
    names = ("person", "deputy", "first_day", "last_day")
    values = {name: clean_line(request.form.get(name, ""))[:80] for name in names}
    first, last = read_day(values["first_day"]), read_day(values["last_day"])
    errors = {
        name: text("Enter a date, like 2026-03-31.")
        for name, day in (("first_day", first), ("last_day", last))
        if day is None
    }
    if errors or first is None or last is None:
        return _page(who, Form(values, errors)), 400
    try:
        with db.transaction() as session:
            person = values["person"] or who.name
            enter_absence(
                session, who, person, values["deputy"], first, last, app.now(), local_day()
            )
            record_access(session, who, "absence entered", person, app.now(), values["deputy"])
    except AbsenceRefused as error:
        return _page(who, Form(values, {error.field: error.text})), 400
    flash(gettext("Recorded."))
    return redirect(url_for(".office"))


@blueprint.post("/office/absences/<int(max=2147483647):absence>/end")
@login_required
def back(absence: int) -> ResponseReturnValue:
    """Takes an absence back."""
    who, app = _visitor(), application()
    with db.transaction() as session:
        end_absence(session, who, absence)
        record_access(session, who, "absence taken back", str(absence), app.now())
    return redirect(url_for(".office"))


@blueprint.post("/office/rules")
@login_required
def rules() -> ResponseReturnValue:
    """Changes whether simple cases may be decided on the spot."""
    who, app = acting("unit.change"), application()
    with db.transaction() as session:
        unit = _unit(session, who)
        require(who, "unit.change", unit.path)
        unit.on_the_spot = request.form.get("on_the_spot") == "yes"
        message = "on" if unit.on_the_spot else "off"
        record_access(session, who, "deciding on the spot", unit.code, app.now(), message)
    flash(gettext("Saved."))
    return redirect(url_for(".office", unit=request.args.get("unit")))


@blueprint.get("/office/letters/<kind>.docx")
@login_required
def template(kind: str) -> ResponseReturnValue:
    """The template by which the unit writes that kind of letter."""
    who, app = acting("unit.change"), application()
    session = db.session()
    unit = _unit(session, who)
    content = template_for(session, app.documents, unit, known_kind(kind))
    return as_download(io.BytesIO(content), f"{kind}.docx", WORD)


@blueprint.post("/office/letters/<kind>")
@login_required
@takes_files
def replaced(kind: str) -> ResponseReturnValue:
    """Takes the unit's own template, or says what is wrong with it; or goes back."""
    who, app = acting("unit.change"), application()
    chosen = known_kind(kind)
    incoming, refused = receive_files() if not request.form.get("remove") else ([], None)
    if refused:
        return _page(who, Form({}, {"files": refused}), kind), 400
    if not incoming and not request.form.get("remove"):
        wrong = text("Select a Word file (.docx).")
        return _page(who, Form({}, {"files": wrong}), kind), 400
    try:
        checked = checked_template(app.documents, who, chosen, incoming[0]) if incoming else None
        with db.transaction() as session:
            unit = _unit(session, who)
            if checked:
                replace_template(session, app.documents, who, unit, checked, app.now())
            else:
                remove_template(session, who, unit, chosen)
            record_access(session, who, "letter template changed", unit.code, app.now(), kind)
    except (TemplateRefused, DocumentRefused) as error:
        return _page(who, Form({}, {"files": problem_of(error)}), kind), 400
    flash(gettext("Saved."))
    return redirect(url_for(".office", unit=request.args.get("unit")))
