"""Let officials decide what is public of answers, and take back what became so by itself.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade():
    """Makes the change."""
    op.create_table(
        "released_answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(40), nullable=False),
        sa.Column(
            "case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("law", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_released_answers_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_released_answers_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_released_answers")),
        sa.UniqueConstraint("case_id", name=op.f("uq_released_answers_case_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_released_answers_reference")),
    )
    op.execute("DELETE FROM findables WHERE kind = 'answered'")


def downgrade():
    """Takes it back; what was released is found no more."""
    op.execute("DELETE FROM findables WHERE kind = 'answered'")
    op.drop_table("released_answers")
