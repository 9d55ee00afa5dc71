"""Each page of an application: what it refuses at which field, what it puts right by itself."""

from datetime import date, timedelta

import pytest

from requestflow.applications import (
    ORDER,
    PAGES,
    compact_number,
    mask_number,
    number_problem,
    read_page,
)
from tests.web.citizens import ANSWERS, resident_number

TODAY = date(2026, 11, 24)

NUMBER = resident_number()
CREDIT = "91350100M000100Y43"
BODY = {"applicant_kind": "enterprise"}


def refused(page: str, known: dict[str, str] | None = None, /, **typed: str) -> set[str]:
    """The fields at which a page refuses its usual answers, changed."""
    known = {"applicant_kind": "person"} if known is None else known
    return set(read_page(page, {**ANSWERS[page], **typed}, known, TODAY)[1])


def kept(page: str, known: dict[str, str] | None = None, /, **typed: str) -> dict[str, str]:
    known = {"applicant_kind": "person"} if known is None else known
    return read_page(page, {**ANSWERS[page], **typed}, known, TODAY)[0]


@pytest.mark.parametrize("page", PAGES)
def test_usual_answers_are_taken_on_every_page(page: str) -> None:
    assert refused(page) == set()


def test_the_check_comes_last() -> None:
    assert (*PAGES, "check") == ORDER


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("unit", "unit"),
        ("information", "title"),
        ("applicant", "applicant_kind"),
        ("details", "name"),
        ("details", "identity_number"),
        ("representative", "represented"),
        ("delivery", "way"),
        ("fee", "waiver"),
    ],
)
@pytest.mark.parametrize("empty", ["", "  ", "\u3000", "\u200b", "\x00"])
def test_what_is_needed_is_asked_for_again_when_it_is_blank(
    page: str, field: str, empty: str
) -> None:
    assert field in refused(page, **{field: empty})


@pytest.mark.parametrize("page", PAGES)
def test_no_field_takes_more_than_there_is_room_for(page: str) -> None:
    for field in PAGES[page]:
        if not field.choices:
            _, errors = read_page(page, {field.name: "1" * (field.longest + 3)}, {}, TODAY)
            assert str(errors[field.name]).startswith("You have 3 characters too many"), field.name


@pytest.mark.parametrize("page", PAGES)
def test_no_choice_is_taken_that_was_not_offered(page: str) -> None:
    for field in PAGES[page]:
        if field.choices:
            assert field.name in read_page(page, {field.name: "nonsense"}, {}, TODAY)[1], field.name


@pytest.mark.parametrize("kind", ["resident", "passport", "permit", "military", "other"])
def test_a_person_shows_a_document_of_a_known_kind(kind: str) -> None:
    number = NUMBER if kind == "resident" else "E12345678"
    assert refused("details", identity_kind=kind, identity_number=number) == set()


def test_a_person_is_not_identified_by_a_code_of_a_body() -> None:
    assert refused("details", identity_kind="credit_code", identity_number=CREDIT) == {
        "identity_kind"
    }
    assert refused("details", identity_kind="") == {"identity_kind"}


def test_a_body_gives_its_code_and_somebody_to_speak_with() -> None:
    given = {"identity_number": CREDIT, "contact_person": "李四"}
    assert refused("details", BODY, **given) == set()
    assert kept("details", BODY, **given)["identity_kind"] == "credit_code"
    assert refused("details", BODY, **given | {"contact_person": ""}) == {"contact_person"}
    assert refused("details", BODY, **given | {"identity_number": NUMBER}) == {"identity_number"}


def test_a_person_has_nobody_else_to_speak_with() -> None:
    assert kept("details", contact_person="李四")["contact_person"] == ""


@pytest.mark.parametrize(
    "contact",
    [{"phone": "0830 1234567"}, {"email": "a@example.org"}, {"address": "某路1号"}],
)
def test_one_way_to_reach_somebody_is_enough(contact: dict[str, str]) -> None:
    nothing = {"phone": "", "email": "", "address": "", "postcode": ""}
    assert refused("contact", **nothing) == {"phone"}
    assert refused("contact", **nothing | contact) == set()


@pytest.mark.parametrize("phone", ["1234", "12 34", "one two three", "1" * 21, "12345;67", "电话"])
def test_what_nobody_can_dial_is_no_telephone(phone: str) -> None:
    assert "phone" in refused("contact", phone=phone)


@pytest.mark.parametrize("phone", ["12345", "+86 (830) 123-4567", "０８３０－１２３４５６７"])
def test_telephones_are_taken_as_people_write_them(phone: str) -> None:
    assert refused("contact", phone=phone) == set()


@pytest.mark.parametrize("postcode", ["64600", "6460000", "64600a", "六四六〇〇〇"])
def test_a_postcode_has_six_digits(postcode: str) -> None:
    assert refused("contact", postcode=postcode) == {"postcode"}
    assert refused("contact", postcode="６４６０００") == set()


def test_a_mail_address_is_one() -> None:
    assert refused("contact", email="a@b") == {"email"}
    assert kept("contact", email="ａ＠example.org")["email"] == "a@example.org"


def represented(**typed: str) -> dict[str, str]:
    return {
        "represented": "yes",
        "representative": "王五",
        "representative_identity_kind": "resident",
        "representative_identity_number": NUMBER,
        **typed,
    }


@pytest.mark.parametrize(
    "field",
    ["representative", "representative_identity_kind", "representative_identity_number"],
)
def test_whoever_applies_for_somebody_else_says_who_they_are(field: str) -> None:
    assert refused("representative", **represented()) == set()
    assert refused("representative", **represented(**{field: ""})) == {field}


def test_a_representative_is_identified_as_the_applicant_is() -> None:
    wrong = represented(representative_identity_number=NUMBER[:-1] + "0")
    assert refused("representative", **wrong) == {"representative_identity_number"}
    assert refused("representative", **represented(representative_phone="1")) == {
        "representative_phone"
    }


def test_who_applies_for_themselves_leaves_nobody_else_behind() -> None:
    values = kept("representative", **represented(represented="no"))
    assert {value for name, value in values.items() if name != "represented"} == {""}


@pytest.mark.parametrize(
    ("way", "missing"),
    [("post", {"address"}), ("mail", {"email"}), ("page", set()), ("collected", set())],
)
def test_an_answer_that_is_sent_needs_where_to(way: str, missing: set[str]) -> None:
    assert refused("delivery", way=way) == missing


def test_where_an_answer_is_sent_is_checked_only_for_the_way_that_was_chosen() -> None:
    assert refused("delivery", way="mail", email="a@b") == {"email"}
    assert refused("delivery", way="post", address="某路1号", postcode="1") == {"postcode"}
    assert refused("delivery", way="page", email="a@b", postcode="1") == set()


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ({"way": "page", "form": "disc"}, "email"),
        ({"way": "mail", "email": "a@example.org"}, "email"),
        ({"way": "inspection", "form": "paper"}, ""),
        ({"way": "post", "address": "x", "form-post": "disc"}, "disc"),
        ({"way": "post", "address": "x"}, "paper"),
        ({"way": "collected", "form-post": "disc"}, "paper"),
        ({"way": "collected", "form-collected": "disc"}, "disc"),
    ],
)
def test_the_form_of_an_answer_follows_from_its_way(typed: dict[str, str], form: str) -> None:
    assert kept("delivery", **typed)["form"] == form


def test_who_asks_not_to_pay_says_why() -> None:
    assert refused("fee", waiver="yes") == {"waiver_reason"}
    assert refused("fee", waiver="yes", waiver_reason="低保") == set()
    assert kept("fee", waiver="no", waiver_reason="低保")["waiver_reason"] == ""


def test_what_a_page_did_not_ask_for_stands_as_it_was_known() -> None:
    values, errors = read_page(
        "information", {"title": "新"}, {"period": "2025年", "title": "旧"}, TODAY
    )
    assert (values["title"], values["period"]) == ("新", "2025年")
    assert errors == {}


def test_a_number_that_is_shown_masked_and_typed_back_stays_as_it_is() -> None:
    masked = mask_number(NUMBER)
    assert NUMBER not in masked
    assert masked.endswith(NUMBER[-2:])
    known = {"applicant_kind": "person", "identity_number": NUMBER, "identity_kind": "resident"}
    values, errors = read_page(
        "details", {**ANSWERS["details"], "identity_number": masked}, known, TODAY
    )
    assert (values["identity_number"], errors) == (NUMBER, {})
    assert mask_number("") == ""


def test_a_mask_of_another_number_is_not_taken_for_it() -> None:
    known = {"applicant_kind": "person", "identity_number": NUMBER}
    other = mask_number(resident_number("51050119800101001"))
    assert refused("details", known, identity_number=other) == {"identity_number"}


@pytest.mark.parametrize(
    ("kind", "typed", "number"),
    [
        ("resident", " 110101 19900307 012x ", "11010119900307012X"),
        ("resident", "１１０１０１－１９９０", "1101011990"),
        ("credit_code", "9135 0100-m000", "91350100M000"),
        ("passport", " e1234-5678", "E1234-5678"),
    ],
)
def test_blanks_are_taken_out_of_numbers_of_a_fixed_length(
    kind: str, typed: str, number: str
) -> None:
    assert compact_number(typed, kind) == number


@pytest.mark.parametrize(
    ("kind", "number", "fits"),
    [
        ("resident", NUMBER, True),
        ("resident", "110101199002300127", False),
        ("resident", NUMBER[:-1], False),
        ("credit_code", CREDIT, True),
        ("credit_code", "91350100I000100Y43", False),
        ("credit_code", CREDIT.lower(), False),
        ("passport", "E12345678", True),
        ("passport", "E12", False),
        ("passport", "E1234567;8", False),
        ("military", "军字第12345号", True),
        ("other", "x" * 41, False),
    ],
)
def test_a_number_of_identity_has_the_form_of_its_kind(kind: str, number: str, fits: bool) -> None:
    assert (number_problem(kind, number, TODAY) is None) == fits


@pytest.mark.parametrize(
    "phone",
    [
        "0830-1234567转801",
        "0830-1234567 ext. 801",
        "0830-1234567-801",
        "0830-1234567 分机 801",
        "+86 830 1234567#801",
        "13800000000、13900000000",
        "13800000000, 0830-1234567",
    ],
)
def test_telephones_with_extensions_and_several_of_them_are_taken(phone: str) -> None:
    assert "phone" not in refused("contact", phone=phone)


@pytest.mark.parametrize("phone", ["电话", "12", "转801", "13800000000转", "call me 13800000000"])
def test_what_is_no_telephone_number_is_not_taken_for_one(phone: str) -> None:
    assert "phone" in refused("contact", phone=phone)


@pytest.mark.parametrize(
    ("applicant", "kind", "number"),
    [
        ("other", "other", "备字2020第12号"),
        ("enterprise", "overseas", "12345678-000-01-20-1"),
        ("enterprise", "other", "12345678-000-01-20-1"),
        ("welfare", "registration", "川社证字第001号"),
    ],
)
def test_organisations_without_a_credit_code_may_apply(
    applicant: str, kind: str, number: str
) -> None:
    typed = {
        "name": "某小区业主委员会",
        "identity_kind": kind,
        "identity_number": number,
        "contact_person": "甲",
    }
    values, errors = read_page("details", typed, {"applicant_kind": applicant}, TODAY)
    assert errors == {}
    assert (values["identity_kind"], values["identity_number"]) == (kind, number)


def test_a_person_does_not_prove_themselves_by_a_registration() -> None:
    assert "identity_kind" in refused("details", identity_kind="registration")


@pytest.mark.parametrize("empty", ["...", "———", "123", "！？", "😀"])
@pytest.mark.parametrize(("page", "field"), [("details", "name"), ("information", "title")])
def test_a_name_or_title_of_no_letters_is_refused(page: str, field: str, empty: str) -> None:
    assert field in refused(page, **{field: empty})


def born_on(day: date) -> str:
    return resident_number(f"110101{day:%Y%m%d}001")


def test_nobody_is_born_tomorrow() -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert number_problem("resident", born_on(TODAY), TODAY) is None
    assert number_problem("resident", born_on(tomorrow), TODAY) is not None
    assert number_problem("resident", born_on(date(1026, 1, 1)), TODAY) is not None
