"""Encrypting again what is stored, with the newest key, so that an older one can be let go."""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import eq

from sqlalchemy import Column, LargeBinary, Text, select, tuple_, type_coerce, update

from requestflow.foundation.database import db
from requestflow.foundation.encryption import EncryptedBytes, EncryptedText, OtherKey, encryption

BATCH = 500
RowKey = tuple[object, ...]


@dataclass(frozen=True)
class Rotated:
    """What became of some values of a column: how many were looked at, how many had an older key,
    and which rows no key in force opens."""

    column: str
    seen: int = 0
    older: int = 0
    unreadable: tuple[str, ...] = ()


def encrypted_columns() -> list[Column[object]]:
    """All columns that are encrypted, table by table."""
    kinds = (EncryptedText, EncryptedBytes)
    return [
        column
        for table in db.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, kinds)
    ]


def rotate(*, change: bool = True) -> Iterator[Rotated]:
    """Looks at each encrypted value and encrypts it again with the newest key, a batch a
    transaction; with `change` off it only looks. Told by what is there: broken off and begun
    again, it passes over what is done. What is written meanwhile stands."""
    for column in encrypted_columns():
        after: RowKey | None = None
        while True:
            batch, after = _batch(column, after, change)
            yield batch
            if after is None:
                break


def _batch(
    column: Column[object], after: RowKey | None, change: bool
) -> tuple[Rotated, RowKey | None]:
    """One batch of a column, and the key after which the next begins; None where it was the
    last."""
    table = column.table
    keys = tuple(table.primary_key.columns)
    stored = type_coerce(column, LargeBinary if _is_bytes(column) else Text)
    query = select(*keys, stored.label("stored")).where(column.is_not(None)).order_by(*keys)
    if after:
        query = query.where(tuple_(*keys) > tuple_(*after))
    session = db.session()
    rows = session.execute(query.limit(BATCH)).all()
    session.rollback()  # nothing is held while values are decrypted
    older: list[tuple[RowKey, object, str | bytes]] = []
    unreadable: list[str] = []
    for *named, value in rows:
        token = bytes(value) if _is_bytes(column) else value.encode()
        if encryption.cipher.is_newest(token):
            continue
        try:
            opened = encryption.cipher.decrypt(token)
        except OtherKey:
            unreadable.append(" ".join((table.name, *map(str, named))))
            continue
        again: str | bytes = opened if _is_bytes(column) else opened.decode()
        older.append((tuple(named), value, again))
    if change and older:
        with db.transaction() as writing:
            for number, value, again in older:
                writing.execute(
                    update(table)
                    .where(*map(eq, keys, number), stored == value)
                    .values({column: again})
                )
    name = f"{table.name}.{column.name}"
    result = Rotated(name, len(rows), len(older), tuple(unreadable))
    return result, tuple(rows[-1][:-1]) if len(rows) == BATCH else None


def _is_bytes(column: Column[object]) -> bool:
    return isinstance(column.type, EncryptedBytes)
