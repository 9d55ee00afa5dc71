"""Whether a law's pack speaks of steps and particulars that there are."""

from collections.abc import Iterator
from typing import get_args

from requestflow.cases.steps import DEFINITIONS, particulars_model
from requestflow.cases.steps.intake import Channel
from requestflow.law import Limit, Pack, refuse_pack

OF_COMPLETION = frozenset({"kind", "outcome", "ground"})
"""Particulars that the product itself puts into a step."""


def require_fitting(pack: Pack) -> None:
    """Raises PackInvalid with all that a pack names and no step has, by file, line and key."""
    refuse_pack(pack, list(unfitting(pack)))


def unfitting(pack: Pack) -> Iterator[str]:
    """What a pack names that no step has, each with its key; entries count from 1."""
    for place, step in enumerate(pack.steps, 1):
        if not _known(step.event):
            yield f"steps[{place}].event: there is no step '{step.event}'"
        elif step.article_by and not _says(step.event, step.article_by):
            yield f"steps[{place}].article_by: '{step.event}' does not say '{step.article_by}'"
    for place, limit in enumerate(pack.limits, 1):
        for event, name in sorted(_read(limit)):
            if _known(event) and not _says(event, name):
                yield f"limits[{place}] ({limit.kind}): '{event}' does not say '{name}'"
    for place, rule in enumerate(pack.receipt_rules, 1):
        if rule.channel not in get_args(Channel):
            known = ", ".join(get_args(Channel))
            yield f"receipt_rules[{place}].channel: there is no '{rule.channel}' ({known})"


def _known(event: str) -> bool:
    return event == "received" or event in DEFINITIONS


def _says(event: str, name: str) -> bool:
    return name in particulars_model(event).model_fields or name in OF_COMPLETION


def _read(limit: Limit) -> set[tuple[str, str]]:
    """The steps whose particulars a limit reads, and which."""
    triggers = (*limit.starts_on, *limit.restarts_on, *limit.ends_on)
    read = {(item.event, name) for item in triggers for name in (item.day, *item.where) if name}
    for start in limit.starts_on:
        for name in (limit.per, limit.number_from, limit.unit_from):
            read |= {(start.event, name)} if name else set()
    for stop in limit.stops:
        read |= {(event, stop.per) for event in (stop.starts, *stop.ends) if stop.per}
    if limit.stated:
        read.add((limit.stated.event, limit.stated.day))
    return read
