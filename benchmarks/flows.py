"""How the four ways through the house look to the machine: the files and functions of requestflow
that each runs, the statements it sends, how often the clock runs and how often steps are evaluated.

`python -m benchmarks.flows` prints a line for each, on SQLite with the sample data. A count is the
same on every machine.
"""

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from requestflow.accounts import Actor
from requestflow.application import Application, create_application
from requestflow.cases import CaseService, Opening, Step
from requestflow.demo import PASSWORD, load_demo
from requestflow.foundation import Settings, db
from requestflow.law import statutory_clock
from requestflow.web import create_app

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HOUSE = str(Path(__file__).parents[1] / "requestflow")


@dataclass
class Seen:
    """What ran while it was watched."""

    files: set[str] = field(default_factory=set)
    functions: set[tuple[str, str]] = field(default_factory=set)
    statements: list[str] = field(default_factory=list)
    clock_runs: int = 0
    evaluations: int = 0

    def line(self, name: str) -> str:
        """The counts as a row of the table."""
        return (
            f"{name:34} {len(self.files):5} {len(self.functions):9} {len(self.statements):10} "
            f"{self.clock_runs:10} {self.evaluations:11}"
        )


@contextmanager
def watched() -> Iterator[Seen]:
    """Watches this thread and every statement."""
    seen = Seen()
    clock, evaluate = statutory_clock.clock.__code__, CaseService.evaluate.__code__

    def call(frame: FrameType, what: str, _argument: Any) -> None:
        if what != "call":
            return
        code = frame.f_code
        if not code.co_filename.startswith(HOUSE):
            return
        seen.files.add(code.co_filename)
        seen.functions.add((code.co_filename, code.co_qualname))
        seen.clock_runs += code is clock
        seen.evaluations += code is evaluate

    def statement(_c: Any, _cur: Any, sent: str, _given: Any, _x: Any, _many: bool) -> None:
        if re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", sent, re.I):
            seen.statements.append(sent)

    event.listen(Engine, "before_cursor_execute", statement)
    sys.setprofile(call)
    try:
        yield seen
    finally:
        sys.setprofile(None)
        event.remove(Engine, "before_cursor_execute", statement)


def signed_in(site: Any, username: str) -> FlaskClient:
    """A client of the desk."""
    client: FlaskClient = site.test_client()
    client.post("/sign-in", data={"username": username, "password": PASSWORD})
    return client


def opened(app: Application, *kinds: str) -> str:
    """A new case of the clerk's unit, with these steps taken."""
    clerk = Actor("clerk", "clerk", "LZ/LZ-S01/")
    with app.context(), db.transaction() as session:
        opening = Opening("LZ-S01", app.today(), "person", "post", "停车收费标准", {"name": "张三"})
        number = app.cases.open(session, clerk, opening, NOW)
    given: dict[str, dict[str, Any]] = {
        "assigned": {"handler": "clerk"},
        "drafted": {"outcome": "granted", "facts": "经查，予以公开。"},
        "secrecy_reviewed": {"checks": ["no_secret", "no_private", "no_danger"]},
    }
    for kind in kinds:
        who = clerk if kind == "drafted" else Actor.operator()
        step = Step(kind, app.today(), given.get(kind, {}))
        with app.context(), db.transaction() as session:
            app.cases.take_step(session, who, number, [step], NOW)
    return number


def page_of(client: FlaskClient, number: str, kind: str) -> dict[str, str]:
    """The hidden fields of a step's form."""
    page = client.get(f"/cases/{number}/steps/{kind}").get_data(as_text=True)
    version = re.search(r'name="version"\s+value="([^"]+)"', page)
    assert version
    return {"version": version[1]}


ANSWERS: dict[str, dict[str, str]] = {
    "information": {"title": "停车收费标准", "description": "2025年的收费标准"},
    "files": {},
    "applicant": {"applicant_kind": "person"},
    "details": {"name": "张三", "identity_kind": "passport", "identity_number": "E12345678"},
    "contact": {"phone": "13800138000"},
    "representative": {"represented": "no"},
    "delivery": {"way": "page"},
    "fee": {"waiver": "no"},
}


def begun(client: FlaskClient) -> str:
    """The token of an application that is begun."""
    return client.post("/apply", data={"unit": "LZ-S01"}).headers["Location"].split("/")[2]


def answers_given(client: FlaskClient, token: str = "") -> str:
    """The token of an application of which every page is filled in."""
    token = token or begun(client)
    for name, data in ANSWERS.items():
        assert client.post(f"/apply/{token}/{name}", data=data).status_code == 302
    return token


def application(site: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    """An application: a page of it, sending it, its receipt."""
    client = site.test_client()
    token = begun(client)
    first = ANSWERS["information"]
    yield "application: a page", lambda: client.post(f"/apply/{token}/information", data=first)
    answers_given(client, token)
    yield "application: sending it", lambda: client.post(f"/apply/{token}/check")
    yield "application: receipt as PDF", lambda: client.get(f"/apply/{token}/receipt.pdf")


def flows(app: Application) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Each way with what runs it, prepared when it is asked for."""
    site = create_app(app)
    site.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    yield from application(site)
    clerk, approver = signed_in(site, "clerk"), signed_in(site, "approver")
    number = opened(app)
    clerk.get(f"/cases/{number}")
    yield "due day: the clerk's case page", lambda: clerk.get(f"/cases/{number}")
    supervisor = signed_in(site, "supervisor")
    supervisor.get("/report/2014")
    yield "figure: the report at the desk", lambda: supervisor.get("/report/2014")
    yield "figure: the public report", lambda: site.test_client().get("/reports/LZ/2014")
    hidden = page_of(clerk, number, "assigned")
    assigned = {**hidden, "day": app.today().isoformat(), "handler": "clerk"}
    path = f"/cases/{number}/steps/assigned"
    yield "step: assigned", lambda: clerk.post(path, data=assigned)
    ready = opened(app, "drafted", "legality_reviewed", "secrecy_reviewed")
    signature = {**page_of(approver, ready, "signed"), "day": app.today().isoformat()}
    yield (
        "step: signed, with its letter",
        lambda: approver.post(f"/cases/{ready}/steps/signed", data=signature),
    )


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment({"REQUESTFLOW_HOME": folder})
        app = create_application(settings, clock=lambda: NOW + timedelta(minutes=1))
        app.upgrade()
        with app.context(), db.transaction() as session:
            load_demo(session, app.cases, NOW, app.reporting)
        print(f"{'':34} files functions statements clock runs evaluations")
        for name, run in flows(app):
            with watched() as seen:
                answer = run()
            assert answer.status_code in {200, 302}, (name, answer.status_code)
            print(seen.line(name), flush=True)
            if "-v" in sys.argv:
                for sent in seen.statements:
                    print("      ", " ".join(sent.split())[:150])
        app.engine.dispose()


if __name__ == "__main__":
    main()
