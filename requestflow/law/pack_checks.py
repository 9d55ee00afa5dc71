"""What a pack may not say although its form allows it: references that lead nowhere, rules that
contradict each other, laws that overlap."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from requestflow.law.model import Limit, Pack


def pack_problems(pack: Pack) -> Iterable[str]:
    """Each as the key where it stands (entries count from 1), and what is wrong."""
    if pack.received_until and pack.received_until < pack.received_from:
        yield "received_until: is before received_from"
    yield from unique("outcomes", [item.code for item in pack.outcomes])
    yield from unique("grounds", [item.code for item in pack.grounds])
    yield from unique("remedies", [item.kind for item in pack.remedies])
    yield from unique("fees", [item.code for item in pack.fees])
    yield from unique("review_points", [item.code for item in pack.review_points])
    yield from unique("reporting_days", [item.code for item in pack.reporting_days])
    yield from _versions_apart(pack)
    yield from _answers(pack)
    yield from _steps(pack)
    for place, limit in enumerate(pack.limits, 1):
        yield from _limit(limit, f"limits[{place}]")
        yield from _references(pack, limit, f"limits[{place}]")
    yield from _fees(pack)
    for place, day in enumerate(pack.reporting_days, 1):
        try:
            date(2025, day.month, day.day)
        except ValueError:
            yield f"reporting_days[{place}].day: there is no {day.month}-{day.day} in most years"


def _answers(pack: Pack) -> Iterable[str]:
    outcomes = {item.code for item in pack.outcomes}
    for place, ground in enumerate(pack.grounds, 1):
        for code in ground.outcomes:
            if code not in outcomes:
                yield f"grounds[{place}].outcomes: no outcome '{code}' in this pack"
    for place, outcome in enumerate(pack.outcomes, 1):
        stands = any(outcome.code in ground.outcomes for ground in pack.grounds)
        if outcome.ground == "required" and not stands:
            yield f"outcomes[{place}].ground: is required, but no ground may stand with it"
        if outcome.ground == "none" and stands:
            yield f"outcomes[{place}].ground: is 'none', but a ground names this outcome"
    for place, ending in enumerate(pack.endings, 1):
        if ending.outcome not in outcomes:
            yield f"endings[{place}].outcome: no outcome '{ending.outcome}' in this pack"
        elif ending.ground and not pack.ground_for(ending.outcome, ending.ground):
            yield f"endings[{place}].ground: '{ending.ground}' may not stand with the outcome"


def _steps(pack: Pack) -> Iterable[str]:
    limits, events = set(pack.limit_kinds), {item.event for item in pack.steps}
    if "received" not in events:
        yield "steps: no step 'received', with which a case begins"
    for place, step in enumerate(pack.steps, 1):
        for kind in step.within:
            if kind not in limits:
                yield f"steps[{place}].within: no limit '{kind}' in this pack"
        if bool(step.article_by) != bool(step.articles):
            yield f"steps[{place}].articles: goes with article_by, and only with it"
    for place, ending in enumerate(pack.endings, 1):
        if ending.event not in events:
            yield f"endings[{place}].event: no step '{ending.event}' in this pack"
    for place, limit in enumerate(pack.limits, 1):
        for event in sorted(set(_named(limit)) - events):
            yield f"limits[{place}] ({limit.kind}): no step '{event}' in this pack"


def _limit(limit: Limit, key: str) -> Iterable[str]:
    """What a limit contradicts itself in."""
    if limit.number is None and limit.stated is None:
        yield f"{key}: has neither a number nor a stated day"
    if bool(limit.starts_on) == bool(limit.after_missed):
        yield f"{key} ({limit.kind}): needs either starts_on or after_missed"
    if limit.in_force_from and limit.in_force_until and limit.in_force_until < limit.in_force_from:
        yield f"{key}.in_force_until: is before in_force_from"
    if limit.stops and limit.unit == "months":
        yield f"{key} ({limit.kind}): a period in months cannot be stopped"


def _references(pack: Pack, limit: Limit, key: str) -> Iterable[str]:
    """What a limit names that there is not."""
    limits = set(pack.limit_kinds)
    for kind in limit.after_missed:
        if kind not in limits:
            yield f"{key}.after_missed: no limit '{kind}' in this pack"
    for trigger in (*limit.starts_on, *limit.restarts_on, *limit.ends_on):
        if trigger.end_of and trigger.end_of not in limits:
            yield f"{key}.starts_on: no limit '{trigger.end_of}' in this pack"
        elif trigger.end_of and trigger not in limit.starts_on:
            yield f"{key}: only a start may name 'end_of'"
    for stop in limit.stops:
        if stop.at_most and stop.at_most not in limits:
            yield f"{key}.stops: no limit '{stop.at_most}' in this pack"
    for code in limit.not_for_outcomes:
        if pack.outcome(code) is None:
            yield f"{key}.not_for_outcomes: no outcome '{code}' in this pack"


def _named(limit: Limit) -> Iterable[str]:
    """The steps that a limit speaks of."""
    for trigger in (*limit.starts_on, *limit.restarts_on, *limit.ends_on):
        yield trigger.event
        if trigger.day_of:
            yield trigger.day_of
    for stop in limit.stops:
        yield from (stop.starts, *stop.ends)
    if limit.extension:
        yield limit.extension.event
    if limit.stated:
        yield limit.stated.event


def _fees(pack: Pack) -> Iterable[str]:
    for place, rule in enumerate(pack.fees, 1):
        firsts = [tier.first for tier in rule.tiers]
        if firsts != sorted(set(firsts)) or not firsts or firsts[0] != 1:
            yield f"fees[{place}].tiers: must begin with 1 and go up"
        if (rule.step_every is None) != (rule.step_fen is None):
            yield f"fees[{place}].step_every: goes with step_fen, and only with it"


def _versions_apart(pack: Pack) -> Iterable[str]:
    """Two versions of a step, or of a limit that begins in the same way, on one day."""
    for place, step in enumerate(pack.steps, 1):
        for earlier in pack.steps[: place - 1]:
            if earlier.event == step.event and earlier.overlaps(step):
                yield f"steps[{place}]: '{step.event}' stands twice for the same days"
    for place, limit in enumerate(pack.limits, 1):
        for other in pack.limits[: place - 1]:
            alike = (other.kind, other.starts_on) == (limit.kind, limit.starts_on)
            if alike and other.overlaps(limit):
                yield f"limits[{place}]: '{limit.kind}' stands twice for the same days"


def unique(key: str, codes: Sequence[str]) -> Iterable[str]:
    """Says of each code that stands more than once where it stands again."""
    for place, code in enumerate(codes, 1):
        if code in codes[: place - 1]:
            yield f"{key}[{place}]: '{code}' stands twice"


def packs_apart(packs: Sequence[Pack]) -> Iterable[tuple[Pack, str]]:
    """Laws of one jurisdiction that overlap or leave days without a law between them."""
    for place, pack in enumerate(packs):
        if any(pack.code == other.code for other in packs[:place]):
            yield pack, f"code: '{pack.code}' stands twice"
    for name in dict.fromkeys(pack.jurisdiction for pack in packs):
        yield from _in_turn([pack for pack in packs if pack.jurisdiction == name])


def _in_turn(packs: Sequence[Pack]) -> Iterable[tuple[Pack, str]]:
    for earlier, later in pairwise(packs):
        until = earlier.received_until or date.max
        if later.received_from <= until:
            yield later, f"received_from: overlaps '{earlier.code}', in force until {until}"
        elif later.received_from > until + timedelta(days=1):
            yield later, f"received_from: no law is in force after {until} ('{earlier.code}')"
