"""A figure and how it is reckoned: its value, its share, its change on the year before."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate

from requestflow.law import Label

Number = int | Decimal


@dataclass(frozen=True)
class Figure:
    """One figure: counted from records, or (`reported`) typed by units and shown as such.

    `value` is None for a figure that units must report and none has: it is not known, and so not
    zero. `share` is in percent, exact to two decimals, half up. `link` leads to the records that
    were counted, `stated_at` to what units state where no record is. Money is in yuan. `previous`
    is the same figure of the year before, where it had one. `reported_as` names what units report
    of which it is made, `measure` in what they count it.
    """

    id: str
    label: Label
    value: Number | None
    table: str
    row: str
    column: str | None = None
    share: Decimal | None = None
    link: str | None = None
    stated_at: str | None = None
    reported: bool = False
    previous: Number | None = None
    change: Number | None = None
    change_share: Decimal | None = None
    measure: str | None = None
    reported_as: tuple[str, ...] = ()


def share(part: Number | None, full: Number | None) -> Decimal | None:
    """Percent, two decimals, half up; None of nothing, and of what is not known."""
    if not full or part is None:
        return None
    return (Decimal(part) * 100 / Decimal(full)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def change_of(value: Number | None, before: Number | None) -> tuple[Number | None, Decimal | None]:
    """The change on the year before, and in percent of it."""
    if value is None or before is None:
        return None, None
    change = value - before
    return change, share(change, before)


def spread(measure: str, days: Mapping[int, int]) -> Decimal:
    """Of working days with how many cases took each (some): their average to two decimals, half up,
    the median (between two in the middle, half their sum), the lowest or the highest."""
    known = sorted((day, number) for day, number in days.items() if number > 0)
    if measure == "days_lowest":
        return Decimal(known[0][0])
    if measure == "days_highest":
        return Decimal(known[-1][0])
    total = sum(number for _, number in known)
    if measure == "days_average":
        whole = Decimal(sum(day * number for day, number in known))
        return (whole / total).quantize(Decimal("0.01"), ROUND_HALF_UP)
    up_to = list(accumulate(number for _, number in known))

    def at(place: int) -> int:
        return next(day for (day, _), until in zip(known, up_to, strict=True) if until > place)

    return Decimal(at((total - 1) // 2) + at(total // 2)) / 2


def plain_number(value: Decimal) -> Number:
    """A number without decimals that say nothing."""
    return int(value) if value == value.to_integral_value() else value.normalize()


def summed(values: Mapping[str, Number | None]) -> Number | None:
    """The sum; None where one of the parts is not known."""
    total: Number = 0
    for value in values.values():
        if value is None:
            return None
        total += value
    return total


def json_number(value: Number | None) -> int | float | None:
    """A number as JSON has it; null where it is not known."""
    return float(value) if isinstance(value, Decimal) else value
