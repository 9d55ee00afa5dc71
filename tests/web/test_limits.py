"""Attempts are limited by who makes them; nobody is kept out by somebody else's."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from requestflow.accounts import AuditEntry
from requestflow.application import Application
from requestflow.demo import PASSWORD, followed
from requestflow.web import create_app
from requestflow.web.extensions import limiter, network
from tests.web.citizens import open_case
from tests.web.test_second_factor import set_up


@pytest.fixture
def clarifying(demo: Application) -> tuple[str, str]:
    """Number and code of a case that can be followed."""
    with demo.context() as session:
        return next((n, code) for n, code, stage in followed(session) if stage == "clarifying")


@pytest.fixture
def limited(demo: Application) -> Iterator[Flask]:
    """A site whose limits hold, none of them used up; an address may do as it likes."""
    limiter.enabled = True
    many = {"sign_in_limit": "1000 per hour", "citizen_sign_in_limit": "1000 per hour"}
    settings = demo.settings.model_copy(update={**many, "follow_limit": "1000 per hour"})
    site = create_app(replace(demo, settings=settings))
    site.config["WTF_CSRF_ENABLED"] = False
    limiter.reset()
    yield site
    limiter.enabled = False


def sign_in(client: FlaskClient, password: str, address: str = "192.0.2.1") -> TestResponse:
    client.environ_base["REMOTE_ADDR"] = address
    return client.post("/sign-in", data={"username": "clerk", "password": password})


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unix", "unix"),
    ],
)
def test_the_network_of_an_address(site: Flask, address: str, key: str) -> None:
    with site.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        assert network() == key


def test_all_addresses_of_a_site_are_one(demo: Application) -> None:
    limiter.enabled = True
    site = create_app(demo)
    site.config["WTF_CSRF_ENABLED"] = False
    limiter.reset()
    client = site.test_client()
    seen = [sign_in(client, "wrong", f"2001:db8::{place:x}").status_code for place in range(12)]
    assert seen == [400] * 10 + [429] * 2
    assert sign_in(client, PASSWORD, "2001:db8:0:1::1").status_code == 302


def test_guesses_of_one_account_are_limited_wherever_they_come_from_and_keep_its_owner_not_out(
    limited: Flask,
) -> None:
    owner, attacker = limited.test_client(), limited.test_client()
    assert sign_in(owner, PASSWORD).status_code == 302
    assert owner.post("/sign-out").status_code == 302
    seen = [sign_in(attacker, "wrong", f"198.51.100.{n}").status_code for n in range(22)]
    assert seen == [400] * 20 + [429] * 2
    # Not even with the right password, from a browser that nobody knows.
    refused = sign_in(limited.test_client(), PASSWORD, "203.0.113.9")
    assert refused.status_code == 429
    assert "以前登录过的设备" in refused.get_data(as_text=True)
    assert sign_in(owner, PASSWORD, "203.0.113.10").status_code == 302
    page = owner.get("/cases").get_data(as_text=True)
    assert "您的账号有 23 次登录失败" in page
    assert owner.post("/sign-out").status_code == 302
    assert sign_in(owner, PASSWORD).status_code == 302
    assert "次登录失败" not in owner.get("/cases").get_data(as_text=True)


def test_guessed_codes_keep_the_owner_not_out_of_a_browser_they_used_before(
    limited: Flask,
) -> None:
    owner, attacker = limited.test_client(), limited.test_client()
    assert sign_in(owner, PASSWORD).status_code == 302
    with owner.session_transaction() as cookie:
        cookie["locale"] = "en"
    _, codes = set_up(owner)
    assert owner.post("/sign-out").status_code == 302
    assert sign_in(attacker, PASSWORD).headers["Location"] == "/sign-in/code"
    tries = [attacker.post("/sign-in/code", data={"code": "000000"}) for _ in range(21)]
    assert [answer.status_code for answer in tries] == [400] * 20 + [429]
    assert attacker.post("/sign-in/code", data={"code": codes[0]}).status_code == 429
    assert sign_in(owner, PASSWORD).headers["Location"] == "/sign-in/code"
    assert owner.post("/sign-in/code", data={"code": codes[0]}).status_code == 302


def test_a_known_browser_is_known_for_its_people_alone_and_cannot_be_made_up(
    limited: Flask,
) -> None:
    shared = limited.test_client()
    assert sign_in(shared, PASSWORD).status_code == 302
    for _ in range(20):
        form = {"username": "approver", "password": "wrong"}
        limited.test_client().post("/sign-in", data=form)
    form = {"username": "approver", "password": PASSWORD}
    assert shared.post("/sign-in", data=form).status_code == 429
    for made_up in ("", "x", '["a"]', "W10.x.y"):
        client = limited.test_client()
        client.set_cookie("device", made_up)
        assert client.post("/sign-in", data=form).status_code == 429


def test_wrong_codes_of_others_keep_no_applicant_out(
    limited: Flask, demo: Application, clarifying: tuple[str, str]
) -> None:
    number, code = clarifying
    stranger, applicant = limited.test_client(), limited.test_client()
    stranger.environ_base["REMOTE_ADDR"] = "198.51.100.1"
    seen = [open_case(stranger, number, "AAAA-AAAA-AAAA").status_code for _ in range(22)]
    assert seen == [400] * 20 + [429] * 2
    assert open_case(stranger, number.lower(), "AAAA-AAAA-AAAB").status_code == 429
    applicant.environ_base["REMOTE_ADDR"] = "198.51.100.2"
    assert open_case(applicant, number, "AAAA-AAAA-AAAC").status_code == 400
    assert open_case(applicant, number, code).status_code == 302
    # Whoever mistyped it twenty times and finds the paper is let in as well.
    assert open_case(stranger, number, code).status_code == 302
    with demo.context() as session:
        query = select(AuditEntry.subject, AuditEntry.address).where(
            AuditEntry.action == "tracking code refused"
        )
        rows = session.execute(query).all()
    assert {row.subject for row in rows} == {number}
    assert {row.address for row in rows} == {"198.51.100.1", "198.51.100.2"}
    assert len(rows) == 24


def test_links_that_others_ask_for_keep_nobody_from_signing_in(limited: Flask) -> None:
    stranger, owner = limited.test_client(), limited.test_client()
    stranger.environ_base["REMOTE_ADDR"] = "198.51.100.1"
    form = {"email": "zhang@example.org"}
    seen = [stranger.post("/account/sign-in", data=form).status_code for _ in range(11)]
    assert seen == [200] * 10 + [429]
    assert owner.post("/account/sign-in", data=form).status_code == 200


def test_what_is_refused_is_recorded_with_address_and_session(
    limited: Flask, demo: Application
) -> None:
    client = limited.test_client()
    assert sign_in(client, PASSWORD, "192.0.2.44").status_code == 302
    assert client.get("/people").status_code == 403
    with demo.context() as session:
        query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(2)
        refused, begun = session.scalars(query).all()
    assert (refused.actor, refused.action, refused.subject) == (
        "clerk",
        "access refused",
        "GET /people",
    )
    assert refused.address == begun.address == "192.0.2.44"
    assert refused.session_id == begun.session_id is not None
