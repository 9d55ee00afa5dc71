"""A year of cases made only through the desk's screens; the report counts what was done there."""

import json
from collections import Counter

from flask import Flask
from flask.testing import FlaskClient

from requestflow.application import Application
from requestflow.cases import Difference, verify
from tests.cli.test_commands import run
from tests.web.desk import register, signed_in, take

COLUMNS = ("person", "enterprise", "research", "welfare", "legal", "other")
CHECKS = {"no_secret": "yes", "no_private": "yes", "no_danger": "yes"}
REFUSED = (
    "state_secret",
    "forbidden_by_law",
    "endangers_security",
    "third_party_rights",
    "internal_affairs",
    "process_information",
    "enforcement_file",
    "administrative_inquiry",
)
ANSWERS = {
    "3.1": {"outcome": "granted"},
    "3.2": {
        "outcome": "partial",
        "granted": "正文",
        "withheld-rows": "3",
        "withheld-0-part": "附件",
        "withheld-0-ground": "third_party_rights",
    },
    **{
        f"3.3.{place}": {"outcome": "refused", "ground": ground}
        for place, ground in enumerate(REFUSED, 1)
    },
    "3.4.2": {"outcome": "unable", "ground": "needs_making"},
    "3.4.3": {"outcome": "unable", "ground": "still_unclear"},
    **{
        f"3.5.{place}": {"outcome": "not_processed", "ground": ground}
        for place, ground in enumerate(
            ("petition", "repeated", "public_print", "unreasonable_volume", "confirm_again"), 1
        )
    },
}
ENDINGS = ("3.4.1", "3.6.1", "3.6.2", "3.6.3")
REMEDIES = [
    (row, kind, after, result)
    for row, kind, after in (
        ("reconsideration", "reconsideration", ""),
        ("suit.direct", "suit", ""),
        ("suit.after", "suit", "yes"),
    )
    for result in ("upheld", "corrected", "other", None)
]


class Year:
    """The desk of a unit in 2023, and what each cell of the report must come to."""

    def __init__(self, site: Flask) -> None:
        self.clerk, self.approver = signed_in(site, "clerk"), signed_in(site, "approver")
        self.cells: Counter[str] = Counter()

    def came_in(self, kind: str, day: str = "2023-03-01") -> str:
        row = "1" if day.startswith("2023") else "2"
        done = register(
            self.clerk, title="停车收费标准", name="王五", applicant_kind=kind, received_on=day
        )
        assert done.status_code == 302
        self.counts(row, kind)
        return done.headers["Location"].rpartition("/")[2]

    def counts(self, row: str, kind: str) -> None:
        self.cells[f"t3.{row}.{kind}"] += 1
        self.cells[f"t3.{row}.total"] += 1

    def done(self, client: FlaskClient, number: str, step: str, day: str, /, **values: str) -> None:
        answer = take(client, number, step, day=day, **values)
        assert answer.status_code == 302, (step, answer.get_data(as_text=True))

    def answered(self, number: str, day: str, **decision: str) -> None:
        self.done(self.clerk, number, "drafted", day, facts="查明如下。", **decision)
        self.done(self.approver, number, "legality_reviewed", day)
        self.done(self.approver, number, "secrecy_reviewed", day, **CHECKS)
        self.done(self.approver, number, "signed", day)
        self.done(self.clerk, number, "delivered", day, way="post", received_on=day)

    def ended(self, number: str, row: str) -> None:
        if row == "3.4.1":
            decision = {"outcome": "unable", "ground": "not_this_body"}
            self.answered(number, "2023-03-06", **decision, responsible_body="市公安局")
        elif row == "3.6.1":
            ask = {"items": "哪一年？", "answer_by": "2023-03-20"}
            self.done(self.clerk, number, "clarification_requested", "2023-03-06", **ask)
            self.done(self.clerk, number, "clarification_lapsed", "2023-03-21")
        elif row == "3.6.2":
            fee = {
                "rule": "by_page",
                "number": "80",
                "how_to_pay": "x",
                "notice_received_on": "2023-03-06",
            }
            self.done(self.clerk, number, "fee_notified", "2023-03-06", **fee)
            self.done(self.clerk, number, "fee_defaulted", "2023-04-10")
        else:
            self.done(self.clerk, number, "withdrawn", "2023-03-06")

    def objected(self, number: str, kind: str, after: str, result: str | None) -> None:
        key = "R1" if kind == "reconsideration" else "S1"
        filed = {"kind": kind, "authority": "某机关", "after_reconsideration": after}
        self.done(self.clerk, number, "remedy_filed", "2023-05-04", **filed)
        if result:
            data = {"remedy": key, "result": result}
            self.done(self.clerk, number, "remedy_concluded", "2023-07-03", **data)


def test_the_report_of_2023_counts_what_was_done_on_the_screens(
    site: Flask, demo: Application
) -> None:
    year = Year(site)
    for place, row in enumerate((*ANSWERS, *ENDINGS)):
        kind = COLUMNS[place % len(COLUMNS)]
        carried = row == "3.1"
        number = year.came_in(kind, "2022-12-20" if carried else "2023-03-01")
        if row in ANSWERS:
            year.answered(number, "2023-01-10" if carried else "2023-03-20", **ANSWERS[row])
        else:
            year.ended(number, row)
        year.counts(row, kind)
        year.counts("3.7", kind)
        if 2 <= place < 2 + len(REMEDIES):
            cell, remedy, after, result = REMEDIES[place - 2]
            year.objected(number, remedy, after, result)
            year.cells[f"t4.{cell}.{result or 'pending'}"] += 1
            year.cells[f"t4.{cell}.total"] += 1
    for kind in COLUMNS:
        year.came_in(kind, "2023-12-25")
        year.counts("4", kind)

    command = ("report", "2023", "--format", "json")
    message = run(demo.settings.home, *command, DATABASE_URL=demo.settings.database_url)
    assert message.returncode == 0, message.stderr
    report = json.loads(message.stdout)
    counted = {
        figure["id"]: figure["value"]
        for figure in figures(report)
        if figure["id"].startswith(("t3.", "t4.")) and figure["value"]
    }
    assert counted == year.cells
    with demo.context() as session:
        assert not [results for results in verify(session) if isinstance(results, Difference)]


def figures(node: object) -> list[dict]:
    """Every figure in the report's JSON."""
    if isinstance(node, dict):
        own = [node] if {"id", "value"} <= node.keys() else []
        return own + [result for value in node.values() for result in figures(value)]
    if isinstance(node, list):
        return [result for value in node for result in figures(value)]
    return []
