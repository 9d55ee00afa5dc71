"""Reminders: each once, whatever is run twice; mail to a real SMTP server."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Text, func, select, type_coerce

from requestflow.application import Application
from requestflow.foundation import db, is_mail_address
from requestflow.notices import (
    ConsoleMailer,
    Message,
    Notice,
    SmtpMailer,
    deliver,
    mail_sign_in_link,
    sweep,
    write_digests,
)
from tests.conftest import NOW, within
from tests.mailbox import mail_server


def run_sweep(app: Application, now=NOW):
    result = within(app, sweep, app.zones, now)
    within(app, write_digests, app.zones, now, app.settings.morning)
    return result


def told(app: Application) -> list[tuple[int, dict]]:
    """What was told by in-app messages: to whom, and of what, one by one."""
    with app.context() as session:
        rows = session.scalars(select(Message).where(Message.channel == "in_app")).all()
    results = [(row.person_id, json.loads(row.data)) for row in rows]
    return [(person, item) for person, data in results for item in data.get("items", [data])]


def count(app: Application, query) -> int:
    with app.context() as session:
        return session.scalar(query) or 0


MESSAGES = select(func.count()).select_from(Message)


def test_a_second_sweep_finds_nothing(demo: Application) -> None:
    first = run_sweep(demo)
    assert first.reminded > 0
    assert first.failed == 0
    again = run_sweep(demo)
    assert (again.due, again.reminded) == (0, 0)


def test_a_missed_week_ends_in_one_reminder_a_deadline(demo: Application) -> None:
    late = NOW + timedelta(days=9)
    run_sweep(demo, late)
    result = Counter(
        (person, item["subject"], item["deadline"], item["key"]) for person, item in told(demo)
    )
    assert max(result.values()) == 1


def test_in_app_notices_come_once_for_each_message(demo: Application) -> None:
    run_sweep(demo)
    for _ in range(2):
        within(demo, deliver, ConsoleMailer(), "a@example.org", "http://localhost", NOW)
    in_app = count(demo, MESSAGES.where(Message.channel == "in_app"))
    assert count(demo, select(func.count()).select_from(Notice)) == in_app > 0
    assert count(demo, MESSAGES.where(Message.status != "sent")) == 0


def test_mail_reaches_a_real_server_with_stable_ids(demo: Application) -> None:
    run_sweep(demo)
    with mail_server() as (box, port):
        mailer = SmtpMailer("127.0.0.1", port)
        within(demo, deliver, mailer, "office@example.org", "http://localhost", NOW)
    mails = count(demo, MESSAGES.where(Message.channel == "mail"))
    assert len({mail["Message-ID"] for mail in box.mails}) == len(box.mails) == mails > 0
    assert all(mail["To"].endswith("@example.org") for mail in box.mails)


def test_mail_that_fails_waits_and_is_sent_later(demo: Application) -> None:
    run_sweep(demo)
    closed = SmtpMailer("127.0.0.1", 9)
    failed = within(demo, deliver, closed, "a@example.org", "http://localhost", NOW)
    assert failed.failed > 0
    soon = within(demo, deliver, ConsoleMailer(), "a@example.org", "http://localhost", NOW)
    assert soon.sent == 0
    later = NOW + timedelta(hours=1)
    after = within(demo, deliver, ConsoleMailer(), "a@example.org", "http://localhost", later)
    assert after.sent == failed.failed


@pytest.mark.parametrize("address", ["():@example.org", ".:@example.org", "=?utf-8?q?=76?=@x.org"])
def test_one_impossible_address_stops_no_other_mail(demo: Application, address: str) -> None:
    with demo.context(), db.transaction() as session:
        for place, email in enumerate((address, "good@example.org")):
            mail_sign_in_link(session, email, f"http://localhost/{place}", "en", NOW)
    with mail_server() as (box, port):
        done = within(
            demo, deliver, SmtpMailer("127.0.0.1", port), "o@example.org", "http://localhost", NOW
        )
    assert (done.sent, done.failed) == (1, 1)
    assert [mail["To"] for mail in box.mails] == ["good@example.org"]
    with demo.context() as session:
        rows = session.scalars(select(Message).order_by(Message.id)).all()
        stored = session.scalars(select(type_coerce(Message.data, Text))).all()
    assert [row.status for row in rows] == ["dead", "sent"]
    assert all("localhost" in row.data for row in rows)
    assert not any("localhost" in data for data in stored), "a link is no good to who reads along"
    assert not is_mail_address(address)
