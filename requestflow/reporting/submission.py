"""From a checked report to a published one: signed, checked by the unit above, published."""

from datetime import datetime

from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, deputising_for, names_of, require
from requestflow.cases import lock_period, open_period
from requestflow.foundation import text
from requestflow.reporting.document import corrected, read_document
from requestflow.reporting.errors import ReportRefused
from requestflow.reporting.models import AnnualReport
from requestflow.reporting.queries import latest
from requestflow.reporting.review import review_report
from requestflow.reporting.snapshots import document_of, reason_for, require_as_seen
from requestflow.reporting.state import ReportStates


class ReportSubmission(ReportStates):
    """What is done with a report that is ready."""

    def submit(
        self,
        session: Session,
        actor: Actor,
        unit: Unit,
        year: int,
        now: datetime,
        seen: str | None = None,
    ) -> None:
        """Signs a checked report and hands it in: the figures are kept as they are now, and the
        year is locked for the unit and all below it. `seen` is the digest of what was read;
        ReportRefused where the report reads otherwise by now, before the year is over, and where a
        check does not hold that did when it was checked, or not by as much."""
        require(actor, "report.sign", unit.path)
        if year >= self.zones.day_of(now, unit.jurisdiction).year:
            raise ReportRefused(
                text("%(year)s has not ended yet, so its figures may still change.", year=year),
                hint=text("Submit the report on or after 1 January of the following year."),
            )
        row = self.held(session, unit, year, "checked")
        lock_period(session, unit, year, now)
        full = review_report(session, unit, year)
        new = set(full.failures.splitlines()) - set((row.failing or "").splitlines())
        if new:
            raise ReportRefused(
                text(
                    "Checks that have failed or changed since the report was marked as checked: "
                    "%(number)s.",
                    number=len(new),
                ),
                hint=text("Review them and mark the report as checked again."),
            )
        row.failing_reason = reason_for(full, row.failing_reason or "")
        require_as_seen(document_of(session, full, "", now, row.failing_reason), seen)
        number = self.next_number(session, row, "submitted")
        absent = deputising_for(actor, "report.sign", unit.path)
        names = names_of(session, [actor.name, *([absent] if absent else [])])
        signed_by = names.get(actor.name, actor.name)
        content = document_of(session, full, signed_by, now, row.failing_reason)
        signed_for = names.get(absent, absent) if absent else None
        content = content.model_copy(update={"signed_for": signed_for})
        self.keep(session, row, "submitted", number, content, actor, now)
        self.turn(session, actor, unit, row, "submitted", row.failing_reason, now)

    def give_back(
        self,
        session: Session,
        actor: Actor,
        unit: Unit,
        year: int,
        remarks: str,
        now: datetime,
        seen: int | None = None,
    ) -> None:
        """Returns a report to its unit with remarks; the year is open again. Where no unit is
        above, who signs takes it back. `seen` as for `accept`."""
        action = "report.sign" if unit.parent_id is None else "report.check"
        require(actor, action, unit.path)
        row = self.held(session, unit, year, "submitted", "accepted")
        _require_version(row, seen)
        if not remarks.strip():
            raise ReportRefused(text("Enter what needs to be changed."), "remarks")
        row.remarks = remarks.strip()
        if latest(session, row.id, "published") is None:
            open_period(session, unit, year)
        self.turn(session, actor, unit, row, "returned", row.remarks, now)

    def accept(
        self,
        session: Session,
        actor: Actor,
        unit: Unit,
        year: int,
        now: datetime,
        seen: int | None = None,
    ) -> None:
        """Accepts a report that a unit below handed in. `seen` is the version of the report that
        was looked at; ReportRefused where it was handed in anew since."""
        require(actor, "report.check", unit.path)
        row = self.held(session, unit, year, "submitted")
        _require_version(row, seen)
        row.remarks = None
        self.turn(session, actor, unit, row, "accepted", None, now)

    def publish(
        self,
        session: Session,
        actor: Actor,
        unit: Unit,
        year: int,
        now: datetime,
        seen: str | None = None,
    ) -> int:
        """Publishes what was handed in, at its lasting address; the version's number. A unit with
        one above it waits until that has accepted it. `seen` as for `submit`."""
        require(actor, "report.sign", unit.path)
        row = self.held(session, unit, year, "accepted", "submitted")
        if row.state == "submitted" and unit.parent_id is not None:
            raise ReportRefused(text("The parent unit has not accepted the report yet."))
        given = latest(session, row.id, "submitted")
        assert given is not None  # noqa: S101 - it was handed in
        before = latest(session, row.id, "published")
        number = self.next_number(session, row, "published")
        content = read_document(given.content)
        require_as_seen(content, seen)
        if row.correction and before:
            content = corrected(content, row.correction, read_document(before.content))
        content = content.model_copy(update={"version": number, "published_at": now})
        self.keep(session, row, "published", number, content, actor, now, row.correction)
        self.turn(session, actor, unit, row, "published", row.correction, now)
        return number


def _require_version(row: AnnualReport, seen: int | None) -> None:
    """Raises ReportRefused where something was done with a report since it was looked at."""
    if seen is not None and row.version != seen:
        raise ReportRefused(
            text("The report has changed since you last viewed it."),
            hint=text("This is the current version. Review it again."),
        )
