"""Let people go and give them new passwords; let the audit trail be read.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# By what the audit trail is narrowed, each in the order in which it is read; and, by action and
# person, when somebody signed in last.
INDEXES = {
    "ix_audit_entries_at": ["at", "id"],
    "ix_audit_entries_actor": ["actor", "at", "id"],
    "ix_audit_entries_subject": ["subject", "at", "id"],
    "ix_audit_entries_action": ["action", "actor", "at"],
}


def upgrade():
    """Makes the change; sessions that are open have the empty key, and stay open."""
    op.add_column("people", sa.Column("session_key", sa.String(32), nullable=False, server_default=""))
    op.add_column(
        "people",
        sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.drop_index("ix_audit_entries_subject", "audit_entries")
    for name, columns in INDEXES.items():
        op.create_index(name, "audit_entries", columns)


def downgrade():
    """Takes it back."""
    for name in INDEXES:
        op.drop_index(name, "audit_entries")
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject", "id"])
    op.drop_column("people", "must_change_password")
    op.drop_column("people", "session_key")
