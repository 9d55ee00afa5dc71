"""Letters of every kind: all that the law asks stands in them, the same in Word and PDF; a unit's
own template is taken, checked, and cannot do more than name fields."""

import io
from datetime import date, timedelta

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
    checked_template,
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
from tests.conftest import NOW, within
from tests.letters.occasions import CASES, DAY, RECEIVED, answered

CLERK = Actor("clerk", "clerk", "LZ/LZ-S01/")
APPROVER = Actor("approver", "approver", "LZ/LZ-S01/")
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
        pdf, word = (within(app, app.documents.open, file).read() for file in files if file)
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
    with app.context():
        incoming = app.documents.receive(content, name)
        checked = checked_template(app.documents, who, known_kind("decision"), incoming)
    with app.context(), db.transaction() as session:
        owner = unit_by_code(session, unit)
        replace_template(session, app.documents, who, owner, checked, NOW)


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
        content = io.BytesIO(default_template(kind))
        incoming = within(demo, demo.documents.receive, content, "letter.docx")
        checked = within(demo, checked_template, demo.documents, APPROVER, kind, incoming)
        with demo.context(), db.transaction() as session:
            unit = unit_by_code(session, "LZ-S01")
            replace_template(session, demo.documents, APPROVER, unit, checked, NOW)
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
