"""Find the last message to a chat group.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    """Makes the change."""
    told = sa.text("group_id IS NOT NULL")
    op.create_index(
        "ix_messages_group",
        "messages",
        ["group_id", "id"],
        sqlite_where=told,
        postgresql_where=told,
    )


def downgrade():
    """Takes it back."""
    op.drop_index("ix_messages_group", "messages")
