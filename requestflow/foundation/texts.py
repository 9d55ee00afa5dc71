"""Texts for people: written in English, translated from one catalogue for web and terminal."""

import gettext
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

CATALOGUES = Path(__file__).parents[1] / "translations"
WORDS = Path(__file__).parent / "words.toml"
LOCALES = ("zh_CN", "en")


@dataclass(frozen=True)
class Text:
    """A text whose language is chosen when it is shown; `str()` gives English."""

    message: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.in_locale("en")

    def in_locale(self, locale: str) -> str:
        """The text in `zh_CN` or `en`; values that are texts or labels are translated too."""
        values = {name: _shown(value, locale) for name, value in self.values.items()}
        message = translate(self.message, locale)
        return message % values if values else message


def text(message: str, /, **values: Any) -> Text:
    """A text to translate later; `message` is the English original with %(name)s places."""
    return Text(message, values)


def joined(texts: Iterable[Text], between: str = "\n") -> Text:
    """Several texts as one, each on a line of its own or with what stands `between` them."""
    lines = {f"line{place}": item for place, item in enumerate(texts)}
    return Text(between.join(f"%({name})s" for name in lines), lines)


def translate(message: str, locale: str) -> str:
    """One message of the catalogue in that locale, itself where there is no translation."""
    word = _words().get(message)
    if word:
        return word["zh" if locale.startswith("zh") else "en"]
    return catalogue(locale).gettext(message) if message else ""


def is_word(message: str) -> bool:
    """Whether there is a word for a code such as `stage.received`."""
    return message in _words()


def sign(name: str, locale: str) -> str:
    """A sign between words as that locale has it: `colon`, `semicolon`, `comma`."""
    return translate(f"sign.{name}", locale)


def _shown(value: Any, locale: str) -> Any:
    if isinstance(value, Text):
        return value.in_locale(locale)
    if hasattr(value, "zh") and hasattr(value, "en"):
        return value.zh if locale.startswith("zh") else value.en
    return value


@cache
def _words() -> dict[str, dict[str, str]]:
    """What codes such as `stage.received` are called."""
    chapters = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {
        f"{chapter}.{code}": labels
        for chapter, words in chapters.items()
        for code, labels in words.items()
    }


@cache
def catalogue(locale: str) -> gettext.NullTranslations:
    """The translations into `zh_CN` or `en`."""
    return gettext.translation(
        "messages", CATALOGUES, ["zh_Hans_CN" if locale.startswith("zh") else locale], fallback=True
    )
