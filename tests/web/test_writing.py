"""Writing the report's chapters and reporting figures on the pages."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from requestflow.accounts import Actor, unit_by_code
from requestflow.application import Application
from requestflow.foundation import db
from requestflow.reported_figures import enter_figure
from requestflow.reporting import ReportText, import_counts
from tests.reporting.desk import ABOVE, APPROVER, JANUARY, Desk
from tests.web.citizens import problems
from tests.web.desk import in_january, markup, post, signed_in


@pytest.fixture
def supervisor(site: Flask) -> FlaskClient:
    return signed_in(site, "supervisor")


@pytest.fixture
def site(demo: Application) -> Iterator[Flask]:
    """The site in January, when the year's report is made."""
    with in_january(demo) as site:
        yield site


def zh(content: str, version: int) -> dict[str, str]:
    """A chapter's Chinese words as the page posts them."""
    return {"content-zh_CN": content, "version-zh_CN": str(version)}


def test_two_who_write_at_once_see_each_others_words(
    clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    post(clerk, "/report/2026/begin?unit=LZ-S01", at="/report/2026?unit=LZ-S01")
    where = "/report/2026/words/problems?unit=LZ-S01"
    post(clerk, where, **zh("甲写的。", 0))
    late = post(approver, where, **zh("乙写的。", 0))
    page = late.get_data(as_text=True)
    assert late.status_code == 409
    assert ">乙写的。</textarea>" in page
    assert "甲写的。</blockquote>" in page
    version = re.search(r'name="version-zh_CN" value="(\d+)"', page)
    assert version
    assert version[1] == "1"
    # Looking for a field says nothing of the other's words, so saving then must still warn.
    for ask in ("find", "look"):
        result = post(approver, where, **zh("乙写的。", 0), ask=ask)
        stored = re.search(r'name="version-zh_CN" value="(\d+)"', result.get_data(as_text=True))
        assert stored
        assert stored[1] == "0"
    both = post(approver, where, **zh("甲写的。乙写的。", 1))
    assert both.status_code == 302
    with demo.context() as session:
        query = select(ReportText.content).where(ReportText.section == "problems")
        assert "甲写的。" in list(session.scalars(query))


def test_both_languages_are_written_side_by_side(
    clerk: FlaskClient, approver: FlaskClient, demo: Application
) -> None:
    """Who writes one language loses nothing to who wrote the other, and stores no empty words."""
    where = "/report/2026/words/problems?unit=LZ-S01"
    assert "has not been started" in clerk.get(where).get_data(as_text=True)
    post(clerk, "/report/2026/begin?unit=LZ-S01", at="/report/2026?unit=LZ-S01")
    assert post(clerk, where, **zh("甲写的。", 0)).status_code == 302
    english = {"content-en": "By B.", "version-en": "0"}
    # B opened the page before A wrote: A's Chinese is not B's to change, and B did not.
    assert post(approver, where, **zh("", 0), **english).status_code == 302
    page = clerk.get(where).get_data(as_text=True)
    assert ">甲写的。</textarea>" in page
    assert ">By B.</textarea>" in page
    looked = post(approver, where, **zh("", 0), **english, ask="look").get_data(as_text=True)
    assert ">甲写的。</textarea>" in looked
    assert 'name="version-zh_CN" value="1"' in looked
    both = post(clerk, where, **zh("甲又写。", 1), **{"content-en": "{{x}}", "version-en": "1"})
    assert both.status_code == 400
    assert 'href="#content-en"' in both.get_data(as_text=True)
    with demo.context() as session:
        query = select(ReportText).where(ReportText.section == "problems", ReportText.report_id > 4)
        stored = {(row.locale, row.version): row.content for row in session.scalars(query)}
    assert stored == {("zh_CN", 1): "甲写的。", ("en", 1): "By B."}


def test_a_field_is_found_as_one_would_write_it(clerk: FlaskClient) -> None:
    post(clerk, "/report/2026/begin?unit=LZ-S01", at="/report/2026?unit=LZ-S01")
    where = "/report/2026/words/problems?unit=LZ-S01"
    for sought, result in (
        ("{{t3.1.person}}", "t3.1.person"),
        ("t3.1.person|share", "t3.1.person"),
        ("新收 自然人", "t3.1.person"),
        ("Ｔ３．１．person", "t3.1.person"),
        ("1,234,567", ""),
    ):
        page = post(clerk, where, **zh("", 0), ask="find", field=sought).get_data(as_text=True)
        fields = re.findall(r"<code>\{\{([^}]+)\}\}</code>", page)
        assert (result in fields) if result else fields == [], sought


def test_a_field_is_found_by_its_number(supervisor: FlaskClient) -> None:
    where = "/report/2014/words/problems?unit=LZ"
    for sought in ("80,165", "80165", "８０１６５"):
        message = post(supervisor, where, **zh("", 0), ask="find", field=sought)
        fields = re.findall(r"<code>\{\{([^}]+)\}\}</code>", message.get_data(as_text=True))
        assert fields == ["publications.total"]


def test_a_reported_figure_is_changed_and_taken_back_where_it_stands(
    clerk: FlaskClient, approver: FlaskClient
) -> None:
    where = "/report/2026/reported?unit=LZ-S01"
    data = {"figure": "新闻发布会", "value": "3.5", "measure": "场", "origin": "新闻办"}
    assert post(clerk, where, **data).status_code == 302
    page = clerk.get(f"{where}&figure=新闻发布会").get_data(as_text=True)
    for name, value in data.items():
        assert f'name="{name}"' in page
        assert f'value="{value}"' in page
    assert 'value="take_back"' in page
    seen = {"seen": mark(page), "seen_of": "新闻发布会"}
    emptied = post(clerk, where, **{**data, "value": "", "origin": ""}, **seen)
    assert emptied.status_code == 400
    notified = problems(emptied)
    assert "0 if there were none" in notified[0]
    assert notified[1] == "Enter the source of the figure."
    assert 'aria-describedby="origin-error"' in emptied.get_data(as_text=True)
    fees = clerk.get(f"{where}&figure=行政事业性收费-本年收费金额").get_data(as_text=True)
    assert 'name="measure" maxlength="20" value="万元"' in markup(fees)
    assert "take_back" not in fees
    wrong = post(clerk, where, figure="行政许可-本年处理决定数量", value="2.5", origin="台账")
    assert "whole number" in problems(wrong)[0]
    assert 'value="2.5"' in wrong.get_data(as_text=True)
    taken = {"figure": "新闻发布会", "ask": "take_back", **seen}
    assert post(clerk, where, **taken).status_code == 302
    assert post(clerk, where, **taken).status_code == 400
    stated = approver.get("/report/2026/stated?figure=reported.新闻发布会&unit=LZ-S01")
    page = stated.get_data(as_text=True)
    assert "No figures have been reported." in page
    assert re.findall(r'data-label="After">([^<]+)<', page) == ["—", "3.5"]


def mark(page: str) -> str:
    """What the page keeps of the figure that it shows."""
    match = re.search(r'name="seen" value="([^"]*)"', page)
    assert match
    return match[1]


def test_who_reports_what_somebody_else_changed_in_between_is_told(
    clerk: FlaskClient, approver: FlaskClient
) -> None:
    where = "/report/2026/reported?unit=LZ-S01"
    data = {"figure": "新闻发布会", "value": "3", "measure": "场", "origin": "新闻办"}
    data["seen_of"] = "新闻发布会"
    assert post(clerk, where, **data, seen="").status_code == 302
    seen = mark(clerk.get(f"{where}&figure=新闻发布会").get_data(as_text=True))
    changed = {**data, "value": "4", "origin": "会议台账"}
    assert post(approver, where, **changed, seen=seen).status_code == 302
    for more in ({"value": "5"}, {"ask": "take_back"}, {"value": "4"}):
        answer = post(clerk, where, **{**data, **more}, seen=seen)
        assert answer.status_code == 409
        assert "already been reported: 4 场, source: 会议台账" in problems(answer)[0]
    # The same as what stands is no change; and who is told may mean it.
    assert post(clerk, where, **changed, seen=seen).status_code == 302
    answer = post(clerk, where, **{**data, "value": "5"}, seen=seen)
    page = answer.get_data(as_text=True)
    assert 'value="5"' in page
    assert post(clerk, where, **{**data, "value": "5"}, seen=mark(page)).status_code == 302
    # Nor does a figure that is typed by its name replace one that was not looked at.
    assert post(clerk, where, **{**data, "value": "6"}, seen="").status_code == 409
    # Another one that is typed over it was not read there, and is new.
    other = {**data, "figure": "热线来电", "measure": "次"}
    assert post(clerk, where, **other, seen=seen).status_code == 302
    assert post(clerk, where, **{**other, "value": "6"}, seen=seen).status_code == 409


def test_a_figure_typed_while_the_report_was_handed_in_is_not_lost(
    clerk: FlaskClient, demo: Application
) -> None:
    Desk(demo).to("submitted")
    data = {"figure": "新闻发布会", "value": "3", "measure": "场", "origin": "新闻办的会议台账"}
    answer = post(clerk, "/report/2026/reported?unit=LZ-S01", **data, seen="")
    assert answer.status_code == 400
    page = answer.get_data(as_text=True)
    assert 'id="figure"' in page
    assert 'value="新闻办的会议台账" readonly' in markup(page)
    assert ">Enter<" not in page
    assert post(clerk, "/report/1995/reported?unit=LZ-S01", **data, seen="").status_code == 404


def test_a_changed_count_says_of_which_month_it_is(
    supervisor: FlaskClient, demo: Application, tmp_path: Path
) -> None:
    path = tmp_path / "counts.csv"
    for count in (5, 7):
        path.write_text(f"unit,month,category,count\nLZ-S01,2016-03,财政,{count}\n", "utf-8")
        with demo.context(), db.transaction() as session:
            import_counts(session, Actor.operator(), path, JANUARY)
    where = "/report/2016/stated?figure=publications.finance&unit=LZ"
    page = supervisor.get(where).get_data(as_text=True)
    assert re.findall(r"2016-03</span>", page) == ["2016-03</span>"]
    assert re.findall(r'data-label="(?:Before|After)">([^<]+)<', page) == ["5", "7"]


def test_why_a_reported_figure_came_late_is_read_where_it_differs(
    supervisor: FlaskClient, clerk: FlaskClient, demo: Application
) -> None:
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ-S02")
        message = ("新闻发布会", "77", "场", "新闻办")
        enter_figure(session, Actor.operator(), unit, 2014, *message, JANUARY, "档案移交时发现。")
    page = supervisor.get("/report/2014").get_data(as_text=True)
    changed = page[page.index('id="changed"') : page.index('id="state"')]
    assert "Cases recorded late" not in changed
    link = re.search(r'href="(/report/2014/stated[^"]+)"', changed)
    assert link
    shown = supervisor.get(html.unescape(link[1])).get_data(as_text=True)
    assert "档案移交时发现。" in shown
    assert "市国土资源局" in shown
    # Who sees one unit alone sees what that unit states.
    own = clerk.get("/report/2014/stated?figure=reported.新闻发布会").get_data(as_text=True)
    assert "档案移交时发现。" not in own
    assert clerk.get("/report/2014/stated?figure=reported.x&unit=LZ").status_code == 404


@pytest.mark.parametrize(
    ("headers", "stored"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://localhost"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({}, False),
    ],
)
def test_words_typed_while_the_session_ended_are_not_lost(
    site: Flask, headers: dict[str, str], stored: bool
) -> None:
    data = {"csrf_token": "old", "content-zh_CN": "继续推进<b>政务公开</b>。", "value": "120"}
    headers = {**headers, "Accept-Language": "zh-CN"}
    answer = site.test_client().post(
        "/report/2026/words/other?unit=LZ-S01",
        data={**data, "password": "a secret that is long", "secret": "SEC-0123456789"},
        headers=headers,
    )
    assert answer.status_code == 400
    page = markup(answer.get_data(as_text=True))
    assert ('value="继续推进&lt;b&gt;政务公开&lt;/b&gt;。" readonly' in page) is stored
    assert ('>数值</label><input class="govuk-input" id="typed-2" value="120"' in page) is stored
    assert "您已退出登录" in page
    assert "a secret that is long" not in page
    assert "SEC-0123456789" not in page
    assert answer.headers["Cache-Control"] == "no-store"


def test_remarks_typed_while_somebody_else_acted_are_not_lost(
    supervisor: FlaskClient, demo: Application
) -> None:
    desk = Desk(demo).to("submitted")
    path = "/report/2026?unit=LZ-S01"
    desk.do("accept", ABOVE)
    desk.do("publish", APPROVER)
    for remarks, notified in (
        ("请补充来源。", "the report is: published"),
        ("请" * 4001, "too long"),
    ):
        answer = post(supervisor, "/report/2026/return?unit=LZ-S01", at=path, remarks=remarks)
        assert answer.status_code == 400
        page = answer.get_data(as_text=True)
        assert notified in page
        assert re.search(rf'(readonly>{remarks}</textarea>|value="{remarks}" readonly)', page)


def test_an_error_leads_back_to_a_page_that_can_be_loaded(clerk: FlaskClient, site: Flask) -> None:
    where = "/report/2026/check?unit=LZ-S01"
    for referrer, back in (
        ("http://localhost/report/2026?unit=LZ-S01", "/report/2026?unit=LZ-S01"),
        ("http://localhost/report/2026/check?unit=LZ-S01", None),
        ("http://evil.example/report/2026", None),
        ("http://localhost//evil.example/", None),
        ("http://[x", None),
    ):
        headers = {"Referer": referrer, "Sec-Fetch-Site": "same-origin"}
        page = clerk.post(where, data={"reason": "x"}, headers=headers).get_data(as_text=True)
        match = re.search(r'<a href="([^"]+)">Back to the page</a>', page)
        assert (html.unescape(match[1]) if match else None) == back, referrer
