"""Copies for everybody say what the file shows, and no more; what remains is told."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from docx import Document as WordDocument
from docx.oxml import OxmlElement
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from requestflow.documents import DocumentRefused, clean_copy


def pdf(content: bytes, info: bytes = b"", extra: bytes = b"", annots: bytes = b"") -> bytes:
    """A PDF of one page that draws `content`; `extra` are further objects from 7 on."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>" + annots + b">>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<<" + info + b">>",
        *([extra] if extra else []),
    ]
    body, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    trailer = b"trailer<</Size %d/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF"
    return body + head + table + trailer % (len(parts) + 1, len(body))


TEXT = b"BT /F 20 Tf 40 200 Td (Zhao) Tj ET "


def cleaned(tmp_path: Path, name: str, content: bytes) -> tuple[bytes, frozenset[str]]:
    path = tmp_path / "content"
    path.write_bytes(content)
    copy = clean_copy(path, name)
    return copy.content, copy.found


def words_of(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


def test_a_pdf_keeps_its_pages_and_loses_who_wrote_it(tmp_path: Path) -> None:
    content, found = cleaned(tmp_path, "a.pdf", pdf(TEXT, b"/Author(Qian Clerk)/Title(Zhao)"))
    assert found == {"author"}
    assert b"Qian" not in content
    assert words_of(content) == "Zhao"


@pytest.mark.parametrize(
    ("drawn", "found"),
    [
        (TEXT, set()),
        (TEXT + b"0 0 0 rg 30 190 100 40 re f", {"covered_text"}),
        (b"0 0 0 rg 30 190 100 40 re f 1 1 1 rg " + TEXT, set()),
        (TEXT + b"30 190 100 40 re S", set()),
        (TEXT + b"0 0 0 rg 30 20 100 40 re f", set()),
        (b"BT 3 Tr /F 20 Tf 40 200 Td (Zhao) Tj ET", {"hidden_text"}),
    ],
)
def test_what_is_covered_or_not_drawn_is_told(
    tmp_path: Path, drawn: bytes, found: set[str]
) -> None:
    assert cleaned(tmp_path, "a.pdf", pdf(drawn))[1] == found


def test_remarks_are_taken_off_and_a_redaction_that_was_only_marked_is_told(tmp_path: Path) -> None:
    remark = b"<</Type/Annot/Subtype/Text/Rect[10 10 30 30]/Contents(by Qian)>>"
    content, found = cleaned(tmp_path, "a.pdf", pdf(TEXT, b"", remark, b"/Annots[7 0 R]"))
    assert found == {"remarks"}
    assert b"Qian" not in content
    with pypdfium2.PdfDocument(content) as document:
        assert pdfium.FPDFPage_GetAnnotCount(document[0].raw) == 0
    marked = remark.replace(b"/Text", b"/Redact")
    assert (
        "covered_text" in cleaned(tmp_path, "a.pdf", pdf(TEXT, b"", marked, b"/Annots[7 0 R]"))[1]
    )


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    parts = [b"\xff" + bytes([m]) + struct.pack(">H", len(c) + 2) + c for m, c in segments]
    return b"\xff\xd8" + b"".join(parts) + b"\xff\xda\x00\x02picture\xff\xd9"


def test_a_picture_loses_where_and_when_it_was_taken(tmp_path: Path) -> None:
    kept = (0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    content, found = cleaned(
        tmp_path, "a.jpg", jpeg(kept, (0xE1, b"Exif\0\0N 28.8"), (0xFE, b"by Qian"))
    )
    assert content == jpeg(kept)
    assert found == {"picture_data"}
    assert cleaned(tmp_path, "a.jpg", content) == (content, frozenset())


def chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def test_a_png_keeps_the_chunks_that_it_needs(tmp_path: Path) -> None:
    head, picture = chunk(b"IHDR", b"\0" * 13), chunk(b"IDAT", zlib.compress(b"\0\0"))
    start, end = b"\x89PNG\r\n\x1a\n" + head, picture + chunk(b"IEND", b"")
    said = chunk(b"tEXt", b"Author\0Qian") + chunk(b"eXIf", b"N 28.8")
    assert cleaned(tmp_path, "a.png", start + said + end + b"behind") == (
        start + end,
        frozenset({"picture_data"}),
    )


@given(st.binary(max_size=400))
def test_whatever_follows_the_beginning_of_a_picture_is_no_error(content: bytes) -> None:
    from requestflow.documents.cleaning import _clean_jpeg, _clean_png

    path = Path("/tmp") / "cleaning-sample"  # noqa: S108
    for start, clean in ((b"\xff\xd8\xff", _clean_jpeg), (b"\x89PNG\r\n\x1a\n", _clean_png)):
        path.write_bytes(start + content)
        assert len(clean(path).content) <= len(start + content)


def word(vanish: bool = False, inserted: bool = False) -> bytes:
    document = WordDocument()
    document.core_properties.author = "Qian Clerk"
    run = document.add_paragraph().add_run("Zhao")
    if vanish:
        run._r.get_or_add_rPr().append(OxmlElement("w:vanish"))
    if inserted:
        run._r.getparent().append(OxmlElement("w:ins"))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def test_a_word_document_loses_who_wrote_it_and_still_opens(tmp_path: Path) -> None:
    content, found = cleaned(tmp_path, "a.docx", word())
    assert found == {"author"}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any(b"Qian" in archive.read(name) for name in archive.namelist())
    opened = WordDocument(io.BytesIO(content))
    assert [paragraph.text for paragraph in opened.paragraphs] == ["Zhao"]


def test_what_is_hidden_in_a_word_document_is_told(tmp_path: Path) -> None:
    assert "hidden_text" in cleaned(tmp_path, "a.docx", word(vanish=True))[1]
    assert "changes" in cleaned(tmp_path, "a.docx", word(inserted=True))[1]


def test_hidden_sheets_rows_and_comments_are_told(tmp_path: Path) -> None:
    def workbook(hide: str) -> bytes:
        book = Workbook()
        book.active["A1"] = 1
        if hide == "sheet":
            book.create_sheet("b").sheet_state = "hidden"
        if hide == "row":
            book.active.row_dimensions[1].hidden = True
        written = io.BytesIO()
        book.save(written)
        return written.getvalue()

    assert cleaned(tmp_path, "a.xlsx", workbook(""))[1] == {"author"}
    for hide in ("sheet", "row"):
        assert "hidden_sheets" in cleaned(tmp_path, "a.xlsx", workbook(hide))[1]


def test_a_kind_that_cannot_be_cleaned_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "content"
    path.write_bytes(b"\0\0\0\x18ftypheic" + b"\0" * 40)
    with pytest.raises(DocumentRefused, match="PDF"):
        clean_copy(path, "a.heic")
    path.write_text("停车收费标准")
    assert clean_copy(path, "a.txt").content.decode() == "停车收费标准"
