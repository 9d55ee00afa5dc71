"""The calendar feed, read by a library that did not write it; mail as text and HTML."""

import re

import vobject
from flask import Flask
from flask.testing import FlaskClient

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import Step
from requestflow.foundation import db
from requestflow.notices import SmtpMailer, deliver, mail_sign_in_link
from requestflow.notices.message_text import MessageText
from tests.conftest import NOW, within
from tests.mailbox import mail_server, words_of
from tests.web.desk import opened, post, seen, signed_in


def address(client: FlaskClient) -> str:
    page = client.get("/notices").get_data(as_text=True)
    match = re.search(r'id="feed">[^<]*(/feed/[^<]+\.ics)<', page)
    assert match
    return match[1]


def events(client: FlaskClient, path: str) -> dict[str, str]:
    """Summary and day of each event."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/calendar")
    calendar = vobject.readOne(answer.get_data(as_text=True))
    return {item.summary.value: item.dtstart.value.isoformat() for item in calendar.vevent_list}


def test_ones_due_days_in_ones_calendar(site: Flask, demo: Application) -> None:
    clerk = signed_in(site, "clerk")
    mine, anybodys, others = opened(demo), opened(demo), opened(demo)
    for number, handler in ((mine, "clerk"), (others, "approver")):
        with demo.context(), db.transaction() as session:
            step = Step("assigned", demo.today(), {"handler": handler})
            demo.cases.take_step(session, Actor.operator(), number, [step], NOW)
    assert post(clerk, "/notices/feed", at="/notices").status_code == 302
    path = address(clerk)
    anybody = site.test_client()
    result = events(anybody, path)
    assert result[f"{mine} 答复期限"] == result[f"{anybodys} 答复期限"] == "2026-12-22"
    assert f"{others} 答复期限" not in result
    text = anybody.get(path).get_data(as_text=True)
    assert "张三" not in text
    assert f"/cases/{mine}" in text.replace("\r\n ", "")
    uid = re.search(r"UID:(\S+)\r\n", text)
    assert uid
    # A day that moves keeps its identity, and what is over leaves.
    with demo.context(), db.transaction() as session:
        more = {"days": 20, "reason": "会商", "approver": "陈签发"}
        step = Step("extended", demo.today(), more)
        demo.cases.take_step(session, Actor.operator(), mine, [step], NOW)
        gone = Step("withdrawn", demo.today())
        demo.cases.take_step(session, Actor.operator(), anybodys, [gone], NOW)
    due = {d.kind: d.due for d in seen(demo, mine).deadlines}["reply"]
    after = events(anybody, path)
    assert after[f"{mine} 答复期限"] == str(due) > "2026-12-22"
    assert f"{anybodys} 答复期限" not in after


def test_an_address_that_got_about_is_replaced(site: Flask, demo: Application) -> None:
    clerk, anybody = signed_in(site, "clerk"), site.test_client()
    assert anybody.get("/feed/made-up.ics").status_code == 404
    post(clerk, "/notices/feed", at="/notices")
    first = address(clerk)
    post(clerk, "/notices/feed", at="/notices")
    assert anybody.get(first).status_code == 404
    second = address(clerk)
    assert anybody.get(second).status_code == 200
    post(clerk, "/notices/feed", at="/notices", remove="1")
    assert anybody.get(second).status_code == 404


def test_mail_says_the_same_as_text_and_html(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        mail_sign_in_link(session, "a@example.org", "http://site/link?a=1&b=<2>", "zh_CN", NOW)
    with mail_server() as (box, port):
        within(demo, deliver, SmtpMailer("127.0.0.1", port), "o@example.org", "http://site", NOW)
    mail = box.mails[0]
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    html = mail.get_payload()[1].get_payload(decode=True).decode()
    assert 'href="http://site/link?a=1&amp;b=&lt;2&gt;"' in html
    plain = re.sub(r"\s", "", words_of(mail))
    shown = re.sub(r"<title>.*?</title>|<h1.*?</h1>|<[^>]+>|\s", "", html)
    assert shown.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">") == plain


def test_what_people_typed_is_never_markup_in_a_mail() -> None:
    html = MessageText("<b>", "<script>x</script>\n\nhttp://a/<b>").html("en")
    assert "<script" not in html
    assert "<b>" not in html
