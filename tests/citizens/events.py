"""What tests of the citizen's side share: a step of each kind, and a case made of steps."""

from datetime import date
from typing import Any

from requestflow.cases import CaseState, Event, project

DAY = date(2026, 11, 2)
RECEIVED = {
    "unit": "LZ-S01",
    "law": "cn-2019",
    "applicant_kind": "person",
    "channel": "post",
    "subject": "停车收费标准",
}
REMEDY = {"remedy": "R1", "kind": "reconsideration"}
PARTICULARS: dict[str, dict[str, Any]] = {
    "received": RECEIVED,
    "assigned": {"handler": "clerk"},
    "clarification_requested": {"items": "哪一年？", "answer_by": "2026-11-20"},
    "clarified": {"text": "二〇二五年"},
    "clarification_lapsed": {},
    "reasons_requested": {},
    "reasons_given": {"reason": "研究"},
    "delay_set": {"until": "2026-12-30", "reason": "卷宗多"},
    "consultation_started": {"consultation": "1", "name": "示例公司"},
    "consultation_ended": {"consultation": "1", "answer": "objects"},
    "extended": {"days": 15, "reason": "会商"},
    "fee_notified": {"fen": 123_450},
    "fee_acknowledged": {},
    "fee_waiver_requested": {"reason": "低保"},
    "payment_reported": {"paid_on": "2026-11-12", "reference": "单号 8"},
    "fee_waived": {"reason": "低保"},
    "fee_paid": {},
    "fee_defaulted": {},
    "transferred": {"unit": "LZ-S02"},
    "redirected": {"body": "示例省自然资源厅"},
    "delivered": {"way": "post", "outcome": "granted", "tracking_number": "EMS 7"},
    "decision_recorded": {"outcome": "granted"},
    "delivery_confirmed": {},
    "withdrawn": {},
    "voided": {"reason": "x"},
    "contact_changed": {"party": "x", "changed": ["phone"]},
    "answer_released": {"title": "x", "reference": "x"},
    "release_withdrawn": {"reason": "x"},
    "remedy_filed": REMEDY,
    "remedy_reported": {"kind": "suit", "filed_on": "2026-11-13"},
    "remedy_accepted": REMEDY,
    "remedy_answered": REMEDY,
    "remedy_extended": {"remedy": "R1"},
    "remedy_converted": {"remedy": "R1"},
    "remedy_suspended": {"remedy": "R1", "reason": "等待鉴定"},
    "remedy_resumed": {"remedy": "R1"},
    "hearing_scheduled": {"remedy": "R1", "held_on": "2026-11-14", "place": "二楼"},
    "hearing_held": {"remedy": "R1"},
    "remedy_concluded": {**REMEDY, "result": "upheld"},
    "appeal_filed": {"remedy": "S1", "by": "applicant"},
    "appeal_concluded": {"remedy": "S1", "result": "upheld"},
    "message_sent": {"text": "您好"},
    "due_days_moved": {"moves": [], "calendar": 2},
}
INTERNAL: dict[str, dict[str, Any]] = {
    "drafted": {"outcome": "granted"},
    "legality_reviewed": {},
    "secrecy_reviewed": {},
    "returned": {"remarks": "补充依据"},
    "signed": {},
    "closed": {},
    "noted": {"note": "内部备注"},
    "fees_recorded": {},
}


def event(kind: str, /, key: str = "2", actor: str = "clerk", **changed: Any) -> Event:
    """A step of that kind, its usual particulars changed."""
    data = PARTICULARS.get(kind) or INTERNAL.get(kind) or {}
    return Event(key, kind, DAY, {**data, **changed}, actor)


def history(*steps: str | Event) -> list[Event]:
    """A case that came in and went through these steps."""
    kinds = ("received", *steps)
    return [
        item if isinstance(item, Event) else event(item, str(place))
        for place, item in enumerate(kinds, 1)
    ]


def state(*steps: str | Event) -> CaseState:
    """The state after these steps."""
    return project("LZ-S01-2026-0001", history(*steps))
