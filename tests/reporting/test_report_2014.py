"""The city's report of 2014 as page, Word and PDF, number by number against the published one."""

import html
import io
import itertools
import re
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from requestflow.application import Application
from requestflow.reporting import published, report_file
from requestflow.reporting.document import read_document
from requestflow.reporting.presentation import title_of_document
from requestflow.web import create_app

ZONE = ZoneInfo("Asia/Shanghai")

PUBLISHED = (Path(__file__).parents[1] / "data" / "report-2014.txt").read_text(encoding="utf-8")
HEADINGS = (
    "二、主动公开",
    "三、政府信息依申请公开情况",
    "四、政府信息公开收费",
    "五、因政府信息公开",
    "六、存在",
)
NUMBER = re.compile(r"\d+(?:\.\d+)?")
ROUNDED = {Decimal("82"): Decimal("82.01")}
"""What the printed report rounds: 433 of 528 are 82.01 %."""


def numbers_of(words: str) -> list[list[Decimal]]:
    """The numbers of sections two to five, section by section."""
    places = [words.index(heading) for heading in HEADINGS]
    parts = [words[first:last] for first, last in itertools.pairwise(places)]
    return [[Decimal(number) for number in NUMBER.findall(part)] for part in parts]


def wanted() -> list[list[Decimal]]:
    result = numbers_of(PUBLISHED)
    return [[ROUNDED.get(number, number) for number in part] for part in result]


def words_of_docx(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)


def same(result: list[list[Decimal]], also: bool = False) -> None:
    """The printed report's numbers, in their order; with `also` others may stand between them
    (those of tables)."""
    for ours, theirs in zip(result, wanted(), strict=True):
        if also:
            rest = iter(ours)
            assert all(number in rest for number in theirs), (theirs, ours)
        else:
            assert ours == theirs


@pytest.fixture
def snapshot(demo: Application):
    with demo.context() as session:
        result = published(session, "LZ", 2014)
    assert result is not None
    return result


def test_the_printed_report_holds_what_we_look_for() -> None:
    assert [len(part) for part in numbers_of(PUBLISHED)] == [52, 14, 0, 8]


def test_word(snapshot) -> None:
    built, _ = report_file(read_document(snapshot.content), snapshot.hash, "docx", "zh_CN", ZONE)
    words = words_of_docx(built)
    same(numbers_of(words))
    tables = Document(io.BytesIO(built)).tables
    cells = {
        (row.cells[0].text.strip(), row.cells[1].text) for table in tables for row in table.rows
    }
    assert {
        ("受理政府信息公开申请", "528"),
        ("同意公开", "433"),
        ("主动公开政府信息", "80165"),
    } <= cells
    assert snapshot.hash in Document(io.BytesIO(built)).sections[0].footer.paragraphs[0].text


def test_pdf(snapshot) -> None:
    built, _ = report_file(read_document(snapshot.content), snapshot.hash, "pdf", "zh_CN", ZONE)
    pages = PdfDocument(built)
    words = "".join(page.get_textpage().get_text_range() for page in pages)
    words = re.sub(r"Version.*?\n|第1版.*?\n|\d+ / \d+", "", words)
    same(numbers_of("".join(words.split())), also=True)


def test_page(demo: Application) -> None:
    client = create_app(demo).test_client()
    page = client.get("/reports/LZ/2014", headers={"Accept-Language": "zh"}).get_data(as_text=True)
    body = page[page.index("<article") : page.index("</article>")]
    body = re.sub(r"<svg.*?</svg>|<table.*?</table>", "", body, flags=re.DOTALL)
    words = html.unescape(re.sub(r"<[^>]+>", "", body))
    same(numbers_of(words))
    figures = dict(re.findall(r'data-figure="([^"]+)">\s*(?:<a[^>]*>)?([\d,.]+)', page))
    assert figures["applications.granted"] == "433"
    assert figures["reconsiderations.corrected"] == "3"


def test_workbook_and_csv_hold_every_figure(snapshot) -> None:
    content = read_document(snapshot.content)
    built, _ = report_file(content, snapshot.hash, "xlsx", "zh_CN", ZONE)
    book = load_workbook(io.BytesIO(built))
    values = [
        cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value
    ]
    about = {row[0].value: row[1].value for row in book.worksheets[-1].iter_rows()}
    assert about["报告"] == title_of_document(content, "zh_CN")
    assert about["数据的SHA-256"] == snapshot.hash
    assert about["版本"] == "1"
    numbers = [value for value in values if isinstance(value, int | float)]
    for figure in (*content.figures, *content.reported):
        if figure.value:
            assert figure.value in numbers, figure.id
    lines = (
        report_file(content, snapshot.hash, "csv", "zh_CN", ZONE)[0]
        .decode("utf-8-sig")
        .splitlines()
    )
    assert len(lines) == 1 + len(content.figures) + len(content.reported)
    assert any(line.startswith("applications.granted,同意公开,433,82.01,") for line in lines)
