"""Let people sign in with a second factor.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade():
    """Makes the change."""
    op.add_column("people", sa.Column("second_factor_since", MOMENT))
    op.create_table(
        "authenticators",
        sa.Column("person_id", sa.Integer, primary_key=True),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_authenticators_person_id_people"
        ),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("code_digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_recovery_codes_person_id_people"
        ),
    )
    op.create_index("ix_recovery_codes_person_id", "recovery_codes", ["person_id"])


def downgrade():
    """Takes it back."""
    op.drop_table("recovery_codes")
    op.drop_table("authenticators")
    op.drop_column("people", "second_factor_since")
