"""Typed text made clean: what is not seen or turns the writing round is taken out.

All else is kept as it was typed, rare characters beyond the basic plane or of private use among
it: they stand in people's names."""

import re
import unicodedata

# Zero-width characters, marks that turn the direction of writing, the byte order mark.
UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
LETTERS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Co"})
BLANK = re.compile(r"[^\S\n]+")


def clean_line(value: str) -> str:
    """One line: no control or unseen characters, single spaces, in composed form (NFC)."""
    return BLANK.sub(" ", clean_text(value).replace("\n", " ")).strip()


def clean_text(value: str) -> str:
    """Several lines: the same, but line ends are kept."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    stored = "".join(
        letter
        for letter in UNSEEN.sub("", lines)
        if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs")
    )
    # Letters that something unseen kept apart may compose only now.
    composed = unicodedata.normalize("NFC", stored)
    return re.sub(r"\n{3,}", "\n\n", BLANK.sub(" ", composed)).strip()


def has_letters(value: str) -> bool:
    """Whether anything of a text can be read: letters of any script, characters of private use that
    stand in names among them."""
    return any(unicodedata.category(letter) in LETTERS for letter in value)


def half_width(value: str) -> str:
    """Letters, digits and signs as machines write them, where a Chinese keyboard made them wide."""
    return clean_line(unicodedata.normalize("NFKC", value))
