"""The year's end on the pages: preparing a report, publishing it, open data, oversight."""

import csv
import hashlib
import html
import io
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from sqlalchemy import select

from requestflow.accounts import Actor, unit_by_code
from requestflow.application import Application
from requestflow.cases import Case, Opening
from requestflow.foundation import db
from requestflow.notices import ConsoleMailer, deliver
from requestflow.reported_figures import enter_figure
from requestflow.statistics import build_report
from tests.conftest import NOW, within
from tests.reporting.desk import JANUARY
from tests.web.citizens import problems
from tests.web.desk import in_january, markup, post, signed_in, take


@pytest.fixture
def supervisor(site: Flask) -> FlaskClient:
    return signed_in(site, "supervisor")


@pytest.fixture
def site(demo: Application) -> Iterator[Flask]:
    """The site in January, when the year's report is made."""
    with in_january(demo) as site:
        yield site


def delivered(demo: Application) -> int:
    """Delivers what waits in the outbox to the notices of the staff."""
    mailer = ConsoleMailer()
    return within(demo, deliver, mailer, "a@example.org", "http://site", JANUARY).sent


def state(client: FlaskClient, path: str) -> str:
    page = client.get(path).get_data(as_text=True)
    match = re.search(r'<h1[^>]*>.*?<span class="tag">([^<]+)</span>', page, re.DOTALL)
    assert match
    return match[1]


def mark(page: str) -> str:
    """What tells whether the report still reads as it does on a page."""
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert seen
    return seen[1]


def version(page: str) -> str:
    """Which version of the report a page shows."""
    match = re.search(r'name="version" value="(\d+)"', page)
    assert match
    return match[1]


def sign(client: FlaskClient, where: str, at: str) -> int:
    """Reads the report and signs or publishes it."""
    seen = mark(client.get(where).get_data(as_text=True))
    return post(client, where, at=at, seen=seen).status_code


def test_a_unit_prepares_and_the_unit_above_checks(
    clerk: FlaskClient,
    approver: FlaskClient,
    supervisor: FlaskClient,
    site: Flask,
    demo: Application,
) -> None:
    path = "/report/2026?unit=LZ-S01"
    assert state(clerk, path) == "not started"
    assert post(clerk, "/report/2026/begin?unit=LZ-S01", at=path).status_code == 302
    data = {"figure": "新闻发布会", "value": "x", "measure": "场", "origin": "新闻办"}
    wrong = post(clerk, "/report/2026/reported?unit=LZ-S01", **data)
    assert wrong.status_code == 400
    assert "Enter a number" in problems(wrong)[0]
    assert 'value="新闻发布会"' in wrong.get_data(as_text=True)
    data["value"] = "3"
    assert post(clerk, "/report/2026/reported?unit=LZ-S01", **data).status_code == 302
    words = {"version-zh_CN": "0", "content-zh_CN": "举办{{reported.新闻发布会}}场。"}
    where = "/report/2026/words/other?unit=LZ-S01"
    looked = post(clerk, where, **words, ask="look").get_data(as_text=True)
    assert "举办3场。" in looked
    assert post(clerk, where, **words).status_code == 302
    stopped = post(clerk, "/report/2026/check?unit=LZ-S01", at=path)
    assert stopped.status_code == 400
    assert "Failed checks: 2" in problems(stopped)[0]
    assert 'id="reason-error"' in stopped.get_data(as_text=True)
    too_long = post(clerk, "/report/2026/check?unit=LZ-S01", at=path, reason="因" * 4001)
    assert "no more than 4000 characters" in problems(too_long)[0]
    assert "因" * 4001 in too_long.get_data(as_text=True)
    reason = "表二由另一系统报送；问题部分另文说明。"
    post(clerk, "/report/2026/check?unit=LZ-S01", at=path, reason=reason)
    assert state(clerk, path) == "checked"
    assert post(clerk, "/report/2026/submit?unit=LZ-S01", at=path).status_code == 403
    assert clerk.get("/report/2026/submit?unit=LZ-S01").status_code == 403
    early = approver.get("/report/2026/publish?unit=LZ-S01", follow_redirects=True)
    assert "This action is not available while the report is: checked." in early.get_data(
        as_text=True
    )
    signing = approver.get("/report/2026/submit?unit=LZ-S01").get_data(as_text=True)
    assert "举办3场。" in signing
    assert reason in signing
    assert "The year will then be locked" in signing
    assert signing.count('action="/report/2026/submit?unit=LZ-S01"') == 2
    assert post(approver, "/report/2026/submit?unit=LZ-S01", at=path).status_code == 400
    more = {"received_on": "2026-12-29", "title": "土地征收批复", "name": "赵六"}
    assert post(clerk, "/cases/new", channel="post", applicant_kind="person", **more).location
    stale = post(approver, "/report/2026/submit?unit=LZ-S01", at=path, seen=mark(signing))
    assert stale.status_code == 400
    assert "changed since you last read it" in problems(stale)[0]
    assert state(clerk, path) == "checked"
    assert sign(approver, "/report/2026/submit?unit=LZ-S01", path) == 302
    above = supervisor.get("/report/2026").get_data(as_text=True)
    assert '市发展改革委</a></th><td><span class="tag">submitted' in markup(above)
    assert delivered(demo) > 0
    assert "市发展改革委: submitted" in supervisor.get("/notices").get_data(as_text=True)
    looked_at = version(supervisor.get(path).get_data(as_text=True))
    data = {"remarks": "请写问题。", "version": looked_at}
    back = post(supervisor, "/report/2026/return?unit=LZ-S01", at=path, **data)
    assert back.status_code == 302
    assert "请写问题。" in clerk.get(path).get_data(as_text=True)
    post(clerk, "/report/2026/check?unit=LZ-S01", at=path, reason=reason)
    assert sign(approver, "/report/2026/submit?unit=LZ-S01", path) == 302
    # What was looked at was returned meanwhile and handed in anew: that is not accepted unread.
    stale = post(supervisor, "/report/2026/accept?unit=LZ-S01", at=path, version=looked_at)
    assert stale.status_code == 400
    assert "since you last viewed it" in problems(stale)[0]
    looked_at = version(stale.get_data(as_text=True))
    done = post(supervisor, "/report/2026/accept?unit=LZ-S01", at=path, version=looked_at)
    assert done.status_code == 302
    late = {"received_on": "2026-12-30", "title": "停车收费标准", "name": "王五"}
    late["late_reason"] = "信件错投其他科室。"
    assert post(clerk, "/cases/new", channel="post", applicant_kind="person", **late).location
    publishing = approver.get("/report/2026/publish?unit=LZ-S01").get_data(as_text=True)
    assert "cannot be withdrawn" in publishing
    assert "if calculated today: 4" in publishing
    assert sign(approver, "/report/2026/publish?unit=LZ-S01", path) == 302
    closed = clerk.get("/report/2026/reported?unit=LZ-S01").get_data(as_text=True)
    assert "can no longer be changed" in closed
    assert 'name="figure"' not in closed
    assert state(clerk, path) == "published"
    public = site.test_client().get("/reports/LZ-S01/2026").get_data(as_text=True)
    assert reason in public
    assert "举办3场。" in public
    assert public.count("≠") == 2


def test_a_late_step_is_asked_for_its_reason_and_shows(
    clerk: FlaskClient, demo: Application, site: Flask
) -> None:
    """2014 was published: whoever records into it says why, and the difference is seen."""
    with demo.context(), db.transaction() as session:
        number = session.scalars(
            select(Case.number).where(Case.unit_id == 3, Case.law == "cn-2008").limit(1)
        ).one()
    assert number
    with demo.context(), db.transaction() as session:
        data = {"late_reason": "档案移交时发现。"}
        opening = Opening(
            "LZ-S01",
            NOW.date().replace(2014, 12, 29),
            "legal",
            "post",
            "停车收费",
            particulars=data,
        )
        late = demo.cases.open(session, Actor.operator(), opening, JANUARY)
    refused = take(clerk, late, "withdrawn", day="2014-12-30")
    assert refused.status_code == 400
    assert "2014 have already been submitted" in problems(refused)[0]
    assert 'href="#late_reason"' in refused.get_data(as_text=True)
    done = take(clerk, late, "withdrawn", day="2014-12-30", late_reason="档案移交时发现。")
    assert done.status_code == 302
    page = clerk.get(f"/cases/{late}").get_data(as_text=True)
    assert page.count("recorded late") == 2
    public = site.test_client().get("/reports/LZ/2014").get_data(as_text=True)
    changed = public[public.index('id="since"') :]
    assert 'class="number">528</td><td class="number">529<' in markup(changed)
    above = signed_in(site, "supervisor")
    report = above.get("/report/2014").get_data(as_text=True)
    listed = re.search(r'href="(/cases\?figure=since[^"]+)"', report)
    assert listed
    cases = above.get(html.unescape(listed[1])).get_data(as_text=True)
    assert late in cases
    assert cases.count("档案移交时发现。") == 2


def test_what_anybody_asks_for_is_counted_once_until_something_changes(
    site: Flask, demo: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []

    def count(session, year, unit):
        counted.append(year)
        return build_report(session, year, unit)

    monkeypatch.setattr("requestflow.web.public.reports.build_report", count)
    visitor, path = site.test_client(), "/reports/LZ/2014"
    for _ in range(3):
        assert 'id="since"' not in visitor.get(path).get_data(as_text=True)
    assert counted == [2014]
    with demo.context(), db.transaction() as session:
        unit = unit_by_code(session, "LZ")
        message = ("新闻发布会", "77", "场", "新闻办")
        enter_figure(session, Actor.operator(), unit, 2014, *message, JANUARY)
    for _ in range(2):
        assert 'id="since"' in visitor.get(path).get_data(as_text=True)
    assert counted == [2014, 2014]


def test_the_published_data_is_what_the_page_says(site: Flask) -> None:
    client = site.test_client()
    page = client.get("/reports/LZ/2014").get_data(as_text=True)
    answer = client.get("/reports/LZ/2014/1/report.json")
    digest = re.search(r"SHA-256 <code>([0-9a-f]{64})</code>", page)
    assert digest
    assert hashlib.sha256(answer.data).hexdigest() == digest[1]
    schema = client.get("/schemas/annual-report-1.json").get_json()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(answer.get_json())
    for kind, head in (
        ("docx", b"PK"),
        ("pdf", b"%PDF"),
        ("xlsx", b"PK"),
        ("csv", b"\xef\xbb\xbf"),
    ):
        file = client.get(f"/reports/LZ/2014/1/report.{kind}")
        assert file.data.startswith(head)
        assert "attachment" in file.headers["Content-Disposition"]
    assert client.get("/reports/LZ/2014/2").status_code == 404
    assert client.get("/reports/LZ/2014/1/report.exe").status_code == 404
    again = client.get(
        "/reports/LZ/2014/1/report.json", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/figures/2014").headers["Location"] == "/reports/LZ/2014"


@pytest.mark.parametrize(
    "address",
    [
        "/open-data?after=soon",
        "/open-data?after=2026-01-01_x",
        "/open-data?year=20x6",
        "/open-data?unit=nowhere",
        "/open-data?figure=oversight.open&of=2026",
        "/open-data?figure=since:2026-01-01&of=2026",
        "/open-data?figure=t3.9&of=2026&unit=LZ",
        "/reports/LZ/2013",
        "/reports/nowhere/2014",
        "/report/2014?known_on=yesterday",
        "/oversight?year=x",
        "/report/1900",
        "/oversight?year=0000",
        "/remedies?figure=oversight.remedies&year=0000",
        "/remedies?figure=oversight.remedies&year=2026&after=x_1",
        "/cases?figure=oversight.received&year=0000&unit=LZ",
        "/cases?figure=since:0001-01-01T00:00:00%2B14:00&year=2026&unit=LZ",
        "/report/2026?known_on=9999-12-31T23:59:59-12:00",
        "/open-data?year=0000",
        "/open-data?unit=%00",
        "/open-data?figure=t3.1.research&of=2026&unit=LZ",
        "/reports/LZ/3000000000",
        "/report/2014/stated",
        "/report/2026/stated?figure=reported.",
        "/report/2014/stated?figure=suits.other",
        "/report/2014/stated?figure=publications.total&since=soon",
        "/report/2014/stated?figure=publications.total&unit=nowhere",
        "/report/1995/stated?figure=publications.total",
    ],
)
def test_what_cannot_be_read_is_not_found(supervisor: FlaskClient, address: str) -> None:
    assert supervisor.get(address).status_code == 404


def test_oversight_says_how_far_the_reports_are(
    supervisor: FlaskClient, clerk: FlaskClient
) -> None:
    post(clerk, "/report/2025/begin?unit=LZ-S01", at="/report/2025?unit=LZ-S01")
    page = supervisor.get("/oversight?year=2025").get_data(as_text=True)
    states = page[page.index("Reports from units below") :].split("</p>")[0]
    notified = re.findall(r">([a-z ]+) <strong>(\d+)<", states)
    assert notified[1:] == [("being drafted", "1")]
    assert notified[0][0] == "not started"


def test_oversight_is_sorted_and_exported(supervisor: FlaskClient) -> None:
    page = supervisor.get("/oversight?year=2026&sort=open").get_data(as_text=True)
    table = page[page.index('id="units"') : page.index("By person")]
    shown = re.findall(r"figure=oversight\.open[^>]*>(\d+)</a>", table)
    assert [int(n) for n in shown] == sorted((int(n) for n in shown), reverse=True)
    assert len(shown) > 3
    lines = supervisor.get("/oversight.csv?year=2026").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(lines)))
    assert len(rows) == 23
    assert sum(int(row["open"]) for row in rows) == 49


def test_the_file_of_now_is_marked_as_a_draft(clerk: FlaskClient) -> None:
    for kind in ("docx", "pdf", "xlsx", "csv", "json"):
        answer = clerk.get(f"/report/2026/draft.{kind}?unit=LZ-S01")
        assert answer.status_code == 200
        assert "draft" in answer.headers["Content-Disposition"]
    assert clerk.get("/report/2026/draft.json?unit=LZ-S01").get_json()["version"] == 0


def test_a_figure_is_reported_for_a_quarter(clerk: FlaskClient) -> None:
    where = "/report/2016/reported?unit=LZ-S01&quarter=2"
    page = clerk.get(where).get_data(as_text=True)
    assert "Quarter 2" in page
    assert "政府信息公开专职人员数" in page
    data = {"figure": "政府信息公开专职人员数", "value": "4", "measure": "人", "origin": "人事处"}
    done = post(clerk, where, **data)
    assert done.status_code == 302
    assert done.location.endswith("quarter=2")
    table = clerk.get("/report/2016/statistics?unit=LZ-S01&quarter=2").get_data(as_text=True)
    stated = re.search(r'href="(/report/2016/stated[^"]*quarter=2)">4<', table)
    assert stated
    behind = clerk.get(html.unescape(stated[1])).get_data(as_text=True)
    assert "人事处" in behind
    other = clerk.get("/report/2016/statistics?unit=LZ-S01&quarter=3").get_data(as_text=True)
    assert "stated" in other
    assert ">4<" not in other
    # A year without such a table has no quarters to report for.
    assert "Quarter" not in clerk.get("/report/2026/reported?unit=LZ-S01").get_data(as_text=True)
