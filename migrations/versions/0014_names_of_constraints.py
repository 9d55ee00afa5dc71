"""Names of unique constraints as the models give them.

Revision ID: 0014
Revises: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NAMES = (
    ("consultations", "uq_consultations_case_id", "uq_consultations_case_id_key"),
    ("reminder_schedule", "uq_reminder_schedule_subject", "uq_reminder_schedule_subject_kind_key"),
    ("saved_views", "uq_saved_views_person_id", "uq_saved_views_person_id_name"),
)
COLUMNS = {
    "consultations": ["case_id", "key"],
    "reminder_schedule": ["subject", "kind", "key"],
    "saved_views": ["person_id", "name"],
}


def upgrade():
    """Gives them the names of the convention."""
    for table, old, new in NAMES:
        _rename(table, old, new)


def downgrade():
    """Gives them their earlier names."""
    for table, old, new in NAMES:
        _rename(table, new, old)


def _rename(table, old, new):
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}")
        return
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(old, type_="unique")
        batch.create_unique_constraint(new, COLUMNS[table])
