"""Adding people in the browser, and their way in."""

import html
import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Text, select, type_coerce

from requestflow.accounts import Person
from requestflow.application import Application
from requestflow.notices.models import Message
from tests.web.citizens import problems
from tests.web.desk import post, signed_in

OWN = "绿水青山，就是金山银山。"
FORM = {
    "name": "王新",
    "username": "wangxin",
    "email": "wang@example.org",
    "role": "clerk",
    "unit": "LZ-S01",
}


def link_on(page: str) -> str:
    result = re.search(r'id="invitation">\s*([^<\s]+)', page)
    assert result
    return html.unescape(result[1]).partition("://")[2].partition("/")[2]


def test_from_the_form_to_the_first_page(
    site: Flask, administrator: FlaskClient, demo: Application
) -> None:
    answer = post(administrator, "/people/new", **FORM)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    path = f"/{link_on(answer.get_data(as_text=True))}"
    with demo.context() as session:
        message = session.scalars(select(Message).where(Message.kind == "invitation")).one()
        assert message.recipient == "wang@example.org"
        assert path in message.data
        stored = session.scalars(select(type_coerce(Message.data, Text))).all()
    assert not any(path in data for data in stored), "a link is no good to who reads along"
    newcomer = site.test_client()
    page = newcomer.get(path)
    assert page.status_code == 200
    assert "王新" in page.get_data(as_text=True)
    differing = {"new_password": OWN, "password_again": OWN + "!"}
    assert post(newcomer, path, **differing).status_code == 400
    common = {"new_password": "123456789012", "password_again": "123456789012"}
    refused = post(newcomer, path, **common)
    assert refused.status_code == 400
    assert any("容易被猜到" in line for line in problems(refused))
    chosen = {"new_password": OWN, "password_again": OWN}
    assert post(newcomer, path, **chosen).headers["Location"] == "/sign-in"
    assert "密码已设置" in newcomer.get("/sign-in").get_data(as_text=True)
    assert newcomer.get(path).status_code == 404
    form = {"username": "wangxin", "password": OWN}
    assert post(newcomer, "/sign-in", **form).headers["Location"] == "/cases?whose=mine"


def test_what_is_missing_is_said_at_each_field_and_nothing_is_stored(
    administrator: FlaskClient, demo: Application
) -> None:
    refused = post(administrator, "/people/new", name=" ", username="", role="", unit="")
    assert refused.status_code == 400
    assert len(problems(refused)) == 4
    taken = post(administrator, "/people/new", **{**FORM, "username": "Clerk"})
    assert taken.status_code == 400
    assert 'value="王新"' in taken.get_data(as_text=True)
    with demo.context() as session:
        assert session.scalar(select(Person).where(Person.name == "王新")) is None


def test_a_new_role_shows_on_the_next_page(
    site: Flask, administrator: FlaskClient, demo: Application, clerk: FlaskClient
) -> None:
    with demo.context() as session:
        number = session.scalars(select(Person.id).where(Person.username == "clerk")).one()
    assert clerk.get("/audit").status_code == 403
    form = {"role": "auditor", "unit": "LZ-S01"}
    at = f"/people/{number}"
    assert post(administrator, f"{at}/move", at=at, **form).status_code == 302
    assert clerk.get("/audit").status_code == 200
    assert clerk.get("/cases/new").status_code == 403
    wrong = post(administrator, f"{at}/move", at=at, role="king", unit="LZ-S01")
    assert wrong.status_code == 400
    assert post(administrator, f"{at}/move", at=at, role="clerk", unit="XX").status_code == 404


def test_a_new_link_replaces_a_lost_password(
    site: Flask, administrator: FlaskClient, demo: Application
) -> None:
    with demo.context() as session:
        number = session.scalars(select(Person.id).where(Person.username == "clerk")).one()
    at = f"/people/{number}"
    answer = post(administrator, f"{at}/invite", at=at)
    path = f"/{link_on(answer.get_data(as_text=True))}"
    assert path not in administrator.get(at).get_data(as_text=True)
    old = signed_in(site, "clerk")
    chosen = {"new_password": OWN, "password_again": OWN}
    assert post(site.test_client(), path, **chosen).status_code == 302
    assert old.get("/cases").status_code == 302
