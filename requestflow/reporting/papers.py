"""A report's content as files: Word and PDF in the layout of the official form, a workbook and CSV
of its tables, and the JSON itself."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from pathlib import Path
from typing import Any

import xlsxwriter
from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor

from requestflow.foundation import text, translate
from requestflow.law import Form, Table, forms
from requestflow.letters.paper import typeset, use_font
from requestflow.reporting.content import Content, FigureContent
from requestflow.statistics.layout import Cell, Grid, grid_of, printed

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
TALL = 20
"""Rows from which a table is not to be broken over two pages."""

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Block:
    """A part of the paper, in order: a heading, words, a table, or what was reported."""

    kind: str
    text: str = ""
    grid: Grid | None = None


def form_of(content: Content) -> Form:
    """The form on which a report was made."""
    return next(form for form in forms() if form.code == content.form)


def title_of(content: Content, locale: str) -> str:
    """The report's title."""
    title = form_of(content).title.text(locale)
    if locale.startswith("zh"):
        return f"{content.unit.name}{content.year}年{title}"
    return f"{title} {content.year}, {content.unit.name}"


def grid_for(content: Content, table: Table) -> Grid:
    """A table of the report as it is printed."""
    index = content.index
    return grid_of(table, lambda figure, part: getattr(index[figure], part) is not None)


def value_in(content: Content, cell: Cell, locale: str) -> str:
    """What stands in a field of a table."""
    if cell.label is not None:
        return cell.label.text(locale)
    value = number_in(content, cell)
    return printed(value, locale, cell.part)


def number_in(content: Content, cell: Cell) -> int | Decimal | None:
    """The number in a field of a table; None where it is not known."""
    figure = content.index[str(cell.figure)]
    value = getattr(figure, cell.part)
    return value if value is None or isinstance(value, int) else Decimal(str(value))


def blocks_of(content: Content, locale: str) -> Iterator[Block]:
    """The paper in order, chapter by chapter as the form has them."""
    form, chinese = form_of(content), locale.startswith("zh")
    if content.correction:
        notice = text(
            "Correction (version %(number)s): %(notice)s",
            number=content.version,
            notice=content.correction,
        )
        yield Block("text", notice.in_locale(locale))
    words = {section.id: section.zh if chinese else section.en for section in content.sections}
    for section in form.sections:
        yield Block("heading", section.label.text(locale))
        said = words.get(section.id)
        if said:
            yield from (Block("text", part) for part in said.split("\n") if part.strip())
        for table in form.tables:
            if table.section == section.id:
                yield Block("table", grid=grid_for(content, table))
        if form.reported and form.reported.section == section.id and content.reported:
            yield Block("reported", form.reported.label.text(locale))
    if content.failing_reason:
        yield Block("heading", translate("Checks that do not hold", locale))
        for check in content.checks:
            if not check.holds:
                yield Block(
                    "text",
                    f"{check.label.text(locale)}: {_side(check.left)} ≠ {_side(check.right)}",
                )
        yield Block(
            "text", text("Reason: %(reason)s", reason=content.failing_reason).in_locale(locale)
        )


def _side(value: int | float | None) -> str:
    return "—" if value is None else f"{value:,}"


def as_docx(content: Content, digest: str, locale: str) -> bytes:
    """The report for Word."""
    document = Document()
    use_font(document)
    _page(document)
    title = title_of(content, locale)
    document.add_heading(title, level=1).alignment = WD_ALIGN_PARAGRAPH.CENTER
    blocks = list(blocks_of(content, locale))
    for place, block in enumerate(blocks):
        if block.kind == "heading":
            heading = document.add_heading(block.text, level=2)
            chapter = takewhile(lambda item: item.kind != "heading", blocks[place + 1 :])
            # A table that fills most of a page is not to be broken over two.
            if any(item.grid and item.grid.height > TALL for item in chapter):
                heading.paragraph_format.page_break_before = True
        elif block.kind == "text":
            paragraph = document.add_paragraph(block.text)
            if locale.startswith("zh"):
                paragraph.paragraph_format.first_line_indent = Pt(24)
        elif block.kind == "reported":
            _word_reported(document, content, block.text, locale)
        elif block.grid:
            _word_table(document, content, block.grid, locale)
    _word_foot(document, content, digest, locale)
    document.core_properties.title = title
    document.core_properties.author = content.unit.name
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _page(document: Any) -> None:
    """A4, and headings in black."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    for name in ("Heading 1", "Heading 2"):
        document.styles[name].font.color.rgb = RGBColor(0, 0, 0)


def _widths(grid: Grid) -> list[Length]:
    """The columns' widths: what is read wide, numbers narrow. In all 16.6 cm."""
    if not grid.left:
        return [Cm(16.6 / grid.width)] * grid.width
    labels = [Cm(7.5)] if grid.left == 1 else [Cm(1.5)] * (grid.left - 1) + [Cm(5.2)]
    if grid.left == 1 and grid.width > 4:
        labels = [Cm(4.6)]
    rest = Cm(16.6) - sum(labels)
    number = grid.width - grid.left
    return [*labels, *([Length(rest // number)] * number)]


def _word_table(document: Any, content: Content, grid: Grid, locale: str) -> None:
    label = document.add_paragraph(grid.label.text(locale)).paragraph_format
    label.keep_with_next, label.space_after = True, Pt(3)
    table = document.add_table(rows=grid.height, cols=grid.width)
    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, _widths(grid), strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    size = Pt(7 if grid.width > 12 else 8.5 if grid.width > 6 else 10.5)
    for cell in grid.cells:
        place = table.cell(cell.row, cell.column)
        if cell.rows > 1 or cell.columns > 1:
            last = table.cell(cell.row + cell.rows - 1, cell.column + cell.columns - 1)
            place = place.merge(last)
        paragraph = place.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.keep_with_next = cell.row + cell.rows < grid.height
        indent = "　　" if cell.inner else ""
        run = paragraph.add_run(indent + value_in(content, cell, locale))
        run.font.size = size
        run.font.name = "仿宋"
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋")
        if cell.head != "row":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        place.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    document.add_paragraph()


def _word_reported(document: Any, content: Content, heading: str, locale: str) -> None:
    document.add_paragraph(heading)
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for figure in content.reported:
        cells = table.add_row().cells
        cells[0].text = figure.label.text(locale)
        cells[1].text = printed(_number(figure), locale)
    document.add_paragraph()


def _number(figure: FigureContent) -> int | Decimal | None:
    value = figure.value
    return value if value is None or isinstance(value, int) else Decimal(str(value))


def _word_foot(document: Any, content: Content, digest: str, locale: str) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.add_run(_foot(content, digest, locale)).font.size = Pt(7)


def _foot(content: Content, digest: str, locale: str) -> str:
    if not content.version:
        return translate("Draft: not published", locale)
    said = text(
        "Version %(number)s, SHA-256 of its data %(hash)s", number=content.version, hash=digest
    )
    return said.in_locale(locale)


def as_pdf(content: Content, digest: str, locale: str) -> bytes:
    """The report as a tagged PDF. What people wrote is data for the template, never markup."""
    data = {
        "title": title_of(content, locale),
        "author": content.unit.name,
        "foot": _foot(content, digest, locale),
        "lang": "zh" if locale.startswith("zh") else "en",
        "blocks": [_typeset(content, block, locale) for block in blocks_of(content, locale)],
    }
    return typeset(TEMPLATE, "report", data)


def _typeset(content: Content, block: Block, locale: str) -> dict[str, Any]:
    if block.kind == "reported":
        rows = [[f.label.text(locale), printed(_number(f), locale)] for f in content.reported]
        return {"kind": "reported", "text": block.text, "rows": rows}
    if block.grid is None:
        return {"kind": block.kind, "text": block.text}
    grid = block.grid
    cells = [
        {
            "x": cell.column,
            "y": cell.row,
            "rows": cell.rows,
            "columns": cell.columns,
            "text": ("　　" if cell.inner else "") + value_in(content, cell, locale),
            "head": cell.head or "",
        }
        for cell in grid.cells
    ]
    return {
        "kind": "table",
        "text": grid.label.text(locale),
        "width": grid.width,
        "left": grid.left,
        "cells": cells,
    }


def as_xlsx(content: Content, _digest: str, locale: str) -> bytes:
    """The tables as the form has them, one sheet each, numbers as numbers, to be pasted."""
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as book:
        head = book.add_format(
            {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"}
        )
        side = book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})
        number = book.add_format({"border": 1, "align": "center", "valign": "vcenter"})
        styles = {"column": head, "row": side, None: number}
        used: set[str] = set()
        for table in form_of(content).tables:
            grid = grid_for(content, table)
            sheet = book.add_worksheet(_sheet_name(grid.label.text(locale), used))
            sheet.set_column(0, grid.width, 13)
            for cell in grid.cells:
                _write(sheet, content, cell, locale, styles[cell.head])
        if content.reported:
            sheet = book.add_worksheet(_sheet_name(translate("As reported", locale), used))
            sheet.set_column(0, 0, 48)
            for place, figure in enumerate(content.reported):
                sheet.write_string(place, 0, figure.label.text(locale), side)
                if figure.value is not None:
                    sheet.write_number(place, 1, figure.value, number)
    return made.getvalue()


def _write(sheet: Any, content: Content, cell: Cell, locale: str, style: Any) -> None:
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
    found, number = plain, 2
    while found.lower() in used:
        found, number = f"{plain} {number}", number + 1
    used.add(found.lower())
    return found


def as_csv(content: Content, _digest: str, locale: str) -> bytes:
    """Every figure in a line: its id, its name, value, share, the year before, whether reported."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(["id", "label", "value", "share", "previous", "reported"])
    for figure in (*content.figures, *content.reported):
        label = figure.label.text(locale)
        # A spreadsheet takes what begins so for a formula.
        label = f"'{label}" if label[:1] in "=+-@\t\r" else label
        cells = [figure.value, figure.share, figure.previous, int(figure.reported)]
        writer.writerow([figure.id, label, *("" if cell is None else cell for cell in cells)])
    return b"\xef\xbb\xbf" + made.getvalue().encode()


Maker = Callable[[Content, str, str], bytes]
FORMATS: Mapping[str, tuple[str, Maker]] = {
    "docx": (WORD, as_docx),
    "pdf": ("application/pdf", as_pdf),
    "xlsx": (SHEETS, as_xlsx),
    "csv": ("text/csv; charset=utf-8", as_csv),
}


def paper(content: Content, digest: str, kind: str, locale: str) -> tuple[bytes, str]:
    """A report as a file of a kind (`docx`, `pdf`, `xlsx`, `csv`), and its media type; KeyError for
    another kind."""
    media_type, make = FORMATS[kind]
    return make(content, digest, locale), media_type
