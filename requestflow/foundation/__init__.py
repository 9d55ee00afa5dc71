"""What every part stands on: settings, the database, errors with a text for people, secrets."""

from requestflow.foundation.addresses import is_mail_address
from requestflow.foundation.bigrams import bigrams
from requestflow.foundation.cells import csv_cell
from requestflow.foundation.companion import Companion, companion
from requestflow.foundation.contained import Bounds, TooCostly, contained, use_containment
from requestflow.foundation.data_keys import (
    data_key,
    is_in_use,
    keyed_digest,
    make_data_keys,
    open_data_keys,
)
from requestflow.foundation.database import (
    Base,
    BigId,
    Model,
    UtcDateTime,
    db,
    engine_options,
    insert_once,
    is_empty_database,
    unreachable,
)
from requestflow.foundation.encrypted_files import decrypted_file, encrypt_file
from requestflow.foundation.encryption import (
    Cipher,
    EncryptedBytes,
    EncryptedText,
    OtherKey,
    encryption,
    fingerprint,
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
from requestflow.foundation.record_keys import RecordKey
from requestflow.foundation.rotation import Rotated, encrypted_columns, rotate
from requestflow.foundation.secret_files import (
    add_encryption_key,
    drop_encryption_keys,
    encryption_keys,
    key_file,
    make_encryption_key,
    new_encryption_key,
    secret_key,
)
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
    "Cipher",
    "Companion",
    "Conflict",
    "DatabaseOutdated",
    "EncryptedBytes",
    "EncryptedText",
    "GroupPlace",
    "MailServer",
    "Model",
    "NotFound",
    "OtherKey",
    "OutOfTime",
    "RecordKey",
    "Refused",
    "RequestflowError",
    "Rotated",
    "Settings",
    "Text",
    "TooCostly",
    "UtcDateTime",
    "WrongSettings",
    "add_encryption_key",
    "bigrams",
    "catalogue",
    "celery_address",
    "companion",
    "contained",
    "csv_cell",
    "data_key",
    "db",
    "decrypted_file",
    "drop_encryption_keys",
    "encrypt_file",
    "encrypted_columns",
    "encryption",
    "encryption_keys",
    "end_with",
    "engine_options",
    "fingerprint",
    "hash_password",
    "insert_once",
    "is_easily_guessed",
    "is_empty_database",
    "is_hashed_as_now",
    "is_in_use",
    "is_mail_address",
    "is_word",
    "joined",
    "key_file",
    "keyed_digest",
    "make_data_keys",
    "make_encryption_key",
    "new_encryption_key",
    "one_time_password",
    "open_data_keys",
    "parse_moment",
    "password_problem",
    "password_strength",
    "recovery_code",
    "rotate",
    "scanner_address",
    "secret_key",
    "sign",
    "terminal_language",
    "text",
    "translate",
    "unknown_variables",
    "unreachable",
    "use_containment",
    "verify_password",
]
