"""Remind of more than cases, tell it in one digest a morning, by rules of each unit.

Revision ID: 0006
Revises: 0005
"""

import datetime
import hashlib

import sqlalchemy as sa
from alembic import op

from requestflow.foundation import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNTOLD = sa.text("message_id IS NULL")


def upgrade():
    """Makes the change. The schedule follows from the cases' deadlines; what was told stays."""
    connection = op.get_bind()
    told = connection.execute(sa.text("SELECT * FROM reminders")).mappings().all()
    planned = connection.execute(
        sa.text(
            "SELECT s.*, c.unit_id FROM reminder_schedule s JOIN cases c ON c.id = s.case_id"
        )
    ).mappings().all()
    op.drop_table("reminders")
    op.drop_table("reminder_schedule")
    schedule = op.create_table(
        "reminder_schedule",
        sa.Column("id", BIG, nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("case_id", BIG, sa.ForeignKey("cases.id"), nullable=True),
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("units.id"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("occasion", sa.String(20), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reminder_schedule"),
        sa.UniqueConstraint("subject", "kind", "key", name="uq_reminder_schedule_subject"),
    )
    op.create_index("ix_reminder_schedule_next", "reminder_schedule", ["next_on", "id"])
    op.create_index("ix_reminder_schedule_case", "reminder_schedule", ["case_id"])
    reminders = op.create_table(
        "reminders",
        sa.Column("id", BIG, nullable=False),
        sa.Column("natural", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("case_id", BIG, sa.ForeignKey("cases.id"), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("message_id", sa.String(120), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sa.UniqueConstraint("natural", name="uq_reminders_natural"),
    )
    op.create_index(
        "ix_reminders_untold",
        "reminders",
        ["person_id", "id"],
        sqlite_where=UNTOLD,
        postgresql_where=UNTOLD,
    )
    op.create_table(
        "unit_rules",
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("units.id"), nullable=False),
        sa.Column("occasion", sa.String(20), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("before", sa.String(200), nullable=False),
        sa.Column("after", sa.String(200), nullable=False),
        sa.Column("changed_by", sa.String(120), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "occasion", "audience", name="pk_unit_rules"),
    )
    _copy(connection, schedule, [_planned(row) for row in planned])
    _copy(connection, reminders, [_told(row) for row in told])


def _copy(connection, table, rows):
    if rows:
        connection.execute(table.insert(), rows)


def _day(value):
    """A day as it comes from a query without types: text in SQLite."""
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


def _planned(row):
    return {
        "subject": f"case:{row['case_id']}",
        "case_id": row["case_id"],
        "unit_id": row["unit_id"],
        "kind": row["kind"],
        "key": row["key"],
        "occasion": row["nature"],
        "due": _day(row["due"]),
        "next_on": _day(row["next_on"]),
        "error": None,
    }


def _told(row):
    at = row["at"]
    if isinstance(at, str):
        at = datetime.datetime.fromisoformat(at)
    if at.tzinfo is None:
        at = at.replace(tzinfo=datetime.UTC)
    subject, due = f"case:{row['case_id']}", _day(row["due"])
    parts = (subject, row["kind"], row["key"], due, row["threshold"], row["person_id"])
    return {
        "natural": hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest(),
        "subject": subject,
        "case_id": row["case_id"],
        "kind": row["kind"],
        "key": row["key"],
        "due": due,
        "threshold": row["threshold"],
        "person_id": row["person_id"],
        "at": at,
        # It was told by a message of its own.
        "message_id": "before",
    }


def downgrade():
    """Takes it back: schedule and reminders begin anew with the next change of each case."""
    for table in ("unit_rules", "reminders", "reminder_schedule"):
        op.drop_table(table)
    op.create_table(
        "reminder_schedule",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("nature", sa.String(20), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reminder_schedule"),
        sa.UniqueConstraint(
            "case_id", "kind", "key", name="uq_reminder_schedule_case_id_kind_key"
        ),
    )
    op.create_index("ix_reminder_schedule_next", "reminder_schedule", ["next_on", "id"])
    op.create_table(
        "reminders",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sa.UniqueConstraint(
            "case_id",
            "kind",
            "key",
            "due",
            "threshold",
            "person_id",
            name="uq_reminders_case_id_kind_key_due_threshold_person_id",
        ),
    )
