"""Trying what an installation stands on, before it is in use or when something is wrong."""

import json
import shutil
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from requestflow.accounts import units_below
from requestflow.application import Application, create_application
from requestflow.calendars import year_listing
from requestflow.cli.context import locale
from requestflow.cli.findings import Finding, failed, guarded, reason_of
from requestflow.cli.service_checks import check_services
from requestflow.foundation import (
    OtherKey,
    RequestflowError,
    Settings,
    Text,
    WrongSettings,
    is_in_use,
    key_file,
    new_encryption_key,
    open_data_keys,
    text,
    unknown_variables,
)
from requestflow.letters import incomplete_extensions
from requestflow.notices import LATEST_SWEEP, last_sweep

GIGABYTE = 1024**3
LEAST_FREE = GIGABYTE
CALENDAR_IS_DUE = 11
"""The month from which next year's calendar is missed: it is announced in October or November."""


@click.command(name="check")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def check_command(form: str) -> None:
    """Try settings, database, broker, mail, files, key, calendar, worker and disk.

    Nothing is changed and no mail is sent. Exit code 1 where something failed.
    """
    findings, language = [], locale()
    for finding in check_installation():
        findings.append(finding)
        if form == "text":
            click.echo(finding.line(language))
    if form == "json":
        click.echo(json.dumps(_as_dict(findings, language), ensure_ascii=False, indent=1))
    if any(finding.state == "failed" for finding in findings):
        raise SystemExit(1)


def _as_dict(findings: Sequence[Finding], language: str) -> dict[str, object]:
    return {
        "ok": all(finding.state != "failed" for finding in findings),
        "checks": [
            {
                "check": finding.check,
                "state": finding.state,
                "message": finding.message.in_locale(language),
                "hint": finding.hint.in_locale(language) if finding.hint else None,
            }
            for finding in findings
        ],
    }


def check_installation() -> Iterator[Finding]:
    """All checks of the installation that the environment describes, one after the other."""
    try:
        settings = Settings.from_environment()
    except WrongSettings as error:
        yield from (Finding("settings", "failed", line) for line in error.lines)
        return
    yield check_names(unknown_variables())
    yield from check_services(settings)
    has_key = bool(settings.encryption_keys) or _is_there(key_file(settings.home))
    if not has_key:
        # One for this look alone, so that looking makes none that is kept.
        thrown_away = {"encryption_keys": (new_encryption_key(),)}
        settings = settings.model_copy(update=thrown_away)
    try:
        app = create_application(settings)
    except RequestflowError as error:
        yield failed("home", error)
        return
    yield from check_application(app, has_key)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def check_names(unknown: Sequence[str]) -> Finding:
    """Whether variables are set that look like settings and are none."""
    if not unknown:
        return Finding("settings", "ok", text("All variables are valid."))
    return Finding(
        "settings",
        "warning",
        text("Unknown setting: %(names)s.", names=", ".join(unknown)),
        text("Check the settings table in README.md."),
    )


def check_application(app: Application, has_key: bool = True) -> Iterator[Finding]:
    """What is on this machine and in the database. `has_key`: whether the encryption key is one
    that is kept."""
    yield guarded("files", lambda: _files(app))
    yield guarded("disk", lambda: _disk(app))
    yield guarded("fonts", lambda: _fonts(app))
    found = guarded("database", lambda: _database(app))
    yield found
    if found.state == "failed":
        for name in ("key", "calendar", "worker"):
            yield Finding(name, "warning", text("Not checked: resolve the database problem first."))
        return
    yield guarded("key", lambda: _key(app, has_key))
    yield guarded("calendar", lambda: _calendar(app))
    yield guarded("worker", lambda: _worker(app))
    if app.settings.oidc_groups:
        yield guarded("groups", lambda: _groups(app))


def _groups(app: Application) -> Finding:
    """Whether the units exist at which groups have roles."""
    wanted = {place.unit for place in app.settings.oidc_groups}
    with app.context() as session:
        missing = sorted(wanted - {unit.code for unit in units_below(session, "")})
    if not missing:
        return Finding("groups", "ok", text("All units of the groups exist."))
    return Finding(
        "groups",
        "failed",
        text("Units that do not exist: %(codes)s.", codes=", ".join(missing)),
        text("Check REQUESTFLOW_OIDC_GROUPS."),
    )


def _files(app: Application) -> Finding:
    store, marker = app.documents.store, b"requestflow check"
    reason: Text | str = text("the data read differs from the data written")
    try:
        with store.receive(BytesIO(marker), len(marker)) as received:
            whole = received.path.read_bytes() == marker
    except OSError as error:
        whole, reason = False, reason_of(error)
    if whole:
        return Finding(
            "files", "ok", text("%(folder)s is readable and writable.", folder=str(store.root))
        )
    return Finding(
        "files",
        "failed",
        text("Cannot use %(folder)s: %(reason)s.", folder=str(store.root), reason=reason),
        text("Set REQUESTFLOW_HOME to a writable folder."),
    )


def _disk(app: Application) -> Finding:
    home = app.settings.home
    free = shutil.disk_usage(home).free
    shown = text("%(free)s GB free in %(home)s.", free=f"{free / GIGABYTE:.1f}", home=str(home))
    if free < LEAST_FREE:
        return Finding(
            "disk", "warning", shown, text("Free up space, or no more files can be accepted.")
        )
    return Finding("disk", "ok", shown)


def _database(app: Application) -> Finding:
    app.check_revision()
    url = make_url(app.settings.database_url)
    if url.get_backend_name() == "sqlite":
        place = text("SQLite in %(file)s", file=url.database)
    else:
        host = url.host or url.query.get("host", "localhost")
        place = text("PostgreSQL %(name)s at %(host)s", name=url.database, host=host)
    return Finding(
        "database",
        "ok",
        text("%(place)s, migrated to %(revision)s.", place=place, revision=app.revision()),
    )


def _key(app: Application, has_key: bool) -> Finding:
    kept = str(key_file(app.settings.home))
    with app.context() as session:
        try:
            readable, in_use = bool(open_data_keys(session)), is_in_use(session)
        except OtherKey:
            readable = in_use = False
    if not readable:
        return Finding(
            "key",
            "failed",
            text("The stored personal data cannot be decrypted with this key.")
            if has_key
            else text("No key is set, but encrypted personal data is stored."),
            text(
                "Set REQUESTFLOW_ENCRYPTION_KEY to the key used for encryption, or restore "
                "%(file)s.",
                file=kept,
            ),
        )
    if not has_key:
        return Finding(
            "key",
            "warning",
            text(
                "Not set. A key will be created at first start and stored in %(file)s.", file=kept
            ),
            text("Keep a copy elsewhere, or set REQUESTFLOW_ENCRYPTION_KEY."),
        )
    if in_use:
        return Finding(
            "key", "ok", text("The stored personal data can be decrypted with this key.")
        )
    return Finding("key", "ok", text("The key is valid. No personal data is stored yet."))


def _fonts(app: Application) -> Finding:
    lacking = incomplete_extensions()
    if not lacking:
        whole = text("Every character of GB 18030-2022, level 3, can be printed.")
        return Finding("fonts", "ok", whole)
    return Finding(
        "fonts",
        "warning",
        text(
            "Not all characters of the extensions %(names)s can be printed in letters.",
            names=", ".join(lacking),
        ),
        text(
            "Put a font that has them into the folder %(folder)s.",
            folder=str(app.settings.home / "fonts"),
        ),
    )


def _calendar(app: Application) -> Finding:
    today = app.today()
    this, following = today.year, today.year + 1
    with app.context() as session:
        announced = {year: year_listing(session, year)[0] for year in (this, following)}
    hint = text("Import it: `requestflow calendar import %(year)s.csv`.", year=following)
    if not announced[this]:
        hint = text("Import it: `requestflow calendar import %(year)s.csv`.", year=this)
        return Finding(
            "calendar",
            "failed",
            text("The working calendar for %(year)s is missing.", year=this),
            hint,
        )
    if announced[following]:
        both = text(
            "The working calendars for %(this)s and %(following)s are available.",
            this=this,
            following=following,
        )
        return Finding("calendar", "ok", both)
    missing = text(
        "The working calendar for %(this)s is available. The one for %(following)s is not "
        "available yet.",
        this=this,
        following=following,
    )
    if today.month < CALENDAR_IS_DUE:
        return Finding("calendar", "ok", missing)
    return Finding("calendar", "warning", missing, hint)


def _worker(app: Application) -> Finding:
    with app.context() as session:
        swept = last_sweep(session)
    hint = text("Start `requestflow run worker` and `requestflow run beat`.")
    if swept is None:
        return Finding("worker", "warning", text("It has never checked deadlines."), hint)
    at = swept.astimezone(app.settings.timezone).strftime("%Y-%m-%d %H:%M")
    if app.now() - swept > LATEST_SWEEP:
        late = text("It last checked deadlines at %(at)s.", at=at)
        return Finding("worker", "warning", late, hint)
    return Finding("worker", "ok", text("It checked deadlines at %(at)s.", at=at))
