"""Store of each case all grounds that its answer names, and how many fee notices went out.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade():
    """Makes the change; the cases are counted anew after it, which fills the columns."""
    op.add_column("cases", sa.Column("grounds", sa.String(800), server_default="", nullable=False))
    op.add_column(
        "cases", sa.Column("fee_notices", sa.Integer(), server_default="0", nullable=False)
    )


def downgrade():
    """Takes it back."""
    op.drop_column("cases", "fee_notices")
    op.drop_column("cases", "grounds")
