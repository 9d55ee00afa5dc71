"""Say of each step with a report what was done, and of each reported figure where it came from.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# A correction was begun from 'published', and given up to 'published' from a state in which words
# are written; every other step is what its state says.
KINDS = """
    SELECT id,
        CASE
            WHEN state = 'draft' AND earlier = 'published' THEN 'correction_begun'
            WHEN state = 'published' AND earlier IN ('draft', 'checked', 'returned')
                THEN 'correction_dropped'
            ELSE state
        END AS kind
    FROM (
        SELECT id, state, LAG(state) OVER (PARTITION BY report_id ORDER BY id) AS earlier
        FROM report_steps
    ) AS steps
"""


def upgrade():
    """Makes the change."""
    op.add_column(
        "report_steps", sa.Column("kind", sa.String(20), nullable=False, server_default="")
    )
    op.execute(
        f"UPDATE report_steps SET kind = (SELECT k.kind FROM ({KINDS}) AS k "  # noqa: S608 - fixed
        "WHERE k.id = report_steps.id)"
    )
    for name in ("origin_before", "origin"):
        op.add_column("figure_changes", sa.Column(name, sa.String(500), nullable=True))
    op.create_index("ix_figure_changes_source", "figure_changes", ["source", "year", "id"])


def downgrade():
    """Takes it back."""
    op.drop_index("ix_figure_changes_source", "figure_changes")
    for name in ("origin", "origin_before"):
        op.drop_column("figure_changes", name)
    op.drop_column("report_steps", "kind")
