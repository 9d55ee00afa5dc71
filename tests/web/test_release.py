"""Nothing of an answer is public before somebody who signs has said so, in words of their own."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import Opening, Step
from requestflow.foundation import db
from tests.conftest import NOW
from tests.documents.test_cleaning import TEXT, pdf
from tests.web.desk import post, seen, signed_in

OPERATOR, CLERK = Actor.operator(), Actor("clerk", "clerk", "LZ/LZ-S01/")
CHECKS = ["no_secret", "no_private", "no_danger"]
SUBJECT = "邻居赵铁柱的低保审批材料"


def answered(demo: Application, content: bytes = b"", ground: str = "") -> str:
    """A case in which information was given and the answer delivered."""
    day, given = demo.today(), []
    decision: dict[str, object] = {"outcome": "granted", "facts": "提供"}
    if ground:
        part = [{"part": "名单", "ground": ground}]
        decision = {"outcome": "partial", "ground": ground, "facts": "提供"}
        decision |= {"granted": "目录", "withheld": part}
    with demo.context(), db.transaction() as session:
        details = {"name": "欧阳修文", "phone": "13800138999"}
        opening = Opening("LZ-S01", day, "person", "post", SUBJECT, details)
        number = demo.cases.open(session, OPERATOR, opening, NOW)
    view = seen(demo, number)
    if content:
        with demo.context(), db.transaction() as session:
            file = io.BytesIO(content)
            name = "赵铁柱.pdf"
            document = demo.documents.add(
                session, file, name, "drafted", NOW, case_id=view.id, from_applicant=False
            )
            given = [{"key": document.key, "name": name, "sha256": document.sha256, "size": 1}]
    files = {"documents": given} if given else {}
    steps = [
        Step("drafted", day, {**decision, **files}),
        Step("legality_reviewed", day, {}),
        Step("secrecy_reviewed", day, {"checks": CHECKS}),
        Step("signed", day, {}),
        Step("delivered", day, {"way": "page"}),
    ]
    with demo.context(), db.transaction() as session:
        for who, step in zip((CLERK, *(OPERATOR,) * 4), steps, strict=True):
            demo.cases.take_step(session, who, number, [step], NOW)
    return number


def release(client: FlaskClient, number: str, **values: object) -> tuple[int, str]:
    path = f"/cases/{number}/release"
    answer = post(client, path, **{"title": "低保审批程序", **values})
    return answer.status_code, answer.get_data(as_text=True)


def reference_of(demo: Application, number: str) -> str:
    released = seen(demo, number).state.released
    assert released
    return released.reference


def test_an_answer_becomes_public_by_decision_and_is_taken_back(
    site: Flask, demo: Application, approver: FlaskClient
) -> None:
    number, anybody = answered(demo, pdf(TEXT, b"/Author(Qian Clerk)")), site.test_client()
    found = "/find?q=" + SUBJECT
    assert "赵铁柱" not in anybody.get(found).get_data(as_text=True).split("<h2")[-1]
    page = approver.get(f"/cases/{number}/release").get_data(as_text=True)
    (key,) = re.findall(r'name="files"[^>]*value="(\w+)"', page)
    assert release(approver, number, summary="2025年", files=key)[0] == 302
    reference = reference_of(demo, number)
    page = anybody.get(f"/answers/{reference}").get_data(as_text=True)
    assert "低保审批程序" in page
    assert "2025年" in page
    for hidden in (number, "欧阳", "赵铁柱", "13800138999"):
        assert hidden not in page
    assert f"/answers/{reference}" in anybody.get("/find?q=低保审批程序").get_data(as_text=True)
    file = anybody.get(f"/answers/{reference}/files/1")
    assert file.data.startswith(b"%PDF")
    assert b"Qian" not in file.data
    assert "information-1.pdf" in file.headers["Content-Disposition"]
    assert anybody.get(f"/answers/{reference}/files/2").status_code == 404
    withdraw = {"at": f"/cases/{number}/release", "reason": "有误"}
    path = f"/cases/{number}/withdraw-release"
    assert post(approver, path, **{**withdraw, "reason": ""}).status_code == 400
    assert post(approver, path, **withdraw).status_code == 302
    assert anybody.get(f"/answers/{reference}").status_code == 404
    assert anybody.get(f"/answers/{reference}/files/1").status_code == 404
    assert "低保审批程序</a>" not in anybody.get("/find?q=低保审批程序").get_data(as_text=True)


@pytest.mark.parametrize(
    "words", ["欧阳修文的低保", "请联系13800138999", "请联系 a.b@example.org", ""]
)
def test_a_title_that_tells_who_asked_is_refused(
    demo: Application, approver: FlaskClient, words: str
) -> None:
    number = answered(demo)
    status, page = release(approver, number, title=words)
    assert status == 400
    assert 'href="#title"' in page
    assert seen(demo, number).state.released is None


def test_where_third_parties_were_protected_somebody_must_say_that_they_looked(
    demo: Application, approver: FlaskClient
) -> None:
    number = answered(demo, ground="third_party_rights")
    assert "rights or privacy" in approver.get(f"/cases/{number}/release").get_data(as_text=True)
    status, page = release(approver, number)
    assert status == 400
    assert 'href="#persons_checked"' in page
    assert release(approver, number, persons_checked="yes")[0] == 302


def test_what_is_hidden_in_a_file_is_told_before_it_is_released(
    demo: Application, approver: FlaskClient
) -> None:
    number = answered(demo, pdf(TEXT + b"0 0 0 rg 30 190 100 40 re f"))
    page = approver.get(f"/cases/{number}/release").get_data(as_text=True)
    (key,) = re.findall(r'name="files"[^>]*value="(\w+)"', page)
    status, page = release(approver, number, files=key)
    assert status == 400
    assert "text that is covered but can still be copied" in page
    assert release(approver, number, files=key, files_checked="yes")[0] == 302


def test_files_of_another_case_are_not_released_with_it(
    site: Flask, demo: Application, approver: FlaskClient
) -> None:
    theirs, mine = answered(demo, pdf(TEXT)), answered(demo)
    page = approver.get(f"/cases/{theirs}/release").get_data(as_text=True)
    (key,) = re.findall(r'name="files"[^>]*value="(\w+)"', page)
    assert release(approver, mine, files=key)[0] == 302
    page = site.test_client().get(f"/answers/{reference_of(demo, mine)}")
    assert "/files/1" not in page.get_data(as_text=True)


def test_who_may_release(site: Flask, demo: Application, approver: FlaskClient) -> None:
    number = answered(demo)
    for username in ("clerk", "reviewer", "supervisor", "auditor", "administrator"):
        client = signed_in(site, username)
        assert client.get(f"/cases/{number}/release").status_code in {403, 404}, username
        refused = post(client, f"/cases/{number}/release", at="/my-account", title="x")
        assert refused.status_code in {403, 404}, username
    assert f"/cases/{number}/release" in approver.get(f"/cases/{number}").get_data(as_text=True)
    with demo.context(), db.transaction() as session:
        opening = Opening("LZ-S01", demo.today(), "person", "post", "x", {"name": "张三"})
        fresh = demo.cases.open(session, OPERATOR, opening, NOW)
    assert approver.get(f"/cases/{fresh}/release").status_code == 403


def test_open_data_leads_to_nothing_that_was_released(
    site: Flask, demo: Application, approver: FlaskClient
) -> None:
    number, anybody = answered(demo), site.test_client()
    assert release(approver, number)[0] == 302
    told = anybody.get("/open-data/cases.csv").get_data(as_text=True)
    assert number in told
    assert reference_of(demo, number) not in told
    assert "低保" not in told


def test_the_applicant_reads_before_sending_that_nothing_is_public_by_itself(site: Flask) -> None:
    from tests.web.citizens import fill

    client = site.test_client()
    token = fill(client)
    with client.session_transaction() as session:
        session["locale"] = "en"
    page = client.get(f"/apply/{token}/check").get_data(as_text=True)
    assert "Nothing of your request becomes public by itself." in page
