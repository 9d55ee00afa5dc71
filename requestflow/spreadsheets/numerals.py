"""Days in Chinese numerals, as on letters and old forms: 二〇一四年三月三日."""

import re

DIGITS = {
    **{digit: str(value) for value, digit in enumerate("零一二三四五六七八九")},
    **{"〇": "0", "○": "0", "O": "0"},
}
TENS = re.compile(r"(?P<tens>[一二三])?十(?P<ones>[一二三四五六七八九])?")
YEAR = re.compile(r"[零〇○O一二三四五六七八九]{4}")
PARTS = re.compile(r"(?P<year>[^年]+)年(?P<month>[^月]+)月(?P<day>[^日号]+)(?P<rest>[日号].*)?")


def plain_numerals(value: str) -> str:
    """A day in Chinese numerals with plain digits; what is none stays as it is."""
    parts = PARTS.fullmatch(value)
    if not parts or not YEAR.fullmatch(parts["year"]):
        return value
    year = "".join(DIGITS[digit] for digit in parts["year"])
    return f"{year}年{_counted(parts['month'])}月{_counted(parts['day'])}{parts['rest'] or '日'}"


def _counted(value: str) -> str:
    """A number up to 39, such as 三, 十一, 二十 or 廿五."""
    spelled = value.replace("廿", "二十").replace("卅", "三十").removeprefix("初")
    tens = TENS.fullmatch(spelled)
    if tens:
        return f"{DIGITS[tens['tens'] or '一']}{DIGITS[tens['ones'] or '零']}"
    return DIGITS.get(spelled, value)
