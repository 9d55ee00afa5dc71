"""Random histories that are possible: walked through the steps as the product admits them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from requestflow.cases import CaseState, Event, RemedyState, apply, effective
from requestflow.cases.bulk import replay
from requestflow.cases.errors import StepRefused
from requestflow.cases.history import received
from requestflow.cases.lifecycle import check
from requestflow.cases.steps import DEFINITIONS, StepContext
from requestflow.law import WorkingCalendar, law_pack
from tests.properties.counter import Event as Plain

FIRST, LAST = date(2009, 1, 5), date(2026, 6, 30)
ORDER_711 = date(2019, 5, 15)
EARLY_ENDS = frozenset({"withdrawn", "decision_recorded"})
WAITED = frozenset({"fee_defaulted", "clarification_lapsed"})
PLAIN: dict[str, dict[str, Any]] = {
    "reasons_given": {"reason": "研究"},
    "fee_waived": {"reason": "低保"},
    "secrecy_reviewed": {"checks": ["no_secret", "no_private", "no_danger"]},
}
APPROVED = {"approver": "陈签发"}
NOW = datetime(2026, 11, 24, tzinfo=UTC)
CASE_STEPS = (
    "clarification_requested",
    "clarified",
    "clarification_lapsed",
    "reasons_requested",
    "reasons_given",
    "delay_set",
    "consultation_started",
    "consultation_started",
    "consultation_ended",
    "consultation_ended",
    "extended",
    "fee_notified",
    "fee_notified",
    "fee_acknowledged",
    "payment_reported",
    "fee_paid",
    "fee_paid",
    "fee_waived",
    "fee_defaulted",
    "withdrawn",
    "drafted",
    "drafted",
    "legality_reviewed",
    "secrecy_reviewed",
    "signed",
    "delivered",
    "delivery_confirmed",
    "closed",
    "decision_recorded",
)
REMEDY_STEPS = frozenset(
    {
        "remedy_filed",
        "remedy_accepted",
        "remedy_answered",
        "remedy_converted",
        "remedy_extended",
        "remedy_suspended",
        "remedy_resumed",
        "hearing_scheduled",
        "hearing_held",
        "remedy_concluded",
        "appeal_filed",
        "appeal_concluded",
    }
)
ANSWERS = {
    "cn-2019": (
        ("granted", None),
        ("already_public", None),
        ("refused", "state_secret"),
        ("refused", "administrative_inquiry"),
        ("unable", "not_held"),
        ("not_processed", "repeated"),
        ("partial", None),
        ("partial", "process_information"),
        ("partial", "not_held"),
    ),
    "cn-2008": (
        ("granted", None),
        ("refused", "secret"),
        ("refused", "not_existing"),
        ("partial", None),
    ),
}


@dataclass(frozen=True)
class Holidays:
    """Made-up holidays and made-up working weekends of all years: no list of the product's."""

    days: dict[date, tuple[str, str]]

    def working(self, day: date) -> bool:
        """Whether it is a working day."""
        if day in self.days:
            return self.days[day][0] == "working"
        return day.weekday() < 5

    def calendar(self) -> WorkingCalendar:
        """What the product is given."""
        return WorkingCalendar(self.days, frozenset(range(2004, 2035)))  # type: ignore[arg-type]


def holidays(rng: random.Random) -> Holidays:
    """Some runs of holidays a year, each with a weekend day or two that are worked for it."""
    days: dict[date, tuple[str, str]] = {}
    for year in range(2004, 2035):
        for _ in range(7):
            first = date(year, 1, 1) + timedelta(rng.randrange(355))
            for offset in range(rng.choice((1, 3, 3, 8))):
                days[first + timedelta(offset)] = ("holiday", "假")
            near = first + timedelta(rng.choice((-3, -2, 9, 10)))
            if near.weekday() >= 5 and near not in days:
                days[near] = ("working", "班")
    return Holidays(days)


class Walk:
    """One case, taken from step to step at random."""

    def __init__(self, rng: random.Random, calendar: WorkingCalendar) -> None:
        self.rng, self.calendar = rng, calendar
        self.imported = rng.random() < 0.25
        day = self._receipt()
        self.law = "cn-2019" if day >= ORDER_711 else "cn-2008"
        data = {
            "unit": "LZ-S01",
            "law": self.law,
            "applicant_kind": "person",
            "channel": "post",
            "subject": "停车收费标准",
        }
        self.recorded: list[Event] = [Event("1", "received", day, data, "clerk", NOW)]
        self.state: CaseState = received("N", self.recorded[0])
        self.day = day

    def _receipt(self) -> date:
        if self.rng.random() < 0.12:
            return date(2023, 11, 15) + timedelta(self.rng.randrange(75))
        if self.rng.random() < 0.08:
            return date(2014, 11, 1) + timedelta(self.rng.randrange(180))
        return FIRST + timedelta(self.rng.randrange((LAST - FIRST).days))

    @property
    def history(self) -> list[Event]:
        return effective(self.recorded)

    def go(self) -> None:
        """Some steps; each is tried, and taken where it is admitted."""
        for _ in range(self.rng.randrange(4, 60)):
            pool = REMEDY_STEPS if self.rng.random() < 0.35 else CASE_STEPS
            fitting = self.possible() if pool is REMEDY_STEPS else [k for k in pool if self.fits(k)]
            if self.rng.random() < 0.85:
                fitting = [kind for kind in fitting if kind not in EARLY_ENDS]
            if not fitting:
                continue
            kind = self.rng.choice(fitting)
            gap = self.rng.choice((0, 1, 2, 3, 5, 8, 13, 30, 70))
            day = self.day + timedelta(gap + (45 if kind in WAITED else 0))
            if pool is REMEDY_STEPS and self.rng.random() < 0.3:
                day -= timedelta(self.rng.randrange(40))
            day = max(day, self.recorded[0].day)
            self.take(kind, day, self.said(kind, day))
        if self.rng.random() < 0.3:
            self.mend()

    def possible(self) -> list[str]:
        """What may come next in the remedies, what is rare as often as what is not."""
        kinds = ["remedy_filed"]
        for item in self.state.remedies:
            if item.concluded_on:
                if item.kind == "suit" and not item.appeal_ended_on:
                    kinds += ["appeal_concluded" if item.appealed_on else "appeal_filed"]
                continue
            kinds += ["remedy_answered", "hearing_scheduled", "remedy_concluded"]
            kinds += ["hearing_held"] * 2 if item.hearing_on else []
            kinds += [] if item.accepted_on else ["remedy_accepted"] * 8
            if item.kind == "suit" or not item.accepted_on:
                continue
            kinds += ["remedy_converted"] * 4 if item.simple else ["remedy_extended"]
            kinds += ["remedy_resumed" if item.suspended_on else "remedy_suspended"] * 2
        return kinds

    def fits(self, kind: str) -> bool:
        """Whether the case stands where that step is taken."""
        return self.state.stage in DEFINITIONS[kind].stages

    def take(self, kind: str, day: date, data: dict[str, Any] | None) -> None:
        if data is None:
            return
        event = Event(str(len(self.recorded) + 1), kind, day, data, "clerk", NOW)
        history = self.history
        context = StepContext(self.state, history, event, law_pack(self.law), self.calendar)
        try:
            check(context, imported=self.imported or kind == "decision_recorded")
        except StepRefused:
            return
        self.recorded.append(event)
        self.state = apply(self.state, event)
        if pool_of(kind) == "case":
            self.day = max(self.day, day)

    def mend(self) -> None:
        """Corrects what was recorded: what was said, or the day, of one step."""
        chosen = self.rng.choice(self.history)
        if chosen.kind in {"received", "corrected"}:
            return
        day = chosen.day + timedelta(self.rng.choice((0, -2, -1, 1, 2, 5)))
        taken = {event.day for event in self.history if event.key != chosen.key}
        if day != chosen.day and day in taken:
            return
        action = "void" if self.rng.random() < 0.2 else "replace"
        change: dict[str, Any] = {"action": action, "key": chosen.key}
        if action == "replace":
            data = {**chosen.data, **(self.again(chosen) or {})}
            change |= {"kind": chosen.kind, "day": day.isoformat(), "data": data}
        correction = Event(
            str(len(self.recorded) + 1),
            "corrected",
            self.day,
            {"changes": [change], "reason": "登记有误"},
            "clerk",
            NOW,
        )
        try:
            self.state = replay("N", effective([*self.recorded, correction]), self.calendar)
        except (StepRefused, KeyError):
            return
        self.recorded.append(correction)

    def again(self, event: Event) -> dict[str, Any] | None:
        """Other days said of the same step."""
        names = [name for name in event.data if name.endswith("_on") or name == "answer_by"]
        if not names:
            return None
        name = self.rng.choice(names)
        moved = date.fromisoformat(event.data[name]) + timedelta(self.rng.randrange(3))
        return {name: moved.isoformat()}

    def near(self, day: date, most: int = 6) -> str:
        return (day + timedelta(self.rng.randrange(most))).isoformat()

    def said(self, kind: str, day: date) -> dict[str, Any] | None:
        """The particulars as the product completes them; None where there is nothing to say."""
        if kind in REMEDY_STEPS:
            return self.said_of_remedy(kind, day)
        build = {
            "clarification_requested": self.asked,
            "reasons_requested": lambda day: {"answer_by": self.near(day + timedelta(8), 20)},
            "delay_set": lambda day: {"until": self.near(day + timedelta(20), 90), "reason": "x"},
            "consultation_started": self.consulted,
            "consultation_ended": self.consultation_over,
            "extended": lambda _: {"days": self.rng.randrange(1, 21), "reason": "x", **APPROVED},
            "fee_notified": self.charged,
            "fee_paid": self.paid,
            "payment_reported": self.paid,
            "drafted": lambda _: self.drafted(),
            "decision_recorded": lambda _: self.decided(),
            "delivered": self.delivered,
            "delivery_confirmed": lambda _: self.confirmed(),
        }.get(kind)
        return build(day) if build else dict(PLAIN.get(kind, {}))

    def asked(self, day: date) -> dict[str, Any]:
        return {"items": "哪一年？", "answer_by": self.near(day + timedelta(8), 20)}

    def consulted(self, day: date) -> dict[str, Any]:
        key = str(len(self.state.consultations) + 1)
        return {"consultation": key, "name": "某公司", "letter_received_on": self.near(day)}

    def consultation_over(self, _day: date) -> dict[str, Any] | None:
        open_now = self.state.open_consultations
        return {"consultation": self.rng.choice(open_now).key} if open_now else None

    def charged(self, day: date) -> dict[str, Any]:
        known = {"notice_received_on": self.near(day)} if self.rng.random() < 0.7 else {}
        return {"fen": 100_000, **known}

    def paid(self, day: date) -> dict[str, Any]:
        return {"paid_on": (day - timedelta(self.rng.randrange(8))).isoformat()}

    def delivered(self, day: date) -> dict[str, Any]:
        more = {"received_on": self.near(day)} if self.rng.random() < 0.7 else {}
        told = {"remedy_not_told": True} if self.rng.random() < 0.1 else {}
        return {"way": "post", **self.decision(), **more, **told}

    def confirmed(self) -> dict[str, Any]:
        sent = next((e.data for e in reversed(self.history) if e.kind == "delivered"), {})
        names = ("outcome", "ground", "grounds", "remedy_not_told")
        return {name: sent[name] for name in names if name in sent}

    def decided(self) -> dict[str, Any]:
        outcome, ground = self.rng.choice(ANSWERS[self.law])
        return {"outcome": outcome, **({"ground": ground} if ground else {})}

    def drafted(self) -> dict[str, Any]:
        said = self.decided()
        if said["outcome"] != "partial":
            return said
        held = "state_secret" if self.law == "cn-2019" else "secret"
        return {**said, "granted": "正文", "withheld": [{"part": "附件", "ground": held}]}

    def decision(self) -> dict[str, Any]:
        if not self.state.draft_outcome:
            return {}
        drafted = {"outcome": self.state.draft_outcome}
        if self.state.draft_ground:
            drafted["ground"] = self.state.draft_ground
        if self.state.draft_outcome == "partial" and self.rng.random() < 0.5:
            more = ["not_held", "state_secret"] if self.law == "cn-2019" else ["privacy"]
            return {**drafted, "grounds": self.rng.sample(more, 1)}
        return drafted

    def said_of_remedy(self, kind: str, day: date) -> dict[str, Any] | None:
        rng = self.rng
        if kind == "remedy_filed":
            name = rng.choice(("reconsideration", "suit"))
            number = 1 + sum(item.kind == name for item in self.state.remedies)
            return {"remedy": f"{'R' if name == 'reconsideration' else 'S'}{number}", "kind": name}
        pending = [item for item in self.state.remedies if not item.concluded_on]
        if kind.startswith("appeal"):
            pending = [i for i in self.state.remedies if i.kind == "suit" and i.concluded_on]
        if not pending:
            return None
        item = rng.choice(pending)
        build = {
            "remedy_accepted": self.accepted,
            "remedy_extended": lambda _, __: {"days": rng.choice((10, 30))},
            "hearing_scheduled": lambda _, day: {"held_on": self.near(day, 30)},
            "remedy_suspended": lambda _, __: {"reason": "等待鉴定"},
            "remedy_concluded": self.concluded,
            "appeal_filed": lambda _, __: {"by": rng.choice(("applicant", "body"))},
            "appeal_concluded": lambda _, __: {"result": "upheld"},
        }.get(kind)
        return {"remedy": item.key, **(build(item, day) if build else {})}

    def accepted(self, item: RemedyState, day: date) -> dict[str, Any]:
        simple = day >= date(2024, 1, 1) and self.rng.random() < 0.6
        copy = self.near(day, 10)
        return {"kind": item.kind, "simple_procedure": simple, "copy_received_on": copy}

    def concluded(self, item: RemedyState, day: date) -> dict[str, Any]:
        rng = self.rng
        said = {
            "kind": item.kind,
            "result": rng.choice(("upheld", "corrected", "other")),
            "received_on": self.near(day, 8),
            "ruling": rng.random() < 0.3,
        }
        if said["result"] == "corrected" and rng.random() < 0.7:
            said["redecision"] = True
            if rng.random() < 0.6:
                unit = rng.choice(("working_days", "calendar_days"))
                said |= {"within": rng.randrange(5, 61), "within_unit": unit}
        return said


def pool_of(kind: str) -> str:
    """To which course a step belongs."""
    return "remedy" if kind in REMEDY_STEPS else "case"


def walks(seed: int, number: int) -> Iterator[tuple[Walk, Holidays]]:
    """So many cases; every hundred of them live under other holidays."""
    rng = random.Random(seed)
    kept = holidays(rng)
    calendar = kept.calendar()
    for place in range(number):
        if place % 100 == 0:
            kept = holidays(rng)
            calendar = kept.calendar()
        walk = Walk(rng, calendar)
        walk.go()
        yield walk, kept


def plain(events: Sequence[Event]) -> list[Plain]:
    """Events without anything of the product's."""
    return [(event.kind, event.day, dict(event.data)) for event in events]
