"""The one cases: lawful steps, refusals with their article, conflicts, tampering that shows."""

from datetime import date

import pytest
from sqlalchemy import select, text

from requestflow.accounts import Actor, Person, actor_of
from requestflow.application import Application
from requestflow.calendars import CalendarFile, calendar_for, change_calendar
from requestflow.cases import (
    Case,
    CaseChanged,
    CaseDeadline,
    Difference,
    Opening,
    Step,
    StepRefused,
    move_due_days,
    verify,
    view_case,
)
from requestflow.foundation import NotFound, Refused, db
from tests.conftest import NOW

OPERATOR = Actor.operator()
RECEIVED = date(2026, 11, 2)
POINTS = ["no_secret", "no_private", "no_danger"]


def person(app: Application, username: str) -> Actor:
    with app.context() as session:
        return actor_of(session.scalars(select(Person).where(Person.username == username)).one())


def new_case(app: Application, day: date = RECEIVED) -> str:
    with app.context(), db.transaction() as session:
        opening = Opening("LZ-S01", day, "person", "internet", "某项目批复", {"name": "张三"})
        return app.cases.open(session, person(app, "clerk"), opening, NOW)


def take(app: Application, number: str, who: str, step: str, day: date, /, **data: object):
    with app.context(), db.transaction() as session:
        return app.cases.take_step(session, person(app, who), number, [Step(step, day, data)], NOW)


def test_from_receipt_to_delivery_with_four_eyes(demo: Application) -> None:
    number = new_case(demo)
    day = date(2026, 11, 20)
    take(demo, number, "clerk", "assigned", day, handler="clerk")
    take(demo, number, "approver", "drafted", day, outcome="granted")
    take(demo, number, "reviewer", "legality_reviewed", day)
    take(demo, number, "reviewer", "secrecy_reviewed", day, checks=POINTS)
    with pytest.raises(StepRefused, match="cannot sign"):
        take(demo, number, "approver", "signed", day)
    take(demo, number, "reviewer", "returned", day, remarks="请补充依据")
    take(demo, number, "clerk", "drafted", day, outcome="granted")
    for kind, who in (
        ("legality_reviewed", "reviewer"),
        ("secrecy_reviewed", "reviewer"),
        ("signed", "approver"),
    ):
        data = {"checks": POINTS} if kind == "secrecy_reviewed" else {}
        take(demo, number, who, kind, day, **data)
    state = take(demo, number, "clerk", "delivered", day, way="post")
    assert (state.stage, state.outcome, state.concluded_on) == ("delivered", "granted", day)
    with demo.context() as session:
        kinds = {d.kind for d in view_case(session, OPERATOR, number).deadlines if d.running}
    assert kinds == {"reconsideration.apply", "suit.direct"}


@pytest.mark.parametrize(
    ("kind", "who", "day", "data", "article"),
    [
        (
            "clarification_requested",
            "clerk",
            date(2026, 11, 20),
            {"items": "x", "answer_by": "2026-12-20"},
            "30",
        ),
        (
            "extended",
            "approver",
            date(2026, 11, 20),
            {"days": 21, "reason": "x", "approver": "y"},
            "33",
        ),
        ("drafted", "clerk", date(2026, 11, 20), {"outcome": "refused"}, "36(3)"),
        ("drafted", "clerk", date(2026, 11, 20), {"outcome": "granted", "ground": "secret"}, None),
        ("drafted", "clerk", date(2026, 10, 20), {"outcome": "granted"}, None),
        ("drafted", "clerk", date(2026, 11, 30), {"outcome": "granted"}, None),
        ("clarified", "clerk", date(2026, 11, 20), {}, "30"),
        ("signed", "approver", date(2026, 11, 20), {}, "36"),
        ("delay_set", "approver", date(2026, 11, 20), {"until": "2026-12-30", "reason": "x"}, "35"),
    ],
)
def test_unlawful_steps_are_refused_and_nothing_is_stored(
    demo: Application, kind: str, who: str, day: date, data: dict, article: str | None
) -> None:
    number = new_case(demo)
    with pytest.raises(StepRefused) as caught:
        take(demo, number, who, kind, day, **data)
    assert caught.value.article == article
    with demo.context() as session:
        assert view_case(session, OPERATOR, number).version == 1


def test_others_cannot_act_or_even_know(demo: Application) -> None:
    number = new_case(demo)
    with pytest.raises(Refused):
        take(demo, number, "auditor", "assigned", RECEIVED, handler="x")
    with pytest.raises(NotFound), demo.context() as session:
        view_case(session, person(demo, "clerk"), "LZ-S02-2026-0001")


def test_the_second_of_two_hears_what_changed(demo: Application) -> None:
    number = new_case(demo)
    take(demo, number, "clerk", "assigned", RECEIVED, handler="clerk")
    step = Step("withdrawn", RECEIVED)
    with pytest.raises(CaseChanged) as caught, demo.context(), db.transaction() as session:
        demo.cases.take_step(session, OPERATOR, number, [step], NOW, version=1)
    assert caught.value.since == ("assigned",)


def test_silence_opens_reconsideration_only_after_the_due_day(demo: Application) -> None:
    number = new_case(demo)
    with pytest.raises(StepRefused, match="has not passed"):
        take(
            demo,
            number,
            "clerk",
            "remedy_filed",
            date(2026, 11, 20),
            remedy="R1",
            kind="reconsideration",
        )
    late = new_case(demo, date(2026, 10, 9))
    state = take(
        demo, late, "clerk", "remedy_filed", date(2026, 11, 20), remedy="R1", kind="reconsideration"
    )
    assert state.remedies[0].key == "R1"


def test_numbers_have_no_gaps(demo: Application) -> None:
    first, second = new_case(demo), new_case(demo)
    assert int(second[-4:]) == int(first[-4:]) + 1


def test_one_changed_byte_is_named(demo: Application) -> None:
    with demo.context() as session:
        assert not [d for d in verify(session) if isinstance(d, Difference)]
        row = session.execute(
            text(
                "SELECT id, case_id, data FROM case_events WHERE kind = "
                "'decision_recorded' ORDER BY id LIMIT 1"
            )
        ).one()
        number = session.scalar(select(Case.number).where(Case.id == row.case_id))
    changed = row.data.replace("granted", "grantee").replace("refused", "refuses")
    with demo.context(), db.transaction() as session:
        session.execute(
            text("UPDATE case_events SET data = :data WHERE id = :id"),
            {"data": changed, "id": row.id},
        )
    with demo.context() as session:
        results = [d for d in verify(session) if isinstance(d, Difference)]
    assert {d.number for d in results} == {number}
    assert any("is not as it was recorded" in d.what for d in results)


def test_a_changed_projection_is_named(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        session.execute(text("UPDATE cases SET outcome = 'partial' WHERE id = 1"))
    with demo.context() as session:
        results = [d.what for d in verify(session) if isinstance(d, Difference)]
    assert len(results) == 1
    assert "outcome is partial" in results[0]


def test_a_calendar_moves_open_cases_with_an_event(demo: Application) -> None:
    number = new_case(demo)
    closed = CalendarFile({date(2026, 11, 26): ("holiday", "台风停工")})
    with demo.context() as session:
        before = view_case(session, OPERATOR, number).deadlines[0].due
        unit = view_case(session, OPERATOR, number).unit
    with demo.context(), db.transaction() as session:
        change_calendar(session, closed, unit)
        moved = move_due_days(
            session, demo.cases, Actor.operator(), lambda path: calendar_for(session, path), NOW
        )
    assert (number, "reply") in {(m.number, m.kind) for m in moved}
    assert {m.number.rsplit("-", 2)[0] for m in moved} == {"LZ-S01"}
    with demo.context() as session:
        view = view_case(session, OPERATOR, number)
        assert view.deadlines[0].due > before
        assert view.events[-1].kind == "due_days_moved"
        stored = session.scalar(
            select(CaseDeadline.due).where(
                CaseDeadline.case_id == view.id, CaseDeadline.kind == "reply"
            )
        )
        assert stored == view.deadlines[0].due
        assert not [d for d in verify(session) if isinstance(d, Difference)]


def test_a_receipt_is_under_the_law_of_its_day(demo: Application) -> None:
    number = new_case(demo)
    with demo.context() as session:
        first = view_case(session, OPERATOR, number).history[0]

    def correct(day: str, law: str) -> None:
        change = {"action": "replace", "key": "1", "kind": "received", "day": day}
        data = {"changes": [{**change, "data": {**first.data, "law": law}}], "reason": "错登。"}
        with demo.context(), db.transaction() as session:
            demo.cases.take_step(
                session, OPERATOR, number, [Step("corrected", NOW.date(), data)], NOW
            )

    for day, law in (("2019-05-14", "cn-2019"), ("2019-05-15", "cn-2008"), ("2007-01-01", "x")):
        with pytest.raises(StepRefused) as caught:
            correct(day, law)
        assert caught.value.field == "day"
    correct("2019-05-14", "cn-2008")
