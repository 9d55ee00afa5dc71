"""Sending one message to a chat group: WeCom, DingTalk, Feishu, or any service by a signed webhook.

Each of the three answers 200 also to what it refuses, with a code in the body; only code 0 is sent.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

TIMEOUT = 10
MOST_ANSWERED = 65_536
"""Bytes of what a service answers that are looked at."""
WEBHOOK = "webhook"
ADDRESS = re.compile(
    r"https?://[A-Za-z0-9.\-]+(?::\d{1,5})?(?:[/?][A-Za-z0-9._~/?&=%+,;:!$'()*\-]*)?"
)
"""What a webhook's address may be made of: no user, no backslash, nothing that is not printed."""


class ChatRefused(Exception):
    """The service did not take the message; the text is its code, and nothing secret."""


@dataclass(frozen=True)
class ChatMessage:
    """What goes to a group: its words for people, and the same as data for programs."""

    message_id: str
    text: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Service:
    """A chat service's robot: where it is, how a text is written, where its answer's code stands,
    how many bytes a text may have. `keys` finds the key in what a person copies."""

    host: str
    path: str
    keys: re.Pattern[str]
    most: int
    code: str
    body: Callable[[str, str | None, datetime], dict[str, Any]]
    query: Callable[[str | None, datetime], dict[str, str]] = lambda _secret, _now: {}

    def key_in(self, value: str) -> str:
        """The robot's key in its address, or the key itself; empty where there is none."""
        match = self.keys.fullmatch(value.strip())
        return match["key"] if match else ""


def _wecom(words: str, _secret: str | None, _now: datetime) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": words}}


def _signed_dingtalk(secret: str | None, now: datetime) -> dict[str, str]:
    if not secret:
        return {}
    stamp = str(round(now.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}


def _feishu(words: str, secret: str | None, now: datetime) -> dict[str, Any]:
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": words}}
    if secret:
        stamp = str(round(now.timestamp()))
        digest = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
        body |= {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}
    return body


SERVICES: Mapping[str, Service] = {
    "wecom": Service(
        "https://qyapi.weixin.qq.com",
        "/cgi-bin/webhook/send?key={key}",
        re.compile(
            r"(?:https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=)?(?P<key>[\w-]{8,80})"
        ),
        2048,
        "errcode",
        _wecom,
    ),
    "dingtalk": Service(
        "https://oapi.dingtalk.com",
        "/robot/send?access_token={key}",
        re.compile(
            r"(?:https://oapi\.dingtalk\.com/robot/send\?access_token=)?(?P<key>[A-Za-z0-9]{8,100})"
        ),
        18_000,
        "errcode",
        _wecom,
        _signed_dingtalk,
    ),
    "feishu": Service(
        "https://open.feishu.cn",
        "/open-apis/bot/v2/hook/{key}",
        re.compile(
            r"(?:https://open\.feishu\.cn/open-apis/bot/v2/hook/)?(?P<key>[A-Za-z0-9-]{8,80})"
        ),
        18_000,
        "code",
        _feishu,
    ),
}
KINDS = (*SERVICES, WEBHOOK)


@dataclass(frozen=True)
class Chat:
    """Sends to chat groups. `allowed_hosts` are those to which webhooks may go; `hosts` replaces
    a service's host, for installations behind a gateway of their own."""

    allowed_hosts: frozenset[str] = frozenset()
    hosts: Mapping[str, str] = field(default_factory=dict)

    def send(
        self, kind: str, address: str, secret: str | None, message: ChatMessage, now: datetime
    ) -> None:
        """Returns once the service took the message; ChatRefused, requests.RequestException."""
        if kind == WEBHOOK:
            self._call(address, secret or "", message, now)
            return
        service = SERVICES[kind]
        url = self.hosts.get(kind, service.host) + service.path.format(key=address)
        answer = requests.post(
            url,
            params=service.query(secret, now),
            json=service.body(cut(message.text, service.most), secret, now),
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        )
        _require_ok(answer)
        try:
            code = json.loads(_start_of(answer)).get(service.code)
        except (ValueError, AttributeError) as error:
            raise ChatRefused("no answer that can be read") from error
        if code != 0:
            raise ChatRefused(f"{service.code} {code}"[:80])

    def _call(self, address: str, secret: str, message: ChatMessage, now: datetime) -> None:
        if host_of(address) not in self.allowed_hosts:
            raise ChatRefused("host not allowed")
        content = {"id": message.message_id, "text": message.text, **message.data}
        body = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
        stamp = str(round(now.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Requestflow-Id": message.message_id,
            "X-Requestflow-Timestamp": stamp,
            "X-Requestflow-Signature": signature(secret, stamp, body),
        }
        answer = requests.post(
            address, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True
        )
        # What it says besides is not read.
        answer.close()
        _require_ok(answer)


def _start_of(answer: requests.Response) -> bytes:
    """As much of an answer as one may have; the rest is not read."""
    with answer:
        return next(answer.iter_content(MOST_ANSWERED), b"")


def host_of(address: str) -> str:
    """The host that a webhook's address leads to, as the library that calls it reads it; empty
    for an address with anything that two readers could read in two ways."""
    if not ADDRESS.fullmatch(address):
        return ""
    try:
        parts = parse_url(address)
    except LocationParseError:
        return ""
    known = parts.scheme in {"http", "https"} and parts.auth is None
    return (parts.host or "") if known else ""


def signature(secret: str, stamp: str, body: bytes) -> str:
    """What a webhook's receiver checks: HMAC-SHA-256 (RFC 2104) over time, a dot and the body."""
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={digest.hexdigest()}"


def _require_ok(answer: requests.Response) -> None:
    if not 200 <= answer.status_code < 300:
        raise ChatRefused(f"HTTP {answer.status_code}")


def cut(words: str, most: int) -> str:
    """The words in at most so many bytes of UTF-8, whole lines, with an ellipsis where some are
    left out."""
    if len(words.encode()) <= most:
        return words
    stored: list[str] = []
    room = most - len("…".encode())
    for line in words.split("\n"):
        room -= len(line.encode()) + 1
        if room < 0:
            break
        stored.append(line)
    return "\n".join([*stored, "…"])
