"""Fixtures of the web's tests."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from requestflow.accounts import add_person, unit_by_code
from requestflow.application import Application
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from tests.sites import site_of
from tests.web.desk import signed_in


@pytest.fixture
def site(demo: Application) -> Iterator[Flask]:
    """The site with its guard against forged forms on, as it is in use."""
    with site_of(demo) as site:
        yield site


@pytest.fixture
def citizen(site: Flask) -> FlaskClient:
    """Somebody who reads Chinese and is not signed in."""
    client = site.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    return client


@pytest.fixture
def clerk(site: Flask) -> FlaskClient:
    return signed_in(site, "clerk")


@pytest.fixture
def approver(site: Flask) -> FlaskClient:
    return signed_in(site, "approver")


@pytest.fixture
def administrator(site: Flask, demo: Application) -> FlaskClient:
    """The administrator of the whole, signed in."""
    with demo.context(), db.transaction() as session:
        root = unit_by_code(session, "LZ")
        add_person(session, "boss", "局长", PASSWORD, "administrator", root)
    return signed_in(site, "boss")
