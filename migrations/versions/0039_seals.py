"""Chain events under a key, and seal what is recorded.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    """Makes the change; the events themselves are chained anew when the database is opened."""
    op.add_column(
        "cases", sa.Column("chain_keyed", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "seals",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_seals")),
    )
    op.create_table(
        "sealed_cases",
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("head_hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_sealed_cases_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_sealed_cases")),
    )


def downgrade():
    """Takes it back; chains stay under the key, which earlier versions do not know."""
    op.drop_table("sealed_cases")
    op.drop_table("seals")
    op.drop_column("cases", "chain_keyed")
