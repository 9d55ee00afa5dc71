"""Whose session it is and in whose place they act: what every page asks, in one statement."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import (
    Absence,
    Actor,
    Deputised,
    Person,
    disable_person,
)
from requestflow.application import Application
from requestflow.foundation import db
from tests.accounts.signed_in import begun, whose
from tests.conftest import NOW
from tests.web.test_statements import asked

TODAY = NOW.date()
DAY = timedelta(days=1)


def people(session: Session) -> dict[str, Person]:
    return {person.username: person for person in session.scalars(select(Person))}


def away(session: Session, first: date, last: date) -> None:
    found = people(session)
    session.add(
        Absence(
            person_id=found["approver"].id,
            deputy_id=found["clerk"].id,
            first_day=first,
            last_day=last,
            entered_by="approver",
            entered_at=NOW,
        )
    )
    session.flush()


def loaded(session: Session) -> tuple[Person | None, tuple[Deputised, ...]]:
    clerk = people(session)["clerk"]
    match = whose(session, begun(session, clerk), TODAY)
    return (match.person, match.deputises) if match else (None, ())


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [(-1, 1, True), (0, 0, True), (1, 2, False), (-2, -1, False)],
)
def test_the_first_and_the_last_day_count(
    demo: Application, first: int, last: int, counts: bool
) -> None:
    with demo.context(), db.transaction() as session:
        away(session, TODAY + first * DAY, TODAY + last * DAY)
        person, deputises = loaded(session)
        assert person is not None
        assert deputises == ((Deputised("approver", "approver"),) if counts else ())


def test_nobody_stands_in_for_somebody_who_was_let_go(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        away(session, TODAY, TODAY)
        disable_person(session, Actor.operator(), people(session)["approver"], NOW)
        session.flush()
        person, deputises = loaded(session)
        assert person is not None
        assert deputises == ()


@pytest.mark.parametrize("secret", ["", "0" * 43])
def test_another_secret_is_nobodys(demo: Application, secret: str) -> None:
    with demo.context(), db.transaction() as session:
        begun(session, people(session)["clerk"])
        assert whose(session, secret, TODAY) is None


def test_it_is_one_statement(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        secret = begun(session, people(session)["clerk"])
    with asked(demo) as statements, demo.context() as session:
        match = whose(session, secret, TODAY)
        assert match is not None
        assert match.person.unit.code == "LZ-S01"
    assert len(statements) == 1
