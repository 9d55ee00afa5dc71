"""People and audit entries that were there before the migration."""

import flask_migrate
from sqlalchemy import select

from requestflow.accounts import Actor, AuditEntry, Person, record_access
from requestflow.application import Application
from requestflow.foundation import db
from requestflow.web import create_app
from tests.conftest import NOW, within
from tests.web.desk import signed_in


def test_people_and_what_was_recorded_of_them_stay_and_who_is_signed_in_does_so_anew(
    demo: Application,
) -> None:
    with demo.context(), db.transaction() as session:
        record_access(session, Actor.operator(), "sign-in", "clerk", NOW)
    within(demo, flask_migrate.downgrade, None, "0015")
    demo.upgrade()
    site = create_app(demo)
    with demo.context() as session:
        clerk = session.scalars(select(Person).where(Person.username == "clerk")).one()
        assert (clerk.must_change_password, clerk.active) == (False, True)
        assert session.scalars(select(AuditEntry.subject)).all() == ["clerk"]
    for kept in (f"{clerk.id}", f"{clerk.id}.", f"{clerk.id}.{'0' * 32}"):
        client = site.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = kept
        assert client.get("/cases").status_code == 302
    assert signed_in(site, "clerk").get("/cases").status_code == 200
