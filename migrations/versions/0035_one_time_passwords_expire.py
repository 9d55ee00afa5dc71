"""Let passwords that people were given expire, and people choose not to be mailed.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade():
    """Makes the change."""
    op.add_column("people", sa.Column("password_expires_at", sa.DateTime(timezone=True)))
    op.add_column(
        "people",
        sa.Column("notices_by_mail", sa.Boolean, nullable=False, server_default=sa.true()),
    )


def downgrade():
    """Takes it back."""
    op.drop_column("people", "notices_by_mail")
    op.drop_column("people", "password_expires_at")
