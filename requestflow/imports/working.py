"""What the worker does with imports: checks them, stores them, takes them back.

Each is done in one transaction together with its new state, so that a worker that is killed leaves
it as it was, and the next takes it up again.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from requestflow.accounts import actor_of
from requestflow.cases import CaseService
from requestflow.foundation import RequestflowError, Text, db, text
from requestflow.imports.kinds import Job, run
from requestflow.imports.models import AT_WORK, Import
from requestflow.imports.report import ImportReport, kept_text
from requestflow.imports.service import options_of
from requestflow.imports.undoing import undo
from requestflow.ledger import LedgerFaulty
from requestflow.spreadsheets import FileFaulty

ATTEMPTS = 3
"""How often a file is begun that no worker came to the end of."""
Progress = Callable[[str, int], None]
log = structlog.get_logger()


class Faulty(RequestflowError):
    """The file has faults; its report says which."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__(text("The file has errors."))
        self.report = report


def work_imports(cases: CaseService, now: Callable[[], datetime], progress: Progress) -> int:
    """Does what there is to do, the oldest first; how many were done. `progress` hears of an
    import's key and how many rows were read so far."""
    done = 0
    while (found := _next()) is not None:
        import_id, key = found
        _work(import_id, cases, now(), partial(progress, key))
        done += 1
    return done


def _next() -> tuple[int, str] | None:
    """The oldest import with something to do, its attempt counted."""
    query = select(Import.id, Import.key, Import.attempts).where(Import.state.in_(AT_WORK))
    while True:
        with db.transaction() as session:
            row = session.execute(query.order_by(Import.id).limit(1)).one_or_none()
            if row is None:
                return None
            if row.attempts < ATTEMPTS:
                session.execute(
                    update(Import).where(Import.id == row.id).values(attempts=row.attempts + 1)
                )
                return row.id, row.key
            problem = text("The file took too long. Divide it, or import it by command.")
            _settle(session, row.id, "failed", problem=problem)


def _work(
    import_id: int, cases: CaseService, now: datetime, progress: Callable[[int], None]
) -> None:
    try:
        with db.transaction() as session:
            query = select(Import).where(Import.id == import_id, Import.state.in_(AT_WORK))
            row = session.scalar(query.with_for_update(of=Import, skip_locked=True))
            if row is not None:
                _turn(session, row, cases, now, progress)
    except Faulty as error:
        with db.transaction() as session:
            _settle(session, import_id, "faulty", report=error.report)
    except RequestflowError as error:
        with db.transaction() as session:
            _fail(session, import_id, error, now)


def _turn(
    session: Session,
    row: Import,
    cases: CaseService,
    now: datetime,
    progress: Callable[[int], None],
) -> None:
    """One state further."""
    actor = actor_of(row.person)
    job = Job(session, cases, actor, row, now, progress)
    if row.state == "undoing":
        undo(job)
        _settle(session, row.id, "undone", finished_at=now)
        return
    promised, storing = row.report, row.state == "confirmed"
    report = _run(job, storing)
    if not storing:
        _settle(session, row.id, "checked", report=report)
    elif report.as_json() != promised:
        raise _Moved(report)
    else:
        _settle(session, row.id, "stored", finished_at=now, content=None, report=report)


class _Moved(RequestflowError):
    """What is stored has changed since the file was checked."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__(
            text("The records have changed since the file was checked. Look at it again.")
        )
        self.report = report


def _run(job: Job, storing: bool) -> ImportReport:
    try:
        return run(job, options_of(job.row), storing)
    except (LedgerFaulty, FileFaulty) as error:
        report = ImportReport()
        report.add_faults(error.faults)
        raise Faulty(report) from error


def _fail(session: Session, import_id: int, error: RequestflowError, now: datetime) -> None:
    """What could not be done: a file that cannot be read, records that have moved on, something
    that followed on what was to be taken back."""
    state = session.scalar(select(Import.state).where(Import.id == import_id))
    problem = error.text
    if error.hint:
        problem = text("%(problem)s %(hint)s", problem=error.text, hint=error.hint)
    if isinstance(error, _Moved):
        _settle(session, import_id, "checked", report=error.report, problem=error.text)
    elif state == "undoing":
        _settle(session, import_id, "stored", problem=problem)
    else:
        _settle(session, import_id, "failed", problem=problem, content=None, finished_at=now)


def _settle(
    session: Session,
    import_id: int,
    state: str,
    *,
    report: ImportReport | None = None,
    problem: Text | None = None,
    **values: object,
) -> None:
    values |= {"state": state, "problem": kept_text(problem) if problem else None}
    if report is not None:
        values["report"] = report.as_json()
    session.execute(
        update(Import)
        .where(Import.id == import_id)
        .values(values)
        .execution_options(synchronize_session=False)
    )
