"""Chat groups: told by the rules, by services that answer like the real ones."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from sqlalchemy import func, select

from requestflow.accounts import Actor, unit_by_code
from requestflow.application import Application
from requestflow.cases import Opening
from requestflow.foundation import Refused, db
from requestflow.notices import (
    Chat,
    ChatGroup,
    GroupRefused,
    Message,
    Reminder,
    add_group,
    deliver,
    remove_group,
    sweep,
    write_digests,
)
from requestflow.notices.chat import SERVICES, cut
from requestflow.notices.mail import ConsoleMailer
from requestflow.web import create_app
from tests.conftest import NOW, within
from tests.web.desk import signed_in

APPROVER = Actor("approver", "approver", "LZ/LZ-S01/")
SECRET = "a secret of the webhook"


class Service(BaseHTTPRequestHandler):
    """Keeps what it is sent, and answers what the test says."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append((self.path, dict(self.headers), body))  # type: ignore[attr-defined]
        status, answer = self.server.answers(self.path)  # type: ignore[attr-defined]
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@contextmanager
def service(answers=lambda _path: (200, {"errcode": 0, "code": 0})) -> Iterator[Any]:
    server = HTTPServer(("127.0.0.1", 0), Service)
    server.calls, server.answers = [], answers  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()


def at(server: Any) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def group(app: Application, kind: str, address: str, secret: str = "", **more: Any) -> int:
    hosts = frozenset({"127.0.0.1"})
    with app.context(), db.transaction() as session:
        unit = unit_by_code(session, more.get("unit", "LZ-S01"))
        actor = more.get("actor", APPROVER)
        return add_group(
            session, actor, unit, "办公群", kind, address, secret, "zh_CN", hosts, NOW
        ).id


def run(app: Application, server: Any, moment=NOW) -> Any:
    within(app, sweep, app.zones, moment)
    within(app, write_digests, app.zones, moment, app.settings.morning)
    chat = Chat(frozenset({"127.0.0.1"}), dict.fromkeys(SERVICES, at(server)))
    return within(app, deliver, ConsoleMailer(), "a@example.org", "http://site", moment, None, chat)


def of_chat(app: Application) -> list[Message]:
    with app.context() as session:
        return list(session.scalars(select(Message).where(Message.channel == "chat")))


@pytest.mark.parametrize("kind", list(SERVICES))
def test_each_service_is_told_once_a_morning(demo: Application, kind: str) -> None:
    group(demo, kind, "0123456789abcdef")
    with service() as server:
        run(demo, server)
        run(demo, server)
        assert len(server.calls) == 1
        path, _, body = server.calls[0]
    assert "0123456789abcdef" in path
    message = json.loads(body)
    words = (message.get("text") or message["content"]).get("content") or message["content"]["text"]
    assert "LZ-S01-2026-" in words
    assert "示例申请人" not in words
    assert len(words.encode()) <= SERVICES[kind].most
    assert [row.status for row in of_chat(demo)] == ["sent"]


def test_what_a_service_refuses_in_its_answer_is_sent_again(demo: Application) -> None:
    group(demo, "wecom", "0123456789")
    answers = iter([(200, {"errcode": 45009}), (500, {}), (302, {}), (200, {"errcode": 0})])
    with service(lambda _path: next(answers)) as server:
        run(demo, server)
        row = of_chat(demo)[0]
        assert (row.status, row.error) == ("waiting", "errcode 45009")
        for hour in (1, 3, 9):
            run(demo, server, NOW + timedelta(hours=hour))
        assert [path for path, _, _ in server.calls].count("/elsewhere") == 0
    assert of_chat(demo)[0].status == "sent"


def test_the_page_shows_how_the_last_message_fared(demo: Application) -> None:
    group(demo, "wecom", "0123456789")
    app = create_app(demo)
    app.config["TESTING"] = True
    approver = signed_in(app, "approver")

    def shown() -> str:
        page = approver.get("/office/reminders").get_data(as_text=True)
        return page[page.index("Last message") : page.index("Send test message")]

    assert "none yet" in shown()
    answers = iter([(200, {"errcode": 45009}), (200, {"errcode": 0})])
    with service(lambda _path: next(answers)) as server:
        run(demo, server)
        assert "failed, will retry" in shown()
        assert "errcode 45009" in shown()
        run(demo, server, NOW + timedelta(hours=1))
    assert "2026-11-24 11:00" in shown()
    assert "errcode" not in shown()


def test_a_webhook_is_signed_and_says_it_as_data(demo: Application) -> None:
    with service() as server:
        group(demo, "webhook", f"{at(server)}/hook?x=1", SECRET)
        run(demo, server)
        _, headers, body = server.calls[0]
    signed = headers["X-Requestflow-Timestamp"].encode() + b"." + body
    wanted = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Requestflow-Signature"] == f"sha256={wanted}"
    message = json.loads(body)
    assert message["id"] == headers["X-Requestflow-Id"] == of_chat(demo)[0].message_id
    assert {"number", "deadline", "due", "threshold", "link"} <= message["items"][0].keys()


def test_only_the_units_own_group_hears_of_its_cases(demo: Application) -> None:
    group(demo, "wecom", "0123456789", unit="LZ-X03", actor=Actor.operator())
    with demo.context(), db.transaction() as session:
        opening = Opening("LZ-S01", NOW.date() - timedelta(days=28), "person", "post", "停车")
        demo.cases.open(session, Actor.operator(), opening, NOW)
    with service() as server:
        run(demo, server)
        message = b"".join(body for _, _, body in server.calls)
    assert b"LZ-X03-2026" in message
    assert b"LZ-S01" not in message


def test_a_group_that_was_removed_hears_nothing_more(demo: Application) -> None:
    number = group(demo, "wecom", "0123456789")
    within(demo, sweep, demo.zones, NOW)
    within(demo, write_digests, demo.zones, NOW, demo.settings.morning)
    with demo.context(), db.transaction() as session:
        remove_group(session, APPROVER, number)
    with service() as server:
        run(demo, server)
        run(demo, server, NOW + timedelta(days=1))
        assert server.calls == []
    with demo.context() as session:
        untold = Reminder.group_id.is_not(None) & Reminder.message_id.is_(None)
        assert session.scalar(select(func.count()).select_from(Reminder).where(untold)) == 0
    assert [row.status for row in of_chat(demo)] == ["dead"]


@pytest.mark.parametrize(
    ("kind", "address", "secret", "field"),
    [
        ("wecom", "https://evil.example/send?key=0123456789", "", "address"),
        ("wecom", "", "", "address"),
        ("telegram", "0123456789", "", "kind"),
        ("webhook", "http://10.0.0.1/hook", SECRET, "address"),
        ("webhook", "http://127.0.0.1@10.0.0.1/", SECRET, "address"),
        ("webhook", "http://[", SECRET, "address"),
        ("webhook", "http://10.0.0.1\\@127.0.0.1/hook", SECRET, "address"),
        ("webhook", "http://127.0.0.1@10.0.0.1/hook", SECRET, "address"),
        ("webhook", "http://127.0.0.1 .10.0.0.1/hook", SECRET, "address"),
        ("webhook", "ftp://127.0.0.1/", SECRET, "address"),
        ("webhook", "http://127.0.0.1/hook", "short", "secret"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    demo: Application, kind: str, address: str, secret: str, field: str
) -> None:
    with pytest.raises(GroupRefused) as caught:
        group(demo, kind, address, secret)
    assert caught.value.field == field
    with demo.context() as session:
        assert session.scalar(select(func.count()).select_from(ChatGroup)) == 0


def test_another_units_groups_are_not_theirs_to_add(demo: Application) -> None:
    with pytest.raises(Refused):
        group(demo, "wecom", "0123456789", unit="LZ-S02")


def test_a_robots_address_is_read_for_its_key() -> None:
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4"
    assert SERVICES["wecom"].key_in(address) == "693a91f6-7xxx-4bc4"


def test_long_words_are_cut_at_a_line() -> None:
    words = "\n".join(f"案件{place}" for place in range(400))
    short = cut(words, 2048)
    assert len(short.encode()) <= 2048
    assert short.endswith("\n…")
    assert words.startswith(short[:-1])
    assert cut("短", 2048) == "短"
