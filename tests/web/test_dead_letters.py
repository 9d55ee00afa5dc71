"""What could not be delivered is seen, and sent again, by whoever looks after those units."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from requestflow.accounts import Person, add_person, unit_by_code
from requestflow.application import Application
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from requestflow.notices.models import Message
from requestflow.notices.outbox import letter, messages
from tests.conftest import NOW
from tests.web.desk import post, signed_in


def test_of_a_part_of_the_units_what_goes_to_their_people_alone(
    site: Flask, demo: Application, administrator: FlaskClient
) -> None:
    with demo.context(), db.transaction() as session:
        county = unit_by_code(session, "LZ-X03")
        theirs = add_person(session, "county", "县管理", PASSWORD, "administrator", county)
        clerk = session.scalars(select(Person).where(Person.username == "clerk")).one()
        data = '{"account": "password changed", "at": "", "address": null}'
        rows = [
            *messages(theirs, "account", data, "one|", NOW)[:1],
            *messages(clerk, "account", data, "two|", NOW)[:1],
        ]
        for row in rows:
            session.execute(insert(Message).values({**row, "status": "dead"}))
        dead = letter("zhang@example.org", "zh_CN", "link", '{"link": ""}', "three", NOW)
        session.execute(insert(Message).values({**dead, "status": "dead"}))

    def state() -> list[str]:
        with demo.context() as session:
            return list(session.scalars(select(Message.status).order_by(Message.id)))

    local = signed_in(site, "county")
    assert post(local, "/operations/resend", at="/operations").status_code == 302
    assert state() == ["waiting", "dead", "dead"]
    with demo.context() as session:
        number = session.scalars(select(Message.id).order_by(Message.id)).all()[1]
    again = post(local, "/operations/resend", at="/operations", message=str(number))
    assert again.status_code == 302
    assert state() == ["waiting", "dead", "dead"]
    assert local.get("/operations").get_data(as_text=True).count('name="message"') == 0
    assert administrator.get("/operations").get_data(as_text=True).count('name="message"') == 2
    assert post(administrator, "/operations/resend", at="/operations").status_code == 302
    assert state() == ["waiting"] * 3
