"""Database and Redis by TLS: certificates are checked, whoever opens the connection."""

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import kombu
import limits
import pytest
import redis
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from requestflow.casework import Presence
from requestflow.foundation import Settings, celery_address, engine_options
from tests.conftest import NOW
from tests.tls import certificate_at, spoken_for


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return certificate_at(tmp_path)


@pytest.fixture
def encrypted_redis(private_redis: str, certificate: Path) -> Iterator[int]:
    path = urlsplit(private_redis).path

    def connect() -> socket.socket:
        behind = socket.socket(socket.AF_UNIX)
        behind.connect(path)
        return behind

    with spoken_for(connect, certificate) as port:
        yield port


def test_redis_by_tls_is_used_where_its_certificate_is_known(
    encrypted_redis: int, certificate: Path
) -> None:
    url = f"rediss://localhost:{encrypted_redis}/0?ssl_ca_certs={certificate}"
    settings = Settings.from_environment({"REDIS_URL": url})
    assert redis.Redis.from_url(settings.broker_url).ping()
    presence = Presence(settings.redis_url)
    presence.note(1, 1, "clerk", NOW)
    assert [name for name, _ in presence.note(1, 2, "approver", NOW)] == ["clerk"]
    assert limits.storage.storage_from_string(settings.limits_url).check()
    with kombu.Connection(celery_address(settings.broker_url)) as connection:
        connection.ensure_connection(max_retries=1, timeout=5)


def test_redis_with_another_certificate_is_not(encrypted_redis: int) -> None:
    url = f"rediss://localhost:{encrypted_redis}/0"
    with pytest.raises(redis.exceptions.ConnectionError, match="certificate verify failed"):
        redis.Redis.from_url(url).ping()
    assert not limits.storage.storage_from_string(url).check()
    with (
        kombu.Connection(celery_address(url)) as connection,
        pytest.raises(kombu.exceptions.OperationalError, match="certificate verify failed"),
    ):
        connection.ensure_connection(max_retries=1, timeout=5)


def test_postgresql_by_tls_is_used_where_its_certificate_is_known(
    postgresql: str, certificate: Path, tmp_path: Path
) -> None:
    folder = parse_qs(urlsplit(postgresql).query)["host"][0]

    def connect() -> socket.socket:
        behind = socket.socket(socket.AF_UNIX)
        behind.connect(f"{folder}/.s.PGSQL.5432")
        return behind

    other = tmp_path / "other"
    other.mkdir()
    unknown = certificate_at(other)
    with spoken_for(connect, certificate, asked_first=True) as port:
        for file, known in ((certificate, True), (unknown, False)):
            url = (
                f"postgresql://postgres@localhost:{port}/postgres"
                f"?sslmode=verify-full&sslrootcert={file}"
            )
            settings = Settings.from_environment({"DATABASE_URL": url})
            engine = create_engine(settings.database_url, **engine_options(settings))
            if known:
                with engine.connect() as connection:
                    assert connection.execute(text("SELECT 1")).scalar() == 1
            else:
                with pytest.raises(OperationalError, match="certificate verify failed"):
                    engine.connect()
            engine.dispose()
