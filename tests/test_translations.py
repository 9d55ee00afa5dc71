"""No text without its Chinese."""

from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "requestflow/translations/zh_Hans_CN/LC_MESSAGES/messages.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "text": (1,),
    "translated": (1,),
    "translate": (1,),
    "say": (1,),
}
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
]
# Keys of cells and SQL, which are read by functions that happen to be called `text`.
NO_TEXTS = {
    "remarks",
    "authority",
    "outcome",
    "ground",
    "result",
    "SELECT version_num FROM alembic_version",
    "SELECT 1",
}


def test_every_text_has_its_chinese() -> None:
    with CATALOGUE.open("rb") as file:
        known = {message.id: message.string for message in read_po(file)}
    results = {
        message
        for _, _, message, _, _ in extract_from_dir(
            ROOT / "requestflow", METHODS, keywords=KEYWORDS
        )
        if isinstance(message, str)
    }
    assert len(results) > 200
    assert {message for message in results if not known.get(message)} - NO_TEXTS == set()
