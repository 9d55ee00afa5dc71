"""Say of each change of a month's count of which month it is.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    """Makes the change; of what was recorded before, the month is not known."""
    op.add_column("figure_changes", sa.Column("month", sa.Integer(), nullable=True))


def downgrade():
    """Takes it back."""
    op.drop_column("figure_changes", "month")
