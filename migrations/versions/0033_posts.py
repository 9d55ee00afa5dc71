"""Let people have several posts, and take one up on a later day.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade():
    """Makes the change."""
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("unit_id", sa.Integer, nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("instead", sa.Boolean, nullable=False),
        sa.Column("entered_by", sa.String(80), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_posts_person_id_people"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_posts_unit_id_units"),
    )
    op.create_index("ix_posts_person_id", "posts", ["person_id"])
    op.create_index("ix_posts_unit_id", "posts", ["unit_id", "first_day"])
    op.create_index("ix_posts_instead", "posts", ["instead", "first_day"])
    # Without a constraint: SQLite would copy the table, and a post that ends clears it.
    op.add_column("staff_sessions", sa.Column("post_id", sa.Integer))


def downgrade():
    """Takes it back."""
    op.drop_column("staff_sessions", "post_id")
    op.drop_table("posts")
