"""What an installation sets is what its pages do."""

import io
from dataclasses import replace

import pytest
from flask import Flask

from requestflow.application import Application
from requestflow.documents import bytes_of_drafts
from requestflow.web import create_app, forms
from requestflow.web.extensions import limiter
from tests.web.citizens import begin, problems
from tests.web.desk import signed_in


def site_with(demo: Application, **changes: object) -> Flask:
    settings = demo.settings.model_copy(update=changes)
    return create_app(replace(demo, settings=settings))


def limited(demo: Application, **changes: object) -> Flask:
    """A site whose limits hold, none of them used up."""
    limiter.enabled = True
    site = site_with(demo, **changes)
    site.config["WTF_CSRF_ENABLED"] = False
    limiter.reset()
    return site


@pytest.mark.parametrize(("proxies", "statuses"), [(2, [400, 400]), (1, [400, 429])])
def test_sign_in_is_limited_by_the_address_that_trusted_proxies_give(
    demo: Application, proxies: int, statuses: list[int]
) -> None:
    site = limited(demo, trusted_proxies=proxies, sign_in_limit="1 per hour")
    client, seen = site.test_client(), []
    for place in ("198.51.100.7", "198.51.100.8"):
        # Invented by the client, added by the first proxy, added by the second.
        hops = f"192.0.2.{place[-1]}, {place}, 203.0.113.1"
        answer = client.post("/sign-in", headers={"X-Forwarded-For": hops})
        seen.append(answer.status_code)
    assert seen == statuses


def test_without_a_proxy_nothing_is_believed(demo: Application) -> None:
    site = limited(demo, sign_in_limit="1 per hour")
    seen = [
        site.test_client().post("/sign-in", headers={"X-Forwarded-For": place}).status_code
        for place in ("198.51.100.7", "198.51.100.8")
    ]
    assert seen == [400, 429]


def test_files_are_as_large_as_is_set_and_the_pages_say_so(demo: Application) -> None:
    site = site_with(demo, file_megabytes=1, case_megabytes=2)
    client = site.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    token = begin(client)
    path = f"/apply/{token}/files"
    assert "每个不超过 1 MB" in client.get(path).get_data(as_text=True)
    megabyte = 1024 * 1024

    def send(size: int) -> str:
        file = [(io.BytesIO(b"0" * size), "a.txt")]
        answer = client.post(path, data={"files": file, "add": "1"})
        return "" if answer.status_code == 302 else problems(answer)[0]

    assert "超过 1 MB" in send(megabyte + 1)
    assert [send(megabyte), send(megabyte)] == ["", ""]
    assert "合计不超过 2 MB" in send(1)
    most = client.post(path, data={"files": [(io.BytesIO(b"0" * 8 * megabyte), "a.txt")]})
    assert most.status_code == 413
    assert "每个不超过 1 MB，合计不超过 2 MB" in most.get_data(as_text=True)


def test_one_address_uploads_so_much_in_a_time_and_others_go_on(demo: Application) -> None:
    client = limited(demo, upload_limit="3 per hour").test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    path = f"/apply/{begin(client)}/files"

    def sent(size: int) -> str:
        file = [(io.BytesIO(b"0" * size), "a.txt")]
        answer = client.post(path, data={"files": file, "add": "1"})
        return "" if answer.status_code == 302 else problems(answer)[0]

    megabyte = 1024 * 1024
    assert [sent(megabyte), sent(1)] == ["", ""]
    assert "上传的文件过多" in sent(megabyte + 1)
    assert sent(megabyte) == ""
    assert "上传的文件过多" in sent(1)
    client.environ_base["REMOTE_ADDR"] = "198.51.100.9"
    assert sent(1) == ""


def test_what_was_never_sent_fills_no_disk(
    demo: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "bytes_of_drafts", lambda _session: 1024**3 - 10)
    site = site_with(demo, draft_gigabytes=1)
    client = site.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    path = f"/apply/{begin(client)}/files"
    file = [(io.BytesIO(b"0" * 11), "a.txt")]
    refused = client.post(path, data={"files": file, "add": "1"})
    assert "暂时不能接收更多文件" in problems(refused)[0]
    file = [(io.BytesIO(b"0" * 10), "a.txt")]
    assert client.post(path, data={"files": file, "add": "1"}).status_code == 302


def test_the_bytes_of_drafts_are_those_of_their_files(demo: Application) -> None:
    client = site_with(demo).test_client()
    with demo.context() as session:
        before = bytes_of_drafts(session)
    path = f"/apply/{begin(client)}/files"
    file = [(io.BytesIO(b"0" * 11), "a.txt")]
    assert client.post(path, data={"files": file, "add": "1"}).status_code == 302
    with demo.context() as session:
        assert bytes_of_drafts(session) - before == 11


def test_cookies_are_secure_where_that_is_set(demo: Application) -> None:
    for is_on in (True, False):
        site = site_with(demo, secure_cookies=is_on)
        cookie = site.test_client().get("/sign-in").headers["Set-Cookie"]
        assert ("Secure" in cookie) is is_on
    assert signed_in(site, "clerk")
