"""Tables of cases: the events, and what is projected from them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from requestflow.foundation import BigId, EncryptedText, Model, UtcDateTime

# What the figures read of a record, so that they never open its row.
_COUNTED = (
    "received_on",
    "concluded_on",
    "law",
    "outcome",
    "ground",
    "applicant_kind",
    "unit_id",
    "fee_charged",
    "fee_waived",
    "stage",
)
# What the overview of answers reads of a record.
_ANSWERED = ("concluded_on", "unit_id", "outcome", "days_taken", "late", "extended")
_COUNTED_REMEDY = ("filed_on", "concluded_on", "kind", "route", "result", "unit_id")


class CaseEvent(Model):
    """One event of a case; only ever inserted. What people wrote in `data` is encrypted under the
    case's key (`written.CaseCipher`). `earlier_hash`: the one it had before that, by which earlier
    seals know it."""

    __tablename__ = "case_events"
    __table_args__ = (
        UniqueConstraint("case_id", "sequence"),
        # What was recorded after a moment, to count figures as they were known then.
        Index("ix_case_events_recorded", "recorded_at", "case_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("cases.id"))
    sequence: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(120))
    data: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    earlier_hash: Mapped[str | None] = mapped_column(String(64))


class Case(Model):
    """One application and all that happened to it (依申请公开案件): the projection of its events.

    Money is in fen. `grounds` are all that the answer names, with | between them. `due_on` is the
    first due day among the body's running duties.
    `crosses_year`: open, or concluded in another year than it was received in, so that more
    than one year's figures speak of it. `days_taken`: how many working days of the period to
    answer the answer took, as the law counts them; `late`: its due day had passed. `chain_keyed`:
    its events are chained under the database's key. `record_key` is the key, itself encrypted,
    under which what people wrote is encrypted, `subject` too (see `written.subject_of`);
    `forgotten_on`: the day on which it was destroyed.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_received", "received_on", "id"),
        Index("ix_cases_unit_received", "unit_id", "received_on", "id"),
        Index("ix_cases_due", "due_on", "id"),
        Index("ix_cases_unit_due", "unit_id", "due_on", "id"),
        Index("ix_cases_stage", "stage", "received_on", "id"),
        Index("ix_cases_handler", "handler", "due_on", "id"),
        Index("ix_cases_concluded", *_ANSWERED),
        Index("ix_cases_counted", *_COUNTED),
        Index(
            "ix_cases_crossing",
            *_COUNTED,
            "crosses_year",
            sqlite_where=sql("crosses_year = 1"),
            postgresql_where=sql("crosses_year"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    law: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20))
    received_on: Mapped[date]
    concluded_on: Mapped[date | None]
    crosses_year: Mapped[bool] = mapped_column(server_default=false())
    outcome: Mapped[str | None] = mapped_column(String(40))
    ground: Mapped[str | None] = mapped_column(String(40))
    grounds: Mapped[str] = mapped_column(String(800), server_default="")
    applicant_kind: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    delivery_form: Mapped[str | None] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(Text)
    handler: Mapped[str | None] = mapped_column(String(80))
    redecided_on: Mapped[date | None]
    fee_charged: Mapped[int] = mapped_column(BigInteger, default=0)
    fee_waived: Mapped[int] = mapped_column(BigInteger, default=0)
    fee_notices: Mapped[int] = mapped_column(server_default="0")
    days_taken: Mapped[int | None]
    late: Mapped[bool] = mapped_column(server_default=false())
    extended: Mapped[bool] = mapped_column(server_default=false())
    due_on: Mapped[date | None]
    due_provisional: Mapped[bool] = mapped_column(default=False)
    stopped: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int]
    head_hash: Mapped[str] = mapped_column(String(64))
    chain_keyed: Mapped[bool] = mapped_column(server_default=false())
    record_key: Mapped[bytes | None]
    forgotten_on: Mapped[date | None]


class CaseDeadline(Model):
    """A running deadline of a case, as the clock computed it from the events."""

    __tablename__ = "case_deadlines"
    __table_args__ = (UniqueConstraint("case_id", "kind", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(40), default="")
    nature: Mapped[str] = mapped_column(String(20))
    started_on: Mapped[date]
    due: Mapped[date | None]
    provisional: Mapped[bool]
    stopped_until: Mapped[date | None]


class Remedy(Model):
    """A reconsideration (行政复议) or suit (行政诉讼) in a case."""

    __tablename__ = "remedies"
    __table_args__ = (
        UniqueConstraint("case_id", "key"),
        Index("ix_remedies_counted", *_COUNTED_REMEDY),
        Index(
            "ix_remedies_crossing",
            *_COUNTED_REMEDY,
            "crosses_year",
            sqlite_where=sql("crosses_year = 1"),
            postgresql_where=sql("crosses_year"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("cases.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    route: Mapped[str] = mapped_column(String(10))
    authority: Mapped[str | None] = mapped_column(String(500))
    filed_on: Mapped[date]
    accepted_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    concluded_on: Mapped[date | None]
    crosses_year: Mapped[bool] = mapped_column(server_default=false())
    result: Mapped[str | None] = mapped_column(String(20))


class Consultation(Model):
    """A unit of the system that was asked about a case (征求意见), on whose desk it lies.

    `due` is the day asked for or the law's, whichever is sooner.
    """

    __tablename__ = "consultations"
    __table_args__ = (
        UniqueConstraint("case_id", "key"),
        Index("ix_consultations_asked", "unit_id", "ended_on", "due", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("cases.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    key: Mapped[str] = mapped_column(String(40))
    asked_on: Mapped[date]
    due: Mapped[date | None]
    ended_on: Mapped[date | None]


class Party(Model):
    """The applicant's (申请人) personal data, encrypted, apart from the events.

    The case's event holds only the digest of these details with the salt, so that the data can
    be erased when the law asks for it without breaking the chain of events. `email_digest` and
    `identity_digest` are keyed digests, by which the owner of an address and other applications
    of the same applicant are found. `email_proven`: whoever reads mail at the address has shown the
    tracking code; before, the address opens nothing.
    """

    __tablename__ = "parties"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("cases.id"), unique=True)
    salt: Mapped[str] = mapped_column(String(32))
    details: Mapped[str] = mapped_column(EncryptedText)
    email_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    email_proven: Mapped[bool] = mapped_column(default=False, server_default=false())
    identity_digest: Mapped[str | None] = mapped_column(String(64), index=True)


class CaseWords(Model):
    """Digests of the words by which a case is found, of its subject or of its applicant (`about`),
    in no order: they show which cases share a word, and not which word (`search_words`)."""

    __tablename__ = "case_words"
    __table_args__ = (UniqueConstraint("case_id", "about"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("cases.id"))
    about: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(Text)


class CaseNumber(Model):
    """The last number given out to a unit in a year."""

    __tablename__ = "case_numbers"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class CountedLaw(Model):
    """One row: the digest of the law by which the stored cases were counted."""

    __tablename__ = "counted_law"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))
