"""What commands share: the application, the language, and saying what is wrong in one line."""

from typing import NoReturn

import click

from requestflow.application import Application, create_application
from requestflow.foundation import (
    MENDED_BY_A_PERSON,
    RequestflowError,
    end_with,
    terminal_language,
    text,
    translate,
)
from requestflow.law import LawError

WRONG = MENDED_BY_A_PERSON


def locale() -> str:
    """The terminal's language: zh_CN or en."""
    return terminal_language()


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
        app.check_database()
    return app


def message_of(error: Exception) -> str:
    """An error as its reader's line."""
    if isinstance(error, RequestflowError):
        return error.in_locale(locale())
    if isinstance(error, click.ClickException):
        return error.format_message()
    return str(error)


def fail(error: Exception) -> NoReturn:
    """Ends with one line on standard error (one for each wrong setting) and exit code 2."""
    if isinstance(error, RequestflowError):
        end_with(error, WRONG)
    click.echo(f"requestflow: {message_of(error)}", err=True)
    raise SystemExit(WRONG)


MENDABLE = (RequestflowError, LawError, click.ClickException)
