"""What fails while a message is composed or sent is tried again, unless it can never succeed; and
what the end of a task's time leaves behind."""

import json
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import IO

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy import insert, select

from requestflow.application import Application
from requestflow.foundation import OutOfTime, db
from requestflow.notices import (
    ConsoleMailer,
    Message,
    ReminderSchedule,
    deliver,
    reminder_sweep,
    sweep,
)
from requestflow.notices.outbox import letter
from tests.conftest import NOW
from worker.application import TaskInContext

DATA = {
    "number": "LZ-S01-2026-0001",
    "unit": "市环境保护局",
    "event": "delivered",
    "day": "2026-11-24",
    "happened": "已答复",
    "next": "",
    "due": None,
    "files": [{"name": "答复.pdf", "sha256": "0" * 64}],
}


def waiting(app: Application, data: dict[str, object] | None = None) -> None:
    """Nothing in the outbox but one mail with an attachment."""
    content = json.dumps(DATA if data is None else data)
    with app.context(), db.transaction() as session:
        for message in session.scalars(select(Message)):
            message.status = "sent"
        row = letter("zhang@example.org", "zh_CN", "case", content, "one", NOW)
        session.execute(insert(Message).values(row))


def delivered(app: Application, open_file: object, mailer: object = None) -> Message:
    """The mail after a round of delivery."""
    with app.context():
        address = ("o@example.org", "http://site")
        deliver(mailer or ConsoleMailer(), *address, NOW, open_file)  # type: ignore[arg-type]
    with app.context() as session:
        return session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()


@pytest.mark.parametrize("error", [ConnectionError, FileNotFoundError, TimeoutError, OSError])
def test_a_file_that_cannot_be_read_for_a_while_costs_no_message(
    demo: Application, error: type[Exception]
) -> None:
    def away(_sha256: str) -> IO[bytes]:
        raise error("the store is away")

    waiting(demo)
    message = delivered(demo, away)
    assert (message.status, message.attempts, message.error) == ("waiting", 1, error.__name__)
    assert message.next_attempt_at > NOW


def test_without_a_mail_server_nothing_counts_as_sent_in_production(
    demo: Application, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = demo.settings.model_copy(update={"secure_cookies": True})
    waiting(demo, {**DATA, "files": []})
    message = delivered(demo, None, replace(demo, settings=settings).mailer)
    assert (message.status, message.sent_at) == ("waiting", None)
    assert message.error == "ConnectionError"
    assert "zhang@example.org" not in capsys.readouterr().out
    assert isinstance(demo.mailer, ConsoleMailer)


def test_what_can_never_be_written_is_not_tried_again(demo: Application) -> None:
    waiting(demo, {"number": "LZ-S01-2026-0001"})
    message = delivered(demo, None)
    assert (message.status, message.error) == ("dead", "UndefinedError")


class EndsOutOfTime:
    """A mail server in whose time the task's own runs out."""

    def send(self, _message: EmailMessage) -> None:
        raise OutOfTime


def test_a_task_out_of_time_leaves_the_message_to_the_next(demo: Application) -> None:
    waiting(demo, {**DATA, "files": []})
    with pytest.raises(OutOfTime):
        delivered(demo, None, EndsOutOfTime())
    with demo.context() as session:
        message = session.scalars(select(Message).where(Message.status == "waiting")).one()
    assert message.error is None
    assert message.next_attempt_at > NOW, "the claim is a lease"
    later = NOW + timedelta(hours=1)
    with demo.context():
        assert deliver(ConsoleMailer(), "o@example.org", "http://site", later).sent == 1


def test_a_task_out_of_time_postpones_no_reminder(
    demo: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_time(*_: object) -> int:
        raise OutOfTime

    with demo.context() as session:
        before = {row.id: row.next_on for row in session.scalars(select(ReminderSchedule))}
    monkeypatch.setattr(reminder_sweep, "_remind", out_of_time)
    with demo.context(), pytest.raises(OutOfTime):
        sweep(demo.zones, NOW)
    with demo.context() as session:
        rows = {row.id: row for row in session.scalars(select(ReminderSchedule))}
    assert {number: rows[number].next_on for number in before} == before
    assert all(row.error is None for row in rows.values())


def test_the_queue_hears_of_a_task_out_of_time(
    demo: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Endless(TaskInContext):
        name = "tests.endless"

        def run(self) -> None:
            raise OutOfTime

    monkeypatch.setattr("worker.application.requestflow", lambda: demo)
    with pytest.raises(SoftTimeLimitExceeded):
        Endless()()
