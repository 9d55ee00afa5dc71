"""Charts as SVG, made on the server; the table beside them says the same in numbers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from unicodedata import east_asian_width

from markupsafe import Markup, escape

from requestflow.reporting import ReportDocument, form_of_document

LABEL_WIDTH = 36
"""How wide a label may be, a Chinese character counting two."""
LINE, GAP, LEFT, WIDTH = 30, 8, 330, 640


def bars(rows: Sequence[tuple[str, int | Decimal]]) -> Markup:
    """Horizontal bars, one for each label. Hidden from screen readers, who have the table."""
    most = max((value for _, value in rows), default=0) or 1
    height = len(rows) * (LINE + GAP)
    parts = []
    for place, (label, value) in enumerate(rows):
        top = place * (LINE + GAP)
        length = round(float(value) / float(most) * WIDTH, 1)
        shown = _short(label)
        parts.append(
            Markup(
                '<text x="{left}" y="{y}" text-anchor="end">{label}</text>'
                '<rect x="{x}" y="{top}" width="{length}" height="{line}"></rect>'
                '<text x="{end}" y="{y}">{value}</text>'
            ).format(
                left=LEFT - 10,
                y=top + LINE * 0.68,
                label=shown,
                x=LEFT,
                top=top,
                length=length,
                line=LINE,
                end=LEFT + length + 8,
                value=f"{value:,}",
            )
        )
    box = f"0 0 {LEFT + WIDTH + 90} {height}"
    return Markup('<svg class="chart" viewBox="{}" aria-hidden="true">{}</svg>').format(
        escape(box), Markup("").join(parts)
    )


def _short(label: str) -> str:
    """A label that fits beside its bar."""
    wide = 0
    for place, character in enumerate(label):
        wide += 2 if east_asian_width(character) in "WF" else 1
        if wide > LABEL_WIDTH:
            return label[: place - 1] + "…"
    return label


COLOURS = ("#1d4e89", "#2f7d4f", "#a4161a", "#7a4f00")
DASHES = ("", "6 3", "2 3", "8 3 2 3")


def spark(values: Sequence[int]) -> Markup:
    """A line as small as a word. Hidden from screen readers, for whom the numbers stand beside."""
    most = max(values, default=0) or 1
    step = 60 / max(len(values) - 1, 1)
    points = " ".join(
        f"{place * step:.1f},{18 - value / most * 16:.1f}" for place, value in enumerate(values)
    )
    return Markup(
        '<svg class="spark" viewBox="-1 0 62 20" aria-hidden="true"><polyline points="{}">'
        "</polyline></svg>"
    ).format(points)


def lines(years: Sequence[int], series: Mapping[str, Sequence[int]]) -> Markup:
    """A line for each series over the years, told apart by dashes as well as colour. Hidden from
    screen readers, who have the table. Nothing where there is nothing to see."""
    most = max((value for values in series.values() for value in values), default=0)
    if not most:
        return Markup("")
    # The scale has a whole number in its middle.
    most += most % 2
    wide, high, left, top = 640, 180, 60, 12
    step = wide / max(len(years) - 1, 1)
    parts = [
        # The last is written towards the others, else it would be cut off where letters are large.
        Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(
            round(left + place * step, 1),
            top + high + 22,
            "end" if place and place == len(years) - 1 else "middle",
            year,
        )
        for place, year in enumerate(years)
    ]
    for share in (0, 0.5, 1):
        y = round(top + high - share * high, 1)
        parts.append(
            Markup(
                '<line x1="{}" y1="{}" x2="{}" y2="{}"></line>'
                '<text x="{}" y="{}" text-anchor="end">{}</text>'
            ).format(left, y, left + wide, y, left - 8, y + 5, f"{int(most * share):,}")
        )
    for place, values in enumerate(series.values()):
        points = " ".join(
            f"{left + x * step:.1f},{top + high - value / most * high:.1f}"
            for x, value in enumerate(values)
        )
        parts.append(
            Markup('<polyline points="{}" stroke="{}" stroke-dasharray="{}"></polyline>').format(
                points, COLOURS[place % 4], DASHES[place % 4]
            )
        )
    box = f"0 0 {left + wide + 20} {top + high + 30}"
    return Markup('<svg class="chart trend" viewBox="{}" aria-hidden="true">{}</svg>').format(
        box, Markup("").join(parts)
    )


TOTALS = frozenset({"total", "received", "answered", "1", "2", "3.7", "4"})
OUTSIDE = frozenset({"carried_in", "carried_out", "ended"})
"""Rows that are sums, or stand outside what a chart compares."""


def report_charts(content: ReportDocument, language: str) -> dict[str, Markup]:
    """A chart for each table of a report that has something to compare."""
    index = content.index
    charts = {}
    for table in form_of_document(content).tables:
        if table.source == "activity":
            continue
        column = table.columns[-1].id if table.columns else None
        rows = []
        for row in table.rows:
            figure = index[".".join(filter(None, (table.id, row.id, column)))]
            if row.id not in TOTALS | OUTSIDE and figure.value is not None:
                rows.append((row.label.text(language), figure.value))
        if any(value for _, value in rows):
            charts[table.id] = bars(rows)  # type: ignore[arg-type]
    return charts
