"""People and audit entries that were there before the migration."""

import flask_migrate
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import (
    Actor,
    AuditEntry,
    Person,
    disable_person,
    enable_person,
    record_access,
)
from requestflow.application import Application
from requestflow.foundation import db
from requestflow.web import create_app
from tests.conftest import NOW, within


def person(session: Session) -> Person:
    return session.scalars(select(Person).where(Person.username == "clerk")).one()


def with_session_of_before(site: Flask, person_id: int) -> FlaskClient:
    """A session as it was kept before there were keys: the person's number alone."""
    client = site.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = str(person_id)
    return client


def test_who_is_signed_in_stays_so_until_they_are_let_go(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        record_access(session, Actor.operator(), "sign-in", "clerk", NOW)
    within(demo, flask_migrate.downgrade, None, "0015")
    demo.upgrade()
    site = create_app(demo)
    with demo.context() as session:
        clerk = person(session)
        assert (clerk.session_key, clerk.must_change_password, clerk.active) == ("", False, True)
        assert session.scalars(select(AuditEntry.subject)).all() == ["clerk"]
    client = with_session_of_before(site, clerk.id)
    assert client.get("/cases").status_code == 200
    with demo.context(), db.transaction() as session:
        disable_person(session, Actor.operator(), person(session), NOW)
    assert client.get("/cases").status_code == 302
    with demo.context(), db.transaction() as session:
        enable_person(session, Actor.operator(), person(session), NOW)
    assert client.get("/cases").status_code == 302
