"""A paper as data, and its two forms: PDF (set with Typst) and Word."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typst
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from requestflow.foundation import contained
from requestflow.letters.glyphs import font_folders

TEMPLATE = Path(__file__).parent / "templates" / "paper.typ"
WORD_FONT = "仿宋"


@dataclass
class Paper:
    """A paper: its title, its language, and its blocks in order. `titled`: the title is printed
    on top."""

    title: str
    locale: str
    author: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    titled: bool = True

    def heading(self, text: str) -> None:
        """Adds a heading."""
        self.blocks.append({"kind": "heading", "text": text})

    def facts(self, rows: Sequence[tuple[str, str | None]]) -> None:
        """Adds a table of what is called how; rows without a value are left out."""
        filled = [[name, value] for name, value in rows if value]
        self.blocks.append({"kind": "facts", "rows": filled})

    def paragraph(self, text: str) -> None:
        """Adds paragraphs, one for each line."""
        self.blocks += [{"kind": "text", "text": part} for part in text.split("\n") if part]

    def plain(self, text: str) -> None:
        """Adds a line without indent, such as whom a letter is to."""
        self.blocks.append({"kind": "plain", "text": text})

    def items(self, items: Sequence[str]) -> None:
        """Adds a list."""
        self.blocks.append({"kind": "list", "items": list(items)})

    def code(self, label: str, text: str) -> None:
        """Adds a code to be kept."""
        self.blocks.append({"kind": "code", "label": label, "text": text})

    def center(self, text: str) -> None:
        """Adds a line in the middle."""
        self.blocks.append({"kind": "center", "text": text})

    def right(self, text: str) -> None:
        """Adds a line on the right, for signature and day."""
        self.blocks.append({"kind": "right", "text": text})


def typeset(template: Path, name: str, data: dict[str, Any]) -> bytes:
    """The PDF that a Typst template sets from data, which it reads as the input `name`. Set in a
    process of its own; TooCostly."""
    return contained(_typeset, template, name, json.dumps(data, ensure_ascii=False))


def _typeset(template: Path, name: str, data: str) -> bytes:
    built = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(folder) for folder in font_folders()],
        # A paper looks the same on every machine.
        ignore_system_fonts=True,
        sys_inputs={name: data},
        format="pdf",
    )
    assert isinstance(built, bytes)  # noqa: S101 - without an output file it is bytes
    return built


def as_pdf(paper: Paper) -> io.BytesIO:
    """The paper as a tagged PDF. What people typed is data for the template, never markup."""
    chinese = paper.locale.startswith("zh")
    content = {
        "title": paper.title,
        "author": paper.author,
        "titled": paper.titled,
        "lang": "zh" if chinese else "en",
        "region": "CN" if chinese else "GB",
        "blocks": paper.blocks,
    }
    return io.BytesIO(typeset(TEMPLATE, "paper", content))


def as_docx(paper: Paper) -> io.BytesIO:
    """The paper for Word, to be changed before it is signed."""
    document = Document()
    use_font(document)
    title = document.add_heading(paper.title, level=1)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for block in paper.blocks:
        _add(document, block)
    document.core_properties.title = paper.title
    document.core_properties.author = paper.author
    content = io.BytesIO()
    document.save(content)
    content.seek(0)
    return content


def _add(document: Any, block: dict[str, Any]) -> None:
    kind = block["kind"]
    if kind == "heading":
        document.add_heading(block["text"], level=2)
    elif kind == "facts":
        table = document.add_table(rows=0, cols=2)
        for name, value in block["rows"]:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = name, value
            cells[0].width, cells[1].width = Pt(100), Pt(340)
    elif kind == "list":
        for item in block["items"]:
            document.add_paragraph(item, style="List Bullet")
    elif kind == "right":
        document.add_paragraph(block["text"]).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif kind == "plain":
        document.add_paragraph(block["text"])
    elif kind == "code":
        document.add_paragraph(f"{block['label']} {block['text']}")
    else:
        document.add_paragraph(block["text"]).paragraph_format.first_line_indent = Pt(24)


def use_font(document: Any) -> None:
    """Sets one font for Chinese and Latin letters: Word keeps them apart."""
    for name in ("Normal", "Heading 1", "Heading 2", "List Bullet"):
        style = document.styles[name]
        style.font.name = WORD_FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), WORD_FONT)
    document.styles["Normal"].font.size = Pt(12)
