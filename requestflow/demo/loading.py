"""Loading the sample data into an empty database, through the same doors as everything else."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Person, Unit, add_person, load_units, unit_by_code
from requestflow.calendars import calendar_for
from requestflow.cases import Case, CaseService, History, Step, next_number
from requestflow.citizens import TrackingCode, case_of_code, code_from, give_code
from requestflow.demo.accounts import ACCOUNTS, PASSWORD
from requestflow.demo.living import living_cases
from requestflow.demo.reports import publish_demo
from requestflow.ledger import import_ledger
from requestflow.reported_figures import import_figures
from requestflow.reporting import ReportService

FOLLOWED_STAGES = ("clarifying", "awaiting_payment", "closed")
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Loaded:
    """How much of the sample data is in the database, and whether it was there before."""

    register: int
    living: int
    already: bool


def load_demo(
    session: Session, cases: CaseService, now: datetime, reporting: ReportService | None = None
) -> Loaded:
    """Loads units, people, the 2014 register with its published report, and the living cases.

    Does nothing where there are cases already, so a restart keeps what was done since.
    """
    if session.scalar(select(Case.id).limit(1)) is not None:
        return Loaded(0, 0, True)
    operator = Actor.operator()
    load_units(session, DATA / "units.csv")
    session.flush()
    unit_by_code(session, "LZ-S01").on_the_spot = True
    known = set(session.scalars(select(Person.username)))
    for username, name, role, unit in ACCOUNTS:
        if username not in known:
            add_person(
                session,
                username,
                name,
                PASSWORD,
                role,
                unit_by_code(session, unit),
                f"{username}@example.org",
            )
    session.flush()
    register = import_ledger(session, cases, operator, DATA / "ledger.xlsx", now)
    for name in ("publications", "channels", "activity", "items"):
        import_figures(session, operator, DATA / f"{name}.csv", now)
    session.flush()
    publish_demo(session, reporting or ReportService(cases.zones), now)
    living = _load_living(session, cases, operator, now)
    for stage in FOLLOWED_STAGES:
        case = session.scalar(
            select(Case).where(Case.stage == stage, Case.law == "cn-2019").order_by(Case.id)
        )
        if case:
            give_code(session, case.id, now, secret=f"demo {case.number}")
    return Loaded(register.added, living, False)


def followed(session: Session) -> list[tuple[str, str, str]]:
    """The sample cases that can be followed as their applicant: number, code, stage."""
    query = (
        select(Case.number, Case.stage)
        .join(TrackingCode, TrackingCode.case_id == Case.id)
        .order_by(Case.id)
        .limit(2 * len(FOLLOWED_STAGES))
    )
    pairs = [
        (number, code_from(f"demo {number}"), stage) for number, stage in session.execute(query)
    ]
    return [item for item in pairs if case_of_code(session, item[0], item[1])]


def _load_living(session: Session, cases: CaseService, operator: Actor, now: datetime) -> int:
    today = cases.day_of(now)
    units = {unit.code: unit for unit in session.scalars(select(Unit))}
    histories = []
    for living in living_cases(today, calendar_for(session)):
        unit = units[living.opening.unit]
        number = next_number(session, unit, living.opening.received_on.year)
        histories.append(History(living.opening, _ordered(living.steps), number))
    cases.record(session, operator, histories, units, now)
    return len(histories)


def _ordered(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return tuple(sorted(steps, key=lambda step: step.day))
