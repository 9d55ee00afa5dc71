"""Entries put aside while a file is checked, so that memory stays flat however long it is.

A temporary SQLite file of the standard library; it is gone when closed.
"""

import pickle
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from requestflow.ledger.entries import Entry, RemedyEntry


class Staging:
    """The checked entries of one file."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("")
        self._database.executescript(
            "CREATE TABLE applications (number TEXT PRIMARY KEY, place INTEGER, entry BLOB);"
            "CREATE TABLE seen (number TEXT PRIMARY KEY, place INTEGER) WITHOUT ROWID;"
            "CREATE TABLE remedies (number TEXT, sheet TEXT, place INTEGER, entry BLOB);"
            "CREATE INDEX remedies_of ON remedies (number, sheet, place);"
        )

    def close(self) -> None:
        """Lets the temporary file go."""
        self._database.close()

    def seen(self, number: str, place: int) -> int | None:
        """Remembers that a row speaks of this number; the earlier row if one did already."""
        result = self._database.execute("SELECT place FROM seen WHERE number = ?", (number,))
        earlier = result.fetchone()
        if earlier is None:
            self._database.execute("INSERT INTO seen VALUES (?, ?)", (number, place))
        return earlier[0] if earlier else None

    def knows(self, number: str) -> bool:
        """Whether the file has a row of this number, faulty or not."""
        result = self._database.execute("SELECT 1 FROM seen WHERE number = ?", (number,))
        return result.fetchone() is not None

    def add(self, entry: Entry, place: int) -> None:
        """Puts a checked application aside."""
        self._database.execute(
            "INSERT INTO applications VALUES (?, ?, ?)", (entry.number, place, pickle.dumps(entry))
        )

    def entry(self, number: str) -> Entry | None:
        """The application of that number, without remedies."""
        result = self._database.execute(
            "SELECT entry FROM applications WHERE number = ?", (number,)
        ).fetchone()
        # What is unpickled was pickled by this process a moment ago.
        return pickle.loads(result[0]) if result else None  # noqa: S301

    def add_remedy(self, number: str, sheet: str, place: int, entry: RemedyEntry) -> None:
        """Puts a checked remedy aside."""
        self._database.execute(
            "INSERT INTO remedies VALUES (?, ?, ?, ?)", (number, sheet, place, pickle.dumps(entry))
        )

    def count(self) -> int:
        """How many applications are put aside."""
        return int(self._database.execute("SELECT count(*) FROM applications").fetchone()[0])

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """All applications with their remedies, in the order of the file: row and entry."""
        rows = self._database.execute(
            "SELECT a.number, a.place, a.entry, r.entry FROM applications a "
            "LEFT JOIN remedies r ON r.number = a.number ORDER BY a.place, r.sheet, r.place"
        )
        for (_number, place), group in groupby(rows, key=lambda row: (row[0], row[1])):
            lines = list(group)
            entry: Entry = pickle.loads(lines[0][2])  # noqa: S301
            remedies = tuple(pickle.loads(line[3]) for line in lines if line[3])  # noqa: S301
            yield place, replace(entry, remedies=remedies)

    def orphans(self) -> Iterator[tuple[str, tuple[RemedyEntry, ...]]]:
        """Remedies whose application is not in the file: number and remedies."""
        rows = self._database.execute(
            "SELECT r.number, r.entry FROM remedies r LEFT JOIN seen s ON s.number = r.number "
            "WHERE s.number IS NULL ORDER BY r.number, r.sheet, r.place"
        )
        for number, group in groupby(rows, key=lambda row: row[0]):
            yield number, tuple(pickle.loads(line[1]) for line in group)  # noqa: S301
