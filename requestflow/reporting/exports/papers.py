"""A report's content as files: Word and PDF in the layout of the official form, and what
`sheets` makes of its figures."""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor

from requestflow.letters import typeset, use_font
from requestflow.reporting.document import ReportDocument
from requestflow.reporting.exports.workbook import as_csv, as_xlsx
from requestflow.reporting.presentation import (
    Block,
    blocks_of,
    foot,
    reported_rows,
    title_of_document,
    value_in,
)
from requestflow.statistics import Grid, UnitFigures

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
TALL = 20
"""Rows from which a table is not to be broken over two pages."""

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_docx(content: ReportDocument, digest: str, locale: str) -> bytes:
    """The report for Word."""
    document = Document()
    use_font(document)
    _page(document)
    title = title_of_document(content, locale)
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
    built = io.BytesIO()
    document.save(built)
    return built.getvalue()


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
    if grid.shares:
        return [Cm(16.6 * share / sum(grid.shares)) for share in grid.shares]
    if not grid.left:
        return [Cm(16.6 / grid.width)] * grid.width
    labels = [Cm(7.5)] if grid.left == 1 else [Cm(1.5)] * (grid.left - 1) + [Cm(5.2)]
    if grid.left == 1 and grid.width > 4:
        labels = [Cm(4.6)]
    rest = Cm(16.6) - sum(labels)
    number = grid.width - grid.left
    return [*labels, *([Length(rest // number)] * number)]


def _word_table(document: Any, content: ReportDocument, grid: Grid, locale: str) -> None:
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
        stays = not grid.long and cell.row + cell.rows < grid.height
        paragraph.paragraph_format.keep_with_next = stays
        indent = "　　" if cell.inner else ""
        run = paragraph.add_run(indent + value_in(content, cell, locale))
        run.font.size = size
        run.font.name = "仿宋"
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋")
        if cell.head != "row":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        place.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    document.add_paragraph()


def _word_reported(document: Any, content: ReportDocument, heading: str, locale: str) -> None:
    document.add_paragraph(heading)
    table = document.add_table(rows=0, cols=3)
    table.style = "Table Grid"
    for row in reported_rows(content, locale):
        for cell, message in zip(table.add_row().cells, row, strict=True):
            cell.text = message
    document.add_paragraph()


def _word_foot(document: Any, content: ReportDocument, digest: str, locale: str) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.add_run(foot(content, digest, locale)).font.size = Pt(7)


def as_pdf(content: ReportDocument, digest: str, locale: str) -> bytes:
    """The report as a tagged PDF. What people wrote is data for the template, never markup."""
    data = {
        "title": title_of_document(content, locale),
        "author": content.unit.name,
        "foot": foot(content, digest, locale),
        "lang": "zh" if locale.startswith("zh") else "en",
        "blocks": [_typeset(content, block, locale) for block in blocks_of(content, locale)],
    }
    return typeset(TEMPLATE, "report", data)


def _typeset(content: ReportDocument, block: Block, locale: str) -> dict[str, Any]:
    if block.kind == "reported":
        rows = list(reported_rows(content, locale))
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
        "long": grid.long,
        "shares": grid.shares,
        "cells": cells,
    }


Maker = Callable[[ReportDocument, str, str], bytes]
FORMATS: Mapping[str, tuple[str, Maker]] = {
    "docx": (WORD, as_docx),
    "pdf": ("application/pdf", as_pdf),
    "xlsx": (SHEETS, as_xlsx),
    "csv": ("text/csv; charset=utf-8", as_csv),
}


def report_file(
    content: ReportDocument,
    digest: str,
    kind: str,
    locale: str,
    zone: tzinfo,
    units: Sequence[UnitFigures] = (),
) -> tuple[bytes, str]:
    """A report as a file of a kind (`docx`, `pdf`, `xlsx`, `csv`), its moments in the body's own
    zone, and its media type; KeyError for another kind. A workbook also holds the figures of each
    of the `units`."""
    media_type, make = FORMATS[kind]
    if kind == "xlsx":
        make = partial(as_xlsx, units=units)
    published = content.published_at
    moments = {
        "counted_at": content.counted_at.astimezone(zone),
        "published_at": published.astimezone(zone) if published else None,
    }
    return make(content.model_copy(update=moments), digest, locale), media_type
