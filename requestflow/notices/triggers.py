"""What there is to be reminded of in a case: its running deadlines, each as an occasion."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from requestflow.cases import CaseChange
from requestflow.law import Nature, clock, law_pack

REMEDY_WINDOWS = frozenset({"reconsideration.apply", "suit.direct", "suit.after_reconsideration"})
ENDED = frozenset({"delivered", "closed"})


@dataclass(frozen=True)
class Trigger:
    """A day by which something must be done: its kind (a deadline's), the occasion of the rules,
    the key where there are several, the day; nobody is told before `quiet_until`. `unit` is the
    code of the unit that must act, where it is not the one in charge."""

    kind: str
    occasion: str
    key: str
    due: date
    quiet_until: date | None = None
    unit: str | None = None


def triggers_of(change: CaseChange) -> Iterator[Trigger]:
    """The occasions of a case as it is after a change."""
    for item in change.running:
        if item.due is None:
            continue
        occasion = "hearing" if item.kind == "hearing" else item.nature
        yield Trigger(item.kind, occasion, item.key, item.due, item.stopped_until)
    yield from _questions(change)
    yield from _appeals(change)
    if change.state.stage == "signed":
        signed = next(event for event in reversed(change.history) if event.kind == "signed")
        yield Trigger("dispatch", "dispatch", "", change.calendar.after(signed.day, 1))
    if change.added and change.state.stage in ENDED:
        yield from _windows(change)


def _questions(change: CaseChange) -> Iterator[Trigger]:
    by_law = {item.key: item.due for item in change.running if item.kind == "consultation_reply"}
    for item in change.state.open_consultations:
        days = [day for day in (item.answer_by, by_law.get(item.key)) if day]
        if item.unit and days:
            yield Trigger("question", "question", item.key, min(days), None, item.unit)


def _appeals(change: CaseChange) -> Iterator[Trigger]:
    """Until when the body may go on with what it lost in the first instance."""
    decided = (x for x in change.state.remedies if x.concluded_on and not x.appealed_on)
    if not any(decided):
        return
    pack = law_pack(change.state.law)
    natures: tuple[Nature, ...] = ("own_window",)
    for item in clock(change.history, pack, change.calendar, running_only=True, natures=natures):
        if item.due:
            yield Trigger(item.kind, item.nature, item.key, item.due)


def _windows(change: CaseChange) -> Iterator[Trigger]:
    """Until when the applicant may object: the last of the days, after which the answer stands."""
    pack = law_pack(change.state.law)
    natures: tuple[Nature, ...] = ("window",)
    result = clock(change.history, pack, change.calendar, running_only=True, natures=natures)
    days = [item.due for item in result if item.kind in REMEDY_WINDOWS and item.due]
    if days:
        last = max(days)
        yield Trigger("remedy_window", "remedy_window", "", last, last - timedelta(days=1))
