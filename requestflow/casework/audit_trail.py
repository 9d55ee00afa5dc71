"""The audit trail as people read it: in words, as a page, and as a file."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import tzinfo

from sqlalchemy.orm import Session

from requestflow.accounts import Actor, AuditFilter, AuditPage, AuditRow, read_audit_trail
from requestflow.cases import numbers_within
from requestflow.foundation import RequestflowError, csv_cell, is_word, sign, text, translate
from requestflow.letters import letter_kinds

MOST = 100_000
"""How many entries a file may have: what fits into memory, and what a spreadsheet opens."""
CODES = {
    "deciding on the spot": "audit_detail",
    "person added": "role",
    "sign-in": "audit_detail",
    "sign-in refused": "audit_detail",
}
"""Where the reason is a code: under what its words stand."""
COLUMNS = ("at", "actor", "name", "action", "subject", "reason", "address", "session_id")


def audit_trail(
    session: Session,
    actor: Actor,
    unit_path: str,
    narrowed: AuditFilter,
    zone: tzinfo,
    before: int | None = None,
) -> AuditPage:
    """A page of what was done by people of a unit and of all below it, and with their cases."""
    return read_audit_trail(session, actor, unit_path, narrowed, numbers_within, zone, before)


def whole_audit_trail(
    session: Session, actor: Actor, unit_path: str, narrowed: AuditFilter, zone: tzinfo
) -> list[AuditRow]:
    """The same without pages, newest first; RequestflowError where it is too long for a file."""
    page = read_audit_trail(session, actor, unit_path, narrowed, numbers_within, zone, None, MOST)
    if page.next_key is not None:
        raise RequestflowError(
            text("There are more than %(number)s entries.", number=MOST),
            text("Select a shorter period, or a person."),
        )
    return list(page.rows)


def action_in_words(action: str, locale: str) -> str:
    """What was done; an action that has no name (any more) as it was recorded."""
    key = f"audit.{action}"
    return translate(key, locale) if is_word(key) else action


def actor_in_words(row: AuditRow, locale: str) -> str:
    """Who did it: name and user name, or what those are called who are not people."""
    if row.name:
        return f"{row.name} ({row.actor})" if locale == "en" else f"{row.name}（{row.actor}）"
    key = f"actor.{row.actor}"
    return translate(key, locale) if is_word(key) else row.actor


def subject_in_words(row: AuditRow, locale: str) -> str:
    """With what it was done."""
    known = row.subject if row.subject == "all" else None
    return translate(f"audit_detail.{known}", locale) if known else row.subject


def detail_in_words(row: AuditRow, locale: str) -> str:
    """What was said besides: a file's name, a setting, to what a reading was narrowed."""
    if row.filters:
        return sign("semicolon", locale).join(_filter(name, v, locale) for name, v in row.filters)
    reason = row.reason or ""
    if row.action == "letter template changed":
        labels = {kind.kind: kind.label for kind in letter_kinds()}
        return labels[reason].text(locale) if reason in labels else reason
    chapter = CODES.get(row.action)
    return translate(f"{chapter}.{reason}", locale) if chapter and reason else reason


def _filter(name: str, value: str, locale: str) -> str:
    shown = action_in_words(value, locale) if name == "action" else value
    return f"{translate(f'audit_filter.{name}', locale)}{sign('colon', locale)}{shown}"


def as_csv(rows: Iterable[AuditRow], locale: str, zone: tzinfo) -> bytes:
    """The entries as a file for spreadsheets, in words, with moments of the body's own zone."""
    built = io.StringIO()
    writer = csv.writer(built, lineterminator="\r\n")
    writer.writerow(translate(f"audit_column.{name}", locale) for name in COLUMNS)
    for row in rows:
        cells = (
            row.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
            actor_in_words(row, locale) if row.name is None else row.actor,
            row.name,
            action_in_words(row.action, locale),
            subject_in_words(row, locale),
            detail_in_words(row, locale),
            row.address,
            row.session_id,
        )
        writer.writerow(map(csv_cell, cells))
    return b"\xef\xbb\xbf" + built.getvalue().encode()


def as_json(rows: Iterable[AuditRow]) -> str:
    """The entries for programs: codes as they were recorded, moments in UTC."""
    content = [
        {name: getattr(row, name) for name in COLUMNS} | {"at": row.at.isoformat(), "id": row.id}
        for row in rows
    ]
    return json.dumps(content, ensure_ascii=False, indent=1)


def as_lines(rows: Iterable[AuditRow], locale: str, zone: tzinfo) -> str:
    """The entries for a terminal, one a line; what somebody typed cannot command the terminal."""
    lines = []
    for row in rows:
        cells = (
            row.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
            actor_in_words(row, locale),
            action_in_words(row.action, locale),
            subject_in_words(row, locale),
            detail_in_words(row, locale),
        )
        line = "  ".join(cells).rstrip()
        lines.append("".join(letter if letter.isprintable() else "?" for letter in line))
    return "\n".join(lines)
