"""Who has a case open is kept in Redis.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    """Drops the table; what it held was good for ten minutes."""
    op.drop_table("presences")


def downgrade():
    """Makes the table again, empty."""
    op.create_table(
        "presences",
        sa.Column(
            "case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_presences_case_id_cases"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_presences_person_id_people"),
        sa.PrimaryKeyConstraint("case_id", "person_id", name="pk_presences"),
    )
