"""Alembic's environment: the engine comes from the application, never from a file."""

from alembic import context

import requestflow.applications.models
import requestflow.citizens.models
import requestflow.documents.models
import requestflow.letters.models
import requestflow.notices.models
import requestflow.publications.models
import requestflow.reporting.models
from requestflow.foundation import Base, EncryptedText, UtcDateTime

TABLES_OF = (
    requestflow.applications.models,
    requestflow.citizens.models,
    requestflow.documents.models,
    requestflow.letters.models,
    requestflow.notices.models,
    requestflow.publications.models,
    requestflow.reporting.models,
)


def rendered(kind, value, _context):
    """The project's column types as the plain types they are stored as."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(value, EncryptedText):
        return "sa.Text()"
    return False


def run() -> None:
    """Migrates in one transaction; on PostgreSQL it waits at most ten seconds for a lock."""
    engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:
            connection.exec_driver_sql("SET lock_timeout = '10s'")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=sqlite,
            compare_type=True,
            render_item=rendered,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
