"""Mark the records of which more than one year's figures speak.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COUNTED = {
    "cases": (
        "received_on",
        "concluded_on",
        "law",
        "outcome",
        "ground",
        "applicant_kind",
        "unit_id",
        "fee_charged",
        "fee_waived",
    ),
    "remedies": ("filed_on", "concluded_on", "kind", "route", "result", "unit_id"),
}


def upgrade():
    """Makes the change."""
    for name, columns in COUNTED.items():
        column = sa.Column("crosses_year", sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column(name, column)
        began, over = sa.column(columns[0], sa.Date()), sa.column("concluded_on", sa.Date())
        record = sa.table(name, sa.column("crosses_year", sa.Boolean()), began, over)
        another_year = sa.extract("year", began) != sa.extract("year", over)
        op.execute(
            sa.update(record)
            .where(sa.or_(over.is_(None), another_year))
            .values(crosses_year=sa.true())
        )
        op.create_index(
            f"ix_{name}_crossing",
            name,
            [*columns, "crosses_year"],
            sqlite_where=sa.text("crosses_year = 1"),
            postgresql_where=sa.text("crosses_year"),
        )


def downgrade():
    """Takes it back."""
    for name in COUNTED:
        op.drop_index(f"ix_{name}_crossing", name)
        op.drop_column(name, "crosses_year")
