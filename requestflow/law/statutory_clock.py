"""The statutory clock: from a case's events to its due days, and the steps that led there.

Pure: `clock(events, pack, calendar)` interprets the limits that the pack declares. It knows no
law of its own. The day on which a period begins is not counted; where the jurisdiction says so, a
period in calendar days or months that ends on a day off ends on the next working day.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import get_args

from requestflow.law.calendar import WorkingCalendar
from requestflow.law.counting import Counted, count, rolled
from requestflow.law.deadlines import ClockEvent, ClockStep, Deadline, Pause
from requestflow.law.model import Limit, Nature, Pack, Stop, Trigger


def clock(
    events: Sequence[ClockEvent],
    pack: Pack,
    calendar: WorkingCalendar,
    *,
    running_only: bool = False,
    natures: Collection[Nature] = get_args(Nature),
    kind: str | None = None,
) -> tuple[Deadline, ...]:
    """The deadlines the case has or had, in the order of the pack's limits.

    `running_only`, `natures` and `kind` leave out, before anything is counted, those that have
    ended and those of another nature or kind.
    """
    happened = {event.kind for event in events}
    return tuple(
        deadline
        for versions in pack.limits_begun(happened, natures)
        if kind in (None, versions[0].kind)
        for deadline in _of_kind(versions, events, pack, calendar, natures, running_only)
    )


def after_silence(
    missed: Deadline, events: Sequence[ClockEvent], pack: Pack, calendar: WorkingCalendar
) -> tuple[Deadline, ...]:
    """What is open to the applicant once a deadline has passed (不履行法定职责), with what has
    ended it since among the events of the case."""
    if missed.due is None:
        return ()
    since = [event for event in events if event.day > missed.due]
    results: list[Deadline] = []
    for limit in pack.limits:
        if missed.kind not in limit.after_missed or not limit.in_force(missed.due):
            continue
        ended_on = next((e.day for e in since if _trigger(limit.ends_on, e)), None)
        legs = _legs(limit, limit.number or 0)
        counted = count(limit.unit, missed.due, missed.due, legs, [], calendar)
        results.append(_built(limit, missed.key, missed.due, ended_on, counted))
    return tuple(results)


def last_day(limit: Limit, start: date, calendar: WorkingCalendar) -> date | None:
    """The last day of a limit that begins on `start` (not counted) and is neither stopped nor
    extended; None for a limit without a length."""
    if limit.number is None:
        return None
    return count(limit.unit, start, start, _legs(limit, limit.number), [], calendar).due


def _built(
    limit: Limit,
    key: str,
    started_on: date,
    ended_on: date | None,
    counted: Counted,
    counted_from: date | None = None,
    pauses: Sequence[Pause] = (),
) -> Deadline:
    """The deadline that was counted."""
    return Deadline(
        limit.kind,
        key,
        limit.nature,
        _article(limit),
        started_on,
        counted.due,
        counted.provisional,
        counted.steps,
        ended_on,
        counted.stopped_until,
        counted.remaining,
        counted_from,
        tuple(pauses),
    )


def _legs(limit: Limit, number: int) -> list[tuple[int, str, str]]:
    return [(number, "count", _article(limit))]


def _matches(trigger: Trigger, event: ClockEvent) -> bool:
    if trigger.event != event.kind:
        return False
    return not trigger.where or all(
        event.data.get(name, False) == value for name, value in trigger.where.items()
    )


def _day(trigger: Trigger, event: ClockEvent) -> date:
    stated = event.data.get(trigger.day) if trigger.day else None
    return date.fromisoformat(stated) if stated else event.day


def _trigger(triggers: Sequence[Trigger], event: ClockEvent) -> Trigger | None:
    for trigger in triggers:
        if _matches(trigger, event):
            return trigger
    return None


def _key(limit: Limit, event: ClockEvent) -> str:
    return str(event.data.get(limit.per, "")) if limit.per else ""


def _of_kind(
    versions: Sequence[Limit],
    events: Sequence[ClockEvent],
    pack: Pack,
    calendar: WorkingCalendar,
    natures: Collection[Nature],
    running_only: bool,
) -> Iterator[Deadline]:
    """One deadline for each key that was started, by the version in force on its day.

    The last start of a key counts, and only then is asked which version governs it, if any: what
    a later day brought about is not judged by the law of an earlier one as well.
    """
    for key, place in _starts(versions, events).items():
        limit = _version(versions, events, place, pack, calendar)
        if limit is None or limit.nature not in natures:
            continue
        deadline = _deadline(limit, key, place, events, pack, calendar, running_only)
        if deadline:
            yield deadline


def _starts(versions: Sequence[Limit], events: Sequence[ClockEvent]) -> dict[str, int]:
    """The place of the last start, by key."""
    starts: dict[str, int] = {}
    for place, event in enumerate(events):
        for limit in versions:
            if _trigger(limit.starts_on, event):
                starts[_key(limit, event)] = place
                break
    return starts


def _version(
    versions: Sequence[Limit],
    events: Sequence[ClockEvent],
    place: int,
    pack: Pack,
    calendar: WorkingCalendar,
) -> Limit | None:
    """The version of a limit that governs a period begun by an event; None where none does."""
    for limit in versions:
        trigger = _trigger(limit.starts_on, events[place])
        if trigger and limit.in_force(_begin(limit, trigger, events, place, pack, calendar)):
            return None if _barred(limit, events[place]) else limit
    return None


def _begin(
    limit: Limit,
    trigger: Trigger,
    events: Sequence[ClockEvent],
    place: int,
    pack: Pack,
    calendar: WorkingCalendar,
) -> date:
    """The day from which a period counts."""
    if trigger.day_of:
        for event in reversed(events[:place]):
            if event.kind == trigger.day_of and _key(limit, event) == _key(limit, events[place]):
                return event.day
    day = _day(trigger, events[place])
    before = pack.limit(trigger.end_of, day) if trigger.end_of else None
    return (last_day(before, day, calendar) if before else None) or day


def _barred(limit: Limit, event: ClockEvent) -> bool:
    """Whether an answer is one that the limit is not for."""
    named = (event.data.get("ground"), *(event.data.get("grounds") or ()))
    return limit.bars(event.data.get("outcome"), [code for code in named if code])


def _deadline(
    limit: Limit,
    key: str,
    start: int,
    events: Sequence[ClockEvent],
    pack: Pack,
    calendar: WorkingCalendar,
    running_only: bool,
) -> Deadline | None:
    first = _trigger(limit.starts_on, events[start])
    assert first is not None  # noqa: S101 - the caller chose the start by this trigger
    started_on = _begin(limit, first, events, start, pack, calendar)
    span = events[start:]
    ended_on = None
    for place, event in enumerate(span[1:], 1):
        end = _trigger(limit.ends_on, event)
        # What ends the case names none of those that run in it, and ends them all.
        if end and _key(limit, event) in {"", key}:
            ended_on = _day(end, event)
            span = span[: place + 1]
            break
    if ended_on and running_only:
        return None
    # Of what began before it is told of, what stopped it since then counts as well.
    since = [e for e in events[:start] if e.day >= started_on] if first.day or first.day_of else []
    counted, begin, pauses = None, None, list[Pause]()
    if limit.number:
        begin, steps, rest = _restarted(limit, started_on, span, since)
        pauses = list(_pauses(limit, key, rest, pack, calendar))
        unit, legs = _length(limit, key, span)
        counted = count(unit, started_on, begin, legs, pauses, calendar, steps)
    stated = _stated(limit, key, started_on, span, calendar)
    # A day that the body states never shortens what the law gives.
    if stated and not (counted and counted.due and stated.due and counted.due > stated.due):
        counted = stated
    if counted is None:
        return None
    return _built(limit, key, started_on, ended_on, counted, begin, pauses)


def _article(limit: Limit) -> str:
    return f"{limit.law} {limit.article}" if limit.law else limit.article


def _stated(
    limit: Limit,
    key: str,
    started_on: date,
    span: Sequence[ClockEvent],
    calendar: WorkingCalendar,
) -> Counted | None:
    """The due day that a notice states, the last of them; None where none does."""
    if limit.stated is None:
        return None
    for event in reversed(span):
        given = event.data.get(limit.stated.day) if event.kind == limit.stated.event else None
        if not given or _key(limit, event) != key:
            continue
        day = date.fromisoformat(given)
        due, further = rolled(day, calendar)
        first = ClockStep(started_on, day, 0, "stated", limit.stated.article, "stated")
        return Counted(due, (first, *further), calendar.provisional(started_on, due))
    return None


def _restarted(
    limit: Limit,
    started_on: date,
    span: Sequence[ClockEvent],
    since: Sequence[ClockEvent],
) -> tuple[date, list[ClockStep], list[ClockEvent]]:
    """The day from which a period counts after what began it anew, the steps that led there, and
    the events that may stop it."""
    steps = list(_deemed(limit, started_on, span[0]))
    begin, after = started_on, 0
    for place, event in enumerate(span[1:], 1):
        restart = _trigger(limit.restarts_on, event)
        if restart:
            day = _day(restart, event)
            article = restart.article or limit.article
            steps.append(ClockStep(begin, day, 0, f"restart.{event.kind}", article))
            begin, after = day, place
    return begin, steps, [*(() if after else since), *span[after + 1 :]]


def _length(
    limit: Limit, key: str, span: Sequence[ClockEvent]
) -> tuple[str, list[tuple[int, str, str]]]:
    """The unit of a period and its parts: the length and an extension."""
    number = int(span[0].data.get(limit.number_from) or 0) if limit.number_from else 0
    number = number or limit.number or 0
    unit = (span[0].data.get(limit.unit_from) if limit.unit_from else None) or limit.unit
    extension = next(
        (
            e
            for e in span[1:]
            if limit.extension and e.kind == limit.extension.event and _key(limit, e) == key
        ),
        None,
    )
    legs = _legs(limit, number)
    if extension and limit.extension:
        more = int(extension.data.get("days") or limit.extension.number)
        legs.append((more, "extension", limit.extension.article))
    return unit, legs


def _deemed(limit: Limit, started_on: date, start: ClockEvent) -> Iterator[ClockStep]:
    """That a period begins when another has passed without what would have ended it."""
    trigger = _trigger(limit.starts_on, start) if limit.follows else None
    if trigger and trigger.end_of:
        article = trigger.article or limit.article
        yield ClockStep(start.day, started_on, 0, f"deemed.{start.kind}", article)


def _pauses(
    limit: Limit,
    key: str,
    events: Sequence[ClockEvent],
    pack: Pack,
    calendar: WorkingCalendar,
) -> Iterator[Pause]:
    for stop in limit.stops:
        for place, event in enumerate(events):
            if event.kind != stop.starts or _key(limit, event) != key:
                continue
            end = next(
                (
                    later.day
                    for later in events[place + 1 :]
                    if later.kind in stop.ends
                    and (not stop.per or later.data.get(stop.per) == event.data.get(stop.per))
                ),
                None,
            )
            latest = _latest_end(stop, event, pack, calendar)
            is_open = end is None
            if latest:
                end = min(end, latest) if end else latest
            yield Pause(event.day, end, stop.rule, stop.article, is_open)


def _latest_end(
    stop: Stop, event: ClockEvent, pack: Pack, calendar: WorkingCalendar
) -> date | None:
    """The day on which a stop ends by silence, where the law sets one."""
    if not stop.at_most:
        return None
    limit = pack.limit(stop.at_most, event.day)
    if limit is None or limit.number is None:
        return None
    trigger = _trigger(limit.starts_on, event)
    return calendar.after(_day(trigger, event) if trigger else event.day, limit.number)
