"""Commands about one case."""

import json
from typing import Any

import click

from requestflow.accounts import Actor
from requestflow.cases import CaseView, view_case
from requestflow.cli.context import application, locale, translated
from requestflow.foundation import db
from requestflow.law import Deadline, explain, law_pack


@click.group()
def case() -> None:
    """Show cases and their deadlines."""


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
