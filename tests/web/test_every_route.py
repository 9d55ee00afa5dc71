"""Every route that the application has, tried by everybody with what belongs to another unit.

The routes are listed from the application, so that a new one is tried as well; a parameter that is
not known here fails until it is said what of the other unit it names.
"""

import io
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.exceptions import NotFound
from werkzeug.routing import BuildError, Rule, ValidationError
from werkzeug.test import TestResponse

from requestflow.accounts import ROLES, Actor, Person, StaffSession, add_person, unit_by_code
from requestflow.application import Application
from requestflow.applications import PAGES
from requestflow.cases import Case, Opening, Step
from requestflow.cases.steps import DEFINITIONS
from requestflow.demo import PASSWORD
from requestflow.foundation import db
from requestflow.web.extensions import limiter
from tests.conftest import NOW
from tests.sites import site_of
from tests.web.citizens import fill, open_case, send

THEIRS, OURS = "LZ-S02", "LZ-S03"
SECRETS = ("欧阳外人", "密级测试描述", "密级测试文件", "13800138999")
"""What stands in the case of the other unit and nowhere else."""
FORM = {
    "answer": "yes",
    "applicant_kind": "person",
    "channel": "post",
    "code": "0000-0000-0000",
    "confirm": "1",
    "day": "2026-11-24",
    "decided_on": "2026-11-24",
    "due_on": "2027-01-20",
    "email": "other@example.org",
    "first_day": "2026-11-24",
    "ground": "other",
    "handler": "clerk",
    "kind": "wecom",
    "last_day": "2026-11-25",
    "locale": "en",
    "message": "别的",
    "name": "别的",
    "new_password": "entirely other words",
    "number": "1",
    "outcome": "granted",
    "password": PASSWORD,
    "password_again": "entirely other words",
    "person": "owner",
    "deputy": "clerk",
    "present_password": PASSWORD,
    "proof": PASSWORD,
    "question": "别的",
    "reason": "别的",
    "received_on": "2026-11-20",
    "role": "administrator",
    "text": "别的",
    "title": "别的",
    "unit": THEIRS,
    "username": "somebody",
    "version": "2",
    "way": "post",
}
ENDS_SESSION = frozenset({"auth.sign_out", "account.sign_out", "own_account.other_sessions_ended"})
"""What ends the session with which the rest is tried."""
REFUSED = frozenset({200, 302, 400, 403, 404, 405, 409, 413, 429})
"""What may be answered; 200 and 302 to what is one's own or everybody's."""


@dataclass(frozen=True)
class Owned:
    """What belongs to the other unit and its people."""

    unit_id: int
    case_id: int
    number: str
    key: str
    person_id: int
    session_id: int
    token: str


@pytest.fixture
def every(demo: Application) -> Iterator[Flask]:
    with site_of(demo) as site:
        site.config.update(WTF_CSRF_ENABLED=False)
        limiter.enabled = False
        yield site


@pytest.fixture
def owned(every: Flask, demo: Application) -> Owned:
    details = {"name": SECRETS[0], "phone": SECRETS[3], "address": "某地"}
    with demo.context(), db.transaction() as session:
        theirs, ours = unit_by_code(session, THEIRS), unit_by_code(session, OURS)
        owner = add_person(session, "owner", "业主", PASSWORD, "approver", theirs)
        add_person(session, "their-clerk", "业务员", PASSWORD, "clerk", theirs)
        for role in ROLES:
            add_person(session, f"other-{role}", "外单位", PASSWORD, role, ours)
        opening = Opening(THEIRS, demo.today(), "person", "post", "外单位案件", details)
        state = demo.cases.open(session, Actor.operator(), opening, NOW)
        number = state if isinstance(state, str) else state.number
        case_id = session.scalars(select(Case.id).where(Case.number == number)).one()
        file = io.BytesIO(SECRETS[2].encode())
        key = demo.documents.add(session, file, "a.txt", "letter", NOW, case_id=case_id).key
        steps = [Step("message_sent", demo.today(), {"text": SECRETS[1]})]
        demo.cases.take_step(session, Actor.operator(), number, steps, NOW)
        mine = owner.id, theirs.id
    citizen = every.test_client()
    token = fill(citizen)
    client = signed_in_as(every, "owner")
    for path, form in (
        ("/office/groups", {"name": "群", "kind": "wecom", "address": "0123456789"}),
        ("/cases/views?whose=mine", {"name": "外单位视图"}),
    ):
        assert client.post(path, data=form).status_code == 302
    with demo.context() as session:
        begun = select(StaffSession.id).where(StaffSession.person_id == mine[0])
        session_id = session.scalars(begun).one()
    return Owned(mine[1], case_id, number, key, mine[0], session_id, token)


def values_of(owned: Owned) -> Mapping[str, Sequence[Any]]:
    """What each parameter of a route names of the other unit."""
    return {
        "absence": [1],
        "action": ["confirm", "undo"],
        "document": [owned.key],
        "filename": ["style.css"],
        "form": ["pdf"],
        "group": [1],
        "key": [owned.key, "1"],
        "kind": [*DEFINITIONS, "csv", "pdf", "docx", "decision"],
        "name": list(PAGES),
        "number": [owned.number, 1],
        "passkey_id": [1],
        "person_id": [owned.person_id],
        "place": [1],
        "post_id": [1],
        "reference": ["x" * 12],
        "secret": ["x" * 43],
        "section": ["overview"],
        "session_id": [owned.session_id],
        "step": ["begin", "submit", "publish", "read", "drop"],
        "token": [owned.token, "x" * 43],
        "unit": [THEIRS],
        "view": [1],
        "year": [2026],
    }


def addresses(site: Flask, owned: Owned) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and path of every route, with what belongs to the other unit."""
    values, adapter = values_of(owned), site.url_map.bind("localhost")
    for rule in site.url_map.iter_rules():
        unknown = rule.arguments - set(values)
        assert not unknown, f"say what {unknown} of {rule.rule} names"
        for chosen in itertools.product(*(values[name] for name in sorted(rule.arguments))):
            path = _path(adapter, rule, dict(zip(sorted(rule.arguments), chosen, strict=True)))
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                if path:
                    yield rule.endpoint, method, path


def _path(adapter: Any, rule: Rule, values: dict[str, Any]) -> str | None:
    """The path; None where a converter does not take a value."""
    try:
        path: str = adapter.build(rule.endpoint, values)
        adapter.match(path, method=next(iter((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"})))
    except (BuildError, ValidationError, ValueError, NotFound):
        return None
    return path


def rows_of(demo: Application, owned: Owned) -> dict[str, Any]:
    """All rows of all tables that belong to the other unit, its case or its people."""
    wanted = {"unit_id": owned.unit_id, "case_id": owned.case_id, "person_id": owned.person_id}
    own = {"cases": owned.case_id, "units": owned.unit_id, "people": owned.person_id}
    found = {}
    with demo.context() as session:
        for table in db.metadata.sorted_tables:
            conditions = [table.c[name] == key for name, key in wanted.items() if name in table.c]
            if table.name in own:
                conditions.append(table.c.id == own[table.name])
            for number, condition in enumerate(conditions):
                rows = session.execute(select(table).where(condition)).all()
                found[f"{table.name}.{number}"] = sorted(map(str, rows))
    return found


def signed_in_as(site: Flask, username: str) -> FlaskClient:
    client = site.test_client()
    form = {"username": username, "password": PASSWORD}
    assert client.post("/sign-in", data=form).status_code == 302
    return client


def ask(client: FlaskClient, method: str, path: str, unit: str) -> TestResponse:
    if method == "GET":
        return client.get(path, query_string={"unit": unit})
    return client.post(path, data=FORM, query_string={"unit": unit})


def walk(
    site: Flask, owned: Owned, who: Callable[[], FlaskClient]
) -> Iterator[tuple[str, TestResponse]]:
    """Asks for everything; signs in anew where that ended the session."""
    client = who()
    for endpoint, method, path in addresses(site, owned):
        if endpoint == "health.ready":
            continue  # 503 where the worker is not there
        answer = ask(client, method, path, THEIRS)
        yield f"{method} {path}", answer
        if endpoint in ENDS_SESSION or endpoint == "own_account.password" or "sign" in endpoint:
            client = who()


@pytest.mark.parametrize("who", ["nobody", "citizen", *ROLES])
def test_nothing_of_another_unit_is_shown_or_changed(
    every: Flask, demo: Application, owned: Owned, who: str
) -> None:
    def client() -> FlaskClient:
        fresh = every.test_client()
        if who == "citizen":
            number, code = send(fresh, fill(fresh))
            assert open_case(fresh, number, code).status_code == 302
        if who in ROLES:
            _restore_password(demo, f"other-{who}")
            return signed_in_as(every, f"other-{who}")
        return fresh

    before = rows_of(demo, owned)
    staff = who in ROLES
    for tried, answer in walk(every, owned, client):
        assert answer.status_code in REFUSED, (tried, answer.status_code)
        if f"/apply/{owned.token}" in tried:
            continue  # whoever has the link of an application has the application
        shown = answer.get_data()
        told = [one for one in SECRETS if one.encode() in shown]
        assert not told, (tried, told)
        if staff and re.match(r"(GET|POST) /(cases|questions|people/\d)", tried):
            assert owned.number.encode() not in shown or answer.status_code != 200, tried
    after = rows_of(demo, owned)
    assert {name for name in after if after[name] != before.get(name)} == set()


def test_the_owner_is_shown_and_changes_what_is_theirs(
    every: Flask, demo: Application, owned: Owned
) -> None:
    """Or else the test above could not fail."""
    before, seen, good = rows_of(demo, owned), set[str](), 0
    for _, answer in walk(every, owned, lambda: _again(every, demo)):
        assert answer.status_code in REFUSED
        shown = answer.get_data()
        seen |= {one for one in SECRETS if one.encode() in shown}
        good += answer.status_code in (200, 302)
    after = rows_of(demo, owned)
    changed = {name.partition(".")[0] for name in after if after[name] != before.get(name)}
    assert seen == set(SECRETS)
    assert {"case_events", "cases", "saved_views", "chat_groups"} <= changed, changed
    assert good > 60, good


def _again(site: Flask, demo: Application) -> FlaskClient:
    _restore_password(demo, "owner")
    return signed_in_as(site, "owner")


def _restore_password(demo: Application, username: str) -> None:
    from requestflow.foundation import hash_password

    with demo.context(), db.transaction() as session:
        person = session.scalars(select(Person).where(Person.username == username)).one()
        person.password_hash = hash_password(PASSWORD)
        person.must_change_password = False


def test_no_endpoint_is_left_out(every: Flask, owned: Owned) -> None:
    tried = {endpoint for endpoint, _, _ in addresses(every, owned)}
    assert {rule.endpoint for rule in every.url_map.iter_rules()} - tried == set()
