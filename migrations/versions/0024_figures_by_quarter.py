"""Let units report figures for a quarter of a year.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OLD, NEW = ["unit_id", "year", "figure"], ["unit_id", "year", "quarter", "figure"]
TABLE = "activity_figures"


def upgrade():
    """Makes the change: what was reported is of whole years."""
    quarter = sa.Column("quarter", sa.Integer(), server_default="0", nullable=False)
    op.add_column("figure_changes", quarter.copy())
    with op.batch_alter_table(TABLE) as change:
        change.add_column(quarter.copy())
        change.drop_constraint(op.f(f"uq_{TABLE}_{'_'.join(OLD)}"), type_="unique")
        change.create_unique_constraint(op.f(f"uq_{TABLE}_{'_'.join(NEW)}"), NEW)


def downgrade():
    """Takes it back; what was reported for quarters is lost."""
    for table in ("figure_changes", TABLE):
        op.execute(sa.text(f"DELETE FROM {table} WHERE quarter <> 0"))  # noqa: S608
    with op.batch_alter_table(TABLE) as change:
        change.drop_constraint(op.f(f"uq_{TABLE}_{'_'.join(NEW)}"), type_="unique")
        change.create_unique_constraint(op.f(f"uq_{TABLE}_{'_'.join(OLD)}"), OLD)
        change.drop_column("quarter")
    op.drop_column("figure_changes", "quarter")
