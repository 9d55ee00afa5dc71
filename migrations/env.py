"""Alembic's environment under Flask-Migrate: engine and models are those of the application."""

from alembic import context
from flask import current_app

from requestflow.foundation import EncryptedText, UtcDateTime

SEARCH = ("findables_index", "ix_findables_words", "case_words_index", "ix_case_words_words")
"""What the names of the search's own tables and index begin with, which each database makes in its
own way (see `publications.search`)."""
ONE_AT_A_TIME = 7_115_102
"""The advisory lock of PostgreSQL under which one process migrates and the others wait."""


def rendered(kind, value, _context):
    """The project's column types as the plain types they are stored as."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(value, EncryptedText):
        return "sa.Text()"
    return False


def compared(thing, name, kind, _reflected, _compared_to):
    """Whether a table or index is one that the models describe."""
    return not (name or "").startswith(SEARCH)


def run():
    """Migrates in one transaction; on PostgreSQL it waits at most ten seconds for a lock, and for
    another process that migrates."""
    database = current_app.extensions["migrate"].db
    with database.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql("SET lock_timeout = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({ONE_AT_A_TIME})")
            connection.exec_driver_sql("SET lock_timeout = '10s'")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=sqlite,
            compare_type=True,
            render_item=rendered,
            include_object=compared,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if not sqlite:
            # What was set is the connection's, which others use after this.
            connection.invalidate()


run()
