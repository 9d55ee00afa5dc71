"""The account: a link that is good once, own cases only, a password for whoever wants one."""

import re
from dataclasses import replace
from datetime import timedelta

from flask.testing import FlaskClient

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import Step
from requestflow.foundation import db
from requestflow.notices import SmtpMailer, deliver
from requestflow.web import create_app
from tests.conftest import NOW, within
from tests.mailbox import mail_server, words_of
from tests.web.citizens import fill, open_case, send


def post(client: FlaskClient, path: str, page: str | None = None, **data: str):
    token = re.search(
        r'name="csrf_token" value="([^"]+)"', client.get(page or path).get_data(as_text=True)
    )
    assert token
    return client.post(path, data={"csrf_token": token[1], **data})


def mailed(demo: Application) -> list[str]:
    """Delivers what waits to a real SMTP server; the bodies as they arrive."""
    with mail_server() as (box, port):
        within(
            demo,
            deliver,
            SmtpMailer("127.0.0.1", port),
            "office@example.org",
            "http://site",
            demo.now(),
        )
    return [
        f"{mail['Subject']}\n{words_of(mail)}"
        for mail in box.mails
        if mail["To"].casefold() == "zhang@example.org"
    ]


def link_in(mails: list[str]) -> str:
    match = re.search(r"/account/link/\S+", "\n".join(mails))
    assert match
    return match[0]


def test_a_mail_tells_what_happened_and_by_when(citizen: FlaskClient, demo: Application) -> None:
    number, code = send(citizen, fill(citizen))
    mails = mailed(demo)
    assert len(mails) == 1
    for fact in (
        number,
        "受理机关已收到您的申请",
        "2026-12-22",
        f"http://site/follow?number={number}",
    ):
        assert fact in mails[0]
    assert code not in mails[0]
    assert mailed(demo) == []


def test_the_link_is_good_once_and_shows_own_cases_only(
    citizen: FlaskClient, demo: Application
) -> None:
    number, code = send(citizen, fill(citizen))
    other, _ = send(citizen, fill(citizen, contact={"email": "li@example.org"}))
    client = citizen.application.test_client()
    assert open_case(client, number, code).status_code == 302
    sent = post(client, "/account/sign-in", email="Zhang@Example.org")
    assert sent.status_code == 200
    link = link_in(mailed(demo))
    assert client.get(link).status_code == 200, "looking at the link does not use it up"
    assert post(client, link).headers["Location"] == "/account"
    page = client.get("/account").get_data(as_text=True)
    assert number in page
    assert other not in page
    assert client.get(f"/follow/{number}").status_code == 200
    assert client.get(f"/follow/{other}").status_code == 302
    second = citizen.application.test_client()
    assert post(second, link).headers["Location"] == "/account/sign-in"


def test_a_link_ends_after_half_an_hour(citizen: FlaskClient, demo: Application) -> None:
    post(citizen, "/account/sign-in", email="zhang@example.org")
    link = link_in(mailed(demo))
    later = create_app(replace(demo, clock=lambda: NOW + timedelta(minutes=11))).test_client()
    assert post(later, link).headers["Location"] == "/account/sign-in"


def test_a_password_works_where_it_was_set(citizen: FlaskClient, demo: Application) -> None:
    post(citizen, "/account/sign-in", email="zhang@example.org")
    post(citizen, link_in(mailed(demo)))
    short = post(citizen, "/account/password", "/account", password="short")
    assert short.status_code == 400
    assert (
        post(citizen, "/account/password", "/account", password="long enough 1").status_code == 302
    )
    post(citizen, "/account/sign-out", "/account")
    assert citizen.get("/account").status_code == 302
    for email, password, status in (
        ("zhang@example.org", "long enough 1", 302),
        ("zhang@example.org", "long enough 2", 400),
        ("nobody@example.org", "long enough 1", 400),
        ("not an address", "", 400),
    ):
        client = citizen.application.test_client()
        answer = post(client, "/account/sign-in", email=email, password=password)
        assert answer.status_code == status, email


def test_mail_about_what_the_law_does_not_require_can_be_left_off(
    citizen: FlaskClient, demo: Application
) -> None:
    number, code = send(citizen, fill(citizen))
    assert open_case(citizen, number, code).status_code == 302
    path = f"/follow/{number}"
    assert len(mailed(demo)) == 1
    post(citizen, f"{path}/mail", path, wanted="no")
    operator = Actor.operator()
    requested = {"consultation": "1", "name": "某公司"}
    with demo.context(), db.transaction() as session:
        day = demo.today()
        demo.cases.take_step(
            session, operator, number, [Step("consultation_started", day, requested)], NOW
        )
        ended = {"consultation": "1", "answer": "agrees"}
        demo.cases.take_step(
            session, operator, number, [Step("consultation_ended", day, ended)], NOW
        )
    assert mailed(demo) == []
    more = {"days": 20, "reason": "会商", "approver": "陈签发"}
    with demo.context(), db.transaction() as session:
        demo.cases.take_step(session, operator, number, [Step("extended", day, more)], NOW)
    assert len(mailed(demo)) == 1
    post(citizen, f"{path}/mail", path, wanted="yes")
    with demo.context(), db.transaction() as session:
        requested["consultation"] = "2"
        demo.cases.take_step(
            session, operator, number, [Step("consultation_started", day, requested)], NOW
        )
    assert len(mailed(demo)) == 1
