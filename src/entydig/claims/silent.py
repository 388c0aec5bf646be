"""What those who did not answer would have to think for a claim's estimate to fall at its threshold."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from entydig.claims.estimators import part_evidence
from entydig.claims.register import Claim, Part, Register
from entydig.claims.roster import roster_weights
from entydig.errors import Problem, UsageError
from entydig.statistics import tipping
from entydig.statistics.bounds import Answered
from entydig.statistics.estimate import Estimate
from entydig.statistics.tipping import Tipping
from entydig.survey import measures
from entydig.survey.answers import Survey
from entydig.survey.decisions import Decisions
from entydig.survey.disclosure import published_share
from entydig.survey.sample import Sample

__all__ = ["Side", "Silent", "silent"]

# The others change who counts, or already allow for nonresponse: there is no roster beside their answers.
KEPT = ("positive_cut", "dont_know")
HIDDEN = "not shown"
WITHOUT = ("census", "rank_set")
WAVES: Sequence[Literal["earlier", "later"]] = ("earlier", "later")
GROUPS: Sequence[Literal["first", "second"]] = ("first", "second")


@dataclass(frozen=True)
class Side:
    """One group in one wave: half of a difference, or all of a share.

    Attributes
    ----------
    groups : tuple of str
    wave : int
    where : Mapping[str, sequence of str]
        Class item to the values kept.
    """

    groups: tuple[str, ...]
    wave: int
    where: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Silent:
    """One part of a claim with its tipping point.

    Attributes
    ----------
    claim : Claim
    part : Part
    estimate : Estimate
        As the claim's record has it, apart from weights, unit and links.
    sides : tuple of Side
    response : tuple of float
        Of each side, the share of those who may hold an opinion that gave one.
    place : int
        The side whose silent come nearest to tipping it.
    difference, share : float
        Of the silent of that side: points between them and those who answered, and their share (for an
        order their difference), at which the estimate is exactly at its threshold.  NaN with a `reason`.
    reason : str
        Stable key, as in `Tipping`, the estimate's own, or ``not shown`` where it would tell of too few people.
    """

    claim: Claim
    part: Part
    estimate: Estimate
    sides: tuple[Side, ...]
    response: tuple[float, ...] = ()
    place: int = 0
    difference: float = math.nan
    share: float = math.nan
    reason: str = ""


def silent(register: Register, claims: Sequence[str], survey: Survey, decisions: Decisions) -> list[Silent]:
    """Find the tipping point of every part of some claims, the nearest first.

    Parameters
    ----------
    register : Register
    claims : sequence of str
        Ids.
    survey : Survey
    decisions : Decisions
        Those on what counts as positive apply; people count alike, unweighted, whether linked or not.

    Returns
    -------
    list of Silent
        Where a difference has several sides, in one of them the silent differ and in the others they do not: the
        side that takes least.  Rank sets and facts of the roster have none, nor have claims without parts.

    Raises
    ------
    UsageError
        A claim is not registered.
    """
    if unknown := sorted(set(claims) - set(register.claims)):
        found = f"claims {', '.join(unknown)} are not registered"
        raise UsageError(Problem("tipping points", found, ", ".join(register.claims)))
    chosen = {name: value for name, value in decisions.chosen.items() if name in KEPT}
    counted = Decisions(decisions.registered, chosen)
    rows = [
        _silent(register.claims[name], part, survey, counted)
        for name in claims
        for part in register.claims[name].parts
        if part.estimand not in WITHOUT
    ]
    return sorted(rows, key=_distance)


def _distance(row: Silent) -> tuple[bool, bool, float]:
    """Sort by what it takes, then what is out of reach, then what is not shown."""
    far = math.isnan(row.difference)
    return row.reason == HIDDEN, far, 0.0 if far else abs(row.difference)


def _silent(claim: Claim, part: Part, survey: Survey, decisions: Decisions) -> Silent:
    estimate = part_evidence(part, survey, decisions).estimate
    sides = _sides(part)
    if math.isnan(estimate.value) or survey.roster is None:
        return Silent(claim, part, estimate, sides, reason=estimate.reason or "no roster")
    counts = [_answered(part, side, survey, decisions) for side in sides]
    if part.estimand == "level":
        # Groups together are weighted there, so the total is that of the estimate.
        counts = [each._replace(total=estimate.value * each.answers) for each in counts]
    known = Silent(claim, part, estimate, sides, response=tuple(1 - each.silent for each in counts))
    if part.estimand != "order" and any(map(_hidden, counts)):
        return replace(known, reason=HIDDEN)
    candidates = _candidates(part, counts, _threshold(claim, part, estimate.value))
    place, found = min(candidates, key=lambda each: (each[1].reason is not None, abs(each[1].difference)))
    if found.reason:
        return replace(known, place=place, reason=found.reason)
    # An order's values were moved from -1..1 to 0..1.
    scale, lowest = (2.0, -1.0) if part.estimand == "order" else (1.0, 0.0)
    share = scale * found.silent[0] + lowest
    return replace(known, place=place, difference=scale * found.difference, share=share)


def _sides(part: Part) -> tuple[Side, ...]:
    """Give the cells of a part: earlier before later, first group before second, group by group."""
    if part.by is not None:
        by = part.by
        return tuple(
            Side(part.groups, part.waves[0], {**part.where, by.item: values})
            for values in (by.first, by.second)
        )
    apart = part.estimand in ("gap", "gap_change") or (
        part.estimand == "equivalence" and len(part.waves) == 1
    )
    groups = [(group,) for group in part.groups] if apart else [part.groups]
    return tuple(Side(each, wave, part.where) for each in groups for wave in part.waves)


def _answered(part: Part, side: Side, survey: Survey, decisions: Decisions) -> Answered:
    """Count a side's answers and those on its roster who may hold an opinion; several groups are one roster."""
    asked = {"group": side.groups, "wave": (side.wave,), **side.where}
    roster = int(measures.matching(survey.asked_columns, asked).sum())
    if decisions["dont_know"] != "counted":
        returned = measures.matching(survey.columns, asked)
        codes = np.array([survey.columns[item][returned] for item in part.items])
        without = np.isin(codes, list(survey.instrument.no_opinion)).sum(axis=0)
        spare = 0 if part.estimand == "order" else len(part.items) - (part.needed or 1)
        roster -= int((without > spare).sum())
    sample = _sample(part, side, survey, decisions)
    answers = sample.n
    total = _mean(part, sample, survey) * answers if answers else 0.0
    return Answered(total, answers, max(roster, answers))


def _sample(part: Part, side: Side, survey: Survey, decisions: Decisions) -> Sample:
    kept: dict[str, Any] = {"groups": side.groups, "waves": (side.wave,)}
    if part.estimand == "order":
        return measures.difference(survey, decisions, *part.items, **kept)
    if part.needed is not None:
        return measures.index(survey, decisions, part.items, part.needed, where=side.where, **kept)
    return measures.positives(survey, decisions, part.items[0], where=side.where, **kept)


def _mean(part: Part, sample: Sample, survey: Survey) -> float:
    """Give the mean as it is estimated, of an order moved from -1..1 to 0..1."""
    value, group = sample["value"], sample["group"]
    if part.estimand == "order":
        return float((value.mean() + 1) / 2)
    if not part.together:
        return float(value.mean())
    weights = roster_weights(survey, part.groups, part.waves[-1])
    present = [name for name in weights if (group == name).any()]
    return float(
        np.average(
            [value[group == name].mean() for name in present], weights=[weights[name] for name in present]
        )
    )


def _threshold(claim: Claim, part: Part, value: float) -> float:
    """Give the value at which the claim's figure is lost."""
    if part.estimand == "equivalence":
        return -part.sign * part.margin if part.one_sided else math.copysign(part.margin, value)
    if part.estimand == "order":
        return 0.5
    sizes = [each.size for each in claim.conditions if each.kind == "estimate_at_least"]
    return part.sign * sizes[0] if sizes else part.against


def _candidates(part: Part, counts: Sequence[Answered], threshold: float) -> list[tuple[int, Tipping]]:
    """Give, for each side, the tipping point if only its silent differ."""
    if len(counts) == 1:
        return [(0, tipping.share(counts[0], threshold))]
    if part.estimand == "gap_change":
        return _of_gap_change(counts, threshold)
    if len(part.waves) > 1:
        return [
            (place, tipping.change(*counts, silent=wave, threshold=threshold))
            for place, wave in enumerate(WAVES)
        ]
    return [
        (place, tipping.gap(*counts, silent=which, threshold=threshold)) for place, which in enumerate(GROUPS)
    ]


def _of_gap_change(counts: Sequence[Answered], threshold: float) -> list[tuple[int, Tipping]]:
    """Move one group's change alone: to the other's change plus the threshold, or minus it for the second."""
    first, second = counts[:2], counts[2:]
    found = []
    for own, other, start, beyond in ((first, second, 0, threshold), (second, first, 2, -threshold)):
        aim = _share(other[1]) - _share(other[0]) + beyond
        for place, wave in enumerate(WAVES):
            found.append((start + place, tipping.change(*own, silent=wave, threshold=aim)))
    return found


def _share(counts: Answered) -> float:
    return counts.total / counts.answers if counts.answers else math.nan


def _hidden(counts: Answered) -> bool:
    return published_share(round(counts.total), counts.answers).bound != "exact"
