"""What a letter says of a case: the value of every field, from the case as it is after the step.

All values are text in Chinese, the language in which the body decides; a field that says nothing
here is empty.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from requestflow.accounts import Unit
from requestflow.cases import (
    CaseView,
    ClarificationRequested,
    Drafted,
    Event,
    RemedyConcluded,
    Signed,
    grounds_named,
    particulars_of,
)
from requestflow.law import (
    Deadline,
    Ground,
    Pack,
    WorkingCalendar,
    last_day,
    law_pack,
)
from requestflow.letters.fee_words import amount, currency, fee_basis
from requestflow.letters.kinds import field_labels
from requestflow.letters.official_style import cite_articles, day_in_words, limit_length

NUMBERED = re.compile(r"^\s*(?:\d+|[一二三四五六七八九十]+)[.．、)）]\s*")
"""A number that whoever typed a list has given its lines already."""
UNNUMBERED = "（待编号）"


@dataclass(frozen=True)
class LetterContext:
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


def field_values(occasion: LetterContext) -> dict[str, str]:
    """The value of every field that a template may use."""
    built = {name: _MADE[name](occasion) for name in field_labels()}
    return {name: value.strip() for name, value in built.items()}


def remedies_text(
    pack: Pack,
    unit: Unit,
    outcome: str | None,
    grounds: Iterable[str],
    day: date,
    calendar: WorkingCalendar,
) -> str:
    """Which remedies are open against a decision of that day, where, for how long, and until
    when if it is received on that very day."""
    reconsideration = pack.limit("reconsideration.apply", day)
    suit = pack.limit("suit.direct", day)
    court = unit.court or "有管辖权的人民法院"
    authority = unit.reconsideration_authority or "复议机关"
    first = suit is None or suit.bars(outcome, grounds)
    notified = (
        f"如不服本答复，{'应当' if first else '可以'}自收到本告知书之日起"
        f"{limit_length(reconsideration)}内向{authority}申请行政复议"
    )
    until = [("申请行政复议", reconsideration)]
    if first or suit is None:
        notified += "；对复议决定不服的，可以依法向人民法院提起行政诉讼。"
    else:
        notified += f"，或者自收到本告知书之日起{limit_length(suit)}内向{court}提起行政诉讼。"
        until.append(("提起行政诉讼", suit))
    days = [
        f"{what}的期限至{day_in_words(last)}届满"
        for what, limit in until
        if limit and (last := last_day(limit, day, calendar))
    ]
    return f"{notified}本告知书于落款之日收到的，{'，'.join(days)}；之后收到的，自收到之日起计算。"


def _course(on: LetterContext) -> str:
    """What happened on the way; of a decision that is made again, what happened since."""
    events = [event for event in on.view.history if event is not on.event]
    ends = [(e, particulars_of(e, RemedyConcluded)) for e in events if e.kind == "remedy_concluded"]
    again = next(((event, end) for event, end in reversed(ends) if end.redecision), None)
    sentences: list[str] = []
    if again is not None and on.event.kind == "signed":
        events = events[events.index(again[0]) + 1 :]
        sentences.append(_again(on, *again))
    return "".join([*sentences, *(_TOLD[e.kind](e) for e in events if e.kind in _TOLD)])


def _again(on: LetterContext, event: Event, end: RemedyConcluded) -> str:
    remedy = on.view.state.remedy(end.remedy)
    body = (remedy.authority if remedy else None) or "有关机关"
    named = f"（{end.decision_number}）" if end.decision_number else ""
    before = next((e for e in on.view.history if e.kind == "signed"), None)
    earlier = particulars_of(before, Signed).letter if before else None
    replaced = f"，原答复（{earlier}）不再执行" if earlier else ""
    return (
        f"{day_in_words(event.day)}，{body}作出决定{named}，要求本机关重新答复。"
        f"本机关现重新答复如下{replaced}。"
    )


_TOLD: dict[str, Callable[[Event], str]] = {
    "clarification_requested": lambda e: f"{day_in_words(e.day)}，本机关告知补正。",
    "clarified": lambda e: f"{day_in_words(e.day)}，本机关收到补正后的申请。",
    "extended": lambda e: (
        f"{day_in_words(e.day)}，经本机关政府信息公开工作机构负责人同意，延长答复期限。"
    ),
    "consultation_started": lambda e: (
        f"{day_in_words(e.day)}，本机关就申请公开的信息依法征求意见，所需时间不计算在答复期限内。"
    ),
    "fee_notified": lambda e: f"{day_in_words(e.day)}，本机关发出信息处理费收费通知。",
    "fee_paid": lambda e: f"{day_in_words(e.day)}，费用已缴清。",
}


def _draft(on: LetterContext) -> Drafted | None:
    event = on.last("drafted")
    return particulars_of(event, Drafted) if event else None


def _answer(on: LetterContext) -> str:
    """The answer with its article, and the ground that counts and those beside it."""
    pack, draft = on.pack, _draft(on)
    outcome = pack.outcome(draft.outcome) if draft else None
    if draft is None or outcome is None:
        return ""
    codes = [draft.ground, *(draft.further_grounds or ())]
    grounds = [ground for code in codes if (ground := pack.ground(code))]
    why = "；".join(_because(pack, item) for item in grounds)
    result = f"经审查，{why}。" if why and not outcome.separable else ""
    article = (grounds[0].answer if grounds else None) or outcome.article
    return f"{result}根据{cite_articles(pack, article)}的规定，本机关决定：{outcome.label.zh}。"


def _because(pack: Pack, ground: Ground) -> str:
    """Why, as a letter says it, with the article."""
    articles = cite_articles(pack, ground.cite or ground.article)
    return f"{ground.reason or ground.label.zh}（{articles}）"


def _withheld(on: LetterContext) -> str:
    lines, draft = [], _draft(on)
    for place, item in enumerate((draft.withheld if draft else None) or (), 1):
        ground = on.pack.ground(item.ground)
        why = _because(on.pack, ground).replace("您申请的信息", "该部分") if ground else ""
        lines.append(f"{place}. {item.part}：{why}")
    return "\n".join(lines)


def _body(on: LetterContext) -> str:
    draft = _draft(on) if on.event.kind == "signed" else None
    return (draft.responsible_body if draft else None) or on.said("body")


def _body_contact(on: LetterContext) -> str:
    draft = _draft(on) if on.event.kind == "signed" else None
    return (draft.body_contact if draft else None) or on.said("contact")


def _granted(on: LetterContext) -> str:
    draft = _draft(on)
    return _numbered((draft.granted if draft else None) or "")


def _facts(on: LetterContext) -> str:
    draft = _draft(on)
    return (draft.facts if draft else None) or ""


def _numbered(text: str) -> str:
    lines = [NUMBERED.sub("", line).strip() for line in text.split("\n")]
    lines = [line for line in lines if line]
    return "\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1))


def _title(on: LetterContext) -> str:
    draft = _draft(on)
    outcome = on.pack.outcome(draft.outcome) if draft else None
    ground = on.pack.ground(draft.ground) if draft and outcome and not outcome.separable else None
    title = (ground.letter if ground else None) or (outcome.letter if outcome else None)
    return title or "政府信息公开告知书"


def _article(on: LetterContext) -> str:
    rule = on.pack.step(on.event.kind, on.event.day)
    if rule is None:
        return ""
    message = on.said(rule.article_by) if rule.article_by else ""
    return cite_articles(on.pack, rule.articles.get(message, rule.article))


def _reason(on: LetterContext) -> str:
    if on.event.kind == "clarification_lapsed":
        requested = on.last("clarification_requested")
        by = particulars_of(requested, ClarificationRequested).answer_by if requested else None
        return f"您无正当理由，未在{day_in_words(by)}前补正申请内容。"
    if on.event.kind == "fee_defaulted":
        return "您逾期未按收费通知要求缴纳费用。"
    reason = on.said("reason")
    return reason if not reason or reason[-1] in "。！？" else f"{reason}。"


def _consultation_due(on: LetterContext) -> str:
    key = on.said("consultation")
    deadline = on.deadline("consultation_reply", key) if key else None
    stated = _day(on.event.data.get("answer_by"))
    days = [day for day in (stated, deadline.due if deadline else None) if day]
    limit = on.pack.limit("consultation_reply", on.day)
    if stated is None and limit and limit.number:
        return f"自收到本函之日起{limit_length(limit)}内"
    return f"于{day_in_words(min(days))}前" if days else "及时"


def _silence(on: LetterContext) -> str:
    limit = on.pack.limit("consultation_reply", on.day)
    return "逾期未提出意见的，视为同意公开。" if limit and limit.number else ""


def _payment_due(on: LetterContext) -> str:
    limit = on.pack.limit("payment", on.day)
    return f"自收到本通知次日起{limit_length(limit)}内" if limit else ""


def _decided(on: LetterContext) -> str:
    """What the unit decided, by which letter, when it was delivered: of the first answer that was
    signed, else of the ending that was recorded."""
    state, pack = on.view.state, on.pack
    outcome = pack.outcome(state.outcome)
    if outcome is None:
        return ""
    signed = next((event for event in on.view.history if event.kind == "signed"), None)
    codes: list[str | None] = [state.ground]
    if signed:
        before = on.view.history[: on.view.history.index(signed)]
        draft = next((event for event in reversed(before) if event.kind == "drafted"), None)
        codes = [*grounds_named(particulars_of(draft, Drafted))] if draft else []
    grounds = [ground for code in dict.fromkeys(codes) if (ground := pack.ground(code))]
    why = "；".join(_because(pack, item) for item in grounds)
    # It is told to an authority or a court here, not to the applicant.
    reason = f"，理由：{why.replace('您', '申请人')}" if why else ""
    if signed is None:
        return f"{day_in_words(state.concluded_on)}，本机关作出处理：{outcome.label.zh}{reason}。"
    number = particulars_of(signed, Signed).letter or ""
    letter = f"《{outcome.letter or '告知书'}》（{number}）"
    return (
        f"{day_in_words(signed.day)}，本机关作出{letter}，决定：{outcome.label.zh}{reason}。"
        f"该答复于{day_in_words(state.concluded_on)}送达。"
    )


def _authority(on: LetterContext) -> str:
    remedy = on.view.state.remedy(on.said("remedy"))
    return (remedy.authority if remedy else None) or ""


def _remedies(on: LetterContext) -> str:
    state = on.view.state
    draft = _draft(on) if on.event.kind == "signed" else None
    outcome = draft.outcome if draft else state.redecided_outcome or state.outcome
    grounds = grounds_named(draft) if draft else ()
    return remedies_text(on.pack, on.view.unit, outcome, grounds, on.day, on.calendar)


def _letter(on: LetterContext) -> str:
    signed = on.last("signed")
    return (particulars_of(signed, Signed).letter if signed else None) or ""


def _subject(on: LetterContext) -> str:
    """What is applied for, as the reader of the letter may know it: whoever is consulted reads what
    was chosen for them."""
    key = on.said("consultation")
    asked = [
        str(event.data.get("about") or "")
        for event in on.view.history
        if event.kind == "consultation_started" and key == event.data.get("consultation")
    ]
    words = on.said("about") or next(filter(None, asked), "") or on.view.state.subject
    return words.removeprefix("申请公开")


def _contact(on: LetterContext) -> str:
    return "，".join(part for part in (on.view.unit.address, on.view.unit.phone) if part)


def _due(kind: str) -> Callable[[LetterContext], str]:
    def due(on: LetterContext) -> str:
        deadline = on.deadline(kind)
        return day_in_words(deadline.due) if deadline and deadline.due else ""

    return due


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def _said_day(name: str) -> Callable[[LetterContext], str]:
    def day(on: LetterContext) -> str:
        stated = _day(on.event.data.get(name))
        return day_in_words(stated) if stated else ""

    return day


def _to_unit(on: LetterContext) -> str:
    code = on.said("unit")
    return on.units.get(code, code)


def _enclosures(on: LetterContext) -> str:
    draft = _draft(on)
    return "、".join(item.name for item in (draft.documents if draft else None) or ())


_MADE: dict[str, Callable[[LetterContext], str]] = {
    "number": lambda on: on.number or UNNUMBERED,
    "title": _title,
    "unit": lambda on: on.view.unit.name,
    "contact": _contact,
    "day": lambda on: day_in_words(on.day),
    "applicant": lambda on: on.party.get("name") or "申请人",
    "case_number": lambda on: on.view.state.number,
    "received_on": lambda on: day_in_words(on.view.state.received_on),
    "subject": _subject,
    "law": lambda on: on.pack.title.zh,
    "article": _article,
    "course": _course,
    "facts": _facts,
    "answer": _answer,
    "granted_parts": _granted,
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
    "currency": lambda on: currency(on.pack),
    "fee_amount": lambda on: amount(int(on.said("fen") or 0)),
    "fee_basis": lambda on: fee_basis(on.pack, on.event),
    "payment_due": _payment_due,
    "body": _body,
    "body_contact": _body_contact,
    "how_to_pay": lambda on: on.said("how_to_pay"),
    "to_unit": _to_unit,
    "authority": _authority,
    "decided": _decided,
    "statement": lambda on: on.said("statement"),
    "evidence": lambda on: _numbered(on.said("evidence")),
    "letter": _letter,
}
