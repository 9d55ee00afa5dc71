"""Installations of earlier versions, kept to be upgraded: all rows, the key, the files.

A folder holds `rows.json.xz` (the revision, and of each table its columns and rows, moments in
UTC and days in ISO 8601), `encryption.key`, `files` as an installation's home does, and in
`known.json` what its people know: secrets of links and codes. Another installation is kept by
`python -m tests.migrations.installations SQLITE-ADDRESS HOME FOLDER`.
"""

import json
import lzma
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    MetaData,
    Table,
    create_engine,
    insert,
    select,
)
from sqlalchemy import text as sql

from requestflow.application import Application

ROWS = "rows.json.xz"
DERIVED = ("findables_index", "case_words_index")
"""What the names of the tables of SQLite's searches begin with, which triggers fill."""

Rows = dict[str, list[dict[str, Any]]]


def tables_of(engine: Engine) -> list[Table]:
    """The tables of a database, those before others that refer to them."""
    metadata = MetaData()
    metadata.reflect(engine)
    kept = [table for table in metadata.sorted_tables if not table.name.startswith(DERIVED)]
    return [table for table in kept if table.name != "alembic_version"]


def keep(engine: Engine, home: Path, folder: Path) -> None:
    """Keeps an installation in a folder, the same bytes for the same rows."""
    content: dict[str, Any] = {"tables": {}}
    with engine.connect() as connection:
        content["revision"] = connection.scalar(sql("SELECT version_num FROM alembic_version"))
    for name, rows in contents(engine).items():
        content["tables"][name] = {
            "columns": list(rows[0]) if rows else [],
            "rows": [list(row.values()) for row in rows],
        }
    folder.mkdir(parents=True, exist_ok=True)
    packed = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    (folder / ROWS).write_bytes(lzma.compress(packed, preset=9 | lzma.PRESET_EXTREME))
    shutil.copy(home / "encryption.key", folder)
    shutil.copytree(home / "files", folder / "files", dirs_exist_ok=True)


def read(folder: Path) -> tuple[str, Rows]:
    """The revision of a kept installation, and its rows by table."""
    content = json.loads(lzma.decompress((folder / ROWS).read_bytes()))
    return content["revision"], {
        name: [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
        for name, table in content["tables"].items()
    }


def restore(app: Application, folder: Path) -> Rows:
    """Makes a kept installation in an empty database: its schema by the migrations up to its
    revision, then its rows, which are given back."""
    revision, rows = read(folder)
    app.upgrade(revision)
    engine = app.engine
    with engine.begin() as connection:
        for table in tables_of(engine):
            content = [_typed(table, row) for row in _parents_first(table, rows[table.name])]
            if content:
                connection.execute(insert(table), content)
            if engine.dialect.name == "postgresql":
                _count_on(connection, table)
    return rows


def contents(engine: Engine) -> Rows:
    """The rows of each table, as they are kept."""
    with engine.connect() as connection:
        return {
            table.name: [
                {name: _written(value) for name, value in row._mapping.items()}
                for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in tables_of(engine)
        }


def _written(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return value.isoformat() if isinstance(value, date) else value


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(table.columns[name], value) for name, value in row.items()}


def _value(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(value).replace(tzinfo=UTC if column.type.timezone else None)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return bool(value) if isinstance(column.type, Boolean) else value


def _parents_first(table: Table, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows that refer to others of the same table after these."""
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    if not own:
        yield from rows
        return
    left, there = list(rows), {None}
    while left:
        ready = [row for row in left if all(row[name] in there for name in own)]
        assert ready, f"rows of {table.name} refer to rows that are not there"
        yield from ready
        there |= {row["id"] for row in ready}
        left = [row for row in left if row["id"] not in there]


def _count_on(connection: Connection, table: Table) -> None:
    """Lets PostgreSQL give out ids after those that came with the rows."""
    if "id" not in table.columns:
        return
    sequence = connection.scalar(
        sql("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name}
    )
    if sequence:
        connection.execute(
            sql(f"SELECT setval('{sequence}', (SELECT coalesce(max(id), 0) + 1 FROM {table.name}))")
        )


if __name__ == "__main__":
    keep(create_engine(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
