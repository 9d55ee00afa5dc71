"""The one way to read a cell: as text, as a day, as a sum, as a word of a list, as a number.

Each function takes a `Cell` of a workbook or of a CSV file and raises `CellUnreadable`, which says
what is wrong and what would be right.
"""

import re
import unicodedata
from collections.abc import Container
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from requestflow.foundation import Text, text
from requestflow.spreadsheets.numerals import plain_numerals
from requestflow.spreadsheets.values import Cell, ErrorValue, Missing, Number, Uncomputed

MOST_FEN = 10**12
CERTAIN = Decimal(10) ** 15
"""Spreadsheets keep 15 digits of a number (ECMA-376; IEEE 754 double): of one this large the last
digits are lost."""
UNSEEN = dict.fromkeys(
    [
        *(0x00AD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF, 0xFFFC, 0xFFFE),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
    ]
)
"""Characters that show nothing. The joiners U+200C and U+200D stay: scripts need them."""
HOLDS_UNSEEN = re.compile(f"[{re.escape(''.join(map(chr, UNSEEN)))}]")
NOTHING = frozenset(
    [
        *("/", "\\", "//", "-", "--", "---", "—", "——", "–", "―", "－", "_", "*", "×", "〇"),
        *("无", "無", "空", "没有", "不适用", "无此项", "未填", "N/A", "n/a", "NA", "none", "null"),
    ]
)
"""What clerks write where there is nothing to write."""
LONGEST_NOTHING = 20
"""Characters that a sign for nothing has at most, with blanks around it."""
DAY_FORMS = re.compile(
    r"(?P<year>\d{4}) ?[-/.年] ?(?P<month>\d{1,2}) ?[-/.月] ?(?P<day>\d{1,2}) ?[日号]?"
    r"(?:[T ]\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}秒?(?:\.\d+)?|分)?(?:Z|[+-]\d{2}:?\d{2})?)?"
    r"|(?P<year2>\d{4})(?P<month2>\d{2})(?P<day2>\d{2})"
)
SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
SERIALS = range(30_000, 80_000)
"""Days that spreadsheets store as numbers: 1982 to 2119, wide enough and no amount of money."""
EPOCH_1900 = date(1899, 12, 30)
"""Day 0 of the usual date system, for days after 29 February 1900, which it counts wrongly."""
EPOCH_1904 = date(1904, 1, 1)
BETWEEN_SYSTEMS = (EPOCH_1904 - EPOCH_1900).days
EXPONENT = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}", re.IGNORECASE)

_DAY_HINT = text("Enter a date, like 2014-03-05, 2014/3/5 or 2014年3月5日.")
_SUM_HINT = text("Enter an amount in yuan, like 12.50. Leave blank or enter 0 for none.")


class CellUnreadable(ValueError):
    """A cell that cannot be taken as it is: what is wrong, and what would be right."""

    def __init__(self, problem: Text, hint: Text) -> None:
        super().__init__(str(problem))
        self.problem, self.hint = problem, hint


def is_blank(cell: Cell, nothing: Container[str] = ()) -> bool:
    """Whether nothing stands in a cell: also signs such as '/' or 无 where they are `nothing`."""
    if not isinstance(cell, str):
        return cell is None or isinstance(cell, Missing)
    if len(cell) > LONGEST_NOTHING and not cell.isspace():
        return False
    stripped = clean_text(cell)
    if not stripped.isascii():
        stripped = unicodedata.normalize("NFKC", stripped)
    return not stripped or stripped in nothing


def clean_text(value: str) -> str:
    """Text without characters that show nothing, with plain line ends, stripped at both ends."""
    if not value.isascii() and HOLDS_UNSEEN.search(value):
        value = value.translate(UNSEEN)
    if "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    return value.strip()


def shown(cell: Cell) -> str:
    """A cell as it is shown to whoever looks for it; never fails."""
    if cell is None or isinstance(cell, Missing):
        return ""
    if isinstance(cell, ErrorValue):
        return cell.code
    if isinstance(cell, Uncomputed):
        return "=…"
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, str):
        return clean_text(cell)
    day = _day_of_serial(cell) if cell.format.is_day else None
    return day.isoformat() if day else _digits(cell)


def text_of(cell: Cell) -> str:
    """The text of a cell, '' where it is blank. A number gives its digits where all of them are
    certain; a day is written as 2014-03-05."""
    if isinstance(cell, str):
        return clean_text(cell)
    _require_value(cell)
    if isinstance(cell, Number) and not cell.format.is_day:
        _require_certain(cell)
    return shown(cell)


def day_of(cell: Cell, date1904: bool = False) -> date | None:
    """The day in a cell, None where it is blank; of a moment, its day.

    Taken are days of a spreadsheet in either date system (also as plain numbers or as text),
    2014-03-05, 2014/3/5, 2014.3.5, 20140305, 2014年3月5日 or 5号, their full-width forms and
    Chinese numerals. `date1904`: from when the workbook counts, for serials that are text in it.
    """
    _require_value(cell)
    try:
        if isinstance(cell, Number):
            day = _day_of_serial(cell)
            if day:
                return day
        value = shown(cell)
        return _day_of_text(value, date1904) if value else None
    except (ValueError, OverflowError) as error:
        raise CellUnreadable(text("This date does not exist."), _DAY_HINT) from error


def fen_of(cell: Cell) -> int:
    """A sum of money in yuan as the sheet shows it, as fen; blank is 0."""
    _require_value(cell)
    try:
        if isinstance(cell, Number):
            amount = _shown_number(cell)
        else:
            value = unicodedata.normalize("NFKC", shown(cell))
            content = re.sub(r"[\s,¥元]|人民币|CNY|RMB", "", value)
            if not content:
                return 0
            amount = Decimal(content)
        fen = amount * 100
        if not fen.is_finite() or fen != fen.to_integral_value() or fen > MOST_FEN:
            raise ValueError(amount)
    except (ValueError, InvalidOperation, OverflowError) as error:
        raise CellUnreadable(text("This is not an amount of money."), _SUM_HINT) from error
    if fen < 0:
        raise CellUnreadable(text("The amount cannot be negative."), _SUM_HINT)
    return int(fen)


def word_of(cell: Cell) -> str:
    """A coded word as it is compared: no blanks, plain forms, no number before it, no quotes."""
    return plain_word(text_of(cell))


def identifier_of(cell: Cell) -> str:
    """The number of an application in its normal form (`normal_identifier`)."""
    return normal_identifier(text_of(cell))


def normal_identifier(value: str) -> str:
    """The one form in which numbers of applications are kept and compared: full-width forms made
    plain, nothing unseen, no blanks at the ends, no exponent that another program has made of
    digits (2.0140001E7 is 20140001)."""
    plain = clean_text(unicodedata.normalize("NFKC", clean_text(value)))
    if EXPONENT.fullmatch(plain):
        number = Decimal(plain)
        if number < CERTAIN and number == number.to_integral_value():
            return str(int(number))
    return plain


@lru_cache(maxsize=4096)
def plain_word(value: str) -> str:
    """A word as it is compared; see `word_of`."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", clean_text(value)))
    plain = re.sub(r"^(\d{1,2}[.、]|\([一二三四五六七八九十\d]+\))", "", plain)
    return re.sub("[\"'“”‘’「」『』]", "", plain)


def _require_value(cell: Cell) -> None:
    """Refuses cells in which a value should stand and none does."""
    if isinstance(cell, ErrorValue):
        raise CellUnreadable(
            text("The spreadsheet shows an error in this cell."),
            text("Correct the formula, or type the value."),
        )
    if isinstance(cell, Uncomputed):
        raise CellUnreadable(
            text("This cell contains a formula whose result was never calculated."),
            text("Open the file in Excel or WPS and save it, or type the value."),
        )


def _require_certain(cell: Number) -> None:
    try:
        lost = abs(Decimal(cell.raw)) >= CERTAIN
    except InvalidOperation:
        lost = False
    if lost:
        raise CellUnreadable(
            text("A number this long has lost its last digits."),
            text("Format the column as text and enter the number again."),
        )


def _digits(cell: Number) -> str:
    """The digits of a number as it was typed: as many as a spreadsheet keeps."""
    try:
        number = Decimal(cell.raw)
        if not number.is_finite():
            return cell.raw
        if number == number.to_integral_value():
            return str(int(number)) if abs(number) < CERTAIN else cell.raw
        return f"{float(number):.15g}"
    except (InvalidOperation, ValueError, OverflowError):
        return cell.raw


def _shown_number(cell: Number) -> Decimal:
    """A number rounded as its cell shows it."""
    if cell.format.is_day:
        raise ValueError(cell.raw)
    decimals = cell.format.decimals
    if decimals is None:
        # A sum of 0.1 and 0.2 is kept as 0.30000000000000004 and shown as 0.3.
        return Decimal(f"{float(cell.raw):.15g}")
    return Decimal(cell.raw).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _day_of_serial(cell: Number) -> date | None:
    """The day that a number is in its workbook; None where it cannot be one."""
    try:
        serial = int(Decimal(cell.raw))
        if not cell.format.is_day:
            serial += BETWEEN_SYSTEMS if cell.date1904 else 0
            return EPOCH_1900 + timedelta(serial) if serial in SERIALS else None
        if cell.date1904:
            return EPOCH_1904 + timedelta(serial)
        if serial == 60:
            return None
        return EPOCH_1900 + timedelta(serial + (serial < 60)) if serial > 0 else None
    except (InvalidOperation, ValueError, OverflowError):
        return None


def _day_of_text(value: str, date1904: bool) -> date:
    content = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", value)).strip()
    match = DAY_FORMS.fullmatch(content) or DAY_FORMS.fullmatch(
        plain_numerals(content.replace(" ", ""))
    )
    if match:
        parts = [match[name] or match[f"{name}2"] for name in ("year", "month", "day")]
        return date(*map(int, parts))
    day = _day_of_serial(Number(content, date1904=date1904)) if SERIAL.fullmatch(content) else None
    if day is None:
        raise ValueError(content)
    return day
