"""How days, articles and lengths of time are written in letters."""

import re
from datetime import date

from requestflow.law import Limit, Pack

DIGITS = "〇一二三四五六七八九"
ARTICLE = re.compile(r"(\d+)(?:\.(\d+))?((?:\(\d+\))*)")
LENGTHS = {"working_days": "个工作日", "calendar_days": "日", "months": "个月"}


def day_in_words(day: date | None) -> str:
    """A day as Chinese letters write it; a gap to be filled in where it is not known."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "＿＿＿＿"


def limit_length(limit: Limit | None) -> str:
    """A limit's length such as 60日."""
    if limit is None or limit.number is None:
        return "法定期限"
    return f"{limit.number}{LENGTHS[limit.unit]}"


def cite_articles(pack: Pack, article: str) -> str:
    """Articles as a letter cites them: the law's full title, numbers in Chinese characters, such
    as 《…条例》第三十六条第（三）项; 16.2 is 第十六条第二款. What names another law or paper keeps
    its name."""
    return "、".join(_cited(pack, part) for part in article.split("；"))


def _cited(pack: Pack, part: str) -> str:
    law, _, numbers = part.rpartition(" ")
    if not ARTICLE.match(numbers):
        return part
    # The year of the version stands in the pack, not in the law's name.
    title = (law or pack.title.zh).partition("（")[0]
    articles = "、".join(_article(match) for match in ARTICLE.finditer(numbers))
    return f"《{title}》{articles}"


def _article(match: re.Match[str]) -> str:
    items = re.findall(r"\d+", match[3])
    message = f"第{chinese_number(int(match[1]))}条"
    if match[2]:
        message += f"第{chinese_number(int(match[2]))}款"
    if items:
        message += "第" + "、".join(f"（{chinese_number(int(item))}）" for item in items) + "项"
    return message


def chinese_number(number: int) -> str:
    """A number below 1000 in Chinese characters."""
    if number < 10:
        return DIGITS[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")
    hundreds, rest = divmod(number, 100)
    if not rest:
        return f"{DIGITS[hundreds]}百"
    low = (
        chinese_number(rest) if rest > 19 else ("一" if rest >= 10 else "〇") + chinese_number(rest)
    )
    return f"{DIGITS[hundreds]}百{low}"
