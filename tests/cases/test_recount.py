"""When the law's packs or the clock have changed, what is stored is counted anew."""

from datetime import date

from sqlalchemy import delete, select, update

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import (
    Case,
    CaseDeadline,
    Difference,
    Opening,
    Step,
    load_events,
    recount_for_law,
    verify,
)
from requestflow.cases.models import CountedLaw
from requestflow.foundation import db
from tests.conftest import NOW

OPERATOR = Actor.operator()


def opened(app: Application, day: date, *steps: Step) -> int:
    with app.context(), db.transaction() as session:
        opening = Opening("LZ-S01", day, "person", "post", "停车收费标准", {"name": "张三"})
        number = app.cases.open(session, OPERATOR, opening, NOW)
        for step in steps:
            app.cases.take_step(session, OPERATOR, number, [step], NOW, imported=True)
        return session.scalars(select(Case.id).where(Case.number == number)).one()


def test_what_an_earlier_law_counted_is_put_right_once(demo: Application) -> None:
    moved = opened(demo, date(2026, 11, 2))
    nagging = opened(demo, date(2026, 11, 2), Step("withdrawn", date(2026, 11, 4)))
    answer = Step("decision_recorded", date(2026, 11, 10), {"outcome": "granted"})
    answered = opened(demo, date(2026, 11, 2), answer)
    with demo.context(), db.transaction() as session:
        session.execute(delete(CountedLaw))
        reply = (CaseDeadline.case_id == moved) & (CaseDeadline.kind == "reply")
        session.execute(update(CaseDeadline).where(reply).values(due=date(2026, 12, 3)))
        left = {"kind": "consultation_reply", "key": "1", "nature": "other_party"}
        days = {"started_on": NOW.date(), "due": NOW.date(), "provisional": False}
        session.add(CaseDeadline(case_id=nagging, **left, **days))
        session.execute(update(Case).where(Case.id == answered).values(late=True, days_taken=99))
        assert [item for item in verify(session) if isinstance(item, Difference)]
    with demo.context(), db.transaction() as session:
        assert recount_for_law(session, demo.cases, OPERATOR, NOW) == 3
    with demo.context() as session:
        assert not [item for item in verify(session) if isinstance(item, Difference)]
        kinds = [load_events(session, case)[-1].kind for case in (moved, nagging, answered)]
        assert kinds == ["due_days_moved", "due_days_moved", "decision_recorded"]
        (move,) = load_events(session, nagging)[-1].data["moves"]
        assert (move["kind"], move["to"]) == ("consultation_reply", None)
    with demo.context(), db.transaction() as session:
        assert recount_for_law(session, demo.cases, OPERATOR, NOW) == 0
