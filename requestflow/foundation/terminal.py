"""Ending a process with what a person can mend, in the terminal's language."""

import sys
from typing import NoReturn

from requestflow.foundation.errors import RequestflowError
from requestflow.foundation.settings import WrongSettings, terminal_language

MENDED_BY_A_PERSON = 2
"""The exit code of everything a person can mend."""


def lines_of(error: RequestflowError, locale: str) -> list[str]:
    """An error as its reader's lines: one, but for settings one for each that is wrong."""
    if isinstance(error, WrongSettings):
        return [line.in_locale(locale) for line in error.lines]
    return [error.in_locale(locale)]


def end_with(error: RequestflowError, code: int = MENDED_BY_A_PERSON) -> NoReturn:
    """Says on standard error what is wrong, and ends this process."""
    for line in lines_of(error, terminal_language()):
        sys.stderr.write(f"requestflow: {line}\n")
    sys.stderr.flush()
    raise SystemExit(code)
