"""Word templates of letters: the default ones, checking a unit's own, filling one in, and reading
the words of a filled one, so that Word and PDF always say the same."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2 import TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from typst import TypstError

from requestflow.foundation import RequestflowError, TooCostly, contained, text
from requestflow.letters.kinds import LetterBlock, LetterKind, field_labels, letter_kinds
from requestflow.letters.paper import Paper, as_pdf, use_font
from requestflow.letters.word_parts import unsettable_part

PLAIN_PARTS = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.If,
    nodes.Not,
    nodes.And,
    nodes.Or,
)
"""What a template may be made of: fields, and parts that stand only where a field says something.
Nothing is called, looked into or repeated."""

INDENT = Pt(24)
MOST_COLUMNS = 20
MOST_PARAGRAPHS = 1_000
"""Of a template: a letter has some dozens, and each takes time whenever one is written."""
PARAGRAPH = re.compile(r"<w:p[ >/]")
BROKEN = (
    AttributeError,
    KeyError,
    PackageNotFoundError,
    RecursionError,
    TypeError,
    ValueError,
    etree.XMLSyntaxError,
)
"""What reading a Word file can end in that is none, or was tampered with."""


class _Template(DocxTemplate):  # type: ignore[misc]
    """A template of which only what is checked is filled in: not its properties or footnotes."""

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """Leaves the document's properties as they are."""

    def render_footnotes(self, context: Any, jinja_env: Any = None) -> None:
        """Leaves footnotes as they are."""


class TemplateRefused(RequestflowError):
    """A Word file that cannot serve as template, and why."""


def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(autoescape=True)


def default_template(kind: LetterKind) -> bytes:
    """The Word template that is used where a unit has none of its own."""
    return _default(kind.kind)


@cache
def _default(code: str) -> bytes:
    kind = next(item for item in letter_kinds() if item.kind == code)
    document = Document()
    use_font(document)
    document.add_heading(kind.title, level=1).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for block in kind.blocks:
        if block.when:
            document.add_paragraph("{%p if " + block.when + " %}")
        _add(document, block)
        if block.when:
            document.add_paragraph("{%p endif %}")
    document.core_properties.title = kind.label.zh
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _add(document: Any, block: LetterBlock) -> None:
    if block.heading:
        document.add_heading(block.heading, level=2)
    elif block.right:
        document.add_paragraph(block.right).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif block.plain:
        document.add_paragraph(block.plain)
    else:
        document.add_paragraph(block.text).paragraph_format.first_line_indent = INDENT


def check_template(content: bytes, kind: LetterKind) -> None:
    """Raises TemplateRefused for a file that is no template, for fields that are not known, for
    one without the fields of the parts that the law requires, and for one that takes too much to
    fill in. Looked at in a process of its own, outside of any transaction: it takes long."""
    try:
        contained(_check_template, content, kind)
    except TooCostly as error:
        raise TemplateRefused(
            text("The template takes too much time or memory to fill in."),
            text("Use a simpler template, with a few pages of text."),
        ) from error


def _check_template(content: bytes, kind: LetterKind) -> None:
    known = field_labels()
    used: set[str] = set()
    for source in _sources(content):
        used |= _fields_in(source)
    unknown = sorted(used - known.keys())
    if unknown:
        raise TemplateRefused(
            text("The template contains unknown fields: %(names)s.", names=", ".join(unknown)),
            text("Use the field names listed on this page."),
        )
    missing = [name for name in kind.required if name not in used and name != "number"]
    if missing:
        raise TemplateRefused(
            text(
                "The template is missing content that the law requires in this letter: %(names)s.",
                names=", ".join(f"{{{{ {name} }}}}" for name in missing),
            ),
            text("Add these fields to the template and upload it again."),
        )
    forbidden = sorted(used & set(kind.forbidden))
    if forbidden:
        raise TemplateRefused(
            text("This letter must not disclose: %(names)s.", names=", ".join(forbidden)),
            text("The applicant's identity must not be disclosed to those consulted."),
        )
    _require_settable(content)
    _try_out(content, kind)


def _require_settable(content: bytes) -> None:
    """Raises TemplateRefused for a part whose words Word and PDF would not both show."""
    try:
        found = unsettable_part(content)
    except BROKEN as error:
        raise TemplateRefused(text("This is not a readable Word file (.docx).")) from error
    if found is not None:
        raise TemplateRefused(
            text(
                "The template contains %(part)s, which Word shows and the PDF does not, or the "
                "other way round: «%(words)s».",
                part=found.part,
                words=found.words,
            ),
            text("Replace it with ordinary text in the body of the letter and upload it again."),
        )


def _try_out(content: bytes, kind: LetterKind) -> None:
    """Fills a template in and sets it, once with everything and once with only what the law
    requires: what is required stands in the letter both times."""
    try:
        for names in (field_labels().keys(), kind.required):
            values = {name: f"[{name}]" if name in names else "" for name in field_labels()}
            paper = words_of(fill(content, values).getvalue(), kind, "", "")
            as_pdf(paper)
            _all_there(json.dumps(paper.blocks, ensure_ascii=False), kind)
    except (*BROKEN, TemplateError, TypstError) as error:
        raise TemplateRefused(
            text("The template could not be filled in: %(problem)s.", problem=str(error)[:200])
        ) from error


def _all_there(value: str, kind: LetterKind) -> None:
    lost = [name for name in kind.required if f"[{name}]" not in value]
    if lost:
        raise TemplateRefused(
            text(
                "These fields do not appear in the finished letter: %(names)s.",
                names=", ".join(f"{{{{ {name} }}}}" for name in lost),
            ),
            text(
                "Put them in ordinary paragraphs or tables in the body of the letter, not in "
                "text boxes, notes or footers, and without conditions."
            ),
        )


def _sources(content: bytes) -> Iterator[str]:
    """The template's text: the body, headers and footers, as the fields stand in them."""
    try:
        template = _Template(io.BytesIO(content))
        template.init_docx()
        number = len(PARAGRAPH.findall(template.get_xml()))
        if number > MOST_PARAGRAPHS:
            raise TemplateRefused(
                text(
                    "The template has %(number)s paragraphs. The limit is %(most)s.",
                    number=number,
                    most=MOST_PARAGRAPHS,
                ),
                text("Use a simpler template, with a few pages of text."),
            )
        yield template.patch_xml(template.get_xml())
        for part in (template.HEADER_URI, template.FOOTER_URI):
            for _key, _part in template.get_headers_footers(part):
                yield template.patch_xml(template.get_part_xml(_part))
    except BROKEN as error:
        raise TemplateRefused(text("This is not a readable Word file (.docx).")) from error


def _fields_in(source: str) -> set[str]:
    try:
        tree = _environment().parse(source)
    except RecursionError as error:
        raise TemplateRefused(
            text("A template can only contain fields and conditions on a field.")
        ) from error
    except TemplateSyntaxError as error:
        raise TemplateRefused(
            text("A field is incomplete or incorrect: %(problem)s.", problem=str(error)),
            text("Write each field as {{ name }} without interruption and in a single font."),
        ) from error
    try:
        odd = next((node for node in _walk(tree) if not isinstance(node, PLAIN_PARTS)), None)
    except RecursionError:
        odd = tree
    if odd is not None:
        raise TemplateRefused(
            text("A template can only contain fields and conditions on a field."),
            text("Remove all other text in curly brackets."),
        )
    return {node.name for node in tree.find_all(nodes.Name)}


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def fill_in(
    content: bytes, values: Mapping[str, str], kind: LetterKind, author: str, title: str
) -> tuple[bytes, bytes]:
    """The letter that a template makes of values, for Word and as PDF. Made in a process of its
    own; TooCostly."""
    return contained(_fill_in, content, dict(values), kind, author, title)


def _fill_in(
    content: bytes, values: Mapping[str, str], kind: LetterKind, author: str, title: str
) -> tuple[bytes, bytes]:
    word = fill(content, values).getvalue()
    return word, as_pdf(words_of(word, kind, author, title)).getvalue()


def fill(content: bytes, values: Mapping[str, str]) -> io.BytesIO:
    """A template with its fields filled in; what people typed stays text."""
    template = _Template(io.BytesIO(content))
    # \a begins a new paragraph of the same form.
    paragraphs = {name: value.replace("\n", "\a") for name, value in values.items()}
    template.render(paragraphs, _environment(), autoescape=True)
    built = io.BytesIO()
    template.save(built)
    built.seek(0)
    return built


def words_of(content: bytes, kind: LetterKind, author: str, title: str) -> Paper:
    """The words of a filled template in order, to be set as PDF: headers, paragraphs, tables."""
    document = Document(io.BytesIO(content))
    paper = Paper(title or kind.label.zh, "zh_CN", author, titled=False)
    for section in document.sections[:1]:
        for paragraph in section.header.paragraphs:
            if paragraph.text.strip():
                paper.center(paragraph.text.strip())
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            rows = [_cells_of(row) for row in item.rows]
            width = max((len(row) for row in rows), default=0)
            if width > MOST_COLUMNS:
                raise ValueError(f"a table has more than {MOST_COLUMNS} columns")
            if width:
                full = [row + [""] * (width - len(row)) for row in rows]
                paper.blocks.append({"kind": "facts", "rows": full})
        elif item.text.strip():
            _read(paper, item)
    return paper


def _cells_of(row: Any) -> list[str]:
    """The words of a row; of cells that are merged, once."""
    seen: set[Any] = set()
    words = []
    for cell in row.cells:
        words.append("" if cell._tc in seen else cell.text)
        seen.add(cell._tc)
    return words


def _read(paper: Paper, paragraph: Paragraph) -> None:
    words = paragraph.text.strip()
    style = (paragraph.style.name if paragraph.style else None) or ""
    indent = paragraph.paragraph_format.first_line_indent
    if style in {"Heading 1", "Title"}:
        paper.blocks.append({"kind": "title", "text": words})
    elif style.startswith("Heading"):
        paper.heading(words)
    elif paragraph.alignment == WD_ALIGN_PARAGRAPH.RIGHT:
        paper.right(words)
    elif paragraph.alignment == WD_ALIGN_PARAGRAPH.CENTER:
        paper.center(words)
    elif indent:
        paper.paragraph(words)
    else:
        paper.plain(words)
