"""Who may sign in: the list, and each person with what may be done about them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required
from sqlalchemy.orm import Session

from requestflow.accounts import (
    Actor,
    Person,
    disable_person,
    enable_person,
    list_people,
    person_to_change,
    require,
    reset_password,
    unit_by_code,
    units_below,
)
from requestflow.cases import cases_in_hand
from requestflow.foundation import db
from requestflow.web.context import acting, application
from requestflow.web.forms import no_store

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@login_required
def people() -> ResponseReturnValue:
    """The people of one's unit and of all below it."""
    who = acting("people.change")
    code = request.args.get("unit", "")
    wanted = request.args.get("q", "").strip()[:80]
    session = db.session()
    units = units_below(session, who.unit_path)
    path = unit_by_code(session, code).path if code else who.unit_path
    require(who, "people.change", path)
    page = list_people(session, who, path, wanted, request.args.get("after", "")[:80])
    return render_template("settings/people.html", page=page, units=units, code=code, wanted=wanted)


@blueprint.get("/people/<int(max=2147483647):person_id>")
@login_required
def person(person_id: int) -> ResponseReturnValue:
    """One person, with the cases in their name and what may be done."""
    who = acting("people.change")
    session = db.session()
    return _page(session, who, person_to_change(session, who, person_id=person_id))


def _page(session: Session, who: Actor, shown: Person, password: str | None = None) -> str:
    """The page of a person; `password` is the one that is shown this once."""
    return render_template(
        "settings/person.html",
        person=shown,
        own=shown.id == who.person_id,
        in_hand=cases_in_hand(session, shown.username),
        password=password,
    )


@blueprint.post("/people/<int(max=2147483647):person_id>/disable")
@login_required
def disabled(person_id: int) -> ResponseReturnValue:
    """Lets somebody in no longer; their page then says which cases stand in their name."""
    who, app = acting("people.change"), application()
    with db.transaction() as session:
        found = person_to_change(session, who, person_id=person_id)
        disable_person(session, who, found, app.now())
    flash(gettext("%(name)s can no longer sign in.", name=found.name))
    return redirect(url_for(".person", person_id=person_id))


@blueprint.post("/people/<int(max=2147483647):person_id>/enable")
@login_required
def enabled(person_id: int) -> ResponseReturnValue:
    """Lets somebody in again."""
    who, app = acting("people.change"), application()
    with db.transaction() as session:
        found = person_to_change(session, who, person_id=person_id)
        enable_person(session, who, found, app.now())
    flash(gettext("%(name)s can sign in again with their previous password.", name=found.name))
    return redirect(url_for(".person", person_id=person_id))


@blueprint.post("/people/<int(max=2147483647):person_id>/password")
@login_required
@no_store
def password_reset(person_id: int) -> ResponseReturnValue:
    """Gives somebody a one-time password and shows it, this once."""
    who, app = acting("people.change"), application()
    with db.transaction() as session:
        found = person_to_change(session, who, person_id=person_id)
        password = reset_password(session, who, found, app.now())
    session = db.session()
    return _page(session, who, found, password)
