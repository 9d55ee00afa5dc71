"""Let the figures leave out cases that are void without opening their rows.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

COUNTED = (
    "received_on",
    "concluded_on",
    "law",
    "outcome",
    "ground",
    "applicant_kind",
    "unit_id",
    "fee_charged",
    "fee_waived",
)


def _indexes(columns):
    op.drop_index("ix_cases_counted", "cases")
    op.drop_index("ix_cases_crossing", "cases")
    op.create_index("ix_cases_counted", "cases", columns)
    op.create_index(
        "ix_cases_crossing",
        "cases",
        [*columns, "crosses_year"],
        sqlite_where=sa.text("crosses_year = 1"),
        postgresql_where=sa.text("crosses_year"),
    )


def upgrade():
    """Makes the change."""
    _indexes([*COUNTED, "stage"])


def downgrade():
    """Takes it back."""
    _indexes([*COUNTED])
