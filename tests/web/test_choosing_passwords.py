"""Choosing a password: how hard it is to guess is told, and those of before are looked at."""

import re

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from requestflow.accounts import Person
from requestflow.application import Application
from requestflow.demo import PASSWORD
from requestflow.foundation import db, is_hashed_as_now
from tests.web.desk import post, signed_in, token


def strength(client: FlaskClient, typed: str) -> tuple[int, str]:
    form = {"password": typed, "csrf_token": token(client, "/account/sign-in")}
    answer = client.post("/password-strength", data=form)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json["score"], answer.json["text"]


def test_how_hard_a_password_is_to_guess_is_told_while_it_is_typed(citizen: FlaskClient) -> None:
    assert strength(citizen, "") == (0, "很容易被猜到")
    assert strength(citizen, "woaini1314")[0] < 2
    assert strength(citizen, "gk7mw2rfz")[0] == 1  # too short to be taken
    assert strength(citizen, "four quiet herons wade") == (4, "很强")
    assert strength(citizen, "x" * 100_000)[0] < 2


def test_fields_in_which_one_is_chosen_say_where_to_ask(clerk: FlaskClient) -> None:
    page = clerk.get("/my-account").get_data(as_text=True)
    field = re.search(r'<input[^>]*id="new_password"[^>]*>', page)
    assert field
    assert 'data-strength="/password-strength"' in field[0]
    assert page.count('data-module="govuk-password-input"') == 3


def test_a_weak_password_of_before_is_named_when_its_owner_signs_in(
    site: Flask, demo: Application
) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("woaini1314")
    with demo.context(), db.transaction() as session:
        clerk = session.scalars(select(Person).where(Person.username == "clerk")).one()
        clerk.password_hash = old
    client = site.test_client()
    form = {"username": "clerk", "password": "woaini1314"}
    assert post(client, "/sign-in", at="/sign-in", **form).status_code == 302
    assert "密码过短或容易被猜到" in client.get("/my-account").get_data(as_text=True)
    with demo.context() as session:
        kept = session.scalars(select(Person.password_hash).where(Person.username == "clerk")).one()
    assert is_hashed_as_now(kept)
    again = site.test_client()
    assert post(again, "/sign-in", at="/sign-in", **form).status_code == 302


def test_a_good_password_is_not_spoken_of(site: Flask) -> None:
    client = signed_in(site, "clerk")
    assert PASSWORD not in client.get("/my-account").get_data(as_text=True)
    assert "easy to guess. Change it" not in client.get("/my-account").get_data(as_text=True)
