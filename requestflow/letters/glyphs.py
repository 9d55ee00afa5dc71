"""Which characters the fonts of papers can draw: those that come along, and those of the
installation; what the machine happens to have does not count."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from fontTools.ttLib import TTCollection, TTFont, TTLibError

BUNDLED = Path(pylopdf_fonts_zh_cn.__file__).parent
ENDINGS = frozenset({".ttf", ".otf", ".ttc", ".otc"})
LEVEL_3 = (
    ("B", range(0x20000, 0x2A6E0)),
    ("C", range(0x2A700, 0x2B73A)),
    ("D", range(0x2B740, 0x2B81E)),
    ("E", range(0x2B820, 0x2CEA2)),
    ("F", range(0x2CEB0, 0x2EBE1)),
)
"""The extensions of which GB 18030-2022 asks public services for every character (level 3)."""
UNDRAWN = frozenset({"Cc", "Cf", "Mn", "Zl", "Zp", "Zs"})
"""Categories of characters that are not drawn by themselves."""


class _Folders:
    """The folders in which fonts are looked for, besides those that come along."""

    own: Path | None = None


def use_fonts(folder: Path) -> None:
    """Lets the fonts in a folder of the installation be used, where there is one."""
    _Folders.own = folder


def font_folders() -> list[Path]:
    """Where the fonts lie."""
    own = _Folders.own
    return [BUNDLED, own] if own is not None and own.is_dir() else [BUNDLED]


def drawable() -> frozenset[int]:
    """The characters that some font has, as code points."""
    files = tuple(
        (path, path.stat().st_mtime_ns)
        for folder in font_folders()
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in ENDINGS
    )
    return _drawable(files)


@lru_cache(maxsize=4)
def _drawable(files: tuple[tuple[Path, int], ...]) -> frozenset[int]:
    known: set[int] = set()
    for path, _changed in files:
        known.update(*(font.getBestCmap() or {} for font in _fonts(path)))
    return frozenset(known)


def _fonts(path: Path) -> Iterable[TTFont]:
    try:
        if path.suffix.lower() in {".ttc", ".otc"}:
            return list(TTCollection(str(path), lazy=True).fonts)
        return [TTFont(str(path), lazy=True)]
    except (TTLibError, OSError):
        return []


def missing_characters(words: Iterable[str]) -> str:
    """The characters of these texts that no font can draw, each once, in their order."""
    known = drawable()
    seen = dict.fromkeys(c for word in words for c in word if ord(c) not in known)
    return "".join(c for c in seen if unicodedata.category(c) not in UNDRAWN)


def incomplete_extensions() -> list[str]:
    """The extensions (B to F) of which the fonts lack characters."""
    known = drawable()
    return [name for name, points in LEVEL_3 if not known.issuperset(points)]
