"""Showing again that it is oneself, before what cannot be taken back."""

import html
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from requestflow.accounts import AuditEntry, Person, StaffSession
from requestflow.application import Application
from requestflow.demo import PASSWORD
from requestflow.web import create_app
from tests.conftest import NOW
from tests.web.citizens import problems
from tests.web.desk import opened, post, seen, signed_in, take
from tests.web.test_desk_attacked import CHECKS
from tests.web.test_second_factor import set_up
from tests.web.test_sessions import copy_of

HEAD = "Confirm that it is you"
LATER = NOW + timedelta(minutes=31)
CASE = "LZ-S01-2026-0005"


@pytest.fixture
def later(demo: Application) -> Flask:
    """The same site half an hour later."""
    return create_app(replace(demo, clock=lambda: LATER))


def sent_on(client: FlaskClient, path: str, page: str, **shown: str):  # type: ignore[no-untyped-def]
    """Sends the page that asks for proof as it stands, with what is shown."""
    fields = re.findall(r'<input type="hidden"\s+name="([^"]+)"[^>]*?value="([^"]*)"', page)
    return client.post(path, data={**{n: html.unescape(v) for n, v in fields}, **shown})


def test_a_signature_is_asked_for_again_after_a_while_and_nothing_typed_is_lost(
    site: Flask, later: Flask, clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    number = opened(demo)
    assert take(clerk, number, "drafted", outcome="granted", facts="x").status_code == 302
    for kind, values in (("legality_reviewed", {}), ("secrecy_reviewed", CHECKS)):
        assert take(approver, number, kind, **values).status_code == 302
    signer = copy_of(later, approver)
    path = f"/cases/{number}/steps/signed"
    asked = take(signer, number, "signed", late_reason="“补录”原因")
    page = asked.get_data(as_text=True)
    assert (asked.status_code, HEAD in page) == (200, True)
    assert seen(demo, number).state.stage == "secrecy_reviewed"
    wrong = sent_on(signer, path, page, proof="wrong")
    assert wrong.status_code == 400
    assert "incorrect" in problems(wrong)[0]
    assert seen(demo, number).state.stage == "secrecy_reviewed"
    right = sent_on(signer, path, wrong.get_data(as_text=True), proof=PASSWORD)
    assert right.status_code == 302
    view = seen(demo, number)
    assert view.state.stage == "signed"
    assert view.events[-1].data["late_reason"] == "“补录”原因"
    # For a while nothing is asked again.
    assert post(signer, f"/cases/{CASE}/applicant", at=f"/cases/{CASE}").status_code == 200
    with demo.context() as session:
        query = select(func.count()).where(AuditEntry.action == "proof refused")
        assert session.scalar(query) == 1


def test_steps_that_sign_nothing_ask_for_nothing(
    later: Flask, clerk: FlaskClient, demo: Application
) -> None:
    number = opened(demo)
    client = copy_of(later, clerk)
    assert take(client, number, "drafted", outcome="granted", facts="x").status_code == 302


@pytest.mark.parametrize("minutes", [29, 31])
def test_personal_data_and_people_are_behind_it(
    site: Flask, demo: Application, clerk: FlaskClient, minutes: int
) -> None:
    boss = signed_in(site, "administrator")
    then = create_app(replace(demo, clock=lambda: NOW + timedelta(minutes=minutes)))
    with demo.context() as session:
        number = session.scalars(select(Person.id).where(Person.username == "clerk")).one()
    shown = post(copy_of(then, clerk), f"/cases/{CASE}/applicant", at=f"/cases/{CASE}")
    assert (HEAD in shown.get_data(as_text=True)) is (minutes > 30)
    at = f"/people/{number}"
    for what in ("disable", "enable", "password", "invite", "move", "remove-second-factor"):
        answer = post(copy_of(then, boss), f"{at}/{what}", at=at, role="clerk", unit="LZ-S01")
        assert (HEAD in answer.get_data(as_text=True)) is (minutes > 30), what


def test_what_is_said_of_somebody_new_is_theirs_after_it(
    site: Flask, later: Flask, demo: Application
) -> None:
    boss = copy_of(later, signed_in(site, "administrator"))
    form = {"name": "王新", "username": "wangxin", "email": "", "role": "clerk", "unit": "LZ-S01"}
    page = post(boss, "/people/new", **form).get_data(as_text=True)
    assert HEAD in page
    added = sent_on(boss, "/people/new", page, proof=PASSWORD)
    assert added.status_code == 200
    with demo.context() as session:
        person = session.scalars(select(Person).where(Person.name == "王新")).one()
    assert (person.username, person.role) == ("wangxin", "clerk")


def test_a_page_that_takes_files_asks_before_it_is_filled_in(
    later: Flask, clerk: FlaskClient, demo: Application
) -> None:
    client = copy_of(later, clerk)
    number = opened(demo)
    path = f"/cases/{number}/on-the-spot"
    asked = client.get(path)
    assert unquote(asked.headers["Location"]) == f"/confirm?next={path}"
    wrong = post(client, asked.headers["Location"], proof="wrong")
    assert wrong.status_code == 400
    right = post(client, asked.headers["Location"], proof=PASSWORD)
    assert right.headers["Location"] == path
    assert "/confirm" not in client.get(path).headers.get("Location", "")


def test_whoever_has_a_second_factor_shows_that(
    site: Flask, later: Flask, clerk: FlaskClient, demo: Application
) -> None:
    secret, codes = set_up(clerk)
    client = copy_of(later, clerk)
    path = f"/cases/{CASE}/applicant"
    page = post(client, path, at=f"/cases/{CASE}").get_data(as_text=True)
    assert sent_on(client, path, page, proof=PASSWORD).status_code == 400
    code = pyotp.TOTP(secret).at(LATER)
    assert sent_on(client, path, page, proof=code).status_code == 200
    with demo.context() as session:
        assert session.scalars(select(StaffSession.proven_at)).one() == LATER
    assert len(codes) == 10
