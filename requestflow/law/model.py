"""The typed form of a law pack: what a pack's file may say, and nothing else.

A pack (see `packs/*.toml`) is one law in force for a span of days. Its text is written so that
a lawyer can check it against the statute: each number stands beside its article.
"""

from collections.abc import Collection, Iterable
from datetime import date
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Nature = Literal["duty", "window", "own_window", "other_party"]
"""duty: the body must act by the day; window: after the day a step is no longer open; own_window:
neither is a step of the body's own in a remedy; other_party: somebody outside must act, and silence
has a consequence."""

Unit = Literal["working_days", "calendar_days", "months"]


class StrictModel(BaseModel):
    """A part of a pack: immutable, and no key that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(StrictModel):
    """A name in both languages of the face."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self, locale: str) -> str:
        """The name for a locale such as `zh_CN` or `en`."""
        return self.zh if locale.startswith("zh") else self.en


class Trigger(StrictModel):
    """An event of the case that does something to a clock.

    `where` narrows it to events whose particulars have these values; `day` names the particular
    that holds the day which counts instead of the event's own day (for example the day on
    which the applicant received a notice); `day_of` is an earlier step whose day counts instead.
    `end_of` is the limit, begun on that day, from whose last day it counts (视为受理).
    """

    event: str
    where: dict[str, str | bool] = {}
    day: str | None = None
    day_of: str | None = None
    end_of: str | None = None
    article: str | None = None


class Stop(StrictModel):
    """A span that is not counted: from the day of `starts` to the day of one of `ends`.

    `per` names the particular that pairs a start with its end when several run at once.
    `at_most` is the kind of the limit after which the clock goes on without an answer.
    """

    starts: str
    ends: tuple[str, ...]
    rule: str
    article: str
    per: str | None = None
    at_most: str | None = None


class Extension(StrictModel):
    """More of the same unit, once `event` is recorded; `number` is also the most that may be."""

    event: str
    number: int = Field(gt=0)
    article: str


class StatedDay(StrictModel):
    """A day that the body itself states in `event`, in the particular `day`."""

    event: str
    day: str
    article: str


class Dated(StrictModel):
    """A version of something that holds for a span of days, or always."""

    in_force_from: date | None = None
    in_force_until: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether this version holds for what begins on `day`."""
        return (self.in_force_from is None or self.in_force_from <= day) and (
            self.in_force_until is None or day <= self.in_force_until
        )

    def overlaps(self, other: "Dated") -> bool:
        """Whether there is a day for which both versions hold."""
        first = max(self.in_force_from or date.min, other.in_force_from or date.min)
        last = min(self.in_force_until or date.max, other.in_force_until or date.max)
        return first <= last


class Limit(Dated):
    """One time limit (期限): its length, its article, what starts, stops and ends it.

    `number_from` and `unit_from` are the particulars of its start that say another length, where
    they do. `after_missed` names the limits whose due day, once passed without an answer, starts
    this one. It is not for an answer with one of `not_for_grounds`, nor for one that names no
    ground and has one of `not_for_outcomes`.
    """

    kind: str
    label: Label
    nature: Nature
    article: str
    law: str | None = None
    number: int | None = Field(default=None, gt=0)
    number_from: str | None = None
    unit_from: str | None = None
    unit: Unit = "working_days"
    starts_on: tuple[Trigger, ...] = ()
    after_missed: tuple[str, ...] = ()
    restarts_on: tuple[Trigger, ...] = ()
    ends_on: tuple[Trigger, ...]
    stops: tuple[Stop, ...] = ()
    extension: Extension | None = None
    stated: StatedDay | None = None
    per: str | None = None
    not_for_outcomes: tuple[str, ...] = ()
    not_for_grounds: tuple[str, ...] = ()
    unverified: bool = False

    def bars(self, outcome: str | None, grounds: Iterable[str]) -> bool:
        """Whether an answer of that outcome, for those grounds, is one that it is not for."""
        named = frozenset(grounds)
        if named and self.not_for_grounds:
            return not named.isdisjoint(self.not_for_grounds)
        return outcome in self.not_for_outcomes

    @cached_property
    def follows(self) -> bool:
        """Whether it may begin at the end of another limit."""
        return any(trigger.end_of for trigger in self.starts_on)

    @cached_property
    def start_events(self) -> frozenset[str]:
        """The events that can start it."""
        return frozenset(trigger.event for trigger in self.starts_on)


class StepRule(Dated):
    """A step that this law knows on a day, with the article that gives it.

    `within` names the limits after which the step is no longer lawful, `once` that it may be
    taken one time only. `articles` is the article by what the step says in the particular
    `article_by`, where they differ.
    """

    event: str
    article: str
    article_by: str | None = None
    articles: dict[str, str] = Field(default_factory=dict)
    within: tuple[str, ...] = ()
    once: bool = False
    unverified: bool = False


class Outcome(StrictModel):
    """How an application ended (办理结果). `words` are what registers call it.

    `separable`: some of it is given and some withheld, each part for a ground of its own.
    `simple`: it takes nothing from the applicant, so that a unit may let it be decided on the
    spot by one person. `gives`: information goes out with it, or the applicant is told where it is.
    `refuses`: it counts as a refusal where answers are looked over. `letter` is what the letter is
    called.
    """

    code: str
    label: Label
    article: str
    ground: Literal["required", "optional", "none"]
    answer: bool = True
    separable: bool = False
    simple: bool = False
    gives: bool = False
    refuses: bool = False
    letter: str | None = None
    words: tuple[str, ...] = ()


class ReviewPoint(StrictModel):
    """A point that the secrecy review (保密审查) answers before anything is released."""

    code: str
    label: Label
    article: str


class ReceiptRule(StrictModel):
    """Which day counts as the day of receipt for what came in by a channel."""

    channel: str
    label: Label
    article: str
    unverified: bool = False


class Ground(StrictModel):
    """Why an outcome was reached (理由), and with which outcomes it may stand.

    `label` is what the report's form calls it. `reason` is the sentence of a letter, `cite` the
    article as the letter cites it (16.2 is its second paragraph), where it is nearer than
    `article`; `answer` the article of the answer itself and `letter` what its letter is called,
    where they are others than the outcome's.
    A `coarse` one stands for several that registers did not tell apart; no new answer has it.
    `protects_others`: it keeps third parties' rights or privacy.
    """

    code: str
    label: Label
    article: str
    reason: str | None = None
    cite: str | None = None
    answer: str | None = None
    letter: str | None = None
    coarse: bool = False
    protects_others: bool = False
    outcomes: tuple[str, ...]
    words: tuple[str, ...] = ()


class Ending(StrictModel):
    """The outcome and ground as which an ending without a decision letter is counted."""

    event: str
    outcome: str
    ground: str | None = None


class RemedyResult(StrictModel):
    """How a reconsideration or a suit ended."""

    code: str
    label: Label
    words: tuple[str, ...] = ()


class RemedyRule(StrictModel):
    """A remedy against a decision or against silence (行政复议, 行政诉讼)."""

    kind: Literal["reconsideration", "suit"]
    label: Label
    article: str
    results: tuple[RemedyResult, ...]


class FeeTier(StrictModel):
    """One progressive tier: from the `first` unit on, `fen` for each (1/100 yuan)."""

    first: int = Field(gt=0)
    fen: int = Field(ge=0)


class FeeRule(StrictModel):
    """One way to compute the information processing fee (信息处理费)."""

    code: str
    label: Label
    article: str
    tiers: tuple[FeeTier, ...]
    step_every: int | None = None
    step_fen: int | None = None


class ReportingDay(StrictModel):
    """A day of the year by which the annual report must be handed in or published, by units of
    these `kinds`; without any, by all others."""

    code: str
    label: Label
    kinds: tuple[str, ...] = ()
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    article: str


HOME = "cn"
"""The jurisdiction of units that name none."""


class Pack(StrictModel):
    """One law in force for the applications received from `received_from` to `received_until` by
    the units of a jurisdiction (法域)."""

    code: str
    jurisdiction: str = HOME
    title: Label
    order: Label
    received_from: date
    received_until: date | None = None
    limits: tuple[Limit, ...]
    steps: tuple[StepRule, ...]
    outcomes: tuple[Outcome, ...]
    grounds: tuple[Ground, ...]
    endings: tuple[Ending, ...]
    remedies: tuple[RemedyRule, ...]
    letter_parts: tuple[Label, ...] = ()
    review_points: tuple[ReviewPoint, ...] = ()
    receipt_rules: tuple[ReceiptRule, ...] = ()
    fees: tuple[FeeRule, ...] = ()
    reporting_days: tuple[ReportingDay, ...] = ()

    def outcome(self, code: str | None) -> Outcome | None:
        """The outcome of that code, or None."""
        return next((item for item in self.outcomes if item.code == code), None)

    def ground(self, code: str | None) -> Ground | None:
        """The ground of that code, or None."""
        return next((item for item in self.grounds if item.code == code), None)

    def ground_for(self, outcome: str | None, code: str | None) -> Ground | None:
        """The ground of that code if it may stand with that outcome, else None."""
        result = self.ground(code)
        return result if result and outcome in result.outcomes else None

    def step(self, event: str, day: date | None = None) -> StepRule | None:
        """The rule for a step on a day (on any: None), or None where this law does not know it."""
        return next(
            (x for x in self.steps if x.event == event and (day is None or x.in_force(day))), None
        )

    @property
    def limit_kinds(self) -> Iterable[str]:
        """The kinds of limits, in the order of the pack."""
        return self._limits_by_kind

    def limits_of(self, kind: str) -> tuple[Limit, ...]:
        """The versions of a limit, in the order of the pack."""
        return self._limits_by_kind.get(kind, ())

    def limits_begun(
        self, happened: Iterable[str], natures: Collection[Nature]
    ) -> tuple[tuple[Limit, ...], ...]:
        """The versions of each limit of those natures that one of these steps can begin, in the
        order of the pack."""
        key = frozenset(happened), frozenset(natures)
        known = self._begun
        if key not in known:
            begun = {kind for event in key[0] for kind in self._kinds_by_event.get(event, ())}
            known[key] = tuple(
                versions
                for kind, versions in self._limits_by_kind.items()
                if kind in begun and any(limit.nature in key[1] for limit in versions)
            )
        return known[key]

    @cached_property
    def _begun(
        self,
    ) -> dict[tuple[frozenset[str], frozenset[Nature]], tuple[tuple[Limit, ...], ...]]:
        """What `limits_begun` has found so far: histories have few combinations of steps."""
        return {}

    @cached_property
    def _kinds_by_event(self) -> dict[str, frozenset[str]]:
        events = {event for limit in self.limits for event in limit.start_events}
        return {
            event: frozenset(x.kind for x in self.limits if event in x.start_events)
            for event in events
        }

    def limit(self, kind: str, day: date) -> Limit | None:
        """The version of a limit that governs a period beginning on `day`."""
        return next((x for x in self.limits_of(kind) if x.in_force(day)), None)

    @cached_property
    def _limits_by_kind(self) -> dict[str, tuple[Limit, ...]]:
        kinds = dict.fromkeys(item.kind for item in self.limits)
        return {kind: tuple(x for x in self.limits if x.kind == kind) for kind in kinds}

    def ending(self, event: str) -> Ending | None:
        """What an ending without a decision is counted as, or None."""
        return next((item for item in self.endings if item.event == event), None)

    def remedy(self, kind: str) -> RemedyRule:
        """The remedy of that kind."""
        return next(item for item in self.remedies if item.kind == kind)
