"""Opening a file for reading: a workbook or a CSV, whatever its name ends with, or a line that
says what it is and what to do."""

import csv
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from lxml import etree

from requestflow.foundation import Companion, RequestflowError, Text, companion, text
from requestflow.spreadsheets.delimited import delimited_rows, encoding_of, is_text
from requestflow.spreadsheets.parts import PartDamaged, is_moderate
from requestflow.spreadsheets.workbook import Merges, SheetRow, Workbook

MOST_BYTES = 20 << 20
"""Bytes of a file that is taken in."""
AT_ONCE = 200
"""Rows that are handed over together."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE = text("Save it as .xlsx in Excel or WPS and try again.")
_DAMAGED = (
    PartDamaged,
    etree.LxmlError,
    zipfile.BadZipFile,
    zlib.error,
    csv.Error,
    EOFError,
    IndexError,
    KeyError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What libraries raise where a file is cut short or altered."""


@dataclass(frozen=True)
class TableFacts:
    """What is known of a table before its rows are read."""

    name: str
    hidden: bool
    date1904: bool
    merges: Merges
    line_by_line: bool = False


@dataclass(frozen=True)
class Table(TableFacts):
    """A sheet of a workbook, or the one of a CSV file. `line_by_line`: it has lines, not rows."""

    source: "_Source | None" = None
    place: int = 0

    def rows(self) -> Iterator[SheetRow]:
        """All rows that hold something; RequestflowError where the file is damaged there, or asks
        for too much."""
        if self.source is not None:
            yield from self.source.rows(self.place)


@contextmanager
def open_tables(path: Path) -> Iterator[list[Table]]:
    """The tables of a file, which is read in a process of its own; RequestflowError says what the
    file is, and what to do, where it is none that can be read, TooCostly where it asks for too
    much."""
    with companion(reader_of, path) as asked:
        source = _Source(asked)
        asked.ask(None)
        yield [
            Table(**vars(facts), source=source, place=place)
            for place, facts in enumerate(asked.answer())
        ]


class _Source:
    """The rows of the tables as they come from the other process. There the next ones are read
    while these are used; what was asked for by one reading and is answered to another is kept."""

    def __init__(self, asked: Companion) -> None:
        self._asked, self._readings, self._waiting = asked, count(), -1
        self._kept: dict[int, list[SheetRow]] = {}

    def rows(self, place: int) -> Iterator[SheetRow]:
        number = next(self._readings)
        while batch := self._next(number, place):
            self._ask(number, place)
            yield from batch

    def _next(self, number: int, place: int) -> list[SheetRow]:
        if number in self._kept:
            return self._kept.pop(number)
        if self._waiting != number:
            self._ask(number, place)
        self._waiting = -1
        answer: list[SheetRow] = self._asked.answer()
        return answer

    def _ask(self, number: int, place: int) -> None:
        if self._waiting >= 0:
            waiting, self._waiting = self._waiting, -1
            self._kept[waiting] = self._asked.answer()
        self._asked.ask((number, place))
        self._waiting = number


@contextmanager
def reader_of(path: Path) -> Iterator[Callable[[tuple[int, int] | None], object]]:
    """Reads a file: asked for nothing, it gives the facts of its tables; asked by the number of a
    reading and the place of a table, the next rows, none at the end."""
    with reading(path), _opened(path) as (tables, rows_of):
        begun: dict[int, Iterator[SheetRow]] = {}

        def answer(question: tuple[int, int] | None) -> object:
            if question is None:
                return tables
            number, place = question
            with reading(path):
                if number not in begun:
                    begun[number] = rows_of(place)
                return list(islice(begun[number], AT_ONCE))

        yield answer


Opened = tuple[list[TableFacts], Callable[[int], Iterator[SheetRow]]]


@contextmanager
def _opened(path: Path) -> Iterator[Opened]:
    _require_readable(path)
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(OLE):
        raise _old_or_encrypted(path)
    if start.startswith(b"PK"):
        _require_workbook(path)
        with closing(Workbook(path)) as book:
            sheets = book.sheets
            facts = [TableFacts(s.name, s.hidden, s.date1904, s.merges) for s in sheets]
            yield facts, lambda place: sheets[place].rows()
        return
    if not is_text(path):
        raise RequestflowError(
            text("%(file)s is neither a workbook nor a text file.", file=path.name), _SAVE
        )
    encoding = _encoding(path)
    yield (
        [TableFacts(path.stem, False, False, Merges(), line_by_line=True)],
        lambda _place: delimited_rows(path, encoding),
    )


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turns what libraries raise of a damaged file into one line that says so."""
    try:
        yield
    except RequestflowError:
        raise
    except _DAMAGED as error:
        raise RequestflowError(
            text("%(file)s is damaged and cannot be read.", file=path.name),
            text("Open it in Excel or WPS, save it again as .xlsx, and try again."),
        ) from error


def _require_readable(path: Path) -> None:
    if not path.is_file():
        raise RequestflowError(text("The file %(file)s does not exist.", file=str(path)))
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise RequestflowError(text("Cannot read %(file)s.", file=str(path))) from error
    if size > MOST_BYTES:
        raise _too_large(path)
    if size == 0:
        raise RequestflowError(text("%(file)s is empty.", file=path.name))


def _too_large(path: Path) -> RequestflowError:
    return RequestflowError(
        text(
            "%(file)s is too large. A file may have %(number)s MB.",
            file=path.name,
            number=MOST_BYTES >> 20,
        ),
        text("Divide it, for example into one file for each year."),
    )


def _require_workbook(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        names = {name.lower() for name in archive.namelist()}
        if not is_moderate(archive):
            raise _too_large(path)
        if any(item.flag_bits & 1 for item in archive.infolist()):
            raise _protected(path)
        if "mimetype" in names:
            raise _other(path, text("an OpenDocument file"))
        if any(name.endswith("workbook.bin") for name in names):
            raise _other(path, text("a binary workbook (.xlsb)"))
        if "word/document.xml" in names:
            raise _other(path, text("a Word document"))


def _old_or_encrypted(path: Path) -> RequestflowError:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        return _protected(path)
    return _other(path, text("a workbook in the old format (.xls, .et)"))


def _protected(path: Path) -> RequestflowError:
    return RequestflowError(
        text("%(file)s is protected with a password.", file=path.name),
        text("Remove the password in Excel or WPS, save it as .xlsx and try again."),
    )


def _other(path: Path, kind: Text) -> RequestflowError:
    return RequestflowError(text("%(file)s is %(kind)s.", file=path.name, kind=kind), _SAVE)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"mime-version")):
        raise _other(path, text("a web page"))
    encoding = encoding_of(path)
    if encoding is None:
        raise RequestflowError(text("Cannot read %(file)s.", file=path.name), _SAVE)
    return encoding
