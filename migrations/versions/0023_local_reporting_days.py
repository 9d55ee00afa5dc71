"""Let a unit set an earlier day for annual reports than the law's.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade():
    """Makes the change."""
    op.create_table(
        "local_reporting_days",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_local_reporting_days_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("unit_id", "code", name=op.f("pk_local_reporting_days")),
    )


def downgrade():
    """Takes it back."""
    op.drop_table("local_reporting_days")
