"""The site that tests of the web share: to make one takes longer than most of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import event, make_url

from requestflow.application import Application
from requestflow.foundation import db
from requestflow.web import create_app

_made: dict[str, tuple[Flask, Mapping[str, Any], frozenset[str]]] = {}
_databases: dict[str, str] = {}


@contextmanager
def site_of(app: Application) -> Iterator[Flask]:
    """The site of an installation, as `create_app` makes it. It is made once in a process for each
    kind of database; what differs from test to test is put in: database, clock, settings of Flask,
    what was remembered."""
    kind = app.engine.dialect.name
    _databases[kind] = make_url(app.settings.database_url).database or ""
    if kind not in _made:
        made = create_app(app)
        with made.app_context():
            event.listen(db.engine, "do_connect", partial(_connect, kind))
        _made[kind] = made, dict(made.config), frozenset(made.extensions)
    site, config, extensions = _made[kind]
    site.config.clear()
    site.config.update(config, TESTING=True)
    for name in set(site.extensions) - extensions:
        del site.extensions[name]
    site.extensions["requestflow"] = replace(app, flask=site)
    with site.app_context():
        engine = db.engine
    engine.dispose()
    yield site
    engine.dispose()


def _connect(
    kind: str, _dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]
) -> None:
    """Opens the database of the test in the place of the one for which the site was made."""
    if kind == "sqlite":
        arguments[0] = _databases[kind]
    else:
        named["dbname"] = _databases[kind]
