"""Tell chat groups of units.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from requestflow.foundation import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UNTOLD = sa.text("message_id IS NULL")


def upgrade():
    """Makes the change."""
    op.create_table(
        "chat_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("units.id"), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.String(120), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chat_groups"),
    )
    op.create_index("ix_chat_groups_unit_id", "chat_groups", ["unit_id"])
    op.drop_index("ix_reminders_untold", "reminders")
    for table in ("reminders", "messages"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(
                sa.Column(
                    "group_id",
                    sa.Integer(),
                    sa.ForeignKey("chat_groups.id", name=f"fk_{table}_group_id_chat_groups"),
                    nullable=True,
                )
            )
            if table == "reminders":
                batch.alter_column("person_id", existing_type=sa.Integer(), nullable=True)
    op.create_index(
        "ix_reminders_untold",
        "reminders",
        ["person_id", "group_id", "id"],
        sqlite_where=UNTOLD,
        postgresql_where=UNTOLD,
    )


def downgrade():
    """Takes it back; what was to be told to groups is gone."""
    op.drop_index("ix_reminders_untold", "reminders")
    for table in ("reminders", "messages"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE group_id IS NOT NULL"))
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_group_id_chat_groups", type_="foreignkey")
            batch.drop_column("group_id")
            if table == "reminders":
                batch.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
    op.create_index(
        "ix_reminders_untold",
        "reminders",
        ["person_id", "id"],
        sqlite_where=UNTOLD,
        postgresql_where=UNTOLD,
    )
    op.drop_table("chat_groups")
