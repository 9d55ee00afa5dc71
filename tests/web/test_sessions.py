"""Sessions of staff: they end at once and for everybody who has a copy of the cookie."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from requestflow.accounts import (
    Actor,
    AuditEntry,
    Person,
    StaffSession,
    clear_sessions,
    disable_person,
    reset_password,
)
from requestflow.application import Application
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from requestflow.web import create_app
from requestflow.web.settings.own_account import device_name
from tests.conftest import NOW
from tests.web.desk import post, signed_in

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"


def copy_of(site: Flask, client: FlaskClient) -> FlaskClient:
    """A browser with the same cookie, as somebody has who copied it."""
    other = site.test_client()
    with client.session_transaction() as cookie, other.session_transaction() as copied:
        copied.update(cookie)
    return other


def is_in(client: FlaskClient) -> bool:
    return client.get("/cases").status_code == 200


def kept(demo: Application) -> list[StaffSession]:
    with demo.context() as session:
        return list(session.scalars(select(StaffSession).order_by(StaffSession.id)))


def recorded(demo: Application, action: str) -> int:
    with demo.context() as session:
        query = select(func.count()).where(AuditEntry.action == action)
        return session.scalar(query) or 0


def test_signing_out_ends_the_copy_of_a_cookie_as_well(
    site: Flask, clerk: FlaskClient, demo: Application
) -> None:
    copied, elsewhere = copy_of(site, clerk), signed_in(site, "clerk")
    assert is_in(copied)
    assert post(clerk, "/sign-out", at="/cases").status_code == 302
    assert not is_in(clerk)
    assert not is_in(copied)
    assert is_in(elsewhere)
    assert recorded(demo, "sign-out") == 1


def test_each_sign_in_is_a_session_of_its_own_of_which_the_secret_is_not_kept(
    site: Flask, demo: Application
) -> None:
    clients = [signed_in(site, "clerk") for _ in range(2)]
    secrets = set()
    for client in clients:
        with client.session_transaction() as cookie:
            secrets.add(cookie["_user_id"])
    assert len(secrets) == 2
    assert all(len(secret) >= 43 for secret in secrets)
    rows = kept(demo)
    assert len({row.key_digest for row in rows}) == 2
    assert not secrets & {row.key_digest for row in rows}


def test_the_disabled_and_whoever_got_a_new_password_are_out_at_once(
    site: Flask, clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    with demo.context(), db.transaction() as session:
        for username, end in (("clerk", disable_person), ("approver", reset_password)):
            person = session.scalars(select(Person).where(Person.username == username)).one()
            end(session, Actor.operator(), person, NOW)
    assert not is_in(clerk)
    assert not is_in(approver)
    assert kept(demo) == []


def test_a_changed_password_leaves_this_device_alone_signed_in(
    site: Flask, clerk: FlaskClient
) -> None:
    elsewhere, copied = signed_in(site, "clerk"), copy_of(site, clerk)
    new = {
        "new_password": "千里之行，始于足下，且行且看。",
        "password_again": "千里之行，始于足下，且行且看。",
    }
    form = {"present_password": PASSWORD, **new}
    assert post(clerk, "/my-account/password", at="/my-account", **form).status_code == 302
    assert is_in(clerk)
    assert not is_in(elsewhere)
    assert not is_in(copied)


def test_everybody_sees_where_they_are_signed_in_and_ends_what_they_do_not_know(
    site: Flask, demo: Application, approver: FlaskClient
) -> None:
    here, there, third = (signed_in(site, "clerk") for _ in range(3))
    numbers = [row.id for row in kept(demo)]
    page = here.get("/my-account").get_data(as_text=True)
    assert page.count("This device") == 1
    assert f"/my-account/sessions/{numbers[2]}/end" in page
    # Of somebody else nobody ends any, and learns nothing of it.
    foreign = post(approver, f"/my-account/sessions/{numbers[2]}/end", at="/my-account")
    assert foreign.status_code == 404
    assert is_in(there)
    ended = post(here, f"/my-account/sessions/{numbers[2]}/end", at="/my-account")
    assert ended.status_code == 302
    assert [is_in(client) for client in (here, there, third)].count(True) == 2
    assert post(here, "/my-account/sessions/end-others", at="/my-account").status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert not is_in(third)
    assert is_in(approver)
    assert recorded(demo, "session ended") == 2


def test_a_session_is_over_after_so_many_hours_whatever_is_done_with_it(
    site: Flask, clerk: FlaskClient, demo: Application
) -> None:
    for hours, open_still in ((11, True), (13, False)):
        later = create_app(replace(demo, clock=lambda h=hours: NOW + timedelta(hours=h)))
        assert is_in(copy_of(later, clerk)) is open_still
    with demo.context(), db.transaction() as session:
        clear_sessions(session, NOW + timedelta(hours=1))
    assert kept(demo) == []


def test_a_cookie_is_good_for_an_hour_after_the_last_page(
    site: Flask, clerk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert site.permanent_session_lifetime == timedelta(hours=1)
    answer = clerk.get("/cases")
    assert "Expires=" in answer.headers["Set-Cookie"]
    monkeypatch.setitem(site.config, "PERMANENT_SESSION_LIFETIME", timedelta(seconds=-1))
    assert not is_in(clerk)


def test_reading_writes_nothing_and_sending_notes_the_use(
    site: Flask, clerk: FlaskClient, demo: Application
) -> None:
    soon = create_app(replace(demo, clock=lambda: NOW + timedelta(minutes=4)))
    later = create_app(replace(demo, clock=lambda: NOW + timedelta(minutes=6)))
    for app in (soon, later):
        app.config["WTF_CSRF_ENABLED"] = False
    assert is_in(copy_of(later, clerk))
    assert kept(demo)[0].used_at == NOW
    assert copy_of(soon, clerk).post("/language", data={"locale": "en"}).status_code == 302
    assert kept(demo)[0].used_at == NOW
    assert copy_of(later, clerk).post("/language", data={"locale": "en"}).status_code == 302
    assert kept(demo)[0].used_at == NOW + timedelta(minutes=6)


def test_a_session_says_from_where_and_with_what(site: Flask, demo: Application) -> None:
    client = site.test_client()
    client.environ_base |= {"HTTP_USER_AGENT": FIREFOX, "REMOTE_ADDR": "2001:db8::7"}
    form = {"username": "clerk", "password": PASSWORD}
    assert post(client, "/sign-in", at="/sign-in", **form).status_code == 302
    (row,) = kept(demo)
    assert (row.address, row.device) == ("2001:db8::7", FIREFOX)
    page = client.get("/my-account").get_data(as_text=True)
    assert "Firefox, Windows" in page
    assert "2001:db8::7" in page


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (FIREFOX, "Firefox, Windows"),
        (
            "Mozilla/5.0 (Linux; Android 15) Chrome/140 MicroMessenger/8.0",
            "WeChat, Android",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iOS"),
        ("<script>", "其他浏览器"),
        (None, "其他浏览器"),
    ],
)
def test_devices_have_short_names(site: Flask, told: str | None, name: str) -> None:
    with site.test_request_context("/", headers={"Accept-Language": "zh-CN"}):
        assert device_name(told) == name


def test_an_endless_name_of_a_browser_is_cut(site: Flask, demo: Application) -> None:
    client = site.test_client()
    client.environ_base["HTTP_USER_AGENT"] = "x" * 5000
    form = {"username": "clerk", "password": PASSWORD}
    assert post(client, "/sign-in", at="/sign-in", **form).status_code == 302
    assert kept(demo)[0].device == "x" * 200
