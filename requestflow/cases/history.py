"""The history of a case as it stands after all corrections, and the state that it makes.

Pure. `project` and `apply` are the only way from events to a state.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Any

from requestflow.cases.events import Event
from requestflow.cases.state import CaseState
from requestflow.cases.steps import DEFINITIONS, order_of


def project(number: str, events: Iterable[Event]) -> CaseState:
    """The state after all events, corrections taken into account."""
    return project_history(number, effective(events))


def project_history(number: str, history: Sequence[Event]) -> CaseState:
    """The state after a history from which corrections were taken into account already."""
    if not history or history[0].kind != "received":
        raise ValueError("a case begins with its receipt")
    return reduce(apply, history[1:], received(number, history[0]))


def received(number: str, event: Event) -> CaseState:
    """The state of a case that has just come in."""
    data = event.data
    return CaseState(
        number,
        data["unit"],
        data["law"],
        "received",
        event.day,
        data["applicant_kind"],
        data["channel"],
        data["subject"],
        data.get("delivery_form"),
        data.get("party"),
    )


def since_redecision(history: Sequence[Event]) -> Sequence[Event]:
    """The events since the body had to decide again; all of them where it never had to."""
    for place in range(len(history) - 1, -1, -1):
        if history[place].kind == "remedy_concluded" and history[place].data.get("redecision"):
            return history[place + 1 :]
    return history


def apply(state: CaseState, event: Event) -> CaseState:
    """The state after one more event; KeyError for a kind that is not known."""
    return DEFINITIONS[event.kind].effect(state, event)


def effective(events: Iterable[Event]) -> list[Event]:
    """The history after all corrections, in order; the corrections themselves are left out."""
    history: list[Event] = []
    for event in events:
        if event.kind != "corrected":
            history.append(event)
            continue
        for place, change in enumerate(event.data["changes"], 1):
            history = _apply_change(history, change, f"{event.key}.{place}", event)
    return history


def _apply_change(
    history: Sequence[Event], change: Mapping[str, Any], key: str, correction: Event
) -> list[Event]:
    action = change["action"]
    if action == "insert":
        return _insert_in_order(history, _event_of(change, key, correction))
    rest = [event for event in history if event.key != change["key"]]
    if len(rest) == len(history):
        raise KeyError(change["key"])
    if action == "void":
        return rest
    place = next(i for i, event in enumerate(history) if event.key == change["key"])
    before = history[place]
    # Who took the step took it, whoever mends what was written of it.
    after = replace(_event_of(change, change["key"], correction), actor=before.actor)
    if (after.kind, after.day) == (before.kind, before.day):
        return [*history[:place], after, *history[place + 1 :]]
    return _insert_in_order(rest, after)


def _event_of(change: Mapping[str, Any], key: str, correction: Event) -> Event:
    return Event(
        key,
        change["kind"],
        date.fromisoformat(change["day"]),
        change["data"],
        correction.actor,
        correction.recorded_at,
    )


def _insert_in_order(history: Sequence[Event], new: Event) -> list[Event]:
    """Puts an event after the last one that is not later, among those that wait for each other: the
    steps of the case, and those of each remedy, which may be heard of much later. What waits for
    nothing stands among all."""
    waits = _waits_with(new)
    peers = [i for i, event in enumerate(history) if not waits or waits & _waits_with(event)]
    among = [i for i in peers if _order(history[i]) <= _order(new)] or [
        i for i, event in enumerate(history) if CASE in _waits_with(event) and event.day <= new.day
    ]
    place = max(among, default=-1) + 1
    later = [i for i in peers if _order(history[i]) > _order(new)]
    place = min(place, min(later, default=place))
    return [*history[:place], new, *history[place:]]


CASE = ""


def _waits_with(event: Event) -> frozenset[str]:
    """The courses of steps to which an event belongs: that of the case, that of a remedy, neither;
    what makes the body decide again is a step of both."""
    rule = DEFINITIONS.get(event.kind)
    courses = set()
    if rule is None or not rule.beside or event.data.get("redecision"):
        courses.add(CASE)
    if "remedy" in event.data:
        courses.add(str(event.data["remedy"]))
    return frozenset(courses)


def _order(event: Event) -> tuple[date, int]:
    return event.day, order_of(event.kind)
