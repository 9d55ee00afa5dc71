"""The one place that changes a report's state."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit
from requestflow.foundation import Conflict, text
from requestflow.law import Zones
from requestflow.reporting.document import ReportDocument, freeze_document
from requestflow.reporting.errors import ReportRefused
from requestflow.reporting.models import AnnualReport, ReportSnapshot, ReportStep
from requestflow.reporting.queries import latest, report_of

STATES = ("not_begun", "draft", "checked", "submitted", "returned", "accepted", "published")
WRITABLE_STATES = frozenset({"draft", "checked", "returned"})


@dataclass(frozen=True)
class ReportChange:
    """What listeners are told: whose report for which year came to which state, what was said,
    who did it; `version` tells one coming to a state from another, `prepared_by` is who last marked
    it as checked."""

    unit: Unit
    year: int
    state: str
    said: str | None
    actor: str
    version: int
    prepared_by: str | None = None


Listener = Callable[[Session, ReportChange, datetime], None]


@dataclass(frozen=True)
class ReportStates:
    """From state to state. `zones` are the units' own; listeners run in the same transaction."""

    zones: Zones
    listeners: tuple[Listener, ...] = ()

    def held(self, session: Session, unit: Unit, year: int, *states: str) -> AnnualReport:
        """The report, locked for the rest of the transaction; ReportRefused where it is in none of
        the states."""
        row = report_of(session, unit.id, year)
        if row is None:
            raise ReportRefused(text("The report for %(year)s has not been started.", year=year))
        session.refresh(row, with_for_update=True)
        if states and row.state not in states:
            raise ReportRefused(
                text(
                    "This action is not available while the report is: %(state)s.",
                    state=text(f"report.{row.state}"),
                ),
                hint=text("Reload the page. Another user may have made changes in the meantime."),
            )
        return row

    def turn(
        self,
        session: Session,
        actor: Actor,
        unit: Unit,
        row: AnnualReport,
        state: str,
        value: str | None,
        now: datetime,
        kind: str | None = None,
    ) -> None:
        """Brings a report to a state, with what was said; `kind` is what was done, where that is
        not the state itself. Conflict where somebody else was faster."""
        turned = session.execute(
            update(AnnualReport)
            .where(AnnualReport.id == row.id, AnnualReport.version == row.version)
            .values(
                state=state,
                version=row.version + 1,
                failing=row.failing,
                failing_reason=row.failing_reason,
                remarks=row.remarks,
                correction=row.correction,
                changed_by=actor.name,
                changed_at=now,
            )
            .execution_options(synchronize_session=False)
        )
        if turned.rowcount != 1:  # type: ignore[attr-defined]
            raise Conflict(text("Another user has changed this report in the meantime."))
        session.refresh(row)
        self.noted(session, actor, unit, row, value, now, kind)

    def noted(
        self,
        session: Session,
        actor: Actor,
        unit: Unit,
        row: AnnualReport,
        value: str | None,
        now: datetime,
        kind: str | None = None,
    ) -> None:
        """Notes what was done with a report, and tells the listeners."""
        step = ReportStep(
            report_id=row.id,
            kind=kind or row.state,
            state=row.state,
            said=value,
            by=actor.name,
            at=now,
        )
        session.add(step)
        session.flush()
        prepared = select(ReportStep.by).where(
            ReportStep.report_id == row.id, ReportStep.kind == "checked"
        )
        prepared_by = session.scalar(prepared.order_by(ReportStep.id.desc()).limit(1))
        change = ReportChange(
            unit, row.year, row.state, value, actor.name, row.version, prepared_by
        )
        for listener in self.listeners:
            listener(session, change, now)

    def next_number(self, session: Session, row: AnnualReport, kind: str) -> int:
        """The number of the next snapshot of a kind."""
        last = latest(session, row.id, kind)
        return last.number + 1 if last else 1

    def keep(
        self,
        session: Session,
        row: AnnualReport,
        kind: str,
        number: int,
        content: ReportDocument,
        actor: Actor,
        now: datetime,
        notice: str | None = None,
    ) -> None:
        """Keeps a content as it is now, with its hash."""
        stored, digest = freeze_document(content)
        snapshot = ReportSnapshot(
            report_id=row.id,
            kind=kind,
            number=number,
            content=stored,
            hash=digest,
            notice=notice,
            taken_by=actor.name,
            taken_at=now,
        )
        session.add(snapshot)
        session.flush()
