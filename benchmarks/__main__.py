"""`make bench`: report, import, sweep and list over 528, 50,000 and 1,000,000 cases.

Each line is a ratio to a floor measured in the same run: the raw SQL statement, or the smallest
size. Sizes are arguments: `make bench SIZES="528 50000"`.
"""

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

from sqlalchemy import select, text

from benchmarks.register import histories
from requestflow.accounts import Actor, Unit, load_units
from requestflow.application import Application, create_application
from requestflow.cases import Filter, list_cases
from requestflow.demo.loading import DATA
from requestflow.foundation import Settings
from requestflow.notices.models import ReminderSchedule
from requestflow.notices.sweep import sweep
from requestflow.statistics import build_report
from requestflow.statistics.groups import Scope, grouped_query

SIZES = (528, 50_000, 1_000_000)
YEAR = 2023
ROUNDS = 5


def median(run: Callable[[], object]) -> float:
    """Seconds, the median of some rounds after one that warms up."""
    run()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def fill(app: Application, size: int) -> None:
    """Takes `size` cases in through the door and prints rows a second and peak memory."""
    with app.database.write() as session:
        load_units(session, DATA / "units.csv")
        session.flush()
        units = {unit.code: unit for unit in session.scalars(select(Unit))}
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        rows = histories(size, list(units))
        while chunk := list(islice(rows, 500)):
            app.door.record(session, Actor.operator(), chunk, units, app.now())
        seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{size:>9,}  import   {size / seconds:8,.0f} rows/s, peak memory grew by "
        f"{(after - before) / 1024:,.0f} MB"
    )


def report_ratio(app: Application, size: int) -> None:
    """The whole report against the one grouped statement it stands on."""
    with app.database.read() as session:
        query, _, _ = grouped_query("cases", Scope(YEAR))
        floor = median(lambda: session.execute(query).all())
        whole = median(lambda: build_report(session, YEAR))
    print(f"{size:>9,}  report   {whole / floor:8.2f} times its raw SQL ({floor * 1000:,.1f} ms)")


def list_ratio(app: Application, size: int) -> None:
    """A page far down the list against the first."""
    day = app.today()
    with app.database.read() as session:

        def page(after: str | None = None):
            return list_cases(session, Actor.operator(), Filter(), day, day, after)

        deep = None
        for _ in range(min(1000, size // 50 - 1)):
            deep = page(deep).next_key or deep
        ratio = median(lambda: page(deep)) / median(page)
    print(f"{size:>9,}  list     {ratio:8.2f} times the first page, at page 1,000 or the last")


def sweep_ratio(app: Application, size: int) -> None:
    """A sweep with nothing due against the bare indexed query."""
    with app.database.write() as session:
        session.execute(text("UPDATE reminder_schedule SET next_on = '2099-01-01'"))
    with app.database.read() as session:
        query = select(ReminderSchedule.id).where(ReminderSchedule.next_on <= app.today())
        floor = median(lambda: session.execute(query).all())
    zone = app.settings.timezone
    whole = median(lambda: sweep(app.database, zone, app.now()))
    print(
        f"{size:>9,}  sweep    {whole * 1000:8.2f} ms with nothing due, {whole / floor:.1f} "
        "times the bare query"
    )


def main() -> None:
    """Measures each size on a database of its own."""
    for size in [int(argument) for argument in sys.argv[1:]] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings.from_environment({"REQUESTFLOW_HOME": folder})
            app = create_application(replace(settings, home=Path(folder)))
            app.upgrade()
            fill(app, size)
            report_ratio(app, size)
            list_ratio(app, size)
            sweep_ratio(app, size)
            app.database.engine.dispose()


main()
