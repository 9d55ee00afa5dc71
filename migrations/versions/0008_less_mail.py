"""Let applicants have mail only about what the law requires.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from requestflow.foundation import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    """Makes the change."""
    op.create_table(
        "silences",
        sa.Column("case_id", BIG, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_silences"),
    )


def downgrade():
    """Takes it back."""
    op.drop_table("silences")
