"""A published report made anew: begun, or given up again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, require
from requestflow.foundation import text
from requestflow.reported_figures import state_again
from requestflow.reporting.document import read_document
from requestflow.reporting.errors import ReportRefused
from requestflow.reporting.models import CORRECTION_BEGUN, CORRECTION_DROPPED
from requestflow.reporting.queries import correction_begun_at, latest
from requestflow.reporting.state import WRITABLE_STATES, ReportStates
from requestflow.reporting.text_versions import rewrite_text


class ReportCorrection(ReportStates):
    """What is done with a report that proves wrong after it was published."""

    def correct(
        self, session: Session, actor: Actor, unit: Unit, year: int, notice: str, now: datetime
    ) -> None:
        """Begins a new version of a published report, with a notice of what is corrected. What was
        published stays, and the year stays locked."""
        require(actor, "report.sign", unit.path)
        row = self.held(session, unit, year, "published")
        if not notice.strip():
            raise ReportRefused(text("Enter what is being corrected and why."), "notice")
        row.correction = notice.strip()
        self.turn(session, actor, unit, row, "draft", row.correction, now, CORRECTION_BEGUN)

    def drop_correction(
        self, session: Session, actor: Actor, unit: Unit, year: int, reason: str, now: datetime
    ) -> Sequence[str]:
        """Gives up a correction that was begun: what is published stands, the chapters read again
        as they did when it was handed in, and the unit states again the figures that it reported
        then; which of them had changed. Cases that were recorded late stay."""
        require(actor, "report.sign", unit.path)
        row = self.held(session, unit, year, *WRITABLE_STATES)
        given = latest(session, row.id, "published")
        if row.correction is None or given is None:
            raise ReportRefused(text("No correction has been started."))
        if not reason.strip():
            raise ReportRefused(text("Enter why the correction is being cancelled."), "dropped")
        stands = read_document(given.content)
        row.correction = row.remarks = row.failing = None
        row.failing_reason = stands.failing_reason
        signed_at = stands.counted_at
        session.add_all(rewrite_text(session, row.id, signed_at, actor.name, now))
        since = correction_begun_at(session, row.id)
        again = state_again(session, actor, unit, year, since, now, reason.strip()) if since else ()
        self.turn(session, actor, unit, row, "published", reason.strip(), now, CORRECTION_DROPPED)
        return again
