"""Applying: every page with bad input, resuming, sending once, the receipt."""

import io
import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.applications.models import ApplicationDraft
from requestflow.cases import Case, party_details, subject_column, view_case
from requestflow.cli import cases as commands
from requestflow.documents import Document
from requestflow.law import explain
from requestflow.web import create_app
from tests.conftest import NOW, within
from tests.web.citizens import ANSWERS, begin, fill, problems, resident_number, send


def titled(session: Session, title: str) -> list[str]:
    """The numbers of the cases with that title, which is encrypted."""
    query = select(Case.number, subject_column()).order_by(Case.number)
    return [number for number, subject in session.execute(query) if subject == title]


def test_an_application_becomes_a_case_with_all_that_was_typed(
    citizen: FlaskClient, demo: Application
) -> None:
    token = fill(citizen)
    files = {"files": [(io.BytesIO("说明".encode()), "说明.txt")], "add": "1"}
    assert citizen.post(f"/apply/{token}/files", data=files).status_code == 302
    number, _ = send(citizen, token)
    with demo.context() as session:
        view = view_case(session, Actor.operator(), number)
        party = party_details(session, view.id)
        file = session.scalars(select(Document).where(Document.case_id == view.id)).one()
    assert view.state.channel == "internet"
    assert view.state.received_on == demo.today()
    data = view.history[0].data
    assert data["period"] == "2025年"
    assert data["documents"] == [
        {"key": file.key, "name": "说明.txt", "sha256": file.sha256, "size": 6}
    ]
    assert party["identity_number"] == resident_number()
    assert within(demo, demo.documents.open, file).read().decode() == "说明"


@pytest.mark.parametrize(
    ("page", "values", "problem"),
    [
        ("unit", {"unit": ""}, "请选择受理机关。"),
        ("unit", {"unit": "<b>"}, "请选择受理机关。"),
        ("information", {"title": " \u200b\u202e "}, "请用一句话写明您需要什么信息。"),
        ("information", {"title": "字" * 201}, "超出 1 个字，最多可填 200 个字。"),
        ("information", {"description": "字" * 5001}, "超出 1 个字，最多可填 5000 个字。"),
        ("applicant", {"applicant_kind": "robot"}, "请选择申请人类型。"),
        ("details", {"name": ""}, "请填写申请人的姓名或名称。"),
        (
            "details",
            {"identity_number": "110101199003070121"},
            "身份证号码校验未通过，请逐位核对（共18位）。",
        ),
        (
            "details",
            {"identity_number": "1' OR '1'='1"},
            "身份证号码校验未通过，请逐位核对（共18位）。",
        ),
        ("contact", {"email": "", "phone": ""}, "请至少填写一种联系方式：电话、电子邮箱或者地址。"),
        ("contact", {"email": "a@b"}, "这不是有效的电子邮箱。例如：name@example.org"),
        (
            "contact",
            {"email": "a@b.cn\r\nBcc: c@d.cn"},
            "这不是有效的电子邮箱。例如：name@example.org",
        ),
        (
            "contact",
            {"phone": "call me"},
            "请填写电话号码，例如 0830-1234567；"
            "有分机的写作 0830-1234567-801，多个号码用逗号隔开。",
        ),
        ("contact", {"postcode": "64600"}, "邮政编码是六位数字。"),
        ("representative", {"represented": "yes"}, "请填写您的姓名。"),
        ("delivery", {"way": ""}, "请选择获取信息的方式。"),
        ("delivery", {"way": "post", "form": "paper"}, "请填写邮寄地址。"),
        ("fee", {"waiver": "yes"}, "请填写减免费用的理由。"),
    ],
)
def test_bad_input_is_named_at_its_field_and_kept(
    citizen: FlaskClient, page: str, values: dict[str, str], problem: str
) -> None:
    token = begin(citizen)
    answer = citizen.post(f"/apply/{token}/{page}", data={**ANSWERS[page], **values})
    assert answer.status_code == 400
    assert problem in problems(answer)
    text = answer.get_data(as_text=True)
    assert text.count(problem) == 2, "once in the summary and once at the field"
    good = next((v for k, v in ANSWERS[page].items() if k not in values and len(v) > 3), None)
    if good and page != "details":
        assert good in citizen.get(f"/apply/{token}/{page}").get_data(as_text=True)


def test_rare_characters_are_kept_and_tricks_are_not(
    citizen: FlaskClient, demo: Application
) -> None:
    title = "𠮷野家\u202e的<script>alert(1)</script>\x07许可"
    token = fill(citizen, information={"title": title}, details={"name": "𬭚\u200b某"})
    number, _ = send(citizen, token)
    with demo.context() as session:
        view = view_case(session, Actor.operator(), number)
        assert party_details(session, view.id)["name"] == "𬭚某"
    assert view.state.subject == "𠮷野家的<script>alert(1)</script>许可"
    page = citizen.get(f"/apply/{token}/done").get_data(as_text=True)
    assert "<script>alert" not in page


def test_an_organisation_is_asked_what_the_law_asks_and_no_more(citizen: FlaskClient) -> None:
    token = begin(citizen)
    citizen.post(f"/apply/{token}/applicant", data={"applicant_kind": "legal"})
    page = citizen.get(f"/apply/{token}/details").get_data(as_text=True)
    assert "统一社会信用代码" in page
    assert "居民身份证" not in page
    wrong = {
        "name": "示例律师事务所",
        "identity_number": "91510500MA0000000X",
        "contact_person": "李四",
    }
    assert citizen.post(f"/apply/{token}/details", data=wrong).status_code == 400
    right = {**wrong, "identity_number": "91350100M000100Y43"}
    assert citizen.post(f"/apply/{token}/details", data=right).status_code == 302


def test_who_acts_for_another_needs_a_proof(citizen: FlaskClient) -> None:
    token = begin(citizen)
    who = {
        "represented": "yes",
        "representative": "王律师",
        "representative_identity_kind": "passport",
        "representative_identity_number": "E12345678",
    }
    answer = citizen.post(f"/apply/{token}/representative", data=who)
    assert problems(answer) == ["请上传能够证明您有权代为申请的材料。"]
    proof = {**who, "files": [(io.BytesIO(b"%PDF-1.7 authority"), "authority.pdf")]}
    assert citizen.post(f"/apply/{token}/representative", data=proof).status_code == 302


def test_the_link_goes_on_where_something_is_missing_and_ends_after_seven_days(
    citizen: FlaskClient, demo: Application
) -> None:
    token = begin(citizen, unit="LZ-S14")
    citizen.post(f"/apply/{token}/information", data=ANSWERS["information"])
    other = citizen.application.test_client()
    assert other.get(f"/apply/{token}").headers["Location"].endswith("/applicant")
    assert "社会救助" in other.get(f"/apply/{token}/information").get_data(as_text=True)
    for days, status in ((6, 302), (8, 404)):
        later = NOW + timedelta(days=days)
        site = create_app(replace(demo, clock=lambda later=later: later))
        assert site.test_client().get(f"/apply/{token}").status_code == status


def test_what_is_missing_is_named_before_sending(citizen: FlaskClient, demo: Application) -> None:
    token = fill(citizen)
    citizen.post(f"/apply/{token}/contact", data={"email": "", "phone": ""})
    answer = citizen.post(f"/apply/{token}/check", follow_redirects=True)
    assert "请至少填写一种联系方式" in answer.get_data(as_text=True)
    with demo.context() as session:
        assert titled(session, "社会救助资金使用情况") == []


def test_twenty_at_once_make_one_case(site: Flask, citizen: FlaskClient, demo: Application) -> None:
    token = fill(citizen)
    start = threading.Barrier(20)
    results: list[tuple[int, str]] = []

    def press() -> None:
        client = site.test_client()
        start.wait()
        answer = client.post(f"/apply/{token}/check")
        results.append((answer.status_code, answer.headers["Location"]))

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(results) == {(302, f"/apply/{token}/done")}
    with demo.context() as session:
        assert len(titled(session, "社会救助资金使用情况")) == 1


def test_twenty_first_applications_of_a_year_get_twenty_numbers(
    site: Flask, citizen: FlaskClient, demo: Application
) -> None:
    tokens = [fill(citizen) for _ in range(6)]
    start = threading.Barrier(len(tokens))

    def press(token: str) -> None:
        client = site.test_client()
        start.wait()
        client.post(f"/apply/{token}/check")

    threads = [threading.Thread(target=press, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with demo.context() as session:
        numbers = titled(session, "社会救助资金使用情况")
    assert numbers == [f"LZ-S14-2026-{place:04d}" for place in range(1, 7)]


def test_the_code_is_shown_for_a_while_and_kept_as_a_digest_only(
    citizen: FlaskClient, demo: Application
) -> None:
    token = fill(citizen)
    _, code = send(citizen, token)
    assert code in citizen.get(f"/apply/{token}/done").get_data(as_text=True)
    later = create_app(replace(demo, clock=lambda: NOW + timedelta(hours=1))).test_client()
    assert code not in later.get(f"/apply/{token}/done").get_data(as_text=True)
    with demo.engine.connect() as connection:
        codes = connection.exec_driver_sql("SELECT code_hash FROM tracking_codes").scalars().all()
        drafts = connection.exec_driver_sql("SELECT * FROM application_drafts").all()
    assert all(re.fullmatch("[0-9a-f]{64}", item) for item in codes)
    assert code.replace("-", "") not in repr(codes)
    assert code not in repr(drafts)
    assert token not in repr(drafts)


def test_numbers_of_identity_are_nowhere_in_clear(citizen: FlaskClient, demo: Application) -> None:
    token = fill(citizen)
    number = resident_number()
    check = citizen.get(f"/apply/{token}/check").get_data(as_text=True)
    assert number not in check
    hidden = number[:4] + "*" * 12 + number[-2:]
    assert hidden in citizen.get(f"/apply/{token}/details").get_data(as_text=True)
    again = {**ANSWERS["details"], "identity_number": hidden}
    assert citizen.post(f"/apply/{token}/details", data=again).status_code == 302
    case_number, code = send(citizen, token)
    citizen.post("/follow", data={"number": case_number, "code": code})
    assert number not in citizen.get(f"/follow/{case_number}").get_data(as_text=True)
    with demo.engine.connect() as connection:
        for table in ("parties", "application_drafts", "case_events", "messages", "cases"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            assert number not in repr(rows), table
    with demo.context() as session:
        view = view_case(session, Actor.operator(), case_number)
        assert party_details(session, view.id)["identity_number"] == number


def test_the_clock_shown_is_the_one_of_the_command(
    citizen: FlaskClient, demo: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = fill(citizen)
    number, _ = send(citizen, token)
    page = citizen.get(f"/apply/{token}/done").get_data(as_text=True)
    monkeypatch.setattr(commands, "application", lambda: demo)
    monkeypatch.setenv("REQUESTFLOW_LANGUAGE", "zh")
    with demo.context() as session:
        notified = CliRunner().invoke(commands.case, ["show", number]).output
        view = view_case(session, Actor.operator(), number)
    reply = next(item for item in view.deadlines if item.kind == "reply")
    for text in (str(reply.due), *(explain(step, "zh_CN") for step in reply.steps)):
        assert text in page
        assert text in notified


def test_the_receipt_is_a_pdf_with_the_code(citizen: FlaskClient) -> None:
    import pypdfium2

    token = fill(citizen)
    number, code = send(citizen, token)
    answer = citizen.get(f"/apply/{token}/receipt.pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    page = pypdfium2.PdfDocument(answer.get_data())[0].get_textpage().get_text_range()
    assert number in page
    assert code in page
    assert "2026-12-22" in page


def test_what_no_longer_applies_is_not_sent(citizen: FlaskClient, demo: Application) -> None:
    token = fill(citizen)
    company = {"applicant_kind": "enterprise"}
    citizen.post(f"/apply/{token}/applicant", data=company)
    firm = {"name": "公司", "identity_number": "91350100M000100Y43", "contact_person": "李四"}
    citizen.post(f"/apply/{token}/details", data=firm)
    acting = {
        "represented": "yes",
        "representative": "王律师",
        "representative_identity_kind": "passport",
        "representative_identity_number": "E12345678",
        "files": [(io.BytesIO(b"%PDF-1.7 authority"), "authority.pdf")],
    }
    assert citizen.post(f"/apply/{token}/representative", data=acting).status_code == 302
    for page in ("applicant", "details", "representative"):
        assert citizen.post(f"/apply/{token}/{page}", data=ANSWERS[page]).status_code == 302
    number, _ = send(citizen, token)
    with demo.context() as session:
        view = view_case(session, Actor.operator(), number)
        party = party_details(session, view.id)
    assert "contact_person" not in party
    assert "representative" not in party
    assert "documents" not in view.history[0].data


def test_wide_letters_of_a_chinese_keyboard_are_understood(citizen: FlaskClient) -> None:
    number = resident_number()
    wide = "".join(
        chr(ord(letter) + 0xFEE0) for letter in f"{number[:6]} {number[6:]}" if letter != " "
    )
    token = fill(
        citizen,
        details={"identity_number": wide},
        contact={"email": "zhang＠example．org", "phone": "０８３０－１２３４５６７"},
    )
    case, code = send(citizen, token)
    typed = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    assert citizen.post("/follow", data={"number": case, "code": typed}).status_code == 302


def test_no_word_is_stuck_in_the_language_of_the_first_reader(citizen: FlaskClient) -> None:
    token = begin(citizen)
    reader = citizen.application.test_client()
    for language, word in (("en", "On paper"), ("zh-CN", "纸质"), ("en", "On paper")):
        page = reader.get(f"/apply/{token}/delivery", headers={"Accept-Language": language})
        assert word in page.get_data(as_text=True)


def test_a_page_sent_together_with_the_application_leaves_nothing_behind(
    site: Flask, citizen: FlaskClient, demo: Application
) -> None:
    token = fill(citizen)
    start = threading.Barrier(2)

    def press(path: str, data: dict[str, str]) -> None:
        client = site.test_client()
        start.wait()
        client.post(f"/apply/{token}/{path}", data=data)

    pages = [("check", {}), ("details", ANSWERS["details"])]
    threads = [threading.Thread(target=press, args=pair) for pair in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with demo.context() as session:
        content = session.scalars(select(ApplicationDraft.content)).one()
    assert resident_number() not in content


def test_a_hidden_number_is_never_shown_again(citizen: FlaskClient) -> None:
    token = fill(citizen)
    number = resident_number()
    mask = number[:4] + "*" * 12 + number[-2:]
    citizen.post(f"/apply/{token}/applicant", data={"applicant_kind": "enterprise"})
    for typed in (mask, None):
        data = {"name": "公司", **({"identity_number": typed} if typed else {})}
        answer = citizen.post(f"/apply/{token}/details", data=data)
        assert answer.status_code == 400
        assert number not in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/find?unit=%00&q=%00", "/follow?number=%00"])
def test_nul_characters_break_nothing(citizen: FlaskClient, path: str) -> None:
    assert citizen.get(path).status_code < 500
    assert citizen.post("/apply", data={"unit": "A\0"}).status_code < 500
    assert citizen.post("/follow", data={"number": "A\0", "code": "\0"}).status_code == 400
