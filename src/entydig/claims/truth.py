"""Whether a claim is true in a synthetic world: computed from the world, never declared.

Roster claims are true or false of the whole roster's answers; claims on change and difference of the world's parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

from entydig.claims.register import Claim, Condition, Part
from entydig.survey import measures
from entydig.survey.answers import Survey
from entydig.survey.decisions import Decisions
from entydig.survey.worlds import Worlds

__all__ = ["is_true", "true_value"]

PROCESS = ("change", "gap", "gap_change", "order")


def is_true(claim: Claim, worlds: Worlds, world: str, whole: Survey, decisions: Decisions) -> bool:
    """Tell whether every part of a claim and its size conditions hold.

    Parameters
    ----------
    claim : Claim
        With parts.
    worlds : Worlds
    world : str
    whole : Survey
        The answers of everyone on the roster.
    decisions : Decisions
    """
    parts = all(
        _sign(part) * (true_value(part, worlds, world, whole, decisions) - part.against) > 0
        for part in claim.parts
    )
    return parts and all(
        _holds(each, claim.parts[0], worlds, world, whole, decisions) for each in claim.conditions
    )


def true_value(part: Part, worlds: Worlds, world: str, whole: Survey, decisions: Decisions) -> float:
    """Give the true value of a part's estimand.

    Raises
    ------
    ValueError
        The estimand has no truth of this kind.
    """
    if part.estimand == "level":
        positive = measures.positives(
            whole, decisions, part.items[0], groups=part.groups, waves=part.waves, where=part.where
        )
        return float(positive["value"].mean())
    if part.estimand not in PROCESS:
        raise ValueError(f"no truth for {part.estimand}")
    if part.estimand == "order":
        first, second = ((item,) for item in part.items)
        group, wave = part.groups[0], part.waves[0]
        return _target(worlds, world, first, group, wave) - _target(worlds, world, second, group, wave)
    if part.estimand == "change":
        sizes = {group: whole.asked(group, part.waves[-1]) or 0 for group in part.groups}
        moved = {group: _moved(worlds, world, part, group) for group in part.groups}
        return sum(sizes[group] * moved[group] for group in part.groups) / sum(sizes.values())
    one, other = part.groups
    if part.estimand == "gap":
        wave = part.waves[0]
        return _target(worlds, world, part.items, one, wave) - _target(worlds, world, part.items, other, wave)
    return _moved(worlds, world, part, one) - _moved(worlds, world, part, other)


def _holds(
    condition: Condition, part: Part, worlds: Worlds, world: str, whole: Survey, decisions: Decisions
) -> bool:
    if condition.kind == "estimate_at_least":
        return _sign(part) * true_value(part, worlds, world, whole, decisions) >= condition.size
    alone = [
        Part(
            part.estimand,
            (item,),
            None,
            part.groups,
            part.together,
            part.waves,
            part.where,
            part.direction,
            0.0,
        )
        for item in condition.items
    ]
    values = [_sign(part) * true_value(each, worlds, world, whole, decisions) for each in alone]
    if condition.kind == "same_sign":
        return all(value > 0 for value in values)
    return sum(value >= condition.size - 1e-12 for value in values) >= condition.count


def _moved(worlds: Worlds, world: str, part: Part, group: str) -> float:
    before, after = part.waves
    return _target(worlds, world, part.items, group, after) - _target(
        worlds, world, part.items, group, before
    )


def _target(worlds: Worlds, world: str, items: Sequence[str], group: str, wave: int) -> float:
    return sum(worlds.target(world, item, group, wave) for item in items) / len(items)


def _sign(part: Part) -> float:
    return 1.0 if part.direction == "greater" else -1.0
