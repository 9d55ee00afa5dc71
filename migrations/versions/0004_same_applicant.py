"""Find other applications of the same applicant.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    """Makes the change."""
    op.add_column("parties", sa.Column("identity_digest", sa.String(64), nullable=True))
    op.create_index("ix_parties_identity_digest", "parties", ["identity_digest"])


def downgrade():
    """Takes it back."""
    op.drop_index("ix_parties_identity_digest", "parties")
    op.drop_column("parties", "identity_digest")
