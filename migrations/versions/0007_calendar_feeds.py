"""Give people their due days as a calendar feed at a private address.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from requestflow.foundation import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    """Makes the change."""
    op.create_table(
        "feed_addresses",
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_feed_addresses"),
        sa.UniqueConstraint("digest", name="uq_feed_addresses_digest"),
    )


def downgrade():
    """Takes it back."""
    op.drop_table("feed_addresses")
