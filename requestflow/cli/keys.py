"""Commands for the keys that encrypt at rest."""

import click

from requestflow.cli.context import WRONG, application, say
from requestflow.foundation import (
    RequestflowError,
    Settings,
    add_encryption_key,
    drop_encryption_keys,
    encryption,
    fingerprint,
    key_file,
    new_encryption_key,
    rotate,
    text,
)


@click.group()
def keys() -> None:
    """The keys that encrypt personal data."""


@keys.command(name="new")
def new() -> None:
    """Print a new key, for REQUESTFLOW_ENCRYPTION_KEY. Nothing is changed."""
    click.echo(new_encryption_key())


@keys.command(name="status")
def status() -> None:
    """Show which keys are in use and what is not yet encrypted with the newest one."""
    application()
    _name_keys()
    _run(change=False)


@keys.command(name="rotate")
@click.option("--keep-old", is_flag=True, help="Leave the old keys in the file.")
def rotate_command(keep_old: bool) -> None:
    """Encrypt everything with a new key. It can be interrupted and run again at any time.

    A key kept in REQUESTFLOW_HOME is replaced. Where keys are set in REQUESTFLOW_ENCRYPTION_KEY,
    add the new one to the list in all processes first, and then move it to the front.
    """
    app = application()
    settings = app.settings
    if not settings.encryption_keys and len(encryption.cipher.keys) == 1:
        add_encryption_key(settings.home)
        encryption.cipher.look_for_more()
    elif len(encryption.cipher.keys) == 1:
        raise RequestflowError(
            text("REQUESTFLOW_ENCRYPTION_KEY has only one key."),
            text("Run `requestflow keys new` and put the new key in front, then a comma."),
        )
    _name_keys()
    older = _run(change=True)
    # What was written by processes that had begun before the new key was there.
    while older:
        older = _run(change=True)
    if settings.encryption_keys:
        say("Remove the old keys from REQUESTFLOW_ENCRYPTION_KEY and restart all processes.")
    elif not keep_old:
        _let_go(settings)


def _let_go(settings: Settings) -> None:
    number = drop_encryption_keys(settings.home)
    say(
        "%(number)s old keys were removed from %(file)s. Keep them with the backups made before "
        "today: those can be read with the old keys only.",
        number=number,
        file=str(key_file(settings.home)),
    )


def _name_keys() -> None:
    newest, *others = map(fingerprint, encryption.cipher.keys)
    say("Newest key: %(name)s. Older keys in use: %(others)s.", name=newest, others=others or "-")


def _run(*, change: bool) -> int:
    """Goes through everything once, saying so column by column; how many values had an older key.
    Ends with 2 where something cannot be read with any."""
    older: dict[str, int] = {}
    seen: dict[str, int] = {}
    unreadable: list[str] = []
    for batch in rotate(change=change):
        older[batch.column] = older.get(batch.column, 0) + batch.older
        seen[batch.column] = seen.get(batch.column, 0) + batch.seen
        unreadable += batch.unreadable
    for column, number in seen.items():
        if number:
            say(
                "%(column)s: %(seen)s values, %(older)s with an older key.",
                column=column,
                seen=number,
                older=older[column],
            )
    for row in unreadable:
        say("Cannot be read with any of the keys: %(row)s.", row=row)
    if unreadable:
        raise SystemExit(WRONG)
    return sum(older.values())
