"""Running an installation: its processes started together, kept alive, stopped together."""

import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from types import FrameType
from typing import IO

import click

from requestflow.application import Application, create_application
from requestflow.cli.context import application, locale, say, translated
from requestflow.cli.private_redis import end_with_parent, start_redis, warn_without_redis
from requestflow.cli.processes import PROCESSES, command_of, environment_of, with_broker
from requestflow.demo import ACCOUNTS, PASSWORD, followed, load_demo, load_years
from requestflow.foundation import RequestflowError, Settings, db, sign, text
from requestflow.statistics import Report, build_report

PATIENCE = 5
"""Seconds that processes have to end, beyond those for requests that are running, before they are
killed."""

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - told apart, not listened on
"""Where a process answers that listens on all addresses."""


@click.command()
@click.argument("process", required=False, type=click.Choice(PROCESSES))
@click.option("--demo", is_flag=True, help="Migrate, load the sample data and show its accounts.")
def run(process: str | None, demo: bool) -> None:
    """Run all processes, or one: web, worker or beat.

    Without REDIS_URL, a private Redis server is started in REQUESTFLOW_HOME. Ctrl-C stops it all.
    """
    if process:
        app = application()
        warn_without_redis(with_broker(app.settings))
        command = command_of(process, app.settings)
        # The command is our own list.
        os.execve(command[0], command, environment_of(app.settings))  # noqa: S606
    app = create_application()
    lock = _only_one(app)
    _port_free(app.settings)
    if demo:
        _prepare_demo(app)
    app.check_database()
    Supervisor(app, demo).run()
    lock.close()


def _only_one(app: Application) -> IO[str]:
    """Holds the home's lock; RequestflowError where another run has it."""
    handle = (app.settings.home / "run.lock").open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise RequestflowError(
            text("requestflow is already running in %(home)s.", home=str(app.settings.home)),
            text("Stop it, or set a different REQUESTFLOW_HOME and PORT."),
        ) from error
    return handle


def _port_free(settings: Settings) -> None:
    try:
        found = socket.getaddrinfo(settings.bind, settings.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise RequestflowError(
                text("Port %(port)s is already in use.", port=settings.port),
                text("Set PORT to a free port, for example PORT=8010 make run."),
            ) from error
        raise RequestflowError(
            text(
                "Cannot listen on %(bind)s, port %(port)s: %(reason)s.",
                bind=settings.bind,
                port=settings.port,
                reason=error.strerror or str(error),
            ),
            text("Check REQUESTFLOW_BIND and PORT."),
        ) from error


def _prepare_demo(app: Application) -> None:
    app.upgrade()
    with app.context(), db.transaction() as session:
        loaded = load_demo(session, app.cases, app.now(), app.reporting)
        years = 0 if loaded.already else load_years(session, app.cases, app.now())
    if not loaded.already:
        say(
            "Loaded %(register)s cases from 2014, %(years)s made-up ones of ten years and "
            "%(living)s current cases.",
            register=loaded.register,
            years=years,
            living=loaded.living,
        )


@dataclass
class Supervisor:
    """Starts the processes, starts again what ends, stops all of it at a signal."""

    app: Application
    demo: bool
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    started: dict[str, float] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    stopping: bool = False

    def run(self) -> None:
        """Until a signal to stop comes; RequestflowError where a process does not stay up."""
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._on_signal)
        try:
            if not self.app.settings.redis_url:
                self._start("redis")
            warn_without_redis(with_broker(self.app.settings))
            for process in PROCESSES:
                self._start(process)
            if self._wait_for_web():
                self._announce()
            while not self.stopping:
                self._keep_alive()
                time.sleep(0.5)
        finally:
            self._stop()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _start(self, name: str) -> None:
        settings = self.app.settings
        if name == "redis":
            self.running[name] = start_redis(settings.home)
        else:
            self.running[name] = subprocess.Popen(
                command_of(name, settings),
                env=environment_of(settings),
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - one thread only
            )
        self.started[name] = time.monotonic()

    def _keep_alive(self) -> None:
        for name, process in list(self.running.items()):
            if process.poll() is None or self.stopping:
                continue
            quick = time.monotonic() - self.started[name] < 5
            self.failures[name] = self.failures.get(name, 0) + 1 if quick else 0
            if self.failures[name] >= 5:
                raise RequestflowError(
                    text("%(process)s keeps stopping. Check its output above.", process=name)
                )
            say(
                "%(process)s exited (%(code)s). Restarting it.",
                process=name,
                code=process.returncode,
            )
            self._start(name)

    def _wait_for_web(self) -> bool:
        settings = self.app.settings
        host = EVERYWHERE.get(settings.bind, settings.bind)
        host = f"[{host}]" if ":" in host else host
        address = f"http://{host}:{settings.port}/healthz"
        for _ in range(240):
            if self.stopping:
                return False
            try:
                with urllib.request.urlopen(address, timeout=2):
                    return True
            except (urllib.error.URLError, OSError):
                time.sleep(0.25)
                self._keep_alive()
        raise RequestflowError(text("The web process is not responding."))

    def _announce(self) -> None:
        click.echo("")
        say(
            "requestflow is running at http://localhost:%(port)s (press Ctrl-C to stop)",
            port=self.app.settings.port,
        )
        if not self.demo:
            return
        say("Demo accounts (password for all: %(password)s):", password=PASSWORD)
        for username, _name, role, unit in ACCOUNTS:
            click.echo(f"  {username:14} {role:14} {unit}")
        with self.app.context() as session:
            applications, report = list(followed(session)), build_report(session, 2014)
        click.echo("")
        say("To track a request as an applicant, use its number and tracking code:")
        for number, code, stage in applications:
            click.echo(f"  {number:18} {code}   {translated('stage.' + stage)}")
        click.echo("")
        click.echo(totals(report, locale()))
        sys.stdout.flush()

    def _stop(self) -> None:
        """Everything that needs the broker first, the broker last."""
        names = [name for name in self.running if name != "redis"] + ["redis"]
        for group in (names[:-1], names[-1:]):
            alive = [
                self.running[n]
                for n in group
                if n in self.running and self.running[n].poll() is None
            ]
            for process in alive:
                os.killpg(process.pid, signal.SIGTERM)
            until = time.monotonic() + self.app.settings.graceful_timeout_seconds + PATIENCE
            for process in alive:
                try:
                    process.wait(max(until - time.monotonic(), 0.1))
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
        say("Stopped.")


TOTALS = (
    "publications.total",
    "applications.received",
    "applications.answered",
    "applications.granted",
    "applications.partial",
    "applications.refused",
    "reconsiderations.received",
    "suits.received",
)


def totals(report: Report, language: str) -> str:
    """The year's totals in a few lines."""
    lines = [f"{report.unit.name} {report.year}"]
    headings = {table.id: table.label for table in report.form.tables}
    for figure_id in TOTALS:
        figure = report.figure(figure_id)
        share = f"  {figure.share} %" if figure.share is not None else ""
        number = "—" if figure.value is None else f"{figure.value:,}"
        # The heading of its table before it: "Received" says not of what.
        of_what = headings[figure.table].text(language)
        label = f"{of_what}{sign('colon', language)}{figure.label.text(language)}"
        lines.append(f"  {number:>8}{share:10}  {label}")
    return "\n".join(lines)
