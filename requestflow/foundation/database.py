"""The database: one declarative base, the column types of the project, units of work."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import (
    DateTime,
    Dialect,
    MetaData,
    Text,
    TypeDecorator,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=CONVENTION)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its zone; stored in UTC, refused without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turns an aware moment into UTC; ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Gives the moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EncryptedText(TypeDecorator[str]):
    """Text that is encrypted at rest with the installation's key (Fernet)."""

    impl = Text
    cache_ok = True
    _fernet: Fernet | None = None
    _key: bytes | None = None

    @classmethod
    def use_key(cls, key: str) -> None:
        """Sets the key of this process."""
        cls._fernet = Fernet(key.encode())
        cls._key = hashlib.sha256(b"digest:" + key.encode()).digest()

    @classmethod
    def digest(cls, value: str) -> str:
        """A digest (HMAC-SHA-256, hex) under the installation's key: equal for equal values,
        and of no use to whoever has the database alone."""
        if cls._key is None:
            raise RuntimeError("no encryption key was set before personal data was touched")
        return hmac.new(cls._key, value.encode(), hashlib.sha256).hexdigest()

    @classmethod
    def seal(cls, value: str) -> str:
        """Encrypts a part of what is stored otherwise in clear."""
        return cls._cipher().encrypt(value.encode()).decode()

    @classmethod
    def unseal(cls, value: str) -> str:
        """Decrypts what `seal` made."""
        return cls._cipher().decrypt(value.encode()).decode()

    @classmethod
    def _cipher(cls) -> Fernet:
        if cls._fernet is None:
            raise RuntimeError("no encryption key was set before personal data was touched")
        return cls._fernet

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypts; None stays None."""
        return None if value is None else self._cipher().encrypt(value.encode()).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypts; ValueError where the key is not the one it was written with."""
        if value is None:
            return None
        try:
            return self._cipher().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise ValueError(
                "personal data was encrypted with another key; set REQUESTFLOW_ENCRYPTION_KEY"
            ) from error


class Database:
    """An engine and its two kinds of unit of work: `read()` and `write()`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self._session = sessionmaker(self.engine, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded default."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for questions; whatever it did is rolled back."""
        with self._session() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose work is committed as one, or not at all."""
        with self._session() as session:
            session.connection(execution_options={"requestflow_write": True})
            yield session
            session.commit()

    def revision(self) -> str | None:
        """The migration the database is at; None for an empty one."""
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def insert_once(session: Session, table: type[Base], values: dict[str, Any]) -> bool:
    """Inserts a row unless one with the same key is there; whether it was inserted."""
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    key = inspect(table).primary_key[0]
    statement = make(table).values(values).on_conflict_do_nothing().returning(key)
    return session.execute(statement).scalar() is not None


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(
            url, pool_pre_ping=True, pool_size=10, max_overflow=10, hide_parameters=True
        )
    database = make_url(url).database
    engine = create_engine(
        url, connect_args={"timeout": 30, "check_same_thread": False}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the begin below is ours, not the driver's
        cursor = connection.cursor()
        if database:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A writer takes the lock at once: a reader that becomes a writer half-way would fail.
        write = connection.get_execution_options().get("requestflow_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
