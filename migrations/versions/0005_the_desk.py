"""Ask other units, stand in for the absent, keep views and own letters, see who is there.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from requestflow.foundation import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    """Makes the change."""
    op.create_table(
        "consultations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("units.id"), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_consultations"),
        sa.UniqueConstraint("case_id", "key", name="uq_consultations_case_id"),
    )
    op.create_index(
        "ix_consultations_asked", "consultations", ["unit_id", "ended_on", "due", "id"]
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("deputy_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_absences"),
    )
    op.create_index("ix_absences_deputy", "absences", ["deputy_id", "last_day"])
    op.create_index("ix_absences_person", "absences", ["person_id", "last_day"])
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
        sa.UniqueConstraint("person_id", "name", name="uq_saved_views_person_id"),
    )
    op.create_table(
        "presences",
        sa.Column("case_id", BIG, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "person_id", name="pk_presences"),
    )
    op.create_table(
        "letter_templates",
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("units.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("document_id", BIG, sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("added_by", sa.String(120), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "kind", name="pk_letter_templates"),
    )


def downgrade():
    """Takes it back."""
    for table in ("letter_templates", "presences", "saved_views", "absences", "consultations"):
        op.drop_table(table)
