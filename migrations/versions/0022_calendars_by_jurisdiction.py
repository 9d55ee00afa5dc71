"""Keep a calendar for each jurisdiction.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = {"calendar_days": "day", "calendar_years": "year"}


def upgrade():
    """Makes the change: what is stored is the home jurisdiction's."""
    for table, key in TABLES.items():
        with op.batch_alter_table(table) as change:
            change.add_column(
                sa.Column("jurisdiction", sa.String(20), server_default="cn", nullable=False)
            )
            change.drop_constraint(op.f(f"pk_{table}"), type_="primary")
            change.create_primary_key(op.f(f"pk_{table}"), ["jurisdiction", key])
        with op.batch_alter_table(table) as change:
            change.alter_column("jurisdiction", server_default=None)


def downgrade():
    """Takes it back; the days of other jurisdictions are lost."""
    for table, key in TABLES.items():
        op.execute(sa.text(f"DELETE FROM {table} WHERE jurisdiction <> 'cn'"))  # noqa: S608
        with op.batch_alter_table(table) as change:
            change.drop_constraint(op.f(f"pk_{table}"), type_="primary")
            change.create_primary_key(op.f(f"pk_{table}"), [key])
            change.drop_column("jurisdiction")
