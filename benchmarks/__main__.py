"""`make bench`: report, import, sweep and list over 528, 10,000 and 200,000 cases.

Each line is a ratio to a floor measured in the same run: the raw SQL statement, or the smallest
size. Sizes are arguments: `make bench SIZES="528 10000"`.
"""

import csv
import multiprocessing
import resource
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select, text

from benchmarks.register import entries
from benchmarks.timing import fastest
from requestflow.accounts import Actor, load_units
from requestflow.application import Application, create_application
from requestflow.cases import CaseFilter, list_cases
from requestflow.demo.loading import DATA
from requestflow.foundation import Settings, db
from requestflow.law import report_form_for
from requestflow.ledger import ImportOptions, import_ledger
from requestflow.ledger.exporting import write_workbook
from requestflow.notices.models import ReminderSchedule
from requestflow.notices.reminder_sweep import sweep
from requestflow.statistics import build_report
from requestflow.statistics.aggregation import RECORDS, Scope, grouped_query

SIZES = (528, 10_000, 200_000)
YEAR = 2023


def fill(app: Application, size: int, folder: Path) -> None:
    """Imports a workbook of `size` rows as an office would; prints rows a second and memory.

    The workbook is written by a process of its own, so that its memory is not counted here.
    """
    path = folder / "ledger.xlsx"
    with app.context(), db.transaction() as session:
        load_units(session, DATA / "units.csv")
    writer = multiprocessing.get_context("fork").Process(target=_write, args=(path, size))
    writer.start()
    writer.join()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    with app.context(), db.transaction() as session:
        late = "Imported to measure"
        operator = Actor.operator()
        done = import_ledger(
            session, app.cases, operator, path, app.now(), ImportOptions(late_reason=late)
        )
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    path.unlink()
    print(
        f"{size:>9,}  import   {done.added / seconds:8,.0f} rows/s from the workbook, peak memory "
        f"{after / 1024:,.0f} MB ({before / 1024:,.0f} MB before)",
        flush=True,
    )


def _write(path: Path, size: int) -> None:
    with (DATA / "units.csv").open(encoding="utf-8-sig") as file:
        units = {row["code"]: row["name"] for row in csv.DictReader(file)}
    write_workbook(path, entries(size, list(units)), units)


def report_ratio(app: Application, size: int) -> None:
    """The whole report against the statement of its largest table, and against all of them."""
    sources = [name for name in RECORDS if name in {t.source for t in report_form_for(YEAR).tables}]
    queries = {source: grouped_query(source, Scope(YEAR))[0] for source in sources}
    with app.context() as session:

        def raw(*names: str) -> None:
            for name in names:
                session.execute(queries[name]).all()

        one, every, full = fastest(
            lambda: raw("cases"),
            lambda: raw(*queries),
            lambda: build_report(session, YEAR),
        )
    print(
        f"{size:>9,}  report   {full / one:8.2f} times the raw SQL of its largest table, "
        f"{full / every:.2f} times that of all ({full * 1000:,.1f} ms)",
        flush=True,
    )


def earlier_ratio(app: Application, size: int) -> None:
    """The report as known before the last step of every hundredth case was recorded, against the
    report of now: what has changed is projected from its events."""
    moment = app.now() + timedelta(seconds=1)
    with app.context(), db.transaction() as session:
        session.execute(
            text(
                "UPDATE case_events SET recorded_at = :later WHERE case_id % 100 = 0 AND sequence ="
                " (SELECT max(e.sequence) FROM case_events e WHERE e.case_id = case_events.case_id)"
            ),
            {"later": (moment + timedelta(days=1)).replace(tzinfo=None)},
        )
    with app.context() as session:
        earlier, now = fastest(
            lambda: build_report(session, YEAR, known_on=moment),
            lambda: build_report(session, YEAR),
        )
    print(
        f"{size:>9,}  known on {earlier / now:7.2f} times the report of now, {size // 100:,} cases "
        f"recorded into since ({earlier * 1000:,.0f} ms)",
        flush=True,
    )


def list_ratio(app: Application, size: int) -> None:
    """A page far down the list against the first."""
    day = app.today()
    with app.context() as session:

        def page(after: str | None = None):
            return list_cases(session, Actor.operator(), CaseFilter(), day, day, after)

        deep = None
        for _ in range(min(1000, size // 50 - 1)):
            deep = page(deep).next_key or deep
        far, first = fastest(lambda: page(deep), page)
    print(
        f"{size:>9,}  list     {far / first:8.2f} times the first page, at page 1,000 or the last "
        f"({first * 1000:,.1f} ms)",
        flush=True,
    )


def sweep_ratio(app: Application, size: int) -> None:
    """A sweep against the bare indexed query, with nothing and with more and more due."""
    zone = app.zones
    query = select(ReminderSchedule.id).where(ReminderSchedule.next_on <= app.today())
    later = text("UPDATE reminder_schedule SET next_on = '2099-01-01'")
    some = text(
        "UPDATE reminder_schedule SET next_on = '2020-01-01' WHERE id IN "
        "(SELECT id FROM reminder_schedule ORDER BY id LIMIT :number)"
    )
    for number in (0, 50, 500):
        with app.context(), db.transaction() as session:
            session.execute(later)
            session.execute(some, {"number": number})
            stored = session.scalar(select(func.count()).select_from(ReminderSchedule)) or 0
        if number > stored:
            break
        with app.context() as session:
            (floor,) = fastest(lambda: session.execute(query).all())
        with app.context():
            start = time.perf_counter()
            result = sweep(zone, app.now())
            seconds = time.perf_counter() - start
        print(
            f"{size:>9,}  sweep    {seconds * 1000:8.1f} ms with {result.due} due of {stored:,}, "
            f"{seconds / floor:,.0f} times the bare query",
            flush=True,
        )


def main() -> None:
    """Measures each size on a database of its own."""
    for size in [int(argument) for argument in sys.argv[1:]] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings.from_environment({"REQUESTFLOW_HOME": folder})
            app = create_application(settings)
            app.upgrade()
            fill(app, size, Path(folder))
            report_ratio(app, size)
            earlier_ratio(app, size)
            list_ratio(app, size)
            sweep_ratio(app, size)
            app.engine.dispose()


if __name__ == "__main__":
    main()
