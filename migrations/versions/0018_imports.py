"""Keep what is taken in from files in the browser.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    """Makes the change."""
    op.create_table(
        "imports",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("report", sa.Text()),
        sa.Column("problem", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("before", sa.Text()),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_imports_person_id_people"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_imports_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        sa.UniqueConstraint("key", name="uq_imports_key"),
    )
    op.create_index("ix_imports_state", "imports", ["state", "id"])
    op.create_index("ix_imports_unit_id", "imports", ["unit_id"])
    op.create_table(
        "imported_cases",
        sa.Column("import_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.Column("party_before", sa.Text()),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name="fk_imported_cases_import_id_imports"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_imported_cases_case_id_cases"
        ),
        sa.PrimaryKeyConstraint("import_id", "case_id", name="pk_imported_cases"),
    )


def downgrade():
    """Takes it back."""
    op.drop_table("imported_cases")
    op.drop_table("imports")
