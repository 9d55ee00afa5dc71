"""Signing in with a passkey: adding one, using it in each place, and what is refused."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from requestflow.accounts import AuditEntry, Passkey, Person
from requestflow.accounts.passkeys import PasskeyChallenge, clear_challenges
from requestflow.application import Application
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from requestflow.web import create_app
from tests.conftest import NOW
from tests.web.desk import post, signed_in, token
from tests.web.soft_key import SoftKey

PAGE = "/my-account/second-factor"


def ask(client: FlaskClient, path: str, at: str) -> dict[str, Any]:
    answer = client.post(path, headers={"X-CSRFToken": token(client, at)})
    assert answer.status_code == 200, answer.status_code
    assert answer.mimetype == "application/json"
    asked: dict[str, Any] = json.loads(answer.get_data(as_text=True))
    return asked


def add(client: FlaskClient, key: SoftKey, name: str = "Office computer") -> TestResponse:
    options = ask(client, f"{PAGE}/passkey", PAGE)
    return post(client, f"{PAGE}/passkeys", at=PAGE, new_passkey=key.create(options), name=name)


def with_key(client: FlaskClient, key: SoftKey) -> TestResponse:
    answer = key.sign(ask(client, "/sign-in/passkey", "/sign-in"))
    return post(client, "/sign-in", at="/sign-in", passkey=answer)


def is_in(client: FlaskClient) -> bool:
    return client.get("/cases").status_code == 200


@pytest.fixture
def key(clerk: FlaskClient) -> SoftKey:
    key = SoftKey()
    page = add(clerk, key).get_data(as_text=True)
    assert page.count("<code>") == 10
    return key


def test_a_passkey_alone_signs_in_where_it_proved_its_owner(site: Flask, key: SoftKey) -> None:
    client = site.test_client()
    assert with_key(client, key).headers["Location"] == "/cases?whose=mine"
    assert "李经办" in client.get("/my-account").get_data(as_text=True)
    key.verifies = False
    careless = site.test_client()
    assert with_key(careless, key).status_code == 400
    assert not is_in(careless)


def test_after_the_password_a_passkey_or_a_recovery_code_is_asked_for(
    site: Flask, key: SoftKey
) -> None:
    key.verifies = False
    client = site.test_client()
    form = {"username": "clerk", "password": PASSWORD}
    assert post(client, "/sign-in", at="/sign-in", **form).headers["Location"] == "/sign-in/code"
    options = ask(client, "/sign-in/passkey", "/sign-in/code")
    assert len(options["allowCredentials"]) == 1
    assert not is_in(client)
    # The key of somebody else is none of this person's.
    other = SoftKey()
    approver = signed_in(site, "approver")
    assert add(approver, other).status_code == 200
    wrong = post(client, "/sign-in/code", at="/sign-in/code", passkey=other.sign(options))
    assert wrong.status_code == 400
    assert not is_in(client)
    again = ask(client, "/sign-in/passkey", "/sign-in/code")
    right = post(client, "/sign-in/code", at="/sign-in/code", passkey=key.sign(again))
    assert right.status_code == 302
    assert is_in(client)


def test_no_answer_is_taken_twice_late_or_from_another_site(
    site: Flask, key: SoftKey, demo: Application
) -> None:
    client = site.test_client()
    answer = key.sign(ask(client, "/sign-in/passkey", "/sign-in"))
    assert post(client, "/sign-in", at="/sign-in", passkey=answer).status_code == 302
    copied = site.test_client()
    assert post(copied, "/sign-in", at="/sign-in", passkey=answer).status_code == 400
    key.origin = "https://requestflow.example"
    assert with_key(site.test_client(), key).status_code == 400
    key.origin = "http://localhost:8000"
    late = site.test_client()
    answer = key.sign(ask(late, "/sign-in/passkey", "/sign-in"))
    later = create_app(replace(demo, clock=lambda: NOW + timedelta(minutes=6))).test_client()
    assert post(later, "/sign-in", at="/sign-in", passkey=answer).status_code == 400
    key.count = 0  # a copy of the key that does not know how often it was used
    assert with_key(site.test_client(), key).status_code == 400


def test_whoever_was_let_go_has_no_key(site: Flask, key: SoftKey, demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        session.scalars(select(Person).where(Person.username == "clerk")).one().active = False
    client = site.test_client()
    assert with_key(client, key).status_code == 400
    assert not is_in(client)


def test_a_key_is_added_once_and_by_whoever_asked_for_it(site: Flask, key: SoftKey) -> None:
    approver, clerk = signed_in(site, "approver"), site.test_client()
    assert add(approver, key).status_code == 400  # it is the clerk's
    with_key(clerk, key)
    another = SoftKey()
    options = ask(clerk, f"{PAGE}/passkey", PAGE)
    stolen = another.create(options)
    refused = post(approver, f"{PAGE}/passkeys", at=PAGE, new_passkey=stolen)
    assert refused.status_code == 400
    assert "could not be added" in refused.get_data(as_text=True)
    taken = post(clerk, f"{PAGE}/passkeys", at=PAGE, new_passkey=stolen, name="Phone")
    assert taken.status_code == 302
    assert "Phone" in clerk.get(PAGE).get_data(as_text=True)


def test_keys_are_removed_and_the_last_one_stays_where_the_role_needs_it(
    demo: Application,
) -> None:
    settings = demo.settings.model_copy(update={"second_factor_roles": frozenset({"approver"})})
    site = create_app(replace(demo, settings=settings))
    approver, first, second = signed_in(site, "approver"), SoftKey(), SoftKey()
    assert add(approver, first, "First").status_code == 200
    assert is_in(approver)
    assert add(approver, second, "Second").status_code == 302
    with demo.context() as session:
        numbers = session.scalars(select(Passkey.id).order_by(Passkey.id)).all()
    gone = post(approver, f"{PAGE}/passkeys/{numbers[0]}/remove", at=PAGE)
    assert gone.status_code == 302
    assert with_key(site.test_client(), first).status_code == 400
    kept = post(approver, f"{PAGE}/passkeys/{numbers[1]}/remove", at=PAGE)
    assert kept.status_code == 400
    assert "your only one" in kept.get_data(as_text=True)
    clerk = signed_in(site, "clerk")
    assert post(clerk, f"{PAGE}/passkeys/{numbers[1]}/remove", at=PAGE).status_code == 404
    assert with_key(site.test_client(), second).status_code == 302
    with demo.context() as session:
        query = select(AuditEntry.action).where(AuditEntry.action.startswith("passkey"))
        actions = session.scalars(query.order_by(AuditEntry.id)).all()
    assert actions == ["passkey added", "passkey added", "passkey removed"]


def test_the_last_key_taken_back_leaves_the_password_alone(
    site: Flask, key: SoftKey, demo: Application
) -> None:
    clerk = site.test_client()
    with_key(clerk, key)
    with demo.context() as session:
        number = session.scalars(select(Passkey.id)).one()
    assert post(clerk, f"{PAGE}/passkeys/{number}/remove", at=PAGE).status_code == 302
    assert is_in(signed_in(site, "clerk"))


def test_a_key_shows_again_who_it_is(demo: Application, key: SoftKey) -> None:
    later = create_app(replace(demo, clock=lambda: NOW + timedelta(minutes=45)))
    client = later.test_client()
    with_key(client, key)
    much_later = create_app(replace(demo, clock=lambda: NOW + timedelta(minutes=80)))
    again = much_later.test_client()
    with client.session_transaction() as cookie, again.session_transaction() as copied:
        copied.update(cookie)
    assert again.get(PAGE).headers["Location"].startswith("/confirm")
    options = ask(again, "/confirm/passkey", "/confirm")
    shown = post(again, f"/confirm?next={PAGE}", at="/confirm", passkey=key.sign(options), proof="")
    assert shown.headers["Location"] == PAGE
    assert again.get(PAGE).status_code == 200


def test_what_is_no_answer_is_refused(site: Flask, key: SoftKey) -> None:
    client = site.test_client()
    real = key.sign(ask(client, "/sign-in/passkey", "/sign-in"))
    nested = "[" * 5000
    for broken in (
        "{}",
        "null",
        "7",
        "{",
        nested,
        "x" * 30_000,
        real[:-40],
        real.replace("A", "!"),
    ):
        assert post(client, "/sign-in", at="/sign-in", passkey=broken).status_code == 400
    page = signed_in(site, "approver")
    made = SoftKey().create(ask(page, f"{PAGE}/passkey", PAGE))
    for broken in ("", "{}", nested, made[:-40], made.replace("g", "h")):
        answer = post(page, f"{PAGE}/passkeys", at=PAGE, new_passkey=broken)
        assert answer.status_code == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "signature"]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_made_up_answer_breaks_the_page(answered: Any) -> None:
    from requestflow.accounts import RelyingParty, prove_passkey

    party = RelyingParty("localhost", "http://localhost:8000", "Test")
    assert prove_passkey(None, party, json.dumps(answered), NOW) is None  # type: ignore[arg-type]


def test_challenges_that_were_not_answered_are_cleared(site: Flask, demo: Application) -> None:
    ask(site.test_client(), "/sign-in/passkey", "/sign-in")
    with demo.context(), db.transaction() as session:
        clear_challenges(session, NOW + timedelta(minutes=4))
        assert session.scalars(select(PasskeyChallenge.id)).all()
        clear_challenges(session, NOW + timedelta(minutes=6))
        assert not session.scalars(select(PasskeyChallenge.id)).all()
