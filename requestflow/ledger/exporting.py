"""Writing the offices' workbook from the case records, so that it imports back to the same."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import Actor, Unit, record_access, require
from requestflow.cases import Case, load_cases, parties_of
from requestflow.law import law_in_force
from requestflow.ledger import columns
from requestflow.ledger.columns import SHEETS
from requestflow.ledger.entries import Entry, entry_of
from requestflow.spreadsheets import header_text

CHUNK = 500


def export_ledger(
    session: Session,
    actor: Actor,
    path: Path,
    year: int | None,
    unit_ids: Sequence[int] | None,
    now: datetime,
) -> int:
    """Writes the cases received in a year (or all) to an .xlsx; how many. The reading of the
    applicants' personal data is recorded."""
    require(actor, "case.import")
    units = {unit.code: unit.name for unit in session.scalars(select(Unit))}
    count = write_workbook(path, _entries(session, year, unit_ids), units)
    record_access(session, actor, "ledger.export", path.name, now)
    return count


def write_workbook(path: Path, entries: Iterable[Entry], units: Mapping[str, str]) -> int:
    """Writes entries as the offices' workbook; how many. `units`: their names by code."""
    options = {
        "constant_memory": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    count = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        sheets = {kind.kind: _sheet(book, kind) for kind in SHEETS}
        extra: dict[str, int] = {}
        for entry in entries:
            count += 1
            _write_application(sheets["application"], count, entry, units, extra)
            _write_remedies(sheets, entry)
    return count


def _entries(session: Session, year: int | None, unit_ids: Sequence[int] | None) -> Iterator[Entry]:
    after = 0
    while True:
        query = select(Case.id, Case.number).where(Case.id > after).order_by(Case.id).limit(CHUNK)
        if year:
            query = query.where(Case.received_on.between(date(year, 1, 1), date(year, 12, 31)))
        if unit_ids is not None:
            query = query.where(Case.unit_id.in_(unit_ids))
        rows = session.execute(query).all()
        if not rows:
            return
        views = load_cases(session, [number for _, number in rows])
        parties = parties_of(session, [case_id for case_id, _ in rows])
        for case_id, number in rows:
            yield entry_of(views[number], parties.get(case_id, {}))
        after = rows[-1][0]
        session.expunge_all()


class _Sheet:
    def __init__(self, sheet: Any, kind: columns.SheetKind, day_format: Any) -> None:
        self.sheet, self.kind, self.day_format = sheet, kind, day_format
        self.next_row = 1
        self.places = {column.key: place for place, column in enumerate(kind.columns)}

    def write(self, values: dict[str, Any], extra: dict[int, str] | None = None) -> None:
        for key, value in values.items():
            self._cell(self.places[key], value)
        for place, value in (extra or {}).items():
            self._cell(place, value)
        self.next_row += 1

    def _cell(self, place: int, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, date):
            self.sheet.write_datetime(
                self.next_row,
                place,
                datetime(*value.timetuple()[:3]),  # noqa: DTZ001
                self.day_format,
            )
        elif isinstance(value, int | float):
            self.sheet.write_number(self.next_row, place, value)
        else:
            self.sheet.write_string(self.next_row, place, str(value))


def _sheet(book: Any, kind: columns.SheetKind) -> _Sheet:
    sheet = book.add_worksheet(kind.title)
    bold = book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True})
    for place, column in enumerate(kind.columns):
        sheet.write_string(0, place, column.header, bold)
    sheet.freeze_panes(1, 2)
    sheet.set_column(1, len(kind.columns), 16)
    return _Sheet(sheet, kind, book.add_format({"num_format": "yyyy-mm-dd"}))


def _back(words: dict[str, str], code: str | None) -> str | None:
    return next((message for message, value in words.items() if value == code), None)


def _write_application(
    sheet: _Sheet, place: int, entry: Entry, units: Mapping[str, str], extra: dict[str, int]
) -> None:
    law = law_in_force(entry.received_on)
    outcome, ground = law.outcome(entry.outcome), law.ground(entry.ground)
    remarks = header_text("备注")
    values = {
        "place": place,
        "number": entry.number,
        "unit": units[entry.unit],
        "applicant_kind": _back(columns.APPLICANT_KINDS, entry.applicant_kind),
        "channel": _back(columns.CHANNELS, entry.channel),
        "received_on": entry.received_on,
        "subject": entry.subject,
        "delivery_form": _back(columns.DELIVERY_FORMS, entry.delivery_form),
        "clarification_asked": entry.clarification_asked,
        "clarified_on": entry.clarified_on,
        "third_party_asked": entry.third_party_asked,
        "third_party_answered": entry.third_party_answered,
        "extended_on": entry.extended_on,
        "answered_on": entry.answered_on,
        "outcome": outcome.label.zh if outcome else None,
        "ground": ground.label.zh if ground else None,
        "fee_charged": entry.fee_charged / 100,
        "fee_waived": entry.fee_waived / 100,
        "remarks": entry.notes.get(remarks),
        **entry.party,
    }
    others: dict[int, str] = {}
    for header, value in entry.notes.items():
        if header != remarks:
            if header not in extra:
                extra[header] = len(sheet.kind.columns) + len(extra)
                sheet.sheet.write_string(0, extra[header], header)
            others[extra[header]] = value
    sheet.write(values, others)


def _write_remedies(sheets: dict[str, _Sheet], entry: Entry) -> None:
    law = law_in_force(entry.received_on)
    for remedy in entry.remedies:
        sheet = sheets[remedy.kind]
        results = {item.code: item.words[0] for item in law.remedy(remedy.kind).results}
        values = {
            "place": sheet.next_row,
            "number": entry.number,
            "authority": remedy.authority,
            "filed_on": remedy.filed_on,
            "concluded_on": remedy.concluded_on,
            "result": results.get(remedy.result or ""),
        }
        if remedy.kind == "suit":
            values["after_reconsideration"] = "是" if remedy.after_reconsideration else "否"
        sheet.write(values)
