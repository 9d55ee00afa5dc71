"""The words of a report as they stood at an earlier moment."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.reporting.models import ReportText


def rewrite_text(
    session: Session, report_id: int, moment: datetime, by: str, now: datetime
) -> Iterator[ReportText]:
    """For each chapter that was written since a moment, a new version with what stood then. What
    was written in between stays among the versions."""
    query = select(ReportText).where(ReportText.report_id == report_id).order_by(ReportText.version)
    standing: dict[tuple[str, str], ReportText] = {}
    then: dict[tuple[str, str], str] = {}
    for row in session.scalars(query):
        key = row.section, row.locale
        standing[key] = row
        if row.written_at <= moment:
            then[key] = row.content
    for (section, locale), row in standing.items():
        content = then.get((section, locale), "")
        if row.content != content:
            yield ReportText(
                report_id=report_id,
                section=section,
                locale=locale,
                version=row.version + 1,
                content=content,
                written_by=by,
                written_at=now,
            )
