"""Taking in an office's workbook: read once, checked and stored in one transaction, or not at all.

A dry run is the run itself, taken back: what it promises, the run does.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, can, require
from requestflow.cases import CaseService
from requestflow.foundation import RequestflowError, text
from requestflow.ledger.checking import Checker
from requestflow.ledger.faults import MOST_FAULTS, LedgerFaulty
from requestflow.ledger.merging import Line
from requestflow.ledger.reading import LedgerFile, LedgerSheet, read_ledger
from requestflow.ledger.staging import Staging
from requestflow.ledger.storing import Storing
from requestflow.ledger.summary import ImportOptions, ImportSummary, OnStored
from requestflow.spreadsheets import Fault, TableRow, identifier_of, open_tables, shown

CHUNK = 500
Progress = Callable[[int], None]


def import_ledger(
    session: Session,
    cases: CaseService,
    actor: Actor,
    path: Path,
    now: datetime,
    options: ImportOptions = ImportOptions(),  # noqa: B008 - frozen
    progress: Progress | None = None,
    on_stored: OnStored | None = None,
) -> ImportSummary:
    """Takes in a workbook or a CSV in the caller's transaction; LedgerFaulty lists every fault.

    The same file twice changes nothing; a row that differs from the stored case becomes a
    correcting event. What the file does not speak of stays as it is. `progress` hears of rows,
    `on_stored` of cases.
    """
    require(actor, "case.import")
    known = session.scalars(select(Unit)).all()
    units = [unit for unit in known if can(actor, "case.import", unit.path)]
    if not units:
        raise RequestflowError(
            text("No units have been loaded yet."),
            text("Load a units file with --units or `requestflow unit load`."),
        )
    with _rarely_collected(), session.begin_nested() as savepoint, open_tables(path) as tables:
        file = read_ledger(tables)
        if not file.sheets and not file.faults:
            raise _no_ledger(path)
        hears = progress or (lambda _rows: None)
        job = _Job(session, cases, actor, units, now, options, file, hears, on_stored)
        job.others = [unit for unit in known if unit not in units]
        done = job.run()
        if done.faults and not options.skip_faulty:
            raise LedgerFaulty(done.faults)
        if options.dry_run:
            savepoint.rollback()
    return done


@contextmanager
def _rarely_collected() -> Iterator[None]:
    """Leaves what is there already out of the search for garbage, which a hundred thousand rows
    would have made over and over."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _no_ledger(path: Path) -> RequestflowError:
    return RequestflowError(
        text("%(file)s contains no sheet with the ledger's column headers.", file=path.name),
        text(
            "The sheet 申请台账 must have the columns 申请编号, 受理单位, 收到申请日期 and so on, "
            "within the first 30 rows."
        ),
    )


@dataclass
class _Job:
    session: Session
    cases: CaseService
    actor: Actor
    units: Sequence[Unit]
    now: datetime
    options: ImportOptions
    file: LedgerFile
    progress: Progress
    on_stored: OnStored | None = None
    others: Sequence[Unit] = ()
    done: ImportSummary = field(default_factory=ImportSummary)

    def run(self) -> ImportSummary:
        """Remedies first, since they belong to the applications that follow."""
        self.done.dry_run = self.options.dry_run
        self.staging = Staging()
        # The latest of the units' days; each is held to its own when it is stored.
        today = max(self.cases.day_of(self.now, unit.jurisdiction) for unit in self.units)
        self.checker = Checker(self.units, today, others=self.others)
        self.storing = Storing(
            self.session,
            self.cases,
            self.actor,
            {unit.code: unit for unit in self.units},
            self.now,
            self.options,
            self.done,
            self.checker.faults,
            self.on_stored,
        )
        try:
            remedies = self.file.of("reconsideration", "suit")
            self.kinds = frozenset(sheet.kind.kind for sheet in remedies)
            for sheet in remedies:
                self._read_remedies(sheet)
            for sheet in self.file.of("application"):
                self._read_applications(sheet)
            self._store_orphans()
        finally:
            self.staging.close()
        self._summarize()
        return self.done

    def _read_remedies(self, sheet: LedgerSheet) -> None:
        for row in sheet.rows():
            number, line = self.checker.remedy(row, sheet.kind)
            if number and line:
                self.staging.add_remedy(number, line)
            else:
                self._leave_out(row)
            self._went_on()

    def _read_applications(self, sheet: LedgerSheet) -> None:
        chunk: list[Line] = []
        for row in sheet.rows():
            line = self._checked(row, sheet)
            if line is not None:
                chunk.append(line)
            if len(chunk) == CHUNK:
                self.storing.store(chunk)
                chunk = []
            self._went_on()
        self.storing.store(chunk)

    def _went_on(self) -> None:
        """One row more was read; LedgerFaulty where far too many have faults."""
        self.progress(1)
        if len(self.checker.faults) >= MOST_FAULTS:
            raise LedgerFaulty([*self.file.faults, *self.checker.faults])

    def _checked(self, row: TableRow, sheet: LedgerSheet) -> Line | None:
        """The line of a row with its remedies; None where it is faulty or stood there before."""
        line = self.checker.application(row, sheet.kind)
        number = line.number if line else _number(row)
        earlier = self.staging.seen(number, sheet.name, row.number) if number else None
        if earlier is not None:
            self.checker.faults.append(self._twice(row, sheet, *earlier))
            self._leave_out(row)
            return None
        if line is None:
            self._leave_out(row)
            for item in self.staging.remedies_of(number):
                self.done.leave_out(item.sheet, item.row)
            return None
        line.note_columns = sheet.note_columns
        line.remedies = self.staging.remedies_of(number)
        line.kinds = self.kinds
        return line

    def _twice(self, row: TableRow, sheet: LedgerSheet, other: str, place: int) -> Fault:
        where = {"row": place, "sheet": other}
        hint = text("Row %(row)s of the sheet %(sheet)s has the same number.", **where)
        if any(item.name == other and item.table.hidden for item in self.file.sheets):
            hint = text("Row %(row)s of the hidden sheet %(sheet)s has the same number.", **where)
        if sheet.table.hidden:
            hint = text(
                "This sheet is hidden in the file. %(hint)s Delete it if it is an old copy.",
                hint=hint,
            )
        return Fault(
            row.sheet,
            row.number,
            row.headers.get("number", ""),
            shown(row.cell("number")),
            text("The number is duplicated."),
            hint,
        )

    def _leave_out(self, row: TableRow) -> None:
        self.done.leave_out(row.sheet, row.number, _number(row))

    def _store_orphans(self) -> None:
        chunk: list[Line] = []
        for number, remedies in self.staging.orphans():
            first = remedies[0]
            chunk.append(
                Line(number, None, first.sheet, first.row, remedies=remedies, kinds=self.kinds)
            )
            if len(chunk) == CHUNK:
                self.storing.store(chunk)
                chunk = []
        self.storing.store(chunk)

    def _summarize(self) -> None:
        done, order = self.done, [sheet.name for sheet in self.file.sheets]
        faults = [*self.file.faults, *self.checker.faults]
        done.faults = sorted(
            faults, key=lambda f: (order.index(f.sheet) if f.sheet in order else -1, f.row)
        )
        done.ignored_sheets = self.file.ignored
        for sheet in self.file.sheets:
            if sheet.table.hidden:
                done.hidden_sheets.append(sheet.name)
            done.kept_columns += [f"{sheet.name}: {name}" for name in sheet.head.kept]
            done.hidden_rows += [f"{sheet.name} {row}" for row in sheet.seen.hidden]
            done.no_cases += [f"{sheet.name} {row} ({words})" for row, words in sheet.seen.left_out]


def _number(row: TableRow) -> str:
    """The number of a row that has faults, where it can be read."""
    try:
        return identifier_of(row.cell("number"))
    except ValueError:
        return ""
