"""Remedies and numbers put aside while a file is read, so that memory stays flat.

A temporary SQLite file of the standard library; it is gone when closed.
"""

import pickle
import sqlite3
from collections.abc import Iterator
from itertools import groupby

from requestflow.ledger.merging import RemedyLine


class Staging:
    """What was read of one file and is needed again."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE seen (number TEXT PRIMARY KEY, sheet TEXT, place INTEGER) WITHOUT ROWID;"
            "CREATE TABLE remedies (number TEXT, kind TEXT, line BLOB);"
            "CREATE INDEX remedies_of ON remedies (number);"
            "BEGIN;"
        )
        self._remedies = 0

    def close(self) -> None:
        """Lets the temporary file go."""
        self._database.close()

    def seen(self, number: str, sheet: str, place: int) -> tuple[str, int] | None:
        """Remembers that a row speaks of this number; sheet and row of an earlier one, if any."""
        done = self._database.execute(
            "INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (number, sheet, place)
        )
        if done.rowcount:
            return None
        row = self._database.execute("SELECT sheet, place FROM seen WHERE number = ?", (number,))
        earlier: tuple[str, int] = row.fetchone()
        return earlier

    def add_remedy(self, number: str, line: RemedyLine) -> None:
        """Puts a checked remedy aside."""
        self._remedies += 1
        self._database.execute(
            "INSERT INTO remedies VALUES (?, ?, ?)", (number, line.remedy.kind, pickle.dumps(line))
        )

    def remedies_of(self, number: str) -> tuple[RemedyLine, ...]:
        """The remedies of an application, reconsiderations first, in the order of the file."""
        if not self._remedies:
            return ()
        rows = self._database.execute(
            "SELECT line FROM remedies WHERE number = ? ORDER BY kind, rowid", (number,)
        )
        # What is unpickled was pickled by this process a moment ago.
        return tuple(pickle.loads(row[0]) for row in rows)  # noqa: S301

    def orphans(self) -> Iterator[tuple[str, tuple[RemedyLine, ...]]]:
        """Remedies whose application has no row in the file: number and remedies."""
        rows = self._database.execute(
            "SELECT r.number, r.line FROM remedies r LEFT JOIN seen s ON s.number = r.number "
            "WHERE s.number IS NULL ORDER BY r.number, r.kind, r.rowid"
        )
        for number, group in groupby(rows, key=lambda row: row[0]):
            yield number, tuple(pickle.loads(row[1]) for row in group)  # noqa: S301
