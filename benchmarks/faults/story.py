"""What happens to the cases, and who must have been told what: told by the story alone, with a
calendar of its own, so that it can be held against what the product did."""

import random
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar

from requestflow.cases import Opening, Step

BEFORE = (5, 3, 1, 0)
ANSWER = EXTENSION = 20
"""Working days: Order 711 art. 33."""

FIRST, LAST = date(2025, 12, 1), date(2026, 12, 31)
DAYS = [
    day
    for offset in range((LAST - FIRST).days + 1)
    if chinese_calendar.is_workday(day := FIRST + timedelta(days=offset))
]


def after(day: date, number: int) -> date:
    """The working day so many after a day."""
    return DAYS[bisect_right(DAYS, day) - 1 + number]


def between(first: date, last: date) -> int:
    """How many working days lie after `first`, up to and with `last`."""
    return bisect_right(DAYS, last) - bisect_right(DAYS, first)


@dataclass
class Tale:
    """One case: its unit, its clerk, and what happens on which day."""

    unit: str
    opening: Opening
    opens_on: date
    steps: dict[date, list[Step]]
    number: str = ""
    clerk: str = ""
    due: date | None = None
    over: date | None = None


Told = tuple[str, str, date, int]
"""A reminder: who, the case's number, the due day, the threshold."""


@dataclass
class Oracle:
    """Who must be told what. `clerks` and `heads` are by unit; `supervisor` is told of all.

    Between its opening and its giving to a clerk a case is everybody's: all clerks of the unit
    `may` hear of it, if somebody looks just then. What is not urgent and comes up after the morning
    waits for the next one; where the case changes before that morning comes, it `may` have been
    told or not.
    """

    clerks: dict[str, tuple[str, ...]]
    heads: dict[str, str]
    supervisor: str
    must: set[Told] = field(default_factory=set)
    may: set[Told] = field(default_factory=set)
    waiting: dict[str, set[Told]] = field(default_factory=dict)

    def happened(self, tale: Tale, step: Step, today: date) -> None:
        """Takes a step into account, on the day on which it is recorded."""
        self.may |= self.waiting.pop(tale.number, set())
        if step.kind == "received":
            tale.due = after(step.day, ANSWER)
            for clerk in self.clerks[tale.unit]:
                self.may |= {(clerk, tale.number, tale.due, n) for n in _reached(tale.due, today)}
        elif step.kind == "assigned":
            tale.clerk = step.data["handler"]
        elif step.kind == "clarification_requested":
            tale.due = None
        elif step.kind == "clarified":
            tale.due = after(step.day, ANSWER)
        elif step.kind == "extended" and tale.due:
            tale.due = after(tale.due, EXTENSION)
        elif step.kind == "withdrawn":
            tale.due, tale.over = None, step.day

    def looks(self, tale: Tale, today: date, morning: bool) -> None:
        """Somebody looks at what is due on a day: what they would tell."""
        if morning:
            self.must |= self.waiting.pop(tale.number, set())
        if tale.due is None:
            return
        notified = {(tale.clerk, tale.number, tale.due, n) for n in _reached(tale.due, today)}
        late = between(tale.due, today)
        if late <= 0:
            urgent = {one for one in notified if morning or one[3] == 0}
            self.must |= urgent
            self.waiting.setdefault(tale.number, set()).update(notified - urgent - self.must)
            return
        self.must |= notified
        self.must.add((self.heads[tale.unit], tale.number, tale.due, -1))
        if late >= 3:
            self.must.add((self.supervisor, tale.number, tale.due, -3))


def _reached(due: date, today: date) -> list[int]:
    """The threshold at which a clerk hears of a due day on a day: the nearest that is reached
    before it; after it each day's own."""
    late = between(due, today)
    if late > 0:
        return [-late]
    left = between(today, due)
    return [number for number in BEFORE if left <= number][-1:]


def tales(number: int, days: list[date], units: list[str], seed: int) -> list[Tale]:
    """Cases that come in before and during the days: answered in time or late, extended, standing
    still for a clarification, given to another clerk, never answered."""
    chance = random.Random(seed)
    built = []
    for _ in range(number):
        unit = chance.choice(units)
        start = chance.randrange(-27, len(days) - 1)
        received = DAYS[DAYS.index(days[0]) + start]
        opens_on = max(received, days[0])
        opening = Opening(unit, received, "person", "post", "停车收费标准")
        steps: dict[date, list[Step]] = {}
        place = days.index(opens_on)

        def step(kind: str, wait: int, at: int = place, steps=steps, /, **data: object) -> None:
            if at + wait < len(days):
                day = days[at + wait]
                steps.setdefault(day, []).append(Step(kind, day, data))

        step("assigned", 0, handler=f"clerk1-{unit}")
        kind = chance.random()
        wait = chance.randrange(1, 30)
        if kind < 0.2 and received == opens_on:
            requested, answered = chance.randrange(0, 6), chance.randrange(1, 9)
            by = after(days[place], requested + 9)
            step(
                "clarification_requested", requested, items="请说明年度。", answer_by=by.isoformat()
            )
            step("clarified", requested + answered)
            wait += requested + answered
        elif kind < 0.35:
            # Told before the period is over; later it is refused, and a story takes no such step.
            if between(opens_on, after(received, ANSWER)) > 1:
                step("extended", 1, days=20, reason="会商", approver="陈签发")
                wait += 1
        elif kind < 0.5:
            given = chance.randrange(1, 9)
            step("assigned", given, handler=f"clerk2-{unit}")
            wait = max(wait, given)
        if chance.random() < 0.85:
            step("withdrawn", wait + 1)
        built.append(Tale(unit, opening, opens_on, steps))
    return built
