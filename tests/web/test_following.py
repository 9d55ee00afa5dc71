"""Following: wrong pairs alike, steps as events, nothing typed is lost, the remedies."""

import io
import json
import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from docx import Document as Word
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument
from sqlalchemy import select

from requestflow.accounts import Actor
from requestflow.accounts.models import AuditEntry
from requestflow.application import Application
from requestflow.cases import Step, view_case
from requestflow.citizens import give_code
from requestflow.demo import PASSWORD, followed
from requestflow.documents import Document, document_references
from requestflow.foundation import db
from requestflow.notices import Message
from requestflow.web import create_app
from requestflow.web.extensions import limiter
from tests.conftest import NOW
from tests.web.citizens import begin, fill, open_case, problems, send, step

WRONG = "申请编号与查询码不符。请对照回执核对后再试。"


@pytest.fixture
def cases(demo: Application) -> dict[str, tuple[str, str]]:
    """The sample cases that can be followed: number and code by stage."""
    with demo.context() as session:
        return {stage: (number, code) for number, code, stage in followed(session)}


def events(app: Application, number: str) -> list[str]:
    with app.context() as session:
        return [event.kind for event in view_case(session, Actor.operator(), number).events]


def take(app: Application, number: str, *steps: Step) -> None:
    with app.context(), db.transaction() as session:
        app.cases.take_step(session, Actor.operator(), number, steps, app.now())


def test_every_wrong_pair_is_answered_alike(
    citizen: FlaskClient, cases: dict[str, tuple[str, str]]
) -> None:
    number, code = cases["clarifying"]
    pages = set()
    for pair in ((number, "AAAA-AAAA-AAAA"), ("LZ-S01-1999-0001", code), (number, "")):
        answer = open_case(citizen, *pair)
        assert answer.status_code == 400
        page = re.sub(r'value="[^"]*"', "", answer.get_data(as_text=True))
        pages.add(re.sub(r"IjM\S+|Im\S+", "", page))
        assert problems(answer) == [WRONG]
    assert len(pages) == 1
    assert open_case(citizen, number.lower(), code.replace("-", " ").lower()).status_code == 302


def test_guessing_is_limited_per_address(demo: Application) -> None:
    limiter.enabled = True
    citizen = create_app(demo).test_client()
    limiter.reset()
    statuses = [
        open_case(citizen, f"LZ-S01-2026-{place:04d}", "AAAA").status_code for place in range(21)
    ]
    assert statuses == [400] * 20 + [429]


def test_a_clarification_restarts_the_clock_and_keeps_its_files(
    citizen: FlaskClient, demo: Application, cases: dict[str, tuple[str, str]]
) -> None:
    number, code = cases["clarifying"]
    open_case(citizen, number, code)
    assert problems(step(citizen, number, "clarified", text=" ")) == ["请先填写内容再发送。"]
    files = [(io.BytesIO(b"\x89PNG\r\n\x1a\n picture"), "图.png")]
    assert step(citizen, number, "clarified", text="2024年度", files=files).status_code == 302
    with demo.context() as session:
        view = view_case(session, Actor.operator(), number)
    last = view.events[-1]
    assert (last.kind, last.actor, last.day) == ("clarified", "applicant", demo.today())
    assert last.data["text"] == "2024年度"
    reply = next(item for item in view.deadlines if item.kind == "reply")
    assert reply.steps[-1].start == demo.today()
    page = citizen.get(f"/follow/{number}").get_data(as_text=True)
    key = last.data["documents"][0]["key"]
    assert f"/follow/{number}/documents/{key}" in page
    handed = citizen.get(f"/follow/{number}/documents/{key}")
    assert handed.headers["Content-Disposition"].startswith("attachment")
    assert handed.headers["X-Content-Type-Options"] == "nosniff"


def test_a_step_taken_twice_is_taken_once(
    citizen: FlaskClient, demo: Application, cases: dict[str, tuple[str, str]]
) -> None:
    number, code = cases["clarifying"]
    open_case(citizen, number, code)
    page = citizen.get(f"/follow/{number}/step/message_sent").get_data(as_text=True)
    hidden = dict(re.findall(r'name="(csrf_token|version)" value="([^"]+)"', page))
    sent = [
        citizen.post(f"/follow/{number}/step/message_sent", data={**hidden, "text": "请尽快"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in sent] == [302, 400]
    assert "请尽快" in sent[1].get_data(as_text=True), "what was typed is still there"
    assert events(demo, number).count("message_sent") == 1


def test_an_expired_session_keeps_what_was_typed(
    citizen: FlaskClient, cases: dict[str, tuple[str, str]]
) -> None:
    number, code = cases["clarifying"]
    typed = "很长的说明\n第二行"
    closed = citizen.post(f"/follow/{number}/step/clarified", data={"text": typed})
    assert closed.status_code == 403
    stored = {"kept_text": typed, "kept_step": "clarified"}
    for name, value in stored.items():
        assert f'name="{name}" value="{value}"' in closed.get_data(as_text=True)
    wrong = citizen.post("/follow", data={"number": number, "code": "A", **stored})
    assert typed in wrong.get_data(as_text=True)
    again = citizen.post("/follow", data={"number": number, "code": code, **stored})
    assert typed in again.get_data(as_text=True).partition("<textarea")[2]
    forged = citizen.post(f"/follow/{number}/step/clarified", data={"text": typed})
    assert forged.status_code == 400
    assert typed in forged.get_data(as_text=True)


def test_it_closes_after_two_hours_and_with_a_new_code(
    citizen: FlaskClient, demo: Application, cases: dict[str, tuple[str, str]]
) -> None:
    number, code = cases["clarifying"]
    open_case(citizen, number, code)
    assert citizen.get(f"/follow/{number}").status_code == 200
    cookie = citizen.get_cookie("session")
    later = create_app(replace(demo, clock=lambda: NOW + timedelta(hours=3))).test_client()
    assert cookie
    later.set_cookie("session", cookie.value)
    assert later.get(f"/follow/{number}").status_code == 302
    clerk = citizen.application.test_client()
    token = re.search(
        r'name="csrf_token" value="([^"]+)"', clerk.get("/sign-in").get_data(as_text=True)
    )
    assert token
    # The clerk of another unit may not make a receipt; the operator's way is the same service.
    clerk.post("/sign-in", data={"csrf_token": token[1], "username": "clerk", "password": PASSWORD})
    with demo.context(), db.transaction() as session:
        view = view_case(session, Actor.operator(), number)
        fresh = give_code(session, view.id, NOW + timedelta(minutes=1))
    assert citizen.get(f"/follow/{number}").status_code == 302
    assert open_case(citizen, number, code).status_code == 400
    assert open_case(citizen, number, fresh).status_code == 302


def test_fee_waiver_and_payment_are_events(
    citizen: FlaskClient, demo: Application, cases: dict[str, tuple[str, str]]
) -> None:
    number, code = cases["awaiting_payment"]
    open_case(citizen, number, code)
    assert "2,100.00" in citizen.get(f"/follow/{number}").get_data(as_text=True)
    assert step(citizen, number, "fee_waiver_requested", reason="低保户").status_code == 302
    page = citizen.get(f"/follow/{number}").get_data(as_text=True)
    assert "step/fee_waiver_requested" not in page
    assert "请您缴费" not in page
    day = {"paid_on-year": "2026", "paid_on-month": "13", "paid_on-day": "1"}
    assert "例如 2026 3 31" in problems(step(citizen, number, "payment_reported", **day))[0]
    day = {"paid_on-year": "2027", "paid_on-month": "1", "paid_on-day": "1"}
    assert "2027-01-01" in problems(step(citizen, number, "payment_reported", **day))[0]
    day = {"paid_on-year": "2026", "paid_on-month": "11", "paid_on-day": "23"}
    assert step(citizen, number, "payment_reported", **day, reference="42").status_code == 302
    assert events(demo, number)[-2:] == ["fee_waiver_requested", "payment_reported"]
    assert step(citizen, number, "withdrawn").status_code == 302
    assert events(demo, number)[-1] == "withdrawn"
    assert "重新申请" in citizen.get(f"/follow/{number}").get_data(as_text=True)


def test_a_notice_without_its_day_is_acknowledged_once(
    citizen: FlaskClient, demo: Application
) -> None:
    number, code = send(citizen, fill(citizen))
    open_case(citizen, number, code)
    take(demo, number, Step("fee_notified", demo.today(), {"fen": 10000}))
    assert step(citizen, number, "fee_acknowledged").status_code == 302
    with demo.context() as session:
        view = view_case(session, Actor.operator(), number)
    assert any(d.kind == "payment" and d.started_on == demo.today() for d in view.deadlines)
    over = step(citizen, number, "fee_acknowledged")
    assert "现在不能进行这一步" in over.get_data(as_text=True)


def answered(citizen: FlaskClient, demo: Application, outcome: str, ground: str | None) -> str:
    """A case that was just answered; its letter is in the page. Opened for the citizen."""
    number, code = send(citizen, fill(citizen))
    open_case(citizen, number, code)
    decision = {"outcome": outcome, **({"ground": ground} if ground else {})}
    day = demo.today()
    take(
        demo,
        number,
        Step("drafted", day, decision),
        Step("legality_reviewed", day),
        Step("secrecy_reviewed", day, {"checks": ["no_secret", "no_private", "no_danger"]}),
    )
    with demo.context(), db.transaction() as session:
        signer = Actor("head", "approver", "LZ/LZ-S14/")
        demo.cases.take_step(session, signer, number, [Step("signed", day)], demo.now())
        view = view_case(session, Actor.operator(), number)
        letter = demo.documents.add(
            session,
            io.BytesIO(b"%PDF-1.7 letter"),
            "答复.pdf",
            "letter",
            demo.now(),
            case_id=view.id,
            from_applicant=False,
        )
        paper = {"way": "page", "documents": document_references([letter])}
        delivered = Step("delivered", day, paper)
        demo.cases.take_step(session, Actor.operator(), number, [delivered], demo.now())
    return number


def test_receipt_of_the_answer_starts_the_remedies(citizen: FlaskClient, demo: Application) -> None:
    number = answered(citizen, demo, "refused", "process_information")
    page = citizen.get(f"/follow/{number}").get_data(as_text=True)
    assert "答复.pdf" in page
    later = replace(demo, clock=lambda: NOW + timedelta(days=2))
    site = create_app(later).test_client()
    cookie = citizen.get_cookie("session")
    assert cookie
    site.set_cookie("session", cookie.value)
    with later.context(), db.transaction() as session:
        confirmed = [Step("delivery_confirmed", later.today())]
        later.cases.take_step(session, Actor.applicant(number), number, confirmed, later.now())
        view = view_case(session, Actor.operator(), number)
    window = next(d for d in view.deadlines if d.kind == "reconsideration.apply")
    assert window.started_on == later.today()
    # Refused disclosure goes to reconsideration first: reconsideration law 2023 art. 23(4).
    assert not any(d.kind == "suit.direct" for d in view.deadlines)


def test_the_application_for_reconsideration_is_ready(
    citizen: FlaskClient, demo: Application
) -> None:
    number = answered(citizen, demo, "refused", "process_information")
    page = citizen.get(f"/follow/{number}/object").get_data(as_text=True)
    assert "2027-01-25" in page, "60 calendar days from 2026-11-24, the last one a Saturday"
    assert "应当先申请行政复议" in page
    word = citizen.get(f"/follow/{number}/reconsideration.docx").get_data()
    document = Word(io.BytesIO(word))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    texts = "\n".join([*(part.text for part in document.paragraphs), *cells])
    pdf = PdfDocument(citizen.get(f"/follow/{number}/reconsideration.pdf").get_data())
    printed = "".join("".join(page.get_textpage().get_text_range().split()) for page in pdf)
    for fact in (number, "张三", "市民政局", "泸州市人民政府", "不予公开", "2027年1月25日"):
        assert fact in texts
        assert fact in printed
    assert "11010119900307" not in texts + printed
    with demo.context() as session:
        looked = session.scalars(
            select(AuditEntry.action).where(AuditEntry.subject == number)
        ).all()
    assert looked == ["personal data put into a paper"] * 2
    filed = {"filed_on-year": "2026", "filed_on-month": "11", "filed_on-day": "24"}
    notified = step(citizen, number, "remedy_reported", kind="reconsideration", **filed)
    assert notified.status_code == 302
    assert events(demo, number)[-1] == "remedy_reported"


def test_silence_can_be_objected_to(citizen: FlaskClient, demo: Application) -> None:
    number, code = send(citizen, fill(citizen))
    open_case(citizen, number, code)
    assert "目前不能申请行政复议或提起行政诉讼" in citizen.get(f"/follow/{number}/object").get_data(
        as_text=True
    )
    # Due on 2026-12-22; the day after, 60 calendar days run to Saturday 2027-02-20.
    late = replace(demo, clock=lambda: NOW + timedelta(days=29))
    site = create_app(late).test_client()
    site.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    open_case(site, number, code)
    page = site.get(f"/follow/{number}/object").get_data(as_text=True)
    assert "因为受理机关没有按时答复" in page
    assert "2027-02-22" in page
    pdf = PdfDocument(site.get(f"/follow/{number}/reconsideration.pdf").get_data())
    printed = "".join(pdf[0].get_textpage().get_text_range().split())
    assert "责令被申请人在法定期限内作出答复" in printed


def test_one_applicant_reaches_no_other_case(
    citizen: FlaskClient, demo: Application, cases: dict[str, tuple[str, str]]
) -> None:
    open_case(citizen, *cases["clarifying"])
    other = cases["awaiting_payment"][0]
    with demo.context(), db.transaction() as session:
        view = view_case(session, Actor.operator(), other)
        file = demo.documents.add(
            session, io.BytesIO(b"text"), "a.txt", "letter", demo.now(), case_id=view.id
        )
    for path in (f"/follow/{other}", f"/follow/{other}/receipt.pdf", f"/follow/{other}/object"):
        assert citizen.get(path).status_code == 302
    own = cases["clarifying"][0]
    assert citizen.get(f"/follow/{own}/documents/{file.key}").status_code == 404
    before = events(demo, other)
    assert citizen.post(f"/follow/{other}/step/withdrawn").status_code == 403
    assert events(demo, other) == before
    token = begin(citizen)
    assert citizen.get(f"/apply/{token}x").status_code == 404


def test_office_and_applicant_hear_of_each_other(citizen: FlaskClient, demo: Application) -> None:
    number, code = send(citizen, fill(citizen))
    open_case(citizen, number, code)
    step(citizen, number, "message_sent", text="请问进展")
    reply = Step("message_sent", demo.today(), {"text": "正在办理"})
    take(demo, number, Step("assigned", demo.today(), {"handler": "clerk"}), reply)
    assert "正在办理" in citizen.get(f"/follow/{number}").get_data(as_text=True)
    with demo.context() as session:
        rows = session.scalars(select(Message).order_by(Message.id)).all()
    to_applicant = [json.loads(row.data)["event"] for row in rows if row.kind == "case"]
    to_office = [json.loads(row.data)["step"] for row in rows if row.kind == "applicant"]
    assert to_applicant == ["received", "message_sent", "message_sent"]
    assert set(to_office) == {"received", "message_sent"}
    assert {row.recipient for row in rows if row.kind == "case"} == {"zhang@example.org"}


def test_files_sent_at_once_to_one_case_all_find_their_place(
    citizen: FlaskClient, demo: Application, cases: dict[str, tuple[str, str]]
) -> None:
    number, code = cases["clarifying"]
    clients = [citizen.application.test_client() for _ in range(6)]
    start = threading.Barrier(len(clients))
    results: list[int] = []

    def press(client: FlaskClient, place: int) -> None:
        open_case(client, number, code)
        start.wait()
        file = [(io.BytesIO(f"file {place}".encode()), f"{place}.txt")]
        results.append(step(client, number, "message_sent", text="附件", files=file).status_code)

    threads = [
        threading.Thread(target=press, args=(client, place)) for place, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(results) <= {302, 400}, "who came second is told, and nothing fails"
    with demo.context() as session:
        files = session.scalars(select(Document).where(Document.case_id.is_not(None))).all()
    assert len(files) == results.count(302) == events(demo, number).count("message_sent") >= 1


def test_no_other_clerk_gets_at_the_applicant_by_a_new_code(
    citizen: FlaskClient, demo: Application
) -> None:
    number, _ = send(citizen, fill(citizen, unit={"unit": "LZ-S01"}))
    take(demo, number, Step("assigned", demo.today(), {"handler": "reviewer"}))
    clerk = citizen.application.test_client()
    page = clerk.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    data = {"csrf_token": token[1], "username": "clerk", "password": PASSWORD}
    clerk.post("/sign-in", data=data)
    page = clerk.get(f"/cases/{number}").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    assert clerk.post(f"/cases/{number}/receipt", data={"csrf_token": token[1]}).status_code == 403
    with demo.context(), db.transaction() as session:
        view = view_case(session, Actor.operator(), number)
        code = give_code(session, view.id, demo.now())
    open_case(clerk, number, code)
    assert clerk.get(f"/follow/{number}").status_code == 302, "staff are never the applicant"
