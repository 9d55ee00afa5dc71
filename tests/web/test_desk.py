"""The desk: every step by its form, refusals at the field with the article, two at once."""

import io
import re
import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import Step, StepRefused
from requestflow.documents import document_by_key
from requestflow.foundation import db
from tests.conftest import NOW, within
from tests.web.citizens import open_case, problems, resident_number
from tests.web.desk import opened, register, seen, signed_in, take


def test_from_receipt_to_delivery_by_the_forms(
    clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    number = opened(demo, 3)
    assert take(clerk, number, "assigned", handler="clerk").status_code == 302
    assert take(clerk, number, "noted", note="内部").status_code == 302
    decision = {
        "outcome": "refused",
        "ground": "process_information",
        "facts": "经查，属于过程性信息。",
    }
    assert take(clerk, number, "drafted", **decision).status_code == 302
    assert take(approver, number, "returned", remarks="补充依据").status_code == 302
    assert take(clerk, number, "drafted", **decision).status_code == 302
    assert take(approver, number, "legality_reviewed").status_code == 302
    checks = {"no_secret": "yes", "no_private": "yes"}
    assert problems(take(approver, number, "secrecy_reviewed", **checks)) == [
        "Please confirm: Does not endanger national, public or economic security or social "
        "stability (art. 14, 17)."
    ]
    checks["no_danger"] = "yes"
    assert take(approver, number, "secrecy_reviewed", **checks).status_code == 302
    assert take(approver, number, "signed").status_code == 302
    sent = take(clerk, number, "delivered", way="post", tracking_number="EMS 1")
    assert sent.status_code == 302
    view = seen(demo, number)
    assert (view.state.stage, view.state.outcome, view.state.ground) == (
        "delivered",
        "refused",
        "process_information",
    )
    assert view.events[-1].data["tracking_number"] == "EMS 1"
    stored = next(e for e in view.events if e.kind == "secrecy_reviewed")
    assert stored.data["checks"] == ["no_secret", "no_private", "no_danger"]


def test_a_draft_that_was_sent_back_is_there_to_be_changed(
    clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    number = opened(demo)
    given = [(io.BytesIO(b"%PDF-1.7 x"), "given.pdf")]
    draft = {"outcome": "granted", "facts": "经查，如下。", "files": given}
    assert take(clerk, number, "drafted", **draft).status_code == 302
    assert take(approver, number, "returned", remarks="请补充依据").status_code == 302
    assert "请补充依据" in clerk.get(f"/cases/{number}").get_data(as_text=True)
    page = clerk.get(f"/cases/{number}/steps/drafted").get_data(as_text=True)
    for stored in ("请补充依据", "经查，如下。", 'value="granted" selected', "given.pdf"):
        assert stored in page
    again = {"outcome": "granted", "facts": "经查，依据如下。", "keep_files": "yes"}
    assert take(clerk, number, "drafted", **again).status_code == 302
    event = seen(demo, number).events[-1]
    assert [item["name"] for item in event.data["documents"]] == ["given.pdf"]
    assert "请补充依据" not in clerk.get(f"/cases/{number}").get_data(as_text=True).split("<h2")[0]


def test_a_draft_is_read_as_the_letter_it_would_become(
    clerk: FlaskClient, demo: Application
) -> None:
    number = opened(demo)
    draft = {"outcome": "granted", "facts": "经检索，查明如下。", "ask": "letter"}
    paper = PdfDocument(take(clerk, number, "drafted", **draft).get_data())
    text = paper[0].get_textpage().get_text_range()
    assert "待编号" in text
    assert "经检索" in text
    assert seen(demo, number).version == 1


def test_the_clock_is_shown_before_a_step_is_taken(clerk: FlaskClient, demo: Application) -> None:
    number = opened(demo)
    before = seen(demo, number).version
    ask = {"items": "哪一年的？", "answer_by": "2026-12-09", "ask": "look"}
    page = take(clerk, number, "clarification_requested", **ask).get_data(as_text=True)
    after = page.partition('id="after"')[2]
    assert "2026-12-09" in after
    assert "哪一年的？" in page
    assert seen(demo, number).version == before


REFUSED = [
    ("cn-2019", "drafted", {"outcome": "refused", "facts": "x"}, "36(3)"),
    ("cn-2019", "drafted", {"outcome": "granted", "ground": "repeated", "facts": "x"}, "36(2)"),
    ("cn-2019", "clarification_requested", {"items": "x", "answer_by": "2026-11-24"}, "30"),
    ("cn-2019", "clarified", {}, "30"),
    ("cn-2019", "fee_paid", {}, "42"),
    ("cn-2019", "noted", {"note": "x", "day": "2027-01-01"}, ""),
    ("cn-2019", "assigned", {"handler": "clerk", "day": "2020-01-01"}, ""),
    ("cn-2019", "transferred", {"unit": ""}, ""),
    ("cn-2008", "drafted", {"outcome": "refused", "facts": "x"}, "21(2)"),
    ("cn-2008", "clarified", {}, "21(4)"),
]


@pytest.mark.parametrize(("law", "kind", "values", "article"), REFUSED)
def test_what_the_law_does_not_allow_is_refused_at_its_field(
    clerk: FlaskClient,
    demo: Application,
    law: str,
    kind: str,
    values: dict[str, str],
    article: str,
) -> None:
    number = opened(demo, 0, law)
    before = seen(demo, number).version
    answer = take(clerk, number, kind, **values)
    assert answer.status_code == 400
    assert problems(answer)
    assert article in problems(answer)[0]
    assert seen(demo, number).version == before


@pytest.mark.parametrize(
    ("law", "kind"), [("cn-2008", "fee_notified"), ("cn-2008", "reasons_requested")]
)
def test_a_step_the_other_law_knows_is_not_offered(
    clerk: FlaskClient, demo: Application, law: str, kind: str
) -> None:
    number = opened(demo, 0, law)
    assert clerk.get(f"/cases/{number}/steps/{kind}").status_code == 403
    assert f"/steps/{kind}" not in clerk.get(f"/cases/{number}").get_data(as_text=True)


def test_steps_that_are_not_possible_are_listed_with_the_reason(
    clerk: FlaskClient, demo: Application
) -> None:
    number = opened(demo, 30)
    page = clerk.get(f"/cases/{number}").get_data(as_text=True)
    assert "Ask for clarification: Too late" in page
    assert "(art. 30)" in page
    assert "Deliver: This step is not available now" in page


def test_the_fee_is_computed_by_the_tiers(clerk: FlaskClient, demo: Application) -> None:
    number = opened(demo)
    notice = {"rule": "by_item", "earlier": "8", "number": "4", "how_to_pay": "某银行"}
    assert take(clerk, number, "fee_notified", **notice).status_code == 302
    # Items 9 and 10 are free, 11 and 12 cost 100 yuan each.
    assert seen(demo, number).state.fee_notified == 20_000


def test_the_second_save_is_told_what_changed_and_loses_nothing(
    site: Flask, clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    number = opened(demo)
    path = f"/cases/{number}/steps/assigned"
    page = clerk.get(path).get_data(as_text=True)
    hidden = dict(re.findall(r'name="(csrf_token|version)" value="([^"]+)"', page))
    assert take(approver, number, "noted", note="看过").status_code == 302
    late = clerk.post(path, data={**hidden, "handler": "reviewer", "day": "2026-11-24"})
    assert late.status_code == 409
    assert "Note" in problems(late)[0]
    assert '<option value="reviewer" selected>' in late.get_data(as_text=True)
    assert seen(demo, number).state.handler is None
    assert take(clerk, number, "assigned", handler="reviewer").status_code == 302


def test_of_two_who_save_at_the_same_moment_one_is_told(site: Flask, demo: Application) -> None:
    number = opened(demo)
    clients = [signed_in(site, name) for name in ("clerk", "approver", "clerk", "approver")]
    start = threading.Barrier(len(clients))
    message: list[tuple[int, str]] = []

    def press(client: FlaskClient, body: str) -> None:
        path = f"/cases/{number}/steps/message_sent"
        page = client.get(path).get_data(as_text=True)
        hidden = dict(re.findall(r'name="(csrf_token|version)" value="([^"]+)"', page))
        start.wait()
        answer = client.post(path, data={**hidden, "text": body, "day": "2026-11-24"})
        message.append((answer.status_code, answer.get_data(as_text=True)))

    threads = [
        threading.Thread(target=press, args=(client, f"某局{place}"))
        for place, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _ in message) == [302, 409, 409, 409]
    assert all("某局" in page for status, page in message if status == 409)
    kinds = [event.kind for event in seen(demo, number).events]
    assert kinds == ["received", "message_sent"]


def test_no_other_unit_takes_a_step(clerk: FlaskClient, site: Flask, demo: Application) -> None:
    assert clerk.get("/cases/LZ-S02-2026-0001/steps/noted").status_code == 404
    number = opened(demo)
    auditor = signed_in(site, "auditor")
    assert auditor.get(f"/cases/{number}/steps/noted").status_code == 403
    reviewer = signed_in(site, "reviewer")
    assert reviewer.get(f"/cases/{number}/steps/drafted").status_code == 403


def test_what_came_by_post_is_registered_with_its_scan_and_receipt(
    clerk: FlaskClient, demo: Application
) -> None:
    scan = [(io.BytesIO(b"%PDF-1.7 scan"), "scan.pdf")]
    answer = register(clerk, title="停车收费标准", name="王五", files=scan)
    assert answer.status_code == 302
    number = answer.headers["Location"].rpartition("/")[2]
    view = seen(demo, number)
    assert (view.state.channel, str(view.state.received_on)) == ("post", "2026-11-20")
    assert view.events[0].actor == "clerk"
    key = view.events[0].data["documents"][0]["key"]
    assert clerk.get(f"/cases/{number}/documents/{key}").status_code == 200
    page = clerk.get(f"/cases/{number}").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    paper = clerk.post(f"/cases/{number}/receipt", data={"csrf_token": token[1]})
    text = "".join(PdfDocument(paper.get_data())[0].get_textpage().get_text_range().split())
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", text)
    assert code
    applicant = clerk.application.test_client()
    assert open_case(applicant, number, code[0]).status_code == 302


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"name": ""}, "name"),
        ({"received_on": "2027-01-01"}, "received_on"),
        ({"received_on": "soon"}, "received_on"),
        ({"channel": "telepathy"}, "channel"),
        ({"email": "a@b"}, "email"),
        ({"identity_kind": "resident", "identity_number": "1"}, "identity_number"),
        ({"received_on": "1999-01-01"}, "received_on"),
    ],
)
def test_what_cannot_be_registered_is_named_at_its_field(
    clerk: FlaskClient, values: dict[str, str], field: str
) -> None:
    answer = register(clerk, **{"title": "停车收费标准", "name": "王五", **values})
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.get_data(as_text=True)


def test_the_same_applicant_is_found_again(clerk: FlaskClient, demo: Application) -> None:
    who = {"name": "王五", "identity_kind": "resident", "identity_number": resident_number()}
    first = register(clerk, title="停车收费标准", **who).headers["Location"].rpartition("/")[2]
    looked = register(clerk, title="停车收费标准", look="1", **who).get_data(as_text=True)
    assert first in looked
    second = register(clerk, title="停车收费标准", **who).headers["Location"]
    assert first in clerk.get(second).get_data(as_text=True)


def ready_to_sign(demo: Application, outcome: str = "granted", **draft: str) -> str:
    """A case whose draft passed both reviews."""
    number = opened(demo)
    day = demo.today()
    steps = (
        Step("drafted", day, {"outcome": outcome, "facts": "经检索，查明如下。", **draft}),
        Step("legality_reviewed", day),
        Step("secrecy_reviewed", day, {"checks": ["no_secret", "no_private", "no_danger"]}),
    )
    clerk = Actor("clerk", "clerk", "LZ/LZ-S01/")
    with demo.context(), db.transaction() as session:
        demo.cases.take_step(session, clerk, number, steps[:1], NOW)
        demo.cases.take_step(session, Actor.operator(), number, steps[1:], NOW)
    return number


def letter_of(demo: Application, number: str) -> tuple[str, str]:
    """The number of a case's letter, and its text without blanks."""
    view = seen(demo, number)
    signed = next(event for event in view.events if event.kind == "signed")
    with demo.context() as session:
        file = document_by_key(session, signed.data["documents"][0]["key"])
    assert file
    pages = PdfDocument(within(demo, demo.documents.open, file).read())
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)
    return signed.data["letter"], text


def test_signing_issues_the_letter_with_all_that_the_law_asks(
    clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    number = ready_to_sign(demo, "refused", ground="process_information")
    draft = PdfDocument(clerk.get(f"/cases/{number}/letter.pdf").get_data())
    assert "待编号" in draft[0].get_textpage().get_text_range()
    assert take(approver, number, "signed").status_code == 302
    printed, text = letter_of(demo, number)
    assert printed == "市发展改革委依申请公开〔2026〕1号"
    for part in (
        printed,
        "张三",
        "2026年11月24日收到",
        "停车收费标准",
        "经检索，查明如下。",
        "过程性信息",
        "第十六条第二款",
        "不予公开",
        "应当自收到本告知书之日起60日内向泸州市人民政府申请行政复议",
        "2027年1月25日届满",
        "（印章）",
    ):
        assert part in text, part
    assert take(clerk, number, "delivered", way="page").status_code == 302
    delivered = seen(demo, number).events[-1]
    assert [item["name"] for item in delivered.data["documents"]] == [
        f"{printed}.pdf",
        f"{printed}.docx",
    ]


def test_a_letter_of_a_grant_names_both_remedies(approver: FlaskClient, demo: Application) -> None:
    number = ready_to_sign(demo)
    take(approver, number, "signed")
    _, text = letter_of(demo, number)
    assert "可以自收到本告知书之日起60日内向泸州市人民政府申请行政复议，或者" in text
    assert "6个月内向泸州市江阳区人民法院提起行政诉讼" in text


def test_letters_are_numbered_without_gaps_also_by_two_at_once(
    site: Flask, demo: Application
) -> None:
    numbers = [ready_to_sign(demo) for _ in range(4)]
    own = ready_to_sign(demo)
    drafter = Actor("clerk", "approver", "LZ/LZ-S01/")
    step = Step("signed", demo.today())
    with demo.context(), pytest.raises(StepRefused):
        demo.casework.take_step(drafter, own, step, NOW)
    clients = [signed_in(site, "approver") for _ in numbers]
    start = threading.Barrier(len(numbers))

    def press(client: FlaskClient, number: str) -> None:
        start.wait()
        assert take(client, number, "signed").status_code == 302

    threads = [
        threading.Thread(target=press, args=pair) for pair in zip(clients, numbers, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    printed = sorted(letter_of(demo, number)[0] for number in numbers)
    assert printed == [f"市发展改革委依申请公开〔2026〕{place}号" for place in range(1, 5)]


@pytest.mark.parametrize("username", ["clerk", "supervisor"])
def test_the_counts_of_the_queue_are_those_of_its_lists(
    site: Flask, demo: Application, username: str
) -> None:
    client = signed_in(site, username)
    take(signed_in(site, "clerk"), opened(demo), "assigned", handler="clerk")
    opened(demo)
    page = client.get("/cases").get_data(as_text=True)
    counts = re.findall(
        r'href="(/cases\?(?:whose|due)=\w+)"[^>]*>[^<]*<strong>(\d+)</strong>', page
    )
    assert len(counts) == 7
    assert sum(int(number) for _, number in counts) > 20
    for address, number in counts:
        listed, path = 0, address
        while path:
            text = client.get(path).get_data(as_text=True)
            listed += len(re.findall(r'<th scope="row"', text))
            following = re.search(r'rel="next" href="([^"]+)"', text)
            path = "/cases" + following[1].replace("&amp;", "&") if following else ""
        assert listed == int(number), address
