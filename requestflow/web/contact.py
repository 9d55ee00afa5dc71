"""The form with which contact details are changed, by the applicant and at the desk."""

from collections.abc import Callable

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from requestflow.accounts import Actor
from requestflow.applications import clean_line, read_page
from requestflow.cases import CaseChanged, CaseView, StepRefused, party_details
from requestflow.casework import CONTACT, change_contact
from requestflow.foundation import db, text
from requestflow.web.context import application, local_day
from requestflow.web.forms import Form, problem_of, whole_number

Tell = Callable[[str], object]


def changed_contact(
    who: Actor, view: CaseView, back: str, tell: Tell, *, office: bool
) -> ResponseReturnValue:
    """The form about a case, or what was typed into it taken; `back` is where it leads afterwards,
    `tell` says that it was done. The office gives a reason."""
    number = view.number

    def page(form: Form) -> str:
        return render_template(
            "citizen/contact.html",
            form=form,
            number=number,
            version=view.version,
            back=back,
            office=office,
        )

    if request.method == "GET":
        party = party_details(db.session(), view.id)
        return page(Form({name: party.get(name, "") for name in CONTACT}))
    values, errors = read_page("contact", request.form, {}, local_day())
    values["reason"] = clean_line(request.form.get("reason", ""))[:500]
    if office and not values["reason"]:
        errors = {**errors, "reason": text("Enter the reason.")}
    if errors:
        return page(Form(values, errors)), 400
    app, seen = application(), whole_number(request.form.get("version", ""))
    reason = values.pop("reason") if office else ""
    try:
        change_contact(app.casework, who, view, values, app.now(), seen, reason)
    except CaseChanged as error:
        return page(Form({**values, "reason": reason}, {"phone": problem_of(error)})), 409
    except StepRefused as error:
        field = error.field if error.field in values else "phone"
        return page(Form({**values, "reason": reason}, {field: problem_of(error)})), 400
    tell(gettext("The contact details were changed."))
    return redirect(back)
