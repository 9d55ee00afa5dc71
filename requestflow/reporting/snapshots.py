"""From a report as it stands to the content that is kept of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from requestflow.foundation import text
from requestflow.reported_figures import origins_of
from requestflow.reporting.document import (
    ReportDocument,
    SectionContent,
    UnitContent,
    checks_of,
    corrected,
    digest_of_reading,
    figures_of,
    names,
    read_document,
)
from requestflow.reporting.errors import ReportRefused
from requestflow.reporting.review import REPORT_LOCALES, ReportReview
from requestflow.statistics import Report, draft_text, fill_text


def document_of(
    session: Session,
    full: ReportReview,
    signed_by: str,
    now: datetime,
    failing_reason: str | None = None,
    draft: bool = False,
) -> ReportDocument:
    """What a report says at this moment. FieldWrong where a figure in the words cannot be computed;
    in a `draft` that is marked in the words."""
    report = full.report
    return _counted(
        session,
        report,
        counted_at=report.known_on or now,
        signed_by=signed_by,
        failing_reason=failing_reason,
        sections=_sections(report, full, draft),
    )


def statistics_document(
    session: Session, report: Report, now: datetime, quarter: int = 0
) -> ReportDocument:
    """The table that is handed in beside the report, as a document of its own: it has no words, and
    nobody publishes it."""
    return _counted(session, report, quarter, counted_at=now, signed_by="", sections=())


def _counted(session: Session, report: Report, quarter: int = 0, **said: Any) -> ReportDocument:
    """The figures and checks of a report as a document, with what else is said in it."""
    origins = origins_of(session, report.unit.path, report.year, quarter)
    counted, reported = figures_of(report, origins)
    return ReportDocument(
        unit=UnitContent(code=report.unit.code, name=report.unit.name),
        year=report.year,
        form=report.form.code,
        version=0,
        figures=counted,
        reported=reported,
        checks=checks_of(report),
        **said,
    )


def document_to_read(
    session: Session, full: ReportReview, signed_by: str, now: datetime, draft: bool = False
) -> ReportDocument:
    """A report as it is read before it is published: as it was handed in, else as it stands now;
    a correction with what it corrects. FieldWrong as for `content_of`."""
    handed_in = full.said if full.state in ("submitted", "accepted") else None
    reason = full.row.failing_reason if full.row and full.failing else None
    content = handed_in or document_of(session, full, signed_by, now, reason, draft)
    correction = full.row.correction if full.row else None
    before = next((item for item in full.snapshots if item.kind == "published"), None)
    if correction is None or before is None or full.state == "published":
        return content
    return corrected(content, correction, read_document(before.content))


def _sections(report: Report, full: ReportReview, draft: bool) -> tuple[SectionContent, ...]:
    built = []
    for section in report.form.sections:
        data: dict[str, str | None] = {}
        for locale in REPORT_LOCALES:
            item = full.texts.get((section.id, locale))
            words = item.content if item else draft_text(section, report, locale)
            data[locale] = fill_text(words, report, locale, draft) if words.strip() else None
        built.append(
            SectionContent(
                id=section.id, label=names(section.label), zh=data["zh_CN"] or "", en=data["en"]
            )
        )
    return tuple(built)


def require_as_seen(content: ReportDocument, seen: str | None) -> None:
    """Raises ReportRefused where a report no longer reads as it was read."""
    if seen is not None and digest_of_reading(content) != seen:
        raise ReportRefused(
            text("The report has changed since you last read it."),
            hint=text("Read the current version, then sign or publish it."),
        )


def reason_for(full: ReportReview, reason: str) -> str | None:
    """The written reason for failing checks; None where all hold."""
    failing: Sequence[object] = full.failing
    if not failing:
        return None
    if any(full.wrong.values()):
        raise ReportRefused(
            text("A figure in the text cannot be calculated."),
            "reason",
            text("Correct the chapter first. An explanation cannot replace a figure."),
        )
    if not reason.strip():
        raise ReportRefused(
            text("Failed checks: %(number)s.", number=len(failing)),
            "reason",
            text(
                "Correct the errors, or explain why the figures are right. The explanation is "
                "published with the report."
            ),
        )
    return reason.strip()
