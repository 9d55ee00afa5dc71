"""The clock's steps in words, zh and en, from `texts/clock.toml`."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from requestflow.law.calendar import NotCounted
from requestflow.law.deadlines import ClockStep

TEXTS = Path(__file__).parent / "texts"
NUMBERED = re.compile(r"(?:(.*?[^\d\s]) )?(\d[\d()、–/ ]*)")


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((TEXTS / "clock.toml").read_text(encoding="utf-8"))


def explain(step: ClockStep, locale: str) -> str:
    """One step as a sentence in `zh_CN` or `en`, with its days, its article and what was
    left out by name (plain weekends are not named)."""
    language = "zh" if locale.startswith("zh") else "en"
    node: Any = _texts()
    for part in step.rule.split("."):
        node = node[part]
    if language not in node:
        node = node[step.unit]
    sentence: str = node[language].format(
        start=step.start.isoformat(),
        end=step.end.isoformat(),
        days=step.working_days,
        article=article_text(step.article, language),
    )
    named = [span for span in step.not_counted if span.name]
    if named:
        spans = ("、" if language == "zh" else ", ").join(map(_span, named))
        gap = "；" if language == "zh" else "; "
        sentence += gap + _texts()["not_counted"][language].format(spans=spans)
    return sentence


def article_text(article: str, language: str) -> str:
    """Article numbers as the language writes them, each after its law's name where there is one;
    what is cited by another name than a number stays as it is."""
    chinese = language == "zh"
    return ("；" if chinese else "; ").join(_cited(part, chinese) for part in article.split("；"))


def _cited(part: str, chinese: bool) -> str:
    match = NUMBERED.fullmatch(part)
    names: dict[str, str] = _texts()["laws"]
    if match is None:
        return part if chinese else names.get(part, part)
    law, number = match[1] or "", match[2]
    if chinese:
        return f"{law}第{number}条"
    number = number.replace("、", ", ")
    return f"{names.get(law, law)}, art. {number}" if law else f"art. {number}"


def _span(span: NotCounted) -> str:
    if span.first == span.last:
        return f"{span.name} {span.first:%m-%d}"
    return f"{span.name} {span.first:%m-%d}–{span.last:%m-%d}"
