"""Tables of units, people and the audit trail."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, String, Text, false, true
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from requestflow.foundation import Model, UtcDateTime
from requestflow.law import HOME


class Unit(Model):
    """A body that receives and answers (行政机关 / 单位); a node in the tree.

    `path` is the chain of codes from the root, each followed by a slash, so that a unit and all
    below it are one range of the index. `reconsideration_authority` (复议机关) and `court` are
    where its decisions are objected to. Its law and its report forms are those of its
    `jurisdiction`.
    """

    __tablename__ = "units"
    __table_args__ = (
        # Read with each calendar: nothing, where all units are of one country.
        Index(
            "ix_units_abroad",
            "path",
            "jurisdiction",
            sqlite_where=sql("jurisdiction <> 'cn'"),
            postgresql_where=sql("jurisdiction <> 'cn'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40), default="department")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    path: Mapped[str] = mapped_column(String(400), unique=True)
    on_the_spot: Mapped[bool] = mapped_column(default=False)
    responsibilities: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(String(300))
    opening_hours: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(80))
    reconsideration_authority: Mapped[str | None] = mapped_column(String(200))
    court: Mapped[str | None] = mapped_column(String(200))
    jurisdiction: Mapped[str] = mapped_column(String(20), default=HOME, server_default=HOME)


class Person(Model):
    """Somebody who signs in: staff of a unit, in one role. Whoever `must_change_password` can do
    nothing before they chose one of their own; what they were given expires."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254))
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    locale: Mapped[str] = mapped_column(String(10), default="zh_CN")
    notices_by_mail: Mapped[bool] = mapped_column(default=True, server_default=true())
    active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=False, server_default=false())
    password_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    second_factor_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)


class Post(Model):
    """A role at a unit from `first_day` on. `instead`: on that day it takes the place of the role
    and unit that the person has; else it is one more, in which they act when they choose so."""

    __tablename__ = "posts"
    __table_args__ = (
        Index("ix_posts_unit_id", "unit_id", "first_day"),
        Index("ix_posts_instead", "instead", "first_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    first_day: Mapped[date]
    instead: Mapped[bool] = mapped_column(Boolean)
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)


class AuditEntry(Model):
    """Who looked at personal data, signed in or was refused, changed who may sign in or what is
    set, when, from which address and in which session."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_at", "at", "id"),
        Index("ix_audit_entries_actor", "actor", "at", "id"),
        Index("ix_audit_entries_subject", "subject", "at", "id"),
        # When somebody signed in last, and what is rare.
        Index("ix_audit_entries_action", "action", "actor", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(String(45))
    session_id: Mapped[int | None] = mapped_column(BigInteger)
