"""Whether a claim is true in a synthetic world: computed from the world, never declared.

Claims on levels and census facts are true or false of the whole roster; claims on change, difference, order,
association and equivalence of the world's parameters.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from entydig.claims.decision import ROUNDING
from entydig.claims.register import Claim, Condition, Part
from entydig.claims.roster import census
from entydig.survey import measures
from entydig.survey.answers import Survey
from entydig.survey.decisions import Decisions
from entydig.survey.instrument import Instrument
from entydig.survey.worlds import Worlds

__all__ = ["is_true", "true_value"]


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
    parts = all(_part_holds(part, true_value(part, worlds, world, whole, decisions)) for part in claim.parts)
    return parts and all(
        _holds(each, claim.parts[0], worlds, world, whole, decisions) for each in claim.conditions
    )


def true_value(part: Part, worlds: Worlds, world: str, whole: Survey, decisions: Decisions) -> float:
    """Give the true value of a part's estimand.

    Of a rank set: the smallest difference between an option of the set and one outside.

    Raises
    ------
    ValueError
        The estimand has no truth of this kind.
    """
    if part.estimand == "level":
        return _level(part, whole, decisions)
    if part.estimand == "census":
        return census(whole, part, decisions.confidence).value
    if part.estimand == "rank_set":
        return _lead(part, worlds, world, whole.instrument)
    if part.estimand == "order":
        group, wave = part.groups[0], part.waves[0]
        first, second = (_target(worlds, world, (item,), group, wave) for item in part.items)
        return first - second
    if part.estimand == "association":
        return _by_class(part, worlds, world, whole)
    if part.estimand == "change" or (part.estimand == "equivalence" and len(part.waves) > 1):
        sizes = {group: whole.asked(group, part.waves[-1]) or 0 for group in part.groups}
        moved = {group: _moved(worlds, world, part, group) for group in part.groups}
        return sum(sizes[group] * moved[group] for group in part.groups) / sum(sizes.values())
    one, other = part.groups
    if part.estimand in ("gap", "equivalence"):
        wave = part.waves[0]
        return _target(worlds, world, part.items, one, wave) - _target(worlds, world, part.items, other, wave)
    if part.estimand == "gap_change":
        return _moved(worlds, world, part, one) - _moved(worlds, world, part, other)
    raise ValueError(f"no truth for {part.estimand}")


def _part_holds(part: Part, value: float) -> bool:
    if part.estimand == "equivalence":
        # A difference of exactly the margin, such as .68 - .78, is not inside it, whatever binary makes of it.
        inside = part.sign * value > -part.margin + ROUNDING
        return inside and (part.one_sided or value < part.margin - ROUNDING)
    distance = part.sign * (value - part.against)
    return distance >= -ROUNDING if part.at_least else distance > ROUNDING


def _level(part: Part, whole: Survey, decisions: Decisions) -> float:
    positive = measures.positives(
        whole, decisions, part.items[0], groups=part.groups, waves=part.waves, where=part.where
    )
    return float(positive["value"].mean())


def _lead(part: Part, worlds: Worlds, world: str, instrument: Instrument) -> float:
    item, (group,), (wave,) = instrument.items[part.items[0]], part.groups, part.waves
    share = {option: worlds.target(world, f"{item.id}_{option}", group, wave) for option in item.options}
    outside = max(value for option, value in share.items() if option not in part.over)
    return min(share[option] for option in part.over) - outside


def _by_class(part: Part, worlds: Worlds, world: str, whole: Survey) -> float:
    """Give the difference between the two sides, their values mixed as on the roster; NaN where one is empty."""
    if part.by is None or whole.roster is None:
        raise ValueError(f"{part.key} needs `by` and a roster")
    group, wave = part.groups[0], part.waves[0]
    asked = whole.roster
    mine = asked[(asked["group"] == group) & (asked["wave"] == wave)][part.by.item]
    sides = []
    for values in (part.by.first, part.by.second):
        counts = {value: int((mine == value).sum()) for value in values}
        targets = {value: worlds.target(world, part.items[0], group, wave, value) for value in values}
        number = sum(counts.values())
        sides.append(sum(counts[value] * targets[value] for value in values) / number if number else math.nan)
    return sides[0] - sides[1]


def _holds(
    condition: Condition, part: Part, worlds: Worlds, world: str, whole: Survey, decisions: Decisions
) -> bool:
    if condition.kind == "estimate_at_least":
        return part.sign * true_value(part, worlds, world, whole, decisions) >= condition.size - ROUNDING
    alone = [replace(part, items=(item,), needed=None, against=0.0) for item in condition.items]
    values = [part.sign * true_value(each, worlds, world, whole, decisions) for each in alone]
    if condition.kind == "same_sign":
        return all(value > ROUNDING for value in values)
    return sum(value >= condition.size - ROUNDING for value in values) >= condition.count


def _moved(worlds: Worlds, world: str, part: Part, group: str) -> float:
    before, after = part.waves
    return _target(worlds, world, part.items, group, after) - _target(
        worlds, world, part.items, group, before
    )


def _target(worlds: Worlds, world: str, items: Sequence[str], group: str, wave: int) -> float:
    return sum(worlds.target(world, item, group, wave) for item in items) / len(items)
