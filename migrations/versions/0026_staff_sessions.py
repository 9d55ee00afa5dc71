"""Keep the sessions of staff in the database, where they end at once.

Everybody signs in anew once: what browsers keep names no session.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade():
    """Makes the change."""
    op.create_table(
        "staff_sessions",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("key_digest", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.Column("address", sa.String(45)),
        sa.Column("device", sa.String(200)),
        sa.UniqueConstraint("key_digest", name="uq_staff_sessions_key_digest"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_staff_sessions_person_id_people"
        ),
    )
    op.create_index("ix_staff_sessions_person_id", "staff_sessions", ["person_id"])
    op.create_index("ix_staff_sessions_started_at", "staff_sessions", ["started_at"])
    op.drop_column("people", "session_key")


def downgrade():
    """Takes it back."""
    op.add_column(
        "people", sa.Column("session_key", sa.String(32), server_default="", nullable=False)
    )
    op.drop_table("staff_sessions")
