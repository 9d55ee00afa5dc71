"""A ready application for reconsideration (行政复议申请书), from the facts of the case.

It is in Chinese whatever language the pages are in: the authority decides in Chinese. The number
of identity is left to be filled in by hand, because it is shown whole to nobody but the clerk in
charge.
"""

from collections.abc import Mapping
from datetime import date

from requestflow.cases import CaseView, Event
from requestflow.citizens import OpenRemedy
from requestflow.foundation import translate
from requestflow.law import Pack, article_text, explain, law_pack
from requestflow.letters.official_style import day_in_words
from requestflow.letters.paper import Paper

ZH = "zh_CN"


def reconsideration_application(
    view: CaseView, remedy: OpenRemedy, party: Mapping[str, str]
) -> Paper:
    """The application against the answer, or against the silence, of the unit."""
    pack, state, unit = law_pack(view.state.law), view.state, view.unit
    paper = Paper("行政复议申请书", ZH, party.get("name", ""))
    paper.heading("申请人")
    paper.facts(
        [
            ("姓名或名称", party.get("name") or "＿＿＿＿＿＿"),
            ("证件号码", "＿＿＿＿＿＿＿＿＿＿（请本人填写）"),
            ("联系电话", party.get("phone") or "＿＿＿＿＿＿"),
            ("住址", party.get("address") or "＿＿＿＿＿＿＿＿＿＿"),
            ("邮政编码", party.get("postcode")),
            ("联系人", party.get("contact_person")),
            ("法定代表人", "＿＿＿＿＿＿" if view.state.applicant_kind != "person" else None),
            ("电子邮箱", party.get("email")),
            ("代理人", party.get("representative")),
        ]
    )
    paper.heading("被申请人")
    paper.facts([("名称", unit.name), ("地址", unit.address), ("联系电话", unit.phone)])
    paper.heading("行政复议请求")
    if remedy.silence:
        paper.paragraph(
            f"确认被申请人未在法定期限内对申请人的政府信息公开申请（编号：{state.number}）作出答复违法，"
            "责令被申请人在法定期限内作出答复。"
        )
    else:
        paper.paragraph(
            f"撤销被申请人于{day_in_words(_answered_on(view))}对申请人的政府信息公开申请（编号：{state.number}）"
            "作出的答复，责令被申请人在法定期限内重新作出答复。"
        )
    paper.heading("事实和理由")
    for sentence in _facts(view, pack, remedy):
        paper.paragraph(sentence)
    paper.paragraph("申请人认为上述行为违法或者不当的理由是：（请在此补充）")
    article = article_text(remedy.window.article, "zh")
    paper.paragraph(
        f"法定的申请期限至{day_in_words(remedy.window.due)}（含当日）届满（{article}）。"
    )
    paper.paragraph("此致")
    paper.paragraph(remedy.authority or "＿＿＿＿＿＿＿＿（行政复议机关）")
    paper.right("申请人（签名或盖章）：＿＿＿＿＿＿＿＿")
    paper.right("＿＿＿＿年＿＿月＿＿日")
    paper.heading("附件")
    attached = ["申请人身份证明复印件", f"政府信息公开申请及回执（{state.number}）"]
    paper.items(attached if remedy.silence else [*attached, "被申请人的答复"])
    return paper


def _answered_on(view: CaseView) -> date | None:
    return view.state.redecided_on or view.state.concluded_on


def _facts(view: CaseView, pack: Pack, remedy: OpenRemedy) -> list[str]:
    state = view.state
    channel = translate(f"channel.{state.channel}", ZH)
    results = [
        f"申请人以{channel}方式向被申请人申请公开以下政府信息：{state.subject.removeprefix('申请公开')}。"
        f"被申请人于{day_in_words(state.received_on)}收到申请。"
    ]
    results += [sentence for event in view.history if (sentence := _told(event))]
    reply = next((item for item in view.deadlines if item.kind == "reply"), None)
    if reply and reply.due:
        steps = "；".join(explain(step, ZH) for step in reply.steps)
        results.append(
            f"依照《{pack.title.zh}》，被申请人应当在{day_in_words(reply.due)}前答复：{steps}。"
        )
    if remedy.silence:
        results.append("期限届满后，被申请人至今没有答复。")
        return results
    outcome = pack.outcome(state.redecided_outcome or state.outcome)
    ground = None if state.redecided_outcome else pack.ground(state.ground)
    reason = f"，理由为：{ground.label.zh}（第{ground.article}条）" if ground else ""
    if outcome:
        results.append(
            f"被申请人于{day_in_words(_answered_on(view))}答复：{outcome.label.zh}{reason}。"
        )
    if remedy.window.started_on != _answered_on(view):
        results.append(f"申请人于{day_in_words(remedy.window.started_on)}收到答复。")
    return results


def _told(event: Event) -> str | None:
    if event.kind == "clarification_requested":
        return f"{day_in_words(event.day)}，被申请人要求申请人补正。"
    if event.kind == "clarified":
        return f"{day_in_words(event.day)}，被申请人收到补正后的申请。"
    if event.kind == "extended":
        return f"{day_in_words(event.day)}，被申请人告知延长答复期限。"
    return None
