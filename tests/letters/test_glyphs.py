"""Rare characters in names: drawn with what comes along, or named before the letter is signed."""

import shutil
from pathlib import Path

import pypdfium2
import pytest

from requestflow.letters import glyphs
from requestflow.letters.glyphs import incomplete_extensions, missing_characters, use_fonts
from requestflow.letters.paper import Paper, as_pdf

NAMES = Path(__file__).parents[1] / "data" / "inputs" / "16-rare-names-in-pdf" / "names.txt"


@pytest.fixture(autouse=True)
def _no_fonts_of_another_installation() -> None:
    use_fonts(Path("/nowhere"))


def test_the_characters_that_no_font_has_are_named() -> None:
    names = NAMES.read_text(encoding="utf-8").split()
    assert missing_characters(names) == "𠮷𡨴𣇈𠱞𢘑𡋾\ue816"
    assert missing_characters(["㛃", "张三 A1，。"]) == ""
    assert incomplete_extensions() == ["B", "C", "D", "E", "F"]


def test_a_font_of_the_installation_counts(tmp_path: Path) -> None:
    bundled = next(path for path in glyphs.BUNDLED.rglob("*") if path.suffix in glyphs.ENDINGS)
    (tmp_path / "fonts").mkdir()
    shutil.copy(bundled, tmp_path / "fonts" / "own.ttf")
    use_fonts(tmp_path / "fonts")
    assert glyphs.font_folders() == [glyphs.BUNDLED, tmp_path / "fonts"]
    (tmp_path / "fonts" / "broken.ttf").write_bytes(b"no font")
    assert missing_characters(["张"]) == ""


def test_a_paper_uses_no_font_of_the_machine() -> None:
    paper = Paper("通知", "zh_CN", "市政府")
    paper.paragraph("𠱞 Ελληνικά 张三")
    document = pypdfium2.PdfDocument(as_pdf(paper).getvalue())
    fonts = {
        pypdfium2.raw.FPDFTextObj_GetFont(item.raw) is not None
        for item in document[0].get_objects()
        if item.type == pypdfium2.raw.FPDF_PAGEOBJ_TEXT
    }
    assert fonts == {True}
    text = document[0].get_textpage().get_text_range()
    assert "张三" in text
