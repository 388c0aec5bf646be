"""What a world's parameters give on average, and the values solved from it so that stated totals hold."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import product

from scipy.optimize import brentq
from scipy.special import expit

from entydig.errors import DataError, Problem
from entydig.survey.process import ClassRule, GivenRow, Process, Shares

__all__ = [
    "clusters_asked",
    "intercept",
    "lead_share",
    "marginal",
    "newcomers",
    "not_leading",
    "not_leading_given",
    "stayers",
]

INTERCEPT_DECIMALS = 6
TOLERANCE = 1e-9


def clusters_asked(process: Process, wave: int) -> float:
    """Give the expected number of clusters with at least one unit on the wave's roster."""
    return sum(number * (1 - _asked_of(process, size, 0, wave)) for size, number in process.clusters.items())


def stayers(process: Process, group: str, wave: int) -> float:
    """Give the expected share of a group's roster that was on the roster of the wave before.

    Rosters are nested: of two waves, one's units hold all of the other's.
    """
    position = process.waves.index(wave)
    if position == 0:
        return 0.0
    before, now = (_places_asked(process, group, each) for each in (process.waves[position - 1], wave))
    return process.seating[group].same_person * min(1.0, before / now)


def marginal(process: Process, name: str, group: str, wave: int) -> Shares:
    """Give the expected distribution of a class over a group's roster; empty if it does not apply to it."""
    rule = process.classes[name]
    if group not in rule.groups:
        return {}
    if rule.rows:
        given = marginal(process, rule.given, group, wave)
        return _mixture((given[value], row.shares[wave]) for row in rule.rows for value in row.values)
    if rule.per == "unit" and process.seating[group].place == "cluster":
        return _of_cluster(process, rule, wave)
    return rule.shares[wave]


def lead_share(process: Process, rule: ClassRule, group: str, values: Iterable[str]) -> float:
    """Give the expected share of a group's seats that lead with one of the values."""
    return sum(rule.leads.count(value) for value in values) / process.seating[group].mean_seats


def not_leading(process: Process, rule: ClassRule, group: str, wave: int) -> Shares:
    """Solve the distribution of a seat's class over the seats that do not lead, so that the totals hold."""
    leading = {level: lead_share(process, rule, group, [level]) for level in rule.levels}
    return _rest(rule.shares[wave], leading, f"class {rule.name}, {group} {wave}")


def not_leading_given(process: Process, rule: ClassRule, row: GivenRow, group: str, wave: int) -> Shares:
    """Solve the distribution of a class, given another, over the seats that do not lead."""
    if row.lead is None:
        return row.shares[wave]
    given = marginal(process, rule.given, group, wave)
    leading = lead_share(process, process.classes[rule.given], group, row.values) / sum(
        given[value] for value in row.values
    )
    part = {level: leading * row.lead[level] for level in rule.levels}
    return _rest(row.shares[wave], part, f"class {rule.name} of {', '.join(row.values)}, {group} {wave}")


def newcomers(process: Process, rule: ClassRule, group: str, wave: int) -> Shares:
    """Solve the distribution of a person's class over newcomers, so that with those who stay totals hold."""
    share = stayers(process, group, wave)
    if not share or not rule.moves:
        return rule.shares[wave]
    before = rule.shares[process.waves[process.waves.index(wave) - 1]]
    moved = _mixture((before[level], rule.moves[level]) for level in rule.levels)
    part = {level: share * moved.get(level, 0.0) for level in rule.levels}
    return _rest(rule.shares[wave], part, f"class {rule.name}, {group} {wave}")


def intercept(process: Process, group: str, wave: int) -> float:
    """Solve the intercept of the response model, so that the mean chance to answer is the stated share.

    The mean goes over the distributions of all classes with an effect, which are independent of one another.
    """
    parts = [_effects(process, name, group, wave) for name in process.response_effects]
    if process.response_of_positive_people:
        parts.append([(0.5, process.response_of_positive_people), (0.5, 0.0)])
    cells = [
        (math.prod(share for share, _ in row), sum(effect for _, effect in row)) for row in product(*parts)
    ]
    target = process.response[group, wave]

    def too_many(value: float) -> float:
        return sum(share * float(expit(value + effect)) for share, effect in cells) - target

    return round(float(brentq(too_many, -20.0, 20.0, xtol=1e-12)), INTERCEPT_DECIMALS)


def _effects(process: Process, name: str, group: str, wave: int) -> list[tuple[float, float]]:
    effects = process.response_effects[name]
    shares = marginal(process, name, group, wave)
    return [(share, effects.get(level, 0.0)) for level, share in shares.items()] or [(1.0, 0.0)]


def _places_asked(process: Process, group: str, wave: int) -> float:
    if process.seating[group].place == "cluster":
        return clusters_asked(process, wave)
    return float(process.units_asked[wave])


def _asked_of(process: Process, size: int, asked: int, wave: int) -> float:
    """Give the chance that of a cluster's units exactly `asked` are on the roster (hypergeometric)."""
    total = sum(units * number for units, number in process.clusters.items())
    drawn = process.units_asked[wave]
    if asked > drawn:
        return 0.0
    return math.comb(size, asked) * math.comb(total - size, drawn - asked) / math.comb(total, drawn)


def _of_cluster(process: Process, rule: ClassRule, wave: int) -> Shares:
    """Give the distribution over clusters of the first (last) value among a cluster's units on the roster."""
    levels = rule.levels if rule.cluster_has == "first" else rule.levels[::-1]
    shares: dict[str, float] = {}
    later = 1.0
    for level in levels:
        remaining = max(later - rule.shares[wave][level], 0.0)
        shares[level] = _all_among(process, later, wave) - _all_among(process, remaining, wave)
        later = remaining
    total = clusters_asked(process, wave)
    return {level: shares[level] / total for level in rule.levels}


def _all_among(process: Process, share: float, wave: int) -> float:
    """Give the expected number of asked clusters whose asked units all have a value of that total share."""
    return sum(
        number * _asked_of(process, size, asked, wave) * share**asked
        for size, number in process.clusters.items()
        for asked in range(1, size + 1)
    )


def _mixture(parts: Iterable[tuple[float, Shares]]) -> Shares:
    total: dict[str, float] = {}
    for weight, shares in parts:
        for level, share in shares.items():
            total[level] = total.get(level, 0.0) + weight * share
    return total


def _rest(totals: Shares, part: Mapping[str, float], where: str) -> Shares:
    """Give the distribution of what is left of the totals when a part is fixed."""
    left = {level: totals[level] - part[level] for level in totals}
    if below := [level for level, share in left.items() if share < -TOLERANCE]:
        raise DataError(
            Problem(
                where,
                f"the total of {', '.join(below)} is already exceeded by the fixed part",
                "a larger total, or a smaller part",
            )
        )
    return {level: max(share, 0.0) / sum(left.values()) for level, share in left.items()}
