"""Weeks in minutes: real workers on a real broker, killed while the days go by."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Select, exists, or_, select, text
from sqlalchemy.exc import DBAPIError

from benchmarks.faults.smtp import FaultyServer, numbers_in
from benchmarks.faults.story import DAYS, Oracle, Tale, Told, tales
from requestflow.accounts import Actor, Person, Unit, add_person, load_units, unit_by_code
from requestflow.application import Application
from requestflow.cases import Step
from requestflow.cli.private_redis import start_redis, url_of
from requestflow.demo.loading import DATA
from requestflow.foundation import db
from requestflow.notices import Message, Notice, Reminder, ReminderSchedule

START = date(2026, 3, 2)
OPERATOR = Actor.operator()
PATIENCE = 120
PASSWORD = "none that anybody signs in with"  # noqa: S105 - of people who exist for the run


@dataclass
class Outcome:
    """What must have been told, and what was, by each channel; with what was done to it all."""

    must: set[Told]
    may: set[Told]
    on_page: Counter[Told]
    pages: Counter[tuple[str, str]]
    mailed: Counter[tuple[str, str]]
    over: dict[str, date]
    dead: list[str]
    done: Counter[str] = field(default_factory=Counter)


@dataclass
class Weeks:
    """One run: `home` holds the broker and the clock; `url` is the database."""

    app: Application
    home: Path
    smtp: FaultyServer
    smtp_url: str
    seed: int
    cases: int
    days: int
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    broker: subprocess.Popen[bytes] | None = None
    done: Counter[str] = field(default_factory=Counter)
    to_come: list[str] = field(default_factory=list)

    def run(self) -> Outcome:
        """All the days, then a calm evening in which what waits may arrive."""
        chance = random.Random(self.seed)
        place = DAYS.index(START)
        days = DAYS[place : place + self.days]
        units = self._people()
        clerks = {unit: (f"clerk1-{unit}", f"clerk2-{unit}") for unit in units}
        heads = {unit: f"head-{unit}" for unit in units}
        oracle = Oracle(clerks, heads, "supervisor-LZ")
        story = tales(self.cases, days, units, self.seed)
        self.at(datetime(START.year, START.month, START.day, 0, 30, tzinfo=UTC))
        self.broker = start_redis(self.home)
        self.workers = [self._worker(place) for place in range(2)]
        try:
            for place, today in enumerate(days):
                # Every seventh day nobody looks; the morning after it is caught up.
                self._day(today, story, oracle, chance, down=place % 7 == 2)
            self._evening(days[-1])
        finally:
            for worker in self.workers:
                _kill(worker)
            _kill(self.broker)
        return self._outcome(story, oracle)

    def at(self, moment: datetime) -> None:
        """Sets everybody's clock."""
        file = self.home / "clock"
        fresh = self.home / "clock.new"
        fresh.write_text(moment.isoformat())
        fresh.replace(file)
        self.app = replace(self.app, clock=lambda: moment)

    def _people(self) -> list[str]:
        with self.app.context(), db.transaction() as session:
            load_units(session, DATA / "units.csv")
            session.flush()
            query = select(Unit.code).where(Unit.code != "LZ").order_by(Unit.id)
            units = list(session.scalars(query))
            for unit in units[: max(2, self.cases // 30)]:
                for name, role in (("clerk1", "clerk"), ("clerk2", "clerk"), ("head", "approver")):
                    self._person(session, f"{name}-{unit}", role, unit)
            self._person(session, "supervisor-LZ", "supervisor", "LZ")
        return units[: max(2, self.cases // 30)]

    def _person(self, session, username: str, role: str, unit: str) -> None:  # type: ignore[no-untyped-def]
        mail = f"{username}@example.org".lower()
        add_person(session, username, username, PASSWORD, role, unit_by_code(session, unit), mail)

    def _day(
        self, today: date, story: list[Tale], oracle: Oracle, chance: random.Random, down: bool
    ) -> None:
        """Morning, noon with its steps, a clock that jumps back, evening."""
        if down:
            self.done["days without a worker"] += 1
            for worker in self.workers:
                _kill(worker)
        self.at(_hour(today, 9))
        if not down:
            self._look(story, oracle, today, morning=True)
            self._settle(chance)
        self.at(_hour(today, 13))
        for tale in story:
            self._steps(tale, today, oracle)
        if down:
            return
        self._look(story, oracle, today, morning=False)
        self._settle(chance)
        self.at(_hour(today, 11))
        self.at(_hour(today, 19))
        self._settle(None)

    def _look(self, story: list[Tale], oracle: Oracle, today: date, morning: bool) -> None:
        for tale in story:
            if tale.number:
                oracle.looks(tale, today, morning)

    def _steps(self, tale: Tale, today: date, oracle: Oracle) -> None:
        if tale.opens_on == today:
            with self.app.context(), db.transaction() as session:
                now = self.app.now()
                tale.number = self.app.cases.open(session, OPERATOR, tale.opening, now)
            oracle.happened(tale, Step("received", tale.opening.received_on), today)
        for step in tale.steps.get(today, ()):
            with self.app.context(), db.transaction() as session:
                self.app.cases.take_step(session, OPERATOR, tale.number, [step], self.app.now())
            oracle.happened(tale, step, today)

    def _settle(self, chance: random.Random | None) -> None:
        """Waits until nothing is left to do now; with chance, something is killed meanwhile."""
        self._revive()
        if chance:
            time.sleep(chance.random() * 1.5)
            self.to_come = self.to_come or chance.sample(list(self._faults()), len(self._faults()))
            name = self.to_come.pop()
            self.done[name] += 1
            self._faults()[name]()
            self._revive()
        until = time.monotonic() + PATIENCE
        while self._waits():
            if time.monotonic() > until:
                raise TimeoutError(f"something still waits at {self.app.now()}")
            time.sleep(0.1)

    def _faults(self) -> dict[str, Callable[[], None]]:
        faults = {
            "worker killed": lambda: _kill(self.workers[0]),
            "workers killed": lambda: [_kill(worker) for worker in self.workers],
            "broker killed": self._broker_dies,
            "broker killed, its data lost": lambda: self._broker_dies(lost=True),
        }
        if self.app.engine.dialect.name == "postgresql":
            faults["connections of the database killed"] = self._disconnect
        return faults  # type: ignore[return-value]

    def _broker_dies(self, lost: bool = False) -> None:
        assert self.broker
        _kill(self.broker)
        if lost:
            for path in (self.home / "redis").rglob("*"):
                if path.is_file():
                    path.unlink()
        self.broker = start_redis(self.home)

    def _disconnect(self) -> None:
        with self.app.context() as session:
            session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                    "datname = current_database() AND pid <> pg_backend_pid()"
                )
            )

    def _revive(self) -> None:
        for place, worker in enumerate(self.workers):
            if worker.poll() is not None:
                self.workers[place] = self._worker(place)

    def _worker(self, place: int) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "REDIS_URL": url_of(self.home),
            "DATABASE_URL": self.app.settings.database_url,
            "REQUESTFLOW_HOME": str(self.app.settings.home),
            "REQUESTFLOW_SWEEP_SECONDS": "0.5",
            "REQUESTFLOW_DELIVER_SECONDS": "0.5",
            "SMTP_URL": self.smtp_url,
            "SIMULATED_CLOCK": str(self.home / "clock"),
        }
        command = [sys.executable, "-m", "celery", "--app", "benchmarks.faults.worker", "--quiet"]
        command += ["worker", "--concurrency", "1", "--loglevel", "critical"]
        command += ["--beat", "--schedule", str(self.home / f"schedule-{place}")]
        return subprocess.Popen(
            [*command, "--hostname", f"w{place}@localhost"],
            env=environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _waits(self) -> bool:
        """Whether anything is due, noted and to be told now, or to be sent now."""
        now = self.app.now()
        urgent = or_(Reminder.threshold <= 0, text("1 = 1") if self._morning() else text("1 = 0"))
        queries: list[Select[tuple[bool]]] = [
            select(exists().where(ReminderSchedule.next_on <= self.app.today())),
            select(exists().where(Reminder.message_id.is_(None), urgent)),
            select(exists().where(Message.status == "waiting", Message.next_attempt_at <= now)),
        ]
        with suppress(DBAPIError), self.app.context() as session:
            return any(session.scalar(query) for query in queries)
        return True

    def _morning(self) -> bool:
        return self.app.now().astimezone(self.app.settings.timezone).hour == 9

    def _evening(self, last: date) -> None:
        """The faults stop; hour by hour what waits is sent."""
        self.smtp.calm = True
        for hour in range(20, 24):
            self.at(_hour(last, hour))
            self._settle(None)
        # The longest pause is six hours and a quarter more; a night of it brings no new day's work.
        for offset in (7, 15):
            self.at(_hour(last, 23) + timedelta(hours=offset))
            self._sent()

    def _sent(self) -> None:
        until = time.monotonic() + PATIENCE
        query = select(
            exists().where(Message.status == "waiting", Message.created_at <= _end(self))
        )
        while time.monotonic() < until:
            with self.app.context() as session:
                if not session.scalar(query):
                    return
            time.sleep(0.2)

    def _outcome(self, story: list[Tale], oracle: Oracle) -> Outcome:
        with self.app.context() as session:
            names = dict(session.execute(select(Person.id, Person.username)).all())
            notices = session.scalars(select(Notice)).all()
            dead = select(Message.channel, Message.attempts, Message.error)
            rows = session.execute(dead.where(Message.status == "dead"))
            gone = [f"{channel} after {attempts}: {error}" for channel, attempts, error in rows]
        end = _end(self)
        on_page: Counter[Told] = Counter()
        pages: Counter[tuple[str, str]] = Counter()
        for notice in notices:
            data = json.loads(notice.data)
            if notice.at > end:
                continue
            who = names[notice.person_id]
            for item in data.get("items", [data]):
                if item.get("number"):
                    pages[f"{who}@example.org".lower(), item["number"]] += 1
                if item.get("deadline") == "reply":
                    due = date.fromisoformat(item["due"])
                    notified = (who, item["number"], due, item["threshold"])
                    on_page[notified] += 1
        seen: set[str] = set()
        mailed: Counter[tuple[str, str]] = Counter()
        for mail in self.smtp.taken:
            # Sent again with the same identity it is one mail: whoever reads it sees one.
            if mail["Date"].datetime > end or mail["Message-ID"] in seen:
                continue
            seen.add(mail["Message-ID"])
            for number in numbers_in(mail):
                mailed[mail["To"], number] += 1
        over = {tale.number: tale.over for tale in story if tale.over}
        may = oracle.may.union(*oracle.waiting.values())
        return Outcome(oracle.must, may, on_page, pages, mailed, over, gone, self.done)


def _end(weeks: Weeks) -> datetime:
    """The last moment of the last day: what the night brings is not part of it."""
    last = DAYS[DAYS.index(START) + weeks.days - 1]
    return _hour(last, 23)


def _hour(day: date, hour: int) -> datetime:
    """An hour of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=8)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
