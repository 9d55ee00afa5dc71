"""Which files are taken: by what they hold, not by what they are called; none that unpacks beyond
measure; under a name that reads as it is."""

import struct
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.documents import DocumentRefused
from requestflow.documents.kinds import (
    LONGEST_NAME,
    MOST_PARTS,
    safe_name,
    told_by_content,
)

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DOC = OLE + bytes(504) + "WordDocument".encode("utf-16-le") + bytes(40)
PDF, PNG, JPEG = b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n rest", b"\xff\xd8\xff\xe0 rest"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def told(path: Path, content: bytes, name: str) -> str:
    path.write_bytes(content)
    return told_by_content(path, name).media_type


def packed(path: Path, *parts: str, content: bytes = b"x", name: str = "a.docx") -> str:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.writestr(part, content)
    return told_by_content(path, name).media_type


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PDF, "a.pdf", "application/pdf"),
        (PDF, "A.PDF", "application/pdf"),
        (PNG, "a.png", "image/png"),
        (JPEG, "a.jpg", "image/jpeg"),
        (JPEG, "a.jpeg", "image/jpeg"),
        (HEIC, "a.heic", "image/heic"),
        (HEIC, "IMG_0001.HEIF", "image/heic"),
        (DOC, "a.doc", "application/msword"),
        ("说明".encode(), "a.txt", "text/plain"),
        ("\ufeff说明\r\n\t".encode(), "a.txt", "text/plain"),
        ("说明".encode("gb18030"), "a.txt", "text/plain"),
        (b"<b>not at the start of a page</b>", "a.txt", "text/plain"),
    ],
)
def test_a_file_is_told_by_what_it_holds(path: Path, content: bytes, name: str, kind: str) -> None:
    assert told(path, content, name) == kind


@pytest.mark.parametrize(
    ("part", "name"),
    [("word/document.xml", "a.docx"), ("xl/workbook.xml", "a.xlsx"), ("OFD.xml", "a.ofd")],
)
def test_an_office_file_is_told_by_its_parts(path: Path, part: str, name: str) -> None:
    assert packed(path, "[Content_Types].xml", part, name=name)
    with pytest.raises(DocumentRefused, match="not an accepted file type"):
        packed(path, "other.xml", name=name)


@pytest.mark.parametrize("name", ["a.png", "a.txt", "a", "a.pdf.exe"])
def test_a_file_that_is_called_otherwise_than_it_is_is_refused(path: Path, name: str) -> None:
    with pytest.raises(DocumentRefused, match="its content, which is PDF"):
        told(path, PDF, name)


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00 program",
        b"\x7fELF\x02\x01\x01\x00",
        b"GIF89a\x01\x00",
        b"text with \x00 in it",
        b"<!DOCTYPE html><script>",
        b"  \r\n<HTML>",
        b"\xef\xbb\xbf<svg onload=x>",
        b"<?xml version='1.0'?>",
        b"<script>alert(1)</script>",
        b"\xff\xfe\xfd",
    ],
)
def test_what_we_do_not_take_is_refused_whatever_it_is_called(path: Path, content: bytes) -> None:
    for name in ("a.txt", "a.pdf"):
        with pytest.raises(DocumentRefused, match="not an accepted file type"):
            told(path, content, name)


def test_an_empty_file_is_refused_as_empty(path: Path) -> None:
    with pytest.raises(DocumentRefused, match="is empty"):
        told(path, b"", "a.txt")


def test_a_bomb_is_refused_before_it_is_unpacked(path: Path) -> None:
    with pytest.raises(DocumentRefused, match="too large when unpacked"):
        packed(path, "word/document.xml", content=b"\0" * 10_000_000)


def test_a_file_of_very_many_parts_is_refused(path: Path) -> None:
    parts = [f"word/{number}.xml" for number in range(MOST_PARTS)]
    with pytest.raises(DocumentRefused, match="too large when unpacked"):
        packed(path, "word/document.xml", *parts)


def test_a_file_that_says_it_holds_very_many_parts_is_refused_unread(path: Path) -> None:
    packed(path, "word/document.xml")
    content = bytearray(path.read_bytes())
    struct.pack_into("<H", content, content.rfind(b"PK\x05\x06") + 10, 65_000)
    with pytest.raises(DocumentRefused, match="too large when unpacked"):
        told(path, bytes(content), "a.docx")


def test_what_is_cut_off_is_damaged(path: Path) -> None:
    packed(path, "word/document.xml")
    with pytest.raises(DocumentRefused, match="damaged"):
        told(path, path.read_bytes()[:-30], "a.docx")
    with pytest.raises(DocumentRefused, match="damaged"):
        told(path, b"PK\x03\x04" + b"\x07" * 500, "a.docx")


def test_what_is_locked_by_a_password_is_refused(path: Path) -> None:
    packed(path, "word/document.xml")
    content = bytearray(path.read_bytes())
    content[content.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(DocumentRefused, match="password"):
        told(path, bytes(content), "a.docx")


@pytest.mark.parametrize("macro", ["word/vbaProject.bin", "xl/VBAPROJECT.BIN"])
def test_what_holds_macros_is_refused(path: Path, macro: str) -> None:
    with pytest.raises(DocumentRefused, match="macros"):
        packed(path, "word/document.xml", macro)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a.pdf", "a.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\某\\申请.docx", "申请.docx"),
        ("a/b/", "file"),
        ("", "file"),
        ("...", "file"),
        ("  a .pdf. ", "a .pdf"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie_ x.txt"),
        ("gnp\u202efdp.exe", "gnpfdp.exe"),
        ("a\u200b.p\u2060df", "a.pdf"),
        ("e\u0301.txt", "\u00e9.txt"),
        (".htaccess", "htaccess"),
    ],
)
def test_a_name_is_kept_without_what_is_no_name(typed: str, kept: str) -> None:
    assert safe_name(typed) == kept


@given(st.text(max_size=300))
def test_every_name_is_safe_short_and_stays_so(typed: str) -> None:
    name = safe_name(typed)
    assert 0 < len(name) <= LONGEST_NAME
    assert not set('/\\<>:"|?*') & set(name)
    assert not any(unicodedata.category(letter) in ("Cc", "Cs", "Co") for letter in name)
    assert safe_name(name) == name


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("长" * 300 + ".pdf")
    assert len(name) == LONGEST_NAME
    assert name.endswith(".pdf")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (DOC + "_VBA_PROJECT".encode("utf-16-le"), "macros"),
        (DOC + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLE + bytes(600), "not an accepted file type"),
    ],
)
def test_an_old_word_file_with_more_in_it_is_refused(path: Path, content: bytes, said: str) -> None:
    with pytest.raises(DocumentRefused, match=said):
        told(path, content, "a.doc")
