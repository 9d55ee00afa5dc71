"""Files of an application: refused with the reason, counted, gone when they are removed."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from requestflow.application import Application
from requestflow.applications.models import ApplicationDraft
from requestflow.cases import Case
from requestflow.documents import Document
from requestflow.foundation import db
from tests.conftest import NOW
from tests.web.citizens import begin, fill, problems
from tests.web.desk import register


def zipped(names: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("leer.pdf", b"", "是空的"),
        ("page.pdf", b"<html><script>alert(1)</script>", "不能接收"),
        ("picture.png", b"%PDF-1.7", "内容实际是 PDF"),
        ("program.txt", b"MZ\x90\x00\x03", "不能接收"),
        ("page.txt", b"<!DOCTYPE html><script>", "不能接收"),
        ("bomb.docx", zipped({"word/document.xml": b"0" * 30_000_000}), "解压后过大"),
        ("macro.docx", zipped({"word/document.xml": b"x", "word/vbaProject.bin": b"x"}), "宏"),
        ("broken.docx", b"PK\x03\x04 not a zip", "已损坏"),
        ("archive.zip", zipped({"a.exe": b"x"}), "不能接收"),
        ("big.txt", b"0" * (20 * 1024 * 1024 + 1), "超过 20 MB"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_the_reason(
    citizen: FlaskClient, demo: Application, name: str, content: bytes, problem: str
) -> None:
    token = begin(citizen)
    answer = citizen.post(
        f"/apply/{token}/files", data={"files": [(io.BytesIO(content), name)], "add": "1"}
    )
    assert answer.status_code == 400
    assert problem in problems(answer)[0]
    with demo.context() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 0


def test_a_case_holds_a_hundred_megabytes(citizen: FlaskClient) -> None:
    token = begin(citizen)
    piece = b"0" * (20 * 1024 * 1024)
    for place in range(6):
        file = [(io.BytesIO(piece + b""), f"{place}.txt")]
        answer = citizen.post(f"/apply/{token}/files", data={"files": file, "add": "1"})
        assert answer.status_code == (302 if place < 5 else 400)
    assert "100 MB" in problems(answer)[0]


def test_a_removed_file_and_an_old_draft_leave_nothing(
    citizen: FlaskClient, demo: Application
) -> None:
    from requestflow.applications import clear_drafts

    token = fill(citizen)
    for name in ("a.txt", "b.txt"):
        data = {"files": [(io.BytesIO(name.encode()), f"../../{name}")], "add": "1"}
        citizen.post(f"/apply/{token}/files", data=data)
    with demo.context() as session:
        first, second = session.scalars(select(Document).order_by(Document.id)).all()
    assert (first.name, second.name) == ("a.txt", "b.txt")
    citizen.post(f"/apply/{token}/files", data={"remove": first.key})
    with demo.context(), db.transaction() as session:
        assert session.scalars(select(Document.name)).all() == ["b.txt"]
        clear_drafts(session, NOW + timedelta(days=8))
        assert session.scalar(select(func.count()).select_from(Document)) == 0
        assert session.scalar(select(func.count()).select_from(ApplicationDraft)) == 0
    store = replace(demo.documents.store, left_behind=-1)
    assert set(store.older_than()) >= {first.stored_as, second.stored_as}


LARGE = ("说明" + "长" * 1_200_000).encode()
"""A file of more than 3 MB, as a scan easily is."""


def test_the_desk_takes_files_as_large_as_the_installation_allows(
    site: Flask, clerk: FlaskClient, demo: Application
) -> None:
    answer = register(
        clerk, title="停车收费标准", name="王五", files=[(io.BytesIO(LARGE), "a.txt")]
    )
    assert answer.status_code == 302
    number = answer.headers["Location"].rpartition("/")[2]
    with demo.context() as session:
        query = select(Document.size).join(Case, Case.id == Document.case_id)
        assert session.scalars(query.where(Case.number == number)).all() == [len(LARGE)]


def test_every_page_that_takes_files_takes_large_ones_of_whoever_is_signed_in(
    site: Flask, clerk: FlaskClient
) -> None:
    taking = {
        rule.rule
        for rule in site.url_map.iter_rules()
        if getattr(site.view_functions[rule.endpoint], "takes_files", False)
    }
    assert taking == {
        "/cases/new",
        "/cases/<number>/on-the-spot",
        "/cases/<number>/steps/<kind>",
        "/imports",
        "/office/letters/<kind>",
        "/questions/<number>/<key>",
    }
    stranger = site.test_client()
    for path in taking:
        address = path.replace("<number>", "LZ-S01-2014-0001").replace("<k", "x<k")
        address = address.replace("x<kind>", "noted").replace("x<key>", "1")
        # Without a token: the form was read, and refused for that.
        form = {"files": (io.BytesIO(LARGE), "a.txt")}
        assert clerk.post(address, data=form).status_code == 400, path
        form = {"files": (io.BytesIO(LARGE), "a.txt")}
        assert stranger.post(address, data=form).status_code == 413, path
