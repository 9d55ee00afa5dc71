"""Files: the scanner is asked and fails closed; an upload cut off leaves nothing behind."""

import io
import shutil
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.serving import make_server

from requestflow.application import Application
from requestflow.documents import Document, DocumentRefused, Documents, Store, scanner_for
from requestflow.foundation import db
from requestflow.web import create_app
from tests.conftest import NOW, within
from tests.web.citizens import begin

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@contextmanager
def clamd(answer: bytes | None = None) -> Iterator[str]:
    """A server that speaks clamd's INSTREAM; finds the test virus, or says what it is told."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while length := struct.unpack("!L", stream.read(4))[0]:
                    content += stream.read(length)
                result = b"stream: Eicar FOUND\0" if EICAR in content else b"stream: OK\0"
                connection.sendall(result if answer is None else answer)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"clamd://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.close()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def taken(folder: Path, url: str, content: bytes, demo: Application) -> int:
    """Takes a file in; how many files lie in the store afterwards."""
    files = Documents(Store(folder), scanner_for(url))
    with demo.context(), db.transaction() as session:
        files.add(session, io.BytesIO(content), "a.txt", "application", demo.now(), case_id=1)
    return lying(folder)


def lying(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file())


def test_a_clean_file_passes_the_scanner(demo: Application, store: Path) -> None:
    with clamd() as url:
        assert taken(store, url, b"clean", demo) == 1


@pytest.mark.parametrize("answer", [None, b"INSTREAM size limit exceeded. ERROR\0", b""])
def test_what_the_scanner_does_not_call_clean_is_refused(
    demo: Application, store: Path, answer: bytes | None
) -> None:
    with clamd(answer) as url, pytest.raises(DocumentRefused):
        taken(store, url, EICAR, demo)
    assert lying(store) == 0


def test_without_the_scanner_that_was_configured_nothing_is_taken(
    demo: Application, store: Path
) -> None:
    with pytest.raises(DocumentRefused, match="viruses"):
        taken(store, "clamd://127.0.0.1:9", b"clean", demo)
    assert lying(store) == 0


def test_a_content_is_cleared_when_nothing_refers_to_it(demo: Application, store: Path) -> None:
    files = Documents(Store(store), scanner_for(None))
    with demo.context(), db.transaction() as session:
        first, second = (
            files.add(session, io.BytesIO(b"same"), name, "application", demo.now(), case_id=1)
            for name in ("a.txt", "b.txt")
        )
        # Each under a key of its own: nobody sees that they are the same.
        assert lying(store) == 2
        assert b"same" not in files.store.path(first.stored_as).read_bytes()
    old = replace(files, store=replace(files.store, left_behind=-1))
    for document, cleared in ((first, 1), (second, 1)):
        with demo.context(), db.transaction() as session:
            files.remove(session, session.merge(document))
        assert within(demo, files.clear) == 0, "it has only just come"
        assert within(demo, old.clear) == cleared
    assert lying(store) == 0


@pytest.fixture
def site(demo: Application, tmp_path: Path) -> Flask:
    shutil.copy(demo.settings.home / "encryption.key", tmp_path)
    home = replace(demo, settings=demo.settings.model_copy(update={"home": tmp_path}))
    return create_app(home)


def test_an_upload_cut_off_half_way_leaves_nothing(
    site: Flask, demo: Application, tmp_path: Path
) -> None:
    token = begin(site.test_client())
    server = make_server("127.0.0.1", 0, site, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        head = (
            f"POST /apply/{token}/files HTTP/1.1\r\nHost: localhost\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000000\r\n\r\n"
            '--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
        )
        connection.sendall(head.encode() + b"0" * 2_000_000)
    time.sleep(0.5)
    server.shutdown()
    with demo.context() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 0
    assert lying(tmp_path / "files") == 0


def test_what_an_earlier_version_kept_in_clear_is_encrypted(demo: Application, store: Path) -> None:
    files = Documents(Store(store), scanner_for(None))
    with demo.context(), db.transaction() as session:
        kept, changed, missing = (
            files.add(session, io.BytesIO(name.encode()), name, "application", NOW, case_id=1)
            for name in ("kept.txt", "changed.txt", "missing.txt")
        )
        for document in (kept, changed, missing):
            files.store.path(document.stored_as).unlink()
            document.stored_as, document.file_key = document.sha256, None
            path = files.store.path(document.sha256)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(document.name.encode())
    files.store.path(changed.sha256).write_bytes(b"somebody else's")
    files.store.path(missing.sha256).unlink()
    assert within(demo, files.encrypt_earlier) == 1
    assert within(demo, files.encrypt_earlier) == 0, "it is done"
    with demo.context() as session:
        now = session.get_one(Document, kept.id)
        assert files.open(now).read() == b"kept.txt"
        assert not files.store.path(now.sha256).exists(), "nothing of it is left in clear"
        assert session.get_one(Document, changed.id).file_key is None
    assert files.store.path(changed.sha256).read_bytes() == b"somebody else's"
