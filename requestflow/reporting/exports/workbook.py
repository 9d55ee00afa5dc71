"""A report's figures for a spreadsheet: a workbook of its tables, and CSV."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from requestflow.foundation import csv_cell, sign, text, translate
from requestflow.reporting.document import ChangeContent, ReportDocument
from requestflow.reporting.presentation import (
    changed_figures,
    foot,
    form_of_document,
    grid_for,
    number_in,
    origins_in,
    side,
    title_of_document,
)
from requestflow.statistics import Cell, UnitFigures, printed_tables


def as_xlsx(
    content: ReportDocument, digest: str, locale: str, units: Sequence[UnitFigures] = ()
) -> bytes:
    """The tables as the form has them, one sheet each, numbers as numbers, to be pasted; the
    figures of each of the `units`; on a last sheet whose report it is, its version and hash, and
    what its checks say."""
    built = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(built, options) as book:
        title = title_of_document(content, locale)
        book.set_properties({"title": title, "author": content.unit.name})
        head = book.add_format(
            {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"}
        )
        beside = book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})
        number = book.add_format({"border": 1, "align": "center", "valign": "vcenter"})
        styles = {"column": head, "row": beside, None: number}
        used: set[str] = set()

        def sheet_named(name: str) -> Any:
            sheet = book.add_worksheet(_sheet_name(name, used))
            sheet.set_header(f"&C{_printed_plainly(title)}")
            sheet.set_footer(f"&L&7{_printed_plainly(foot(content, digest, locale))}")
            return sheet

        for tables in printed_tables(form_of_document(content).tables):
            grid = grid_for(content, tables)
            sheet = sheet_named(grid.label.text(locale))
            sheet.set_column(0, grid.width, 13)
            for cell in grid.cells:
                _write(sheet, content, cell, locale, styles[cell.head])
        if content.reported:
            _write_reported(sheet_named(translate("As reported", locale)), content, locale, styles)
        if units:
            _write_units(sheet_named(translate("By unit", locale)), units, locale, styles)
        sheet = sheet_named(translate("About this report", locale))
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 90)
        for place, (name, message) in enumerate(_about(content, digest, locale)):
            sheet.write_string(place, 0, name, beside)
            sheet.write_string(place, 1, message, beside)
    return built.getvalue()


def _write_reported(
    sheet: Any, content: ReportDocument, locale: str, styles: Mapping[str | None, Any]
) -> None:
    """What units reported and no table of the form has: its name, number and origin."""
    sheet.set_column(0, 0, 48)
    sheet.set_column(2, 2, 48)
    for place, figure in enumerate(content.reported):
        sheet.write_string(place, 0, figure.label.text(locale), styles["row"])
        if figure.value is not None:
            sheet.write_number(place, 1, figure.value, styles[None])
        sheet.write_string(place, 2, figure.origin or "", styles["row"])


def _write_units(
    sheet: Any, units: Sequence[UnitFigures], locale: str, styles: Mapping[str | None, Any]
) -> None:
    """The figures of each unit that are not zero."""
    sheet.set_column(1, 2, 32)
    own = [(unit, figure) for unit in units for figure in unit.figures if figure.value]
    for place, (unit, figure) in enumerate(own):
        for column, shown in enumerate((unit.code, unit.name, figure.label.text(locale))):
            sheet.write_string(place, column, shown, styles["row"])
        sheet.write_number(place, 3, float(figure.value or 0), styles[None])


def _printed_plainly(words: str) -> str:
    """Words for the head or foot of a printed sheet, where '&' begins a command."""
    return words.replace("&", "&&")[:200]


def _about(content: ReportDocument, digest: str, locale: str) -> Iterator[tuple[str, str]]:
    """Whose report a workbook holds, and what stands about it."""
    yield translate("Report", locale), title_of_document(content, locale)
    yield translate("Unit", locale), f"{content.unit.name} ({content.unit.code})"
    version = str(content.version) if content.version else translate("Draft: not published", locale)
    yield translate("Version", locale), version
    yield translate("Figures as at", locale), content.counted_at.isoformat(timespec="seconds")
    if content.published_at:
        yield translate("Published", locale), content.published_at.isoformat(timespec="seconds")
        yield translate("SHA-256 hash of the data", locale), digest
    if content.correction:
        yield translate("Correction", locale), content.correction
    for name, changed in changed_figures(content, locale):
        yield name, changed
    if content.changed_sections:
        named = sign("semicolon", locale).join(
            item.label.text(locale) for item in content.changed_sections
        )
        yield translate("Chapters with amended text", locale), named
    for table in form_of_document(content).tables:
        for origin, figures in origins_in(content, table, locale):
            yield figures, text("source: %(origin)s", origin=origin).in_locale(locale)
    for check in content.checks:
        if not check.holds:
            sides = f"{side(check.left)} ≠ {side(check.right)}"
            name = translate("Failed check", locale)
            yield name, check.label.text(locale) + sign("colon", locale) + sides
    if content.failing_reason:
        yield translate("Reason", locale), content.failing_reason


def _write(sheet: Any, content: ReportDocument, cell: Cell, locale: str, style: Any) -> None:
    value: Any = cell.label.text(locale) if cell.label else number_in(content, cell)
    if isinstance(value, Decimal):
        value = float(value)
    if cell.rows > 1 or cell.columns > 1:
        last = (cell.row + cell.rows - 1, cell.column + cell.columns - 1)
        sheet.merge_range(cell.row, cell.column, *last, "", style)
    if value is None:
        sheet.write_blank(cell.row, cell.column, None, style)
    elif isinstance(value, str):
        sheet.write_string(cell.row, cell.column, value, style)
    else:
        sheet.write_number(cell.row, cell.column, value, style)


def _sheet_name(name: str, used: set[str]) -> str:
    plain = "".join(c for c in name if c not in "[]:*?/\\'")[:28] or "sheet"
    result, number = plain, 2
    while result.lower() in used:
        result, number = f"{plain} {number}", number + 1
    used.add(result.lower())
    return result


def as_csv(content: ReportDocument, _digest: str, locale: str) -> bytes:
    """Every figure in a line: its id, its name, value, share, the year before; whether it is
    reported, in what it is counted and where it comes from; and of a correction what stood before
    (those that are reported no more have no value)."""
    built = io.StringIO()
    writer = csv.writer(built, lineterminator="\r\n")
    more = ("measure", "origin", "corrected", "before")
    writer.writerow(["id", "label", "value", "share", "previous", "reported", *more])
    changes = {change.id: change for change in content.changes}
    for figure in (*content.figures, *content.reported):
        cells: list[Any] = [figure.value, figure.share, figure.previous, int(figure.reported)]
        cells += [figure.measure, figure.origin]
        change = changes.pop(figure.id, None)
        label = csv_cell(figure.label.text(locale))
        writer.writerow([figure.id, label, *map(csv_cell, cells), *_corrected(change)])
    for change in changes.values():
        label = csv_cell(change.label.text(locale))
        writer.writerow([change.id, label, "", "", "", 1, "", "", *_corrected(change)])
    return b"\xef\xbb\xbf" + built.getvalue().encode()


def _corrected(change: ChangeContent | None) -> tuple[int, Any]:
    return (1, csv_cell(change.before)) if change else (0, "")
