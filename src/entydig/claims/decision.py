"""The one place where evidence becomes a verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from entydig.claims.evidence import Evidence, PartEvidence
from entydig.claims.register import Register
from entydig.survey.decisions import Decisions

__all__ = ["FAMILIES", "VERDICTS", "Verdict", "adjusted", "verdicts"]

VERDICTS = ("supported", "not supported", "undecided", "not testable")
FAMILIES = {"confirmatory": "holm", "secondary": "fdr_bh"}


@dataclass(frozen=True)
class Verdict:
    """The verdict on one claim and all that led to it.

    Attributes
    ----------
    word : str
        One of `VERDICTS`.
    reason : str
        Stable key: why the word is not ``"supported"``; empty when it is.
    p : float
        One-sided p of the claim: the largest of its parts.
    p_adjusted : float
        The same inside the finding's family.
    only_adjustment : bool
        Whether the claim would be supported without the adjustment.
    detectable : float
        Smallest true effect that the weakest part would have found with 80 % power; NaN where there is none.
    """

    word: str
    reason: str
    p: float
    p_adjusted: float
    only_adjustment: bool
    detectable: float


def verdicts(
    register: Register, evidence: Mapping[str, Evidence], decisions: Decisions, *, has_clusters: bool
) -> dict[str, Verdict]:
    """Decide the claims of one finding.

    Parameters
    ----------
    register : Register
        Minimum numbers of answers and clusters.
    evidence : Mapping[str, Evidence]
        Claim id to evidence, for all claims of the finding that rest on the survey.
    decisions : Decisions
        Confidence (one-sided level = half of what is left of 1) and SESOI.
    has_clusters : bool
        Whether the minimum number of clusters applies.

    Returns
    -------
    dict
        Claim id to verdict.

    Notes
    -----
    A claim's p is the largest of its parts (intersection-union).  Families lie inside the finding: the
    confirmatory claims are adjusted by Holm, the secondary ones by Benjamini and Hochberg, those without p
    left out first.  Supported: adjusted p at most alpha, all size conditions hold and no superiority estimate
    points the other way.  Not supported: the upper limit of a part, signed as claimed, is below its threshold
    (levels) or below the SESOI (all else).
    """
    alpha = (1 - decisions.confidence) / 2
    lacking = {name: _lacking(entry.parts, register, has_clusters) for name, entry in evidence.items()}
    p = {
        name: math.nan if lacking[name] else max(part.estimate.p for part in entry.parts)
        for name, entry in evidence.items()
    }
    p_adjusted: dict[str, float] = {}
    for family, method in FAMILIES.items():
        members = {name: p[name] for name, entry in evidence.items() if entry.claim.family == family}
        p_adjusted |= adjusted(members, method)
    return {
        name: _verdict(entry, lacking[name], p[name], p_adjusted.get(name, p[name]), alpha, decisions.sesoi)
        for name, entry in evidence.items()
    }


def adjusted(p: Mapping[str, float], method: str) -> dict[str, float]:
    """Adjust p values for multiplicity; NaN stays NaN and counts for nothing.

    Parameters
    ----------
    p : Mapping[str, float]
    method : str
        ``"holm"`` or ``"fdr_bh"``, as `pingouin.multicomp` names them.  Agrees with R's ``p.adjust``.
    """
    known = {name: value for name, value in p.items() if not math.isnan(value)}
    if not known:
        return dict(p)
    from pingouin import multicomp

    _, corrected = multicomp(list(known.values()), method=method)
    return {**p, **dict(zip(known, map(float, corrected), strict=True))}


def _lacking(parts: Sequence[PartEvidence], register: Register, has_clusters: bool) -> str:
    for part in parts:
        estimate = part.estimate
        if math.isnan(estimate.value):
            return estimate.reason or "not estimated"
        if estimate.n < register.fewest_answers:
            return "too few answers"
        if has_clusters and estimate.clusters is not None and estimate.clusters < register.fewest_clusters:
            return "too few clusters"
    return ""


def _verdict(
    evidence: Evidence, lacking: str, p: float, p_adjusted: float, alpha: float, sesoi: float
) -> Verdict:
    detectable = [part.estimate.smallest_detectable() for part in evidence.parts if not lacking]
    smallest = max((value for value in detectable if not math.isnan(value)), default=math.nan)

    def said(word: str, reason: str, only: bool = False) -> Verdict:
        return Verdict(word, reason, p, p_adjusted, only, smallest)

    if lacking:
        return said("not testable", lacking)
    if any(_upper(part) < _floor(part, sesoi) for part in evidence.parts):
        return said("not supported", "upper limit below what is claimed")
    conditions = all(held.holds for held in evidence.held)
    opposite = any(_points_the_other_way(part) for part in evidence.parts)
    if p_adjusted <= alpha and conditions and not opposite:
        return said("supported", "")
    if opposite and p_adjusted <= alpha:
        return said("undecided", "superiority points the other way")
    if p_adjusted <= alpha:
        return said("undecided", "size condition not met")
    only = p <= alpha and conditions and not opposite
    return said("undecided", "adjustment alone" if only else "too uncertain", only)


def _upper(part: PartEvidence) -> float:
    """Give the upper end of the interval, signed so that the claim is positive."""
    return part.estimate.high if part.part.direction == "greater" else -part.estimate.low


def _floor(part: PartEvidence, sesoi: float) -> float:
    if part.part.estimand != "level":
        return sesoi
    return part.part.against if part.part.direction == "greater" else -part.part.against


def _points_the_other_way(part: PartEvidence) -> bool:
    if part.beside is None or math.isnan(part.beside.value):
        return False
    sign = 1.0 if part.part.direction == "greater" else -1.0
    return sign * (part.beside.value - part.beside.null) < 0
