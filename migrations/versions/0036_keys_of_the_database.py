"""Keep keys in the database that outlast the installation's, and encrypt what messages say.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

from requestflow.foundation import encryption

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

BATCH = 1000


def upgrade():
    """Makes the change."""
    op.create_table(
        "data_keys",
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("purpose", name=op.f("pk_data_keys")),
    )
    _rewrite(lambda value: encryption.cipher.encrypt(value.encode()).decode())


def downgrade():
    """Takes it back; digests are then those that follow from the oldest key in force."""
    _rewrite(lambda value: encryption.cipher.decrypt(value.encode()).decode())
    op.drop_table("data_keys")


def _rewrite(change):
    connection = op.get_bind()
    for name in ("messages", "notices"):
        table = sa.table(name, sa.column("id"), sa.column("data"))
        after = 0
        while True:
            query = sa.select(table.c.id, table.c.data).where(table.c.id > after)
            rows = connection.execute(query.order_by(table.c.id).limit(BATCH)).all()
            if not rows:
                break
            connection.execute(
                sa.update(table)
                .where(table.c.id == sa.bindparam("key"))
                .values(data=sa.bindparam("changed")),
                [{"key": row.id, "changed": change(row.data)} for row in rows],
            )
            after = rows[-1].id
