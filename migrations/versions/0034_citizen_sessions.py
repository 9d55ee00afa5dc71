"""Keep the sessions of citizens where they can be ended.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade():
    """Makes the change."""
    op.create_table(
        "citizen_sessions",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("key_digest", sa.String(64), nullable=False),
        sa.Column("account_id", KEY),
        sa.Column("case_id", KEY),
        sa.Column("code_made_at", MOMENT),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["citizen_accounts.id"],
            name="fk_citizen_sessions_account_id_citizen_accounts",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_citizen_sessions_case_id_cases"
        ),
        sa.UniqueConstraint("key_digest", name="uq_citizen_sessions_key_digest"),
    )
    for column in ("account_id", "case_id", "begun_at"):
        op.create_index(f"ix_citizen_sessions_{column}", "citizen_sessions", [column])


def downgrade():
    """Takes it back."""
    op.drop_table("citizen_sessions")
