"""The kinds of files: how each is checked and stored, by the same functions as the commands."""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, can, load_units, unit_by_code
from requestflow.calendars import (
    calendar_for,
    calendar_of,
    change_calendar,
    own_closures,
    preview_calendar,
    read_calendar,
)
from requestflow.cases import CaseService, due_day_moves, move_due_days
from requestflow.imports.models import Import, ImportedCase
from requestflow.imports.report import ImportReport, ReportedChange, of_ledger, shown
from requestflow.imports.service import ImportRequest
from requestflow.ledger import ImportOptions, StoredCase, import_ledger
from requestflow.reporting import import_counts


@dataclass(frozen=True)
class Job:
    """An import in the worker's hands."""

    session: Session
    cases: CaseService
    actor: Actor
    row: Import
    now: datetime
    progress: Callable[[int], None]


def run(job: Job, options: ImportRequest, storing: bool) -> ImportReport:
    """Checks a file, or stores it, in the job's transaction; what that does. Raises LedgerFaulty
    and FileFaulty with every fault, RequestflowError where the file cannot be read."""
    with _file_of(job.row) as path:
        if storing:
            return _RUN[options.kind](job, path, options)
        # A check is the run itself, taken back.
        with job.session.begin_nested() as savepoint:
            report = _RUN[options.kind](job, path, options)
            savepoint.rollback()
        job.session.expire_all()
        return report


@contextmanager
def _file_of(row: Import) -> Iterator[Path]:
    """The file under its own name, while it is read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(row.file_name).name or "file")
        path.write_bytes(row.content or b"")
        yield path


def _ledger(job: Job, path: Path, options: ImportRequest) -> ImportReport:
    session, import_id = job.session, job.row.id

    def stored(items: list[StoredCase]) -> None:
        rows = [
            {
                "import_id": import_id,
                "case_id": item.case_id,
                "version": item.version,
                "added": item.added,
                "party_before": json.dumps(item.party_before) if item.party_before else None,
            }
            for item in items
        ]
        session.execute(insert(ImportedCase), rows)

    read = 0

    def progress(rows: int) -> None:
        nonlocal read
        read += rows
        if read % 500 == 0:
            job.progress(read)

    done = import_ledger(
        session,
        job.cases,
        job.actor,
        path,
        job.now,
        ImportOptions(
            options.skip_faulty,
            take_away=options.take_away,
            late_reason=options.late_reason or None,
        ),
        progress,
        stored,  # type: ignore[arg-type]
    )
    return of_ledger(done)


def _figures(job: Job, path: Path, options: ImportRequest) -> ImportReport:
    done = import_counts(job.session, job.actor, path, job.now, options.late_reason)
    before: dict[str, Any] = {"figures": done.kind, "at": job.now.isoformat()}
    if done.items is not None:
        before |= {"items": done.items.before, "after": done.items.after}
    _remember(job, before)
    counts = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged}
    return ImportReport(counts, [*done.noticed])


def _units(job: Job, path: Path, _options: ImportRequest) -> ImportReport:
    done = load_units(job.session, path, job.actor)
    _remember(job, {"units": done.before, "after": done.changed})
    report = ImportReport(
        {"added": len(done.added), "changed": len(done.changed), "unchanged": done.unchanged},
        done.noticed,
    )
    report.add_changes(
        [
            ReportedChange(code, name, shown(values[name]), shown(new))
            for code, values in done.before.items()
            if values
            for name, new in done.changed[code].items()
        ]
    )
    return report


def _calendar(job: Job, path: Path, options: ImportRequest) -> ImportReport:
    session, actor = job.session, job.actor
    unit = unit_by_code(session, actor.unit_code)
    content = read_calendar(path, options.announced, unit.jurisdiction)
    whole = (
        unit.parent_id is None and not options.closures and can(actor, "calendar.change", unit.path)
    )
    closing = None if whole else unit
    moves = [
        move
        for _, group in due_day_moves(
            session, lambda path: preview_calendar(session, content, closing, path)
        )
        for move in group
        if move.before != move.after
    ]
    before = calendar_days(session, content.named, closing, unit.jurisdiction)
    announced = calendar_of(session, unit.jurisdiction).announced
    change_calendar(session, content, closing)
    _remember(
        job,
        {
            "unit": closing.code if closing else None,
            "jurisdiction": content.jurisdiction,
            "days": before,
            "after": calendar_days(session, content.named, closing, unit.jurisdiction),
            "announced": sorted(year for year in content.announces if year not in announced),
        },
    )
    move_due_days(
        session, job.cases, Actor.system(), lambda path: calendar_for(session, path), job.now
    )
    report = ImportReport({"days": len(content.days) + len(content.usual), "moved": len(moves)})
    report.add_changes(
        [
            ReportedChange(m.number, f"limit.{m.kind}", shown(m.before), shown(m.after))
            for m in moves
        ]
    )
    report.noticed = content.noticed() if whole else [*content.unused]
    return report


def calendar_days(
    session: Session, days: Iterable[date], closing: Unit | None, jurisdiction: str
) -> dict[str, list[str] | None]:
    """What stands in the calendar of a jurisdiction on these days: kind and name, or None for a day
    like any other; for a unit, its own closures."""
    if closing is not None:
        closures = own_closures(session, closing)
        return {d.isoformat(): ["holiday", closures[d]] if d in closures else None for d in days}
    now = calendar_of(session, jurisdiction).days
    return {day.isoformat(): list(now[day]) if day in now else None for day in days}


def _remember(job: Job, before: dict[str, Any]) -> None:
    job.row.before = json.dumps(before, ensure_ascii=False, default=date.isoformat)
    job.session.flush()


_RUN: dict[str, Callable[[Job, Path, ImportRequest], ImportReport]] = {
    "ledger": _ledger,
    "figures": _figures,
    "units": _units,
    "calendar": _calendar,
}
