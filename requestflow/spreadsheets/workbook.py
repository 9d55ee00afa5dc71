"""Workbooks of Office Open XML (.xlsx, ECMA-376, also Strict), read row by row as they stand.

A reader of its own, since the libraries do not say what an import must know: whether a formula was
ever computed, which rows are hidden, from when days are counted, and the digits as they are kept.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import IO, Any

from requestflow.spreadsheets.parts import PartDamaged, elements, tree
from requestflow.spreadsheets.strings import SharedStrings, string_of, unescape
from requestflow.spreadsheets.styles import read_formats
from requestflow.spreadsheets.values import (
    GENERAL,
    UNCOMPUTED,
    Cell,
    ErrorValue,
    Number,
    NumberFormat,
)

MOST_COLUMNS = 16_384
"""Columns of a sheet (ECMA-376; XFD)."""
MOST_MERGED = 100_000
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})"')
TAIL = 64
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row as it stands: its number in the sheet, counted from 1, and its cells from column A."""

    number: int
    cells: Sequence[Cell]
    hidden: bool = False

    def __reduce__(self) -> tuple[object, ...]:
        # Quicker than what a dataclass does by itself, for hundreds of thousands of rows.
        return SheetRow, (self.number, self.cells, self.hidden)


@dataclass(frozen=True)
class Merges:
    """Cells that are one: by the row in which the first of them stands."""

    ranges: tuple[tuple[int, int, int, int], ...] = ()
    """First row, first column, last row, last column; columns from 0."""

    @cached_property
    def down(self) -> Mapping[int, Sequence[tuple[int, int]]]:
        """Columns that go on below a row, with the last row, by the first row."""
        result: dict[int, list[tuple[int, int]]] = {}
        for first, column, last, _ in self.ranges:
            if last > first:
                result.setdefault(first, []).append((column, last))
        return result

    def across(self, row: int) -> Sequence[tuple[int, int]]:
        """First and last column of what goes on to the right in a row."""
        return [(c, d) for first, c, last, d in self.ranges if first <= row <= last and d > c]


@dataclass
class Sheet:
    """A sheet of a workbook."""

    name: str
    hidden: bool
    merges: Merges
    date1904: bool
    _source: "Workbook" = field(repr=False)
    _path: str = ""

    def rows(self) -> Iterator[SheetRow]:
        """All rows that hold something, in order. Raises PartDamaged and what XML raises."""
        return self._source.read_rows(self._path)


class Workbook:
    """An opened workbook. Close it."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path)
        try:
            self._names = {name.lower(): name for name in self._archive.namelist()}
            main = self._target("", "officeDocument") or "xl/workbook.xml"
            root = self._tree(main)
            self._properties(root)
            relations = self._relations(main)
            styles = self._target(main, "styles")
            self._formats = self._read_formats(styles)
            strings = self._target(main, "sharedStrings")
            if strings is not None and strings.lower() in self._names:
                with self._part(strings) as part:
                    self._strings = SharedStrings(part)
            else:
                self._strings = SharedStrings(None)
            self.sheets = list(self._sheets(root, relations))
        except BaseException:
            self._archive.close()
            raise

    def close(self) -> None:
        """Lets the file go."""
        self._strings.close()
        self._archive.close()

    def read_rows(self, path: str) -> Iterator[SheetRow]:
        """The rows of the sheet whose part this is."""
        number = 0
        with closing(self._part(path)) as part:
            for element in elements(part, "{*}row"):
                stated = element.get("r")
                number = int(stated) if stated else number + 1
                cells = self._cells(element)
                if cells:
                    yield SheetRow(number, cells, element.get("hidden") in {"1", "true"})

    def _cells(self, row: Any) -> list[Cell]:
        cells: list[Cell] = []
        for item in row:
            reference = item.get("r")
            if reference:
                column = column_of(reference)
                if column >= MOST_COLUMNS:
                    raise PartDamaged
                while len(cells) < column:
                    cells.append(None)
            cells.append(self._cell(item))
        return cells

    def _cell(self, item: Any) -> Cell:
        value: str | None = None
        computed = True
        kind = item.get("t")
        for child in item:
            name = child.tag
            if name.endswith("}v"):
                value = child.text
            elif name.endswith("}f"):
                computed = False
            elif name.endswith("}is"):
                return string_of(child)
        if value is None:
            return None if computed or kind == "str" else UNCOMPUTED
        return self._value(kind, value, item)

    def _value(self, kind: str | None, value: str, item: Any) -> Cell:
        if kind == "s":
            return self._strings[int(value)]
        if kind is None or kind == "n":
            style = item.get("s")
            return Number(value.strip(), self._format(style), self.date1904)
        if kind == "b":
            return value.strip() in {"1", "true"}
        if kind == "e":
            return ErrorValue(value)
        return unescape(value)

    def _format(self, style: str | None) -> NumberFormat:
        place = int(style) if style else 0
        return self._formats[place] if place < len(self._formats) else GENERAL

    def _properties(self, root: Any) -> None:
        properties = root.find("{*}workbookPr")
        stated = properties.get("date1904") if properties is not None else None
        self.date1904 = stated in {"1", "true", "on"}

    def _sheets(self, root: Any, relations: Mapping[str, tuple[str, str]]) -> Iterator[Sheet]:
        for item in root.iterfind("{*}sheets/{*}sheet"):
            key = next((v for k, v in item.attrib.items() if k.endswith("}id")), "")
            kind, path = relations.get(key, ("", ""))
            if kind == "worksheet" and path.lower() in self._names:
                hidden = item.get("state", "visible") != "visible"
                name = unescape(item.get("name", ""))
                yield Sheet(name, hidden, self._merges(path), self.date1904, self, path)

    def _merges(self, path: str) -> Merges:
        """Merged cells stand behind the rows, and must be known before these are read."""
        ranges: list[tuple[int, int, int, int]] = []
        with closing(self._part(path)) as part:
            rest = b""
            while content := part.read(CHUNK):
                whole = rest + content
                ranges += [_range(*match.groups()) for match in MERGED.finditer(whole)]
                if len(ranges) > MOST_MERGED:
                    raise PartDamaged
                # A match may begin here and end in what is read next, but is not taken twice.
                cut = whole.rfind(b"<")
                rest = (
                    whole[cut:] if len(whole) - cut < TAIL and not MERGED.match(whole, cut) else b""
                )
        return Merges(tuple(ranges))

    def _relations(self, path: str) -> dict[str, tuple[str, str]]:
        """The parts that a part refers to: kind and path by key."""
        folder, name = posixpath.split(path)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations.lower() not in self._names:
            return {}
        result = {}
        for item in self._tree(relations).iterfind("{*}Relationship"):
            kind = item.get("Type", "").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", folder, item.get("Target", "")))
            result[item.get("Id", "")] = (kind, target.lstrip("/"))
        return result

    def _target(self, path: str, kind: str) -> str | None:
        return next((t for k, t in self._relations(path).values() if k == kind), None)

    def _read_formats(self, path: str | None) -> Sequence[NumberFormat]:
        if path is None or path.lower() not in self._names:
            return ()
        return read_formats(self._tree(path))

    def _tree(self, path: str) -> Any:
        with self._part(path) as part:
            return tree(part)

    def _part(self, path: str) -> IO[bytes]:
        return self._archive.open(self._names[path.lower()])


def column_of(reference: str) -> int:
    """The column of a reference such as AB12, from 0."""
    return _column_of(reference.rstrip("0123456789"))


@lru_cache(maxsize=1024)
def _column_of(letters: str) -> int:
    column = 0
    for character in letters:
        if not "A" <= character <= "Z":
            break
        column = column * 26 + ord(character) - 64
    return column - 1


def _range(first: bytes, last: bytes) -> tuple[int, int, int, int]:
    one, other = first.decode(), last.decode()
    return (_row_of(one), column_of(one), _row_of(other), column_of(other))


def _row_of(reference: str) -> int:
    return int(reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
