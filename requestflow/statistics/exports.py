"""The report as it is counted now, for the terminal: JSON, text and HTML. What is published or
printed is made from its document (`reporting.exports`)."""

from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from jinja2 import Environment, FileSystemLoader

from requestflow.foundation import translate
from requestflow.law import ReportTable
from requestflow.statistics.figures import Figure, json_number
from requestflow.statistics.report import Report

TEMPLATES = Path(__file__).parent / "templates"


def report_as_dict(report: Report, base_url: str = "") -> dict[str, Any]:
    """The report's documented JSON form, with stable ids."""
    content: dict[str, Any] = {
        "year": report.year,
        "unit": report.unit.code,
        "form": report.form.code,
        "figures": [_figure(figure, base_url) for figure in report.figures],
        "checks": [
            {
                "id": check.id,
                "label": check.label.model_dump(),
                "holds": check.holds,
                "left": json_number(check.left),
                "right": json_number(check.right),
            }
            for check in report.checks
        ],
    }
    if report.reported:
        content["reported"] = [_figure(figure, base_url) for figure in report.reported]
    if report.by_unit:
        content["units"] = [
            {
                "unit": unit.code,
                "name": unit.name,
                "figures": [_figure(figure, base_url) for figure in unit.figures],
            }
            for unit in report.by_unit
        ]
    if report.empty:
        content["note"] = "no records for this year"
    return content


def _figure(figure: Figure, base_url: str) -> dict[str, Any]:
    built: dict[str, Any] = {
        "id": figure.id,
        "label": figure.label.model_dump(),
        "value": json_number(figure.value),
        "cases": f"{base_url}{figure.link}" if figure.link else None,
    }
    for name in ("share", "previous", "change", "change_share"):
        value = getattr(figure, name)
        if value is not None:
            built[name] = json_number(value)
    if figure.reported:
        built["reported"] = True
    return built


def rows_of(report: Report, table: ReportTable) -> list[tuple[Any, list[Figure]]]:
    """A table's lines with their cells, in the order of the form."""
    by_row: dict[str, list[Figure]] = {}
    for figure in report.figures:
        if figure.table == table.id:
            by_row.setdefault(figure.row, []).append(figure)
    return [(row, by_row[row.id]) for row in table.rows]


def report_as_text(report: Report, locale: str) -> str:
    """The report for a terminal."""
    lines = [_title(report, locale), ""]
    if report.empty:
        lines += [translate("There are no records for this year.", locale), ""]
    for section in report.form.sections:
        if any(table.section == section.id for table in report.form.tables):
            lines += [section.label.text(locale), ""]
        for table in report.form.tables:
            if table.section == section.id:
                lines += [*_text_table(report, table, locale), ""]
    if report.reported and report.form.reported:
        lines += [report.form.reported.label.text(locale), ""]
        lines += [
            f"  {_pad(f.label.text(locale), 48)}{_shown(f.value):>12}" for f in report.reported
        ]
        lines.append("")
    lines += _text_checks(report, locale)
    if report.by_unit:
        lines += ["", *_text_units(report, locale)]
    return "\n".join(lines)


def _title(report: Report, locale: str) -> str:
    title = report.form.title.text(locale)
    if locale.startswith("zh"):
        return f"{report.unit.name}{report.year}年{title}（{report.form.code}）"
    return f"{title} {report.year}, {report.unit.name} ({report.form.code})"


def _text_table(report: Report, table: ReportTable, locale: str) -> list[str]:
    lines = [f"  {table.label.text(locale)}"]
    if table.columns:
        heads = "".join(_pad_left(c.label.text(locale), 14) for c in table.columns)
        lines.append(f"    {_pad('', 44)}{heads}")
    for row, cells in rows_of(report, table):
        numbers = "".join(f"{_shown(cell.value):>14}" for cell in cells)
        extra = "" if table.columns else _extra(cells[0], locale)
        indent = "  " if row.heading else ""
        lines.append(f"    {_pad(_cut(indent + row.label.text(locale)), 44)}{numbers}{extra}")
    return lines


def _extra(figure: Figure, locale: str) -> str:
    extra = f"   {figure.share} %" if figure.share is not None else ""
    if figure.change is not None:
        words = translate("previous year %(previous)s, change %(change)s, %(share)s %%", locale)
        extra += "   " + words % {
            "previous": _shown(figure.previous),
            "change": f"{figure.change:+,}",
            "share": figure.change_share,
        }
    return extra


def _text_checks(report: Report, locale: str) -> list[str]:
    failing = [check for check in report.checks if not check.holds]
    if not failing:
        return [translate("All %(count)s checks passed.", locale) % {"count": len(report.checks)}]
    lines = [translate("These checks failed:", locale)]
    return lines + [
        f"  {check.id}: {check.label.text(locale)}: {_shown(check.left)} ≠ {_shown(check.right)}"
        for check in failing
    ]


def _text_units(report: Report, locale: str) -> list[str]:
    lines = []
    for unit in report.by_unit:
        sentences = [f for f in unit.figures if f.value]
        lines.append(f"  {unit.code} {unit.name}")
        lines += [f"    {_pad(f.id, 44)}{_shown(f.value):>14}" for f in sentences]
    return lines


def _shown(value: Any) -> str:
    return f"{value:,}" if value is not None else "—"


def _width(content: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in content)


def _cut(content: str, width: int = 43) -> str:
    while _width(content) > width:
        content = content[:-2] + "…"
    return content


def _pad(content: str, width: int) -> str:
    return content + " " * max(width - _width(content), 1)


def _pad_left(content: str, width: int) -> str:
    content = _cut(content, width - 1)
    return " " * max(width - _width(content), 1) + content


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)


def report_as_html(report: Report, locale: str, base_url: str) -> str:
    """A page of its own, without scripts or anything from elsewhere."""
    template = _environment().get_template("report.html")
    return template.render(
        report=report,
        locale=locale,
        title=_title(report, locale),
        base_url=base_url,
        rows_of=rows_of,
        shown=_shown,
        t=lambda message: translate(message, locale),
    )
