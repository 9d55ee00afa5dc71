"""Cases worked at the desk step by step, and what is known of them then."""

from datetime import date
from typing import Any

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import (
    CaseView,
    Opening,
    Step,
    view_case,
)
from requestflow.foundation import db
from tests.conftest import NOW

OPERATOR = Actor.operator()
CLERK = Actor("clerk", "clerk", "LZ/LZ-S01/")
APPROVER = Actor("approver", "approver", "LZ/LZ-S01/")
POINTS = {"checks": ["no_secret", "no_private", "no_danger"]}
PERMITTED = {"reason": "会商", "approver": "陈签发"}
BY_CLERK = frozenset({"drafted", "delivered"})


def opened(app: Application, day: date, *steps: Step) -> str:
    """A case that was received on that day, to which these steps happened at the desk."""
    with app.context(), db.transaction() as session:
        opening = Opening("LZ-S01", day, "person", "post", "停车收费标准", {"name": "张三"})
        number = app.cases.open(session, CLERK, opening, NOW)
    for step in steps:
        take(app, number, step)
    return number


def take(app: Application, number: str, step: Step) -> None:
    who = CLERK if step.kind in BY_CLERK else APPROVER
    with app.context(), db.transaction() as session:
        app.cases.take_step(session, who, number, [step], NOW)


def seen(app: Application, number: str) -> CaseView:
    with app.context() as session:
        return view_case(session, OPERATOR, number)


def due(app: Application, number: str, kind: str, key: str = "") -> date | None:
    """The due day of a deadline that is running."""
    return next(
        d.due for d in seen(app, number).deadlines if (d.kind, d.key) == (kind, key) and d.running
    )


def running(app: Application, number: str) -> set[str]:
    return {d.kind for d in seen(app, number).deadlines if d.running}


def answered(day: date, received_on: date | None = None, **draft: Any) -> list[Step]:
    way: dict[str, Any] = {"way": "post"}
    if received_on:
        way["received_on"] = received_on.isoformat()
    return [
        Step("drafted", day, {"facts": "查明如下。", **draft}),
        Step("legality_reviewed", day),
        Step("secrecy_reviewed", day, POINTS),
        Step("signed", day),
        Step("delivered", day, way),
    ]


def filed(day: date, key: str = "R1", kind: str = "reconsideration") -> Step:
    return Step("remedy_filed", day, {"remedy": key, "kind": kind, "authority": "某机关"})


def accepted(day: date, key: str = "R1", **data: Any) -> Step:
    return Step(
        "remedy_accepted", day, {"remedy": key, "copy_received_on": day.isoformat(), **data}
    )


def concluded(day: date, key: str = "R1", **data: Any) -> Step:
    return Step("remedy_concluded", day, {"remedy": key, "received_on": day.isoformat(), **data})


REFUSED = {"outcome": "refused", "ground": "state_secret"}
OCTOBER = date(2026, 10, 9)
REFUSAL = answered(date(2026, 10, 14), date(2026, 10, 15), **REFUSED)
