"""What commands share: the application, the language, and saying what is wrong in one line."""

import os
from typing import NoReturn

import click

from requestflow.application import Application, create_application
from requestflow.foundation import RequestflowError, text, translate
from requestflow.law import LawError

WRONG = 2
"""The exit code of everything a person can mend."""


def locale() -> str:
    """The terminal's language: zh_CN or en."""
    message = (
        os.environ.get("REQUESTFLOW_LANGUAGE")
        or os.environ.get("LC_ALL")
        or os.environ.get("LC_MESSAGES")
        or os.environ.get("LANG")
        or ""
    )
    return "zh_CN" if message.startswith("zh") else "en"


def say(message: str, **values: object) -> None:
    """Prints a translated line."""
    click.echo(text(message, **values).in_locale(locale()))


def translated(message: str) -> str:
    """A message in the terminal's language."""
    return translate(message, locale())


def application(checked: bool = True) -> Application:
    """The application, in whose context the command works from here on; with a database of this
    version unless `checked` is off."""
    app = create_application()
    click.get_current_context().with_resource(app.context())
    if checked:
        app.check_revision()
    return app


def message_of(error: Exception) -> str:
    """An error as its reader's line."""
    if isinstance(error, RequestflowError):
        return error.in_locale(locale())
    if isinstance(error, click.ClickException):
        return error.format_message()
    return str(error)


def fail(error: Exception) -> NoReturn:
    """Ends with one line on standard error and exit code 2."""
    click.echo(f"requestflow: {message_of(error)}", err=True)
    raise SystemExit(WRONG)


MENDABLE = (RequestflowError, LawError, click.ClickException)
