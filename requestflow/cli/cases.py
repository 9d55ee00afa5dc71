"""Commands about one case."""

import json
from typing import Any, Literal

import click

from requestflow.accounts import Actor
from requestflow.cases import CaseView, view_case
from requestflow.casework import forget_case
from requestflow.cli.context import application, locale, say, translated
from requestflow.foundation import db, text
from requestflow.law import Deadline, explain, law_pack

Basis = Literal["period_over", "asked_for"]


@click.group()
def case() -> None:
    """Show cases and their deadlines; erase one."""


@case.command(name="show")
@click.argument("number")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def case_show(number: str, form: str) -> None:
    """Show a case: its status, its active deadlines and how each date is worked out."""
    application()
    session = db.session()
    view = view_case(session, Actor.operator(), number)
    if form == "json":
        click.echo(json.dumps(as_dict(view), ensure_ascii=False, indent=1))
    else:
        click.echo(as_text(view))


@case.command(name="erase")
@click.argument("number")
@click.option(
    "--basis",
    type=click.Choice(["period_over", "asked_for"]),
    required=True,
    help="Why: its time is over, or whom it is about asked for it.",
)
@click.option("--yes", is_flag=True, help="Do not ask first.")
def case_erase(number: str, basis: Basis, yes: bool) -> None:
    """Erase what people wrote and handed in, in a case that is over. This cannot be undone.

    Its number, days, outcome and figures remain, and so does what was released of its answer.
    """
    app = application()
    view = view_case(db.session(), Actor.operator(), number)
    if not yes:
        question = text("Erase case %(number)s for good?", number=view.number)
        click.confirm(question.in_locale(locale()), abort=True)
    forget_case(app.casework, Actor.operator(), view, basis, app.now())
    say("Case %(number)s has been erased.", number=view.number)


def as_dict(view: CaseView) -> dict[str, Any]:
    """The case's documented JSON form."""
    return {
        "number": view.state.number,
        "state": view.state.stage,
        "unit": view.state.unit,
        "law": view.state.law,
        "received_on": view.state.received_on.isoformat(),
        "deadlines": [_deadline(item) for item in view.deadlines if item.running],
        "past": [_deadline(item) for item in view.deadlines if not item.running],
    }


def _deadline(item: Deadline) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "key": item.key,
        "nature": item.nature,
        "due": item.due.isoformat() if item.due else None,
        "provisional": item.provisional,
        "stopped": item.due is None or item.stopped_until is not None,
        "ended_on": item.ended_on.isoformat() if item.ended_on else None,
        "steps": [
            {
                "from": step.start.isoformat(),
                "to": step.end.isoformat(),
                "working_days": step.working_days,
                "rule": step.rule,
                "article": step.article,
                "unit": step.unit,
                "zh": explain(step, "zh_CN"),
                "en": explain(step, "en"),
            }
            for step in item.steps
        ],
    }


def as_text(view: CaseView) -> str:
    """The case for a terminal."""
    language = locale()
    lines = [
        f"{view.state.number}  {translated('stage.' + view.state.stage)}  {view.unit.name}",
        view.state.subject,
        "",
    ]
    labels = {limit.kind: limit.label for limit in law_pack(view.state.law).limits}
    for item in view.deadlines:
        if item.running:
            due = item.due.isoformat() if item.due else translated("paused")
            mark = f" ({translated('provisional')})" if item.provisional else ""
            lines.append(f"{labels[item.kind].text(language)}: {due}{mark}")
            lines += [f"  {explain(step, language)}" for step in item.steps]
    lines.append("")
    lines += [
        f"{event.day}  {translated('step.' + event.kind)}  {event.actor}" for event in view.events
    ]
    return "\n".join(lines)
