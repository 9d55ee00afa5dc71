"""How days are written in letters."""

from datetime import date


def day_in_words(day: date | None) -> str:
    """A day as Chinese letters write it; a gap to be filled in where it is not known."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "＿＿＿＿"
