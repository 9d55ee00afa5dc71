"""What a file of a kind that is taken may not hold."""

import io
import os
import resource
import zipfile
from pathlib import Path

import pytest
from docx import Document as WordDocument

from requestflow.documents import DocumentRefused, Documents, Store
from requestflow.documents.scanning import scanner_for
from tests.documents import bombs
from tests.documents.test_kinds import DOC

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MEGABYTE_IN_KB = 1024
pytestmark = pytest.mark.usefixtures("processes_of_their_own")


@pytest.fixture
def documents(tmp_path: Path, any_data_key: None) -> Documents:
    return Documents(Store(tmp_path), scanner_for(None))


def word() -> bytes:
    document = WordDocument()
    document.add_paragraph("申请说明")
    built = io.BytesIO()
    document.save(built)
    return built.getvalue()


def with_part(name: str, content: bytes | str, package: bytes | None = None) -> io.BytesIO:
    """A Word file with a part more."""
    built = io.BytesIO(package or word())
    with zipfile.ZipFile(built, "a") as archive:
        archive.writestr(name, content)
    built.seek(0)
    return built


def related(kind: str, target: str, mode: str = "External") -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        "</Relationships>"
    )


def test_a_pdf_that_unpacks_beyond_measure_is_refused_and_costs_this_process_nothing(
    documents: Documents,
) -> None:
    content = bombs.pdf()
    assert len(content) < 4_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DocumentRefused, match="takes too much memory or time to open"):
        documents.receive(io.BytesIO(content), "材料.pdf")
    taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert taken < 50 * MEGABYTE_IN_KB
    assert not [path for path in documents.store.root.rglob("*") if path.is_file()]


def test_a_plain_pdf_and_a_damaged_one_are_taken(documents: Documents) -> None:
    assert documents.receive(io.BytesIO(bombs.pdf(1)), "a.pdf").media_type == "application/pdf"
    assert documents.receive(io.BytesIO(b"%PDF-1.7\n"), "a.pdf").size == 9


@pytest.mark.parametrize(
    "part",
    [
        "word/embeddings/oleObject1.bin",
        "word/activeX/activeX1.xml",
        "word/media/setup.exe",
        "word/START.VBS",
        "evil.lnk",
    ],
)
def test_programs_and_objects_of_other_programs_are_refused(
    documents: Documents, part: str
) -> None:
    with pytest.raises(DocumentRefused, match="embedded program or object"):
        documents.receive(with_part(part, b"MZ"), "a.docx")


def test_an_old_word_file_with_a_file_in_it_is_refused(documents: Documents) -> None:
    native = "\x01Ole10Native".encode("utf-16-le")
    with pytest.raises(DocumentRefused, match="embedded program or object"):
        documents.receive(io.BytesIO(DOC + native), "a.doc")
    assert documents.receive(io.BytesIO(DOC), "a.doc").media_type == "application/msword"


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "subDocument", "frame"])
@pytest.mark.parametrize("part", ["word/_rels/settings.xml.rels", "word/_rels/footer1.xml.rels"])
def test_what_is_fetched_and_works_when_a_file_is_opened_is_refused(
    documents: Documents, kind: str, part: str
) -> None:
    address = "http://attacker.example/t.dotm"
    with pytest.raises(DocumentRefused, match=address):
        documents.receive(with_part(part, related(kind, address)), "a.docx")


def test_links_and_charts_stay(documents: Documents) -> None:
    link = related("hyperlink", "https://www.gov.cn/")
    content = with_part("word/_rels/footnotes.xml.rels", link)
    whole = with_part("word/embeddings/Microsoft_Excel_Sheet.xlsx", b"PK", content.getvalue())
    assert documents.receive(whole, "a.docx").name == "a.docx"


def test_a_damaged_list_of_relations_is_no_way_out(documents: Documents) -> None:
    cut = related("attachedTemplate", "http://attacker.example/").removesuffix("</Relationships>")
    with pytest.raises(DocumentRefused, match=r"attacker\.example"):
        documents.receive(with_part("word/_rels/settings.xml.rels", cut), "a.docx")
    for content in (b"", b"\xff\xfe", b"<", os.urandom(64)):
        part = with_part("word/_rels/settings.xml.rels", content)
        assert documents.receive(part, "a.docx").name == "a.docx"
