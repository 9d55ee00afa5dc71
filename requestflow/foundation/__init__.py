"""What every part stands on: settings, the database, errors with a text for people, secrets."""

from requestflow.foundation.addresses import is_mail_address
from requestflow.foundation.cells import csv_cell
from requestflow.foundation.database import (
    Base,
    BigId,
    EncryptedText,
    Model,
    UtcDateTime,
    db,
    engine_options,
    insert_once,
)
from requestflow.foundation.errors import (
    Conflict,
    NotFound,
    OutOfTime,
    Refused,
    RequestflowError,
)
from requestflow.foundation.moments import parse_moment
from requestflow.foundation.settings import (
    Settings,
    WrongSettings,
    terminal_language,
    unknown_variables,
)
from requestflow.foundation.texts import Text, is_word, joined, sign, text, translate

__all__ = [
    "Base",
    "BigId",
    "Conflict",
    "EncryptedText",
    "Model",
    "NotFound",
    "OutOfTime",
    "Refused",
    "RequestflowError",
    "Settings",
    "Text",
    "UtcDateTime",
    "WrongSettings",
    "csv_cell",
    "db",
    "engine_options",
    "insert_once",
    "is_mail_address",
    "is_word",
    "joined",
    "parse_moment",
    "sign",
    "terminal_language",
    "text",
    "translate",
    "unknown_variables",
]
