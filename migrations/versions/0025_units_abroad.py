"""Find the units of other jurisdictions by an index.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ABROAD = sa.text("jurisdiction <> 'cn'")


def upgrade():
    """Makes the change."""
    op.create_index(
        "ix_units_abroad",
        "units",
        ["path", "jurisdiction"],
        sqlite_where=ABROAD,
        postgresql_where=ABROAD,
    )


def downgrade():
    """Takes it back."""
    op.drop_index("ix_units_abroad", "units")
