"""The migrations know every table that any module of the project defines."""

import importlib
import pkgutil

import flask_migrate
import pytest

import requestflow
from requestflow.application import Application
from requestflow.foundation import Base
from requestflow.models import MODULES


def test_every_module_with_a_table_is_named() -> None:
    for item in pkgutil.walk_packages(requestflow.__path__, "requestflow."):
        if not item.name.endswith(("__main__", "wsgi")):
            importlib.import_module(item.name)
    named = {module.__name__ for module in MODULES}
    defined = {mapper.class_.__module__ for mapper in Base.registry.mappers}
    assert defined == named


def test_the_migrations_make_what_the_models_describe(empty: Application) -> None:
    with empty.context():
        flask_migrate.check()


def test_a_table_that_a_model_lacks_is_noticed(empty: Application) -> None:
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE forgotten (id INTEGER PRIMARY KEY)")
    with empty.context(), pytest.raises(SystemExit):
        flask_migrate.check()
