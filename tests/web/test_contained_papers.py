"""Papers that would take all memory or time: they are named or refused, and everything goes on."""

import io
import resource
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument
from sqlalchemy import select, text, update

from requestflow.application import Application
from requestflow.documents import Document
from requestflow.foundation import db
from requestflow.letters import default_template, known_kind, unit_templates
from requestflow.letters.word import check_template
from tests.documents import bombs
from tests.web.citizens import problems
from tests.web.desk import post, register, words

MUCH_IN_KB = 200_000
pytestmark = pytest.mark.usefixtures("processes_of_their_own")


def of_pages(number: int) -> io.BytesIO:
    built, document = io.BytesIO(), PdfDocument.new()
    for _ in range(number):
        document.new_page(595, 842)
    document.save(built)
    built.seek(0)
    return built


def test_a_paper_that_would_fill_the_memory_is_named_in_the_file_and_the_rest_is_there(
    clerk: FlaskClient, demo: Application
) -> None:
    files = [(of_pages(2), "first.pdf"), (of_pages(3), "bomb.pdf"), (of_pages(4), "last.pdf")]
    form = {"title": "停车收费标准", "name": "王五", "files": files}
    number = register(clerk, **form).headers["Location"].rpartition("/")[2]
    with demo.context() as session:
        documents = session.scalars(select(Document)).all()
        bomb = next(item for item in documents if item.name == "bomb.pdf")
    # As it lies there, in clear, since a time in which nobody looked.
    demo.documents.store.path(bomb.stored_as).write_bytes(bombs.pdf())
    with demo.context(), db.transaction() as session:
        session.execute(update(Document).where(Document.id == bomb.id).values(file_key=None))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    merged = post(clerk, f"/cases/{number}/file", at=f"/cases/{number}", **{"as": "pdf"})
    assert merged.status_code == 200
    content = merged.get_data()
    assert len(content) < 1_000_000
    assert words(content).count("此文件不能直接印出") == 1
    # Cover, contents, application, steps and list of evidence come before the papers.
    assert len(PdfDocument(content)) == 5 + 2 + 1 + 4
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MUCH_IN_KB


def test_an_applicant_cannot_hand_in_such_a_paper(clerk: FlaskClient) -> None:
    files = [(io.BytesIO(bombs.pdf()), "材料.pdf")]
    answer = register(clerk, title="停车收费标准", name="王五", files=files)
    assert answer.status_code == 400
    assert any("takes too much memory or time to open" in line for line in problems(answer))


def long_template(paragraphs: int) -> io.BytesIO:
    built = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(default_template(known_kind("decision")))) as given,
        zipfile.ZipFile(built, "w", zipfile.ZIP_STORED) as made,
    ):
        for name in given.namelist():
            content = given.read(name)
            if name == "word/document.xml":
                more = b"<w:p><w:r><w:t>.</w:t></w:r></w:p>" * paragraphs
                content = content.replace(b"<w:sectPr", more + b"<w:sectPr", 1)
            made.writestr(name, content)
    built.seek(0)
    return built


def test_a_template_of_40_000_paragraphs_is_refused_at_once(approver: FlaskClient) -> None:
    answer = post(
        approver, "/office/letters/decision", at="/office", files=(long_template(40_000), "a.docx")
    )
    assert answer.status_code == 400
    assert any("paragraphs. The limit is 1000" in line for line in problems(answer))


def test_while_a_template_is_tried_out_others_write(
    approver: FlaskClient, demo: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []

    def tried(*given: Any) -> None:
        with demo.engine.connect() as other, other.begin():
            if demo.engine.dialect.name == "sqlite":
                other.exec_driver_sql("PRAGMA busy_timeout=0")
            other.execute(text("UPDATE units SET phone = '1' WHERE code = 'LZ-S02'"))
        written.append(True)
        check_template(*given)

    monkeypatch.setattr(unit_templates, "check_template", tried)
    answer = post(
        approver, "/office/letters/decision", at="/office", files=(long_template(3), "a.docx")
    )
    assert answer.status_code == 302
    assert written == [True]
    with demo.context():
        row = db.session().execute(text("SELECT count(*) FROM letter_templates")).scalar()
    assert row == 1
