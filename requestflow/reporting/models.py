"""Tables of annual reports: the state of each, its words, its snapshots, what was done with it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from requestflow.foundation import Model, UtcDateTime


class AnnualReport(Model):
    """The report of a unit, and all below it, for a year. There is none before it is begun.

    `version` guards its state against two at once. `failing` says, a line each, which checks
    did not hold when it was checked and what they said; `failing_reason` is why it is handed in all
    the same, `remarks` what the unit above wants changed, `correction` why a published one is made
    anew.
    """

    __tablename__ = "annual_reports"
    __table_args__ = (
        UniqueConstraint("unit_id", "year", name="uq_annual_reports_unit_id_year"),
        Index("ix_annual_reports_year", "year", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    year: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)
    failing: Mapped[str | None] = mapped_column(Text)
    failing_reason: Mapped[str | None] = mapped_column(Text)
    remarks: Mapped[str | None] = mapped_column(Text)
    correction: Mapped[str | None] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportText(Model):
    """The words of a chapter in a language, one row for each time they were written; the highest
    version is what stands. Only ever inserted, so nothing that was written is lost."""

    __tablename__ = "report_texts"
    __table_args__ = (
        UniqueConstraint(
            "report_id",
            "section",
            "locale",
            "version",
            name="uq_report_texts_report_id_section_locale_version",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("annual_reports.id"))
    section: Mapped[str] = mapped_column(String(40))
    locale: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(String(120))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportSnapshot(Model):
    """A report as it was handed in (`submitted`) or published: the content as JSON in its one
    form, and its SHA-256 (hex). Only ever inserted. `notice` says why a later one was published."""

    __tablename__ = "report_snapshots"
    __table_args__ = (
        UniqueConstraint(
            "report_id", "kind", "number", name="uq_report_snapshots_report_id_kind_number"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("annual_reports.id"))
    kind: Mapped[str] = mapped_column(String(10))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
    notice: Mapped[str | None] = mapped_column(Text)
    taken_by: Mapped[str] = mapped_column(String(120))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)


CORRECTION_BEGUN, CORRECTION_DROPPED = "correction_begun", "correction_dropped"


class ReportStep(Model):
    """Something that was done with a report: what (`kind`, mostly the state it came to), the state
    it came to, what was said, by whom."""

    __tablename__ = "report_steps"
    __table_args__ = (Index("ix_report_steps_report", "report_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("annual_reports.id"))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))
    said: Mapped[str | None] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
