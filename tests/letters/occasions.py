"""The steps by which each kind of letter is written, and what must stand in it."""

from datetime import date
from typing import Any

from requestflow.cases import Step

POINTS = {"checks": ["no_secret", "no_private", "no_danger"]}
RECEIVED = date(2026, 11, 2)
DAY = date(2026, 11, 10)


def answered(day: date, **draft: Any) -> list[Step]:
    data = {"facts": "经检索，查明如下。", **draft}
    return [
        Step("drafted", day, data),
        Step("legality_reviewed", day),
        Step("secrecy_reviewed", day, POINTS),
        Step("signed", day),
    ]


def objected(kind: str) -> list[Step]:
    key = "R1" if kind == "reconsideration" else "S1"
    return [
        *answered(DAY, outcome="refused", ground="state_secret"),
        Step("delivered", DAY, {"way": "post", "received_on": DAY.isoformat()}),
        Step("remedy_filed", DAY, {"remedy": key, "kind": kind, "authority": "某复议机关"}),
        Step(
            "remedy_answered",
            DAY,
            {"remedy": key, "kind": kind, "statement": "程序合法。", "evidence": "申请表\n告知书"},
        ),
    ]


ASKED = {"items": "请说明年度\n请说明文号", "answer_by": "2026-11-17"}
FEE = {"how_to_pay": "某银行", "fen": 440_000, "rule": "by_item", "earlier": 8, "number": 40}
CASES: dict[str, tuple[list[Step], tuple[str, ...]]] = {
    "granted": (
        answered(DAY, outcome="granted"),
        ("政府信息公开告知书", "第三十六条第（二）项", "予以公开", "2027年1月11日届满"),
    ),
    "already public": (
        answered(DAY, outcome="already_public"),
        ("政府信息公开告知书", "第三十六条第（一）项", "已主动公开"),
    ),
    "told how": (
        answered(DAY, outcome="told_how"),
        ("政府信息公开告知书", "第三十六条第（二）项", "告知获取方式、途径和时间"),
    ),
    "partial": (
        answered(
            DAY,
            outcome="partial",
            granted="收费标准\n会议纪要",
            withheld=[{"part": "成本表", "ground": "third_party_rights"}],
        ),
        (
            "部分公开告知书",
            "1.收费标准",
            "2.会议纪要",
            "1.成本表：该部分涉及商业秘密、个人隐私",
            "第十五条",
        ),
    ),
    "refused": (
        answered(
            DAY, outcome="refused", ground="state_secret", further_grounds=["internal_affairs"]
        ),
        (
            "不予公开告知书",
            "属于国家秘密",
            "第十四条",
            "内部工作流程",
            "第十六条第一款",
            "应当自收到",
            "第（三）项",
        ),
    ),
    "unable": (
        answered(DAY, outcome="unable", ground="not_held"),
        ("无法提供告知书", "本机关未掌握", "第三十六条第（四）项"),
    ),
    "not_processed": (
        answered(DAY, outcome="not_processed", ground="repeated"),
        ("不予处理告知书", "属于重复申请", "第三十六条第（六）项"),
    ),
    "clarification": (
        [Step("clarification_requested", DAY, ASKED)],
        ("1.请说明年度", "2.请说明文号", "2026年11月17日前", "视为放弃申请", "第三十条"),
    ),
    "lapse": (
        [
            Step("clarification_requested", DAY, ASKED),
            Step("clarification_lapsed", date(2026, 11, 18)),
        ],
        ("未在2026年11月17日前补正", "不再处理", "申请行政复议"),
    ),
    "reasons": ([Step("reasons_requested", DAY)], ("说明理由", "第三十五条")),
    "delay": (
        [
            Step("reasons_requested", DAY),
            Step("reasons_given", DAY, {"reason": "研究"}),
            Step("delay_set", DAY, {"until": "2026-12-31", "reason": "卷宗较多"}),
        ],
        ("2026年12月31日前", "卷宗较多。"),
    ),
    "extension": (
        [Step("extended", DAY, {"days": 20, "reason": "需要会商", "approver": "陈签发"})],
        ("延长20个工作日", "2026年12月28日前", "负责人同意", "第三十三条"),
    ),
    "third_party": (
        [Step("consultation_started", DAY, {"consultation": "1", "name": "示例公司"})],
        ("示例公司：", "15个工作日内", "第三十二条", "由本机关依法决定"),
    ),
    "enquiry": (
        [
            Step(
                "consultation_started",
                DAY,
                {
                    "consultation": "1",
                    "consulted": "joint_author",
                    "name": "某局",
                    "question": "可否公开？",
                },
            )
        ],
        ("某局：", "第三十四条", "可否公开？", "视为同意公开"),
    ),
    "third_party_decision": (
        [
            Step("consultation_started", DAY, {"consultation": "1", "name": "示例公司"}),
            Step("consultation_ended", DAY, {"consultation": "1", "answer": "objects"}),
            Step("third_party_informed", DAY, {"items": "收费标准", "reason": "涉及公共利益"}),
        ],
        ("示例公司：", "1.收费标准", "涉及公共利益。", "第三十二条", "决定予以公开"),
    ),
    "fee": (
        [Step("fee_notified", DAY, FEE)],
        ("应缴金额：4400元", "本次40件", "此前已申请8件", "20个工作日内", "国办函〔2020〕109号"),
    ),
    "waiver": (
        [Step("fee_notified", DAY, FEE), Step("fee_waived", DAY, {"reason": "低保对象"})],
        ("不再收取", "低保对象。"),
    ),
    "default": (
        [
            Step("fee_notified", date(2026, 9, 8), {**FEE, "notice_received_on": "2026-09-08"}),
            Step("fee_defaulted", DAY),
        ],
        ("逾期未按收费通知要求缴纳费用", "不再处理"),
    ),
    "another body": (
        answered(
            DAY,
            outcome="unable",
            ground="not_this_body",
            responsible_body="某市公安局",
            body_contact="示例路2号",
        ),
        ("非本机关政府信息告知书", "第三十六条第（五）项", "向某市公安局提出申请", "示例路2号"),
    ),
    "transfer": (
        [Step("transferred", DAY, {"unit": "LZ-S02", "reason": "由其制作"})],
        ("转送该单位", "由其制作。"),
    ),
    "withdrawal": ([Step("withdrawn", DAY)], ("终止办理", "撤回申请")),
    "reconsideration": (
        objected("reconsideration"),
        ("某复议机关：", "程序合法。", "1.申请表", "不予公开", "第十四条"),
    ),
    "suit": (objected("suit"), ("答辩人：市发展改革委", "某复议机关", "程序合法。")),
}
