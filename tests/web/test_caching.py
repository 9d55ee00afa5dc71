"""Pages that are the same for all may be kept by a proxy; no other page may."""

import pytest
from flask.testing import FlaskClient

SAME_FOR_ALL = ("/", "/reports", "/reports/LZ/2014", "/open-data", "/units")


@pytest.mark.parametrize("path", SAME_FOR_ALL)
def test_a_page_for_all_carries_no_cookie_and_may_be_kept(citizen: FlaskClient, path: str) -> None:
    answer = citizen.get(path)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert {"Cookie", "Accept-Language"} <= set(answer.vary)


@pytest.mark.parametrize("path", SAME_FOR_ALL)
def test_whoever_is_signed_in_gets_a_page_of_their_own(clerk: FlaskClient, path: str) -> None:
    assert clerk.get(path).headers["Cache-Control"] == "no-store"


def test_a_chosen_language_is_kept_though_its_form_has_no_token(citizen: FlaskClient) -> None:
    ours = {"Sec-Fetch-Site": "same-origin"}
    citizen.post("/language", data={"locale": "en", "next": "/"}, headers=ours)
    assert 'lang="en"' in citizen.get("/").get_data(as_text=True)


def test_another_site_chooses_nobodys_language(citizen: FlaskClient) -> None:
    theirs = {"Sec-Fetch-Site": "cross-site", "Origin": "https://example.org"}
    citizen.post("/language", data={"locale": "en", "next": "/"}, headers=theirs)
    assert 'lang="zh-CN"' in citizen.get("/").get_data(as_text=True)


def test_a_kept_page_is_shown_to_nobody_who_is_signed_in_and_theirs_to_nobody_else(
    citizen: FlaskClient, clerk: FlaskClient
) -> None:
    for path in ("/", "/reports/LZ/2014"):
        kept = citizen.get(path).get_data(as_text=True)
        assert "/sign-out" in clerk.get(path).get_data(as_text=True)
        assert citizen.get(path).get_data(as_text=True) == kept
        assert "/sign-out" not in kept


def test_a_kept_page_follows_the_language(citizen: FlaskClient) -> None:
    for chosen, lang in (("en", "en"), ("zh-CN", "zh-CN"), ("en", "en")):
        page = citizen.get("/reports/LZ/2014", headers={"Accept-Language": chosen})
        assert f'lang="{lang}"' in page.get_data(as_text=True)
