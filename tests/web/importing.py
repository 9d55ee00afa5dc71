"""Taking a file in by the browser, step by step."""

import io

from flask.testing import FlaskClient
from sqlalchemy import select

from requestflow.application import Application
from requestflow.imports import Import, work_imports
from tests.conftest import NOW
from tests.web.desk import post


def work(app: Application) -> None:
    with app.context():
        work_imports(app.cases, lambda: NOW, lambda _key, _rows: None)


def upload(client: FlaskClient, kind: str, content: bytes, name: str = "in.xlsx", **more) -> str:
    """Uploads a file; the address of its page."""
    data = {"kind": kind, "files": (io.BytesIO(content), name), **more}
    answer = post(client, "/imports", **data)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def taken_in(client: FlaskClient, app: Application, kind: str, content: bytes, **more) -> str:
    """Uploads, checks, confirms and stores a file; the address of its page."""
    address = upload(client, kind, content, **more)
    work(app)
    assert post(client, f"{address}/confirm", at="/imports").status_code == 302
    work(app)
    return address


def state(app: Application) -> str:
    with app.context() as session:
        return session.scalars(select(Import.state).order_by(Import.id.desc())).first() or ""
