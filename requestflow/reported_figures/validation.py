"""What a unit states a figure to be: read from what was typed, held against what the year's form
asks for, and told apart from what was stated before."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from requestflow.foundation import RequestflowError, Text, text
from requestflow.law import ReportedMeasure, asked_in_year

SCALE = 10_000
"""Reported figures are stored in ten-thousandths."""

NAME = re.compile(r"[^\s{}|]+")
TYPED = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d{1,4})?", re.ASCII)
"""A number as it is typed: commas between thousands only, so that 3,5 is not taken for 35."""

LARGEST = 10**12
"""The largest number that a unit can report."""

LONGEST_NAME, LONGEST_MEASURE, LONGEST_ORIGIN = 120, 20, 500


class CellWrong(RequestflowError):
    """What is wrong with a cell of a file, or a number that was typed."""


class FigureRefused(RequestflowError):
    """A figure that cannot be entered; `field` is `figure`, `value`, `measure`, `origin` or
    `late_reason`, `others` what is wrong with other fields."""

    others: Sequence["FigureRefused"] = ()

    def __init__(self, field: str, message: Text | str, hint: Text | str | None = None) -> None:
        super().__init__(message, hint)
        self.field = field


class FigureChanged(FigureRefused):
    """Somebody else stated the figure in between."""


@dataclass(frozen=True)
class FigureInput:
    """A figure as a unit states it: `value` in ten-thousandths where it is a reported one, in what
    it is counted, where it comes from."""

    value: int
    measure: str | None = None
    origin: str | None = None

    @property
    def mark(self) -> str:
        """What tells whether a figure still stands as it was read."""
        message = f"{self.value}|{self.measure or ''}|{self.origin or ''}"
        return hashlib.sha256(message.encode()).hexdigest()[:16]


def asked_in(year: int, figure: str) -> ReportedMeasure | None:
    """In what a year's form wants a figure counted; None where it does not ask for it."""
    return asked_in_year(year).get(figure)


def parse_figure(
    year: int, figure: str, value: str, measure: str, origin: str | None, sourced: bool = False
) -> FigureInput:
    """A figure from what was typed. An empty `measure` is the form's, where it asks for the
    figure; `sourced`: it must say where it comes from. FigureRefused at the field that is wrong,
    with what is wrong with the others."""
    faults: list[FigureRefused] = []
    requested = asked_in(year, figure)
    try:
        number = _number(value, signed=bool(requested and requested.signed))
    except FigureRefused as error:
        faults.append(error)
        number = 0
    measure = measure or (requested.measure if requested else "")
    faults += _faults(requested, figure, number, measure, origin or "", sourced)
    if faults:
        order = ("figure", "value", "measure", "origin")
        first, *others = sorted(faults, key=lambda fault: order.index(fault.field))
        first.others = others
        raise first
    return FigureInput(number, measure, origin)


def _faults(
    requested: ReportedMeasure | None,
    figure: str,
    number: int,
    measure: str,
    origin: str,
    sourced: bool,
) -> Iterator[FigureRefused]:
    """What is wrong with what was typed, a fault for a field at most."""
    if not figure:
        yield FigureRefused("figure", text("Enter the name of the figure, like 新闻发布会."))
    elif not NAME.fullmatch(figure):
        yield FigureRefused(
            "figure",
            text("A figure's name cannot contain spaces, braces or bars, for example: 新闻发布会."),
        )
    elif len(figure) > LONGEST_NAME:
        yield FigureRefused("figure", _too_long(LONGEST_NAME))
    yield from _number_faults(requested, number)
    if not measure:
        yield FigureRefused("measure", text("Enter the unit of measure, like 件 or 万元."))
    elif len(measure) > LONGEST_MEASURE:
        yield FigureRefused("measure", _too_long(LONGEST_MEASURE))
    elif requested and measure != requested.measure:
        yield FigureRefused(
            "measure",
            text("The report form uses %(measure)s for this figure.", measure=requested.measure),
            text("Enter the value in that unit of measure."),
        )
    if sourced and not origin:
        yield FigureRefused("origin", text("Enter the source of the figure."))
    elif len(origin) > LONGEST_ORIGIN:
        yield FigureRefused("origin", _too_long(LONGEST_ORIGIN))


def _number_faults(requested: ReportedMeasure | None, number: int) -> Iterator[FigureRefused]:
    if number < 0 and not (requested and requested.signed):
        yield FigureRefused("value", text("A figure cannot be negative."))
    elif requested and requested.whole and number % SCALE:
        yield FigureRefused("value", text("This figure must be a whole number."))


def _too_long(most: int) -> Text:
    return text("This is too long. Enter no more than %(most)s characters.", most=most)


def changes_between(
    before: FigureInput | None, after: FigureInput | None
) -> Iterator[dict[str, Any]]:
    """What changed from one statement to the next, as values of a FigureChange; None: not stated.
    What is counted in something else is taken back as the one and stated as the other, because
    figures in different measures are never added up."""
    if before == after:
        return
    if before and after and before.measure != after.measure:
        yield from changes_between(before, None)
        yield from changes_between(None, after)
        return
    message = after or before
    assert message is not None  # noqa: S101 - they differ, so one of them is there
    yield {
        "before": before.value if before else None,
        "after": after.value if after else None,
        "measure": message.measure,
        "origin_before": before.origin if before else None,
        "origin": after.origin if after else None,
    }


def parse_figure_name(value: str) -> str:
    """The name of a figure in a file; CellWrong where it is missing."""
    if not value:
        raise CellWrong(text("the name of the figure is missing"))
    return value


def _number(value: str, signed: bool) -> int:
    if not value:
        raise FigureRefused(
            "value",
            text("Enter the figure, or 0 if there were none."),
            text("To stop reporting a figure, withdraw it."),
        )
    plain = unicodedata.normalize("NFKC", value).replace("\N{MINUS SIGN}", "-")
    if signed:
        # As a change is written on the form: +3.
        plain = plain.removeprefix("+")
    if not TYPED.fullmatch(plain):
        raise FigureRefused(
            "value", text("Enter a number with up to 4 decimal places, like 12 or 3.5.")
        )
    try:
        number = scaled(plain.replace(",", ""))
    except CellWrong as error:
        raise FigureRefused("value", text("This number is too large.")) from error
    return number


def scaled(value: str) -> int:
    """A typed number in ten-thousandths; CellWrong where it is none or has more decimals."""
    try:
        number = Decimal(value) * SCALE
    except ArithmeticError as error:
        raise CellWrong(text("'%(said)s' is not a number", said=value)) from error
    if number.is_finite() and abs(number) > LARGEST * SCALE:
        raise CellWrong(text("'%(said)s' is too large", said=value))
    if not number.is_finite() or number != number.to_integral_value():
        raise CellWrong(text("'%(said)s' has more than 4 decimal places", said=value))
    return int(number)
