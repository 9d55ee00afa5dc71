"""The letter of decision (政府信息公开告知书), with the parts that the law requires of it.

It is in Chinese, the language in which the body decides.
"""

from collections.abc import Mapping
from datetime import date

from requestflow.accounts import Unit
from requestflow.cases import CaseView, Event
from requestflow.law import Pack, article_text
from requestflow.law.loading import pack as law_pack
from requestflow.law.model import Limit
from requestflow.letters.paper import Paper
from requestflow.letters.wording import day_in_words

UNNUMBERED = "（待编号）"


def letter_number(unit: Unit, year: int, number: int) -> str:
    """A letter's number (文号) as it is printed."""
    return f"{unit.name}依申请公开〔{year}〕{number}号"


def decision_letter(
    view: CaseView, party: Mapping[str, str], number: str | None, day: date
) -> Paper:
    """The letter for the drafted decision of a case; without a number it is a draft."""
    pack, state = law_pack(view.state.law), view.state
    paper = Paper("政府信息公开告知书", "zh_CN", view.unit.name)
    paper.right(number or UNNUMBERED)
    paper.plain(f"{party.get('name') or '申请人'}：")
    paper.paragraph(
        f"本机关于{day_in_words(state.received_on)}收到您提出的政府信息公开申请（编号：{state.number}），"
        f"申请内容为：{state.subject.removeprefix('申请公开')}。"
    )
    for sentence in _course(view):
        paper.paragraph(sentence)
    draft = next((event for event in reversed(view.history) if event.kind == "drafted"), None)
    if draft and draft.data.get("facts"):
        paper.paragraph(str(draft.data["facts"]))
    paper.paragraph(_answer(pack, state.draft_outcome, state.draft_ground))
    paper.paragraph(remedies_told(pack, view.unit, state.draft_outcome, day))
    paper.right(view.unit.name)
    paper.right("（印章）")
    paper.right(day_in_words(day))
    return paper


def _course(view: CaseView) -> list[str]:
    found = []
    for event in view.history:
        if event.kind == "clarified":
            found.append(f"{day_in_words(event.day)}，本机关收到您补正后的申请。")
        if event.kind == "extended":
            found.append(_extended(event))
    return found


def _extended(event: Event) -> str:
    return f"{day_in_words(event.day)}，经批准，本机关延长答复期限并告知您。"


def _answer(pack: Pack, outcome_code: str | None, ground_code: str | None) -> str:
    outcome, ground = pack.outcome(outcome_code), pack.ground(ground_code)
    if outcome is None:
        return ""
    law = f"《{pack.title.zh}》"
    decided = (
        f"根据{law}{article_text(outcome.article, 'zh')}的规定，本机关决定：{outcome.label.zh}。"
    )
    if ground is None:
        return decided
    cited = f"{law}{article_text(ground.article, 'zh')}"
    return f"经审查，您申请的信息{ground.label.zh}（{cited}）。{decided}"


def remedies_told(pack: Pack, unit: Unit, outcome: str | None, day: date) -> str:
    """Which remedies are open against a decision of that day, where and for how long."""
    reconsideration = pack.limit("reconsideration.apply", day)
    suit = pack.limit("suit.direct", day)
    court, authority = (
        unit.court or "有管辖权的人民法院",
        unit.reconsideration_authority or "复议机关",
    )
    first = suit is None or (outcome or "") in suit.not_for_outcomes
    must = "应当" if first else "可以"
    told = (
        f"如不服本答复，{must}自收到本告知书之日起{_length(reconsideration)}内"
        f"向{authority}申请行政复议"
    )
    if first or suit is None:
        return f"{told}；对复议决定不服的，可以依法向人民法院提起行政诉讼。"
    return f"{told}，或者自收到本告知书之日起{_length(suit)}内向{court}提起行政诉讼。"


def _length(limit: Limit | None) -> str:
    if limit is None or limit.number is None:
        return "法定期限"
    unit = {"working_days": "个工作日", "calendar_days": "日", "months": "个月"}[limit.unit]
    return f"{limit.number}{unit}"
