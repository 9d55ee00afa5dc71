"""What goes into the cells of files that a spreadsheet opens."""

from typing import Any


def csv_cell(value: Any) -> Any:
    """A value as a cell of a CSV file: nothing for None, and words so that a spreadsheet does not
    take them for a formula (OWASP, CSV Injection)."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return "" if value is None else value
