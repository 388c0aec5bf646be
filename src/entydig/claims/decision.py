"""The one place where evidence becomes a verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from entydig.claims.estimators import PartEvidence
from entydig.claims.evidence import Evidence
from entydig.claims.register import Register
from entydig.survey.decisions import Decisions

__all__ = ["FAMILIES", "VERDICTS", "Verdict", "adjusted", "verdicts"]

VERDICTS = ("supported", "not supported", "undecided", "not testable")
FAMILIES = {"confirmatory": "holm", "secondary": "fdr_bh"}

# A census share such as 2/3 is not exact in binary; its threshold is written with ten digits.
ROUNDING = 1e-9


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
    A claim's p is the largest of its parts (intersection-union: Berger 1982, doi:10.1080/00401706.1982.10487790);
    those of an equivalence, tested at twice the level, are halved first.  Families lie inside the finding: the
    confirmatory claims are adjusted by Holm, the secondary ones by Benjamini and Hochberg, those without p
    left out first.  Supported: adjusted p at most alpha, all size conditions hold and no superiority estimate
    points the other way.  Not supported, as soon as one part is: the upper limit, signed as claimed, lies
    below the threshold (levels), below the SESOI (change, gap, gap change, order, association), below minus
    the margin (non-inferiority); the interval lies wholly outside the margin (equivalence); an option outside
    the set is chosen by more people beyond chance (rank set).  A census holds or does not.
    """
    alpha = (1 - decisions.confidence) / 2
    lacking = {name: _lacking(entry.parts, register, has_clusters) for name, entry in evidence.items()}
    p = {
        name: math.nan if lacking[name] else max(part.p for part in entry.parts)
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
        if math.isnan(part.estimate.value):
            return part.estimate.reason or "not estimated"
        if part.base is None:  # a census: everyone is counted
            continue
        if part.base.answers < register.fewest_answers:
            return "too few answers"
        if has_clusters and part.base.clusters is not None and part.base.clusters < register.fewest_clusters:
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
    if reason := next(filter(None, (_contradicted(part, sesoi) for part in evidence.parts)), None):
        return said("not supported", reason)
    tested = not all(part.part.estimand == "census" for part in evidence.parts)
    conditions = all(held.holds for held in evidence.held)
    opposite = any(_points_the_other_way(part) for part in evidence.parts)
    enough = not tested or p_adjusted <= alpha
    if enough and conditions and not opposite:
        return said("supported", "")
    if opposite and enough:
        return said("undecided", "superiority points the other way")
    if enough:
        return said("undecided", "size condition not met")
    only = p <= alpha and conditions and not opposite
    return said("undecided", "adjustment alone" if only else "too uncertain", only)


def _contradicted(part: PartEvidence, sesoi: float) -> str:
    """Give the reason why a part speaks against its claim, or nothing."""
    registered, estimate = part.part, part.estimate
    if registered.estimand == "census":
        distance = registered.sign * (estimate.value - registered.against)
        holds = distance >= -ROUNDING if registered.at_least else distance > ROUNDING
        return "" if holds else "the roster shows otherwise"
    if registered.estimand == "rank_set":
        return "another option is chosen by more people" if part.reversed else ""
    if registered.estimand == "equivalence" and not registered.one_sided:
        outside = estimate.low > registered.margin or estimate.high < -registered.margin
        return "interval outside the margin" if outside else ""
    upper = estimate.high if registered.direction == "greater" else -estimate.low
    floors = {"level": registered.sign * registered.against, "equivalence": -registered.margin}
    below = upper < floors.get(registered.estimand, sesoi)
    return "upper limit below what is claimed" if below else ""


def _points_the_other_way(part: PartEvidence) -> bool:
    if part.beside is None or math.isnan(part.beside.value):
        return False
    return part.part.sign * (part.beside.value - part.beside.null) < 0
