"""Taking in an office's workbook: check everything, then store it all or nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, require
from requestflow.calendars import calendar_for
from requestflow.cases import (
    Case,
    CaseService,
    Event,
    Step,
    StepRefused,
    party_details,
    received_data,
    replace_party,
    replay,
    view_case,
)
from requestflow.foundation import RequestflowError, text
from requestflow.ledger.cells import plain
from requestflow.ledger.checking import Checker
from requestflow.ledger.entries import (
    Entry,
    corrections,
    differences,
    entry_of,
    told_by_register,
)
from requestflow.ledger.faults import Fault, LedgerFaulty
from requestflow.ledger.reading import Row, Workbook, open_workbook, rows
from requestflow.ledger.staging import Staging

CHUNK = 500
Progress = Callable[[int], None]


@dataclass(frozen=True)
class ImportedChange:
    """A field of a stored case that the file has otherwise."""

    number: str
    field: str
    stored: Any
    wanted: Any


@dataclass
class ImportSummary:
    """What an import did, or with `dry_run` would do."""

    added: int = 0
    unchanged: int = 0
    corrected: int = 0
    remedies: int = 0
    left_out: list[str] = field(default_factory=list)
    changes: list[ImportedChange] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored_sheets: list[str] = field(default_factory=list)
    dry_run: bool = False


def import_ledger(
    session: Session,
    cases: CaseService,
    actor: Actor,
    path: Path,
    now: datetime,
    *,
    skip_faulty: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    late_reason: str | None = None,
) -> ImportSummary:
    """Takes in a workbook in the caller's transaction; LedgerFaulty lists every fault.

    The same file twice changes nothing; a row that differs from the stored case becomes a
    correcting event. `skip_faulty` stores the rows without faults. `progress` hears of rows.
    `late_reason` says why rows come only after the figures of their year were handed in.
    """
    require(actor, "case.import")
    units = {unit.code: unit for unit in session.scalars(select(Unit))}
    if not units:
        raise RequestflowError(
            text("No units have been loaded yet."),
            text("Load a units file with --units or `requestflow unit load`."),
        )
    staging = Staging()
    book = open_workbook(path)
    try:
        job = _Job(session, cases, actor, units, now, staging, progress or (lambda _n: None))
        job.late_reason = late_reason
        job.check(book, path)
        job.done.dry_run = dry_run
        if job.done.faults and not skip_faulty:
            raise LedgerFaulty(job.done.faults)
        job.store(dry_run)
        return job.done
    finally:
        book.close()
        staging.close()


@dataclass
class _Job:
    session: Session
    cases: CaseService
    actor: Actor
    units: dict[str, Unit]
    now: datetime
    staging: Staging
    progress: Progress
    late_reason: str | None = None
    done: ImportSummary = field(default_factory=ImportSummary)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.cases.zone).date()

    def check(self, book: Any, path: Path) -> None:
        """Reads the whole file once, collecting faults and putting good rows aside."""
        checker = Checker(self.units, self.today)
        result = Workbook(path, [], [])
        for row in rows(book, result):
            if row.kind.kind == "application":
                self._check_application(checker, row)
            else:
                self._check_remedy(checker, row)
            self.progress(1)
        if not result.sheets and not result.faults:
            raise RequestflowError(
                text(
                    "%(file)s contains no sheet with the ledger's column headers.", file=path.name
                ),
                text(
                    "The sheet 申请台账 must have the columns 申请编号, 受理单位, 收到申请日期 "
                    "and so on."
                ),
            )
        self.done.faults = [*result.faults, *checker.faults]
        self.done.ignored_sheets = result.ignored_sheets

    def _check_application(self, checker: Checker, row: Row) -> None:
        entry = checker.application(row)
        number = str(row.cells.get("number") or "").strip()
        earlier = self.staging.seen(number, row.number) if number else None
        if earlier:
            self._fault(
                checker,
                row,
                "number",
                text("The number is duplicated."),
                text("Row %(row)s has the same number.", row=earlier),
            )
            return
        if entry is None:
            self.done.left_out.append(number or f"{row.sheet} {row.number}")
            return
        try:
            replay(entry.number, _events(entry), calendar_for(self.session))
        except StepRefused as error:
            self._fault(
                checker,
                row,
                _column_of(error, entry),
                error.text,
                text("Check the dates in this row."),
            )
            return
        self.staging.add(entry, row.number)

    def _check_remedy(self, checker: Checker, row: Row) -> None:
        checked = checker.remedy(row)
        number = str(row.cells.get("number") or "").strip()
        if not number:
            return
        entry = self.staging.entry(number)
        stored = None
        if entry is None and not self.staging.knows(number):
            query = select(Case.concluded_on).where(Case.number == number)
            stored = self.session.execute(query).one_or_none()
            if stored is None:
                self._fault(
                    checker,
                    row,
                    "number",
                    text("This request does not exist."),
                    text("Enter the number of a row in 申请台账."),
                )
                return
        if checked is None:
            self.done.left_out.append(f"{row.sheet} {row.number}")
            return
        decided = entry.answered_on if entry else stored[0] if stored else None
        if decided and checked[1].filed_on < decided:
            self._fault(
                checker,
                row,
                "filed_on",
                text("The date is before the decision being challenged."),
                text("Enter a date on or after %(day)s.", day=decided),
            )
            return
        self.staging.add_remedy(number, row.kind.kind, row.number, checked[1])

    def _fault(self, checker: Checker, row: Row, key: str, problem: Any, hint: Any) -> None:
        value = plain(row.cells.get(key))
        checker.faults.append(Fault(row.sheet, row.number, row.header(key), value, problem, hint))
        self.done.left_out.append(str(row.cells.get("number") or f"{row.sheet} {row.number}"))

    def store(self, dry_run: bool) -> None:
        """Stores what was put aside, in chunks of the one transaction."""
        chunk: list[Entry] = []
        for _place, entry in self.staging.entries():
            chunk.append(entry)
            if len(chunk) == CHUNK:
                self._store_chunk(chunk, dry_run)
                chunk = []
        if chunk:
            self._store_chunk(chunk, dry_run)
        for number, remedies in self.staging.orphans():
            stored = self._stored(number)
            self._correct(stored, replace(stored, remedies=remedies), dry_run)

    def _store_chunk(self, chunk: Sequence[Entry], dry_run: bool) -> None:
        numbers = [entry.number for entry in chunk]
        known = set(self.session.scalars(select(Case.number).where(Case.number.in_(numbers))))
        new = [entry for entry in chunk if entry.number not in known]
        self.done.added += len(new)
        self.done.remedies += sum(len(entry.remedies) for entry in new)
        if not dry_run and new:
            self.cases.record(
                self.session,
                self.actor,
                [entry.history() for entry in new],
                self.units,
                self.now,
                late_reason=self.late_reason,
            )
        for entry in chunk:
            if entry.number in known:
                self._correct(self._stored(entry.number), entry, dry_run)
        self.progress(len(chunk))

    def _stored(self, number: str) -> Entry:
        view = view_case(self.session, self.actor, number)
        return entry_of(view, party_details(self.session, view.id))

    def _correct(self, stored: Entry, wanted: Entry, dry_run: bool) -> None:
        result = differences(stored, wanted)
        if not result:
            self.done.unchanged += 1
            return
        self.done.corrected += 1
        self.done.changes += [ImportedChange(wanted.number, *item) for item in result]
        if dry_run:
            return
        view = view_case(self.session, self.actor, wanted.number)
        if not told_by_register(list(view.history)):
            raise RequestflowError(
                text(
                    "Case %(number)s is managed in the system and differs from the file.",
                    number=wanted.number,
                ),
                text("Correct it in the system, or remove its row from the file."),
            )
        party = view.history[0].data.get("party")
        if any(item[0] == "party" for item in result):
            party = replace_party(self.session, view.id, wanted.party)
        changes = corrections(list(view.history), wanted, received_data(wanted.opening(), party))
        step = Step(
            "corrected",
            self.today,
            {"changes": changes, "reason": "Corrected in the office's ledger."},
        )
        self.cases.take_step(self.session, self.actor, wanted.number, [step], self.now)


def _events(entry: Entry) -> list[Event]:
    first = Event("1", "received", entry.received_on, received_data(entry.opening(), None))
    return [first, *_later(entry)]


def _later(entry: Entry) -> Iterator[Event]:
    for place, step in enumerate(entry.steps(), 2):
        yield Event(str(place), step.kind, step.day, dict(step.data))


def _column_of(error: StepRefused, entry: Entry) -> str:
    """The column to point at when a row's steps do not fit together."""
    if entry.third_party_asked:
        return "third_party_asked"
    return "clarification_asked" if entry.clarification_asked else "answered_on"
