"""Delivery: takes from the outbox, sends, and tries again with growing pauses."""

import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from mimetypes import guess_type
from typing import IO

import structlog
from jinja2 import TemplateError
from sqlalchemy import insert, select, update
from sqlalchemy.orm import lazyload

from requestflow.accounts import Person
from requestflow.foundation import OtherKey, db
from requestflow.notices import message_text
from requestflow.notices.chat import Chat, ChatMessage, ChatRefused
from requestflow.notices.groups import ChatGroup
from requestflow.notices.mail import Mailer
from requestflow.notices.models import Message, Notice

BATCH = 10
"""How many are claimed at once: few enough to be sent within their lease, however slow it goes."""
LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 12
HOPELESS = (
    ArithmeticError,
    LookupError,
    MessageError,
    TemplateError,
    TypeError,
    ValueError,
)
"""What says that a message can never be composed, such as data that it lacks; whatever else fails,
a file that cannot be read for a while or a server that is away, is tried again."""
log = structlog.get_logger()
OpenFile = Callable[[str], IO[bytes]]


@dataclass(frozen=True)
class DeliveryResult:
    """What one round of delivery did."""

    sent: int
    failed: int


@dataclass(frozen=True)
class _Ways:
    """By what messages leave."""

    mailer: Mailer
    mail_from: str
    base_url: str
    open_file: OpenFile | None
    chat: Chat


@dataclass(frozen=True)
class _Claimed:
    message: Message
    person: Person | None
    group: ChatGroup | None

    @property
    def address(self) -> str:
        """The mail address it goes to."""
        return (self.person.email if self.person else self.message.recipient) or ""

    @property
    def locale(self) -> str:
        """The language its reader chose."""
        reader = self.person or self.group
        return (reader.locale if reader else self.message.locale) or "zh_CN"


def deliver(
    mailer: Mailer,
    mail_from: str,
    base_url: str,
    now: datetime,
    open_file: OpenFile | None = None,
    chat: Chat | None = None,
) -> DeliveryResult:
    """Delivers what waits. In-app exactly once; mail and chat at least once, mail with a stable
    Message-ID. `open_file` gives the content of an attachment by its SHA-256.

    A claim is a lease: what a killed process had claimed is taken up again when it runs out.
    """
    ways = _Ways(mailer, mail_from, base_url, open_file, chat or Chat())
    sent = failed = 0
    start, begun = time.monotonic(), now
    while claimed := _claim(now):
        for item in claimed:
            if item.message.channel == "in_app":
                sent += _deliver_in_app(item.message, now)
            elif _deliver_outside(item, ways, now):
                sent += 1
            else:
                failed += 1
        if len(claimed) < BATCH:
            break
        # A lease is counted from when it is taken, not from when this round began.
        now = begun + timedelta(seconds=time.monotonic() - start)
    return DeliveryResult(sent, failed)


def _claim(now: datetime) -> Sequence[_Claimed]:
    """Takes what is to be delivered now. A message that cannot be decrypted is put aside and keeps
    none of the others waiting."""
    while True:
        try:
            return _claim_batch(now)
        except OtherKey:
            _put_unreadable_aside(now)


def _put_unreadable_aside(now: datetime) -> None:
    with db.transaction() as session:
        waiting = (
            select(Message.id)
            .where(Message.status == "waiting", Message.next_attempt_at <= now)
            .order_by(Message.next_attempt_at, Message.id)
            .limit(BATCH)
        )
        encrypted = select(
            Message.data, Message.recipient, ChatGroup.address, ChatGroup.secret
        ).outerjoin(ChatGroup, ChatGroup.id == Message.group_id)
        for number in session.scalars(waiting).all():
            try:
                session.execute(encrypted.where(Message.id == number)).all()
            except OtherKey as error:
                log.exception("message cannot be decrypted", message=number)
                dead = {"status": "dead", "error": _reason(error)}
                session.execute(update(Message).where(Message.id == number).values(dead))


def _claim_batch(now: datetime) -> Sequence[_Claimed]:
    with db.transaction() as session:
        query = (
            select(Message, Person, ChatGroup)
            .outerjoin(Person, Person.id == Message.person_id)
            .outerjoin(ChatGroup, ChatGroup.id == Message.group_id)
            # The unit would be joined inside, and leave out what goes to no person.
            .options(lazyload(Person.unit), lazyload(ChatGroup.unit))
            .where(Message.status == "waiting", Message.next_attempt_at <= now)
            .order_by(Message.next_attempt_at, Message.id)
            .limit(BATCH)
            .with_for_update(of=Message, skip_locked=True)
        )
        results = [_Claimed(*row) for row in session.execute(query)]
        claimed = []
        for item in results:
            # Only a process that died each time leaves an attempt without an end.
            if item.message.attempts >= 2 * MOST_ATTEMPTS:
                item.message.status = "dead"
                continue
            claimed.append(item)
            item.message.next_attempt_at = now + LEASE
            item.message.attempts += 1
        return claimed


def _deliver_in_app(message: Message, now: datetime) -> int:
    with db.transaction() as session:
        # Whoever turns the status writes the notice: one transaction, so exactly once.
        turned = session.execute(
            update(Message)
            .where(Message.id == message.id, Message.status == "waiting")
            .values(status="sent", sent_at=now, error=None)
        )
        if turned.rowcount != 1:  # type: ignore[attr-defined]
            return 0
        session.execute(
            insert(Notice).values(
                message_id=message.message_id,
                person_id=message.person_id,
                kind=message.kind,
                data=message.data,
                at=now,
            )
        )
        return 1


def _deliver_outside(item: _Claimed, ways: _Ways, now: datetime) -> bool:
    message = item.message
    try:
        send = _prepare(item, ways, now)
    except HOPELESS as error:
        log.exception("message cannot be composed", message_id=message.message_id)
        _settle(message, status="dead", error=_reason(error))
        return False
    except Exception as error:
        return _failed(message, error, now)
    try:
        send()
    except Exception as error:
        return _failed(message, error, now)
    _settle(message, status="sent", sent_at=now, error=None)
    return True


def _failed(message: Message, error: Exception, now: datetime) -> bool:
    """Has a message tried again later; one that fails must not keep the others from being sent."""
    log.warning("message failed", message_id=message.message_id, error=_reason(error))
    _settle(message, **_after_failure(message, error, now))
    return False


def _prepare(item: _Claimed, ways: _Ways, now: datetime) -> Callable[[], None]:
    """A message composed, as what sends it."""
    if item.message.channel != "chat":
        mail = _compose(item, ways)
        return lambda: ways.mailer.send(mail)
    group = item.group
    if group is None or not group.active:
        raise ValueError("the group was removed")
    content = _chat_message(item, ways.base_url)
    return lambda: ways.chat.send(group.kind, group.address, group.secret, content, now)


def _chat_message(item: _Claimed, base_url: str) -> ChatMessage:
    message = item.message
    data = json.loads(message.data)
    words = message_text.message_text_for(message.kind, data, item.locale, base_url)
    items = [
        {**one, "link": base_url + message_text.page_to_act_on(one)}
        for one in data.get("items", [data])
        if "deadline" in one
    ]
    text_value = {"kind": message.kind, "subject": words.subject, "items": items}
    return ChatMessage(message.message_id, f"{words.subject}\n\n{words.body}", text_value)


def _compose(item: _Claimed, ways: _Ways) -> EmailMessage:
    data = json.loads(item.message.data)
    words = message_text.message_text_for(item.message.kind, data, item.locale, ways.base_url)
    mail = EmailMessage()
    mail["From"], mail["To"] = ways.mail_from, Address(addr_spec=item.address)
    mail["Subject"] = words.subject
    mail["Message-ID"] = f"<{item.message.message_id}>"
    mail["Date"] = item.message.created_at
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(words.body)
    mail.add_alternative(words.html(item.locale), subtype="html")
    for file in data.get("files") or ():
        if ways.open_file is None:
            raise ValueError("a mail has files, and there is nowhere to take them from")
        kind, _, detail = (guess_type(file["name"])[0] or "application/octet-stream").partition("/")
        with ways.open_file(file["sha256"]) as content:
            mail.add_attachment(
                content.read(), maintype=kind, subtype=detail, filename=file["name"]
            )
    return mail


def pause(attempts: int) -> timedelta:
    """How long to wait after that many attempts: growing, with jitter, never over six hours."""
    full = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    share: float = random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, guards nothing
    return timedelta(seconds=full.total_seconds() * share)


def _after_failure(message: Message, error: Exception, now: datetime) -> dict[str, object]:
    dead = message.attempts >= MOST_ATTEMPTS
    return {
        "status": "dead" if dead else "waiting",
        "error": _reason(error),
        "next_attempt_at": now + pause(message.attempts),
    }


def _reason(error: Exception) -> str:
    """What failed, without the address that some errors name."""
    if isinstance(error, ChatRefused):
        return str(error)
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def _settle(message: Message, **values: object) -> None:
    with db.transaction() as session:
        session.execute(
            update(Message)
            .where(Message.id == message.id, Message.status == "waiting")
            .values(**values)
        )
