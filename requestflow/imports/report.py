"""What an import would do or did, as it is kept and shown."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from requestflow.foundation import Text
from requestflow.ledger import ImportSummary
from requestflow.spreadsheets import Fault

SHOWN = 200
"""Faults and changes that are kept and shown; the rest is counted."""
ORDER = (
    "added",
    "corrected",
    "changed",
    "unchanged",
    "remedies",
    "taken_away",
    "left_out",
    "days",
    "moved",
)
FIRST = frozenset({"added", "corrected", "changed", "unchanged"})
UNCHANGED = frozenset({"unchanged", "left_out"})
"""What is counted and changes nothing."""


@dataclass(frozen=True)
class ReportedFault:
    """A cell that cannot be taken, and what would be right."""

    sheet: str
    row: int
    column: str
    value: str
    problem: Text
    hint: Text


@dataclass(frozen=True)
class ReportedChange:
    """What is stored and what the file has instead."""

    what: str
    field: str
    stored: str
    wanted: str
    taken_away: bool = False


@dataclass
class ImportReport:
    """Numbers by what they count (`import.added` and so on), lines to read, faults, changes."""

    counts: dict[str, int] = field(default_factory=dict)
    noticed: list[Text] = field(default_factory=list)
    faults: list[ReportedFault] = field(default_factory=list)
    changes: list[ReportedChange] = field(default_factory=list)
    more_faults: int = 0
    more_changes: int = 0

    @property
    def shown_counts(self) -> list[tuple[str, int]]:
        """The numbers in the order in which they are read; what is none is left out, but for what
        everybody asks first."""
        return [
            (name, self.counts[name])
            for name in ORDER
            if name in self.counts and (self.counts[name] or name in FIRST)
        ]

    @property
    def changes_something(self) -> bool:
        """Whether anything is stored, or would be."""
        return any(number for name, number in self.counts.items() if name not in UNCHANGED)

    def add_faults(self, faults: Sequence[Fault]) -> None:
        """Adds faults, as many as are shown."""
        self.faults = [
            ReportedFault(f.sheet, f.row, f.column, f.value, f.problem, f.hint)
            for f in faults[:SHOWN]
        ]
        self.more_faults = max(len(faults) - SHOWN, 0)

    def add_changes(self, changes: Sequence[ReportedChange]) -> None:
        """Adds changes, as many as are shown."""
        self.changes = list(changes[:SHOWN])
        self.more_changes = max(len(changes) - SHOWN, 0)

    def as_json(self) -> str:
        """The report as it is kept."""
        return json.dumps(
            {
                "counts": self.counts,
                "noticed": [_kept(line) for line in self.noticed],
                "faults": [
                    {**vars(fault), "problem": _kept(fault.problem), "hint": _kept(fault.hint)}
                    for fault in self.faults
                ],
                "changes": [vars(change) for change in self.changes],
                "more_faults": self.more_faults,
                "more_changes": self.more_changes,
            },
            ensure_ascii=False,
            sort_keys=True,
            default=str,
        )

    @classmethod
    def from_json(cls, content: str | None) -> "ImportReport":
        """The report from what is kept."""
        kept = json.loads(content or "{}")
        return cls(
            kept.get("counts", {}),
            [_text(line) for line in kept.get("noticed", ())],
            [
                ReportedFault(**{**f, "problem": _text(f["problem"]), "hint": _text(f["hint"])})
                for f in kept.get("faults", ())
            ],
            [ReportedChange(**change) for change in kept.get("changes", ())],
            kept.get("more_faults", 0),
            kept.get("more_changes", 0),
        )


def of_ledger(done: ImportSummary) -> ImportReport:
    """The report of a ledger."""
    report = ImportReport(
        {
            "added": done.added,
            "corrected": done.corrected,
            "unchanged": done.unchanged,
            "remedies": done.remedies,
            "taken_away": done.taken_away,
            "left_out": len(done.left_out),
        },
        done.noticed(),
    )
    report.add_faults(done.faults)
    report.add_changes(
        [
            ReportedChange(c.number, c.field, shown(c.stored), shown(c.wanted), c.taken_away)
            for c in done.changes
        ]
    )
    return report


def shown(value: Any) -> str:
    """A stored value as it is shown; of remedies each, of a party its fields."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{item}" for item in value.values() if item)
    if isinstance(value, list | tuple):
        return "; ".join(shown(item) for item in value)
    return str(value)


def _kept(line: Text) -> Any:
    values = {
        name: _kept(value) if isinstance(value, Text) else str(value)
        for name, value in line.values.items()
    }
    return {"message": line.message, "values": values}


def _text(kept: Any) -> Text:
    values = {
        name: _text(value) if isinstance(value, dict) else value
        for name, value in kept["values"].items()
    }
    return Text(kept["message"], values)


def kept_text(line: Text) -> str:
    """A line as it is kept, to be shown in either language."""
    return json.dumps(_kept(line), ensure_ascii=False, default=str)


def read_text(content: str | None) -> Text | None:
    """A line from what is kept."""
    return _text(json.loads(content)) if content else None
