"""What stands in a unit's Word template stands in the PDF as well, or the template is refused."""

import io
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from requestflow.letters import TemplateRefused, default_template, letter_kinds
from requestflow.letters.word import check_template, fill, words_of

INPUTS = Path(__file__).parents[1] / "data" / "inputs" / "06-template-words-lost-in-pdf"
DECISION = next(kind for kind in letter_kinds() if kind.kind == "decision")


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("control-around", "content control"),
        ("control-in-line", "content control"),
        ("control-table-row", "content control"),
        ("hidden", "hidden text"),
        ("phonetic", "phonetic guide"),
        ("text-box", "text box"),
        ("tracked-insertion", "tracked insertion"),
    ],
)
def test_what_word_and_pdf_would_show_otherwise_is_refused(name: str, part: str) -> None:
    with pytest.raises(TemplateRefused, match=part) as caught:
        check_template((INPUTS / f"{name}.docx").read_bytes(), DECISION)
    assert "本机关补充一句话" in str(caught.value) or part in str(caught.value)


@pytest.mark.parametrize("kind", letter_kinds(), ids=lambda kind: kind.kind)
def test_the_default_letters_are_taken(kind) -> None:
    check_template(default_template(kind), kind)


def changed(change) -> bytes:
    document = Document(io.BytesIO(default_template(DECISION)))
    change(document)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def footer(document) -> None:
    document.sections[0].footer.paragraphs[0].text = "本机关地址"


def first_page(document) -> None:
    document.sections[0].different_first_page_header_footer = True
    document.sections[0].first_page_header.paragraphs[0].text = "首页页眉"


def numbered(document) -> None:
    document.add_paragraph("一项", style="List Number")


def numbered_by_hand(document) -> None:
    numbering = parse_xml(
        f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    )
    document.add_paragraph("一项")._p.get_or_add_pPr().append(numbering)


def nested(document) -> None:
    cell = document.add_table(1, 1).cell(0, 0)
    cell.add_table(1, 1).cell(0, 0).text = "里面"


def symbol(document) -> None:
    run = document.add_paragraph("符号").add_run()
    element = OxmlElement("w:sym")
    element.set(qn("w:char"), "F0FE")
    run._r.append(element)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (footer, "a footer"),
        (first_page, "header of the first page"),
        (numbered, "automatic numbering"),
        (numbered_by_hand, "automatic numbering"),
        (nested, "table inside a table"),
        (symbol, "symbol"),
    ],
)
def test_other_parts_that_the_pdf_lacks_are_named(change, part: str) -> None:
    with pytest.raises(TemplateRefused, match=part):
        check_template(changed(change), DECISION)


def page_number(document) -> None:
    document.sections[0].footer.paragraphs[0].text = "— 1 —"


def merged(document) -> None:
    table = document.add_table(1, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "并为一格"


def test_a_page_number_and_merged_cells_are_taken() -> None:
    check_template(changed(page_number), DECISION)
    content = changed(merged)
    check_template(content, DECISION)
    paper = words_of(fill(content, {}).getvalue(), DECISION, "", "")
    assert str(paper.blocks).count("并为一格") == 1
