"""What is said to browsers with each page, and of the cookie."""

from dataclasses import replace

import pytest
from flask import Flask

from requestflow.application import Application
from requestflow.demo import PASSWORD
from requestflow.web import create_app


@pytest.mark.parametrize("path", ["/", "/sign-in", "/apply", "/follow", "/nowhere"])
def test_pages_are_closed_to_what_they_do_not_use(site: Flask, path: str) -> None:
    headers = site.test_client().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_browsers_come_back_by_https_once_they_came_by_it(site: Flask) -> None:
    client = site.test_client()
    assert "Strict-Transport-Security" not in client.get("/").headers
    secured = client.get("/", base_url="https://localhost").headers
    assert secured["Strict-Transport-Security"] == "max-age=31536000"


def test_the_cookie_of_an_installation_with_https_is_bound_to_its_host(demo: Application) -> None:
    settings = demo.settings.model_copy(update={"secure_cookies": True})
    app = create_app(replace(demo, settings=settings))
    app.config["WTF_CSRF_ENABLED"] = False
    form = {"username": "clerk", "password": PASSWORD}
    answer = app.test_client().post("/sign-in", data=form, base_url="https://localhost")
    cookies = answer.headers.getlist("Set-Cookie")
    assert sorted(cookie.partition("=")[0] for cookie in cookies) == [
        "__Host-device",
        "__Host-session",
    ]
    for cookie in cookies:
        for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
            assert part in cookie
        assert "Domain" not in cookie
