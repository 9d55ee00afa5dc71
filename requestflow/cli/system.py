"""Commands that look after an installation: demo, people, units, verification."""

import getpass
import re
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import click
from sqlalchemy import select

from requestflow import notices as notices_part
from requestflow.accounts import (
    ROLES,
    Actor,
    Person,
    add_person,
    disable_person,
    enable_person,
    end_post,
    enter_post,
    invite_new_person,
    load_units,
    move_person,
    person_to_change,
    posts_of,
    record_access,
    remove_second_factor,
    reset_password,
    unit_by_code,
    units_below,
)
from requestflow.cases import Difference, WasForgotten, cases_in_hand
from requestflow.cli.context import WRONG, application, locale, say, translated
from requestflow.demo import ACCOUNTS, PASSWORD, load_demo, load_years
from requestflow.foundation import RequestflowError, db, text
from requestflow.notices import mail_invitation
from requestflow.seals import Evidence, Seal, make_seals, public_key, verify_all


@click.group()
def demo() -> None:
    """Sample data: the 2014 register and current cases."""


@demo.command(name="load")
def demo_load() -> None:
    """Load the sample data into an empty database."""
    app = application()
    with db.transaction() as session:
        loaded = load_demo(session, app.cases, app.now(), app.reporting)
        years = 0 if loaded.already else load_years(session, app.cases, app.now())
    if loaded.already:
        say(
            "The database already contains cases. Sample data can only be loaded into an empty "
            "database."
        )
        return
    say(
        "Loaded %(register)s cases from 2014, %(years)s made-up ones of ten years and "
        "%(living)s current cases.",
        register=loaded.register,
        years=years,
        living=loaded.living,
    )
    for username, _name, role, unit in ACCOUNTS:
        click.echo(f"  {role:14} {username} / {PASSWORD}   {unit}")


def _printed(values: Sequence[str]) -> dict[int, str]:
    """Seals as they were printed: number and hash, with or without spaces."""
    found = {}
    for value in values:
        number, _, digest = value.partition(":")
        plain = "".join(digest.split()).lower()
        if not number.strip().isdecimal() or not re.fullmatch(r"[0-9a-f]{64}", plain):
            raise click.BadParameter(translated("Enter a seal like 12:HASH, as it was printed."))
        found[int(number)] = plain
    return found


@click.command(name="verify")
@click.option("--files", is_flag=True, help="Read every file of every case as well.")
@click.option("--printed", multiple=True, metavar="N:HASH", help="A seal as it was printed.")
def verify_command(files: bool, printed: tuple[str, ...]) -> None:
    """Look whether everything still is as it was recorded and sealed; list all differences."""
    app = application()
    evidence = Evidence(
        app.seals,
        _printed(printed),
        app.documents.store if files else None,
        app.now() - timedelta(days=app.settings.audit_days),
    )
    seen = result = 0
    session = db.session()
    for item in verify_all(session, evidence):
        if isinstance(item, Difference):
            result += 1
            click.echo(f"{item.number}: {item.what}")
        elif isinstance(item, WasForgotten):
            say("%(number)s: erased on %(day)s", number=item.number, day=item.on)
        else:
            seen = item
    if result:
        say("%(found)s differences found in %(seen)s cases.", found=result, seen=seen)
        raise SystemExit(1)
    say(
        "%(seen)s cases verified: all event chains are intact and all records match their events.",
        seen=seen,
    )


@click.group()
def seal() -> None:
    """Seals: signed proof of what is recorded."""


@seal.command(name="make")
def seal_make() -> None:
    """Seal what was recorded since the last seal. The worker does so every day."""
    app = application()
    made = make_seals(app.now(), app.seals)
    _show(made[-1].number)


@seal.command(name="show")
@click.argument("number", type=int, required=False)
def seal_show(number: int | None) -> None:
    """Show a seal, the last one by default, to be printed and kept elsewhere."""
    application()
    _show(number)


def _show(number: int | None) -> None:
    query = select(Seal).order_by(Seal.number.desc()).limit(1)
    if number is not None:
        query = select(Seal).where(Seal.number == number)
    found = db.session().scalar(query)
    if found is None:
        raise RequestflowError(text("There is no such seal."), text("Run `requestflow seal make`."))
    digest = " ".join(found.hash[place : place + 8] for place in range(0, 64, 8))
    say("Seal %(number)s of %(at)s", number=found.number, at=found.at.isoformat(timespec="seconds"))
    click.echo(f"  {digest}")
    say("Public key (Ed25519): %(key)s", key=public_key())
    say("Signature: %(signature)s", signature=found.signature)
    say(
        "Check it with: requestflow verify --printed %(number)s:%(hash)s",
        number=found.number,
        hash=found.hash,
    )


@click.group()
def notices() -> None:
    """Reminders and their delivery."""


@notices.command(name="status")
def notices_status() -> None:
    """Show the last deadline check and the message queue."""
    app = application()
    session = db.session()
    result = notices_part.status(session, app.today())
    say(
        "Last deadline check: %(at)s",
        at=result.last_sweep.isoformat() if result.last_sweep else "-",
    )
    say(
        "Scheduled: %(scheduled)s (due: %(due)s, for the morning digest: %(untold)s). Waiting: "
        "%(waiting)s (retrying: %(failing)s). Sent: %(sent)s. Failed permanently: %(dead)s.",
        scheduled=result.scheduled,
        due=result.due,
        untold=result.untold,
        waiting=result.waiting,
        failing=result.failing,
        sent=result.sent,
        dead=result.dead,
    )


@notices.command(name="resend")
def notices_resend() -> None:
    """Resend all permanently failed messages."""
    app = application()
    with db.transaction() as session:
        number = notices_part.send_again(session, Actor.operator(), app.now())
    say("%(number)s messages will be resent.", number=number)


@click.group()
def person() -> None:
    """User accounts."""


@person.command(name="add")
@click.argument("username")
@click.option("--name", required=True, help="The user's full name.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--unit", "unit_code", required=True, metavar="CODE")
@click.option("--email")
def person_add(username: str, name: str, role: str, unit_code: str, email: str | None) -> None:
    """Add a user. The password is prompted for or read from standard input."""
    app = application()
    stream = sys.stdin
    password = getpass.getpass() if stream.isatty() else stream.readline().rstrip("\n")
    with db.transaction() as session:
        add_person(session, username, name, password, role, unit_by_code(session, unit_code), email)
        record_access(session, Actor.operator(), "person added", username, app.now(), role)
    say("%(username)s can now sign in.", username=username)


@person.command(name="list")
def person_list() -> None:
    """List user accounts."""
    application()
    session = db.session()
    for result in session.scalars(select(Person).order_by(Person.username)):
        line = f"{result.username:20} {result.role:14} {result.unit.code:12} {result.name}"
        click.echo(line if result.active else f"{line} ({translated('disabled')})")


@person.command(name="invite")
@click.argument("username")
@click.option("--name", required=True, help="The user's full name.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--unit", "unit_code", required=True, metavar="CODE")
@click.option("--email", help="Where the link is sent as well.")
def person_invite(username: str, name: str, role: str, unit_code: str, email: str | None) -> None:
    """Add a user who chooses a password with a link, shown once."""
    app, operator = application(), Actor.operator()
    with db.transaction() as session:
        unit = unit_by_code(session, unit_code)
        named = (username, name, role, unit, email)
        found, token = invite_new_person(session, operator, *named, app.now())
        link = f"{app.settings.base_url}/invitation/{token}"
        if email:
            mail_invitation(session, email, link, found.locale, app.now())
    say("Give this link to %(username)s. It can be used once, within 7 days:", username=username)
    click.echo(f"  {link}")


@person.command(name="move")
@click.argument("username")
@click.option("--role", type=click.Choice(ROLES), help="The new role.")
@click.option("--unit", "unit_code", metavar="CODE", help="The new unit.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day.")
@click.option("--also", is_flag=True, help="As well as the present role and unit.")
def person_move(
    username: str, role: str | None, unit_code: str | None, first: datetime | None, also: bool
) -> None:
    """Give somebody another role or unit, from now or from a day on."""
    app, operator = application(), Actor.operator()
    with db.transaction() as session:
        found = person_to_change(session, operator, username=username)
        unit = unit_by_code(session, unit_code) if unit_code else found.unit
        role, today = role or found.role, app.today(unit.jurisdiction)
        if also or (first and first.date() > today):
            day = first.date() if first else today
            enter_post(session, operator, found, role, unit, day, not also, app.now())
        else:
            move_person(session, operator, found, role, unit, app.now())
    say("Saved.")


@person.command(name="posts")
@click.argument("username")
def person_posts(username: str) -> None:
    """List the posts that somebody has beside their own, or takes up later."""
    application()
    session = db.session()
    found = person_to_change(session, Actor.operator(), username=username)
    for post in posts_of(session, found.id):
        mark = "→" if post.instead else "+"
        click.echo(f"{post.id}  {post.first_day}  {mark} {post.role}  {post.unit.code}")


@person.command(name="end-post")
@click.argument("number", type=int)
def person_end_post(number: int) -> None:
    """Take back a post, by its number in the list."""
    app = application()
    with db.transaction() as session:
        end_post(session, Actor.operator(), number, app.now())
    say("Saved.")


@person.command(name="disable")
@click.argument("username")
def person_disable(username: str) -> None:
    """Let somebody in no longer; open sessions end at once."""
    app, operator = application(), Actor.operator()
    with db.transaction() as session:
        found = person_to_change(session, operator, username=username)
        disable_person(session, operator, found, app.now())
        in_hand = cases_in_hand(session, username)
    say("%(username)s can no longer sign in and has been signed out everywhere.", username=username)
    if in_hand:
        number = sum(number for _, number in in_hand)
        say(
            "%(number)s open cases are still assigned to %(username)s. Reassign them:",
            number=number,
            username=username,
        )
    for unit, number in in_hand:
        address = urlencode({"handler": username, "unit": unit.code})
        click.echo(f"  {unit.code:12} {number:6}  {app.settings.base_url}/cases?{address}")


@person.command(name="remove-second-factor")
@click.argument("username")
def person_remove_second_factor(username: str) -> None:
    """Let somebody in who lost their phone and their recovery codes."""
    app, operator = application(), Actor.operator()
    with db.transaction() as session:
        found = person_to_change(session, operator, username=username)
        remove_second_factor(session, operator, found, app.now())
    say("%(username)s now signs in with the password alone.", username=username)


@person.command(name="enable")
@click.argument("username")
def person_enable(username: str) -> None:
    """Let somebody in again, with the password they had."""
    app, operator = application(), Actor.operator()
    with db.transaction() as session:
        found = person_to_change(session, operator, username=username)
        enable_person(session, operator, found, app.now())
    say("%(username)s can sign in again.", username=username)


@person.command(name="reset-password")
@click.argument("username")
def person_reset_password(username: str) -> None:
    """Give somebody a one-time password, shown once; open sessions end at once."""
    app, operator = application(), Actor.operator()
    with db.transaction() as session:
        found = person_to_change(session, operator, username=username)
        password = reset_password(session, operator, found, app.now())
    say(
        "One-time password for %(username)s: %(password)s",
        username=username,
        password=password,
    )
    say(
        "It is shown only once. %(username)s must choose a new password at the next sign-in.",
        username=username,
    )


@click.group()
def unit() -> None:
    """The hierarchy of units."""


@unit.command(name="load")
@click.argument("file", type=click.Path(path_type=Path))
def unit_load(file: Path) -> None:
    """Load units from a CSV or workbook: code, name, parent, kind."""
    application()
    with db.transaction() as session:
        done = load_units(session, file)
    say(
        "%(added)s units added, %(changed)s changed, %(unchanged)s unchanged.",
        added=len(done.added),
        changed=len(done.changed),
        unchanged=done.unchanged,
    )
    for line in done.noticed:
        click.echo(line.in_locale(locale()))


@unit.command(name="list")
def unit_list() -> None:
    """List the units."""
    application()
    session = db.session()
    for result in units_below(session, ""):
        depth = result.path.count("/") - 1
        click.echo(f"{'  ' * depth}{result.code:12} {result.name}")


__all__ = ["WRONG", "demo", "notices", "person", "unit", "verify_command"]
