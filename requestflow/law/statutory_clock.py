"""The statutory clock: from a case's events to its due days, and the steps that led there.

Pure: `clock(events, pack, calendar)` interprets the limits that the pack declares. It knows no
law of its own. The day on which a period begins is not counted; a period in calendar days or
months that ends on a non-working day ends on the next working day (Civil Procedure Law art. 85).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Protocol, get_args

from requestflow.law.calendar import NotCounted, WorkingCalendar, months_after
from requestflow.law.errors import CalendarOutOfRange
from requestflow.law.model import Limit, Nature, Pack, Stop, Trigger


class ClockEvent(Protocol):
    """What the clock needs to know of an event: kind, legal day, particulars."""

    @property
    def kind(self) -> str: ...
    @property
    def day(self) -> date: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class ClockStep:
    """One step of a count: from a day (not counted) to a day (counted).

    `working_days` is how many of the period's days this step used up: working days for limits
    in working days, else calendar days (see `unit`). `rule` names the text that explains it.
    `calendar` is the one by which working days were counted.
    """

    start: date
    end: date
    working_days: int
    rule: str
    article: str
    unit: str = "working_days"
    calendar: WorkingCalendar | None = field(default=None, repr=False, compare=False)

    @property
    def not_counted(self) -> tuple[NotCounted, ...]:
        """The runs of days that were left out of a count of working days."""
        return self.calendar.not_counted(self.start, self.end) if self.calendar else ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due day and how it came about.

    `due` is None while the clock stands still without an end in sight. `stopped_until` is the
    last day of a stop that is still open in the record (the due day then counts on silence).
    `ended_on` is the day on which the deadline was met or fell away; None while it runs.
    `key` tells apart several of one kind (the consultation's or remedy's number).
    """

    kind: str
    key: str
    nature: Nature
    article: str
    started_on: date
    due: date | None
    provisional: bool
    steps: tuple[ClockStep, ...]
    ended_on: date | None = None
    stopped_until: date | None = None
    remaining: int | None = None

    @property
    def running(self) -> bool:
        """Whether somebody must still act (or may) by the due day."""
        return self.ended_on is None

    def late_on(self, day: date) -> bool:
        """Whether the deadline was missed: ended after its due day, or still running on `day`."""
        return self.due is not None and (self.ended_on or day) > self.due


@dataclass(frozen=True, slots=True)
class _Pause:
    start: date
    end: date | None
    rule: str
    article: str
    open: bool


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
    kinds = {event.kind for event in events}
    return tuple(
        deadline
        for limit in (pack.limits if kind is None else pack.limits_of(kind))
        if limit.nature in natures and not limit.start_events.isdisjoint(kinds)
        for deadline in _instances(limit, events, pack, calendar, running_only)
    )


def after_silence(missed: Deadline, pack: Pack, calendar: WorkingCalendar) -> tuple[Deadline, ...]:
    """What is open to the applicant once the body has let that deadline pass (不履行法定职责)."""
    if missed.due is None:
        return ()
    results = []
    for limit in pack.limits:
        if limit.after_missed != missed.kind or not limit.in_force(missed.due):
            continue
        base = Deadline(
            limit.kind, missed.key, limit.nature, _article(limit), missed.due, None, False, ()
        )
        results.append(
            _walk(limit, base, missed.due, _legs(limit, limit.number or 0), [], calendar)
        )
    return tuple(results)


def last_day(limit: Limit, start: date, calendar: WorkingCalendar) -> date | None:
    """The last day of a limit that begins on `start` (not counted) and is neither stopped nor
    extended; None for a limit without a length."""
    if limit.number is None:
        return None
    base = Deadline(limit.kind, "", limit.nature, limit.article, start, None, False, ())
    return _walk(limit, base, start, _legs(limit, limit.number), [], calendar).due


def _legs(limit: Limit, number: int) -> list[tuple[int, str, str]]:
    return [(number, "count", _article(limit))]


def _matches(trigger: Trigger, event: ClockEvent) -> bool:
    if trigger.event != event.kind:
        return False
    return all(event.data.get(name, False) == value for name, value in trigger.where.items())


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


def _instances(
    limit: Limit,
    events: Sequence[ClockEvent],
    pack: Pack,
    calendar: WorkingCalendar,
    running_only: bool,
) -> Iterator[Deadline]:
    """One deadline for each key that was started; the last start of a key counts."""
    starts: dict[str, int] = {}
    for place, event in enumerate(events):
        if event.kind not in limit.start_events:
            continue
        trigger = _trigger(limit.starts_on, event)
        if (
            trigger
            and limit.in_force(_day(trigger, event))
            and event.data.get("outcome") not in limit.not_for_outcomes
        ):
            starts[_key(limit, event)] = place
    for key, place in starts.items():
        deadline = _deadline(limit, key, place, events, pack, calendar, running_only)
        if deadline:
            yield deadline


def _deadline(
    limit: Limit,
    key: str,
    start: int,
    events: Sequence[ClockEvent],
    pack: Pack,
    calendar: WorkingCalendar,
    running_only: bool,
) -> Deadline | None:
    span = list(events[start:])
    ended_on = None
    for place, event in enumerate(span[1:], 1):
        if _trigger(limit.ends_on, event) and (not limit.per or _key(limit, event) == key):
            ended_on = event.day
            span = span[: place + 1]
            break
    if ended_on and running_only:
        return None
    first = _trigger(limit.starts_on, span[0])
    assert first is not None  # noqa: S101 - the caller chose the start by this trigger
    base = Deadline(
        limit.kind,
        key,
        limit.nature,
        _article(limit),
        _day(first, span[0]),
        None,
        False,
        (),
        ended_on,
    )
    stated = _stated_day(limit, span, key)
    if stated:
        steps = [ClockStep(base.started_on, stated[0], 0, "stated", stated[1], "stated")]
        due = calendar.on_or_after(stated[0])
        if due != stated[0]:
            steps.append(_rolled(stated[0], due))
        return replace(
            base,
            due=due,
            steps=tuple(steps),
            provisional=calendar.provisional(base.started_on, due),
        )
    if limit.number is None:
        return None
    return _counted(limit, base, span, pack, calendar)


def _article(limit: Limit) -> str:
    return f"{limit.law} {limit.article}" if limit.law else limit.article


def _stated_day(limit: Limit, span: Sequence[ClockEvent], key: str) -> tuple[date, str] | None:
    if limit.stated:
        for event in reversed(span):
            if event.kind != limit.stated.event or _key(limit, event) != key:
                continue
            if event.data.get(limit.stated.day):
                return date.fromisoformat(event.data[limit.stated.day]), limit.stated.article
    return None


def _counted(
    limit: Limit,
    base: Deadline,
    span: Sequence[ClockEvent],
    pack: Pack,
    calendar: WorkingCalendar,
) -> Deadline:
    steps: list[ClockStep] = []
    begin, after = base.started_on, 0
    for place, event in enumerate(span[1:], 1):
        restart = _trigger(limit.restarts_on, event)
        if restart:
            day = _day(restart, event)
            article = restart.article or limit.article
            steps.append(ClockStep(begin, day, 0, f"restart.{event.kind}", article))
            begin, after = day, place
    rest = span[after + 1 :]
    number = int(span[0].data.get(limit.number_from) or 0) if limit.number_from else 0
    number = number or limit.number or 0
    extension = next(
        (e for e in span[1:] if limit.extension and e.kind == limit.extension.event), None
    )
    pauses = list(_pauses(limit.stops, rest, pack, calendar))
    legs = _legs(limit, number)
    if extension and limit.extension:
        more = int(extension.data.get("days") or limit.extension.number)
        legs.append((more, "extension", limit.extension.article))
    return _walk(limit, base, begin, legs, pauses, calendar, steps)


def _pauses(
    stops: Sequence[Stop], events: Sequence[ClockEvent], pack: Pack, calendar: WorkingCalendar
) -> Iterator[_Pause]:
    for stop in stops:
        for place, event in enumerate(events):
            if event.kind != stop.starts:
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
            yield _Pause(event.day, end, stop.rule, stop.article, is_open)


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


def _walk(
    limit: Limit,
    base: Deadline,
    begin: date,
    legs: Sequence[tuple[int, str, str]],
    pauses: list[_Pause],
    calendar: WorkingCalendar,
    before: Sequence[ClockStep] = (),
) -> Deadline:
    """Counts the legs one after the other from `begin`, leaving the pauses out; the steps in
    `before` led to `begin`."""
    if limit.unit != "working_days":
        return _walk_calendar(limit, base, begin, legs, calendar, before)
    steps, position = list(before), begin
    waiting = sorted(pauses, key=lambda pause: pause.start)
    stopped_until = max((p.end for p in waiting if p.open and p.end), default=None)
    for number, rule, article in legs:
        remaining = number
        while waiting:
            pause = waiting[0]
            start = max(pause.start, position)
            used = calendar.between(position, start)
            if used >= remaining:
                break
            waiting.pop(0)
            if used:
                steps.append(_step(position, start, used, rule, article, calendar))
            remaining -= used
            if pause.end is None:
                return replace(base, steps=tuple(steps), remaining=remaining)
            if pause.end > start:
                steps.append(ClockStep(start, pause.end, 0, f"stop.{pause.rule}", pause.article))
            position = max(start, pause.end)
        end = calendar.after(position, remaining)
        steps.append(_step(position, end, remaining, rule, article, calendar))
        position = end
    return replace(
        base,
        due=position,
        provisional=calendar.provisional(base.started_on, position),
        steps=tuple(steps),
        stopped_until=stopped_until,
    )


def _step(
    start: date, end: date, days: int, rule: str, article: str, calendar: WorkingCalendar
) -> ClockStep:
    return ClockStep(start, end, days, rule, article, "working_days", calendar)


def _rolled(end: date, due: date) -> ClockStep:
    return ClockStep(end, due, 0, "rolled", "民事诉讼法 85", "calendar_days")


def _walk_calendar(
    limit: Limit,
    base: Deadline,
    begin: date,
    legs: Sequence[tuple[int, str, str]],
    calendar: WorkingCalendar,
    before: Sequence[ClockStep],
) -> Deadline:
    steps, position = list(before), begin
    for number, rule, article in legs:
        try:
            if limit.unit == "months":
                end = months_after(position, number)
            else:
                end = position + timedelta(days=number)
        except OverflowError as error:
            raise CalendarOutOfRange("counting leaves the calendar") from error
        steps.append(ClockStep(position, end, number, rule, article, limit.unit))
        position = end
    due = calendar.on_or_after(position)
    if due != position:
        steps.append(_rolled(position, due))
    # Weekends alone decide most such ends; only the last day's year can change one.
    provisional = calendar.provisional(position, due)
    return replace(base, due=due, provisional=provisional, steps=tuple(steps))
