"""What a letter says of a case: the value of every field, from the case as it is after the step.

All values are text in Chinese, the language in which the body decides; a field that says nothing
here is empty.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from requestflow.accounts import Unit
from requestflow.cases import CaseView, Event
from requestflow.law import Deadline, Pack, WorkingCalendar, last_day
from requestflow.law.loading import pack as law_pack
from requestflow.letters.kinds import field_labels
from requestflow.letters.wording import cited, day_in_words, length

UNNUMBERED = "（待编号）"


@dataclass(frozen=True)
class Occasion:
    """A letter's occasion: the case after the step, the step, who is written to, the letter's day
    and number (None in a draft); `units` are names of units by code."""

    view: CaseView
    event: Event
    party: Mapping[str, str]
    day: date
    calendar: WorkingCalendar
    number: str | None = None
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def pack(self) -> Pack:
        """The law in force for the case."""
        return law_pack(self.view.state.law)

    def last(self, kind: str) -> Event | None:
        """The last step of a kind."""
        return next((event for event in reversed(self.view.history) if event.kind == kind), None)

    def said(self, name: str) -> str:
        """A particular of the step as text."""
        return str(self.event.data.get(name) or "")

    def deadline(self, kind: str, key: str = "") -> Deadline | None:
        """A running deadline."""
        for item in self.view.deadlines:
            if item.kind == kind and item.running and key in ("", item.key):
                return item
        return None


def fields_of(occasion: Occasion) -> dict[str, str]:
    """The value of every field that a template may use."""
    made = {name: _MADE[name](occasion) for name in field_labels()}
    return {name: value.strip() for name, value in made.items()}


def remedies_told(
    pack: Pack, unit: Unit, outcome: str | None, day: date, calendar: WorkingCalendar
) -> str:
    """Which remedies are open against a decision of that day, where, for how long, and until
    when if it is received on that very day."""
    reconsideration = pack.limit("reconsideration.apply", day)
    suit = pack.limit("suit.direct", day)
    court = unit.court or "有管辖权的人民法院"
    authority = unit.reconsideration_authority or "复议机关"
    first = suit is None or (outcome or "") in suit.not_for_outcomes
    told = (
        f"如不服本答复，{'应当' if first else '可以'}自收到本告知书之日起"
        f"{length(reconsideration)}内向{authority}申请行政复议"
    )
    until = [("申请行政复议", reconsideration)]
    if first or suit is None:
        told += "；对复议决定不服的，可以依法向人民法院提起行政诉讼。"
    else:
        told += f"，或者自收到本告知书之日起{length(suit)}内向{court}提起行政诉讼。"
        until.append(("提起行政诉讼", suit))
    days = [
        f"{what}的期限至{day_in_words(last)}届满"
        for what, limit in until
        if limit and (last := last_day(limit, day, calendar))
    ]
    return f"{told}本告知书于落款之日收到的，{'，'.join(days)}；之后收到的，自收到之日起计算。"


def _course(on: Occasion) -> str:
    told: list[str] = []
    for event in on.view.history:
        day = day_in_words(event.day)
        if event is on.event:
            continue
        if event.kind == "clarification_requested":
            told.append(f"{day}，本机关告知补正。")
        elif event.kind == "clarified":
            told.append(f"{day}，本机关收到补正后的申请。")
        elif event.kind == "extended":
            told.append(f"{day}，经本机关政府信息公开工作机构负责人同意，延长答复期限。")
        elif event.kind == "consultation_started":
            told.append(f"{day}，本机关就申请公开的信息依法征求意见，所需时间不计算在答复期限内。")
        elif event.kind == "fee_notified":
            told.append(f"{day}，本机关发出信息处理费收费通知。")
        elif event.kind == "fee_paid":
            told.append(f"{day}，费用已缴清。")
    return "".join(told)


def _draft(on: Occasion) -> Mapping[str, Any]:
    draft = on.last("drafted")
    return draft.data if draft else {}


def _answer(on: Occasion) -> str:
    """The answer with its article, and the ground that counts and those beside it."""
    pack, draft = on.pack, _draft(on)
    outcome = pack.outcome(draft.get("outcome"))
    if outcome is None:
        return ""
    codes = [draft.get("ground"), *(draft.get("further_grounds") or ())]
    grounds = [ground for code in codes if (ground := pack.ground(code))]
    why = "；".join(f"{item.label.zh}（{cited(pack, item.article)}）" for item in grounds)
    found = f"经审查，您申请的信息{why}。" if why and not outcome.separable else ""
    return f"{found}根据{cited(pack, outcome.article)}的规定，本机关决定：{outcome.label.zh}。"


def _withheld(on: Occasion) -> str:
    lines = []
    for place, item in enumerate(_draft(on).get("withheld") or (), 1):
        ground = on.pack.ground(item["ground"])
        why = f"{ground.label.zh}（{cited(on.pack, ground.article)}）" if ground else ""
        lines.append(f"{place}. {item['part']}：{why}")
    return "\n".join(lines)


def _numbered(text: str) -> str:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return "\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1))


def _title(on: Occasion) -> str:
    outcome = on.pack.outcome(_draft(on).get("outcome"))
    return (outcome.letter if outcome else None) or "政府信息公开告知书"


def _article(on: Occasion) -> str:
    rule = on.pack.step(on.event.kind)
    if rule is None:
        return ""
    said = on.said(rule.article_by) if rule.article_by else ""
    return cited(on.pack, rule.articles.get(said, rule.article))


def _reason(on: Occasion) -> str:
    if on.event.kind == "clarification_lapsed":
        asked = on.last("clarification_requested")
        by = date.fromisoformat(asked.data["answer_by"]) if asked else None
        return f"您无正当理由，未在{day_in_words(by)}前补正申请内容。"
    if on.event.kind == "fee_defaulted":
        return "您逾期未按收费通知要求缴纳费用。"
    reason = on.said("reason")
    return reason if not reason or reason[-1] in "。！？" else f"{reason}。"


def _consultation_due(on: Occasion) -> str:
    key = on.said("consultation")
    deadline = on.deadline("consultation_reply", key) if key else None
    stated = _day(on.event.data.get("answer_by"))
    days = [day for day in (stated, deadline.due if deadline else None) if day]
    limit = on.pack.limit("consultation_reply", on.day)
    if stated is None and limit and limit.number:
        return f"自收到本函之日起{length(limit)}内"
    return f"于{day_in_words(min(days))}前" if days else "及时"


def _silence(on: Occasion) -> str:
    limit = on.pack.limit("consultation_reply", on.day)
    return "逾期未提出意见的，视为同意公开。" if limit and limit.number else ""


def _payment_due(on: Occasion) -> str:
    limit = on.pack.limit("payment", on.day)
    return f"自收到本通知次日起{length(limit)}内" if limit else ""


def _fee_basis(on: Occasion) -> str:
    data = on.event.data
    rule = next((item for item in on.pack.fees if item.code == data.get("rule")), None)
    if rule is None:
        return ""
    unit = "件" if rule.step_every else "页"
    said = f"{rule.label.zh}，本次{data.get('number') or '＿＿'}{unit}"
    if data.get("earlier"):
        said += f"（本自然月此前已申请{data['earlier']}{unit}）"
    tiers = [f"第{tier.first}{unit}起每{unit}{_yuan(tier.fen)}元" for tier in rule.tiers]
    more = (
        f"，此后每增加{rule.step_every}{unit}每{unit}增加{_yuan(rule.step_fen or 0)}元"
        if rule.step_every
        else ""
    )
    return f"{said}；{'，'.join(tiers)}{more}（{rule.article}）"


def _yuan(fen: int) -> str:
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def _decided(on: Occasion) -> str:
    state, pack = on.view.state, on.pack
    outcome = pack.outcome(state.outcome)
    if outcome is None:
        return ""
    ground = pack.ground(state.ground)
    why = f"，理由：{ground.label.zh}（{cited(pack, ground.article)}）" if ground else ""
    return f"{day_in_words(state.concluded_on)}，本机关作出处理：{outcome.label.zh}{why}。"


def _authority(on: Occasion) -> str:
    remedy = on.view.state.remedy(on.said("remedy"))
    return (remedy.authority if remedy else None) or ""


def _remedies(on: Occasion) -> str:
    state = on.view.state
    draft = _draft(on) if on.event.kind == "signed" else {}
    outcome = draft.get("outcome") or state.redecided_outcome or state.outcome
    return remedies_told(on.pack, on.view.unit, outcome, on.day, on.calendar)


def _letter(on: Occasion) -> str:
    signed = on.last("signed")
    return str((signed.data.get("letter") if signed else None) or "")


def _contact(on: Occasion) -> str:
    return "，".join(part for part in (on.view.unit.address, on.view.unit.phone) if part)


def _due(kind: str) -> Callable[[Occasion], str]:
    def due(on: Occasion) -> str:
        deadline = on.deadline(kind)
        return day_in_words(deadline.due) if deadline and deadline.due else ""

    return due


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def _said_day(name: str) -> Callable[[Occasion], str]:
    def day(on: Occasion) -> str:
        stated = _day(on.event.data.get(name))
        return day_in_words(stated) if stated else ""

    return day


def _to_unit(on: Occasion) -> str:
    code = on.said("unit")
    return on.units.get(code, code)


def _enclosures(on: Occasion) -> str:
    return "、".join(item["name"] for item in _draft(on).get("documents") or ())


_MADE: dict[str, Callable[[Occasion], str]] = {
    "number": lambda on: on.number or UNNUMBERED,
    "title": _title,
    "unit": lambda on: on.view.unit.name,
    "contact": _contact,
    "day": lambda on: day_in_words(on.day),
    "applicant": lambda on: on.party.get("name") or "申请人",
    "case_number": lambda on: on.view.state.number,
    "received_on": lambda on: day_in_words(on.view.state.received_on),
    "subject": lambda on: on.view.state.subject.removeprefix("申请公开"),
    "law": lambda on: on.pack.title.zh,
    "article": _article,
    "course": _course,
    "facts": lambda on: str(_draft(on).get("facts") or ""),
    "answer": _answer,
    "granted_parts": lambda on: _numbered(str(_draft(on).get("granted") or "")),
    "withheld_parts": _withheld,
    "enclosures": _enclosures,
    "remedies": _remedies,
    "items": lambda on: _numbered(on.said("items")),
    "answer_by": _said_day("answer_by"),
    "reason": _reason,
    "until": _said_day("until"),
    "days": lambda on: on.said("days"),
    "new_due": _due("reply"),
    "reply_due": _due("reply"),
    "consulted": lambda on: on.said("name") or _to_unit(on),
    "question": lambda on: on.said("question"),
    "consultation_due": _consultation_due,
    "silence": _silence,
    "fee_amount": lambda on: _yuan(int(on.event.data.get("fen") or 0)),
    "fee_basis": _fee_basis,
    "payment_due": _payment_due,
    "body": lambda on: on.said("body"),
    "to_unit": _to_unit,
    "authority": _authority,
    "decided": _decided,
    "statement": lambda on: on.said("statement"),
    "evidence": lambda on: _numbered(on.said("evidence")),
    "letter": _letter,
}
