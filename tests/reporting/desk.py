"""What the tests of annual reports share: who acts, and doing what the pages do."""

from datetime import UTC, date, datetime, timedelta

from requestflow.accounts import Actor, unit_by_code
from requestflow.application import Application
from requestflow.cases import Opening
from requestflow.foundation import db
from requestflow.reporting import WrittenText, published, review_report

CODE, YEAR = "LZ-S01", 2026
CLERK = Actor("clerk", "clerk", "LZ/LZ-S01/")
APPROVER = Actor("approver", "approver", "LZ/LZ-S01/")
ABOVE = Actor("supervisor", "supervisor", "LZ/")
REASON = "表二的数字由另一系统报送。"
JANUARY = datetime(2027, 1, 20, 2, 0, tzinfo=UTC)
"""When the year is over and its report is made."""

LATER = JANUARY + timedelta(hours=1)


class Desk:
    """Does with a unit's report what the pages do, each in a transaction of its own."""

    def __init__(self, app: Application, code: str = CODE, year: int = YEAR) -> None:
        self.app, self.code, self.year, self.now = app, code, year, JANUARY

    def do(self, name: str, actor: Actor, *value: str) -> None:
        with self.app.context(), db.transaction() as session:
            unit = unit_by_code(session, self.code)
            act = getattr(self.app.reporting, name)
            act(session, actor, unit, self.year, *value, self.now)

    def write(
        self, actor: Actor, section: str, words: str, version: int, to: str = "zh_CN"
    ) -> None:
        with self.app.context(), db.transaction() as session:
            unit = unit_by_code(session, self.code)
            message = [WrittenText(to, words, version)]
            self.app.reporting.write(session, actor, unit, self.year, section, message, self.now)

    def report(self, figure: str, value: str, measure: str = "场", origin: str = "台账") -> None:
        """Enters a figure; an empty value takes it back."""
        data = {"figure": figure, "value": value, "measure": measure, "origin": origin}
        data["late_reason"] = "核对台账时发现。"
        with self.app.context(), db.transaction() as session:
            unit = unit_by_code(session, self.code)
            reporting = self.app.reporting
            act = reporting.report_figure if value else reporting.take_back_figure
            act(session, CLERK, unit, self.year, data, self.now)

    def whole(self):
        with self.app.context() as session:
            return review_report(session, unit_by_code(session, self.code), self.year)

    def published(self, number: int | None = None):
        with self.app.context() as session:
            return published(session, self.code, self.year, number)

    def to(self, state: str) -> "Desk":
        steps = (
            ("draft", "begin", APPROVER, ()),
            ("checked", "check", APPROVER, (REASON,)),
            ("submitted", "submit", APPROVER, ()),
            ("accepted", "accept", ABOVE, ()),
            ("published", "publish", APPROVER, ()),
        )
        for reached, name, actor, message in steps:
            self.do(name, actor, *message)
            if reached == state:
                break
        assert self.whole().state == state
        return self


def late(app: Application, day: date, reason: str | None) -> str:
    """An application that is registered only now."""
    with app.context(), db.transaction() as session:
        data = {"late_reason": reason} if reason else {}
        opening = Opening(CODE, day, "person", "post", "停车收费标准", particulars=data)
        return app.cases.open(session, CLERK, opening, LATER)
