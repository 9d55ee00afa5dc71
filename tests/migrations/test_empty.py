"""An empty database is brought to this version, on each kind; one of another version says so."""

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text as sql

from requestflow.application import MIGRATIONS, Application
from requestflow.calendars import version_of
from requestflow.foundation.errors import DatabaseOutdated
from tests.conftest import application_at
from tests.migrations.schema import differences


def test_an_empty_database_ends_at_the_newest_revision(empty_url: str, keys: Path) -> None:
    app = application_at(keys, empty_url)
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert app.upgrade() == (None, head)
    app.check_revision()
    assert differences(app.engine) == []
    with app.context() as session:
        assert version_of(session) == 1
    app.engine.dispose()


def test_an_empty_database_says_that_it_is_empty(empty_url: str, keys: Path) -> None:
    app = application_at(keys, empty_url)
    with pytest.raises(DatabaseOutdated, match="is empty"):
        app.check_revision()
    app.engine.dispose()


def test_an_older_database_says_how_it_is_upgraded(empty_url: str, keys: Path) -> None:
    app = application_at(keys, empty_url)
    app.upgrade("0012")
    with pytest.raises(DatabaseOutdated, match="older version") as caught:
        app.check_revision()
    assert "requestflow db upgrade" in str(caught.value.hint)
    assert app.upgrade()[0] == "0012"
    app.check_revision()
    app.engine.dispose()


def test_a_database_of_a_later_version_is_not_touched(empty: Application) -> None:
    with empty.engine.begin() as connection:
        connection.execute(sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseOutdated, match="newer version"):
        empty.check_revision()
    with pytest.raises(SystemExit):
        empty.upgrade()
    assert empty.revision() == "9999"
