"""Keys of pages: a day and an id, as they stand in an address."""

from datetime import date

from requestflow.foundation import NotFound, text

LARGEST = 2**63 - 1


def page_key(value: str) -> tuple[date, int]:
    """The key of a page such as 2026-03-31_17; NotFound for what is none."""
    day, _, number = value.partition("_")
    try:
        key = (date.fromisoformat(day), int(number[:20]))
    except ValueError as error:
        raise NotFound(text("This page of the list does not exist.")) from error
    if not 0 <= key[1] <= LARGEST:
        raise NotFound(text("This page of the list does not exist."))
    return key
