"""Counting a year from nothing but the raw rows of `case_events`: other code than the product's,
written from the form's own words."""

import json
from collections import Counter
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

ROWS = {
    ("granted", None): "3.1", ("told_how", None): "3.1", ("already_public", None): "3.1",
    ("partial", None): "3.2", ("unable", "not_this_body"): "3.4.1",
    ("refused", "state_secret"): "3.3.1", ("refused", "forbidden_by_law"): "3.3.2",
    ("refused", "endangers_security"): "3.3.3", ("refused", "third_party_rights"): "3.3.4",
    ("refused", "internal_affairs"): "3.3.5", ("refused", "process_information"): "3.3.6",
    ("refused", "enforcement_file"): "3.3.7", ("refused", "administrative_inquiry"): "3.3.8",
    ("unable", "not_held"): "3.4.1", ("unable", "needs_making"): "3.4.2",
    ("unable", "still_unclear"): "3.4.3", ("not_processed", "petition"): "3.5.1",
    ("not_processed", "repeated"): "3.5.2", ("not_processed", "public_print"): "3.5.3",
    ("not_processed", "unreasonable_volume"): "3.5.4", ("not_processed", "confirm_again"): "3.5.5",
    ("other", "not_clarified"): "3.6.1", ("other", "fee_not_paid"): "3.6.2",
    ("other", "other"): "3.6.3",
}  # fmt: skip
KINDS = ("person", "enterprise", "research", "welfare", "legal", "other")
ENDINGS = {
    "clarification_lapsed": ("other", "not_clarified"),
    "fee_defaulted": ("other", "fee_not_paid"),
}


def histories(session: Session) -> dict[int, list[tuple[str, date, dict]]]:
    """Kind, day and particulars of each case's events, as they lie in the table."""
    rows = session.execute(
        text("SELECT case_id, kind, day, data FROM case_events ORDER BY case_id, sequence")
    )
    results: dict[int, list[tuple[str, date, dict]]] = {}
    for case_id, kind, day, data in rows:
        when = date.fromisoformat(day) if isinstance(day, str) else day
        results.setdefault(case_id, []).append((kind, when, json.loads(data)))
    return results


def table_three(session: Session, year: int) -> Counter[str]:
    """Every cell of table three that is not zero."""
    cells: Counter[str] = Counter()
    for events in histories(session).values():
        received, kind = events[0][1], events[0][2]["applicant_kind"]
        ended, result = None, None
        for step, day, data in events:
            if step == "decision_recorded":
                result = (data["outcome"], data.get("ground"))
            elif step in ENDINGS:
                result = ENDINGS[step]
            else:
                continue
            ended = day
            break
        rows = []
        if received.year > year or (ended and ended.year < year):
            continue
        rows.append("1" if received.year == year else "2")
        if ended and ended.year == year:
            row = ROWS[result]
            # Until 2020 the form has one row for all that was not answered.
            rows += ["3.6" if year < 2021 and row.startswith("3.6.") else row, "3.7"]
        else:
            rows.append("4")
        for row in rows:
            cells[f"t3.{row}.{kind}"] += 1
            cells[f"t3.{row}.total"] += 1
    return cells


def table_four(session: Session, year: int) -> Counter[str]:
    """Every cell of table four that is not zero."""
    cells: Counter[str] = Counter()
    for events in histories(session).values():
        filed = {d["remedy"]: (day, d) for kind, day, d in events if kind == "remedy_filed"}
        ended = {d["remedy"]: (day, d["result"]) for k, day, d in events if k == "remedy_concluded"}
        for key, (day, data) in filed.items():
            over, result = ended.get(key, (None, None))
            if day.year > year or (over and over.year < year):
                continue
            row = "reconsideration"
            if data["kind"] == "suit":
                row = "suit.after" if data.get("after_reconsideration") else "suit.direct"
            column = result if over and over.year == year else "pending"
            cells[f"t4.{row}.{column}"] += 1
            cells[f"t4.{row}.total"] += 1
    return cells
