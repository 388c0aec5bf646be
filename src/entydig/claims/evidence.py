"""What the answers say about a claim, computed from its registered fields.

A notebook computes the same in the open; `same_evidence` holds one against the other, so that neither can
drift.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NotRequired, TypedDict

import pandas as pd

from entydig.claims.register import Claim, Condition, Part
from entydig.errors import Problem, UsageError
from entydig.statistics import linear, shares, superiority
from entydig.statistics.estimate import Alternative, Estimate, Unit
from entydig.survey import measures
from entydig.survey.answers import Survey
from entydig.survey.decisions import Decisions

__all__ = ["Evidence", "Held", "PartEvidence", "evidence", "roster_level", "roster_weights", "same_evidence"]

TOLERANCE = 1e-9
Kept = Mapping[str, Sequence[str]]


class _Test(TypedDict):
    null: NotRequired[float]
    alternative: Alternative
    confidence: float


@dataclass(frozen=True)
class PartEvidence:
    """The estimate of one part, with the probability of superiority beside it where there is one."""

    part: Part
    estimate: Estimate
    beside: Estimate | None


@dataclass(frozen=True)
class Held:
    """Whether a size condition holds, and the values it looked at."""

    condition: Condition
    holds: bool
    values: Mapping[str, float]


@dataclass(frozen=True)
class Evidence:
    """All parts and conditions of one claim."""

    claim: Claim
    parts: tuple[PartEvidence, ...]
    held: tuple[Held, ...]


def evidence(claim: Claim, survey: Survey, decisions: Decisions) -> Evidence:
    """Compute the evidence of a survey claim.

    Parameters
    ----------
    claim : Claim
    survey : Survey
    decisions : Decisions

    Returns
    -------
    Evidence
        An estimate that cannot be made carries its reason.

    Raises
    ------
    UsageError
        The claim does not rest on the survey, or its estimand has no estimator yet.
    """
    if not claim.parts:
        raise UsageError(Problem(f"claim {claim.id}", "does not rest on the survey", "a claim with parts"))
    parts = tuple(_part(part, survey, decisions) for part in claim.parts)
    held = tuple(_held(condition, claim, parts, survey, decisions) for condition in claim.conditions)
    return Evidence(claim, parts, held)


def same_evidence(registered: Evidence, computed: Sequence[Estimate], where: str) -> None:
    """Hold a notebook's own estimates against those of the registered fields.

    Raises
    ------
    UsageError
        Another number of estimates, or one that differs.
    """
    expected = [part.estimate for part in registered.parts]
    if len(expected) != len(computed):
        found = f"{len(computed)} estimates for {len(expected)} registered parts"
        raise UsageError(Problem(where, found, "; ".join(part.part.key for part in registered.parts)))
    for part, own in zip(registered.parts, computed, strict=True):
        if not _same(part.estimate, own):
            found = f"estimate {own.value:.6g} where the registered fields give {part.estimate.value:.6g}"
            raise UsageError(Problem(f"{where}, {part.part.key}", found, "the analysis that is registered"))


def roster_level(
    survey: Survey,
    decisions: Decisions,
    item: str,
    *,
    groups: Sequence[str],
    wave: int,
    against: float = 0.5,
    direction: Alternative = "greater",
    where: Kept | None = None,
) -> Estimate:
    """Give the share of positive answers that the whole roster would have given.

    One group is tested exactly (hypergeometric); several are weighted by their rosters (logit interval with
    finite population correction); without a roster the Wilson interval stands in for both.  The base of a
    roster reading is the part of the roster that holds an opinion: the roster times one minus the share of
    no-opinion answers.
    """
    samples = [
        measures.positives(survey, decisions, item, groups=(group,), waves=(wave,), where=where)
        for group in groups
    ]
    settings: _Test = {"null": against, "alternative": direction, "confidence": decisions.confidence}
    if decisions["unit"] == "cluster":
        return linear.mean(pd.concat(samples), unit="share", **settings)
    strata = [
        (int(own["value"].sum()), len(own), _base(survey, decisions, item, group, wave, where, len(own)))
        for group, own in zip(groups, samples, strict=True)
    ]
    if survey.roster is None or decisions["linked"] == "linked":
        positive, answers, _ = (sum(column) for column in zip(*strata, strict=True))
        return shares.wilson(positive, answers, **settings)
    if len(strata) == 1:
        return shares.roster_share(*strata[0], **settings)
    return shares.roster_share_combined(strata, **settings)


def roster_weights(survey: Survey, groups: Sequence[str], wave: int) -> dict[str, float]:
    """Weight groups by how many people each has on the wave's roster, or by answers where there is none."""
    counts = {group: float(survey.asked(group, wave) or survey.answered(group, wave)) for group in groups}
    return {group: count / sum(counts.values()) for group, count in counts.items()}


def _base(
    survey: Survey, decisions: Decisions, item: str, group: str, wave: int, where: Kept | None, answers: int
) -> int:
    if survey.roster is None:
        return answers
    asked, sheets = survey.roster, survey.answers
    mine = (asked["group"] == group) & (asked["wave"] == wave)
    given = (sheets["group"] == group) & (sheets["wave"] == wave)
    for name, values in (where or {}).items():
        mine &= asked[name].isin(list(values))
        given &= sheets[name].isin(list(values))
    if decisions["dont_know"] == "counted":
        return max(int(mine.sum()), answers)
    without = int(sheets.loc[given, item].isin(survey.instrument.no_opinion).sum()) if item in sheets else 0
    return shares.opinion_base(int(mine.sum()), answers, without)


def _part(part: Part, survey: Survey, decisions: Decisions) -> PartEvidence:
    if reason := _not_asked(part, survey):
        unit: Unit = "share" if part.estimand == "level" else "points"
        missing = Estimate.missing(reason, unit=unit, population="process", method=part.estimand)
        return PartEvidence(part, missing, None)
    if part.estimand == "level":
        estimate = roster_level(
            survey,
            decisions,
            part.items[0],
            groups=part.groups,
            wave=part.waves[0],
            against=part.against,
            direction=part.direction,
            where=part.where,
        )
        return PartEvidence(part, estimate, None)
    if part.estimand not in ("change", "gap", "gap_change", "order"):
        found = f"estimand {part.estimand!r} has no estimator yet"
        raise UsageError(Problem(part.key, found, "level, change, gap, gap_change or order"))
    settings: _Test = {"alternative": part.direction, "confidence": decisions.confidence}
    sample = _sample(part, survey, decisions)
    if part.estimand == "order":
        return PartEvidence(part, linear.mean(sample, **settings), None)
    arguments = _arguments(part, survey)
    estimate = getattr(linear, part.estimand)(sample, **arguments, **settings)
    beside = getattr(superiority, part.estimand)(sample, **arguments, **settings)
    return PartEvidence(part, estimate, beside)


def _arguments(part: Part, survey: Survey) -> dict[str, Any]:
    if part.estimand == "gap":
        return {"groups": part.groups}
    if part.estimand == "gap_change":
        return {"groups": part.groups, "waves": part.waves}
    weights = roster_weights(survey, part.groups, part.waves[-1]) if part.together else None
    return {"waves": part.waves, "weights": weights}


def _sample(part: Part, survey: Survey, decisions: Decisions) -> pd.DataFrame:
    groups, waves = part.groups, part.waves
    if part.estimand == "order":
        return measures.difference(survey, decisions, *part.items, groups=groups, waves=waves)
    if part.needed is not None:
        return measures.index(
            survey, decisions, part.items, part.needed, groups=groups, waves=waves, where=part.where
        )
    return measures.positives(survey, decisions, part.items[0], groups=groups, waves=waves, where=part.where)


def _not_asked(part: Part, survey: Survey) -> str | None:
    for name in part.items:
        item = survey.instrument.items[name]
        asked = all(item.is_asked(group, wave) for group in part.groups for wave in part.waves)
        if not asked or any(column not in survey.answers for column in item.columns):
            return "item not asked"
    return None


def _held(
    condition: Condition, claim: Claim, parts: Sequence[PartEvidence], survey: Survey, decisions: Decisions
) -> Held:
    first = parts[0]
    sign = 1.0 if first.part.direction == "greater" else -1.0
    if condition.kind == "estimate_at_least":
        value = first.estimate.value
        return Held(condition, bool(sign * value >= condition.size), {claim.id: value})
    values = {name: _single(first.part, name, survey, decisions) for name in condition.items}
    if condition.kind == "same_sign":
        return Held(condition, all(sign * value > 0 for value in values.values()), values)
    beyond = sum(sign * value >= condition.size for value in values.values())
    return Held(condition, beyond >= condition.count, values)


def _single(part: Part, item: str, survey: Survey, decisions: Decisions) -> float:
    """Estimate the part's contrast on one item alone."""
    alone = replace(part, items=(item,), needed=None, against=0.0)
    return _part(alone, survey, decisions).estimate.value


def _same(first: Estimate, second: Estimate) -> bool:
    pairs = [(getattr(first, name), getattr(second, name)) for name in ("value", "low", "high", "p")]
    return all((math.isnan(a) and math.isnan(b)) or abs(a - b) <= TOLERANCE for a, b in pairs)
