"""Which mail addresses are taken."""

import re

# The dot-atom of RFC 5322 in ASCII: nothing that a mail header could read otherwise than meant.
_ADDRESS = re.compile(
    r"(?!.*\.\.)(?![.])[A-Za-z0-9.!#$%&'*+/^_{|}~-]{1,64}(?<![.])"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)


def is_mail_address(value: str) -> bool:
    """Whether a mail can be sent there as far as its form tells."""
    return len(value) <= 254 and _ADDRESS.fullmatch(value) is not None
