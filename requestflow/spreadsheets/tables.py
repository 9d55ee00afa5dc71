"""Rows by column under a head, and what is no row of data."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from requestflow.spreadsheets.cells import clean_text, is_blank, shown
from requestflow.spreadsheets.heads import Head, head_words
from requestflow.spreadsheets.opening import Table
from requestflow.spreadsheets.values import MISSING, Cell
from requestflow.spreadsheets.workbook import Merges, SheetRow

NO_CASE = re.compile(
    r"(本页|本月|本年|本季度?|全年|累计|总|小|合|共)\s*计|合\s*计.*|累\s*计"
    r"|(填报|填表|制表|审核|复核|经办|联系|统计|登记)(人|单位|日期|时间|员)\s*[::].*"
    r"|(单位)?(主要|分管)?(负责人|领导)(签[字章名])?\s*[::].*"
    r"|(制表|审核|复核|填表|注|备注|说明|附注)\s*[::].*"
)
"""Totals, signatures and notes at the foot of a printed table."""


@dataclass(slots=True)
class TableRow:
    """A row by column: its cells, and what stands in columns that are not known."""

    sheet: str
    number: int
    cells: dict[str, Cell]
    extra: dict[str, str]
    headers: Mapping[str, str]
    hidden: bool = False
    date1904: bool = False

    def cell(self, key: str) -> Cell:
        """A cell; MISSING where the file has no such column."""
        return self.cells.get(key, MISSING if key not in self.headers else None)


@dataclass
class Reading:
    """What was seen in a table besides its rows: rows hidden in the file, and rows that are no
    data, with what stands in them."""

    hidden: list[int] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)


def read_rows(table: Table, head: Head, seen: Reading | None = None) -> Iterator[TableRow]:
    """The rows under a head. Repeated heads are passed over; totals and signatures are named in
    `seen`, and are rows like others without it."""
    running: dict[int, tuple[int, Cell]] = {}
    for row in table.rows():
        if row.number <= head.row:
            continue
        cells = _filled(row, table.merges, running) if table.merges.ranges else row.cells
        values, extra = _by_column(cells, head)
        if not (values or extra) or _repeats_head(cells, head):
            continue
        words = _no_case(cells, head) if seen is not None else ""
        if seen is not None and words:
            seen.left_out.append((row.number, words))
            continue
        if seen is not None and row.hidden:
            seen.hidden.append(row.number)
        yield TableRow(
            table.name, row.number, values, extra, head.headers, row.hidden, table.date1904
        )


def _by_column(cells: Sequence[Cell], head: Head) -> tuple[dict[str, Cell], dict[str, str]]:
    """The cells of a row in which something stands, by key, and those of unknown columns."""
    values: dict[str, Cell] = {}
    extra: dict[str, str] = {}
    keys, names = head.keys, head.names
    for place, cell in enumerate(cells):
        if cell is None or cell == "":
            continue
        key = keys.get(place)
        if key is not None:
            values[key] = cell
        elif place < len(names) and names[place] and not is_blank(cell):
            extra[names[place]] = shown(cell)
    return values, extra


def _repeats_head(cells: Sequence[Cell], head: Head) -> bool:
    """Whether a row is the head once more, as on each page of a printed table."""
    place = next((p for p, cell in enumerate(cells) if cell), None)
    if place is None or place >= len(head.names) or head_words(cells[place]) != head.names[place]:
        return False
    same = sum(head_words(c) == name for c, name in zip(cells, head.names, strict=False) if c)
    return same * 2 > sum(1 for cell in cells if cell)


def _no_case(cells: Sequence[Cell], head: Head) -> str:
    """The words by which a row is a total, a signature or a note; '' where it is none."""
    filled = [cell for cell in cells if cell is not None and cell != ""]
    if len(filled) * 3 > len(head.headers) * 2:
        return ""
    words = next((clean_text(cell) for cell in filled if isinstance(cell, str)), "")
    return words if NO_CASE.fullmatch(unicodedata.normalize("NFKC", words)) else ""


def _filled(row: SheetRow, merges: Merges, running: dict[int, tuple[int, Cell]]) -> Sequence[Cell]:
    """The cells of a row, with what is merged from the rows above it."""
    cells = list(row.cells)
    for column, (last, value) in list(running.items()):
        if row.number > last:
            del running[column]
            continue
        cells += [None] * (column + 1 - len(cells))
        if cells[column] is None:
            cells[column] = value
    for column, last in merges.down.get(row.number, ()):
        if column < len(cells):
            running[column] = (last, cells[column])
    return cells
