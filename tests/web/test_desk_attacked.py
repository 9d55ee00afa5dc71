"""What somebody clever, hasty or hostile tries at the desk."""

import io
import struct
import zlib
from datetime import date

import pytest
from docx import Document as WordDocument
from docx.oxml import parse_xml
from flask import Flask
from flask.testing import FlaskClient

from requestflow.accounts import Actor, add_person, unit_by_code
from requestflow.application import Application
from requestflow.cases import Difference, Step, StepRefused, verify
from requestflow.citizens import delivered_documents
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from requestflow.letters import (
    TemplateRefused,
    checked_template,
    default_template,
    known_kind,
    replace_template,
)
from requestflow.letters.casefile import MOST_PIXELS, pixels
from tests.conftest import NOW, within
from tests.web.citizens import problems
from tests.web.desk import opened, post, seen, signed_in, take

CHECKS = {"no_secret": "yes", "no_private": "yes", "no_danger": "yes"}
APPROVER = Actor("approver", "approver", "LZ/LZ-S01/")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def person(demo: Application, username: str, role: str, unit: str = "LZ-S01") -> None:
    with demo.context(), db.transaction() as session:
        add_person(session, username, username, PASSWORD, role, unit_by_code(session, unit))


def signed(demo: Application, clerk: FlaskClient, approver: FlaskClient) -> str:
    number = opened(demo)
    assert take(clerk, number, "drafted", outcome="granted", facts="x").status_code == 302
    for kind, message in (("legality_reviewed", {}), ("secrecy_reviewed", CHECKS), ("signed", {})):
        assert take(approver, number, kind, **message).status_code == 302
    return number


def correct(
    client: FlaskClient, demo: Application, number: str, query: str, **values: object
) -> int:
    version = str(seen(demo, number).version)
    form = {"version": version, "why": "登记有误", "day": "2026-11-24", **values}
    return post(client, f"/cases/{number}/correct?{query}", **form).status_code


@pytest.mark.parametrize("day", ["2206-11-24", "9999-12-31", "0001-01-01", "2026-11-25"])
def test_a_mistyped_day_never_makes_a_case_unreadable(
    clerk: FlaskClient, approver: FlaskClient, demo: Application, day: str
) -> None:
    number = signed(demo, clerk, approver)
    before = seen(demo, number).version
    answer = take(clerk, number, "delivered", way="page", received_on=day)
    assert answer.status_code == 400
    assert 'href="#received_on"' in answer.get_data(as_text=True)
    requested = {"consulted": "third_party", "name": "某公司"}
    fresh = opened(demo)
    for field in ("letter_received_on", "answer_by"):
        far = "2199-01-01" if day == "2026-11-25" else day
        refused = take(clerk, fresh, "consultation_started", **requested, **{field: far})
        assert refused.status_code == 400
    assert seen(demo, number).version == before
    assert clerk.get(f"/cases/{number}").status_code == 200


def test_whoever_stands_in_neither_prolongs_it_nor_passes_it_on(
    site: Flask, clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    day = {"first_day": "2026-11-24", "last_day": "2026-11-24"}
    away = {"person": "approver", "deputy": "clerk"}
    entered = post(approver, "/office/absences", at="/office", **away, **day)
    assert entered.status_code == 302
    deputy = signed_in(site, "clerk")
    for_ever = {"first_day": "2026-11-24", "last_day": "2099-12-31"}
    more = post(deputy, "/office/absences", at="/office", **away, **for_ever)
    assert more.status_code == 403
    assert deputy.get("/office/letters/decision.docx").status_code == 403
    person(demo, "keeper", "administrator")
    forged = {"person": "clerk", "deputy": "keeper"}
    assert post(clerk, "/office/absences", at="/office", **forged, **day).status_code == 400


def test_a_correction_gets_round_no_second_pair_of_eyes_and_no_limit(
    clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    number = opened(demo)
    assert correct(approver, demo, number, "add=drafted", outcome="granted", facts="x") == 400
    assert take(approver, number, "drafted", outcome="granted", facts="x").status_code == 302
    for kind in ("legality_reviewed", "secrecy_reviewed", "signed", "delivered"):
        assert correct(approver, demo, number, f"add={kind}", way="post", **CHECKS) == 400
    late = opened(demo, 60)
    more = {"days": "20", "reason": "x", "approver": "x"}
    assert correct(approver, demo, late, "add=extended", **more) == 400
    in_time = {**more, "day": "2026-10-08"}
    assert correct(approver, demo, late, "add=extended", **{**in_time, "days": "300"}) == 400
    assert correct(approver, demo, late, "add=extended", **in_time) == 302
    assert correct(approver, demo, late, "add=extended", **{**in_time, "day": "2026-10-09"}) == 400


def test_who_corrects_a_draft_does_not_become_its_author(
    site: Flask, approver: FlaskClient, demo: Application
) -> None:
    person(demo, "approver2", "approver")
    other = signed_in(site, "approver2")
    number = opened(demo)
    assert take(approver, number, "drafted", outcome="granted", facts="x").status_code == 302
    assert correct(other, demo, number, "event=2", outcome="granted", facts="x。") == 302
    for kind, message in (("legality_reviewed", {}), ("secrecy_reviewed", CHECKS)):
        assert take(other, number, kind, **message).status_code == 302
    assert "cannot sign" in problems(take(approver, number, "signed"))[0]


def test_what_is_signed_is_not_changed_under_its_letter(
    clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    number = signed(demo, clerk, approver)
    other = {"outcome": "refused", "ground": "state_secret", "facts": "x"}
    assert correct(approver, demo, number, "event=2", **other) == 400
    assert correct(approver, demo, number, "event=5", void="yes") == 302
    assert correct(approver, demo, number, "event=2", **other) == 302
    with demo.context() as session:
        assert not [result for result in verify(session) if isinstance(result, Difference)]


def test_a_key_never_comes_back_with_another_meaning(
    clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    number = opened(demo)
    requested = {"consulted": "third_party"}
    for name in ("甲", "乙"):
        assert (
            take(clerk, number, "consultation_started", **requested, name=name).status_code == 302
        )
    assert correct(approver, demo, number, "event=2", void="yes") == 302
    assert take(clerk, number, "consultation_started", **requested, name="丙").status_code == 302
    assert [item.key for item in seen(demo, number).state.consultations] == ["2", "3"]


def test_a_case_is_given_to_nobody_of_another_unit(site: Flask, demo: Application) -> None:
    person(demo, "elsewhere", "clerk", "LZ")
    number = opened(demo)
    supervisor = signed_in(site, "supervisor")
    form = {"case": [f"{number}@1"], "handler": "elsewhere"}
    refused = post(supervisor, "/cases/assign?whose=nobody", at="/cases?whose=nobody", **form)
    assert refused.status_code == 400
    assert seen(demo, number).state.handler is None


def test_proofs_of_delivery_are_not_the_applicants(
    clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    number = signed(demo, clerk, approver)
    slip = [(io.BytesIO(b"ID of a third person"), "slip.txt")]
    data = {"way": "collected", "collected_by": "李四", "files": slip}
    assert take(clerk, number, "delivered", **data).status_code == 302
    event = seen(demo, number).events[-1]
    assert [item["name"] for item in event.data["proofs"]] == ["slip.txt"]
    assert all(item["name"] != "slip.txt" for item in delivered_documents(event))


def test_an_asked_unit_answers_whatever_else_happened(
    site: Flask, clerk: FlaskClient, demo: Application
) -> None:
    person(demo, "other", "clerk", "LZ-S02")
    other, number = signed_in(site, "other"), opened(demo)
    requested = {"consulted": "other_body", "unit": "LZ-S02", "question": "?"}
    assert take(clerk, number, "consultation_started", **requested).status_code == 302
    assert take(clerk, number, "noted", note="内部").status_code == 302
    data = {"answer": "agrees", "text": "同意", "version": "2"}
    assert post(other, f"/questions/{number}/1", **data).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        f"/cases?after=2026-01-01_{'9' * 30}",
        f"/questions?after=2026-01-01_{'9' * 30}",
        f"/remedies/register?after=2026-01-01_{'9' * 30}",
        f"/notices?before={'9' * 5000}",
        "/cases?law=%00",
        "/cases/%00",
        "/questions/%00/1",
        "/office?unit=%00",
    ],
)
def test_odd_addresses_end_in_a_page(clerk: FlaskClient, path: str) -> None:
    assert clerk.get(path).status_code in (200, 404)


def test_odd_forms_end_in_a_page(clerk: FlaskClient, demo: Application) -> None:
    number, huge = opened(demo), "9" * 5000
    for path, values in (
        (f"/cases/views/{'9' * 30}/remove", {}),
        (f"/office/absences/{'9' * 30}/end", {}),
        ("/cases/assign", {"case": f"{number}@{huge}", "handler": "clerk"}),
        (f"/cases/{number}/steps/drafted", {"withheld-rows": huge, "day": "2026-11-24"}),
        ("/cases/views", {"name": "a\0b"}),
    ):
        assert post(clerk, path, at="/cases/new", **values).status_code in (400, 404), path


def tampered(change: object, kind: str = "decision") -> io.BytesIO:
    document = WordDocument(io.BytesIO(default_template(known_kind(kind))))
    change(document)  # type: ignore[operator]
    built = io.BytesIO()
    document.save(built)
    built.seek(0)
    return built


def upload(demo: Application, content: io.BytesIO, kind: str = "decision") -> None:
    incoming = within(demo, demo.documents.receive, content, "letter.docx")
    checked = within(demo, checked_template, demo.documents, APPROVER, known_kind(kind), incoming)
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S01")
        replace_template(session, demo.documents, APPROVER, unit, checked, NOW)


def into_footer(document: WordDocument) -> None:  # type: ignore[valid-type]
    names = " ".join(f"{{{{ {name} }}}}" for name in known_kind("decision").required)
    for paragraph in list(document.paragraphs):
        paragraph._p.getparent().remove(paragraph._p)
    document.sections[0].footer.paragraphs[0].text = names
    document.add_paragraph("无")


def wide(columns: int):  # type: ignore[no-untyped-def]
    cells = "<w:tc><w:p/></w:tc>" * columns
    table = f"<w:tbl {W}><w:tblPr/><w:tblGrid/><w:tr>{cells}</w:tr></w:tbl>"
    return lambda document: document.element.body.insert(0, parse_xml(table))


def never_shown(document: WordDocument) -> None:  # type: ignore[valid-type]
    for paragraph in document.paragraphs:
        if "remedies" in paragraph.text:
            message = paragraph.text
            paragraph.text = "{% if subject and not subject %}" + message + "{% endif %}"


@pytest.mark.parametrize(
    "change",
    [
        into_footer,
        wide(30),
        lambda d: d.add_paragraph("{{ " + "not " * 3000 + "subject }}"),
        lambda d: d.add_paragraph("{% if subject %}" * 1500 + "{% endif %}" * 1500),
        never_shown,
    ],
)
def test_a_template_that_says_not_what_the_law_asks_is_refused(
    demo: Application, change: object
) -> None:
    with pytest.raises(TemplateRefused):
        upload(demo, tampered(change))


def test_a_templates_properties_are_not_carried_out(demo: Application) -> None:
    def change(document: WordDocument) -> None:  # type: ignore[valid-type]
        document.core_properties.title = "{{ 7*7 }} {{ applicant }}"

    upload(demo, tampered(change))
    number = opened(demo)
    steps = [
        Step("drafted", demo.today(), {"outcome": "granted", "facts": "x"}),
        Step("legality_reviewed", demo.today()),
        Step("secrecy_reviewed", demo.today(), {"checks": list(CHECKS)}),
    ]
    with demo.context(), db.transaction() as session:
        demo.cases.take_step(session, Actor("clerk", "clerk", "LZ/LZ-S01/"), number, steps[:1], NOW)
        demo.cases.take_step(session, Actor.operator(), number, steps[1:], NOW)
    from requestflow.documents import document_by_key

    with demo.context():
        demo.casework.take_step(APPROVER, number, Step("signed", demo.today()), NOW)
    with demo.context() as session:
        key = seen(demo, number).events[-1].data["documents"][1]["key"]
        file = document_by_key(session, key)
    assert file
    title = WordDocument(within(demo, demo.documents.open, file)).core_properties.title
    assert "49" not in title
    assert "张三" not in title


def test_a_letter_to_others_cannot_name_the_applicant(demo: Application) -> None:
    with pytest.raises(TemplateRefused, match="applicant"):
        upload(
            demo,
            tampered(lambda d: d.add_paragraph("{{ applicant }}"), "third_party"),
            "third_party",
        )


def test_the_size_of_a_picture_is_told_by_its_header() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    size = struct.pack(">IIBBBBB", 20000, 20000, 8, 2, 0, 0, 0)
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size)
    assert pixels(head) == 400_000_000
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x01\x00\x02\x00"
    assert pixels(jpeg + b"\x00" * 20) == 256 * 512
    assert pixels(b"\xff\xd8") > MOST_PIXELS


def test_a_day_that_leaves_the_calendar_is_refused_by_the_door(demo: Application) -> None:
    number = opened(demo)
    step = Step("delay_set", date(2026, 11, 24), {"until": "2500-01-01", "reason": "x"})
    with demo.context(), db.transaction() as session, pytest.raises(StepRefused):
        demo.cases.take_step(session, Actor.operator(), number, [step], NOW)


def test_nobody_makes_themselves_the_deputy_of_a_supervisor(
    demo: Application, approver: FlaskClient
) -> None:
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S01")
        add_person(session, "watcher", "督查", PASSWORD, "supervisor", unit)
        add_person(session, "colleague", "同事", PASSWORD, "reviewer", unit)
    day = demo.today().isoformat()
    away = {"person": "watcher", "first_day": day, "last_day": day}
    refused = post(approver, "/office/absences", at="/office", deputy="approver", **away)
    assert refused.status_code == 400
    assert "cannot make yourself the deputy" in refused.get_data(as_text=True)
    taken = post(approver, "/office/absences", at="/office", deputy="colleague", **away)
    assert taken.status_code == 302
