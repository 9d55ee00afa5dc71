"""What the values of settings may be: each function makes the check of one kind of value.

What does not pass raises WrongValue, which says what is right; the value itself is not in it, as
it may be secret.
"""

import ipaddress
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator

from requestflow.foundation.service_addresses import (
    MailServer,
    check_database,
    check_redis,
    limits_address,
    scanner_address,
)
from requestflow.foundation.texts import Text, text

SHORTEST_SECRET = 16
HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.(?!-)[A-Za-z0-9-]{1,63})*\.?")
SWITCHES = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


class WrongValue(ValueError):
    """A value that is not taken; `right` says what would be, as the end of a sentence."""

    def __init__(self, right: Text) -> None:
        super().__init__(str(right))
        self.right = right


@dataclass(frozen=True)
class GroupPlace:
    """What a group of the identity provider means here: a role at the unit of a code."""

    group: str
    role: str
    unit: str


def whole_number(least: int, most: int) -> BeforeValidator:
    """A whole number within bounds."""

    def check(value: str | int) -> int:
        written = str(value)
        # Ten digits are more than any bound has; Python refuses to read some thousands.
        is_number = written.isascii() and written.isdecimal() and len(written) <= 10
        if not is_number or not least <= int(written) <= most:
            right = text("a whole number from %(least)s to %(most)s", least=least, most=most)
            raise WrongValue(right)
        return int(written)

    return BeforeValidator(check)


def seconds(least: float, most: float) -> BeforeValidator:
    """A number of seconds within bounds, with decimals if need be."""

    def check(value: str | float) -> float:
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not least <= number <= most:
            right = text("a number of seconds from %(least)s to %(most)s", least=least, most=most)
            raise WrongValue(right)
        return number

    return BeforeValidator(check)


def _checked(check: Callable[[Any], object], right: Text) -> BeforeValidator:
    """The check of a value by a function that raises ValueError for what it does not take."""

    def checked(value: Any) -> object:
        try:
            return check(value)
        except ValueError as error:
            # Without its cause: that one may quote the value.
            raise WrongValue(right) from (error if isinstance(error, WrongValue) else None)

    return BeforeValidator(checked)


def _switch(value: str) -> bool:
    try:
        return SWITCHES[value.lower()]
    except KeyError:
        raise ValueError("no switch") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError("no zone") from error


def _language(value: str) -> str:
    if not value.lower().startswith(("zh", "en")):
        raise ValueError("another language")
    return "zh_CN" if value.lower().startswith("zh") else "en"


def _mail_server(url: str) -> str:
    MailServer.from_url(url)
    return url


def _scanner(url: str) -> str:
    scanner_address(url)
    return url


def _limits(url: str) -> str:
    if url == "memory://":
        return url
    if url.startswith("redis+unix://"):
        url = url.removeprefix("redis+")
    return limits_address(check_redis(url))


def _sender(value: str) -> str:
    address = parseaddr(value)[1]
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address) or not value.isprintable():
        raise ValueError("no mail address")
    return value


def _site(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError("no address of a site")
    if parts.query or parts.fragment or parts.username or re.search(r"\s", url):
        raise ValueError("more than an address of a site")
    return url.rstrip("/")


def _bind(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value.strip("[]")))
    except ValueError:
        if HOST.fullmatch(value) and not re.fullmatch(r"[0-9.]+", value):
            return value
        raise


def _hosts(value: str) -> frozenset[str]:
    hosts = frozenset(host.strip().lower() for host in value.split(",") if host.strip())
    if not all(HOST.fullmatch(host) for host in hosts):
        raise ValueError("not the names of hosts")
    return hosts


def _roles(value: str) -> frozenset[str]:
    roles = frozenset(role.strip().lower() for role in value.split(",") if role.strip())
    if not roles <= {*STAFF, "none"}:
        raise ValueError("not roles of staff")
    return roles - {"none"}


STAFF = ("clerk", "reviewer", "approver", "supervisor", "auditor", "administrator")


def _issuer(url: str) -> str:
    parts = urlsplit(url)
    # OpenID Connect Discovery 1.0, 4: https alone; a provider on this machine is one for trials.
    if parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("not by https")
    _site(url)
    if len(url) > 300:
        raise ValueError("too long")
    return url


def _group_places(value: str) -> tuple[GroupPlace, ...]:
    places = []
    for line in (item.strip() for item in value.split(";")):
        group, _, place = line.rpartition("=")
        role, _, unit = place.partition("@")
        if not (group.strip() and role.strip() in STAFF and unit.strip()) and line:
            raise ValueError("no group")
        if line:
            places.append(GroupPlace(group.strip(), role.strip(), unit.strip()))
    return tuple(places)


def _words(value: str) -> frozenset[str]:
    return frozenset(value.split()) - {"none"}


def _short_name(value: str) -> str:
    if len(value) > 40 or not value.isprintable():
        raise ValueError("too long")
    return value


def _secret(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ValueError("too short")
    return value


def _token(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[!-~]+", value):
        raise ValueError("not what a header can carry")
    return value


def _fernet_keys(value: str | tuple[str, ...]) -> tuple[str, ...]:
    from cryptography.fernet import Fernet

    keys = value if isinstance(value, tuple) else tuple(value.replace(",", " ").split())
    if not keys and value != ():
        raise ValueError("no key at all")
    for key in keys:
        Fernet(key.encode())
    return keys


def _rate(value: str) -> str:
    from limits import parse_many

    if any(item.amount < 1 for item in parse_many(value)):
        raise ValueError("none at all")
    return value


switch = _checked(_switch, text("one of 1, true, yes, on, 0, false, no, off"))
zone = _checked(_zone, text("the name of a time zone, such as Asia/Shanghai"))
language = _checked(_language, text("zh or en"))
folder = BeforeValidator(lambda value: Path(value).absolute())
database = _checked(
    check_database,
    text(
        "an address such as postgresql://user:password@host:5432/name, in which special characters "
        "of the password are written in percent-encoding, or sqlite:////folder/file"
    ),
)
redis = _checked(
    check_redis,
    text("an address such as redis://host:6379/0, rediss://host:6379/0 or unix:///socket"),
)
limits = _checked(
    _limits, text("an address such as redis://host:6379/1 or redis+unix:///socket, or memory://")
)
mail_server = _checked(
    _mail_server,
    text(
        "an address such as smtp://user:password@host:587?starttls=1 or "
        "smtps://user:password@host:465, with timeout=1 to 100 (seconds) and verify=0 or 1 if "
        "need be"
    ),
)
scanner = _checked(_scanner, text("an address such as clamd://host:3310 or clamd:///socket"))
sender = _checked(_sender, text("an email address, such as requests@example.org"))
site = _checked(_site, text("the site's address, such as https://requests.example.org"))
bind = _checked(
    _bind,
    text("an address or the name of this machine without a port, such as 127.0.0.1 or 0.0.0.0"),
)
hosts = _checked(_hosts, text("the names of hosts with commas, such as chat.example.org"))
roles = _checked(_roles, text("roles with commas, such as approver,administrator, or none"))
issuer = _checked(_issuer, text("the provider's address, such as https://id.example.org"))
group_places = _checked(
    _group_places,
    text("groups with role and unit, such as foi-clerks=clerk@CODE; foi-heads=approver@CODE"),
)
words = _checked(_words, text("words with spaces between them, or none"))
short_name = _checked(_short_name, text("a name of at most 40 characters"))
secret = _checked(
    _secret, text("a secret of at least %(number)s characters", number=SHORTEST_SECRET)
)
token = _checked(_token, text("a token of letters, digits and signs without spaces"))
fernet_keys = _checked(
    _fernet_keys,
    text(
        "one or more Fernet keys of 44 characters, the newest first, with commas between them; "
        "`requestflow keys new` prints one"
    ),
)
rate = _checked(_rate, text("limits such as 10 per minute; 60 per hour"))
