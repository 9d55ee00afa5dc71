"""A unit's rules of who is told what when, who would be told what in the next days, and its chat
groups."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required
from sqlalchemy.orm import Session

from requestflow.accounts import Unit, names_of, record_access, require, unit_by_code
from requestflow.applications import clean_line
from requestflow.foundation import db
from requestflow.notices import (
    CHAT_KINDS,
    DayRefused,
    GroupRefused,
    ReminderRule,
    RuleRefused,
    add_group,
    all_unit_rules,
    group_of,
    groups_of,
    last_messages,
    local_days,
    preview_reminders,
    remove_group,
    reporting_day_settings,
    reschedule_all,
    reset_rules,
    rules_for,
    send_trial_message,
    set_reporting_day,
    set_rule,
)
from requestflow.web.context import acting, application, local_day, locale
from requestflow.web.forms import Form

blueprint = Blueprint("reminders", __name__)


@blueprint.get("/office/reminders")
@login_required
def reminders() -> ResponseReturnValue:
    """The rules, and the preview."""
    return _page(Form())


GROUP_FIELDS = ("name", "kind", "address", "secret")


def _unit(session: Session) -> Unit:
    who = acting("unit.change")
    unit = unit_by_code(session, request.args.get("unit") or who.unit_code)
    require(who, "unit.change", unit.path)
    return unit


def _page(form: Form, group: Form | None = None, day_form: Form | None = None) -> str:
    session = db.session()
    unit = _unit(session)
    own = all_unit_rules(session)
    days_asked = reporting_day_settings(unit, local_day().year + 1, local_days(session))
    groups = groups_of(session, unit.id)
    return render_template(
        "settings/reminders.html",
        unit=unit,
        rules=rules_for(own, unit.path),
        own={key[1:] for key in own if key[0] == unit.path},
        foreseen=preview_reminders(session, unit, local_day()),
        form=form,
        group_form=group or Form(),
        groups=groups,
        names=names_of(session, [group.added_by for group in groups]),
        last_messages=last_messages(session, [group.id for group in groups]),
        chat_kinds=CHAT_KINDS,
        reporting_days=list(days_asked),
        day_form=day_form or Form(),
    )


@blueprint.post("/office/reminders")
@login_required
def changed() -> ResponseReturnValue:
    """Sets the rules that were changed, or goes back to those of the unit above."""
    who, app = acting("unit.change"), application()
    values: dict[str, str] = {}
    field = ""
    try:
        with db.transaction() as session:
            unit = _unit(session)
            if request.form.get("reset"):
                reset_rules(session, who, unit)
            else:
                for rule in rules_for(all_unit_rules(session), unit.path):
                    field = f"{rule.occasion}-{rule.audience}"
                    message = [
                        clean_line(request.form.get(f"{field}-{part}", ""))[:200]
                        for part in ("before", "after")
                    ]
                    values |= {f"{field}-before": message[0], f"{field}-after": message[1]}
                    if message != [days(rule.before), days(rule.after)]:
                        _set(session, unit, rule, message)
            reschedule_all(session, unit, local_day())
            record_access(session, who, "reminder rules changed", unit.code, app.now())
    except RuleRefused as error:
        return _page(Form(values, {f"{field}-{error.field}": error.text})), 400
    flash(gettext("Saved."))
    return redirect(url_for(".reminders", unit=request.args.get("unit")))


def _set(session: Session, unit: Unit, rule: ReminderRule, value: list[str]) -> None:
    who, now = acting("unit.change"), application().now()
    set_rule(session, who, unit, rule.occasion, rule.audience, value[0], value[1], now)


@blueprint.post("/office/reporting-days")
@login_required
def changed_reporting_days() -> ResponseReturnValue:
    """Sets by which day annual reports must be there, or says at the field what is wrong."""
    who, app = acting("unit.change"), application()
    today = local_day()
    values = {
        name: clean_line(request.form.get(name, ""))[:20]
        for name in request.form
        if name.startswith("day-")
    }
    try:
        with db.transaction() as session:
            unit = _unit(session)
            for rule, *_ in list(reporting_day_settings(unit, today.year + 1, local_days(session))):
                typed = values.get(f"day-{rule.code}", "")
                set_reporting_day(session, who, unit, rule.code, typed, today)
            record_access(session, who, "reporting days changed", unit.code, app.now())
    except DayRefused as error:
        wrong = Form(values, {f"day-{error.code}": error.text})
        return _page(Form(), day_form=wrong), 400
    flash(gettext("Saved."))
    return redirect(url_for(".reminders", unit=request.args.get("unit"), _anchor="reporting-days"))


@blueprint.post("/office/groups")
@login_required
def added_group() -> ResponseReturnValue:
    """Adds a chat group of the unit, or says at the field what is wrong."""
    who, app = acting("unit.change"), application()
    values = {name: clean_line(request.form.get(name, ""))[:500] for name in GROUP_FIELDS}
    name, kind, address, secret = values["name"][:80], *(values[f] for f in GROUP_FIELDS[1:])
    hosts = app.settings.webhook_hosts
    try:
        with db.transaction() as session:
            unit = _unit(session)
            add_group(session, who, unit, name, kind, address, secret, locale(), hosts, app.now())
            reschedule_all(session, unit, local_day())
            record_access(session, who, "chat group added", unit.code, app.now(), name)
    except GroupRefused as error:
        # What is as good as a password is not sent back into the page.
        shown = {"name": values["name"], "kind": kind}
        return _page(Form(), Form(shown, {error.field: error.text})), 400
    flash(gettext("Saved."))
    return _back()


@blueprint.post("/office/groups/<int(max=2147483647):group>/try")
@login_required
def tried_group(group: int) -> ResponseReturnValue:
    """Sends a trial message to a chat group."""
    who, app = acting("unit.change"), application()
    with db.transaction() as session:
        send_trial_message(session, group_of(session, who, group), app.now())
    flash(gettext("A test message is being sent."))
    return _back()


@blueprint.post("/office/groups/<int(max=2147483647):group>/remove")
@login_required
def removed_group(group: int) -> ResponseReturnValue:
    """Takes a chat group away."""
    who, app = acting("unit.change"), application()
    with db.transaction() as session:
        gone = remove_group(session, who, group)
        record_access(session, who, "chat group removed", gone.unit.code, app.now(), gone.name)
    flash(gettext("Removed."))
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for(".reminders", unit=request.args.get("unit"), _anchor="groups"))


def days(value: tuple[int, ...] | str) -> str:
    """Days of a rule as they are typed."""
    return value if isinstance(value, str) else ", ".join(map(str, value))
