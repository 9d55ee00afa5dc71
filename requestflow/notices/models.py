"""Tables of reminders and messages."""

from datetime import date, datetime

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from requestflow.foundation import BigId, EncryptedText, Model, UtcDateTime

NEVER = date(9999, 12, 31)
"""When nobody is reminded any more of what stays on the schedule, lest it is planned anew."""


class ReminderSchedule(Model):
    """When somebody must next be reminded of something; one row each.

    `subject` is what it is about: a case (`case:12`), a unit's report (`unit:LZ-S01`), the
    calendar. `unit_id` is the unit whose people are told. A sweep reads the index of `next_on`
    and nothing else, so it costs what is due.
    """

    __tablename__ = "reminder_schedule"
    __table_args__ = (
        UniqueConstraint("subject", "kind", "key"),
        Index("ix_reminder_schedule_next", "next_on", "id"),
        Index("ix_reminder_schedule_case", "case_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subject: Mapped[str] = mapped_column(String(60))
    case_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("cases.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(40), default="")
    occasion: Mapped[str] = mapped_column(String(20))
    due: Mapped[date]
    next_on: Mapped[date]
    error: Mapped[str | None] = mapped_column(Text)


class Reminder(Model):
    """That somebody is to be reminded: once for each subject, deadline, due day, threshold and
    recipient, which `natural` digests (SHA-256, hex).

    It goes to a person or to a chat group. `threshold` is in working days before the due day;
    negative after it. `message_id` is the message that tells it: a digest, or one of its own;
    None until it is written.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        Index(
            "ix_reminders_untold",
            "person_id",
            "group_id",
            "id",
            sqlite_where=sql("message_id IS NULL"),
            postgresql_where=sql("message_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    natural: Mapped[str] = mapped_column(String(64), unique=True)
    subject: Mapped[str] = mapped_column(String(60))
    case_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(40))
    due: Mapped[date]
    threshold: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("chat_groups.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    message_id: Mapped[str | None] = mapped_column(String(120))


class LocalReportingDay(Model):
    """By which day of the year a unit and all below it must have their annual report there: earlier
    than the law's day of that `code`."""

    __tablename__ = "local_reporting_days"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    month: Mapped[int]
    day: Mapped[int]


class UnitRule(Model):
    """A unit's own rule for an occasion and an audience: days before and after, with commas;
    `daily` among the days after."""

    __tablename__ = "unit_rules"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    occasion: Mapped[str] = mapped_column(String(20), primary_key=True)
    audience: Mapped[str] = mapped_column(String(20), primary_key=True)
    before: Mapped[str] = mapped_column(String(200))
    after: Mapped[str] = mapped_column(String(200))
    changed_by: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Message(Model):
    """The outbox: what is to be delivered to whom by which channel, and how far that is.

    It goes to a person of the staff, to a chat group, or to the mail address of a citizen
    (`recipient`).
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_waiting", "status", "next_attempt_at"),
        Index(
            "ix_messages_group",
            "group_id",
            "id",
            sqlite_where=sql("group_id IS NOT NULL"),
            postgresql_where=sql("group_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("chat_groups.id"))
    recipient: Mapped[str | None] = mapped_column(EncryptedText)
    locale: Mapped[str | None] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(40))
    data: Mapped[str] = mapped_column(EncryptedText)
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)


class Notice(Model):
    """A notice on a person's page; exactly one for each message."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_of", "person_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(40))
    data: Mapped[str] = mapped_column(EncryptedText)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SweepRecord(Model):
    """One row: when the last sweep was, and what it found."""

    __tablename__ = "sweeps"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    due: Mapped[int]
    reminded: Mapped[int]
    failed: Mapped[int]
