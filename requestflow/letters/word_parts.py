"""Parts of a Word template that would stand in Word and not in the PDF, or the other way round."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from requestflow.foundation import Text, text

SHOWN = 30
"""Characters of a part by which it is found again."""
PAGE_NUMBER = re.compile(r"[\s\d\-–—·.第页共/]*")
"""What a footer may hold: the number of the page, which the PDF sets by itself."""


@dataclass(frozen=True)
class Unsettable:
    """A part that cannot be set in both, and the words by which it is found."""

    part: Text
    words: str


_PARTS: tuple[tuple[str, Text], ...] = (
    ("w:ins", text("a tracked insertion")),
    ("w:del", text("a tracked deletion")),
    ("w:moveFrom", text("a tracked move")),
    ("w:moveTo", text("a tracked move")),
    ("w:txbxContent", text("a text box")),
    ("w:sdt", text("a content control")),
    ("w:ruby", text("a phonetic guide")),
    ("w:footnoteReference", text("a footnote")),
    ("w:endnoteReference", text("an endnote")),
    ("w:altChunk", text("an inserted file")),
    ("w:customXml", text("a custom XML part")),
    ("w:sym", text("a symbol from a symbol font")),
    ("w:object", text("an embedded object")),
    ("m:oMath", text("a formula")),
    ("w:drawing", text("a picture or shape")),
    ("w:pict", text("a picture or shape")),
    ("w:numPr", text("automatic numbering or bullets")),
)
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


def unsettable_part(content: bytes) -> Unsettable | None:
    """The first part of a template whose words Word and PDF would not both show; None for one that
    has none."""
    document = Document(io.BytesIO(content))
    hidden = _styles_with(document, "w:vanish")
    numbered = _styles_with(document, "w:numPr")
    for root in _roots(document):
        for name, part in _PARTS:
            tag = f"{_M}oMath" if name == "m:oMath" else qn(name)
            found = next(root.iter(tag), None)
            if found is not None:
                return Unsettable(part, _words_at(found))
        found = _hidden(root, hidden)
        if found is not None:
            return Unsettable(text("hidden text"), _words_at(found))
        found = _of_style(root, numbered)
        if found is not None:
            return Unsettable(text("automatic numbering or bullets"), _words_at(found))
        nested = next(
            (item for item in root.iter(qn("w:tc")) if item.find(qn("w:tbl")) is not None), None
        )
        if nested is not None:
            return Unsettable(text("a table inside a table"), _words_at(nested))
    return _beside(document)


def _roots(document: Any) -> Iterator[Any]:
    yield document.element.body
    for section in document.sections:
        yield section.header._element


def _beside(document: Any) -> Unsettable | None:
    """Headers of first and even pages, headers of later sections, and footers."""
    for place, section in enumerate(document.sections):
        for holder, part in (
            (section.first_page_header, text("a header of the first page")),
            (section.even_page_header, text("a header of even pages")),
            (section.footer, text("a footer")),
            (section.first_page_footer, text("a footer")),
            (section.even_page_footer, text("a footer")),
        ):
            words = "" if holder.is_linked_to_previous else _text(holder._element)
            if not PAGE_NUMBER.fullmatch(words):
                return Unsettable(part, words[:SHOWN])
        if place and not section.header.is_linked_to_previous:
            words = _text(section.header._element)
            if words:
                return Unsettable(text("a header of a later section"), words[:SHOWN])
    return None


def _styles_with(document: Any, name: str) -> frozenset[str]:
    """The styles that hide their text, or number it."""
    return frozenset(
        style.get(qn("w:styleId"), "")
        for style in document.styles.element.iter(qn("w:style"))
        if any(_on(item) for item in style.iter(qn(name)))
    )


def _of_style(root: Any, styles: frozenset[str]) -> Any:
    """The first run or paragraph of one of these styles."""
    for item in root.iter(qn("w:rStyle"), qn("w:pStyle")):
        if item.get(qn("w:val")) in styles:
            return item.getparent().getparent()
    return None


def _hidden(root: Any, styles: frozenset[str]) -> Any:
    """The first run or paragraph mark that is hidden, by itself or by its style."""
    for item in root.iter(qn("w:vanish"), qn("w:specVanish")):
        if _on(item):
            return item.getparent().getparent()
    return _of_style(root, styles)


def _on(item: Any) -> bool:
    return item.get(qn("w:val")) not in {"0", "false", "off"}


def _text(root: Any) -> str:
    return "".join(item.text or "" for item in root.iter(qn("w:t"))).strip()


def _words_at(found: Any) -> str:
    """The words of a part, or of the paragraph in which it stands."""
    words = _text(found)
    while not words and found is not None:
        words = _text(found)
        found = found.getparent()
    return words[:SHOWN]
