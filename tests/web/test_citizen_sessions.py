"""What citizens opened is closed for good when they say so, also for whoever copied the cookie."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from requestflow.application import Application
from requestflow.cases import Case
from requestflow.citizens import (
    CitizenAccount,
    CitizenSession,
    clear_citizen_sessions,
    give_code,
    make_link,
)
from requestflow.foundation import db, hash_password
from requestflow.web import create_app
from tests.conftest import NOW
from tests.web.citizens import fill, open_case, send
from tests.web.desk import post

EMAIL, WORDS = "zhang@example.org", "four quiet herons wade"


def copy_of(site: Flask, client: FlaskClient) -> FlaskClient:
    other = site.test_client()
    with client.session_transaction() as cookie, other.session_transaction() as copied:
        copied.update(cookie)
    return other


def is_open(client: FlaskClient, path: str) -> bool:
    return client.get(path).status_code == 200


@pytest.fixture
def number(citizen: FlaskClient) -> str:
    number, code = send(citizen, fill(citizen))
    assert open_case(citizen, number, code).status_code == 302
    return number


def with_link(site: Flask, demo: Application, client: FlaskClient | None = None) -> FlaskClient:
    client = client or site.test_client()
    with demo.context(), db.transaction() as session:
        token = make_link(session, EMAIL, NOW)
    path = f"/account/link/{token}"
    assert post(client, path).headers["Location"] == "/account"
    return client


def test_a_case_that_was_left_is_closed_for_a_copy_as_well(
    site: Flask, citizen: FlaskClient, number: str
) -> None:
    path = f"/follow/{number}"
    copied = copy_of(site, citizen)
    assert is_open(citizen, path)
    assert is_open(copied, path)
    assert post(citizen, f"{path}/leave", at=path).status_code == 302
    assert not is_open(citizen, path)
    assert not is_open(copied, path)


def test_another_code_closes_what_was_opened_with_the_one_before(
    citizen: FlaskClient, number: str, demo: Application
) -> None:
    with demo.context(), db.transaction() as session:
        case_id = session.scalars(select(Case.id).where(Case.number == number)).one()
        give_code(session, case_id, NOW + timedelta(minutes=1))
    assert not is_open(citizen, f"/follow/{number}")


def test_a_session_opens_its_own_case_alone(site: Flask, citizen: FlaskClient, number: str) -> None:
    other = site.test_client()
    second, code = send(other, fill(other))
    assert open_case(other, second, code).status_code == 302
    with other.session_transaction() as cookie:
        cookie["followed"] = {**cookie["followed"], number: cookie["followed"][second]}
    assert is_open(other, f"/follow/{second}")
    assert not is_open(other, f"/follow/{number}")


def test_signing_out_ends_the_account_everywhere_it_was_copied_to(
    site: Flask, demo: Application, citizen: FlaskClient, number: str
) -> None:
    client = with_link(site, demo, citizen)  # in which the code was shown
    copied = copy_of(site, client)
    assert is_open(copied, "/account")
    assert is_open(copied, f"/follow/{number}")  # the case is of that address
    assert post(client, "/account/sign-out", at="/account").status_code == 302
    for gone in (client, copied):
        assert not is_open(gone, "/account")
        assert not is_open(gone, f"/follow/{number}")


def test_another_password_signs_out_everywhere_else(site: Flask, demo: Application) -> None:
    here, elsewhere = with_link(site, demo), with_link(site, demo)
    assert post(here, "/account/password", at="/account", password=WORDS).status_code == 302
    assert is_open(here, "/account")
    assert not is_open(elsewhere, "/account")


def test_a_session_ends_by_itself_after_some_hours_of_use(
    site: Flask, demo: Application, citizen: FlaskClient, number: str
) -> None:
    path = f"/follow/{number}"
    client, account = citizen, with_link(site, demo)
    for hour in range(1, 14):
        later = create_app(replace(demo, clock=lambda hour=hour: NOW + timedelta(hours=hour)))
        client, account = copy_of(later, client), copy_of(later, account)
        good = hour < demo.settings.session_hours
        assert is_open(client, path) == good, hour
        assert is_open(account, "/account") == good, hour
    with demo.context(), db.transaction() as session:
        assert session.scalar(select(func.count(CitizenSession.id)))
        clear_citizen_sessions(session, NOW + timedelta(hours=1))
        assert not session.scalar(select(func.count(CitizenSession.id)))


def test_only_digests_of_secrets_are_stored(
    site: Flask, demo: Application, citizen: FlaskClient, number: str
) -> None:
    account = with_link(site, demo)
    with demo.context(), db.transaction() as session:
        session.execute(update(CitizenAccount).values(password_hash=hash_password(WORDS)))
    form = {"email": EMAIL, "password": WORDS}
    again = site.test_client()
    assert post(again, "/account/sign-in", at="/account/sign-in", **form).status_code == 302
    with demo.context() as session:
        kept = set(session.scalars(select(CitizenSession.key_digest)))
    assert len(kept) == 3
    for client, name in ((account, "citizen"), (again, "citizen"), (citizen, "followed")):
        with client.session_transaction() as cookie:
            assert not kept & {str(cookie[name])}
