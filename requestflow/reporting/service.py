"""What is done with an annual report, in order: begun, written, checked, handed in, checked by the
unit above, published, corrected by a new version."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, names_of, require
from requestflow.cases import lock_period, open_period
from requestflow.foundation import Conflict, insert_once, text
from requestflow.reporting.content import Content, changes_between, frozen, read
from requestflow.reporting.errors import ReportRefused, TextChanged
from requestflow.reporting.freezing import content_of, require_as_seen
from requestflow.reporting.models import AnnualReport, ReportSnapshot, ReportStep, ReportText
from requestflow.reporting.queries import latest, report_of, texts_of
from requestflow.reporting.whole import LOCALES, Whole, look_at
from requestflow.reporting.words import written_again
from requestflow.statistics import build_report
from requestflow.statistics.narrative import drafted, problems

STATES = ("not_begun", "draft", "checked", "submitted", "returned", "accepted", "published")
WRITABLE = frozenset({"draft", "checked", "returned"})


@dataclass(frozen=True)
class ReportChange:
    """What listeners are told: whose report for which year came to which state, what was said,
    who did it; `version` tells one coming to a state from another."""

    unit: Unit
    year: int
    state: str
    said: str | None
    actor: str
    version: int


Listener = Callable[[Session, ReportChange, datetime], None]


@dataclass(frozen=True)
class Reporting:
    """The one place that changes a report's state. `zone` is the body's own; listeners run in the
    same transaction."""

    zone: ZoneInfo
    listeners: tuple[Listener, ...] = ()

    def begin(self, session: Session, actor: Actor, unit: Unit, year: int, now: datetime) -> None:
        """Begins a report, its chapters drafted from the figures; twice is once. Refused,
        UnknownForm."""
        require(actor, "report.prepare", unit.path)
        if year > now.astimezone(self.zone).year:
            raise ReportRefused(text("The year %(year)s has not begun.", year=year))
        report = build_report(session, year, unit)
        values = {
            "unit_id": unit.id,
            "year": year,
            "state": "draft",
            "version": 1,
            "changed_by": actor.name,
            "changed_at": now,
        }
        if not insert_once(session, AnnualReport, values):
            return
        row = report_of(session, unit.id, year)
        assert row is not None  # noqa: S101 - it was inserted just now
        drafts = [
            {
                "report_id": row.id,
                "section": section.id,
                "locale": locale,
                "version": 1,
                "content": drafted(section, report, locale),
                "written_by": "system",
                "written_at": now,
            }
            for section in report.form.sections
            for locale in LOCALES
            if section.draft
        ]
        if drafts:
            session.execute(insert(ReportText), drafts)
        self._noted(session, actor, unit, row, None, now)

    def write(
        self,
        session: Session,
        actor: Actor,
        unit: Unit,
        year: int,
        section: str,
        locale: str,
        content: str,
        version: int,
        now: datetime,
    ) -> None:
        """Writes a chapter's words. `version` is the one that was read: TextChanged where there is
        a newer one. ReportRefused at `content` for a field that cannot be filled in."""
        require(actor, "report.prepare", unit.path)
        row = self._held(session, unit, year)
        if row.state not in WRITABLE:
            raise ReportRefused(
                text("The report is handed in; its words stand."),
                hint=text("Ask the unit above to return it, or begin a correction."),
            )
        report = build_report(session, year, unit)
        if section not in {item.id for item in report.form.sections} or locale not in LOCALES:
            raise ReportRefused(text("The form has no such chapter."))
        wrong = next(problems(content, report), None)
        if wrong:
            raise ReportRefused(wrong, "content")
        standing = texts_of(session, row.id).get((section, locale))
        if (standing.version if standing else 0) != version:
            raise _changed()
        if standing is not None and standing.content == content:
            return
        new = ReportText(
            report_id=row.id,
            section=section,
            locale=locale,
            version=version + 1,
            content=content,
            written_by=actor.name,
            written_at=now,
        )
        session.add(new)
        try:
            session.flush()
        except IntegrityError as error:
            raise _changed() from error
        if row.state == "checked":
            self._turn(session, actor, unit, row, "draft", None, now)

    def check(
        self, session: Session, actor: Actor, unit: Unit, year: int, reason: str, now: datetime
    ) -> None:
        """Marks a report as checked. ReportRefused at `reason` where a check does not hold and no
        reason is given."""
        require(actor, "report.prepare", unit.path)
        row = self._held(session, unit, year, "draft", "returned", "checked")
        whole = look_at(session, unit, year)
        row.failing_reason = _reason(whole, reason)
        row.failing = ",".join(check.id for check in whole.failing)
        self._turn(session, actor, unit, row, "checked", row.failing_reason, now)

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
        check does not hold that did when it was checked."""
        require(actor, "report.sign", unit.path)
        if year >= now.astimezone(self.zone).year:
            raise ReportRefused(
                text("The year %(year)s is not over; its figures still grow.", year=year),
                hint=text("Hand it in from 1 January on."),
            )
        row = self._held(session, unit, year, "checked")
        lock_period(session, unit, year, now)
        whole = look_at(session, unit, year)
        new = {check.id for check in whole.failing} - set((row.failing or "").split(","))
        if new:
            raise ReportRefused(
                text("%(number)s checks no longer hold since it was checked.", number=len(new)),
                hint=text("Look at them, and mark the report as checked again."),
            )
        require_as_seen(content_of(session, whole, "", now, row.failing_reason), seen)
        row.failing_reason = _reason(whole, row.failing_reason or "")
        number = self._next(session, row, "submitted")
        signed_by = names_of(session, [actor.name]).get(actor.name, actor.name)
        content = content_of(session, whole, signed_by, now, row.failing_reason)
        self._keep(session, row, "submitted", number, content, actor, now)
        self._turn(session, actor, unit, row, "submitted", row.failing_reason, now)

    def give_back(
        self, session: Session, actor: Actor, unit: Unit, year: int, remarks: str, now: datetime
    ) -> None:
        """Returns a report to its unit with remarks; the year is open again. Where no unit is
        above, who signs takes it back."""
        action = "report.sign" if unit.parent_id is None else "report.check"
        require(actor, action, unit.path)
        row = self._held(session, unit, year, "submitted", "accepted")
        if not remarks.strip():
            raise ReportRefused(text("Say what is to be changed."), "remarks")
        row.remarks = remarks.strip()
        if latest(session, row.id, "published") is None:
            open_period(session, unit, year)
        self._turn(session, actor, unit, row, "returned", row.remarks, now)

    def accept(self, session: Session, actor: Actor, unit: Unit, year: int, now: datetime) -> None:
        """Accepts a report that a unit below handed in."""
        require(actor, "report.check", unit.path)
        row = self._held(session, unit, year, "submitted")
        row.remarks = None
        self._turn(session, actor, unit, row, "accepted", None, now)

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
        row = self._held(session, unit, year, "accepted", "submitted")
        if row.state == "submitted" and unit.parent_id is not None:
            raise ReportRefused(text("The unit above has not accepted the report yet."))
        given = latest(session, row.id, "submitted")
        assert given is not None  # noqa: S101 - it was handed in
        before = latest(session, row.id, "published")
        number = self._next(session, row, "published")
        content = read(given.content)
        require_as_seen(content, seen)
        changes = changes_between(read(before.content), content) if before else ()
        content = content.model_copy(
            update={
                "version": number,
                "published_at": now,
                "correction": row.correction,
                "changes": changes,
            }
        )
        self._keep(session, row, "published", number, content, actor, now, row.correction)
        self._turn(session, actor, unit, row, "published", row.correction, now)
        return number

    def correct(
        self, session: Session, actor: Actor, unit: Unit, year: int, notice: str, now: datetime
    ) -> None:
        """Begins a new version of a published report, with a notice of what is corrected. What was
        published stays, and the year stays locked."""
        require(actor, "report.sign", unit.path)
        row = self._held(session, unit, year, "published")
        if not notice.strip():
            raise ReportRefused(text("Say what is corrected, and why."), "notice")
        row.correction = notice.strip()
        self._turn(session, actor, unit, row, "draft", row.correction, now)

    def drop_correction(
        self, session: Session, actor: Actor, unit: Unit, year: int, reason: str, now: datetime
    ) -> None:
        """Gives up a correction that was begun: what is published stands, and the chapters read
        again as they did when it was handed in."""
        require(actor, "report.sign", unit.path)
        row = self._held(session, unit, year, *WRITABLE)
        given = latest(session, row.id, "published")
        if row.correction is None or given is None:
            raise ReportRefused(text("No correction has been begun."))
        if not reason.strip():
            raise ReportRefused(text("Say why nothing is corrected after all."), "dropped")
        stands = read(given.content)
        row.correction = row.remarks = None
        row.failing_reason = stands.failing_reason
        row.failing = ",".join(check.id for check in stands.checks if not check.holds)
        signed_at = stands.counted_at
        session.add_all(written_again(session, row.id, signed_at, actor.name, now))
        self._turn(session, actor, unit, row, "published", reason.strip(), now)

    def _held(self, session: Session, unit: Unit, year: int, *states: str) -> AnnualReport:
        """The report, locked for the rest of the transaction; ReportRefused where it is in none of
        the states."""
        row = report_of(session, unit.id, year)
        if row is None:
            raise ReportRefused(text("The report of %(year)s has not been begun.", year=year))
        session.refresh(row, with_for_update=True)
        if states and row.state not in states:
            raise ReportRefused(
                text(
                    "This cannot be done now; the report is: %(state)s.",
                    state=text(f"report.{row.state}"),
                ),
                hint=text("Load the page again: somebody may have acted in between."),
            )
        return row

    def _turn(
        self,
        session: Session,
        actor: Actor,
        unit: Unit,
        row: AnnualReport,
        state: str,
        said: str | None,
        now: datetime,
    ) -> None:
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
            raise Conflict(text("Somebody else acted on this report in between."))
        session.refresh(row)
        self._noted(session, actor, unit, row, said, now)

    def _noted(
        self,
        session: Session,
        actor: Actor,
        unit: Unit,
        row: AnnualReport,
        said: str | None,
        now: datetime,
    ) -> None:
        step = ReportStep(report_id=row.id, state=row.state, said=said, by=actor.name, at=now)
        session.add(step)
        session.flush()
        change = ReportChange(unit, row.year, row.state, said, actor.name, row.version)
        for listener in self.listeners:
            listener(session, change, now)

    def _next(self, session: Session, row: AnnualReport, kind: str) -> int:
        last = latest(session, row.id, kind)
        return last.number + 1 if last else 1

    def _keep(
        self,
        session: Session,
        row: AnnualReport,
        kind: str,
        number: int,
        content: Content,
        actor: Actor,
        now: datetime,
        notice: str | None = None,
    ) -> None:
        stored, digest = frozen(content)
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


def _reason(whole: Whole, reason: str) -> str | None:
    """The written reason for failing checks; None where all hold."""
    failing: Sequence[object] = whole.failing
    if not failing:
        return None
    if any(whole.wrong.values()):
        raise ReportRefused(
            text("A figure in the words cannot be computed."),
            "reason",
            text("Mend the chapter first; no reason can stand in for a figure."),
        )
    if not reason.strip():
        raise ReportRefused(
            text("%(number)s checks do not hold.", number=len(failing)),
            "reason",
            text("Mend what is wrong, or say why it is right; the reason is published with it."),
        )
    return reason.strip()


def _changed() -> TextChanged:
    return TextChanged(
        text("Somebody else wrote this chapter in between."),
        text("Their words are shown beside yours; put together what should stand and save again."),
    )


__all__ = ["STATES", "ReportChange", "ReportRefused", "Reporting", "TextChanged"]
