"""Keys that change while the data stays: all is encrypted again, and nothing is read otherwise."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Text, func, insert, select, type_coerce, update

from requestflow.application import Application
from requestflow.cases import Party
from requestflow.foundation import (
    Cipher,
    RequestflowError,
    db,
    encrypted_columns,
    encryption,
    keyed_digest,
    new_encryption_key,
    rotate,
)
from requestflow.notices import Message, SmtpMailer, deliver, mail_sign_in_link
from tests.conftest import NOW
from tests.mailbox import mail_server


@pytest.fixture
def rotated(demo: Application) -> Iterator[Cipher]:
    """A newer key stands before the one with which the sample data was written."""
    newer = new_encryption_key()
    cipher = Cipher([newer, *encryption.cipher.keys])
    before = encryption.use(cipher)
    yield cipher
    encryption.use(before)


def raw(demo: Application) -> list[str]:
    with demo.context() as session:
        return list(session.scalars(select(type_coerce(Party.details, Text)).order_by(Party.id)))


def details(demo: Application) -> list[str]:
    with demo.context() as session:
        return list(session.scalars(select(Party.details).order_by(Party.id)))


def test_everything_is_encrypted_again_and_reads_as_before(
    demo: Application, rotated: Cipher
) -> None:
    before = details(demo)
    with demo.context():
        digest = keyed_digest("a")
        looked = {batch.column: batch for batch in rotate(change=False)}
        assert looked["parties.details"].older > 0
        assert not any(map(rotated.is_newest, (value.encode() for value in raw(demo))))
        list(rotate())
        assert sum(batch.older for batch in rotate(change=False)) == 0
    encryption.use(Cipher(rotated.keys[:1]))
    assert details(demo) == before
    with demo.context():
        assert keyed_digest("a") == digest, "what was digested is found as before"
    demo.check_key()


def test_each_encrypted_column_is_among_them(demo: Application, rotated: Cipher) -> None:
    with demo.context():
        seen = {batch.column for batch in rotate(change=False)}
        assert seen == {f"{column.table.name}.{column.name}" for column in encrypted_columns()}
    assert {"data_keys.key", "messages.data", "imports.content"} <= seen


def test_what_is_written_meanwhile_stands(demo: Application, rotated: Cipher) -> None:
    done = threading.Event()

    def write() -> None:
        with demo.context():
            numbers = list(db.session().scalars(select(Party.id).order_by(Party.id)))
            db.session().rollback()
            for number in numbers * 3:
                with db.transaction() as session:
                    values = {"details": f'{{"name": "{number}"}}'}
                    session.execute(update(Party).where(Party.id == number).values(values))
                if done.is_set():
                    break

    writer = threading.Thread(target=write)
    writer.start()
    with demo.context():
        list(rotate())
        done.set()
        writer.join()
        list(rotate())
        assert sum(batch.older for batch in rotate(change=False)) == 0
    written = [text for text in details(demo) if text.startswith('{"name": "') and "," not in text]
    assert written


def test_a_value_that_no_key_opens_is_named_and_the_rest_goes_on(
    demo: Application, rotated: Cipher
) -> None:
    stranger = Cipher([new_encryption_key()]).encrypt(b"{}").decode()
    with demo.context():
        first = db.session().scalar(select(func.min(Party.id)))
        db.session().rollback()
        with db.transaction() as session:
            session.connection().exec_driver_sql(
                f"UPDATE parties SET details = '{stranger}' WHERE id = {first}"
            )
        unreadable = [row for batch in rotate() for row in batch.unreadable]
        assert unreadable == [f"parties {first}"]
        assert sum(batch.older for batch in rotate(change=False)) == 0


def test_a_message_that_cannot_be_decrypted_keeps_no_other_waiting(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        for place in range(3):
            mail_sign_in_link(session, f"p{place}@example.org", f"http://l/{place}", "en", NOW)
        first = session.scalar(select(func.min(Message.id)))
        stranger = Cipher([new_encryption_key()]).encrypt(b"{}").decode()
        session.connection().exec_driver_sql(
            f"UPDATE messages SET data = '{stranger}' WHERE id = {first}"
        )
    with mail_server() as (box, port), demo.context():
        mailer = SmtpMailer("127.0.0.1", port)
        done = deliver(mailer, "o@example.org", "http://l", NOW)
    assert done.sent == 2
    assert [mail["To"] for mail in box.mails] == ["p1@example.org", "p2@example.org"]
    with demo.context() as session:
        status = select(Message.status, Message.error).where(Message.id == first)
        assert tuple(session.execute(status).one()) == ("dead", "OtherKey")


def test_another_key_is_refused_before_anything_is_read(demo: Application) -> None:
    before = encryption.use(Cipher([new_encryption_key()]))
    try:
        with pytest.raises(RequestflowError, match="another key"):
            demo.check_database()
    finally:
        encryption.use(before)
    demo.check_database()


def test_insert_is_encrypted_with_the_newest(demo: Application, rotated: Cipher) -> None:
    with demo.context(), db.transaction() as session:
        row = {"message_id": "m", "channel": "mail", "kind": "link", "data": "{}"}
        moments = {"created_at": NOW, "next_attempt_at": NOW, "status": "sent", "attempts": 0}
        session.execute(insert(Message).values({**row, **moments}))
        kept = select(type_coerce(Message.data, Text)).where(Message.message_id == "m")
        stored = session.scalars(kept).one()
    assert rotated.is_newest(stored.encode())
