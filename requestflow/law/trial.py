"""Trying every rule of a pack on made-up histories, so that what would fail on a page or in a
letter is found when the pack is loaded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from requestflow.law.calendar import WorkingCalendar
from requestflow.law.deadlines import ClockEvent
from requestflow.law.errors import CalendarOutOfRange
from requestflow.law.explanation import explain
from requestflow.law.jurisdictions import known_jurisdictions
from requestflow.law.model import HOME, Limit, Pack, Trigger
from requestflow.law.statutory_clock import after_silence, clock

LOCALES = ("zh_CN", "en")
KEY = "1"
DAYS_APART = timedelta(days=3)


@dataclass(frozen=True)
class _MadeUp:
    kind: str
    day: date
    data: Mapping[str, Any] = field(default_factory=dict)


def trial_problems(pack: Pack) -> Iterator[str]:
    """What goes wrong with the limits of a pack, each with the place of the limit (from 1)."""
    known = known_jurisdictions()
    where = known.get(pack.jurisdiction, known[HOME])
    calendar = WorkingCalendar({}, frozenset(), jurisdiction=where)
    for place, limit in enumerate(pack.limits, 1):
        for name, history in _histories(limit, pack):
            try:
                yield from _tried(limit, history, pack, calendar, f"limits[{place}]")
            except CalendarOutOfRange:
                yield f"limits[{place}].number: the period ends after all calendars"
                break
            except (KeyError, ValueError, TypeError, LookupError) as error:
                yield f"limits[{place}] ({limit.kind}): cannot be counted {name}: {error!r}"
                break


def _tried(
    limit: Limit, history: list[ClockEvent], pack: Pack, calendar: WorkingCalendar, key: str
) -> Iterator[str]:
    """Counts a history and says each step in words."""
    found = clock(history, pack, calendar, kind=limit.kind)
    if limit.after_missed:
        missed = [
            d for kind in limit.after_missed for d in clock(history, pack, calendar, kind=kind)
        ]
        found = tuple(item for d in missed for item in after_silence(d, (), pack, calendar))
    for deadline in found:
        for step in deadline.steps:
            for locale in LOCALES:
                try:
                    explain(step, locale)
                except KeyError:
                    yield f"{key} ({limit.kind}): there are no words for '{step.rule}' ({locale})"
                    return


def _histories(limit: Limit, pack: Pack) -> Iterator[tuple[str, list[ClockEvent]]]:
    """One history for each thing that a limit says, and what it is about."""
    day = max(pack.received_from, limit.in_force_from or date.min)
    receipt = _MadeUp("received", day)
    begins = limit.starts_on or tuple(
        start for kind in limit.after_missed for x in pack.limits_of(kind) for start in x.starts_on
    )
    for trigger in begins:
        start = _event(trigger, day, limit)
        first: list[ClockEvent] = [start] if trigger.event == "received" else [receipt, start]
        yield "from its start", first
        for restart in limit.restarts_on:
            yield "after a restart", [*first, _event(restart, day + DAYS_APART, limit)]
        for stop in limit.stops:
            begun = _MadeUp(stop.starts, day + DAYS_APART, _keyed(limit, stop.per))
            yield "while it is stopped", [*first, begun]
            for end in stop.ends:
                over = _MadeUp(end, day + 2 * DAYS_APART, _keyed(limit, stop.per))
                yield "after a stop", [*first, begun, over]
        if limit.extension:
            data = {**_keyed(limit), "days": limit.extension.number}
            yield "extended", [*first, _MadeUp(limit.extension.event, day + DAYS_APART, data)]
        if limit.stated:
            data = {**_keyed(limit), limit.stated.day: (day + timedelta(days=400)).isoformat()}
            yield "by a stated day", [*first, _MadeUp(limit.stated.event, day, data)]


def _event(trigger: Trigger, day: date, limit: Limit) -> _MadeUp:
    said: dict[str, Any] = {**_keyed(limit), **trigger.where}
    if trigger.day:
        said[trigger.day] = day.isoformat()
    return _MadeUp(trigger.event, day, said)


def _keyed(limit: Limit, per: str | None = None) -> dict[str, Any]:
    return {name: KEY for name in (limit.per, per) if name}
