"""Personal data: shown so that it is recognised and of no use; digested so that it is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.cases import masked
from requestflow.cases.parties import FIELDS, email_digest, identity_digest, serialize_party

HIDDEN = [name for name in FIELDS if not name.endswith("identity_kind")]


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("name", "张三", "张*"),
        ("name", "欧阳修文", "欧***"),
        ("name", "张", "张*"),
        ("representative", "王五", "王*"),
        ("identity_number", "11010119900307012X", "1101************2X"),
        ("identity_number", "1234", "****"),
        ("phone", "13800001234", "138******34"),
        ("phone", "123", "***"),
        ("postcode", "646000", "646*00"),
        ("address", "江阳区某路1号", "江阳区**1号"),
        ("email", "zhang@example.org", "z***@example.org"),
        ("email", "no address", "n***"),
        ("identity_kind", "resident", "resident"),
        ("representative_identity_kind", "passport", "passport"),
    ],
)
def test_details_are_shown_masked(field: str, value: str, shown: str) -> None:
    assert masked({field: value}) == {field: shown}


@pytest.mark.parametrize("field", HIDDEN)
@given(value=st.text(min_size=2, max_size=40))
def test_nothing_is_shown_whole(field: str, value: str) -> None:
    shown = masked({field: value})[field]
    assert "*" in shown
    if field != "email" and "*" not in value:
        assert value not in shown


@pytest.mark.parametrize(
    ("field", "value"),
    [("identity_number", "A1234"), ("identity_number", "A12345"), ("phone", "12345")],
)
def test_of_a_short_number_something_is_hidden_too(field: str, value: str) -> None:
    shown = masked({field: value})[field]
    assert len(shown.replace("*", "")) < len(value)


def test_a_digest_is_that_of_the_details_and_their_salt() -> None:
    details = {"name": "张三", "phone": "138"}
    salt, digest, content = serialize_party(details)
    assert serialize_party(details, salt) == (salt, digest, content)
    assert serialize_party(dict(reversed(details.items())), salt)[1] == digest
    assert serialize_party({**details, "phone": "139"}, salt)[1] != digest
    assert serialize_party(details)[1] != digest, "with a salt of its own"


def test_what_is_empty_or_no_detail_is_not_kept() -> None:
    _, _, content = serialize_party({"name": "张三", "phone": "", "email": None, "other": "x"})
    assert content == '{"name":"张三"}'


@pytest.mark.usefixtures("any_data_key")
def test_an_address_is_found_however_it_is_written_and_a_number_too() -> None:
    assert email_digest(" Zhang@Example.org ") == email_digest("zhang@example.org")
    assert identity_digest(" 1101x ") == identity_digest("1101X")
    assert email_digest("1101X") != identity_digest("1101X")
