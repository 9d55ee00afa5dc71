"""Ways through the desk under both laws: every step, by whom, on which day, with what."""

from datetime import date

Taken = tuple[str, str, str, dict[str, str]]
CHECKS = {"no_secret": "yes", "no_private": "yes", "no_danger": "yes"}
FEE = {"rule": "by_page", "number": "80", "how_to_pay": "某银行"}
PARTIAL = {
    "outcome": "partial",
    "granted": "收费标准",
    "withheld-0-part": "成本表",
    "facts": "查明如下。",
}


def answer(day: str, **decision: str) -> list[Taken]:
    return [
        ("clerk", "drafted", day, {"facts": "查明如下。", **decision}),
        ("approver", "legality_reviewed", day, {}),
        ("approver", "secrecy_reviewed", day, CHECKS),
        ("approver", "signed", day, {}),
        ("clerk", "delivered", day, {"way": "collected", "collected_by": "张三"}),
    ]


def whole_way(days: list[str], held_part: str, simple: bool = False) -> list[Taken]:
    """From receipt to a second decision and the end, days in order."""
    one, two, three, four, five, six = days
    return [
        ("clerk", "assigned", one, {"handler": "clerk"}),
        ("clerk", "noted", one, {"note": "内部备注"}),
        ("clerk", "message_sent", one, {"text": "您好"}),
        ("clerk", "clarification_requested", one, {"items": "哪一年？", "answer_by": five}),
        ("clerk", "clarified", two, {"text": "2025年"}),
        ("approver", "extended", two, {"reason": "会商"}),
        ("clerk", "consultation_started", two, {"consulted": "third_party", "name": "某公司"}),
        ("clerk", "consultation_ended", three, {"answer": "objects", "text": "商业秘密"}),
        ("clerk", "drafted", three, {**PARTIAL, "withheld-0-ground": held_part}),
        ("approver", "returned", three, {"remarks": "补充依据"}),
        *answer(three, **PARTIAL, **{"withheld-0-ground": held_part}),
        ("clerk", "delivery_confirmed", four, {}),
        ("clerk", "remedy_filed", four, {"kind": "reconsideration", "authority": "某机关"}),
        (
            "clerk",
            "remedy_accepted",
            four,
            {"copy_received_on": four, **({"simple_procedure": "yes"} if simple else {})},
        ),
        *([("clerk", "remedy_converted", four, {})] if simple else []),
        ("clerk", "remedy_extended", four, {"days": "30"}),
        ("clerk", "remedy_suspended", four, {"reason": "等待鉴定"}),
        ("clerk", "remedy_resumed", four, {}),
        ("clerk", "hearing_scheduled", four, {"held_on": five, "place": "三楼"}),
        ("clerk", "remedy_answered", four, {"statement": "程序合法。"}),
        ("clerk", "hearing_held", five, {}),
        ("clerk", "remedy_concluded", five, {"result": "corrected", "redecision": "yes"}),
        *answer(six, outcome="granted"),
        ("clerk", "closed", six, {}),
        ("clerk", "remedy_filed", six, {"kind": "suit", "authority": "某法院"}),
        ("clerk", "remedy_concluded", six, {"result": "corrected"}),
        ("clerk", "appeal_filed", six, {"by": "body"}),
        ("clerk", "appeal_concluded", six, {"result": "upheld"}),
    ]


JOURNEYS: dict[str, list[tuple[date, list[Taken]]]] = {
    "cn-2019": [
        (
            date(2026, 10, 26),
            whole_way(
                [
                    "2026-10-28",
                    "2026-11-02",
                    "2026-11-04",
                    "2026-11-06",
                    "2026-11-16",
                    "2026-11-24",
                ],
                "third_party_rights",
                simple=True,
            ),
        ),
        (
            date(2026, 11, 2),
            [
                ("clerk", "reasons_requested", "2026-11-03", {}),
                ("clerk", "reasons_given", "2026-11-04", {"reason": "研究"}),
                (
                    "approver",
                    "delay_set",
                    "2026-11-05",
                    {"until": "2026-12-31", "reason": "卷宗多"},
                ),
                ("clerk", "withdrawn", "2026-11-06", {"reason": "已从网上得到"}),
            ],
        ),
        (
            date(2026, 11, 2),
            [
                (
                    "clerk",
                    "fee_notified",
                    "2026-11-03",
                    {**FEE, "rule": "by_page"},
                ),
                ("clerk", "fee_acknowledged", "2026-11-04", {}),
                ("approver", "fee_waived", "2026-11-05", {"reason": "低保对象"}),
                *answer(
                    "2026-11-06",
                    outcome="unable",
                    ground="not_this_body",
                    responsible_body="市公安局",
                ),
            ],
        ),
        (
            date(2026, 11, 2),
            [
                (
                    "clerk",
                    "fee_notified",
                    "2026-11-03",
                    {**FEE, "rule": "by_item"},
                ),
                ("clerk", "fee_paid", "2026-11-04", {}),
                ("clerk", "transferred", "2026-11-05", {"unit": "LZ-S02", "reason": "由其制作"}),
            ],
        ),
        (
            date(2026, 9, 1),
            [
                (
                    "clerk",
                    "fee_notified",
                    "2026-09-08",
                    {
                        "rule": "by_page",
                        "number": "80",
                        "how_to_pay": "某银行",
                        "notice_received_on": "2026-09-08",
                    },
                ),
                ("clerk", "fee_defaulted", "2026-11-02", {}),
            ],
        ),
        (
            date(2026, 10, 12),
            [
                (
                    "clerk",
                    "clarification_requested",
                    "2026-10-13",
                    {"items": "哪一年？", "answer_by": "2026-10-30"},
                ),
                ("clerk", "clarification_lapsed", "2026-11-02", {}),
            ],
        ),
        (
            date(2026, 11, 2),
            [
                (
                    "clerk",
                    "consultation_started",
                    "2026-11-03",
                    {"consulted": "third_party", "name": "某公司"},
                ),
                ("clerk", "consultation_ended", "2026-11-04", {"answer": "objects"}),
                (
                    "clerk",
                    "third_party_informed",
                    "2026-11-05",
                    {"items": "收费标准", "reason": "涉及公共利益"},
                ),
            ],
        ),
    ],
    "cn-2008": [
        (
            date(2018, 5, 7),
            whole_way(
                [
                    "2018-05-08",
                    "2018-05-14",
                    "2018-05-16",
                    "2018-05-18",
                    "2018-06-19",
                    "2018-06-20",
                ],
                "trade_secret",
            ),
        ),
        (date(2018, 5, 7), [("clerk", "withdrawn", "2018-05-08", {})]),
        (
            date(2018, 5, 7),
            answer(
                "2018-05-08",
                outcome="refused",
                ground="not_this_body",
                responsible_body="市公安局",
            ),
        ),
        (
            date(2018, 5, 7),
            [("clerk", "transferred", "2018-05-08", {"unit": "LZ-S02", "reason": "由其制作"})],
        ),
        (
            date(2018, 5, 7),
            [
                (
                    "clerk",
                    "clarification_requested",
                    "2018-05-08",
                    {"items": "哪一年？", "answer_by": "2018-05-21"},
                ),
                ("clerk", "clarification_lapsed", "2018-05-22", {}),
            ],
        ),
    ],
}
