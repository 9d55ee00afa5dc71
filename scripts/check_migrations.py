"""Whether the migrations make the tables that the models describe: on SQLite, from nothing."""

import sys
import tempfile

import flask_migrate

from requestflow.application import create_application
from requestflow.foundation import Settings


def main() -> None:
    """Ends with exit code 1 and Alembic's own words where they differ."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment({"REQUESTFLOW_HOME": folder})
        app = create_application(settings)
        app.upgrade()
        with app.context():
            flask_migrate.check()
        app.engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
