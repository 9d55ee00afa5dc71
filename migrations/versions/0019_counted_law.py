"""Keep by which law the stored cases were counted.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    """Makes the change."""
    op.create_table(
        "counted_law",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_counted_law"),
    )


def downgrade():
    """Takes it back."""
    op.drop_table("counted_law")
