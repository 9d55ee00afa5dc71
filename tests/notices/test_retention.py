"""What was sent is forgotten after a time; what still waits is not."""

from datetime import timedelta

from sqlalchemy import func, select, update

from requestflow.accounts import Person
from requestflow.application import Application
from requestflow.foundation import db
from requestflow.notices import Message, Notice, clear_messages, mail_sign_in_link
from tests.conftest import NOW, within


def left(demo: Application) -> list[str]:
    with demo.context() as session:
        return list(session.scalars(select(Message.status).order_by(Message.id)))


def test_only_what_is_old_and_done_is_removed(demo: Application) -> None:
    ages = {"sent": 500, "dead": 401, "waiting": 600}
    with demo.context(), db.transaction() as session:
        for status, days in (*ages.items(), ("sent", 399)):
            at = NOW - timedelta(days=days)
            mail_sign_in_link(session, "a@example.org", f"http://l/{days}", "en", at)
            newest = select(func.max(Message.id)).scalar_subquery()
            session.execute(update(Message).where(Message.id == newest).values(status=status))
        person = session.scalars(select(Person.id).limit(1)).one()
        for days in (500, 10):
            row = {"message_id": str(days), "person_id": person, "kind": "x", "data": "{}"}
            session.add(Notice(**row, at=NOW - timedelta(days=days)))
    cutoff = NOW - timedelta(days=demo.settings.message_days)
    assert within(demo, clear_messages, cutoff) == 3
    assert sorted(left(demo)) == ["sent", "waiting"]
    with demo.context() as session:
        assert session.scalars(select(Notice.message_id)).all() == ["10"]
    assert within(demo, clear_messages, cutoff) == 0


def test_batches_follow_each_other(demo: Application) -> None:
    from requestflow.notices import retention

    before, retention.BATCH = retention.BATCH, 2
    try:
        with demo.context(), db.transaction() as session:
            for number in range(7):
                mail_sign_in_link(session, "a@example.org", f"http://l/{number}", "en", NOW)
            session.execute(update(Message).values(status="sent"))
        assert within(demo, clear_messages, NOW + timedelta(seconds=1)) == 7
    finally:
        retention.BATCH = before
