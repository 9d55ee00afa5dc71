"""Encrypt what was written in a case under a key of its own, and find it by digests of words.

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEX = (
    "CREATE VIRTUAL TABLE case_words_index USING fts5("
    "words, content='case_words', content_rowid='id', tokenize='unicode61', detail='none')",
    "CREATE TRIGGER case_words_added AFTER INSERT ON case_words BEGIN "
    "INSERT INTO case_words_index(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER case_words_removed AFTER DELETE ON case_words BEGIN "
    "INSERT INTO case_words_index(case_words_index, rowid, words) "
    "VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER case_words_changed AFTER UPDATE ON case_words BEGIN "
    "INSERT INTO case_words_index(case_words_index, rowid, words) "
    "VALUES ('delete', old.id, old.words); "
    "INSERT INTO case_words_index(rowid, words) VALUES (new.id, new.words); END",
)


def upgrade():
    """Makes the change; what was written is encrypted when the database is opened."""
    op.add_column("cases", sa.Column("record_key", sa.LargeBinary(), nullable=True))
    op.add_column("cases", sa.Column("forgotten_on", sa.Date(), nullable=True))
    op.add_column("case_events", sa.Column("earlier_hash", sa.String(64), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        # In place: what refers to documents would not let the table be made anew.
        op.alter_column("documents", "name", new_column_name="earlier_name")
        op.add_column(
            "documents", sa.Column("name", sa.Text(), nullable=False, server_default="")
        )
        op.execute("UPDATE documents SET name = earlier_name")
        op.drop_column("documents", "earlier_name")
    else:
        op.alter_column("documents", "name", existing_type=sa.String(160), type_=sa.Text())
    op.add_column(
        "documents", sa.Column("stored_as", sa.String(64), nullable=False, server_default="")
    )
    op.execute("UPDATE documents SET stored_as = sha256")
    op.add_column("documents", sa.Column("file_key", sa.LargeBinary(), nullable=True))
    op.create_index("ix_documents_stored", "documents", ["stored_as"])
    op.create_table(
        "case_words",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("about", sa.String(10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_words_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_words")),
        sa.UniqueConstraint("case_id", "about", name=op.f("uq_case_words_case_id_about")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in INDEX:
            op.execute(statement)
    else:
        op.execute(
            "CREATE INDEX ix_case_words_words ON case_words "
            "USING gin (to_tsvector('simple', words))"
        )


def downgrade():
    """Takes it back; what is encrypted stays so, which earlier versions do not read."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE IF EXISTS case_words_index")
    op.drop_table("case_words")
    op.drop_index("ix_documents_stored", table_name="documents")
    op.drop_column("documents", "file_key")
    op.drop_column("documents", "stored_as")
    op.drop_column("case_events", "earlier_hash")
    op.drop_column("cases", "forgotten_on")
    op.drop_column("cases", "record_key")
