"""The words of a report with figures as fields: drafting them, checking them, filling them in.

A field is `{{figure}}` or `{{figure|part}}`: a figure's id as the report names it (a reported one
may be named without its measure where there is but one), and of it the value, share, previous,
change, change_share, or trend (the change in words). `{{year}}`, `{{year_before}}` and `{{unit}}`
stand for themselves. A figure is never retyped, so it cannot be otherwise in the words than in the
tables.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from requestflow.foundation import RequestflowError, Text, text
from requestflow.law import ReportSection
from requestflow.statistics.aggregation import RECORDS
from requestflow.statistics.figures import Figure, Number
from requestflow.statistics.report import Report

FIELD = re.compile(r"\{\{([^{}|\n]{1,200})(?:\|([^{}|\n]{1,40}))?\}\}")
PARTS = ("value", "share", "previous", "change", "change_share", "trend")
NUMBER = re.compile(r"(?<![\d.])(?<!\d,)(?:\d{1,3}(?:,\d{3})+|\d{3,})(?:\.\d+)?(?![\d年])")
COMMA = re.compile("(?<![０-９])，|，(?![０-９])")
"""A Chinese comma that parts clauses; within full-width digits it parts thousands."""

TYPED = r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?"
LEAD = re.compile(r"([^\W\d_]+)\{\{([^{}|]+)(?:\|([^{}|]+))?\}\}")
CLAUSE = re.compile(r"[,;:!?\s、。]")
OTHER_TIME = re.compile("去年|上年|上一年|同期|季度|半年|月|往年|累计")
"""What says of a clause that it speaks of another time than the year."""
SHORTEST_LEAD = 4
"""How many characters must lead up to a figure so that it is told from others by them."""
BRACES = re.compile(r"[{}｛｝]")
LONGEST_TEXT = 20_000


class FieldWrong(RequestflowError):
    """A field that names no figure, or one whose figure cannot be computed."""


def draft_text(section: ReportSection, report: Report, locale: str) -> str:
    """The words of a chapter as they follow from the figures, with the figures as fields."""
    sentences = []
    for sentence in section.draft:
        if sentence.when and _value(report, *_split(sentence.when)) is None:
            continue
        sentences.append(sentence.zh if locale.startswith("zh") else sentence.en)
    return ("" if locale.startswith("zh") else " ").join(sentences)


def _split(field: str) -> tuple[str, str]:
    name, _, part = field.partition("|")
    return name, part or "value"


def fill_text(content: str, report: Report, locale: str, marked: bool = False) -> str:
    """The words with every field filled in. FieldWrong where one cannot be; `marked`: it is marked
    as such in the words instead, for who reads a draft."""

    def fill(result: re.Match[str]) -> str:
        name, part = result[1].strip(), (result[2] or "value").strip()
        plain = {
            "year": str(report.year),
            "year_before": str(report.year - 1),
            "unit": report.unit.name,
        }
        if name in plain and part == "value":
            return plain[name]
        value: Number | None = _value(report, name, part)
        if value is None and marked:
            cannot = text("cannot be calculated: %(field)s", field=result[0]).in_locale(locale)
            return f"〔{cannot}〕" if locale.startswith("zh") else f"[{cannot}]"
        if value is None:
            raise _wrong(report, name, part, result[0])
        return _trend(value, locale) if part == "trend" else said(value, locale)

    return FIELD.sub(fill, content)


def _wrong(report: Report, name: str, part: str, full: str) -> FieldWrong:
    if part not in PARTS or report.find(name) is None:
        return FieldWrong(
            text("No figure matches the field %(field)s.", field=full),
            text("Select a field from the list."),
        )
    return FieldWrong(
        text("The figure for the field %(field)s cannot be calculated.", field=full),
        text(
            "It has not been reported or there is no earlier figure to compare with. Remove the "
            "field."
        ),
    )


def _value(report: Report, name: str, part: str) -> Number | None:
    figure = report.find(name)
    if figure is None or part not in PARTS:
        return None
    value: Number | None = getattr(figure, "change" if part == "trend" else part)
    return value


def said(value: Number, locale: str) -> str:
    """A number in running text."""
    shown = f"{value.normalize():,f}" if isinstance(value, Decimal) else f"{value:,}"
    return shown.replace(",", "") if locale.startswith("zh") else shown


def _trend(value: Number, locale: str) -> str:
    chinese = locale.startswith("zh")
    if not value:
        return "持平，增减0" if chinese else "stayed the same"
    word = (
        ("增加" if value > 0 else "减少") if chinese else ("rose by " if value > 0 else "fell by ")
    )
    return word + said(value if value > 0 else -value, locale)


def text_problems(content: str, report: Report) -> Iterator[Text]:
    """What stands against the words: fields that cannot be filled in, brackets left over."""
    if len(content) > LONGEST_TEXT:
        yield text("This is too long. Enter no more than %(most)s characters.", most=LONGEST_TEXT)
        return
    for result in FIELD.finditer(content):
        try:
            fill_text(result[0], report, "en")
        except FieldWrong as error:
            yield text("%(problem)s %(hint)s", problem=error.text, hint=error.hint)
    rest = FIELD.sub("", content)
    if BRACES.search(rest):
        yield text(
            "There are braces that do not form a field. Write fields as {{figure}} or "
            "{{figure|share}}."
        )


def find_retyped_figures(content: str, report: Report) -> list[str]:
    """Numbers that were typed though they are figures of the report: they would not follow. Those
    of three digits and more, and smaller ones before what is counted."""
    plain = unicodedata.normalize("NFKC", COMMA.sub(" ", FIELD.sub(" ", content)))
    if not any(sign.isdecimal() for sign in plain):
        return []
    known = {Decimal(f.value) for f in report.index.values() if f.value}
    typed = {
        number for number in NUMBER.findall(plain) if Decimal(number.replace(",", "")) in known
    }
    return sorted(typed | set(_small(plain, report)))


@dataclass(frozen=True)
class Contradiction:
    """What the words say of a figure, and what the tables do."""

    said: str
    value: Number


def find_contradictions(content: str, report: Report) -> list[Contradiction]:
    """Numbers that were typed behind the words with which the form's own sentences, or a table's
    row, lead up to a figure, and that are not that figure."""
    plain = unicodedata.normalize("NFKC", COMMA.sub(" ", FIELD.sub(" ", content)))
    results = []
    for lead, figure in _leads(report).items():
        for found in re.finditer(rf"{re.escape(lead)}(?:了|为|共|：|:)?\s*({TYPED})", plain):
            value = Decimal(found[1].replace(",", ""))
            if OTHER_TIME.search(CLAUSE.split(plain[: found.start()])[-1]):
                continue
            if figure.value is not None and value != Decimal(figure.value):
                results.append(Contradiction(found[0], figure.value))
    return results


def _leads(report: Report) -> dict[str, Figure]:
    """The words that lead up to a figure, those that lead to one alone."""
    known: dict[str, set[str]] = {}
    for section in report.form.sections:
        for sentence in section.draft:
            for lead, name, part in LEAD.findall(sentence.zh):
                if part in ("", "value"):
                    known.setdefault(lead, set()).add(name)
    for figure in report.figures:
        table = report.form.table(figure.table)
        if not table.columns and table.source in RECORDS:
            known.setdefault(figure.label.zh.rpartition("：")[2], set()).add(figure.id)
    return {
        lead: found
        for lead, names in known.items()
        if len(lead) >= SHORTEST_LEAD and len(names) == 1 and (found := report.find(min(names)))
    }


def _small(plain: str, report: Report) -> Iterator[str]:
    """Numbers of one or two digits that are a figure together with what stands behind them as its
    measure; those of articles and months are none."""
    known = {
        (Decimal(figure.value), measure)
        for figure in report.index.values()
        if figure.value and (measure := _measure(figure, report))
    }
    measures = sorted({measure for _, measure in known}, key=len, reverse=True)
    if not measures:
        return
    counted_in = "|".join(map(re.escape, measures))
    small = re.compile(rf"(?<![\d.第])(?<!\d,)(\d{{1,2}}(?:\.\d+)?)\s*({counted_in})")
    for number, measure in small.findall(plain):
        if (Decimal(number), measure) in known:
            yield number


def _measure(figure: Figure, report: Report) -> str | None:
    """In what a figure is counted, as it is written behind it."""
    if figure.measure or figure.table == "reported":
        return figure.measure
    return report.form.table(figure.table).counted_in
