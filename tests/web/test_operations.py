"""Reminders' rules in the browser, and the page of those who run the installation."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from requestflow.application import Application
from requestflow.foundation import db
from requestflow.notices import Message, SmtpMailer, deliver, sweep, write_digests
from requestflow.web import create_app
from tests.conftest import NOW, within
from tests.mailbox import mail_server
from tests.web.citizens import problems
from tests.web.desk import opened, post, signed_in


@pytest.fixture
def administrator(site: Flask) -> FlaskClient:
    return signed_in(site, "administrator")


def swept(demo: Application) -> None:
    within(demo, sweep, demo.zones, NOW)
    within(demo, write_digests, demo.zones, NOW, demo.settings.morning)


def fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="([a-z_]+-[a-z]+-(?:before|after))"\s+value="([^"]*)"', page))


def test_a_unit_changes_who_is_told_what(approver: FlaskClient, demo: Application) -> None:
    opened(demo, 20)
    path = "/office/reminders"
    page = approver.get(path).get_data(as_text=True)
    first = fields(page)
    assert first["duty-clerk-before"] == "5, 3, 1, 0"
    assert first["duty-clerk-after"] == "daily"
    assert "set by this unit" not in page
    wrong = post(approver, path, **{**first, "duty-clerk-before": "soon"})
    assert wrong.status_code == 400
    assert "like 5, 3, 1, 0" in problems(wrong)[0]
    assert 'value="soon"' in wrong.get_data(as_text=True)
    done = post(approver, path, **{**first, "duty-clerk-before": "8 2"})
    assert done.status_code == 302
    page = approver.get(path).get_data(as_text=True)
    assert fields(page)["duty-clerk-before"] == "8, 2"
    assert page.count("set by this unit") == 1
    assert post(approver, path, **{**first, "reset": "1"}).status_code == 302
    assert fields(approver.get(path).get_data(as_text=True)) == first


def test_daily_is_said_and_taken_in_the_reader_s_language(approver: FlaskClient) -> None:
    path = "/office/reminders"
    english = fields(approver.get(path).get_data(as_text=True))
    with approver.session_transaction() as session:
        session["locale"] = "zh_CN"
    shown = fields(approver.get(path).get_data(as_text=True))
    assert shown["duty-clerk-after"] == "每天"
    done = post(approver, path, **{**shown, "duty-clerk-before": "4"})
    assert done.status_code == 302
    with approver.session_transaction() as session:
        session["locale"] = "en"
    after = fields(approver.get(path).get_data(as_text=True))
    assert after == {**english, "duty-clerk-before": "4"}


def test_a_unit_sets_an_earlier_day_for_reports(approver: FlaskClient) -> None:
    path = "/office/reporting-days"
    wrong = post(approver, path, **{"day-departments": "02-10"})
    assert wrong.status_code == 400
    assert "after the day that the law sets (01-31)" in problems(wrong)[0]
    assert 'value="02-10"' in wrong.get_data(as_text=True)
    assert post(approver, path, **{"day-departments": "01-20"}).status_code == 302
    page = approver.get("/office/reminders").get_data(as_text=True)
    assert re.search(r'name="day-departments"[^>]*value="01-20"', page)
    report = approver.get("/report/2026").get_data(as_text=True)
    assert "2027-01-20" in report
    assert "by law 2027-01-31, art. 49" in report


def test_the_preview_says_what_then_comes(approver: FlaskClient, demo: Application) -> None:
    swept(demo)
    page = approver.get("/office/reminders").get_data(as_text=True)
    days = re.findall(r"<summary>(2026-1\d-\d\d) ", page)
    assert days
    assert days == sorted(days)
    assert min(days) >= "2026-11-25"
    assert max(days) <= "2026-12-04"
    with demo.context() as session:
        before = set(session.scalars(Message.__table__.select()).all())
    tomorrow = NOW + timedelta(days=1)
    within(demo, sweep, demo.zones, tomorrow)
    within(demo, write_digests, demo.zones, tomorrow, demo.settings.morning)
    with demo.context() as session:
        after = set(session.scalars(Message.__table__.select()).all())
    assert after - before
    assert "2026-11-25" in days


def test_dead_letters_are_seen_and_sent_again(
    administrator: FlaskClient, demo: Application
) -> None:
    swept(demo)
    with demo.context(), db.transaction() as session:
        session.execute(
            update(Message)
            .where(Message.channel == "mail")
            .values(status="dead", error="SMTPDataError 550", attempts=12)
        )
    page = administrator.get("/operations").get_data(as_text=True)
    assert "SMTPDataError 550" in page
    message = re.search(r'name="message" value="(\d+)"', page)
    assert message
    post(administrator, "/operations/resend", at="/operations", message=message[1])
    with mail_server() as (box, port):
        mailer = SmtpMailer("127.0.0.1", port)
        within(demo, deliver, mailer, "a@example.org", "http://site", NOW)
        assert len(box.mails) == 1
        post(administrator, "/operations/resend", at="/operations")
        within(demo, deliver, mailer, "a@example.org", "http://site", NOW)
    assert len(box.mails) > 1
    assert "No messages have failed permanently" in administrator.get("/operations").get_data(
        as_text=True
    )


def test_a_dead_worker_is_seen_by_those_who_can_mend_it(
    administrator: FlaskClient, clerk: FlaskClient, demo: Application
) -> None:
    warning = "Reminders are not being sent"
    assert warning in administrator.get("/notices").get_data(as_text=True)
    assert warning not in clerk.get("/notices").get_data(as_text=True)
    assert clerk.get("/readyz").get_json()["sweep"] == "late"
    swept(demo)
    assert warning not in administrator.get("/notices").get_data(as_text=True)
    assert clerk.get("/readyz").get_json()["sweep"] == "ok"


def test_figures_for_prometheus_are_for_this_machine_or_the_token(
    site: Flask, demo: Application
) -> None:
    swept(demo)
    near = site.test_client()
    message = near.get("/metrics").get_data(as_text=True)
    at = re.search(r"^requestflow_last_sweep_seconds (\S+)$", message, re.MULTILINE)
    assert at
    assert float(at[1]) == NOW.timestamp()
    waiting = re.search(r'requestflow_messages\{state="waiting"\} (\d+)', message)
    assert waiting
    assert int(waiting[1]) > 0
    far = site.test_client()
    far.environ_base["REMOTE_ADDR"] = "203.0.113.5"
    assert far.get("/metrics").status_code == 404
    token = {"metrics_token": "token-of-the-test"}
    known = create_app(replace(demo, settings=demo.settings.model_copy(update=token)))
    far = known.test_client()
    far.environ_base["REMOTE_ADDR"] = "203.0.113.5"
    assert far.get("/metrics").status_code == 404
    allowed = {"Authorization": "Bearer token-of-the-test"}
    assert far.get("/metrics", headers=allowed).status_code == 200
