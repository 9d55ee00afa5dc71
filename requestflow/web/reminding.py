"""A unit's rules of who is told what when, and who would be told what in the next days."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required
from sqlalchemy.orm import Session

from requestflow.accounts import Unit, record_access, require, unit_by_code
from requestflow.applications import line
from requestflow.notices import (
    RuleRefused,
    all_unit_rules,
    look_again,
    preview,
    reset_rules,
    rules_for,
    set_rule,
)
from requestflow.notices.rules import Rule
from requestflow.web.current import acting, application
from requestflow.web.forms import Form

blueprint = Blueprint("reminding", __name__)


@blueprint.get("/office/reminders")
@login_required
def reminders() -> ResponseReturnValue:
    """The rules, and the preview."""
    return _page(Form())


def _unit(session: Session) -> Unit:
    who = acting("unit.change")
    unit = unit_by_code(session, request.args.get("unit") or who.unit_code)
    require(who, "unit.change", unit.path)
    return unit


def _page(form: Form) -> str:
    app = application()
    with app.database.read() as session:
        unit = _unit(session)
        own = all_unit_rules(session)
        return render_template(
            "reminders.html",
            unit=unit,
            rules=rules_for(own, unit.path),
            own={key[1:] for key in own if key[0] == unit.path},
            foreseen=preview(session, unit, app.today()),
            form=form,
        )


@blueprint.post("/office/reminders")
@login_required
def changed() -> ResponseReturnValue:
    """Sets the rules that were changed, or goes back to those of the unit above."""
    who, app = acting("unit.change"), application()
    values: dict[str, str] = {}
    field = ""
    try:
        with app.database.write() as session:
            unit = _unit(session)
            if request.form.get("reset"):
                reset_rules(session, who, unit)
            else:
                for rule in rules_for(all_unit_rules(session), unit.path):
                    field = f"{rule.occasion}-{rule.audience}"
                    said = [
                        line(request.form.get(f"{field}-{part}", ""))[:200]
                        for part in ("before", "after")
                    ]
                    values |= {f"{field}-before": said[0], f"{field}-after": said[1]}
                    if said != [days(rule.before), days(rule.after)]:
                        _set(session, unit, rule, said)
            look_again(session, unit, app.today())
            record_access(session, who, "reminder rules changed", unit.code, app.now())
    except RuleRefused as error:
        return _page(Form(values, {f"{field}-{error.field}": error.text})), 400
    flash(gettext("Saved."))
    return redirect(url_for(".reminders", unit=request.args.get("unit")))


def _set(session: Session, unit: Unit, rule: Rule, said: list[str]) -> None:
    who, now = acting("unit.change"), application().now()
    set_rule(session, who, unit, rule.occasion, rule.audience, said[0], said[1], now)


def days(said: tuple[int, ...] | str) -> str:
    """Days of a rule as they are typed."""
    return said if isinstance(said, str) else ", ".join(map(str, said))
