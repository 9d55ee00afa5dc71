"""Count what answers took, lock years that were handed in, keep what figures were.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from requestflow.foundation import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ANSWERED = ["concluded_on", "unit_id", "outcome", "days_taken", "late", "extended"]


def upgrade():
    """Makes the change. How long earlier answers took is filled in by `requestflow db upgrade`."""
    op.add_column("cases", sa.Column("days_taken", sa.Integer(), nullable=True))
    for name in ("late", "extended"):
        op.add_column(
            "cases", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.create_index("ix_cases_concluded", "cases", ANSWERED)
    op.create_index("ix_case_events_recorded", "case_events", ["recorded_at", "case_id"])
    op.create_table(
        "locked_periods",
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("units.id"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "year", name="pk_locked_periods"),
    )
    op.add_column("activity_figures", sa.Column("origin", sa.String(500), nullable=True))
    op.add_column("activity_figures", sa.Column("entered_by", sa.String(120), nullable=True))
    op.add_column("activity_figures", sa.Column("entered_at", UtcDateTime(), nullable=True))
    op.create_table(
        "figure_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("units.id"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=True),
        sa.Column("after", sa.BigInteger(), nullable=True),
        sa.Column("measure", sa.String(20), nullable=True),
        sa.Column("late_reason", sa.Text(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_figure_changes"),
    )
    op.create_index("ix_figure_changes_at", "figure_changes", ["source", "year", "at"])
    op.create_table(
        "annual_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("units.id"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("failing", sa.Text(), nullable=True),
        sa.Column("failing_reason", sa.Text(), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=True),
        sa.Column("correction", sa.Text(), nullable=True),
        sa.Column("changed_by", sa.String(120), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_annual_reports"),
        sa.UniqueConstraint("unit_id", "year", name="uq_annual_reports_unit_id_year"),
    )
    op.create_index("ix_annual_reports_year", "annual_reports", ["year", "state"])
    op.create_table(
        "report_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), sa.ForeignKey("annual_reports.id"), nullable=False),
        sa.Column("section", sa.String(40), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(120), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report_texts"),
        sa.UniqueConstraint(
            "report_id",
            "section",
            "locale",
            "version",
            name="uq_report_texts_report_id_section_locale_version",
        ),
    )
    op.create_table(
        "report_snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), sa.ForeignKey("annual_reports.id"), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("notice", sa.Text(), nullable=True),
        sa.Column("taken_by", sa.String(120), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report_snapshots"),
        sa.UniqueConstraint(
            "report_id", "kind", "number", name="uq_report_snapshots_report_id_kind_number"
        ),
    )
    op.create_table(
        "report_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), sa.ForeignKey("annual_reports.id"), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report_steps"),
    )
    op.create_index("ix_report_steps_report", "report_steps", ["report_id", "id"])


def downgrade():
    """Takes it back; published reports are gone with it."""
    for table in (
        "report_steps",
        "report_snapshots",
        "report_texts",
        "annual_reports",
        "figure_changes",
        "locked_periods",
    ):
        op.drop_table(table)
    for name in ("origin", "entered_by", "entered_at"):
        op.drop_column("activity_figures", name)
    op.drop_index("ix_case_events_recorded", "case_events")
    op.drop_index("ix_cases_concluded", "cases")
    # Not by a new table: others refer to this one.
    for name in ("days_taken", "late", "extended"):
        op.drop_column("cases", name)
