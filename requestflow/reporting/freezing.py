"""From a report as it stands to the content that is kept of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from requestflow.foundation import text
from requestflow.publications import origins_of
from requestflow.reporting.content import (
    Content,
    SectionContent,
    UnitContent,
    checks_of,
    digest_of_reading,
    figures_of,
    names,
)
from requestflow.reporting.errors import ReportRefused
from requestflow.reporting.whole import LOCALES, Whole
from requestflow.statistics import Report
from requestflow.statistics.narrative import drafted, filled


def content_of(
    session: Session, whole: Whole, signed_by: str, now: datetime, failing_reason: str | None = None
) -> Content:
    """What a report says at this moment; FieldWrong where a figure in the words cannot be
    computed."""
    report = whole.report
    origins = origins_of(session, report.unit.path, report.year)
    counted, reported = figures_of(report, origins)
    return Content(
        unit=UnitContent(code=report.unit.code, name=report.unit.name),
        year=report.year,
        form=report.form.code,
        version=0,
        counted_at=report.known_on or now,
        signed_by=signed_by,
        figures=counted,
        reported=reported,
        checks=checks_of(report),
        failing_reason=failing_reason,
        sections=_sections(report, whole),
    )


def _sections(report: Report, whole: Whole) -> tuple[SectionContent, ...]:
    made = []
    for section in report.form.sections:
        said: dict[str, str | None] = {}
        for locale in LOCALES:
            item = whole.texts.get((section.id, locale))
            words = item.content if item else drafted(section, report, locale)
            said[locale] = filled(words, report, locale) if words.strip() else None
        made.append(
            SectionContent(
                id=section.id, label=names(section.label), zh=said["zh_CN"] or "", en=said["en"]
            )
        )
    return tuple(made)


def require_as_seen(content: Content, seen: str | None) -> None:
    """Raises ReportRefused where a report no longer reads as it was read."""
    if seen is not None and digest_of_reading(content) != seen:
        raise ReportRefused(
            text("The report has changed since you read it."),
            hint=text("Read it again as it is now, then sign or publish it."),
        )
