"""What was changed behind the system's back is named, each kind in its own words."""

from datetime import date

import pytest
from sqlalchemy import delete, select, update

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import (
    Case,
    CaseDeadline,
    CaseEvent,
    Difference,
    Opening,
    Step,
    replace_party,
    verify,
)
from requestflow.foundation import db
from tests.conftest import NOW

DAY = date(2026, 11, 24)
CLERK = Actor("clerk", "clerk", "LZ/LZ-S01/")


@pytest.fixture
def case_id(demo: Application) -> int:
    """A case of two steps."""
    with demo.context(), db.transaction() as session:
        opening = Opening("LZ-S01", DAY, "person", "internet", "某项目批复", {"name": "张三"})
        number = demo.cases.open(session, CLERK, opening, NOW)
        step = Step("assigned", DAY, {"handler": "clerk"})
        demo.cases.take_step(session, CLERK, number, [step], NOW)
        return session.scalars(select(Case.id).where(Case.number == number)).one()


def differences(app: Application) -> list[str]:
    with app.context() as session:
        return [item.what for item in verify(session) if isinstance(item, Difference)]


def test_a_missing_event_is_named(demo: Application, case_id: int) -> None:
    with demo.context(), db.transaction() as session:
        session.execute(
            update(CaseEvent)
            .where(CaseEvent.case_id == case_id, CaseEvent.sequence == 2)
            .values(sequence=3)
        )
    assert "event 2 is missing" in differences(demo)


def test_an_end_that_was_cut_off_is_named(demo: Application, case_id: int) -> None:
    with demo.context(), db.transaction() as session:
        session.execute(
            delete(CaseEvent).where(CaseEvent.case_id == case_id, CaseEvent.sequence == 2)
        )
    assert "the last event is not the one the case ended with" in differences(demo)


def test_particulars_that_are_no_object_are_named(demo: Application, case_id: int) -> None:
    with demo.context(), db.transaction() as session:
        session.execute(update(CaseEvent).where(CaseEvent.case_id == case_id).values(data="[]"))
    found = differences(demo)
    assert any(what.startswith("the events cannot be read as a history") for what in found)


def test_a_unit_that_does_not_exist_is_named(demo: Application, case_id: int) -> None:
    with demo.context(), db.transaction() as session:
        first = session.scalars(
            select(CaseEvent).where(CaseEvent.case_id == case_id, CaseEvent.sequence == 1)
        ).one()
        first.data = first.data.replace("LZ-S01", "LZ-Nowhere")
    assert "its events name a unit that does not exist: LZ-Nowhere" in differences(demo)


def test_a_deadline_that_was_taken_away_or_put_in_is_named(demo: Application, case_id: int) -> None:
    with demo.context(), db.transaction() as session:
        session.execute(
            update(CaseDeadline)
            .where(CaseDeadline.case_id == case_id, CaseDeadline.kind == "reply")
            .values(kind="payment")
        )
    found = differences(demo)
    assert any("deadline reply" in what and "is not stored" in what for what in found)
    assert any("deadline payment" in what and "does not follow" in what for what in found)


def test_personal_data_that_was_exchanged_is_named(demo: Application, case_id: int) -> None:
    with demo.context(), db.transaction() as session:
        replace_party(session, case_id, {"name": "李四"})
    assert differences(demo) == ["the applicant's details are not those of the receipt"]
