"""Reading the sheets of a workbook row by row, wherever their headers stand."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from requestflow.foundation import RequestflowError, text
from requestflow.ledger.columns import SHEETS, SheetKind, header_text
from requestflow.ledger.faults import Fault

HEADER_WITHIN = 6
"""The header stands in one of the first rows; a title may stand above it."""
MOST_UNPACKED = 4 * 1024**3


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its cells by column key, and what stood in columns of its own."""

    sheet: str
    kind: SheetKind
    number: int
    cells: dict[str, Any]
    extra: dict[str, str]
    headers: dict[str, str]

    def header(self, key: str) -> str:
        """The header as the file has it, for pointing at a cell."""
        return self.headers.get(key, self.kind.header(key))


@dataclass
class Workbook:
    """What was found in a workbook besides its rows."""

    path: Path
    ignored_sheets: list[str]
    faults: list[Fault]
    sheets: int = 0


def open_workbook(path: Path) -> Any:
    """The workbook for reading; RequestflowError where it is not one."""
    problem = text("%(file)s is not an Excel workbook (.xlsx).", file=path.name)
    if not path.is_file():
        raise RequestflowError(text("The file %(file)s does not exist.", file=str(path)))
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED:
                raise RequestflowError(text("%(file)s is too large.", file=path.name))
        return load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        hint = text("Save it as .xlsx in Excel or WPS and try again.")
        raise RequestflowError(problem, hint) from error


def rows(book: Any, result: Workbook) -> Iterator[Row]:
    """All rows of the sheets that are known, the applications first.

    Sheets that are not known go to `found.ignored_sheets`, missing columns to `found.faults`.
    """
    plans = []
    for sheet in book.worksheets:
        plan = _plan(sheet, result)
        if plan:
            plans.append(plan)
    result.sheets = len(plans)
    order = [kind.kind for kind in SHEETS]
    for sheet, kind, header_row, places in sorted(plans, key=lambda p: order.index(p[1].kind)):
        yield from _rows_of(sheet, kind, header_row, places)


def _plan(sheet: Any, result: Workbook) -> tuple[Any, SheetKind, int, list[str]] | None:
    # The size that a file states may be wrong or missing; the rows themselves are asked.
    sheet.reset_dimensions()
    for number, values in enumerate(sheet.iter_rows(max_row=HEADER_WITHIN, values_only=True), 1):
        places = [header_text(value) for value in values]
        for kind in SHEETS:
            known = _known(kind)
            if _tells(kind, places):
                missing = [
                    column
                    for column in kind.columns
                    if column.required and not any(known.get(p) == column.key for p in places)
                ]
                result.faults += [
                    Fault(
                        sheet.title,
                        number,
                        column.header,
                        "",
                        text("The column is missing."),
                        text("Add a column with this header."),
                    )
                    for column in missing
                ]
                return None if missing else (sheet, kind, number, places)
    result.ignored_sheets.append(sheet.title)
    return None


def _known(kind: SheetKind) -> dict[str, str]:
    return {
        header_text(name): column.key
        for column in kind.columns
        for name in (column.header, *column.others)
    }


def _tells(kind: SheetKind, places: Sequence[str]) -> bool:
    """Whether a row is the header of this kind: it has the number and most required columns."""
    known = _known(kind)
    keys = {known[place] for place in places if place in known}
    result = {"application": "outcome"}.get(kind.kind, "result")
    own = {
        header_text(n)
        for c in kind.columns
        if c.key in {kind.telling, result}
        for n in (c.header, *c.others)
    }
    needed = [column for column in kind.columns if column.required]
    present = sum(column.key in keys for column in needed)
    return bool(own & set(places)) and present * 2 > len(needed)


def _rows_of(sheet: Any, kind: SheetKind, header_row: int, places: list[str]) -> Iterator[Row]:
    known = _known(kind)
    headers: dict[str, str] = {}
    for place in places:
        key = known.get(place)
        if key and key not in headers:
            headers[key] = kind.header(key)
    sheet.reset_dimensions()
    for number, values in enumerate(
        sheet.iter_rows(min_row=header_row + 1, values_only=True), header_row + 1
    ):
        if all(value is None or str(value).strip() == "" for value in values):
            continue
        cells: dict[str, Any] = {}
        extra: dict[str, str] = {}
        for place, value in zip(places, values, strict=False):
            key = known.get(place)
            if key and key not in cells:
                cells[key] = value
            elif place and value is not None and str(value).strip():
                extra[place] = str(value).strip()
        yield Row(sheet.title, kind, number, cells, extra, headers)
