"""Steps as they are tried at random: the usual course, what the law asks, what mostly fits."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

CODES = ("granted", "partial", "refused", "unable", "not_processed", "other", "ended", "nonsense")
GROUNDS = (
    None,
    "state_secret",
    "process_information",
    "not_held",
    "repeated",
    "secret",
    "not_this_body",
    "other",
    "nonsense",
)

USUAL = {
    "received": ("assigned", "drafted", "clarification_requested", *["fee_notified"] * 2),
    "in_progress": (
        "drafted",
        "drafted",
        "clarification_requested",
        "reasons_requested",
        "consultation_started",
        "fee_notified",
        "extended",
        "withdrawn",
        "delay_set",
    ),
    "clarifying": ("clarified", "clarification_lapsed"),
    "awaiting_reasons": ("reasons_given", "reasons_given", "drafted"),
    "consulting": ("consultation_ended", "consultation_ended", "consultation_started"),
    "awaiting_payment": (*["fee_defaulted"] * 2, "fee_paid", "fee_waived"),
    "drafted": ("legality_reviewed", "legality_reviewed", "returned", "extended"),
    "legality_reviewed": ("secrecy_reviewed",),
    "secrecy_reviewed": ("signed",),
    "signed": ("delivered",),
    "redecision": ("drafted",),
}
AFTER = ("closed", "remedy_filed", "remedy_concluded", "remedy_concluded", "delivery_confirmed")
WAITED = frozenset({"clarification_lapsed", "fee_defaulted"})


def lawful(kind: str, state: Any, day: date) -> dict[str, Any]:
    """What the law asks of a step."""
    number = len(state.remedies)
    pending = next((item for item in state.remedies if not item.concluded_on), None)
    consulted = next((item.key for item in state.open_consultations), "1")
    ahead = (day + timedelta(15)).isoformat()
    later = (day + timedelta(120)).isoformat()
    secret = "state_secret" if state.law == "cn-2019" else "secret"
    data: dict[str, dict[str, Any]] = {
        "assigned": {"handler": "clerk"},
        "drafted": (
            {"outcome": "granted"} if day.day % 2 else {"outcome": "refused", "ground": secret}
        ),
        "clarification_requested": {"items": "哪一年？", "answer_by": ahead},
        "reasons_given": {"reason": "研究"},
        "delay_set": {"until": later, "reason": "卷宗多"},
        "consultation_started": {
            "consultation": str(len(state.consultations) + 1),
            "name": "某公司",
        },
        "consultation_ended": {"consultation": consulted, "answer": "agrees"},
        "extended": {"days": 15, "reason": "会商", "approver": "陈签发"},
        "fee_notified": {"fen": 100_000, "notice_received_on": day.isoformat()},
        "fee_waived": {"reason": "低保"},
        "redirected": {"body": "市公安局"},
        "returned": {"remarks": "补充依据"},
        "secrecy_reviewed": {"checks": ["no_secret", "no_private", "no_danger"]},
        "delivered": {"way": "post", "received_on": day.isoformat()},
        "remedy_filed": {"remedy": f"R{number + 1}", "kind": "reconsideration"},
        "remedy_concluded": {
            "remedy": pending.key if pending else "R9",
            "result": "corrected",
            "redecision": True,
        },
    }
    return data.get(kind, {})


def particulars(kind: str, state: Any, day: date) -> st.SearchStrategy[dict[str, Any]]:
    """What might be said with a step: mostly what fits, sometimes not."""
    near = st.integers(-3, 30).map(lambda days: (day + timedelta(days)).isoformat())
    keys = [item.key for item in state.open_consultations] or ["9"]
    remedies = [item.key for item in state.remedies if not item.concluded_on] or ["R9"]
    which = st.sampled_from(remedies)
    decided = [x.key for x in state.remedies if x.kind == "suit" and x.concluded_on] or ["S9"]
    suit = st.sampled_from(decided)
    decision = {"outcome": st.sampled_from(CODES)}
    optional = {"ground": st.sampled_from(GROUNDS[1:])}
    built: dict[str, Any] = {
        "assigned": {"handler": st.just("clerk")},
        "clarification_requested": {"items": st.just("哪一年？"), "answer_by": near},
        "reasons_given": {"reason": st.just("研究")},
        "delay_set": {"until": near, "reason": st.just("卷宗多")},
        "consultation_started": {
            "consultation": st.sampled_from([str(len(state.consultations) + 1), "1"]),
            "name": st.just("某公司"),
        },
        "consultation_ended": {
            "consultation": st.sampled_from(keys),
            "answer": st.sampled_from(("agrees", "objects", "silence")),
        },
        "extended": {
            "days": st.integers(1, 25),
            "reason": st.just("会商"),
            "approver": st.just("陈签发"),
        },
        "fee_notified": {
            "fen": st.integers(0, 10**6),
            "notice_received_on": st.just(day.isoformat()),
        },
        "fee_waiver_requested": {"reason": st.just("低保")},
        "fee_paid": {"paid_on": near},
        "payment_reported": {"paid_on": near},
        "fee_waived": {"reason": st.just("低保")},
        "fees_recorded": {"charged": st.integers(0, 10**6)},
        "transferred": {"unit": st.sampled_from(("LZ-S01", "LZ-S02"))},
        "redirected": {"body": st.just("市公安局")},
        "secrecy_reviewed": {
            "checks": st.sampled_from((["no_secret", "no_private", "no_danger"], ["no_secret"]))
        },
        "returned": {"remarks": st.just("补充依据")},
        "delivered": {"way": st.just("post"), "received_on": near},
        "message_sent": {"text": st.just("您好")},
        "noted": {"note": st.just("备注")},
        "remedy_filed": {
            "remedy": st.sampled_from((f"R{len(state.remedies) + 1}", "R1")),
            "kind": st.sampled_from(("reconsideration", "suit")),
        },
        "remedy_reported": {"kind": st.just("suit"), "filed_on": near},
        "remedy_accepted": {"remedy": which},
        "remedy_answered": {"remedy": which},
        "remedy_extended": {"remedy": which},
        "remedy_converted": {"remedy": which},
        "remedy_suspended": {"remedy": which, "reason": st.just("等待鉴定")},
        "remedy_resumed": {"remedy": which},
        "hearing_scheduled": {"remedy": which, "held_on": near},
        "hearing_held": {"remedy": which},
        "remedy_concluded": {
            "remedy": which,
            "result": st.sampled_from(("upheld", "corrected", "corrected", "other", "nonsense")),
            "redecision": st.booleans(),
        },
        "appeal_filed": {"remedy": suit, "by": st.sampled_from(("applicant", "body"))},
        "appeal_concluded": {"remedy": suit, "result": st.just("upheld")},
        "corrected": {
            "reason": st.just("登记有误"),
            "changes": st.sampled_from(
                (
                    [{"action": "void", "key": "2"}],
                    [{"action": "void", "key": "1"}],
                    [
                        {
                            "action": "insert",
                            "kind": "noted",
                            "day": day.isoformat(),
                            "data": {"note": "x"},
                        }
                    ],
                )
            ),
        },
        "due_days_moved": {"moves": st.just([]), "calendar": st.just(1)},
    }
    if kind in {"drafted", "decision_recorded"}:
        parts = {}
        if kind == "drafted":
            held = [
                {"part": "附件", "ground": "state_secret" if state.law == "cn-2019" else "secret"}
            ]
            parts = {"granted": st.just("正文"), "withheld": st.just(held)}
        return st.one_of(
            st.fixed_dictionaries(decision, optional=optional),
            st.just({"outcome": "granted"}),
            st.fixed_dictionaries({"outcome": st.just("partial"), **parts}),
            st.fixed_dictionaries({"outcome": st.just("refused"), "ground": optional["ground"]}),
        )
    return st.fixed_dictionaries(built.get(kind, {}))
