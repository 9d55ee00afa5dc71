"""The desk's tools: assigning many, saved views, corrections, one screen, standing in, questions
of other units, the register of remedies, the file for the court."""

import io
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from requestflow.accounts import Actor, add_person, unit_by_code
from requestflow.application import Application
from requestflow.cases import Difference, Step, verify
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from requestflow.web import create_app
from tests.conftest import NOW
from tests.web.citizens import problems
from tests.web.desk import opened, post, register, seen, signed_in, take, words

CHECKS = {"no_secret": "yes", "no_private": "yes", "no_danger": "yes"}


def colleague(demo: Application, username: str, role: str, unit: str = "LZ-S01") -> None:
    with demo.context(), db.transaction() as session:
        add_person(session, username, username, PASSWORD, role, unit_by_code(session, unit))


def test_many_are_assigned_at_once_or_none(clerk: FlaskClient, demo: Application) -> None:
    numbers = [opened(demo) for _ in range(3)]
    page = clerk.get("/cases?whose=nobody").get_data(as_text=True)
    boxes = re.findall(r'name="case"\s+value="([^"]+)"', page)
    chosen = [box for box in boxes if box.rpartition("@")[0] in numbers]
    assert len(chosen) == 3
    done = post(
        clerk, "/cases/assign?whose=nobody", at="/cases?whose=nobody", case=chosen, handler="clerk"
    )
    assert done.headers["Location"] == "/cases?whose=nobody"
    assert {seen(demo, number).state.handler for number in numbers} == {"clerk"}
    fresh = opened(demo)
    stale = [f"{fresh}@1", chosen[0]]
    refused = post(clerk, "/cases/assign", at="/cases", case=stale, handler="clerk")
    assert refused.status_code == 400
    assert chosen[0].rpartition("@")[0] in problems(refused)[0]
    assert seen(demo, fresh).state.handler is None
    nobody = post(clerk, "/cases/assign", at="/cases", case=[f"{fresh}@1"], handler="supervisor")
    assert nobody.status_code == 400


def test_a_view_is_saved_with_its_filters_and_is_ones_own(
    clerk: FlaskClient, approver: FlaskClient
) -> None:
    address = "/cases?due=week&law=cn-2019&from=2026-11-01"
    view = address.replace("/cases?", "/cases/views?")
    assert post(clerk, view, at=address, name="本周").headers["Location"] == address
    page = clerk.get("/cases").get_data(as_text=True)
    link = re.search(r'href="(/cases\?[^"]*)"[^>]*>本周<', page)
    assert link
    assert sorted(link[1].replace("&amp;", "&").partition("?")[2].split("&")) == [
        "due=week",
        "from=2026-11-01",
        "law=cn-2019",
    ]
    assert "本周" not in approver.get("/cases").get_data(as_text=True)
    assert post(clerk, view, at=address, name="").status_code == 400
    shown = clerk.get(link[1].replace("&amp;", "&")).get_data(as_text=True)
    remove = re.search(r'action="(/cases/views/\d+/remove)', shown)
    assert remove
    post(approver, remove[1], at="/cases")
    assert "本周" in clerk.get("/cases").get_data(as_text=True)
    post(clerk, remove[1], at="/cases")
    assert "本周" not in clerk.get("/cases").get_data(as_text=True)


def test_one_screen_decides_what_is_simple_and_leaves_the_same_steps(
    clerk: FlaskClient, demo: Application
) -> None:
    number = opened(demo)
    path = f"/cases/{number}/on-the-spot"
    assert path in clerk.get(f"/cases/{number}").get_data(as_text=True)
    version = {"version": "1", "day": "2026-11-24"}
    data = {"outcome": "granted", "facts": "已在网站公开。", "way": "collected"}
    missing = post(clerk, path, **version, **data)
    assert len(problems(missing)) == 3
    assert seen(demo, number).version == 1
    done = post(clerk, path, **version, **data, **CHECKS, received_on="2026-11-24")
    assert done.status_code == 302
    view = seen(demo, number)
    assert [event.kind for event in view.events] == [
        "received",
        "drafted",
        "legality_reviewed",
        "secrecy_reviewed",
        "signed",
        "delivered",
    ]
    assert view.state.outcome == "granted"
    assert view.events[4].data["letter"].endswith("1号")
    assert [item["name"][-4:] for item in view.events[5].data["documents"]] == [".pdf", "docx"]


def test_one_screen_refuses_what_is_not_simple_or_not_allowed(
    clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    number = opened(demo)
    form = {"version": "1", "day": "2026-11-24", "facts": "x", "way": "post", **CHECKS}
    refused = post(clerk, f"/cases/{number}/on-the-spot", outcome="refused", **form)
    assert refused.status_code == 400
    assert post(approver, "/office/rules", at="/office").status_code == 302
    answer = post(clerk, f"/cases/{number}/on-the-spot", at="/cases/new", outcome="granted", **form)
    assert answer.status_code == 403
    assert "on-the-spot" not in clerk.get(f"/cases/{number}").get_data(as_text=True)
    step = Step("drafted", demo.today(), {"outcome": "granted"})
    alone = Step("legality_reviewed", demo.today(), {"on_the_spot": True})
    actor = Actor("clerk", "clerk", "LZ/LZ-S01/")
    with demo.context(), db.transaction() as session, pytest.raises(Exception, match="on-the-spot"):
        demo.cases.take_step(session, actor, number, [step, alone], NOW)
    assert seen(demo, number).version == 1


def test_a_mistake_is_corrected_by_a_further_step(
    clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    number = opened(demo, 3)
    ask = {"items": "哪一年？", "answer_by": "2026-12-09"}
    assert take(clerk, number, "clarification_requested", **ask).status_code == 302
    path = f"/cases/{number}/correct"
    assert clerk.get(path).status_code == 403
    listed = re.findall(r'href="([^"]+event=[^"]+)"', approver.get(path).get_data(as_text=True))
    assert len(listed) == 2
    address = listed[1]
    page = approver.get(address).get_data(as_text=True)
    assert "哪一年？" in page
    version = {"version": str(seen(demo, number).version)}
    form = {**version, "items": "哪一年？", "answer_by": "2026-12-15", "day": "2026-11-23"}
    assert problems(post(approver, address, **form)) == ["Enter the reason for the correction."]
    ahead = post(approver, address, **form, why="日期写错", ask="look").get_data(as_text=True)
    assert "2026-12-15" in ahead.partition('id="after"')[2]
    assert post(approver, address, **form, why="日期写错").status_code == 302
    view = seen(demo, number)
    requested = next(event for event in view.history if event.kind == "clarification_requested")
    assert (requested.data["answer_by"], str(requested.day)) == ("2026-12-15", "2026-11-23")
    assert requested.data["letter"]
    assert view.events[-1].kind == "corrected"
    assert view.events[1].data["answer_by"] == "2026-12-09"
    version = {"version": str(view.version), "why": "未发出", "void": "yes"}
    assert post(approver, address, **version).status_code == 302
    assert seen(demo, number).state.stage == "received"


def test_a_correction_cannot_make_an_impossible_history(
    approver: FlaskClient, demo: Application
) -> None:
    number = opened(demo, 3)
    receipt = f"/cases/{number}/correct?event=1"
    form = {
        "version": "1",
        "why": "x",
        "subject": "停车",
        "channel": "fax",
        "applicant_kind": "legal",
    }
    late = post(approver, receipt, **form, day="2027-01-01")
    assert late.status_code == 400
    assert post(approver, receipt, version="1", why="x", void="yes").status_code == 400
    forgotten = f"/cases/{number}/correct?add=signed"
    refused = post(approver, forgotten, version="1", why="x", day="2026-11-24")
    assert refused.status_code == 400
    assert seen(demo, number).version == 1
    assert post(approver, receipt, **form, day="2026-11-20").status_code == 302
    state = seen(demo, number).state
    assert (str(state.received_on), state.channel, state.applicant_kind) == (
        "2026-11-20",
        "fax",
        "legal",
    )
    assert post(approver, receipt, **{**form, "version": "2"}, day="2018-05-07").status_code == 302
    assert seen(demo, number).state.law == "cn-2008"
    with demo.context() as session:
        assert not [result for result in verify(session) if isinstance(result, Difference)]


def test_another_unit_answers_on_its_own_desk(
    site: Flask, clerk: FlaskClient, demo: Application
) -> None:
    colleague(demo, "clerk2", "clerk", "LZ-S02")
    other = signed_in(site, "clerk2")
    first = register(clerk, title="赵敏申请的联合印发文件", name="赵敏", description="我是赵敏")
    number = first.headers["Location"].rpartition("/")[2]
    assert other.get(f"/questions/{number}/1").status_code == 404
    requested = take(
        clerk,
        number,
        "consultation_started",
        about="联合印发文件",
        consulted="joint_author",
        unit="LZ-S02",
        question="是否同意公开？",
        answer_by="2026-12-01",
        files=[(io.BytesIO(b"%PDF-1.7 the draft"), "draft.pdf")],
    )
    assert requested.status_code == 302
    assert seen(demo, number).state.stage == "consulting"
    listed = other.get("/questions").get_data(as_text=True)
    assert number in listed
    assert "赵敏" not in listed
    assert "2026-12-01" in listed
    assert "Consultations (1)" in listed
    path = f"/questions/{number}/1"
    page = other.get(path).get_data(as_text=True)
    assert "是否同意公开？" in page
    assert "联合印发文件" in page, "what was chosen for it"
    assert "赵敏" not in page
    assert other.get(f"/cases/{number}").status_code == 404
    given = re.findall(rf'href="({path}/documents/\w+)"', page)
    contents = [other.get(link).get_data() for link in given]
    assert contents[1] == b"%PDF-1.7 the draft"
    assert "赵敏" not in words(contents[0])
    key = seen(demo, number).events[0].data.get("documents")
    assert key is None
    assert other.get(f"{path}/documents/made-up").status_code == 404
    assert clerk.get(given[1]).status_code == 404
    assert len(problems(post(other, path, version="2"))) == 2
    assert take(other, number, "noted", note="x").status_code in (403, 404)
    data = {"version": "2", "answer": "agrees", "text": "同意全文公开。"}
    assert (
        post(other, path, **data, files=[(io.BytesIO(b"%PDF-1.7 x"), "a.pdf")]).status_code == 302
    )
    view = seen(demo, number)
    assert view.state.stage == "in_progress"
    ended = view.events[-1]
    assert (ended.actor, ended.data["answer"], ended.data["text"]) == (
        "clerk2",
        "agrees",
        "同意全文公开。",
    )
    assert number not in other.get("/questions").get_data(as_text=True)
    assert number in other.get("/questions?show=all").get_data(as_text=True)
    with demo.context() as session:
        assert not [result for result in verify(session) if isinstance(result, Difference)]


def test_whoever_stands_in_signs_but_never_their_own_draft(
    site: Flask, approver: FlaskClient, demo: Application
) -> None:
    colleague(demo, "deputy", "clerk")
    deputy = signed_in(site, "deputy")
    number = opened(demo)
    draft = {"outcome": "granted", "facts": "查明如下。"}
    assert take(deputy, number, "drafted", **draft).status_code == 302
    for kind, values in (("legality_reviewed", {}), ("secrecy_reviewed", CHECKS)):
        assert take(approver, number, kind, **values).status_code == 302
    other = opened(demo)
    with demo.context(), db.transaction() as session:
        clerk = Actor("clerk", "clerk", "LZ/LZ-S01/")
        demo.cases.take_step(session, clerk, other, [Step("drafted", demo.today(), draft)], NOW)
    for kind, values in (("legality_reviewed", {}), ("secrecy_reviewed", CHECKS)):
        assert take(approver, other, kind, **values).status_code == 302
    assert take(deputy, other, "signed").status_code == 403
    away = {"person": "approver", "deputy": "deputy", "first_day": "2026-11-24"}
    over = post(approver, "/office/absences", at="/office", **away, last_day="2026-11-23")
    assert over.status_code == 400
    entered = post(approver, "/office/absences", at="/office", **away, last_day="2026-11-27")
    assert entered.status_code == 302
    own = take(deputy, number, "signed")
    assert own.status_code == 400
    assert "cannot sign" in problems(own)[0]
    assert take(deputy, other, "signed").status_code == 302
    signed = seen(demo, other).events[-1]
    assert (signed.actor, signed.data["deputising_for"]) == ("deputy", "approver")
    back = re.search(r"/office/absences/\d+/end", approver.get("/office").get_data(as_text=True))
    assert back
    post(approver, back[0], at="/office")
    assert deputy.get("/office/letters/decision.docx").status_code == 403


def test_nobody_stands_in_from_another_unit_or_for_whom_they_may_not_speak(
    site: Flask, clerk: FlaskClient, demo: Application
) -> None:
    colleague(demo, "elsewhere", "clerk", "LZ-S02")
    days = {"first_day": "2026-11-24", "last_day": "2026-11-27"}

    def enter(**values: str) -> int:
        return post(clerk, "/office/absences", at="/office", **days, **values).status_code

    assert enter(person="clerk", deputy="elsewhere") == 400
    assert enter(person="clerk", deputy="clerk") == 400
    assert enter(person="approver", deputy="clerk") == 403
    assert enter(person="clerk", deputy="reviewer") == 302
    assert signed_in(site, "reviewer").get("/cases/new").status_code == 200


def test_who_else_has_the_case_open_is_shown(demo: Application, redis_url: str) -> None:
    settings = demo.settings.model_copy(update={"redis_url": redis_url})
    site = create_app(replace(demo, settings=settings))
    site.config["TESTING"] = True
    clerk, approver = signed_in(site, "clerk"), signed_in(site, "approver")
    number = opened(demo)
    assert "is viewing this case" not in clerk.get(f"/cases/{number}").get_data(as_text=True)
    page = approver.get(f"/cases/{number}").get_data(as_text=True)
    assert "李经办 is viewing this case" in page
    assert "陈签发" in clerk.get(f"/cases/{number}").get_data(as_text=True).partition("<nav")[2]
