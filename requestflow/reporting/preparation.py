"""Preparing a report: begun, its words written, figures reported that no record holds, checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, require
from requestflow.cases import period_locks
from requestflow.foundation import insert_once, text
from requestflow.law import report_form_for
from requestflow.reported_figures import FigureRefused, enter_figure, take_back_figure
from requestflow.reporting.errors import ReportRefused, TextChanged
from requestflow.reporting.models import AnnualReport, ReportText
from requestflow.reporting.queries import HANDED_IN, report_of, text_read, texts_of
from requestflow.reporting.review import REPORT_LOCALES, review_report
from requestflow.reporting.snapshots import reason_for
from requestflow.reporting.state import WRITABLE_STATES, ReportStates
from requestflow.statistics import Report, build_report, draft_text, text_problems

LONGEST_REASON = 500
QUARTERS = ("1", "2", "3", "4")
"""How many characters the reason may have why a figure comes late."""


@dataclass(frozen=True)
class WrittenText:
    """A chapter's words in a language, as they were typed; `version` is the one that was read, 0
    where there was none."""

    locale: str
    content: str
    version: int


class ReportPreparation(ReportStates):
    """What a unit does with its report until it is signed."""

    def begin(self, session: Session, actor: Actor, unit: Unit, year: int, now: datetime) -> None:
        """Begins a report, its chapters drafted from the figures; twice is once. Refused,
        UnknownForm."""
        require(actor, "report.prepare", unit.path)
        if year > self.zones.day_of(now, unit.jurisdiction).year:
            raise ReportRefused(text("%(year)s has not started yet.", year=year))
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
                "content": draft_text(section, report, locale),
                "written_by": "system",
                "written_at": now,
            }
            for section in report.form.sections
            for locale in REPORT_LOCALES
            if section.draft
        ]
        if drafts:
            session.execute(insert(ReportText), drafts)
        self.noted(session, actor, unit, row, None, now)

    def write(
        self,
        session: Session,
        actor: Actor,
        unit: Unit,
        year: int,
        section: str,
        written: Sequence[WrittenText],
        now: datetime,
    ) -> None:
        """Writes a chapter's words in one language or in both. TextChanged where there is a newer
        version than was read and this one says something else; ReportRefused at `content-` and the
        language for a field that cannot be filled in. Then nothing is stored."""
        require(actor, "report.prepare", unit.path)
        row = self.held(session, unit, year)
        if row.state not in WRITABLE_STATES:
            raise ReportRefused(
                text("The report has been submitted and its text can no longer be changed."),
                hint=text("Ask the parent unit to return it, or start a correction."),
            )
        report = build_report(session, year, unit)
        if section not in {item.id for item in report.form.sections}:
            raise ReportRefused(text("The report form does not have this chapter."))
        standing = texts_of(session, row.id)
        new = [
            built
            for item in written
            if (built := _new(session, row, section, item, report, standing, actor, now))
        ]
        # The report is held, so nobody else writes a version of it meanwhile.
        session.add_all(new)
        if new and row.state == "checked":
            self.turn(session, actor, unit, row, "draft", None, now)

    def check(
        self, session: Session, actor: Actor, unit: Unit, year: int, reason: str, now: datetime
    ) -> None:
        """Marks a report as checked. ReportRefused at `reason` where a check does not hold and no
        reason is given."""
        require(actor, "report.prepare", unit.path)
        row = self.held(session, unit, year, "draft", "returned", "checked")
        full = review_report(session, unit, year)
        reason_now = reason_for(full, reason)
        failures = full.failures
        if row.state == "checked" and (row.failing, row.failing_reason) == (failures, reason_now):
            return
        row.failing, row.failing_reason = failures, reason_now
        self.turn(session, actor, unit, row, "checked", row.failing_reason, now)

    def report_figure(
        self,
        session: Session,
        actor: Actor,
        unit: Unit,
        year: int,
        data: Mapping[str, str],
        now: datetime,
    ) -> None:
        """Enters a figure that the unit reports (`figure`, `value`, `measure`, `origin`, `seen`,
        `quarter`, and `late_reason` where the year was handed in before). FigureRefused at its
        field, FigureChanged, Refused, UnknownForm."""
        row, reason = self._open_for_figures(session, unit, year, data, now)
        figure, value = data["figure"], data["value"]
        measure, origin = data["measure"], data["origin"]
        seen, quarter = data.get("seen"), quarter_of(data)
        enter_figure(
            session, actor, unit, year, figure, value, measure, origin, now, reason, seen, quarter
        )
        self._checked_no_more(session, actor, unit, row, now)

    def take_back_figure(
        self,
        session: Session,
        actor: Actor,
        unit: Unit,
        year: int,
        data: Mapping[str, str],
        now: datetime,
    ) -> None:
        """Takes a figure back (`figure`, `seen`, `quarter`, `late_reason`), so that it is not
        reported. FigureRefused, FigureChanged, Refused, UnknownForm."""
        row, reason = self._open_for_figures(session, unit, year, data, now)
        figure, seen, quarter = data["figure"], data.get("seen"), quarter_of(data)
        take_back_figure(session, actor, unit, year, figure, now, reason, seen, quarter)
        self._checked_no_more(session, actor, unit, row, now)

    def _open_for_figures(
        self, session: Session, unit: Unit, year: int, data: Mapping[str, str], now: datetime
    ) -> tuple[AnnualReport | None, str]:
        """The report, if it has been begun, and why the figure comes late, if it does."""
        report_form_for(year, unit.jurisdiction)
        quarter = quarter_of(data)
        if date(year, max(3 * quarter - 2, 1), 1) > self.zones.day_of(now, unit.jurisdiction):
            span = f"{year} Q{quarter}" if quarter else year
            raise FigureRefused("figure", text("%(year)s has not started yet.", year=span))
        row = report_of(session, unit.id, year)
        handed_in = text("The figures for %(year)s have already been submitted.", year=year)
        if row:
            # So that nobody hands it in, or gives up its correction, while a figure is entered.
            session.refresh(row, with_for_update=True)
        if row and row.state in HANDED_IN:
            raise FigureRefused("figure", handed_in)
        reason = data.get("late_reason", "").strip()
        if len(reason) > LONGEST_REASON:
            most = text(
                "This is too long. Enter no more than %(most)s characters.", most=LONGEST_REASON
            )
            raise FigureRefused("late_reason", most)
        if year in period_locks(session).years(unit.path) and not reason:
            raise FigureRefused(
                "late_reason", handed_in, text("Enter why the figure is being reported late.")
            )
        return row, reason

    def _checked_no_more(
        self, session: Session, actor: Actor, unit: Unit, row: AnnualReport | None, now: datetime
    ) -> None:
        if row and row.state == "checked":
            self.turn(session, actor, unit, row, "draft", None, now)


def quarter_of(data: Mapping[str, str]) -> int:
    """The quarter that was chosen; 0 for the whole year."""
    chosen = data.get("quarter", "")
    return int(chosen) if chosen in QUARTERS else 0


def _new(
    session: Session,
    row: AnnualReport,
    section: str,
    item: WrittenText,
    report: Report,
    standing: Mapping[tuple[str, str], ReportText],
    actor: Actor,
    now: datetime,
) -> ReportText | None:
    """The next version of the words; None where nothing was changed."""
    if item.locale not in REPORT_LOCALES:
        raise ReportRefused(text("Reports are written in Chinese and English."))
    stands = standing.get((section, item.locale))
    number = stands.version if stands else 0
    before = stands
    if number != item.version:
        before = text_read(session, row.id, section, item.locale, item.version)
    if item.content == (before.content if before else ""):
        return None
    wrong = next(text_problems(item.content, report), None)
    if wrong:
        raise ReportRefused(wrong, f"content-{item.locale}")
    if number != item.version:
        raise _changed(item.locale)
    return ReportText(
        report_id=row.id,
        section=section,
        locale=item.locale,
        version=number + 1,
        content=item.content,
        written_by=actor.name,
        written_at=now,
    )


def _changed(locale: str) -> TextChanged:
    return TextChanged(
        locale,
        text("Another user edited this chapter in the meantime."),
        text("Their text is shown next to yours. Combine the two and save again."),
    )
