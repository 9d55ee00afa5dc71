"""Find other applications of the same applicant and one's own cases; number letters.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    """Makes the change."""
    op.add_column("parties", sa.Column("identity_digest", sa.String(64), nullable=True))
    op.create_index("ix_parties_identity_digest", "parties", ["identity_digest"])
    op.create_index("ix_cases_handler", "cases", ["handler", "due_on", "id"])
    op.create_table(
        "letter_numbers",
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("units.id"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "year", "kind", name="pk_letter_numbers"),
    )


def downgrade():
    """Takes it back."""
    op.drop_table("letter_numbers")
    op.drop_index("ix_cases_handler", "cases")
    op.drop_index("ix_parties_identity_digest", "parties")
    op.drop_column("parties", "identity_digest")
