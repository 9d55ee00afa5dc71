"""Open data on the pages: the public list of cases and its files."""

import csv
import html
import io
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from requestflow.accounts import Actor, load_units
from requestflow.application import Application
from requestflow.cases import Case, Opening
from requestflow.foundation import db
from tests.conftest import NOW
from tests.web.desk import in_january, markup


@pytest.fixture
def site(demo: Application) -> Iterator[Flask]:
    """The site in January, when the year's report is made."""
    with in_january(demo) as site:
        yield site


def opened(demo: Application) -> None:
    """A case that comes in."""
    with demo.context(), db.transaction() as session:
        opening = Opening("LZ-S01", NOW.date(), "person", "post", "停车收费")
        demo.cases.open(session, Actor.operator(), opening, NOW)


def test_every_published_number_is_one_click_from_its_cases(site: Flask) -> None:
    client = site.test_client()
    page = markup(client.get("/reports/LZ/2014").get_data(as_text=True))
    links = re.findall(r'data-figure="[^"]+"><a href="([^"]+)">([\d,]+)</a>', page)
    # Not of money: whose fee was waived is theirs to tell.
    assert len(links) == 13
    for link, shown in links:
        target = html.unescape(link).replace("/open-data?", "/open-data/cases.json?size=1000&")
        cases = client.get(target).get_json()["cases"]
        assert len(cases) == int(shown.replace(",", "")), link


def test_open_data_page_by_page_holds_every_case_and_nobodys_name(
    site: Flask, demo: Application
) -> None:
    client = site.test_client()
    result, address = [], "/open-data/cases.json?size=100"
    while address:
        answer = client.get(address).get_json()
        result += answer["cases"]
        address = answer["next"] and answer["next"].replace("http://localhost:8000", "")
    with demo.context() as session:
        stored = set(session.scalars(select(Case.number)))
    assert len(result) == len(stored) == len({case["number"] for case in result})
    assert {case["number"] for case in result} == stored
    message = json.dumps(result, ensure_ascii=False)
    assert "示例申请人" not in message
    assert "申请公开" not in message
    assert "subject" not in message
    answered = next(
        case for case in result if case["number"].startswith("LZ-S01-2026") and case["outcome"]
    )
    assert answered["days_taken"] is not None
    narrowed = client.get("/open-data/cases.json?unit=LZ-S01&year=2026&outcome=granted").get_json()
    assert {case["unit"] for case in narrowed["cases"]} == {"LZ-S01"}
    assert {case["outcome"] for case in narrowed["cases"]} == {"granted"}


def test_open_data_as_csv_with_its_dictionary(site: Flask) -> None:
    client = site.test_client()
    answer = client.get("/open-data/cases.csv?size=5")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 5
    page = client.get("/open-data").get_data(as_text=True)
    assert all(f"<code>{name}</code>" in page for name in rows[0])
    following = re.match(r'<([^>]+)>; rel="next"', answer.headers["Link"])
    assert following
    more = client.get(following[1].replace("http://localhost:8000", ""))
    second = list(csv.DictReader(io.StringIO(more.data.decode("utf-8-sig"))))
    assert not {row["number"] for row in rows} & {row["number"] for row in second}


def test_open_data_is_kept_until_a_case_changes(site: Flask, demo: Application) -> None:
    client = site.test_client()
    first = client.get("/open-data/cases.json")
    assert "public" in first.headers["Cache-Control"]
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/open-data/cases.json", headers=tag).status_code == 304
    opened(demo)
    assert client.get("/open-data/cases.json", headers=tag).status_code == 200


def test_open_data_is_asked_for_again_when_a_unit_is_renamed(
    site: Flask, demo: Application, tmp_path: Path
) -> None:
    client = site.test_client()
    tag = {"If-None-Match": client.get("/open-data/cases.json").headers["ETag"]}
    path = tmp_path / "units.csv"
    path.write_text("code,name,parent,kind\nLZ-S01,市发展和改革委员会,LZ,department\n", "utf-8")
    with demo.context(), db.transaction() as session:
        load_units(session, path)
    answer = client.get("/open-data/cases.json", headers=tag)
    assert answer.status_code == 200
    assert "市发展和改革委员会" in answer.get_data(as_text=True)


def test_open_data_holds_what_was_stored_later_under_an_earlier_number(
    site: Flask, demo: Application
) -> None:
    """A case whose event has the lower number may be stored after the one with the higher."""
    client, address = site.test_client(), "/open-data/cases.json?size=1000"
    before = len(client.get(address).get_json()["cases"])
    faster = threading.Thread(target=opened_elsewhere, args=(demo,))
    with demo.context(), db.transaction() as session:
        opening = Opening("LZ-S01", NOW.date(), "person", "post", "停车收费")
        demo.cases.open(session, Actor.operator(), opening, NOW)
        session.flush()
        faster.start()
        # On SQLite it waits until this one is stored.
        faster.join(1)
        between = client.get(address)
    faster.join()
    after = client.get(address, headers={"If-None-Match": between.headers["ETag"]})
    assert after.status_code == 200
    assert len(after.get_json()["cases"]) == before + 2
    tag = {"If-None-Match": after.headers["ETag"]}
    assert client.get(address, headers=tag).status_code == 304


def opened_elsewhere(demo: Application) -> None:
    """A case of another unit that comes in."""
    with demo.context(), db.transaction() as session:
        opening = Opening("LZ-S02", NOW.date(), "person", "post", "停车收费")
        demo.cases.open(session, Actor.operator(), opening, NOW)


@pytest.mark.parametrize(
    "requested",
    [
        "figure=fees.waived&of=2014&unit=LZ",
        "figure=fees.charged&of=2014&unit=LZ",
        "figure=t3.1.legal&of=2026&unit=LZ",
        "figure=reconsiderations.received&of=2014&unit=LZ",
        "outcome=foo",
        "law=foo",
    ],
)
def test_open_data_does_not_tell(site: Flask, requested: str) -> None:
    client = site.test_client()
    for kind in ("", "/cases.csv"):
        assert client.get(f"/open-data{kind}?{requested}").status_code == 404
    answer = client.get(f"/open-data/cases.json?{requested}")
    assert answer.status_code == 404
    assert answer.get_json()["error"]
