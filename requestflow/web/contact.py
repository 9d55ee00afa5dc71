"""The form with which contact details are changed, by the applicant and at the desk."""

from collections.abc import Callable

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from requestflow.accounts import Actor
from requestflow.applications import clean_line, read_page
from requestflow.cases import CaseChanged, CaseView, StepRefused, masked, party_details
from requestflow.casework import CONTACT, change_contact
from requestflow.foundation import db, text
from requestflow.web.context import application, local_day
from requestflow.web.forms import Form, problem_of, whole_number

Tell = Callable[[str], object]


def changed_contact(
    who: Actor, view: CaseView, back: str, tell: Tell, *, office: bool
) -> ResponseReturnValue:
    """The form about a case, or what was typed into it taken; `back` is where it leads afterwards,
    `tell` says that it was done. The office gives a reason. Applicants are shown what is known
    masked, as a receipt that was lost must not tell it; what they leave empty stays."""
    number = view.number
    party = party_details(db.session(), view.id)

    def page(form: Form) -> str:
        return render_template(
            "citizen/contact.html",
            form=form,
            number=number,
            version=view.version,
            back=back,
            office=office,
            known={} if office else masked({n: party[n] for n in CONTACT if party.get(n)}),
        )

    if request.method == "GET":
        return page(Form({name: party.get(name, "") for name in CONTACT} if office else {}))
    typed = {name: request.form.get(name, "") for name in CONTACT}
    if not office:
        typed = {name: value.strip() or party.get(name, "") for name, value in typed.items()}
    values, errors = read_page("contact", typed, {}, local_day())
    values["reason"] = clean_line(request.form.get("reason", ""))[:500]
    if office and not values["reason"]:
        errors = {**errors, "reason": text("Enter the reason.")}
    if errors:
        # As it was typed: what stays is not shown whole.
        shown = {
            name: clean_line(request.form.get(name, ""))[:300] for name in (*CONTACT, "reason")
        }
        return page(Form(shown, errors)), 400
    app, seen = application(), whole_number(request.form.get("version", ""))
    reason = values.pop("reason") if office else ""
    try:
        change_contact(app.casework, who, view, values, app.now(), seen, reason)
    except CaseChanged as error:
        return page(Form(request.form.to_dict(), {"phone": problem_of(error)})), 409
    except StepRefused as error:
        field = error.field if error.field in values else "phone"
        return page(Form(request.form.to_dict(), {field: problem_of(error)})), 400
    tell(gettext("The contact details were changed."))
    return redirect(back)
