"""What every paper of a report shares: its title, its parts in order, what stands in a field."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from requestflow.foundation import sign, text, translate
from requestflow.law import ReportForm, ReportTable, report_forms
from requestflow.reporting.document import FigureContent, ReportDocument
from requestflow.statistics import (
    Cell,
    Grid,
    grid_of,
    listed_grid,
    printed_cell,
    printed_tables,
)

LONGEST_ORIGIN = 200
"""How many characters a paper has room for of where a figure comes from, which many units say."""


@dataclass(frozen=True)
class Block:
    """A part of the paper, in order: a heading, words, a table, or what was reported."""

    kind: str
    text: str = ""
    grid: Grid | None = None


def form_of_document(content: ReportDocument) -> ReportForm:
    """The form on which a report was made."""
    return next(form for form in report_forms() if form.code == content.form)


def title_of_document(content: ReportDocument, locale: str) -> str:
    """The report's title."""
    title = form_of_document(content).title.text(locale)
    if locale.startswith("zh"):
        return f"{content.unit.name}{content.year}年{title}"
    return f"{title} {content.year}, {content.unit.name}"


def grid_for(content: ReportDocument, tables: Sequence[ReportTable]) -> Grid:
    """A table of the report as it is printed, or several that are printed as one."""
    if tables[0].listed:
        return listed_grid(tables)
    index = content.index
    return grid_of(tables[0], lambda figure, part: getattr(index[figure], part) is not None)


def value_in(content: ReportDocument, cell: Cell, locale: str) -> str:
    """What stands in a field of a table."""
    if cell.label is not None:
        return cell.label.text(locale)
    value = number_in(content, cell)
    return printed_cell(value, locale, cell.part, cell.signed)


def number_in(content: ReportDocument, cell: Cell) -> int | Decimal | None:
    """The number in a field of a table; None where it is not known."""
    figure = content.index[str(cell.figure)]
    value = getattr(figure, cell.part)
    return value if value is None or isinstance(value, int) else Decimal(str(value))


def blocks_of(content: ReportDocument, locale: str) -> Iterator[Block]:
    """The paper in order, chapter by chapter as the form has them."""
    form, chinese = form_of_document(content), locale.startswith("zh")
    yield from _corrected(content, locale)
    # A chapter that was written in Chinese only is read in Chinese rather than not at all.
    words = {
        section.id: section.zh if chinese else section.en or section.zh
        for section in content.sections
    }
    for section in form.sections:
        # A table that is handed in by itself bears the name of the whole.
        if section.label.zh != form.title.zh:
            yield Block("heading", section.label.text(locale))
        message = words.get(section.id)
        if message:
            yield from (Block("text", part) for part in message.split("\n") if part.strip())
        for tables in printed_tables([x for x in form.tables if x.section == section.id]):
            yield Block("table", grid=grid_for(content, tables))
            for origin, named in (o for t in tables for o in origins_in(content, t, locale)):
                source = text(
                    "%(figures)s: source: %(origin)s", figures=named, origin=_in_short(origin)
                )
                yield Block("text", source.in_locale(locale))
        if form.reported and form.reported.section == section.id and content.reported:
            yield Block("reported", form.reported.label.text(locale))
    if content.failing_reason:
        yield Block("heading", translate("Failed checks", locale))
        for check in content.checks:
            if not check.holds:
                yield Block(
                    "text",
                    check.label.text(locale)
                    + sign("colon", locale)
                    + f"{side(check.left)} ≠ {side(check.right)}",
                )
        yield Block(
            "text", text("Reason: %(reason)s", reason=content.failing_reason).in_locale(locale)
        )
    yield from _signed(content, locale)


def _signed(content: ReportDocument, locale: str) -> Iterator[Block]:
    """Who signed a report, and when."""
    if not content.signed_by:
        return
    name, moment = content.signed_by, content.counted_at.strftime("%Y-%m-%d %H:%M")
    message = text("Signed by %(name)s, %(moment)s", name=name, moment=moment)
    if content.signed_for:
        message = text(
            "Signed by %(name)s on behalf of %(absent)s, %(moment)s",
            name=name,
            absent=content.signed_for,
            moment=moment,
        )
    yield Block("text", message.in_locale(locale))


def _corrected(content: ReportDocument, locale: str) -> Iterator[Block]:
    """What a correction says of itself: its notice, and which chapters have other words."""
    if content.correction and content.version:
        notice = text(
            "Correction (version %(number)s): %(notice)s",
            number=content.version,
            notice=content.correction,
        )
        yield Block("text", notice.in_locale(locale))
    elif content.correction:
        notice = text("Correction: %(notice)s", notice=content.correction)
        yield Block("text", notice.in_locale(locale))
    for name, message in changed_figures(content, locale):
        yield Block("text", name + sign("colon", locale) + message)
    if content.changed_sections:
        named = sign("semicolon", locale).join(
            item.label.text(locale) for item in content.changed_sections
        )
        changed = text("Chapters with amended text: %(names)s", names=named)
        yield Block("text", changed.in_locale(locale))


def changed_figures(content: ReportDocument, locale: str) -> Iterator[tuple[str, str]]:
    """What a correction changes: the name of each figure, and what it was and is."""
    for change in content.changes:
        message = f"{side(change.before)} → {side(change.after)}"
        if change.origin_after:
            sides = _in_short(change.origin_before or ""), _in_short(change.origin_after)
            message += f" ({sides[0]} → {sides[1]})"
        yield change.label.text(locale), message


def origins_in(
    content: ReportDocument, table: ReportTable, locale: str
) -> Sequence[tuple[str, str]]:
    """Where the reported figures of a table come from: each origin with the figures that it gives,
    in the table's order."""
    results: dict[str, list[str]] = {}
    for figure in content.figures:
        if figure.origin and figure.id.startswith(f"{table.id}."):
            results.setdefault(figure.origin, []).append(figure.label.text(locale))
    comma = sign("comma", locale)
    return [(origin, comma.join(labels)) for origin, labels in results.items()]


def side(value: int | float | None) -> str:
    """One side of a check."""
    return "—" if value is None else f"{value:,}"


def number_of(figure: FigureContent) -> int | Decimal | None:
    """A figure's number, exact."""
    value = figure.value
    return value if value is None or isinstance(value, int) else Decimal(str(value))


def reported_rows(content: ReportDocument, locale: str) -> Iterator[tuple[str, str, str]]:
    """What units reported: its name, its number, where they have it from."""
    for figure in content.reported:
        number = printed_cell(number_of(figure), locale)
        yield figure.label.text(locale), number, _in_short(figure.origin or "")


def _in_short(origin: str) -> str:
    """Where figures come from, as long as a paper has room for; the data have all of it."""
    return origin if len(origin) <= LONGEST_ORIGIN else f"{origin[:LONGEST_ORIGIN]}…"


def foot(content: ReportDocument, digest: str, locale: str) -> str:
    """What stands at the foot of each page: which version it is, and the hash of its data."""
    if not content.version:
        return translate("Draft: not published", locale)
    message = text(
        "Version %(number)s, published on %(day)s, SHA-256 of its data %(hash)s",
        number=content.version,
        day=content.published_at.date().isoformat() if content.published_at else "—",
        hash=digest,
    )
    return message.in_locale(locale)
