"""Give each unit the jurisdiction whose law it applies.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    """Makes the change."""
    op.add_column(
        "units", sa.Column("jurisdiction", sa.String(20), server_default="cn", nullable=False)
    )


def downgrade():
    """Takes it back."""
    op.drop_column("units", "jurisdiction")
