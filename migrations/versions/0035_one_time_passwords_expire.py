"""Let passwords that people were given expire.

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


def downgrade():
    """Takes it back."""
    op.drop_column("people", "password_expires_at")
