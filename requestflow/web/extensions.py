"""What guards forms: tokens against forged requests, limits against guessing."""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect, validate_csrf
from limits import parse_many
from wtforms.validators import ValidationError

from requestflow.web.context import application

SITE_BITS = 64
"""How much of an IPv6 address is given to one site (RFC 6177): the rest it chooses itself."""


def network() -> str:
    """From where somebody asks: the address, or of IPv6 the network of the site."""
    told = get_remote_address()
    try:
        address = ip_address(told)
    except ValueError:
        return told
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address, SITE_BITS), strict=False))
    return told


csrf = CSRFProtect()
limiter = Limiter(network)


def too_often(limit: str, *key: str, cost: int = 1) -> bool:
    """Whether something was counted so often that a limit such as `20 per hour` does not allow
    it (`cost` times) once more."""
    if not limiter.enabled:
        return False
    return not all(limiter.limiter.test(item, *key, cost=cost) for item in parse_many(limit))


def count_attempt(limit: str, *key: str, cost: int = 1) -> None:
    """Counts an attempt against a limit, `cost` times."""
    if limiter.enabled:
        for item in parse_many(limit):
            limiter.limiter.hit(item, *key, cost=cost)


def limit_of(setting: str) -> Callable[[], str]:
    """A limit that the installation sets, by the setting's name; asked at each request."""
    return lambda: str(getattr(application().settings, setting))


def token_fits() -> bool:
    """Whether the form was made by us for this session."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True
