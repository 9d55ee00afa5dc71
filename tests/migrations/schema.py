"""What a migrated database has otherwise than the tables of the code say."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from requestflow.foundation import Base
from tests.migrations.installations import DERIVED

SEARCH = (*DERIVED, "ix_findables_words", "ix_case_words_words")
"""The search's index has no counterpart among the tables: each kind of database has its own."""


def differences(engine: Engine) -> list[Any]:
    """The differences, those of names of constraints among them."""
    with engine.connect() as connection:
        options = {"include_object": _ours, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Base.metadata))


def _ours(_item: Any, name: str | None, *_rest: Any) -> bool:
    return not str(name).startswith(SEARCH)
