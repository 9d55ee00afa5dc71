"""Let an address of mail open a case only once it was proved.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade():
    """Makes the change."""
    op.add_column(
        "parties",
        sa.Column("email_proven", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade():
    """Takes it back."""
    op.drop_column("parties", "email_proven")
