"""What the project's own kinds of column take and give back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from requestflow.foundation import (
    Cipher,
    EncryptedText,
    OtherKey,
    UtcDateTime,
    encryption,
    new_encryption_key,
)

DIALECTS = (sqlite.dialect(), postgresql.dialect())
KEY = new_encryption_key()
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture(autouse=True)
def _own_key() -> Iterator[None]:
    before = encryption.use(Cipher([KEY]))
    yield
    encryption.use(before)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_moment_without_a_zone_is_refused(dialect: object) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        UtcDateTime().process_bind_param(datetime(2026, 11, 24), dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_moment_is_stored_in_utc_whatever_its_zone(dialect: object) -> None:
    stored = UtcDateTime().process_bind_param(NOON, dialect)
    assert stored.replace(tzinfo=UTC) == datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    assert stored.hour == 4


def test_sqlite_which_knows_no_zones_is_given_none() -> None:
    assert UtcDateTime().process_bind_param(NOON, sqlite.dialect()).tzinfo is None
    assert UtcDateTime().process_bind_param(NOON, postgresql.dialect()).tzinfo is UTC


@pytest.mark.parametrize("dialect", DIALECTS)
@given(moment=st.datetimes(min_value=datetime(1900, 1, 2), timezones=st.timezones()))
def test_a_moment_comes_back_as_the_same_moment(dialect: object, moment: datetime) -> None:
    column = UtcDateTime()
    back = column.process_result_value(column.process_bind_param(moment, dialect), dialect)
    assert back == moment.astimezone(UTC)
    assert back.utcoffset() == timedelta(0)


@pytest.mark.parametrize("column", [UtcDateTime(), EncryptedText()])
def test_nothing_stays_nothing(column: UtcDateTime | EncryptedText) -> None:
    for dialect in DIALECTS:
        assert column.process_bind_param(None, dialect) is None
        assert column.process_result_value(None, dialect) is None


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_was_encrypted_is_decrypted(value: str) -> None:
    column = EncryptedText()
    stored = column.process_bind_param(value, DIALECTS[0])
    assert column.process_result_value(stored, DIALECTS[0]) == value


def test_what_is_stored_does_not_show_what_it_says() -> None:
    stored = EncryptedText().process_bind_param("示例申请人", DIALECTS[0])
    assert "示例" not in stored
    assert stored.isascii()
    assert stored != EncryptedText().process_bind_param("示例申请人", DIALECTS[0])


@pytest.mark.usefixtures("other_key")
def test_another_key_does_not_read_it_and_says_which_setting_is_wrong() -> None:
    stored = Cipher([KEY]).encrypt(b"value").decode()
    with pytest.raises(OtherKey, match="key that is not set here") as refused:
        EncryptedText().process_result_value(stored, DIALECTS[0])
    assert "REQUESTFLOW_ENCRYPTION_KEY" in str(refused.value.hint)


def test_the_newest_key_encrypts_and_each_decrypts() -> None:
    newer = new_encryption_key()
    both = Cipher([newer, KEY])
    older, token = Cipher([KEY]).encrypt(b"a"), both.encrypt(b"a")
    assert both.decrypt(older) == both.decrypt(token) == b"a"
    assert [both.is_newest(item) for item in (older, token)] == [False, True]
    with pytest.raises(OtherKey):
        Cipher([KEY]).decrypt(token)


def test_a_key_that_was_added_since_is_found_when_it_is_needed() -> None:
    kept = [KEY]
    cipher = Cipher([KEY], lambda: kept)
    kept.insert(0, new_encryption_key())
    token = Cipher([kept[0]]).encrypt(b"a")
    assert cipher.decrypt(token) == b"a"
    assert cipher.is_newest(token)
    with pytest.raises(OtherKey):
        cipher.decrypt(Cipher([new_encryption_key()]).encrypt(b"a"))


def test_without_a_key_nothing_personal_is_touched() -> None:
    encryption.use(None)
    with pytest.raises(RuntimeError, match="no encryption key"):
        EncryptedText().process_bind_param("a", DIALECTS[0])
    with pytest.raises(RuntimeError, match="no encryption key"):
        EncryptedText().process_result_value("a", DIALECTS[0])
