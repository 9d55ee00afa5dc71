"""Let people sign in with passkeys.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade():
    """Makes the change."""
    op.add_column("authenticators", sa.Column("confirmed_at", MOMENT))
    op.execute(
        "UPDATE authenticators SET confirmed_at = (SELECT second_factor_since FROM people "
        "WHERE people.id = authenticators.person_id)"
    )
    op.create_table(
        "passkeys",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("credential_id", sa.LargeBinary(1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_passkeys_person_id_people"
        ),
        sa.UniqueConstraint("credential_id", name="uq_passkeys_credential_id"),
    )
    op.create_index("ix_passkeys_person_id", "passkeys", ["person_id"])
    op.create_table(
        "passkey_challenges",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("challenge_digest", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_passkey_challenges_person_id_people"
        ),
        sa.UniqueConstraint("challenge_digest", name="uq_passkey_challenges_challenge_digest"),
    )
    op.create_index("ix_passkey_challenges_expires_at", "passkey_challenges", ["expires_at"])


def downgrade():
    """Takes it back."""
    op.drop_table("passkey_challenges")
    op.drop_table("passkeys")
    op.drop_column("authenticators", "confirmed_at")
