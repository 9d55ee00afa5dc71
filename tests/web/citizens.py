"""What tests of the citizens' pages share: filling in an application, opening a case."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ANSWERS: dict[str, dict[str, str]] = {
    "unit": {"unit": "LZ-S14"},
    "information": {
        "title": "社会救助资金使用情况",
        "period": "2025年",
        "description": "请提供明细",
    },
    "files": {},
    "applicant": {"applicant_kind": "person"},
    "details": {"name": "张三", "identity_kind": "resident", "identity_number": ""},
    "contact": {"email": "zhang@example.org", "phone": "0830 1234567"},
    "representative": {"represented": "no"},
    "delivery": {"way": "page"},
    "fee": {"waiver": "no"},
}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def resident_number(first: str = "11010119900307012") -> str:
    """A number of identity with its check digit (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    return first + "10X98765432"[total % 11]


ANSWERS["details"]["identity_number"] = resident_number()


def begin(client: FlaskClient, unit: str = "") -> str:
    """Begins an application; its secret."""
    answer = client.post("/apply", data={"unit": unit})
    assert answer.status_code == 302
    return answer.headers["Location"].split("/")[2]


def fill(client: FlaskClient, **changed: dict[str, Any]) -> str:
    """Fills in all pages of an application, some of them otherwise; its secret."""
    token = begin(client)
    for page, values in ANSWERS.items():
        answer = client.post(f"/apply/{token}/{page}", data={**values, **changed.get(page, {})})
        assert answer.status_code == 302, (page, problems(answer))
    return token


def send(client: FlaskClient, token: str) -> tuple[str, str]:
    """Sends an application; case number and tracking code."""
    answer = client.post(f"/apply/{token}/check", follow_redirects=True)
    text = answer.get_data(as_text=True)
    return shown(text, "number"), shown(text, "code")


def shown(page: str, name: str) -> str:
    """The text of the element of that id."""
    match = re.search(rf'id="{name}">([^<]+)<', page)
    assert match, name
    return match[1]


def problems(answer: TestResponse) -> list[str]:
    """The messages of the summary on top."""
    page = answer.get_data(as_text=True)
    box = page.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    return [item.strip() for item in re.findall(r"<a[^>]*>([^<]+)</a>", box)]


def open_case(client: FlaskClient, number: str, code: str) -> TestResponse:
    """Opens a case with its code."""
    return client.post("/follow", data={"number": number, "code": code})


def step(client: FlaskClient, number: str, taken: str, **values: Any) -> TestResponse:
    """Takes a step as its form would."""
    page = client.get(f"/follow/{number}/step/{taken}").get_data(as_text=True)
    hidden = dict(re.findall(r'name="(csrf_token|version)" value="([^"]+)"', page))
    return client.post(f"/follow/{number}/step/{taken}", data={**hidden, **values})
