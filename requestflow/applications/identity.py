"""Whether a number of identity can be one: its form and check digit, nothing about the person."""

import re
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


OLDEST = date(1850, 1, 1)
"""Nobody who applies was born earlier."""


def is_resident_number(value: str, today: date) -> bool:
    """A citizen's identity number (公民身份号码): 18 places, a day of birth that has come, a check
    digit (GB 11643-1999)."""
    if not re.fullmatch(r"\d{17}[\dX]", value):
        return False
    try:
        born = date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return False
    if not OLDEST <= born <= today:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(value, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == value[17]


def is_credit_code(value: str) -> bool:
    """A unified social credit code (统一社会信用代码): 18 places with a check character
    (GB 32100-2015)."""
    if len(value) != 18 or any(letter not in _LETTERS for letter in value):
        return False
    total = sum(
        _LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(value[:17])
    )
    return _LETTERS[(31 - total % 31) % 31] == value[17]
