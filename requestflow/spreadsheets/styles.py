"""What the styles of a workbook say of its numbers: which are days, and how many decimals show.

Only number formats matter here; fills, fonts and borders are never looked at (ECMA-376 part 1,
18.8.30 and the built-in formats of Chinese spreadsheets, 27 to 36 and 50 to 58).
"""

import re
from collections.abc import Sequence
from typing import Any

from requestflow.spreadsheets.values import GENERAL, NumberFormat

DAYS = frozenset([*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58])
"""Built-in formats that show a day, also those of Chinese, Japanese and Korean spreadsheets."""
DECIMALS = {1: 0, 2: 2, 3: 0, 4: 2, 37: 0, 38: 0, 39: 2, 40: 2, 41: 0, 42: 0, 43: 2, 44: 2}
LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
SHOWS_DAY = re.compile(r"[yYeEdD]")
PLACES = re.compile(r"[0#?]\.([0#?]*)")


def format_of(code: int, custom: dict[int, str]) -> NumberFormat:
    """The format of that number: one of the workbook's own, or a built-in one."""
    if code in custom:
        return parse_format(custom[code])
    return NumberFormat(code in DAYS, DECIMALS.get(code))


def parse_format(pattern: str) -> NumberFormat:
    """A format code such as yyyy"年"m"月"d"日" or #,##0.00; its first section counts."""
    section = LITERALS.sub("", pattern.partition(";")[0])
    if "general" in section.lower():
        return GENERAL
    if "0" not in section and "#" not in section:
        return NumberFormat(is_day=bool(SHOWS_DAY.search(section)))
    places = PLACES.search(section)
    scaled = "%" in section or section.rstrip().endswith(",") or "E" in section.upper()
    if scaled:
        return GENERAL
    return NumberFormat(decimals=len(places[1]) if places else 0)


def read_formats(root: Any) -> Sequence[NumberFormat]:
    """The formats of a styles part by the place that cells refer to."""
    custom = {
        int(item.get("numFmtId", "-1")): item.get("formatCode", "")
        for item in root.iterfind("{*}numFmts/{*}numFmt")
    }
    return [
        format_of(int(item.get("numFmtId", "0")), custom)
        for item in root.iterfind("{*}cellXfs/{*}xf")
    ]
