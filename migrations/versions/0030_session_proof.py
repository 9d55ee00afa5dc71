"""Note when whoever is signed in last showed who they are.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade():
    """Makes the change."""
    op.execute("DELETE FROM staff_sessions")
    op.add_column(
        "staff_sessions", sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade():
    """Takes it back."""
    op.drop_column("staff_sessions", "proven_at")
