"""What guards forms: tokens against forged requests, limits against guessing."""

from collections.abc import Callable

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect, validate_csrf
from wtforms.validators import ValidationError

from requestflow.web.context import application

csrf = CSRFProtect()
limiter = Limiter(get_remote_address)


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
