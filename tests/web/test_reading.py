"""Pages only read: no GET writes while it is made, and nothing that takes long is made in a
transaction that writes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from requestflow.application import Application
from requestflow.foundation import contained, db
from requestflow.foundation.database import WRITING
from requestflow.letters import paper, word
from tests.sites import site_of
from tests.web.desk import opened, signed_in, take

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|BEGIN IMMEDIATE)", re.I)


@contextmanager
def writes() -> Iterator[list[str]]:
    """What is written meanwhile."""
    results: list[str] = []

    def keep(_c, _cur, statement, _given, _context, _many) -> None:
        if WRITES.match(statement):
            results.append(statement)

    event.listen(Engine, "before_cursor_execute", keep)
    yield results
    event.remove(Engine, "before_cursor_execute", keep)


@pytest.mark.parametrize(
    "path",
    [
        "/cases",
        "/cases/{number}",
        "/cases/{number}/steps/drafted",
        "/cases/new",
        "/notices",
        "/questions",
        "/report/2014",
        "/oversight?year=2014",
        "/",
        "/reports/LZ/2014",
        "/find?q=停车",
        "/units",
        "/apply",
        "/follow",
    ],
)
def test_a_page_writes_nothing(demo: Application, redis_url: str, path: str) -> None:
    """Who opened a case waits in Redis, where there is one."""
    number = opened(demo)
    settings = demo.settings.model_copy(update={"redis_url": redis_url})
    with site_of(replace(demo, settings=settings)) as site:
        clerk = signed_in(site, "clerk")
        with writes() as results:
            answer = clerk.get(path.format(number=number))
    assert answer.status_code == 200
    assert results == []


def test_a_paper_is_made_before_its_reading_is_recorded(
    site: Flask, demo: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_while = []

    def watched(*values):
        set_while.append(bool(db.session().info.get(WRITING)))
        return contained(*values)

    for module in (paper, word):
        monkeypatch.setattr(module, "contained", watched)
    clerk, reviewer = signed_in(site, "clerk"), signed_in(site, "reviewer")
    approver = signed_in(site, "approver")
    number = opened(demo)
    take(clerk, number, "drafted", outcome="granted", facts="予以公开。")
    take(reviewer, number, "legality_reviewed")
    take(reviewer, number, "secrecy_reviewed", no_secret="yes", no_private="yes", no_danger="yes")
    assert clerk.get(f"/cases/{number}/letter.pdf").status_code == 200
    assert take(approver, number, "signed").status_code == 302
    assert clerk.get(f"/cases/{number}/slip.pdf").status_code == 200
    assert set_while == [False, False, False]
