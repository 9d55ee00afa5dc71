"""Simple tables, one a file: read by column, every faulty line named at once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from requestflow.foundation import RequestflowError, Text, joined, text
from requestflow.spreadsheets.cells import CellUnreadable, shown, text_of
from requestflow.spreadsheets.heads import Column, Fault, Head, first_rows, head_faults, read_head
from requestflow.spreadsheets.opening import Table, open_tables
from requestflow.spreadsheets.tables import TableRow, read_rows
from requestflow.spreadsheets.values import Cell, Missing


class FileFaulty(RequestflowError):
    """A file has faults; nothing of it was stored. `faults` holds each with its cell."""

    def __init__(self, path: Path, faults: Sequence[Fault]) -> None:
        lines = [
            text(
                "%(file)s, line %(line)s: %(problem)s",
                file=path.name,
                line=f.row,
                problem=f.problem,
            )
            for f in faults
        ]
        super().__init__(joined(lines))
        self.faults = list(faults)


@dataclass
class ListRow:
    """A row of a list, whose cells are read as text unless asked for as they stand."""

    row: TableRow
    faults: list[Fault]

    @property
    def line(self) -> int:
        """Its number in the file, from 1."""
        return self.row.number

    def cell(self, key: str) -> Cell:
        """A cell as it stands."""
        return self.row.cell(key)

    def has(self, key: str) -> bool:
        """Whether the file has the column."""
        return not isinstance(self.row.cell(key), Missing)

    def value(self, key: str) -> str:
        """The text of a cell, '' where it is blank; one that cannot be read is a fault."""
        try:
            return text_of(self.row.cell(key))
        except CellUnreadable as error:
            self.fault(key, error.problem)
            return ""

    def fault(self, key: str, problem: Text) -> None:
        """Notes what is wrong with a cell."""
        row = self.row
        value = shown(row.cell(key))
        header = row.headers.get(key, key)
        self.faults.append(Fault(row.sheet, row.number, header, value, problem, Text("")))


@dataclass
class ListFile:
    """A list with its head."""

    path: Path
    columns: Sequence[Column]
    table: Table
    head: Head
    faults: list[Fault] = field(default_factory=list)

    def unused(self) -> list[Text]:
        """That it has columns which are not known, where it has any."""
        names = ", ".join(self.head.kept)
        return [text("Columns not recognised and not used: %(columns)s.", columns=names)] * bool(
            names
        )

    def rows(self) -> Iterator[ListRow]:
        """Its rows."""
        for row in read_rows(self.table, self.head):
            yield ListRow(row, self.faults)


@contextmanager
def read_list(path: Path, *kinds: Sequence[Column]) -> Iterator[ListFile]:
    """The list that a file holds, told apart by its head where it may be of several `kinds`.

    Raises RequestflowError where no head of these kinds stands in it, and on leaving, FileFaulty
    where faults were noted.
    """
    with open_tables(path) as tables:
        for columns in kinds:
            for table in tables:
                head = read_head(first_rows(table), columns, table.merges)
                if head and all(c.key in head.headers for c in columns if c.required):
                    file = ListFile(path, columns, table, head)
                    file.faults += head_faults(table, head, columns)
                    yield file
                    if file.faults:
                        raise FileFaulty(path, file.faults)
                    return
        raise _no_list(path, kinds)


def _no_list(path: Path, kinds: Sequence[Sequence[Column]]) -> RequestflowError:
    heads = [", ".join(c.header for c in columns if c.required) for columns in kinds]
    return RequestflowError(
        text(
            "%(file)s: the file must have the columns %(columns)s.",
            file=path.name,
            columns="; ".join(heads),
        )
    )
