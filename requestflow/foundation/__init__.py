"""What every part stands on: settings, the database, errors with a text for people, secrets."""

from requestflow.foundation.addresses import is_mail_address
from requestflow.foundation.cells import csv_cell
from requestflow.foundation.companion import Companion, companion
from requestflow.foundation.contained import Bounds, TooCostly, contained, use_containment
from requestflow.foundation.database import (
    Base,
    BigId,
    EncryptedBytes,
    EncryptedText,
    Model,
    UtcDateTime,
    db,
    engine_options,
    insert_once,
)
from requestflow.foundation.errors import (
    Conflict,
    DatabaseOutdated,
    NotFound,
    OutOfTime,
    Refused,
    RequestflowError,
)
from requestflow.foundation.moments import parse_moment
from requestflow.foundation.passwords import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    hash_password,
    is_easily_guessed,
    is_hashed_as_now,
    one_time_password,
    password_problem,
    password_strength,
    recovery_code,
    verify_password,
)
from requestflow.foundation.secret_files import encryption_key, key_file, secret_key
from requestflow.foundation.service_addresses import MailServer, celery_address, scanner_address
from requestflow.foundation.setting_values import GroupPlace
from requestflow.foundation.settings import (
    Settings,
    WrongSettings,
    terminal_language,
    unknown_variables,
)
from requestflow.foundation.terminal import MENDED_BY_A_PERSON, end_with
from requestflow.foundation.texts import (
    CATALOGUES,
    LOCALES,
    Text,
    catalogue,
    is_word,
    joined,
    sign,
    text,
    translate,
)

__all__ = [
    "CATALOGUES",
    "LOCALES",
    "LONGEST_PASSWORD",
    "MENDED_BY_A_PERSON",
    "SHORTEST_PASSWORD",
    "Base",
    "BigId",
    "Bounds",
    "Companion",
    "Conflict",
    "DatabaseOutdated",
    "EncryptedBytes",
    "EncryptedText",
    "GroupPlace",
    "MailServer",
    "Model",
    "NotFound",
    "OutOfTime",
    "Refused",
    "RequestflowError",
    "Settings",
    "Text",
    "TooCostly",
    "UtcDateTime",
    "WrongSettings",
    "catalogue",
    "celery_address",
    "companion",
    "contained",
    "csv_cell",
    "db",
    "encryption_key",
    "end_with",
    "engine_options",
    "hash_password",
    "insert_once",
    "is_easily_guessed",
    "is_hashed_as_now",
    "is_mail_address",
    "is_word",
    "joined",
    "key_file",
    "one_time_password",
    "parse_moment",
    "password_problem",
    "password_strength",
    "recovery_code",
    "scanner_address",
    "secret_key",
    "sign",
    "terminal_language",
    "text",
    "translate",
    "unknown_variables",
    "use_containment",
    "verify_password",
]
