"""What the answers say about a claim, computed from its registered fields.

A notebook computes the same in the open; `same_evidence` holds one against the other, so that neither can
drift.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from entydig.claims.estimators import PartEvidence, part_evidence
from entydig.claims.register import Claim, Condition, Part
from entydig.errors import Problem, UsageError
from entydig.statistics.estimate import Estimate
from entydig.survey.answers import Survey
from entydig.survey.decisions import Decisions

__all__ = ["Evidence", "Held", "evidence", "same_evidence"]

TOLERANCE = 1e-9


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
    """Compute the evidence of a claim that rests on the survey or its roster.

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
        The claim has no parts: it rests on cases or texts.
    """
    if not claim.parts:
        raise UsageError(Problem(f"claim {claim.id}", "does not rest on the survey", "a claim with parts"))
    parts = tuple(part_evidence(part, survey, decisions) for part in claim.parts)
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


def _held(
    condition: Condition, claim: Claim, parts: Sequence[PartEvidence], survey: Survey, decisions: Decisions
) -> Held:
    first = parts[0]
    sign = first.part.sign
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
    return part_evidence(alone, survey, decisions).estimate.value


def _same(first: Estimate, second: Estimate) -> bool:
    pairs = [(getattr(first, name), getattr(second, name)) for name in ("value", "low", "high", "p")]
    return all((math.isnan(a) and math.isnan(b)) or abs(a - b) <= TOLERANCE for a, b in pairs)
