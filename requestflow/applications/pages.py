"""The pages of an application: what each asks (Order 711 art. 29), and what is wrong with what
was typed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from requestflow.applications import cleaning
from requestflow.applications.identity import is_credit_code, is_resident_number
from requestflow.cases import masked
from requestflow.foundation import Text, is_mail_address, text

Values = Mapping[str, str]
Errors = dict[str, Text]

KINDS = ("person", "enterprise", "research", "welfare", "legal", "other")
IDENTITY_KINDS = ("resident", "passport", "permit", "military", "other")
ORGANISATION_KINDS = ("credit_code", "registration", "overseas", "other")
"""What an organisation proves itself by: not all have a unified social credit code (Order 711 art.
29: name, proof of identity)."""
WAYS = ("page", "mail", "post", "collected", "inspection")
FORMS = ("email", "paper", "disc")
YES_NO = ("yes", "no")


PHONE_BETWEEN = re.compile(r"[,;、，；/\n]")
PHONE = re.compile(r"(\+?[0-9() -]+?)\s*(?:(?:转|分机|ext\.?|x|#|\*)\s*[0-9]{1,6})?", re.IGNORECASE)


@dataclass(frozen=True)
class PageField:
    """A field: how long it may be, in characters; the message where it must not be empty; the
    values it may have."""

    name: str
    longest: int = 120
    missing: Text | None = None
    lines: bool = False
    choices: tuple[str, ...] = ()
    check: Callable[[str], Text | None] = lambda _value: None


def _email(value: str) -> Text | None:
    if is_mail_address(value):
        return None
    return text("Enter an email address in the correct format, like name@example.org")


def _phone(value: str) -> Text | None:
    """One telephone number or several, each with an extension where it has one."""
    numbers = [number.strip() for number in PHONE_BETWEEN.split(value) if number.strip()]
    if numbers and all(_is_phone(number) for number in numbers):
        return None
    return text(
        "Enter a phone number, like 0830-1234567. Add an extension as in 0830-1234567-801, and put "
        "a comma between two numbers."
    )


def _is_phone(number: str) -> bool:
    match = PHONE.fullmatch(number)
    return match is not None and 5 <= sum(letter.isdigit() for letter in match[1]) <= 20


def _readable(value: str) -> Text | None:
    return None if cleaning.has_letters(value) else text("Use letters or characters.")


def _postcode(value: str) -> Text | None:
    if re.fullmatch(r"[0-9]{6}", value):
        return None
    return text("Postcode must be 6 digits.")


_NAME = PageField("name", 100, text("Enter the applicant's name."), check=_readable)
_PHONE = PageField("phone", 40, check=_phone)
_EMAIL = PageField("email", 254, check=_email)
_ADDRESS = PageField("address", 200)
_POSTCODE = PageField("postcode", 10, check=_postcode)

PAGES: dict[str, tuple[PageField, ...]] = {
    "unit": (PageField("unit", 40, text("Select the public body you want to ask.")),),
    "information": (
        PageField(
            "title",
            200,
            text("Summarise the information you want in one line."),
            check=_readable,
        ),
        PageField("document_number", 100),
        PageField("period", 100),
        PageField("description", 5000, lines=True),
    ),
    "files": (),
    "applicant": (
        PageField("applicant_kind", 20, text("Select the type of applicant."), choices=KINDS),
    ),
    "details": (
        _NAME,
        PageField(
            "identity_kind",
            20,
            choices=(*IDENTITY_KINDS, *ORGANISATION_KINDS[:-1]),
        ),
        PageField("identity_number", 40, text("Enter the document number.")),
        PageField("contact_person", 100, check=_readable),
    ),
    "contact": (_PHONE, _EMAIL, _ADDRESS, _POSTCODE),
    "representative": (
        PageField(
            "represented",
            5,
            text("Select whether you are making this request for someone else."),
            choices=YES_NO,
        ),
        PageField("representative", 100, check=_readable),
        PageField("representative_identity_kind", 20, choices=IDENTITY_KINDS),
        PageField("representative_identity_number", 40),
        PageField("representative_phone", 40, check=_phone),
    ),
    "delivery": (
        PageField("way", 20, text("Select how you want to receive the information."), choices=WAYS),
        PageField("form", 20, choices=FORMS),
        PageField("form-post", 20, choices=("paper", "disc")),
        PageField("form-collected", 20, choices=("paper", "disc")),
        PageField("email", 254),
        PageField("address", 200),
        PageField("postcode", 10),
    ),
    "fee": (
        PageField(
            "waiver",
            5,
            text("Select whether you want to apply for a fee waiver."),
            choices=YES_NO,
        ),
        PageField("waiver_reason", 1000, lines=True),
    ),
}
HALF_WIDTH = frozenset({"email", "phone", "postcode", "representative_phone"})
IDENTITY_NUMBERS = ("identity_number", "representative_identity_number")
ORDER = (*PAGES, "check")
"""The pages in the order they are asked."""


def read_page(
    page: str, typed: Values, known: Values, today: date
) -> tuple[dict[str, str], Errors]:
    """What was typed on a page, made clean, and what is wrong by field.

    `known` is what was typed before: it stands where the page did not ask for a field; `today`
    the day in the body's own zone.
    """
    values: dict[str, str] = {}
    errors: Errors = {}
    for field in PAGES[page]:
        raw = typed.get(field.name, known.get(field.name, ""))
        value = cleaning.clean_text(raw) if field.lines else cleaning.clean_line(raw)
        if field.name in HALF_WIDTH:
            value = cleaning.half_width(value)
        if field.name in IDENTITY_NUMBERS and value == mask_number(known.get(field.name, "")):
            value = known.get(field.name, "")
        values[field.name] = value
        problem = _problem(field, value)
        if problem:
            errors[field.name] = problem
    more = _TOGETHER.get(page)
    if more:
        for name, problem in more(values, known, today).items():
            errors.setdefault(name, problem)
    return values, errors


def compact_number(number: str, kind: str) -> str:
    """A number of identity as it is kept: half-width capitals; the kinds of 18 places without the
    blanks and dashes that people put in."""
    plain = cleaning.half_width(number).upper()
    return re.sub(r"[\s-]", "", plain) if kind in {"resident", "credit_code"} else plain


def mask_number(number: str) -> str:
    """A number of identity as a page shows it once it was typed; typed back, it stays as it is."""
    return masked({"identity_number": number})["identity_number"] if number else ""


def _problem(field: PageField, value: str) -> Text | None:
    if not value:
        return field.missing
    if len(value) > field.longest:
        return text(
            "You have %(over)s characters too many. The limit is %(longest)s.",
            over=len(value) - field.longest,
            longest=field.longest,
        )
    if field.choices and value not in field.choices:
        return field.missing or text("Select an option.")
    return field.check(value)


def number_problem(kind: str, number: str, today: date) -> Text | None:
    """What is wrong with a number of identity."""
    if kind == "resident" and not is_resident_number(number, today):
        return text("The identity number is not valid. Check each of the 18 characters.")
    if kind == "credit_code" and not is_credit_code(number):
        return text("The unified social credit code is not valid. Check each of the 18 characters.")
    if not re.fullmatch(r"[\w()（）\-/ ]{4,40}", number):
        return text("Enter the number exactly as it appears on the document.")
    return None


def _details(values: dict[str, str], known: Values, today: date) -> Errors:
    person = known.get("applicant_kind", "person") == "person"
    if person:
        values["contact_person"] = ""
    elif values["identity_kind"] not in ORGANISATION_KINDS:
        values["identity_kind"] = "credit_code"
    number = values["identity_number"] = compact_number(
        values["identity_number"], values["identity_kind"]
    )
    errors: Errors = {}
    if person and values["identity_kind"] not in IDENTITY_KINDS:
        errors["identity_kind"] = text("Select your type of identity document.")
    elif number and (problem := number_problem(values["identity_kind"], number, today)):
        errors["identity_number"] = problem
    if not person and not values["contact_person"]:
        errors["contact_person"] = text("Enter a contact name.")
    return errors


def _contact(values: dict[str, str], _known: Values, _today: date) -> Errors:
    if any(values[name] for name in ("phone", "email", "address")):
        return {}
    return {
        "phone": text("Enter at least one contact method: phone number, email or postal address.")
    }


def _representative(values: dict[str, str], _known: Values, today: date) -> Errors:
    if values["represented"] != "yes":
        for name in values:
            if name != "represented":
                values[name] = ""
        return {}
    errors: Errors = {}
    number = values["representative_identity_number"] = compact_number(
        values["representative_identity_number"], values["representative_identity_kind"]
    )
    if not values["representative"]:
        errors["representative"] = text("Enter your name.")
    if not values["representative_identity_kind"]:
        errors["representative_identity_kind"] = text("Select your type of identity document.")
    if not number:
        errors["representative_identity_number"] = text("Enter the document number.")
    elif problem := number_problem(values["representative_identity_kind"], number, today):
        errors["representative_identity_number"] = problem
    return errors


def _delivery(values: dict[str, str], _known: Values, _today: date) -> Errors:
    errors: Errors = {}
    way = values["way"]
    if way == "post" and not values["address"]:
        errors["address"] = text("Enter the postal address for the reply.")
    if way == "mail" and not values["email"]:
        errors["email"] = text("Enter the email address for the reply.")
    for name, needed, check in (("email", "mail", _email), ("postcode", "post", _postcode)):
        if way == needed and values[name] and (problem := check(values[name])):
            errors[name] = problem
    if way == "inspection":
        values["form"] = ""
    elif way in {"page", "mail"}:
        values["form"] = "email"
    elif way:
        chosen = values.get(f"form-{way}") or values["form"]
        values["form"] = chosen if chosen in {"paper", "disc"} else "paper"
    return errors


def _fee(values: dict[str, str], _known: Values, _today: date) -> Errors:
    if values["waiver"] == "yes" and not values["waiver_reason"]:
        return {"waiver_reason": text("Enter your reason for requesting a fee waiver.")}
    if values["waiver"] != "yes":
        values["waiver_reason"] = ""
    return {}


_TOGETHER: dict[str, Callable[[dict[str, str], Values, date], Errors]] = {
    "details": _details,
    "contact": _contact,
    "representative": _representative,
    "delivery": _delivery,
    "fee": _fee,
}
