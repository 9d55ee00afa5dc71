"""Deciding on the spot: the files that are handed out stand with the draft and with the answer."""

import io
from datetime import date

from requestflow.accounts import Actor, unit_by_code
from requestflow.application import Application
from requestflow.cases import Opening, view_case
from requestflow.foundation import db
from tests.conftest import NOW

DAY = date(2026, 11, 24)
APPROVER = Actor("approver", "approver", "LZ/LZ-S01/")
POINTS = ["no_secret", "no_private", "no_danger"]


def test_a_file_handed_out_on_the_spot_is_the_answers(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        unit_by_code(session, "LZ-S01").on_the_spot = True
        opening = Opening("LZ-S01", DAY, "person", "in_person", "开放时间", {"name": "张三"})
        number = demo.cases.open(session, APPROVER, opening, NOW)
    with demo.context():
        file = demo.casework.documents.receive(io.BytesIO(b"09:00-17:00"), "开放时间.txt")
        demo.casework.decide_on_the_spot(
            APPROVER,
            number,
            DAY,
            {"outcome": "granted", "facts": "见附件"},
            {"way": "collected", "collected_by": "张三"},
            POINTS,
            NOW,
            [file],
        )
    with demo.context() as session:
        view = view_case(session, APPROVER, number)
    given = {
        event.kind: [item["name"] for item in event.data.get("documents", ())]
        for event in view.events
    }
    assert view.state.stage == "delivered"
    assert given["drafted"] == ["开放时间.txt"]
    assert "开放时间.txt" in given["delivered"]
    assert sum(name.endswith(".pdf") for name in given["delivered"]) == 1
