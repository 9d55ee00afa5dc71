"""Opening a file for reading: a workbook or a CSV, whatever its name ends with, or a line that
says what it is and what to do."""

import csv
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from requestflow.foundation import RequestflowError, Text, text
from requestflow.spreadsheets.delimited import delimited_rows, encoding_of, is_text
from requestflow.spreadsheets.parts import PartDamaged, is_moderate
from requestflow.spreadsheets.workbook import Merges, SheetRow, Workbook

MOST_BYTES = 20 << 20
"""Bytes of a file that is taken in."""
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
class Table:
    """A sheet of a workbook, or the one of a CSV file. `line_by_line`: it has lines, not rows."""

    name: str
    hidden: bool
    date1904: bool
    merges: Merges
    source: "_Source"
    place: int
    line_by_line: bool = False

    def rows(self) -> Iterator[SheetRow]:
        """All rows that hold something; RequestflowError where the file is damaged there."""
        with reading(self.source.path):
            yield from self.source.rows(self.place)


@dataclass
class _Source:
    path: Path
    workbook: Workbook | None = None
    encoding: str = ""

    def rows(self, place: int) -> Iterator[SheetRow]:
        if self.workbook is None:
            return delimited_rows(self.path, self.encoding)
        return self.workbook.sheets[place].rows()


@contextmanager
def open_tables(path: Path) -> Iterator[list[Table]]:
    """The tables of a file; RequestflowError says what the file is, and what to do, where it is
    none that can be read."""
    _require_readable(path)
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(OLE):
        raise _old_or_encrypted(path)
    if start.startswith(b"PK"):
        yield from _workbook_tables(path)
        return
    if not is_text(path):
        raise RequestflowError(
            text("%(file)s is neither a workbook nor a text file.", file=path.name), _SAVE
        )
    source = _Source(path, encoding=_encoding(path))
    yield [Table(path.stem, False, False, Merges(), source, 0, line_by_line=True)]


def _workbook_tables(path: Path) -> Iterator[list[Table]]:
    with reading(path):
        _require_workbook(path)
        book = Workbook(path)
    try:
        source = _Source(path, book)
        yield [
            Table(sheet.name, sheet.hidden, sheet.date1904, sheet.merges, source, place)
            for place, sheet in enumerate(book.sheets)
        ]
    finally:
        book.close()


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
