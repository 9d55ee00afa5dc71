"""Who may sign in: the list, and each person with what may be done about them."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import login_required
from sqlalchemy.orm import Session

from requestflow.accounts import (
    ROLES,
    Actor,
    Person,
    PersonRefused,
    can,
    disable_person,
    enable_person,
    end_post,
    enter_post,
    invite_again,
    invite_new_person,
    list_people,
    move_person,
    people_by_unit,
    person_to_change,
    posts_of,
    posts_within,
    remove_second_factor,
    require,
    reset_password,
    unit_by_code,
    units_below,
)
from requestflow.applications import clean_line
from requestflow.cases import cases_in_hand, open_cases_of
from requestflow.casework import MOST_ASSIGNED, NotAssigned
from requestflow.foundation import Text, db, text
from requestflow.notices import mail_invitation
from requestflow.web.context import acting, application
from requestflow.web.forms import Form, no_store, problem_of, read_day, versions_of
from requestflow.web.proof import asks_proof

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
    further = posts_within(session, who, path)
    return render_template(
        "settings/people.html", page=page, units=units, code=code, wanted=wanted, further=further
    )


@blueprint.route("/people/new", methods=["GET", "POST"])
@login_required
@no_store
@asks_proof()
def added() -> ResponseReturnValue:
    """Adds somebody, and shows the link with which they choose their password, this once."""
    who, app = acting("people.change"), application()
    if request.method == "GET":
        return _new(who, Form({"unit": who.unit_code}))
    values = {name: clean_line(request.form.get(name, ""))[:200] for name in FIELDS}
    form = Form(values, _missing(values))
    if form.errors:
        return _new(who, form), 400
    try:
        with db.transaction() as session:
            unit = unit_by_code(session, values["unit"])
            email = values["email"] or None
            named = (values["username"], values["name"], values["role"], unit, email)
            found, token = invite_new_person(session, who, *named, app.now())
            link = _mailed(session, found, token)
            shown = _page(session, who, found, link=link)
    except PersonRefused as error:
        return _new(who, Form(values, {error.field: problem_of(error)})), 400
    return shown


FIELDS = ("name", "username", "email", "role", "unit")


def _missing(values: Mapping[str, str]) -> dict[str, Text]:
    """What has to be filled in."""
    needed = {
        "name": text("Enter the full name, in no more than 120 characters."),
        "username": text("The username must have 2 to 80 letters and digits, without spaces."),
        "role": text("Select an option."),
        "unit": text("Select an option."),
    }
    return {name: wrong for name, wrong in needed.items() if not values[name]}


def _new(who: Actor, form: Form) -> str:
    units = units_below(db.session(), who.unit_path)
    return render_template("settings/person_new.html", form=form, roles=ROLES, units=units)


def _mailed(session: Session, invited: Person, token: str) -> str:
    """The link of an invitation, which is mailed as well where there is an address."""
    app = application()
    link = f"{app.settings.base_url}{url_for('auth.invitation', token=token)}"
    if invited.email:
        mail_invitation(session, invited.email, link, invited.locale, app.now())
    return link


@blueprint.get("/people/<int(max=2147483647):person_id>")
@login_required
def person(person_id: int) -> ResponseReturnValue:
    """One person, with the cases in their name and what may be done."""
    who = acting("people.change")
    session = db.session()
    return _page(session, who, person_to_change(session, who, person_id=person_id))


def _page(
    session: Session,
    who: Actor,
    shown: Person,
    password: str | None = None,
    link: str | None = None,
    form: Form | None = None,
) -> str:
    """The page of a person; `password` and `link` are shown this once."""
    return render_template(
        "settings/person.html",
        person=shown,
        form=form or Form({"role": shown.role, "unit": shown.unit.code}),
        roles=ROLES,
        units=units_below(session, who.unit_path),
        link=link,
        own=shown.id == who.person_id,
        in_hand=cases_in_hand(session, shown.username),
        posts=posts_of(session, shown.id),
        today=application().today(shown.unit.jurisdiction),
        password=password,
    )


@blueprint.post("/people/<int(max=2147483647):person_id>/move")
@login_required
@asks_proof()
def moved(person_id: int) -> ResponseReturnValue:
    """Gives somebody another role or unit."""
    who, app = acting("people.change"), application()
    names = ("role", "unit", "first_day", "also")
    values = {name: request.form.get(name, "")[:80].strip() for name in names}
    first, also = read_day(values["first_day"]), bool(values["also"])
    try:
        if values["first_day"] and first is None:
            raise PersonRefused("first_day", text("Enter a date, like 2026-03-31."))
        with db.transaction() as session:
            found = person_to_change(session, who, person_id=person_id)
            unit = unit_by_code(session, values["unit"])
            today = app.today(unit.jurisdiction)
            if also or (first and first > today):
                post = (values["role"], unit, first or today)
                enter_post(session, who, found, *post, not also, app.now())
            else:
                move_person(session, who, found, values["role"], unit, app.now())
    except PersonRefused as error:
        session = db.session()
        found = person_to_change(session, who, person_id=person_id)
        wrong = Form(values, {error.field: problem_of(error)})
        return _page(session, who, found, form=wrong), 400
    flash(gettext("Saved."))
    return redirect(url_for(".person", person_id=person_id))


@blueprint.post("/people/posts/<int(max=2147483647):post_id>/end")
@login_required
@asks_proof()
def post_ended(post_id: int) -> ResponseReturnValue:
    """Takes back a post that somebody has beside their own, or was to take up."""
    who, app = acting("people.change"), application()
    with db.transaction() as session:
        found = end_post(session, who, post_id, app.now())
        own = can(who, "people.change", found.unit.path)
        back = url_for(".person", person_id=found.id) if own else url_for(".people")
    flash(gettext("Saved."))
    return redirect(back)


@blueprint.route("/people/<int(max=2147483647):person_id>/hand-over", methods=["GET", "POST"])
@login_required
def handed_over(person_id: int) -> ResponseReturnValue:
    """The open cases in somebody's name, which are given to others, all or some of a unit's."""
    who, app = acting("people.change"), application()
    session = db.session()
    found = person_to_change(session, who, person_id=person_id)
    if request.method == "GET":
        return _hand_over_page(session, who, found)
    chosen = versions_of(request.form.getlist("case"))
    handler = request.form.get("handler", "")[:80]
    try:
        if not handler:
            raise NotAssigned(text("Select who to assign the cases to."))
        count = app.casework.assign_many(who, chosen, handler, app.now())
    except NotAssigned as error:
        return _hand_over_page(db.session(), who, found, error.text), 400
    flash(ngettext("%(num)s case assigned.", "%(num)s cases assigned.", count))
    return redirect(url_for(".handed_over", person_id=person_id))


def _hand_over_page(
    session: Session, who: Actor, found: Person, problem: Text | None = None
) -> str:
    in_hand = [
        (unit, number)
        for unit, number in cases_in_hand(session, found.username)
        if can(who, "case.assign", unit.path)
    ]
    cases = open_cases_of(session, found.username, MOST_ASSIGNED)
    people = people_by_unit(session, [unit.id for unit, _ in in_hand], application().today())
    units = [
        (
            unit,
            number,
            cases.get(unit.id, ()),
            [p for p in people.get(unit.id, ()) if p.id != found.id],
        )
        for unit, number in in_hand
    ]
    form = Form({}, {"hand-over": problem} if problem else {})
    return render_template("settings/hand_over.html", person=found, units=units, form=form)


@blueprint.post("/people/<int(max=2147483647):person_id>/invite")
@login_required
@no_store
@asks_proof()
def invited(person_id: int) -> ResponseReturnValue:
    """Makes a new link with which somebody chooses their password, and shows it, this once."""
    who, app = acting("people.change"), application()
    with db.transaction() as session:
        found = person_to_change(session, who, person_id=person_id)
        link = _mailed(session, found, invite_again(session, who, found, app.now()))
    return _page(db.session(), who, found, link=link)


@blueprint.post("/people/<int(max=2147483647):person_id>/remove-second-factor")
@login_required
@asks_proof()
def second_factor_removed(person_id: int) -> ResponseReturnValue:
    """Lets somebody in who lost what they sign in with."""
    who, app = acting("people.change"), application()
    with db.transaction() as session:
        found = person_to_change(session, who, person_id=person_id)
        remove_second_factor(session, who, found, app.now())
    flash(gettext("%(name)s now signs in with the password alone.", name=found.name))
    return redirect(url_for(".person", person_id=person_id))


@blueprint.post("/people/<int(max=2147483647):person_id>/disable")
@login_required
@asks_proof()
def disabled(person_id: int) -> ResponseReturnValue:
    """Lets somebody in no longer; their page then says which cases stand in their name."""
    who, app = acting("people.change"), application()
    with db.transaction() as session:
        found = person_to_change(session, who, person_id=person_id)
        disable_person(session, who, found, app.now())
        left = cases_in_hand(session, found.username)
    flash(gettext("%(name)s can no longer sign in.", name=found.name))
    return redirect(url_for(".handed_over" if left else ".person", person_id=person_id))


@blueprint.post("/people/<int(max=2147483647):person_id>/enable")
@login_required
@asks_proof()
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
@asks_proof()
def password_reset(person_id: int) -> ResponseReturnValue:
    """Gives somebody a one-time password and shows it, this once."""
    who, app = acting("people.change"), application()
    with db.transaction() as session:
        found = person_to_change(session, who, person_id=person_id)
        password = reset_password(session, who, found, app.now())
    session = db.session()
    return _page(session, who, found, password)
