"""What a migrated database has otherwise than the tables of the code say."""

from collections import Counter
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, UniqueConstraint

from requestflow.foundation import Base
from tests.migrations.installations import DERIVED

SEARCH = (DERIVED, "ix_findables_words")
"""The search's index has no counterpart among the tables: each kind of database has its own."""


def differences(engine: Engine) -> list[Any]:
    """The differences; a constraint by what it constrains, because some have two names."""
    with engine.connect() as connection:
        options = {"include_object": _ours, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        found = compare_metadata(context, Base.metadata)
    unique = Counter[tuple[str, ...]]()
    rest = []
    for item in found:
        if isinstance(item, tuple) and isinstance(item[1], UniqueConstraint):
            key = (str(item[1].table.name), *(column.name for column in item[1].columns))
            unique[key] += 1 if item[0] == "add_constraint" else -1
        else:
            rest.append(item)
    return [*rest, *(key for key, number in unique.items() if number)]


def _ours(_item: Any, name: str | None, *_rest: Any) -> bool:
    return not str(name).startswith(SEARCH)
