"""Reading single cells as clerks type them; ValueError where they cannot be read."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

DAY_FORMS = re.compile(
    r"(?P<year>\d{4})(?:-|/|\.|年)(?P<month>\d{1,2})(?:-|/|\.|月)(?P<day>\d{1,2})日?"
    r"(?:00:00(?::00)?)?"
)
EXCEL_EPOCH = date(1899, 12, 30)
# Days that spreadsheets store as numbers: 1982 to 2119, wide enough and no amount of money.
SERIALS = range(30_000, 80_000)
MOST_FEN = 10**12


def plain(value: object) -> str:
    """The text of a cell, full-width forms made plain, spaces at the ends taken off."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date().isoformat()
    return str(value).strip().strip("\u3000\u200b\ufeff")


def day(value: object) -> date | None:
    """A day: a real date, 2014-03-05, 2014/3/5, 2014年3月5日 and their full-width forms."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        if int(value) in SERIALS and value == int(value):
            return EXCEL_EPOCH + timedelta(days=int(value))
        value = plain(value)
    content = re.sub(r"\s", "", unicodedata.normalize("NFKC", plain(value)))
    if not content:
        return None
    match = DAY_FORMS.fullmatch(content) or re.fullmatch(
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", content
    )
    if not match:
        raise ValueError(content)
    return date(int(match["year"]), int(match["month"]), int(match["day"]))


def fen(value: object) -> int:
    """A sum of money typed in yuan, as fen; blank is nothing."""
    content = re.sub(r"[\s,¥元]", "", unicodedata.normalize("NFKC", plain(value)))
    if not content:
        return 0
    try:
        amount = Decimal(content) * 100
    except InvalidOperation as error:
        raise ValueError(content) from error
    if not amount.is_finite() or amount != amount.to_integral_value() or amount > MOST_FEN:
        raise ValueError(content)
    return int(amount)
