"""Copies of files that may be public: without what a file says beside what it shows, and with a
word of what can be seen in it all the same by whoever looks for it."""

import ctypes
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from lxml import etree

from requestflow.documents.contents import MOST_PAGES
from requestflow.documents.kinds import DocumentRefused, told_by_content
from requestflow.foundation import contained, text

REMAINS = frozenset(
    {"hidden_text", "covered_text", "comments", "changes", "hidden_sheets", "many_pages"}
)
"""What is found and cannot be taken out: whoever releases the file has to look."""
LINK, REDACTION = 2, 28
"""Kinds of annotation (ISO 32000-2, 12.5.6): a link stays; a redaction that was only marked covers
nothing."""
INVISIBLE = 3
"""The way of showing text by which none is seen (ISO 32000-2, 9.3.6), as scanners put it behind
pictures."""
SHARE = 0.8
"""How much of a text must be covered for it to count as hidden."""
NEEDED = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs"}
)
"""The chunks of a PNG that a picture needs (PNG, third edition, 5.6)."""
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MOST_OF_PART = 50 << 20


@dataclass(frozen=True)
class CleanCopy:
    """The copy, and by code what was found: what was taken out of it, and what remains."""

    content: bytes
    found: frozenset[str] = field(default_factory=frozenset)

    @property
    def remaining(self) -> frozenset[str]:
        """What is still in it."""
        return self.found & REMAINS


def clean_copy(path: Path, name: str) -> CleanCopy:
    """A copy of a file for everybody; DocumentRefused for kinds of which none can be made."""
    kind = told_by_content(path, name)
    clean = _CLEAN.get(kind.endings[0])
    if clean is None:
        raise DocumentRefused(text("'%(name)s' cannot be cleaned. Release it as a PDF.", name=name))
    return contained(clean, path)


def _clean_pdf(path: Path) -> CleanCopy:
    """The pages alone, in a new document: what stands in the old one about itself is not copied."""
    found = set()
    with pypdfium2.PdfDocument(path) as old, pypdfium2.PdfDocument.new() as new:
        if any(old.get_metadata_dict(skip_empty=True).get(key) for key in ("Author", "Title")):
            found.add("author")
        if old.count_attachments():
            found.add("attachments")
        if len(old) > MOST_PAGES:
            found.add("many_pages")
        # Before the pages are copied: what is taken off a page later stays in the document.
        for number in range(min(len(old), MOST_PAGES)):
            page = old[number]
            found.update(_clean_page(page))
            page.close()
        new.import_pages(old)
        written = io.BytesIO()
        new.save(written)
    return CleanCopy(written.getvalue(), frozenset(found))


def _clean_page(page: pypdfium2.PdfPage) -> Iterator[str]:
    """Takes remarks off a page; what was found on it."""
    for place in reversed(range(pdfium.FPDFPage_GetAnnotCount(page.raw))):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, place)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind == REDACTION:
            yield "covered_text"
        if kind != LINK:
            pdfium.FPDFPage_RemoveAnnot(page.raw, place)
            yield "remarks"
    texts: list[tuple[float, float, float, float]] = []
    for item in page.get_objects(max_depth=4):
        if item.type == pdfium.FPDF_PAGEOBJ_TEXT:
            if pdfium.FPDFTextObj_GetTextRenderMode(item.raw) == INVISIBLE:
                yield "hidden_text"
            else:
                texts.append(item.get_bounds())
        elif _covers(item) and any(_share(box, item.get_bounds()) > SHARE for box in texts):
            yield "covered_text"


def _covers(item: pypdfium2.PdfObject) -> bool:
    """Whether nothing is seen through an object: a picture, or a filled shape."""
    if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
        return True
    if item.type != pdfium.FPDF_PAGEOBJ_PATH:
        return False
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item.raw, filled, stroked)
    colour = [ctypes.c_uint() for _ in range(4)]
    pdfium.FPDFPageObj_GetFillColor(item.raw, *colour)
    return bool(filled.value) and colour[3].value > 250


def _share(
    inner: tuple[float, float, float, float], outer: tuple[float, float, float, float]
) -> float:
    """How much of a box lies in another, 0 to 1; each is left, bottom, right, top."""
    width = min(inner[2], outer[2]) - max(inner[0], outer[0])
    height = min(inner[3], outer[3]) - max(inner[1], outer[1])
    area = (inner[2] - inner[0]) * (inner[3] - inner[1])
    return width * height / area if area > 0 and width > 0 and height > 0 else 0.0


def _clean_jpeg(path: Path) -> CleanCopy:
    """Without the segments in which cameras write where, when and by what (Exif, JPEG APP1 and
    following); that of the format itself and that of its colours stay."""
    content, found, place = path.read_bytes(), set(), 2
    kept = [content[:2]]
    while place + 4 <= len(content) and content[place] == 0xFF and content[place + 1] != 0xDA:
        marker, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        segment = content[place : place + 2 + length]
        if marker in _OF_CAMERAS:
            found.add("picture_data")
        else:
            kept.append(segment)
        place += 2 + max(length, 2)
    return CleanCopy(b"".join(kept) + content[place:], frozenset(found))


_OF_CAMERAS = frozenset({0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE})


def _clean_png(path: Path) -> CleanCopy:
    """With the chunks alone that a picture needs."""
    content, found, place = path.read_bytes(), set(), 8
    kept = [content[:8]]
    while place + 8 <= len(content):
        length, kind = (
            int.from_bytes(content[place : place + 4], "big"),
            content[place + 4 : place + 8],
        )
        end = place + 12 + length
        if kind in NEEDED:
            kept.append(content[place:end])
        else:
            found.add("picture_data")
        place = end
        if kind == b"IEND":
            break
    return CleanCopy(b"".join(kept), frozenset(found))


def _clean_office(path: Path) -> CleanCopy:
    """Without what the package says of who wrote it (ECMA-376 part 2, 11); what people wrote beside
    the text is found, not taken out: it may be part of it."""
    found, written = set(), io.BytesIO()
    with (
        zipfile.ZipFile(path) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            if part.filename.startswith("docProps/"):
                found.add("author")
                if part.filename.endswith(".xml"):
                    new.writestr(part.filename, _emptied(old.read(part)))
                continue
            if part.filename == "_rels/.rels":
                new.writestr(part.filename, _without_thumbnail(old.read(part)))
                continue
            content = old.read(part) if part.file_size <= MOST_OF_PART else b""
            found.update(_beside_the_text(part.filename, content))
            new.writestr(part.filename, content)
    return CleanCopy(written.getvalue(), frozenset(found))


def _emptied(content: bytes) -> bytes:
    root = etree.fromstring(content, _parser())
    for child in list(root):
        root.remove(child)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _without_thumbnail(content: bytes) -> bytes:
    """A small picture of the first page as it once was is not copied."""
    root = etree.fromstring(content, _parser())
    for item in list(root):
        target = item.get("Target", "").lstrip("/")
        if target.startswith("docProps/") and not target.endswith(".xml"):
            root.remove(item)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _beside_the_text(name: str, content: bytes) -> Iterator[str]:
    """What a part of a package holds that is not seen, or not meant to be."""
    if "/comments" in name or "/threadedComments/" in name:
        yield "comments"
    if name == "xl/workbook.xml":
        root = etree.fromstring(content, _parser())
        if any(sheet.get("state") in {"hidden", "veryHidden"} for sheet in root.iter("{*}sheet")):
            yield "hidden_sheets"
    if name.startswith("xl/worksheets/") and b' hidden="1"' in content:
        yield "hidden_sheets"
    if name.startswith("word/") and name.endswith(".xml"):
        root = etree.fromstring(content, _parser())
        if any(True for _ in root.iter(f"{WORD}ins", f"{WORD}del")):
            yield "changes"
        if any(True for _ in root.iter(f"{WORD}vanish")):
            yield "hidden_text"


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _as_it_is(path: Path) -> CleanCopy:
    return CleanCopy(path.read_bytes())


_CLEAN = {
    "pdf": _clean_pdf,
    "jpg": _clean_jpeg,
    "png": _clean_png,
    "docx": _clean_office,
    "xlsx": _clean_office,
    "txt": _as_it_is,
}
