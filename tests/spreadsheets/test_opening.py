"""Files as they come: read, or one line that says what they are and what to do; never a
traceback."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from requestflow.foundation import RequestflowError
from requestflow.spreadsheets import MOST_BYTES, open_tables

INPUTS = Path(__file__).parents[1] / "data" / "inputs"
SAMPLES = sorted(INPUTS.glob("*/*.xlsx"))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def content(path: Path) -> list[list[object]]:
    with open_tables(path) as tables:
        return [list(row.cells) for table in tables for row in table.rows()]


def test_text_is_read_in_the_encodings_of_offices(tmp_path: Path) -> None:
    lines = "编号,名称\n1,市财政局\n"
    written = {
        "utf-8": lines.encode(),
        "utf-8-sig": lines.encode("utf-8-sig"),
        "gb18030": lines.encode("gb18030"),
        "utf-16": lines.replace(",", "\t").encode("utf-16"),
        "utf-16-le": lines.replace(",", "\t").encode("utf-16-le"),
        "utf-16-be": lines.replace(",", ";").encode("utf-16-be"),
    }
    for encoding, octets in written.items():
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(octets)
        assert content(path) == [["编号", "名称"], ["1", "市财政局"]], encoding


def test_text_under_the_ending_of_a_workbook_is_text(tmp_path: Path) -> None:
    path = tmp_path / "ledger.xlsx"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert content(path) == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (OLE + b"\0" * 512, "old format"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected with a password"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "is a web page"),
        (b"\x89PNG\r\n\x1a\n\0\0\xff", "neither a workbook nor a text file"),
        (b"", "is empty"),
        (b"PK\x03\x04 cut", "is damaged"),
    ],
)
def test_what_cannot_be_read_says_what_it_is(tmp_path: Path, octets: bytes, said: str) -> None:
    path = tmp_path / "in.xlsx"
    path.write_bytes(octets)
    with pytest.raises(RequestflowError, match=said):
        content(path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mimetype", "OpenDocument"),
        ("xl/workbook.bin", "binary workbook"),
        ("word/document.xml", "Word document"),
    ],
)
def test_another_kind_of_package_says_what_it_is(tmp_path: Path, name: str, said: str) -> None:
    path = tmp_path / "in.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "x")
    with pytest.raises(RequestflowError, match=said):
        content(path)


def test_a_file_that_is_too_large_is_refused_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(RequestflowError, match="20 MB"):
        content(path)


def test_readings_at_the_same_time_give_what_each_gives_alone(tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("one", "two"):
            sheet = book.add_worksheet(name)
            for row in range(1500):
                sheet.write_row(row, 0, [name, row])
    alone = content(path)
    with open_tables(path) as tables:
        first, second, again = (tables[place].rows() for place in (0, 1, 0))
        begun = [next(again) for _ in range(7)]
        both = list(zip(first, second, strict=True))
        rest = list(again)
    assert len(begun + rest) == 1500
    for place, rows in ((0, [a for a, _ in both]), (1500, [b for _, b in both]), (0, begun + rest)):
        assert list(map(str, alone[place : place + 1500])) == [str(list(r.cells)) for r in rows]


def altered(path: Path, part: str, change) -> bytes:
    """The package with one part changed."""
    result = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            octets = old.read(name)
            new.writestr(name, change(octets) if name == part else octets)
    return result.getvalue()


STRICT = (
    (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    ),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


def test_strict_open_xml_is_read_like_the_usual(tmp_path: Path) -> None:
    sample = INPUTS / "22-days-of-1904" / "usual.xlsx"
    path = tmp_path / "strict.xlsx"
    with zipfile.ZipFile(sample) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            octets = old.read(name)
            for usual, strict in STRICT:
                octets = octets.replace(usual, strict)
            new.writestr(name, octets)
    assert [list(map(str, row)) for row in content(path)] == [
        list(map(str, row)) for row in content(sample)
    ]


@pytest.mark.parametrize(
    "attack",
    [
        b'<!DOCTYPE a [<!ENTITY b "boom">]><worksheet><sheetData><row/></sheetData></worksheet>',
        b"<worksheet><sheetData><row>" + b'<c r="XFE1"><v>1</v></c></row></sheetData></worksheet>',
        b"<worksheet><sheetData><row>"
        + b"<c><f>1</f></c>" * 700_000
        + b"</row></sheetData></worksheet>",
        b"<worksheet><sheetData><junk/>" + b"<j/>" * 2_500_000 + b"</sheetData></worksheet>",
    ],
)
def test_a_workbook_made_to_harm_is_refused(tmp_path: Path, attack: bytes) -> None:
    sample = INPUTS / "22-days-of-1904" / "usual.xlsx"
    path = tmp_path / "in.xlsx"
    path.write_bytes(altered(sample, "xl/worksheets/sheet1.xml", lambda _: attack))
    with pytest.raises(RequestflowError, match="is damaged"):
        content(path)


def test_strings_stay_on_disk_and_are_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number in range(6000):
            sheet.write_string(number, 0, f"第{number}行\n𠮷_x000D_")
    assert content(path) == [[f"第{number}行\n𠮷_x000D_"] for number in range(6000)]


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_cut_or_altered_workbook_ends_in_a_traceback(
    tmp_path: Path, data: st.DataObject
) -> None:
    sample = data.draw(st.sampled_from(SAMPLES))
    octets = sample.read_bytes()
    way = data.draw(st.sampled_from(("cut", "bytes", "part", "missing")))
    if way == "cut":
        octets = octets[: data.draw(st.integers(0, len(octets)))]
    elif way == "bytes":
        changed = bytearray(octets)
        for _ in range(data.draw(st.integers(1, 20))):
            changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
        octets = bytes(changed)
    else:
        with zipfile.ZipFile(sample) as archive:
            part = data.draw(st.sampled_from(archive.namelist()))
        octets = altered(sample, part, _alteration(data, way))
    path = tmp_path / "in.xlsx"
    path.write_bytes(octets)
    with suppress(RequestflowError):
        content(path)


def _alteration(data: st.DataObject, way: str):
    if way == "missing":
        return lambda _octets: b""
    words = (b"<v>", b"</v>", b"t=", b"s=", b"r=", b"ref=", b"id=", b"count=", b"1", b"s", b'"')
    old, new = (
        data.draw(st.sampled_from(words)),
        data.draw(st.sampled_from((*words, b"99999999999999999999", b"-1", b"\xff", b"&#0;", b""))),
    )
    times = data.draw(st.integers(1, 50))
    return lambda octets: octets.replace(old, new, times)
