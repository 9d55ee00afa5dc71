"""Charts as SVG, made on the server; the table beside them says the same in numbers."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup, escape

LABEL_CHARACTERS = 22
LINE, GAP, LEFT, WIDTH = 30, 8, 330, 640


def bars(rows: Sequence[tuple[str, int | Decimal]]) -> Markup:
    """Horizontal bars, one for each label. Hidden from screen readers, who have the table."""
    most = max((value for _, value in rows), default=0) or 1
    height = len(rows) * (LINE + GAP)
    parts = []
    for place, (label, value) in enumerate(rows):
        top = place * (LINE + GAP)
        length = round(float(value) / float(most) * WIDTH, 1)
        shown = label if len(label) <= LABEL_CHARACTERS else label[: LABEL_CHARACTERS - 1] + "…"
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
