"""Record from where and in which session something was done.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade():
    """Makes the change."""
    op.add_column("audit_entries", sa.Column("address", sa.String(45)))
    op.add_column("audit_entries", sa.Column("session_id", sa.BigInteger))


def downgrade():
    """Takes it back."""
    op.drop_column("audit_entries", "session_id")
    op.drop_column("audit_entries", "address")
