"""Signing in with a code of an app: from setting it up to losing the phone."""

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from requestflow.accounts import AuditEntry, Person
from requestflow.accounts.second_factor import Authenticator, RecoveryCode
from requestflow.application import Application
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from requestflow.web import create_app
from tests.conftest import NOW
from tests.web.desk import post, signed_in

PAGE = "/my-account/second-factor"


def code_at(secret: str, seconds: int = 0) -> str:
    return pyotp.TOTP(secret).at(NOW + timedelta(seconds=seconds))


def set_up(client: FlaskClient) -> tuple[str, list[str]]:
    """The secret that the app shares, and the recovery codes."""
    assert post(client, f"{PAGE}/begin", at=PAGE).status_code == 302
    page = client.get(PAGE).get_data(as_text=True)
    key = re.search(r'id="key">([A-Z2-7]{32})<', page)
    assert key
    assert "<svg" in page
    answer = post(client, f"{PAGE}/confirm", at=PAGE, code=code_at(key[1], -30))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    codes = re.findall(r"<code>([0-9A-Z-]{29})</code>", answer.get_data(as_text=True))
    assert len(set(codes)) == 10
    return key[1], codes


def first_step(site: Flask, username: str = "clerk") -> FlaskClient:
    client = site.test_client()
    form = {"username": username, "password": PASSWORD}
    answer = post(client, "/sign-in", at="/sign-in", **form)
    assert answer.headers["Location"] == "/sign-in/code"
    return client


def second_step(client: FlaskClient, code: str) -> TestResponse:
    return post(client, "/sign-in/code", at="/sign-in/code", code=code)


def is_in(client: FlaskClient) -> bool:
    return client.get("/cases").status_code == 200


def test_the_password_alone_opens_nothing_any_more(
    site: Flask, clerk: FlaskClient, demo: Application
) -> None:
    secret, _ = set_up(clerk)
    client = first_step(site)
    assert not is_in(client)
    for wrong in ("", "000000", "12345", "abcdef", code_at(secret, 3600), "1" * 500):
        assert second_step(client, wrong).status_code == 400
        assert not is_in(client)
    assert second_step(client, code_at(secret)).headers["Location"] == "/cases?whose=mine"
    assert is_in(client)
    with demo.context() as session:
        query = select(AuditEntry.reason).where(AuditEntry.action == "sign-in refused")
        assert session.scalars(query).all() == ["code"] * 6


def test_a_code_is_taken_once_also_by_two_at_once_and_for_a_minute_and_a_half(
    site: Flask, clerk: FlaskClient
) -> None:
    secret, _ = set_up(clerk)
    # That of the step before was used to set it up.
    assert second_step(first_step(site), code_at(secret, -30)).status_code == 400
    assert second_step(first_step(site), code_at(secret, 60)).status_code == 400
    now = code_at(secret)
    spaced = f"{now[:3]} {now[3:]}"
    assert second_step(first_step(site), spaced).status_code == 302
    assert second_step(first_step(site), now).status_code == 400
    assert second_step(first_step(site), code_at(secret, 30)).status_code == 302


def test_a_recovery_code_lets_in_once_and_new_ones_replace_all(
    site: Flask, clerk: FlaskClient, demo: Application
) -> None:
    secret, codes = set_up(clerk)
    with demo.context() as session:
        kept = session.scalars(select(RecoveryCode.code_digest)).all()
        assert len(kept) == 10
        assert not set(kept) & set(codes)
        assert session.scalars(select(Authenticator.secret)).one() == secret
    assert second_step(first_step(site), codes[0].lower().replace("-", " ")).status_code == 302
    assert second_step(first_step(site), codes[0]).status_code == 400
    assert "9" in clerk.get(PAGE).get_data(as_text=True)
    answer = post(clerk, f"{PAGE}/confirm", at=PAGE, code=code_at(secret))
    assert answer.status_code == 200
    assert second_step(first_step(site), codes[1]).status_code == 400


def test_it_counts_only_once_a_code_was_shown(site: Flask, clerk: FlaskClient) -> None:
    assert post(clerk, f"{PAGE}/begin", at=PAGE).status_code == 302
    assert post(clerk, f"{PAGE}/confirm", at=PAGE, code="000000").status_code == 400
    assert is_in(signed_in(site, "clerk"))


def test_the_first_step_is_good_for_ten_minutes_and_alone_for_its_person(
    site: Flask, clerk: FlaskClient, demo: Application
) -> None:
    secret, _ = set_up(clerk)
    assert site.test_client().get("/sign-in/code").headers["Location"] == "/sign-in"
    client = first_step(site)
    later = create_app(replace(demo, clock=lambda: NOW + timedelta(minutes=11)))
    other = later.test_client()
    with client.session_transaction() as cookie, other.session_transaction() as copied:
        copied.update(cookie)
    assert other.get("/sign-in/code").headers["Location"] == "/sign-in"
    with demo.context(), db.transaction() as session:
        session.scalars(select(Person).where(Person.username == "clerk")).one().active = False
    answer = client.post("/sign-in/code", data={"code": code_at(secret)})
    assert answer.status_code in (302, 400)
    assert not is_in(client)


def test_it_is_turned_off_with_the_password_or_by_an_administrator(
    site: Flask, clerk: FlaskClient, administrator: FlaskClient, demo: Application
) -> None:
    set_up(clerk)
    wrong = post(clerk, f"{PAGE}/remove", at=PAGE, present_password="wrong")
    assert wrong.status_code == 400
    right = post(clerk, f"{PAGE}/remove", at=PAGE, present_password=PASSWORD)
    assert right.status_code == 302
    assert is_in(signed_in(site, "clerk"))
    set_up(clerk)
    with demo.context() as session:
        number = session.scalars(select(Person.id).where(Person.username == "clerk")).one()
    at = f"/people/{number}"
    assert post(administrator, f"{at}/remove-second-factor", at=at).status_code == 302
    assert is_in(signed_in(site, "clerk"))
    with demo.context() as session:
        query = select(AuditEntry.actor, AuditEntry.action).where(
            AuditEntry.action.startswith("second factor")
        )
        assert [tuple(row) for row in session.execute(query.order_by(AuditEntry.id))] == [
            ("clerk", "second factor set"),
            ("clerk", "second factor removed"),
            ("clerk", "second factor set"),
            ("boss", "second factor removed"),
        ]


def test_roles_that_need_one_can_do_nothing_before_they_have_it(demo: Application) -> None:
    settings = demo.settings.model_copy(update={"second_factor_roles": frozenset({"approver"})})
    site = create_app(replace(demo, settings=settings))
    assert is_in(signed_in(site, "clerk"))
    approver = signed_in(site, "approver")
    for path in ("/cases", "/report/2014", "/office"):
        assert approver.get(path).headers["Location"] == PAGE
    assert "needs a second factor" in approver.get(PAGE).get_data(as_text=True)
    secret, _ = set_up(approver)
    assert is_in(approver)
    refused = post(approver, f"{PAGE}/remove", at=PAGE, present_password=PASSWORD)
    assert refused.headers["Location"] == PAGE
    client = first_step(site, "approver")
    assert second_step(client, code_at(secret)).status_code == 302
    assert is_in(client)


@pytest.mark.parametrize("sign_out_first", [True, False])
def test_whoever_is_in_signs_in_as_another_by_both_steps(
    site: Flask, clerk: FlaskClient, sign_out_first: bool
) -> None:
    secret, _ = set_up(clerk)
    shared = signed_in(site, "approver")
    if sign_out_first:
        assert post(shared, "/sign-out", at="/cases").status_code == 302
    form = {"username": "clerk", "password": PASSWORD}
    assert post(shared, "/sign-in", at="/sign-in", **form).status_code == 302
    assert not is_in(shared)
    assert second_step(shared, code_at(secret)).status_code == 302
    assert "李经办" in shared.get("/my-account").get_data(as_text=True)
