"""`make bench`, its second part: a register of 1,000,000 cases of 300 units, stored row by row.

Each line is a ratio to a floor measured in the same run. Arguments: how many cases, how many units.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import event, insert, select, text
from sqlalchemy.engine import Engine

from benchmarks.register import entries
from benchmarks.timing import fastest
from requestflow.accounts import Person, Unit, add_person, unit_by_code
from requestflow.application import Application, create_application
from requestflow.cases import Case, Remedy
from requestflow.cases.projection import crosses_year
from requestflow.foundation import Settings, db
from requestflow.law import law_in_force
from requestflow.notices import ReminderSchedule, sweep, write_digests
from requestflow.web import create_app

CHUNK = 20_000
NEVER = date(2099, 1, 1)
NOW = datetime(2024, 9, 4, 2, 0, tzinfo=UTC)
"""Shortly after the last of the cases came in."""
PASSWORD = "requestflow-bench"  # noqa: S105 - of somebody who exists for the run


def fill(app: Application, number: int, units: int) -> None:
    """Stores the projection of so many cases, as the import would leave it, without their events:
    figures, lists and sweeps read nothing else."""
    with app.context(), db.transaction() as session:
        rows = [_unit(place) for place in range(units)]
        session.execute(insert(Unit), rows)
        session.execute(insert(Person), [person for row in rows for person in _people(row, rows)])
        root = unit_by_code(session, "U0000")
        add_person(session, "supervisor", "supervisor", PASSWORD, "supervisor", root)
    names = [row["code"] for row in rows]
    ids = {row["code"]: place for place, row in enumerate(rows, 1)}
    built = _cases(number, names, ids)
    while chunk := list(islice(built, CHUNK)):
        with app.context(), db.transaction() as session:
            session.execute(insert(Case.__table__), [case for case, _, _ in chunk])  # type: ignore[arg-type]
            for table, place in ((Remedy, 1), (ReminderSchedule, 2)):
                results = [row[place] for row in chunk if row[place]]
                if results:
                    session.execute(insert(table.__table__), results)  # type: ignore[arg-type]
    with app.context(), db.transaction() as session:
        session.execute(text("ANALYZE"))


def _unit(place: int) -> dict[str, Any]:
    code = f"U{place:04d}"
    above = None if place == 0 else 1 if place < 20 else place % 19 + 2
    path = "U0000/" if place == 0 else f"U0000/{code}/"
    if above and above > 1:
        path = f"U0000/U{above - 1:04d}/{code}/"
    kind = "city" if place == 0 else "county" if place < 20 else "department"
    return {"code": code, "name": f"单位{place}", "kind": kind, "parent_id": above, "path": path}


def _people(row: dict[str, Any], rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    names = [*((f"clerk{place}", "clerk") for place in range(3)), ("approver", "approver")]
    for name, role in names:
        yield {
            "username": f"{name}-{row['code']}",
            "name": f"{name}-{row['code']}",
            "email": f"{name}-{row['code']}@example.org",
            "password_hash": "none",
            "role": role,
            "unit_id": rows.index(row) + 1,
        }


def _cases(
    number: int, names: list[str], ids: dict[str, int]
) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None, dict[str, Any]]]:
    chance = random.Random(3)
    for place, entry in enumerate(entries(number, names), 1):
        answered = entry.answered_on
        due = entry.received_on + timedelta(days=28)
        case = {
            "id": place,
            "number": entry.number,
            "unit_id": ids[entry.unit],
            "law": law_in_force(entry.received_on).code,
            "stage": "delivered" if answered else "in_progress",
            "received_on": entry.received_on,
            "concluded_on": answered,
            "crosses_year": crosses_year(entry.received_on, answered),
            "outcome": entry.outcome,
            "ground": entry.ground,
            "applicant_kind": entry.applicant_kind,
            "channel": entry.channel,
            "subject": entry.subject,
            "handler": f"clerk{chance.randrange(3)}-{entry.unit}",
            "fee_charged": 0,
            "fee_waived": 0,
            "days_taken": (answered - entry.received_on).days * 5 // 7 if answered else None,
            "late": place % 31 == 0,
            "extended": place % 17 == 0,
            "due_on": None if answered else due,
            "due_provisional": False,
            "stopped": not answered and place % 7 == 0,
            "version": 1,
            "head_hash": "0" * 64,
        }
        remedy = None
        for item in entry.remedies:
            remedy = {
                "case_id": place,
                "unit_id": case["unit_id"],
                "key": "R1",
                "kind": item.kind,
                "route": "direct",
                "filed_on": item.filed_on,
                "concluded_on": item.concluded_on,
                "crosses_year": crosses_year(item.filed_on, item.concluded_on),
                "result": item.result,
            }
        reminder = {
            "subject": f"case:{place}",
            "case_id": place,
            "unit_id": case["unit_id"],
            "kind": "reply",
            "key": "",
            "occasion": "duty",
            "due": due,
            "next_on": NEVER,
        }
        yield case, remedy, reminder


def sweep_ratio(app: Application, number: int) -> None:
    """A sweep with nothing and with 500 due, against the bare indexed query."""
    query = select(ReminderSchedule.id).where(ReminderSchedule.next_on <= app.today())
    zone = app.zones
    for due in (0, 500):
        with app.context(), db.transaction() as session:
            if due:
                session.execute(
                    text(
                        "UPDATE reminder_schedule SET next_on = :day, due = :day WHERE id <= :due"
                    ),
                    {"day": app.today().isoformat(), "due": due},
                )
        with app.context() as session:
            (floor,) = fastest(lambda: session.execute(query).all())
        with app.context():
            start = time.perf_counter()
            result = sweep(zone, app.now())
            taken = time.perf_counter() - start
        assert result.due >= due
        print(
            f"{number:>9,}  sweep    {taken * 1000:8.1f} ms with {result.due} due, "
            f"{taken / floor:,.0f} times the bare query ({floor * 1000:.2f} ms)",
            flush=True,
        )
    with app.context():
        start = time.perf_counter()
        write_digests(zone, app.now(), 0)
        taken = time.perf_counter() - start
    print(f"{number:>9,}  tell     {taken * 1000:8.1f} ms", flush=True)


@dataclass
class Statements:
    """What a page asks the database, in order."""

    app: Application
    found: list[tuple[str, Any]] = field(default_factory=list)

    def __enter__(self) -> "Statements":
        event.listen(Engine, "before_cursor_execute", self._keep)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._keep)

    def _keep(self, _c: Any, _cur: Any, statement: str, given: Any, _x: Any, _many: bool) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            self.found.append((statement, given))


def page_ratio(app: Application, number: int, path: str) -> None:
    """A page of the staff's side against the statements that it runs, and how many they are."""
    site = create_app(app)
    site.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    client = site.test_client()
    client.post("/sign-in", data={"username": "supervisor", "password": PASSWORD})
    client.get(path)
    with Statements(app) as requested:
        assert client.get(path).status_code == 200

    def raw() -> None:
        with app.engine.connect() as connection:
            for statement, given in requested.found:
                connection.exec_driver_sql(statement, given).all()

    full, floor = fastest(lambda: client.get(path), raw)
    print(
        f"{number:>9,}  {path:24} {full / floor:6.2f} times its raw SQL "
        f"({full * 1000:,.0f} ms, {len(requested.found)} statements)",
        flush=True,
    )


def main() -> None:
    """Measures on SQLite in a folder of its own."""
    number, units = (*map(int, sys.argv[1:]), *(1_000_000, 300)[len(sys.argv) - 1 :])
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment({"REQUESTFLOW_HOME": folder})
        app = create_application(settings)
        app.upgrade()
        app = replace(app, clock=lambda: NOW)
        start = time.perf_counter()
        fill(app, number, units)
        print(f"{number:>9,}  stored in {time.perf_counter() - start:,.0f} s", flush=True)
        for path in ("/report/2023", "/oversight?year=2023", "/cases"):
            page_ratio(app, number, path)
        sweep_ratio(app, number)
        app.engine.dispose()


if __name__ == "__main__":
    main()
