"""People, one's own account and the audit trail, as they are used on their pages."""

import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from requestflow.accounts import Actor, Person, add_person, record_access, unit_by_code
from requestflow.application import Application
from requestflow.cases import cases_in_hand
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from tests.conftest import NOW
from tests.web.desk import post, signed_in
from tests.web.test_statements import MOST, asked

CASE = "LZ-S01-2026-0005"
OWN = "a password of my own"


@pytest.fixture
def administrator(site: Flask) -> FlaskClient:
    return signed_in(site, "administrator")


def key_of(demo: Application, username: str) -> int:
    with demo.context() as session:
        return session.scalars(select(Person.id).where(Person.username == username)).one()


def try_to_sign_in(site: Flask, username: str, password: str) -> FlaskClient | None:
    client = site.test_client()
    data = {"username": username, "password": password}
    answer = post(client, "/sign-in", **data)
    with client.session_transaction() as session:
        session["locale"] = "en"
    return client if answer.status_code == 302 else None


def test_an_open_session_ends_with_the_next_click(
    site: Flask, demo: Application, administrator: FlaskClient, clerk: FlaskClient
) -> None:
    page = f"/people/{key_of(demo, 'clerk')}"
    with demo.context() as session:
        numbers = {unit.code: number for unit, number in cases_in_hand(session, "clerk")}
    number = numbers["LZ-S01"]
    assert 0 < number < sum(numbers.values())
    assert clerk.get("/cases").status_code == 200
    assert post(administrator, f"{page}/disable", at=page).status_code == 302
    assert clerk.get("/cases").headers["Location"].startswith("/sign-in")
    assert try_to_sign_in(site, "clerk", PASSWORD) is None
    shown = administrator.get(page).get_data(as_text=True)
    assert re.search(rf"Open cases assigned to them</dt>\s*<dd>{sum(numbers.values())}</dd>", shown)
    assert f'href="{page}/hand-over"' in shown
    rows = administrator.get(f"{page}/hand-over").get_data(as_text=True)
    assert rows.count('name="case" value="LZ-S01-') == number
    assert "disabled" in administrator.get("/people").get_data(as_text=True)
    assert post(administrator, f"{page}/enable", at=page).status_code == 302
    assert clerk.get("/cases").headers["Location"].startswith("/sign-in")
    assert try_to_sign_in(site, "clerk", PASSWORD)


def test_a_reset_password_forces_one_of_ones_own(
    site: Flask, demo: Application, administrator: FlaskClient, clerk: FlaskClient
) -> None:
    page = f"/people/{key_of(demo, 'clerk')}"
    answer = post(administrator, f"{page}/password", at=page)
    assert answer.headers["Cache-Control"] == "no-store"
    shown = re.search(r'<code id="one-time-password">([^<]+)', answer.get_data(as_text=True))
    assert shown
    given = shown[1]
    assert given not in administrator.get(page).get_data(as_text=True)
    assert clerk.get("/cases").headers["Location"].startswith("/sign-in")
    assert try_to_sign_in(site, "clerk", PASSWORD) is None
    fresh = try_to_sign_in(site, "clerk", given)
    other = try_to_sign_in(site, "clerk", given)
    assert fresh
    assert other
    for path in ("/cases", f"/cases/{CASE}", "/notices", "/"):
        assert fresh.get(path).headers["Location"] == "/my-account", path
    revealed = post(fresh, f"/cases/{CASE}/applicant", at="/my-account")
    assert revealed.headers["Location"] == "/my-account"
    address, values = "/my-account/password", {"new_password": OWN, "password_again": OWN}
    wrong = post(fresh, address, at="/my-account", present_password="wrong", **values)
    assert "current password is incorrect" in wrong.get_data(as_text=True)
    values["present_password"] = given
    differing = {**values, "password_again": "another password"}
    assert "do not match" in post(fresh, address, at="/my-account", **differing).get_data(
        as_text=True
    )
    assert fresh.get("/cases").headers["Location"] == "/my-account"
    done = post(fresh, address, at="/my-account", **values)
    assert done.headers["Location"] == "/cases?whose=mine"
    assert fresh.get("/cases").status_code == 200
    assert other.get("/cases").headers["Location"].startswith("/sign-in")
    assert try_to_sign_in(site, "clerk", OWN)
    trail = administrator.get("/audit?subject=clerk").get_data(as_text=True)
    assert "Password change refused" in trail
    assert "Reset a password" in trail
    assert given not in trail


def test_no_error_shows_a_password_that_was_typed(clerk: FlaskClient) -> None:
    """Not even where the form had expired, whose page shows what would be lost else."""
    form = clerk.get("/my-account").get_data(as_text=True)
    names = re.findall(r'name="(\w+)" type="password"', form)
    assert len(names) == 3
    data = {"csrf_token": "expired", **dict.fromkeys(names, "secret words")}
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = clerk.post("/my-account/password", data=data, headers=headers)
    assert answer.status_code == 400
    assert "secret words" not in answer.get_data(as_text=True)


def test_the_audit_trail_shows_who_revealed_personal_data(
    site: Flask, demo: Application, clerk: FlaskClient
) -> None:
    assert post(clerk, f"/cases/{CASE}/applicant", at=f"/cases/{CASE}").status_code == 200
    auditor = signed_in(site, "auditor")
    with auditor.session_transaction() as session:
        session["locale"] = "zh_CN"
    page = auditor.get("/audit?action=personal+data+shown").get_data(as_text=True)
    rows = re.search(r"<tbody>(.*)</tbody>", page, re.DOTALL)
    assert rows
    cells = re.findall(r">\s*([^<>]*\S)\s*<", rows[1])
    assert cells == ["2026-11-24 10:00", "李经办（clerk）", "查看完整个人信息", CASE, "127.0.0.1"]
    assert f'href="/cases/{CASE}"' in rows[1]
    again = auditor.get("/audit?person=auditor").get_data(as_text=True)
    assert "操作：查看完整个人信息" in again
    assert "personal data" not in re.sub(r'value="[^"]*"', "", again)
    content = auditor.get(f"/audit.csv?subject={CASE}").get_data().decode("utf-8-sig")
    record = next(csv.DictReader(io.StringIO(content)))
    assert (record["用户名"], record["操作"]) == ("clerk", "查看完整个人信息")


def test_an_administrator_below_sees_their_unit_only(site: Flask, demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S02")
        add_person(session, "below", "郑管理", PASSWORD, "administrator", unit)
        clerk = Actor("clerk", "clerk", "LZ/LZ-S01/")
        record_access(session, clerk, "personal data shown", CASE, NOW)
    below = signed_in(site, "below")
    people = below.get("/people").get_data(as_text=True)
    assert "郑管理" in people
    assert "李经办" not in people
    assert CASE not in below.get("/audit").get_data(as_text=True)
    for path in ("/people?unit=LZ-S01", "/audit?unit=LZ-S01", "/audit.csv?unit=LZ"):
        assert below.get(path).status_code == 403, path
    page = f"/people/{key_of(demo, 'clerk')}"
    assert below.get(page).status_code == 404
    for act in ("disable", "enable", "password"):
        assert post(below, f"{page}/{act}", at="/people").status_code == 404


def test_a_day_that_is_none_is_said_and_what_was_typed_stays(administrator: FlaskClient) -> None:
    page = administrator.get("/audit?from=gestern&subject=<b>").get_data(as_text=True)
    assert "Enter a date, like 2026-03-31." in page
    assert 'value="gestern"' in page
    assert "<b>" not in page


def test_few_questions_whatever_the_number_of_people(
    demo: Application, administrator: FlaskClient
) -> None:
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S01")
        for place in range(60):
            person = add_person(session, f"p{place:02}", "某人", PASSWORD, "clerk", unit)
            actor = Actor(person.username, "clerk", unit.path)
            record_access(session, actor, "sign-in", person.username, NOW)
    for path in ("/people", "/people?unit=LZ-S01", "/audit", "/audit?unit=LZ-S01", "/my-account"):
        with asked(demo) as statements:
            page = administrator.get(path)
        assert page.status_code == 200, path
        assert len(statements) <= MOST, "\n".join((path, *statements))
    first = administrator.get("/people").get_data(as_text=True)
    following = re.search(r'rel="next"\s+href="([^"]+)"', first)
    assert following
    rest = administrator.get(f"/people{following[1]}").get_data(as_text=True)
    pattern = r'href="/people/(\d+)"'
    assert len(set(re.findall(pattern, first)) | set(re.findall(pattern, rest))) == 66
