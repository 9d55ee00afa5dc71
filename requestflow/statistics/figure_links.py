"""Where a figure leads: to the records that it counted, or to what units state of it."""

from collections.abc import Callable
from functools import cache
from urllib.parse import quote, urlencode

from requestflow.law import ReportTable
from requestflow.statistics.aggregation import RECORDS


def links_of(
    table: ReportTable, year: int, unit: str
) -> Callable[[str], tuple[str | None, str | None]]:
    """From a figure's id to the page that lists what it counted, or to what units state of it."""
    page = RECORDS.get(table.source)
    if page is None:
        return lambda figure_id: (None, stated_at(figure_id, year, unit))
    rest = urlencode({"year": year, "unit": unit})
    return lambda figure_id: (f"{page}?figure={_quoted(figure_id)}&{rest}", None)


def stated_at(figure_id: str, year: int, unit: str, measure: str | None = None) -> str:
    """The page with what units state of a figure that counts no records."""
    end = f"&measure={quote(measure)}" if measure else ""
    return f"/report/{year}/stated?figure={_quoted(figure_id)}&unit={quote(unit)}{end}"


@cache
def _quoted(figure_id: str) -> str:
    return quote(figure_id)
