"""The information processing fee (信息处理费): progressive tiers, computed from the pack's rule."""

from requestflow.law.model import FeeRule


def fee(rule: FeeRule, earlier: int, number: int) -> int:
    """The fee in fen for `number` units (items or pages) after `earlier` ones that were counted
    before: each unit costs what its place in the sequence costs (国办函〔2020〕109号)."""
    return sum(_unit(rule, place) for place in range(earlier + 1, earlier + number + 1))


def _unit(rule: FeeRule, place: int) -> int:
    tier = [item for item in rule.tiers if item.first <= place][-1]
    last = rule.tiers[-1]
    if tier is last and rule.step_every and rule.step_fen:
        return tier.fen + (place - tier.first) // rule.step_every * rule.step_fen
    return tier.fen
