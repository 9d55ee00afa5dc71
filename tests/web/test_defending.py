"""What leaves the office: answers by mail, remedies and their clocks, the file for the court, and
what the applicant does not see of it."""

import io
import re
import zipfile
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument
from sqlalchemy import select

from requestflow.accounts import Actor, AuditEntry
from requestflow.application import Application
from requestflow.cases import view_case
from requestflow.citizens import give_code
from requestflow.foundation import db
from requestflow.notices import SmtpMailer, deliver
from tests.conftest import NOW, within
from tests.mailbox import mail_server, words_of
from tests.web.citizens import problems
from tests.web.desk import opened, post, register, seen, take, words

CHECKS = {"no_secret": "yes", "no_private": "yes", "no_danger": "yes"}


def test_remedies_are_registered_with_their_own_clocks_and_hearings(
    clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    number = opened(demo)
    draft = {"outcome": "refused", "ground": "internal_affairs", "facts": "查明如下。"}
    assert take(clerk, number, "drafted", **draft).status_code == 302
    for kind, values in (("legality_reviewed", {}), ("secrecy_reviewed", CHECKS), ("signed", {})):
        assert take(approver, number, kind, **values).status_code == 302
    assert take(clerk, number, "delivered", way="page", received_on="2026-11-24").status_code == 302
    filed = {"kind": "reconsideration", "authority": "泸州市人民政府"}
    assert take(clerk, number, "remedy_filed", **filed).status_code == 302
    assert take(clerk, number, "hearing_held").status_code == 400
    copy = {"copy_received_on": "2026-11-24"}
    assert take(clerk, number, "remedy_accepted", remedy="R1", **copy).status_code == 302
    listed = clerk.get("/remedies/register").get_data(as_text=True)
    row = listed.partition(number)[2].partition("</tr>")[0]
    assert "2026-12-08" in row  # ten working days after the copy came (2023 art. 48)
    hearing = {"remedy": "R1", "held_on": "2026-12-02", "time": "9:00", "place": "三楼"}
    assert take(clerk, number, "hearing_scheduled", **hearing).status_code == 302
    row = clerk.get("/remedies/register?kind=reconsideration").get_data(as_text=True)
    assert "2026-12-02" in row.partition(number)[2].partition("</tr>")[0]
    early = take(clerk, number, "hearing_held", remedy="R1")
    assert "2026-12-02" in problems(early)[0]
    statement = {"statement": "程序合法。", "evidence": "申请表\n告知书"}
    assert take(clerk, number, "remedy_answered", remedy="R1", **statement).status_code == 302
    assert seen(demo, number).events[-1].data["letter"].endswith("复议答复〔2026〕1号")
    result = {"result": "corrected", "redecision": "yes", "within": "15"}
    assert take(clerk, number, "remedy_concluded", remedy="R1", **result).status_code == 302
    view = seen(demo, number)
    assert view.state.stage == "redecision"
    due = {item.kind: item.due for item in view.deadlines if item.running}
    assert str(due["redecision"]) == "2026-12-15"
    assert number not in clerk.get("/remedies/register").get_data(as_text=True)
    assert number in clerk.get("/remedies/register?state=all&result=corrected").get_data(
        as_text=True
    )


def test_the_file_for_the_court_holds_all_in_order_and_no_internal_note(
    clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    scan = io.BytesIO()
    blank = PdfDocument.new()
    for _ in range(2):
        blank.new_page(595, 842)
    blank.save(scan)
    scan.seek(0)
    damaged = (io.BytesIO(b"%PDF-1.7 nothing"), "damaged.pdf")
    text = (io.BytesIO("手写的申请".encode()), "note.txt")
    form = {"title": "停车收费标准", "name": "王五", "files": [(scan, "scan.pdf"), damaged, text]}
    number = register(clerk, **form).headers["Location"].rpartition("/")[2]
    assert take(clerk, number, "noted", note="不得外传的备注").status_code == 302
    draft = {"outcome": "granted", "facts": "查明如下。"}
    assert take(clerk, number, "drafted", **draft).status_code == 302
    for kind, values in (("legality_reviewed", {}), ("secrecy_reviewed", CHECKS), ("signed", {})):
        assert take(approver, number, kind, **values).status_code == 302
    assert take(clerk, number, "delivered", way="post").status_code == 302
    merged = post(clerk, f"/cases/{number}/file", at=f"/cases/{number}", **{"as": "pdf"})
    pages = PdfDocument(merged.get_data())
    message = words(merged.get_data())
    assert "王五" in message
    assert "手写的申请" in message
    assert "此文件不能直接印出" in message
    assert "不得外传" not in message
    assert f"第{len(pages)}页/共{len(pages)}页" in message
    listed = "".join(pages[1].get_textpage().get_text_range().split())
    # Cover, contents, application, steps, list of evidence: the first paper is on page 6 and two
    # pages long.
    assert re.search(r"1scan\.pdf6.*2damaged\.pdf8.*3note\.txt9", listed), listed
    packed = post(clerk, f"/cases/{number}/file", at=f"/cases/{number}", **{"as": "zip"})
    with zipfile.ZipFile(io.BytesIO(packed.get_data())) as archive:
        names = archive.namelist()
    assert names[:4] == [f"00-{number}.pdf", "01-scan.pdf", "02-damaged.pdf", "03-note.txt"]
    assert len(names) == 5
    with demo.context() as session:
        requested = select(AuditEntry.action).where(AuditEntry.subject == number)
        assert list(session.scalars(requested)).count("file of the case taken") == 2


def test_what_is_delivered_by_mail_goes_with_its_files(
    clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    draft = {"outcome": "granted", "facts": "查明如下。"}
    for email, status in (("", 400), ("wang@example.org", 302)):
        first = register(clerk, title="停车收费标准", name="王五", email=email)
        number = first.headers["Location"].rpartition("/")[2]
        given = [(io.BytesIO(b"%PDF-1.7 the information"), "given.pdf")]
        assert take(clerk, number, "drafted", **draft, files=given).status_code == 302
        for kind, message in (
            ("legality_reviewed", {}),
            ("secrecy_reviewed", CHECKS),
            ("signed", {}),
        ):
            assert take(approver, number, kind, **message).status_code == 302
        assert take(clerk, number, "delivered", way="mail").status_code == status
    with mail_server() as (box, port):
        mailer = SmtpMailer("127.0.0.1", port)
        open_file = demo.documents.open_hash
        within(demo, deliver, mailer, "a@example.org", "http://site", NOW, open_file)
    mails = [mail for mail in box.mails if mail["To"] == "wang@example.org"]
    parts = [[part for part in mail.walk() if part.get_filename()] for mail in mails]
    assert [len(result) for result in parts] == [0, 3]
    assert "附件" in words_of(mails[1])
    assert [part.get_filename() for part in parts[1]] == [
        "市发展改革委依申请公开〔2026〕2号.pdf",
        "市发展改革委依申请公开〔2026〕2号.docx",
        "given.pdf",
    ]
    assert parts[1][2].get_payload(decode=True) == b"%PDF-1.7 the information"


def test_what_goes_between_the_office_and_others_is_not_shown_to_the_applicant(
    clerk: FlaskClient, site: Flask, demo: Application
) -> None:
    from tests.web.citizens import open_case

    number = (
        register(clerk, title="停车收费标准", name="王五").headers["Location"].rpartition("/")[2]
    )
    day = (demo.today() - timedelta(days=0)).isoformat()
    requested = {
        "consulted": "third_party",
        "name": "示例公司",
        "question": "是否同意？",
        "day": day,
    }
    assert take(clerk, number, "consultation_started", **requested).status_code == 302
    data = {"answer": "objects", "text": "涉及我方商业秘密"}
    assert take(clerk, number, "consultation_ended", consultation="1", **data).status_code == 302
    paper = post(clerk, f"/cases/{number}/receipt", at=f"/cases/{number}")
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", words(paper.get_data()))
    assert code
    citizen = site.test_client()
    assert open_case(citizen, number, code[0]).status_code == 302
    page = citizen.get(f"/follow/{number}").get_data(as_text=True)
    for hidden in ("示例公司", "商业秘密", "征询"):
        assert hidden not in page


def test_a_paper_that_turns_up_when_the_case_is_closed_stands_in_its_file(
    clerk: FlaskClient, citizen: FlaskClient, demo: Application
) -> None:
    number = "LZ-S01-2014-0001"
    proof = [(io.BytesIO("送达回证".encode()), "proof.txt")]
    taken = take(clerk, number, "noted", note="送达回证补入", files=proof)
    assert taken.status_code == 302
    assert "proof.txt" in clerk.get(f"/cases/{number}").text
    packed = post(clerk, f"/cases/{number}/file", at=f"/cases/{number}", **{"as": "zip"})
    with zipfile.ZipFile(io.BytesIO(packed.get_data())) as archive:
        names = archive.namelist()
    assert any(name.endswith("proof.txt") for name in names), names
    with demo.context(), db.transaction() as session:
        view = view_case(session, Actor.operator(), number)
        code = give_code(session, view.id, NOW)
    shown = citizen.post("/follow", data={"number": number, "code": code})
    assert shown.status_code == 302
    page = citizen.get(shown.headers["Location"]).text
    assert number in page
    assert "proof.txt" not in page
    assert "送达回证" not in page
