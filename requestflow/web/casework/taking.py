"""Taking a step at the desk: its form, what the clock would say after it, and the step itself."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_required
from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Person, units_below
from requestflow.applications import Errors, line, paragraph
from requestflow.calendars import calendar_for
from requestflow.cases import (
    CaseChanged,
    CaseView,
    Foresight,
    Step,
    StepRefused,
    outlook,
    view_case,
)
from requestflow.foundation import NotFound, Refused, text
from requestflow.law import article_text, fee
from requestflow.law.loading import pack as law_pack
from requestflow.letters import sign
from requestflow.web.casework.blueprint import blueprint
from requestflow.web.casework.fields import STEPS, Desk, Field
from requestflow.web.current import acting, application, locale
from requestflow.web.forms import Form

LONGEST = {"line": 500, "lines": 20_000, "choice": 60, "number": 9, "day": 20, "yes": 5}


@blueprint.route("/cases/<number>/steps/<kind>", methods=["GET", "POST"])
@login_required
def step(number: str, kind: str) -> ResponseReturnValue:
    """One step's form; a look ahead at the clock; the step, all or nothing."""
    who, app = acting("case.read"), application()
    if kind not in STEPS:
        raise NotFound(text("This page does not exist. Check the address."))
    with app.database.read() as session:
        view = view_case(session, who, number)
        desk = _desk(session, view, app.today())
        possible = {
            item.kind: item
            for item in outlook(view, who, calendar_for(session, view.unit.path), app.today())
        }
    if kind not in possible:
        raise Refused(text("Your role does not take this step in this case."))
    refused = possible[kind].refused
    if request.method == "GET":
        first = {f.name: f.first(desk) for f in STEPS[kind]} | {"day": app.today().isoformat()}
        return _page(desk, kind, Form(first), refused)
    data, values, errors = typed(kind, desk)
    day = read_day(values["day"])
    if day is None:
        errors["day"] = text("Enter the day such as 2026-03-31.")
    form = Form(values, errors)
    if errors or day is None:
        return _page(desk, kind, form), 400
    return _judged(who, desk, Step(kind, day, data), form)


def _judged(who: Actor, desk: Desk, taken: Step, form: Form) -> ResponseReturnValue:
    app, number, version = application(), desk.view.state.number, request.form.get("version", "")
    try:
        if request.form.get("look"):
            with app.database.read() as session:
                ahead = app.door.foresee(session, who, number, [taken], app.now())
            return _page(desk, taken.kind, form, None, ahead)
        with app.database.write() as session:
            seen = int(version) if version.isdecimal() else None
            if taken.kind == "signed":
                sign(session, app.door, app.documents, who, number, taken, app.now(), seen)
            else:
                app.door.take(session, who, number, [taken], app.now(), version=seen)
    except CaseChanged as error:
        since = "、".join(text(f"step.{kind}").in_locale(locale()) for kind in error.since)
        changed = text(
            "Somebody else took a step in between: %(since)s. What you typed is kept; look at "
            "the case, then send it again.",
            since=since,
        )
        return _page(desk, taken.kind, Form(form.values, {"day": changed})), 409
    except StepRefused as error:
        field = error.field if error.field and error.field in form.values else "day"
        return _page(desk, taken.kind, Form(form.values, {field: reason_of(error)})), 400
    flash(gettext("Done: %(step)s", step=text(f"step.{taken.kind}").in_locale(locale())))
    return redirect(url_for("casework.case", number=number))


def reason_of(error: StepRefused) -> Any:
    """Why a step is refused, with the article that says so."""
    if not error.article:
        return error.text
    cited = article_text(error.article, locale()[:2])
    return text("%(reason)s (%(article)s)", reason=error.text, article=cited)


def _desk(session: Session, view: CaseView, today: date) -> Desk:
    people = session.scalars(
        select(Person)
        .where(Person.unit_id == view.unit.id, Person.active, Person.role != "administrator")
        .order_by(Person.id)
    )
    units = units_below(session, "")
    return Desk(
        view,
        law_pack(view.state.law),
        today,
        tuple((person.username, person.name) for person in people),
        tuple((unit.code, unit.name) for unit in units if unit.id != view.unit.id),
        current_user.name,
    )


def _page(
    desk: Desk,
    kind: str,
    form: Form,
    refused: StepRefused | None = None,
    ahead: Foresight | None = None,
) -> str:
    return render_template(
        "casework/step.html",
        desk=desk,
        view=desk.view,
        kind=kind,
        fields=STEPS[kind],
        form=form,
        refused=reason_of(refused) if refused else None,
        ahead=ahead,
        today=desk.today,
    )


def typed(kind: str, desk: Desk) -> tuple[dict[str, Any], dict[str, str], Errors]:
    """The particulars, what was typed, and what is wrong by field."""
    data: dict[str, Any] = {}
    values = {"day": line(request.form.get("day", ""))[:20]}
    errors: Errors = {}
    for field in STEPS[kind]:
        raw = request.form.get(field.name, "")
        value = paragraph(raw) if field.kind == "lines" else line(raw)
        values[field.name] = value
        if not value:
            if field.needed:
                errors[field.name] = text("This is needed: %(field)s.", field=field.label)
            continue
        if len(value) > LONGEST[field.kind]:
            errors[field.name] = text("This is too long.")
            continue
        read = _read(field, value, desk)
        if read is None:
            errors[field.name] = _WRONG[field.kind]
        else:
            data[field.name] = read
    return _completed(kind, data, desk), values, errors


_WRONG = {
    "day": text("Enter the day such as 2026-03-31."),
    "number": text("Enter a number."),
    "choice": text("Choose one of the answers."),
    "yes": text("Choose one of the answers."),
    "line": text("This is needed."),
    "lines": text("This is needed."),
}


def _read(field: Field, value: str, desk: Desk) -> Any:
    """A typed value as a particular; None where it cannot be one."""
    if field.kind == "day":
        day = read_day(value)
        return day.isoformat() if day else None
    if field.kind == "number":
        return int(value) if value.isdecimal() else None
    if field.kind == "choice":
        return value if value in {code for code, _ in field.options(desk)} else None
    if field.kind == "yes":
        return True if value == "yes" else None
    return value


def read_day(value: str) -> date | None:
    """A day in the ways people type it: 2026-03-31, 2026/3/31, 2026年3月31日."""
    parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", value)
    try:
        return date(*map(int, parts.groups())) if parts else None
    except ValueError:
        return None


def _completed(kind: str, data: dict[str, Any], desk: Desk) -> dict[str, Any]:
    """The particulars with what the desk itself knows: keys, amounts."""
    state = desk.view.state
    if kind == "consultation_started":
        used = [e for e in desk.view.history if e.kind == "consultation_started"]
        return {**data, "consultation": str(len(used) + 1)}
    if kind == "remedy_filed" and "kind" in data:
        letter = "R" if data["kind"] == "reconsideration" else "S"
        same = [item for item in state.remedies if item.key.startswith(letter)]
        return {**data, "remedy": f"{letter}{len(same) + 1}"}
    if kind == "remedy_concluded":
        remedy = state.remedy(str(data.get("remedy")))
        return {**data, "kind": remedy.kind} if remedy else data
    if kind == "delivered":
        signed = next((e for e in reversed(desk.view.history) if e.kind == "signed"), None)
        papers = signed.data.get("documents") if signed else None
        return {**data, "documents": papers} if papers else data
    if kind == "fee_notified":
        return _with_fee(data, desk)
    return data


def _with_fee(data: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
    rule = next((item for item in desk.pack.fees if item.code == data.get("rule")), None)
    if rule is None:
        return dict(data)
    number = min(int(data.get("number", 0)), 100_000)
    return {**data, "fen": fee(rule, int(data.get("earlier", 0)), number)}
