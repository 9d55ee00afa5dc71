"""Letters of every kind: all that the law asks stands in them, the same in Word and PDF; a unit's
own template is taken, checked, and cannot do more than name fields."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from docx import Document as WordDocument
from pypdfium2 import PdfDocument

from requestflow.accounts import Actor, unit_by_code
from requestflow.application import Application
from requestflow.cases import Opening, Step, view_case
from requestflow.documents import document_by_key
from requestflow.foundation import Refused, db
from requestflow.law import law_pack, packs
from requestflow.letters import (
    TemplateRefused,
    default_template,
    field_labels,
    known_kind,
    letter_for,
    letter_kinds,
    replace_template,
    template_for,
)
from requestflow.letters.letter_fields import _MADE
from requestflow.letters.official_style import chinese_number, cite_articles
from tests.conftest import NOW

CLERK = Actor("clerk", "clerk", "LZ/LZ-S01/")
APPROVER = Actor("approver", "approver", "LZ/LZ-S01/")
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
TO_OTHERS = ("third_party", "enquiry", "third_party_decision")
"""Letters to those who may not learn who applied."""


def issue(
    app: Application, steps: list[Step], received: date = RECEIVED
) -> tuple[str, str, str, str]:
    """Takes the steps of a new case; number and case, and the words of the last letter as PDF and
    as Word."""
    with app.context(), db.transaction() as session:
        opening = Opening("LZ-S01", received, "person", "post", "停车收费标准", {"name": "张三"})
        number = app.cases.open(session, CLERK, opening, NOW)
    for step in steps:
        who = CLERK if step.kind == "drafted" else APPROVER
        with app.context():
            app.casework.take_step(who, number, step, NOW)
    with app.context() as session:
        view = view_case(session, Actor.operator(), number)
        sent = view.events[-1].data
        files = [document_by_key(session, item["key"]) for item in sent["documents"]]
    pdf, word = (app.documents.open(file).read() for file in files if file)
    pages = PdfDocument(pdf)
    printed = "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)
    typed = "".join("".join(p.text.split()) for p in WordDocument(io.BytesIO(word)).paragraphs)
    return sent["letter"], number, printed, typed


@pytest.mark.parametrize("name", CASES)
def test_a_letter_holds_what_the_law_asks_in_word_and_pdf(demo: Application, name: str) -> None:
    steps, wanted = CASES[name]
    received = date(2026, 9, 1) if name == "default" else RECEIVED
    letter, number, printed, typed = issue(demo, steps, received)
    parts = (letter, "市发展改革委", "（印章）", number, *wanted)
    if name not in TO_OTHERS:
        parts = (*parts, "张三")
    for part in parts:
        if part == number and name in TO_OTHERS:
            continue
        assert part in printed, part
        assert part in typed, part
    for text in (printed, typed):
        assert "{{" not in text
        assert "{%" not in text
    # The PDF says what Word says, page numbers aside.
    assert printed.replace("1/1", "").replace("1/2", "").replace("2/2", "") == typed


def test_who_applied_is_not_told_to_others(demo: Application) -> None:
    for name in TO_OTHERS:
        _, _, printed, _ = issue(demo, CASES[name][0])
        assert "张三" not in printed


def test_every_kind_is_shown_here_and_every_field_is_made() -> None:
    steps = [steps[-1] for steps, _ in CASES.values()]
    shown = [letter_for(step.kind, {"consulted": "third_party", **step.data}) for step in steps]
    issued = {kind.kind for kind in letter_kinds() if kind.steps}
    assert {kind.kind for kind in shown if kind} == issued
    assert set(_MADE) == set(field_labels())
    for law in packs():
        for outcome in law.outcomes:
            assert not outcome.answer or outcome.letter, outcome.code


def test_numbers_run_without_gaps_for_each_kind(demo: Application) -> None:
    letters = [issue(demo, CASES[name][0])[0] for name in ("granted", "extension", "refused")]
    assert letters == [
        "市发展改革委依申请公开〔2026〕1号",
        "市发展改革委依申请公开延期〔2026〕1号",
        "市发展改革委依申请公开〔2026〕2号",
    ]
    # Endings of different kinds print the same word, so they share their numbers.
    ends = [issue(demo, CASES[name][0])[0] for name in ("withdrawal", "lapse")]
    assert [end[-2:] for end in ends] == ["1号", "2号"]


def test_the_old_law_is_cited_for_its_cases(demo: Application) -> None:
    day = date(2018, 5, 21)
    steps = answered(day, outcome="refused", ground="secret")
    _, _, printed, _ = issue(demo, steps, date(2018, 5, 7))
    assert "第二十一条第（二）项" in printed
    assert "可以自收到本告知书之日起60日内" in printed
    assert "第三十六条" not in printed


def test_what_is_typed_is_never_markup(demo: Application) -> None:
    steps = answered(DAY, outcome="granted")
    steps[0] = Step(
        "drafted", DAY, {"outcome": "granted", "facts": "<w:b/> {{ remedies }} #panic() & 完"}
    )
    _, _, printed, typed = issue(demo, steps)
    for text in (printed, typed):
        assert "<w:b/>{{remedies}}#panic()&完" in text


def template(*paragraphs: str) -> io.BytesIO:
    document = WordDocument()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    built = io.BytesIO()
    document.save(built)
    built.seek(0)
    return built


WHOLE = (
    "某市专用信笺 {{ number }}",
    "致 {{ applicant }}，{{ unit }} 于 {{ received_on }} 收到 {{ subject }}",
    "{%p if course %}",
    "经过：{{ course }}",
    "{%p endif %}",
    "{{ facts }}",
    "{{ title }}",
    "{{ answer }}",
    "{{ remedies }}",
    "{{ day }}",
)


def upload(
    app: Application,
    content: io.BytesIO,
    unit: str = "LZ-S01",
    who: Actor = APPROVER,
    name: str = "letter.docx",
) -> None:
    incoming = app.documents.receive(content, name)
    with app.context(), db.transaction() as session:
        owner = unit_by_code(session, unit)
        kind = known_kind("decision")
        replace_template(session, app.documents, who, owner, kind, incoming, NOW)


def test_a_unit_writes_with_its_own_template(demo: Application) -> None:
    upload(demo, template(*WHOLE))
    _, _, printed, typed = issue(demo, CASES["granted"][0])
    assert printed.startswith("某市专用信笺市发展改革委依申请公开〔2026〕1号")
    assert "经过：" not in printed
    assert "60日内" in printed
    assert typed in printed
    with demo.context() as session:
        other = template_for(
            session, demo.documents, unit_by_code(session, "LZ-S02"), known_kind("decision")
        )
    assert other == default_template(known_kind("decision"))


def test_units_below_write_with_the_template_of_the_unit_above(demo: Application) -> None:
    administrator = Actor("administrator", "administrator", "LZ/")
    upload(demo, template(*WHOLE), "LZ", administrator)
    _, _, printed, _ = issue(demo, CASES["granted"][0])
    assert printed.startswith("某市专用信笺")
    with pytest.raises(Refused):
        upload(demo, template(*WHOLE), "LZ-S02", APPROVER)


@pytest.mark.parametrize(
    ("paragraphs", "value"),
    [
        ((*WHOLE, "{{ apllicant }} {{ court_fee }}"), "apllicant, court_fee"),
        (WHOLE[:-2], "remedies"),
        ((*WHOLE, "{{ facts "), "incomplete"),
        ((*WHOLE, "{{ facts.__class__.__mro__ }}"), "only contain fields"),
        ((*WHOLE, "{{ ''.join(facts) }}"), "only contain fields"),
        ((*WHOLE, "{% for x in facts %}{{ x }}{% endfor %}"), "only contain fields"),
        ((*WHOLE, "{{ range(999999999) }}"), "only contain fields"),
        ((*WHOLE, "{% include '/etc/passwd' %}"), "only contain fields"),
        ((*WHOLE, "{%p if course %}"), "incomplete"),
    ],
)
def test_a_template_that_cannot_serve_is_refused_with_what_is_wrong(
    demo: Application, paragraphs: tuple[str, ...], value: str
) -> None:
    with pytest.raises(TemplateRefused, match=value):
        upload(demo, template(*paragraphs))
    with demo.context() as session:
        unit = unit_by_code(session, "LZ-S01")
        kind = known_kind("decision")
        assert template_for(session, demo.documents, unit, kind) == default_template(kind)


def test_what_is_no_word_file_is_refused(demo: Application) -> None:
    with pytest.raises(TemplateRefused, match="not a readable Word file"):
        upload(demo, io.BytesIO(b"%PDF-1.7 x"), name="letter.pdf")


def test_every_default_template_passes_its_own_check(demo: Application) -> None:
    for kind in letter_kinds():
        incoming = demo.documents.receive(io.BytesIO(default_template(kind)), "letter.docx")
        with demo.context(), db.transaction() as session:
            unit = unit_by_code(session, "LZ-S01")
            replace_template(session, demo.documents, APPROVER, unit, kind, incoming, NOW)
    _, _, printed, _ = issue(demo, CASES["granted"][0])
    assert "政府信息公开告知书" in printed


@pytest.mark.parametrize(
    ("article", "value"),
    [
        ("36(3)", "第三十六条第（三）项"),
        ("36(1)(2)", "第三十六条第（一）、（二）项"),
        ("32、34", "第三十二条、第三十四条"),
        ("10、36(5)", "第十条、第三十六条第（五）项"),
    ],
)
def test_articles_are_cited_as_letters_do(article: str, value: str) -> None:
    assert (
        cite_articles(law_pack("cn-2019"), article) == f"《中华人民共和国政府信息公开条例》{value}"
    )


def test_numbers_in_characters() -> None:
    wanted = {1: "一", 10: "十", 11: "十一", 20: "二十", 36: "三十六", 100: "一百", 101: "一百〇一"}
    assert {number: chinese_number(number) for number in wanted} == wanted
    assert chinese_number(110) == "一百一十"
    assert RECEIVED + timedelta(8) == DAY
