"""Signing in by a provider of identities that runs beside the test."""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from requestflow.accounts import AuditEntry, Person
from requestflow.accounts.single_sign_on import Identity
from requestflow.application import Application
from requestflow.demo import PASSWORD
from requestflow.foundation import GroupPlace, db
from requestflow.web import create_app
from tests.conftest import NOW
from tests.web.desk import post, signed_in

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from oidc_provider_mock import run_server_in_thread

# The provider stands on what is deprecated in the library that we use as well.
pytestmark = pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning")
PLACES = (
    GroupPlace("foi-heads", "approver", "LZ-S01"),
    GroupPlace("foi-clerks", "clerk", "LZ-S02"),
)
SITE = "http://localhost:8000"
Making = Callable[..., Flask]


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def made(demo: Application, provider: str) -> Making:
    """Makes the site with that provider and other settings."""

    def make(minutes: int = 0, **values: object) -> Flask:
        settings = {
            "oidc_issuer": provider,
            "oidc_client_id": "requestflow",
            "oidc_client_secret": "secret",
            "oidc_name": "City ID",
            "base_url": SITE,
            **values,
        }
        changed = replace(demo, settings=demo.settings.model_copy(update=settings))
        return create_app(replace(changed, clock=lambda: NOW + timedelta(minutes=minutes)))

    return make


def known(provider: str, sub: str, **claims: object) -> str:
    """Somebody whom the provider knows."""
    answer = requests.put(f"{provider}/users/{sub}", json=claims, timeout=10)
    assert answer.status_code < 300
    return sub


def come_back(client: FlaskClient, sub: str, at: str = "/sign-in/single") -> TestResponse:
    """Goes to the provider, shows there who one is, and comes back."""
    led = client.get(at).headers["Location"]
    asked = parse_qs(urlsplit(led).query)
    assert asked["redirect_uri"] == [f"{SITE}/sign-in/single/return"]
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    back = requests.post(led, data={"sub": sub}, allow_redirects=False, timeout=10)
    return client.get(back.headers["Location"].removeprefix(SITE))


def is_in(client: FlaskClient) -> bool:
    return client.get("/cases").status_code == 200


def test_whoever_has_the_address_of_mail_is_known_from_then_on(
    made: Making, provider: str, demo: Application
) -> None:
    with demo.context(), db.transaction() as session:
        clerk = session.scalars(select(Person).where(Person.username == "clerk")).one()
        clerk.email = "Li@example.org"
    sub = known(provider, "li", email="li@example.org", email_verified=True)
    site = made()
    client = site.test_client()
    page = client.get("/sign-in", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Sign in by City ID" in page
    answer = come_back(client, sub, "/sign-in/single?next=/cases/new")
    assert answer.headers["Location"] == "/cases/new"
    assert "李经办" in client.get("/my-account").get_data(as_text=True)
    # By the identity, whatever address it has now; and not by an address that was not verified.
    known(provider, "li", email="other@example.org", email_verified=True)
    assert come_back(site.test_client(), sub).headers["Location"] == "/cases?whose=mine"
    unproven = known(provider, "mallory", email="li@example.org", email_verified=False)
    stranger = site.test_client()
    refused = come_back(stranger, unproven)
    assert refused.status_code == 403
    assert "还没有账号" in refused.get_data(as_text=True)
    assert not is_in(stranger)
    with demo.context() as session:
        assert session.scalars(select(Identity.subject)).all() == ["li"]
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-4:] == ["identity linked", "sign-in", "sign-in", "sign-in refused"]


def test_groups_say_the_role_and_unit_each_time(
    made: Making, provider: str, demo: Application
) -> None:
    site = made(oidc_groups=PLACES)
    who = {"name": "赵新人", "preferred_username": "zhao"}
    sub = known(provider, "zhao", **who, groups=["everybody", "foi-clerks"])
    client = site.test_client()
    assert come_back(client, sub).headers["Location"] == "/cases?whose=mine"
    account = client.get("/my-account").get_data(as_text=True)
    assert "赵新人" in account
    assert "市国土资源局" in account
    known(provider, "zhao", **who, groups=["foi-heads", "foi-clerks"])
    assert come_back(site.test_client(), sub).headers["Location"] == "/cases?due=open"
    known(provider, "zhao", **who, groups=["everybody"])
    left = site.test_client()
    assert come_back(left, sub).status_code == 403
    assert not is_in(left)
    with demo.context() as session:
        query = select(AuditEntry.reason).where(AuditEntry.action == "person moved")
        assert session.scalars(query).all() == ["clerk LZ-S02 → approver LZ-S01"]


def test_nobody_new_takes_the_user_name_of_another(made: Making, provider: str) -> None:
    client = made(oidc_groups=PLACES).test_client()
    for name in ("Clerk", "operator", "", "x" * 300):
        groups = ["foi-clerks"]
        sub = known(provider, f"new-{len(name)}", preferred_username=name, groups=groups)
        if len(name) < 300:
            assert come_back(client, sub).status_code == 403, name
        else:
            assert come_back(client, sub).status_code == 302  # cut


def test_whoever_was_let_go_is_not_let_in(made: Making, provider: str, demo: Application) -> None:
    site = made(oidc_groups=PLACES)
    sub = known(provider, "gone", preferred_username="gone", groups=["foi-clerks"])
    assert come_back(site.test_client(), sub).status_code == 302
    with demo.context(), db.transaction() as session:
        session.scalars(select(Person).where(Person.username == "gone")).one().active = False
    client = site.test_client()
    assert come_back(client, sub).status_code == 403
    assert not is_in(client)


def test_a_second_factor_of_the_provider_counts_as_one(made: Making, provider: str) -> None:
    site = made(oidc_groups=PLACES, second_factor_roles=frozenset({"approver"}))
    who = {"preferred_username": "head", "groups": ["foi-heads"]}
    weak = site.test_client()
    assert come_back(weak, known(provider, "head", **who, amr=["pwd"])).status_code == 302
    assert weak.get("/cases").headers["Location"] == "/my-account/second-factor"
    strong = site.test_client()
    sub = known(provider, "head", **who, amr=["pwd", "mfa"])
    assert come_back(strong, sub).status_code == 302
    assert is_in(strong)
    by_class = made(
        oidc_groups=PLACES,
        second_factor_roles=frozenset({"approver"}),
        oidc_second_factor=frozenset({"urn:city:loa:2"}),
    )
    other = by_class.test_client()
    assert come_back(other, known(provider, "head", **who, acr="urn:city:loa:2")).status_code == 302
    assert is_in(other)


def test_whoever_has_a_second_factor_here_is_asked_for_it(
    made: Making, provider: str, demo: Application
) -> None:
    site = made(oidc_groups=PLACES)
    sub = known(provider, "two", preferred_username="two", groups=["foi-clerks"])
    assert come_back(site.test_client(), sub).status_code == 302
    with demo.context(), db.transaction() as session:
        person = session.scalars(select(Person).where(Person.username == "two")).one()
        person.second_factor_since = NOW
    client = site.test_client()
    assert come_back(client, sub).headers["Location"] == "/sign-in/code"
    assert not is_in(client)


def test_who_one_is_is_shown_again_by_the_provider(
    made: Making, provider: str, demo: Application
) -> None:
    with demo.context(), db.transaction() as session:
        boss = session.scalars(select(Person).where(Person.username == "administrator")).one()
        boss.email = "boss@example.org"
    mail = {"email": "boss@example.org", "email_verified": True}
    client = made().test_client()
    sub = known(provider, "boss", **mail)
    assert come_back(client, sub).status_code == 302
    later = made(minutes=45).test_client()
    with client.session_transaction() as cookie, later.session_transaction() as copied:
        copied.update(cookie)
    asked = later.post("/people/2/disable", data={"csrf_token": csrf(later)})
    assert "City ID" in asked.get_data(as_text=True)
    at = "/confirm/single"
    # Asked three quarters of an hour ago; somebody else; at a time that is days ahead of ours.
    stale = known(provider, "boss", **mail, auth_time=int(NOW.timestamp()))
    assert come_back(later, stale, at).status_code == 400
    fresh = int((NOW + timedelta(minutes=44)).timestamp())
    other = known(provider, "else", auth_time=fresh)
    assert come_back(later, other, at).status_code == 400
    assert come_back(later, known(provider, "boss", **mail), at).status_code == 400
    assert later.post("/people/2/disable", data={"csrf_token": csrf(later)}).status_code == 200
    right = known(provider, "boss", **mail, auth_time=fresh)
    assert come_back(later, right, at).status_code == 200
    assert later.post("/people/2/disable", data={"csrf_token": csrf(later)}).status_code == 302
    went_on = later.post("/confirm?next=/people", data={"csrf_token": csrf(later), "proof": ""})
    assert went_on.headers["Location"] == "/people"


def csrf(client: FlaskClient) -> str:
    page = client.get("/my-account").get_data(as_text=True)
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_whoever_must_set_up_a_second_factor_can_show_who_they_are(
    made: Making, provider: str
) -> None:
    """They have no password: else they would be led in a circle once they are asked again."""
    needs = {"oidc_groups": PLACES, "second_factor_roles": frozenset({"approver"})}
    who = {"preferred_username": "fresh", "groups": ["foi-heads"]}
    client = made(**needs).test_client()
    assert come_back(client, known(provider, "fresh", **who)).status_code == 302
    later = made(minutes=45, **needs).test_client()
    with client.session_transaction() as cookie, later.session_transaction() as copied:
        copied.update(cookie)
    assert later.get("/my-account/second-factor").headers["Location"].startswith("/confirm")
    fresh = int((NOW + timedelta(minutes=44)).timestamp())
    shown = come_back(later, known(provider, "fresh", **who, auth_time=fresh), "/confirm/single")
    assert shown.status_code == 200
    assert later.get("/my-account/second-factor").status_code == 200


def test_what_does_not_come_from_the_provider_lets_nobody_in(made: Making, provider: str) -> None:
    site = made(oidc_groups=PLACES)
    sub = known(provider, "real", preferred_username="real", groups=["foi-clerks"])
    client = site.test_client()
    led = client.get("/sign-in/single").headers["Location"]
    back = requests.post(led, data={"sub": sub}, allow_redirects=False, timeout=10)
    path = back.headers["Location"].removeprefix(SITE)
    # In another browser; with another code; without anything; with an error; twice.
    for browser, wrong in (
        (site.test_client(), path),
        (client, path.replace("code=", "code=x")),
        (client, "/sign-in/single/return"),
        (client, "/sign-in/single/return?error=access_denied&state=x"),
        (client, path),  # its state was used up by the wrong code
    ):
        assert browser.get(wrong).status_code == 400, wrong
        assert not is_in(browser)


def test_a_subject_that_is_too_long_is_nobody(made: Making, provider: str) -> None:
    site = made(oidc_groups=PLACES)
    claims = {"preferred_username": "long", "groups": ["foi-clerks"]}
    sub = known(provider, "s" * 255, **claims)
    assert come_back(site.test_client(), sub).status_code == 302
    assert come_back(site.test_client(), known(provider, "s" * 256, **claims)).status_code == 400


def test_a_provider_that_cannot_be_reached_is_named_as_such(made: Making, provider: str) -> None:
    for issuer in ("http://localhost:9", f"{provider}/another"):
        client = made(oidc_issuer=issuer).test_client()
        answer = client.get("/sign-in/single", headers={"Accept-Language": "en"})
        assert answer.status_code == 502
        assert "sign in with your password" in answer.get_data(as_text=True)
        assert (
            post(client, "/sign-in", at="/sign-in", username="clerk", password=PASSWORD).status_code
            == 302
        )


def test_without_a_provider_there_is_no_way_to_it(site: Flask) -> None:
    client = site.test_client()
    assert client.get("/sign-in/single").status_code == 404
    assert client.get("/sign-in/single/return").status_code == 404
    assert signed_in(site, "clerk").get("/confirm/single").status_code == 404
    assert "/sign-in/single" not in client.get("/sign-in").get_data(as_text=True)
