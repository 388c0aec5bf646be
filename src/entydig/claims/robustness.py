"""The claims of a finding under every combination of the registered decisions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from entydig.claims.decision import Verdict, verdicts
from entydig.claims.evidence import evidence
from entydig.claims.register import Claim, Part, Register
from entydig.statistics.estimate import Estimate
from entydig.survey.answers import Survey
from entydig.survey.decisions import Choice, Decisions

__all__ = ["Held", "Specification", "specifications"]

# The one decision that touches verdicts only: no estimate knows it.
OF_VERDICTS = "sesoi"


@dataclass(frozen=True)
class Specification:
    """One combination of decisions, and what it makes of a claim.

    Attributes
    ----------
    chosen : Mapping[str, str or float]
        Departures from the registered values; empty for the registered analysis.
    estimates : tuple of Estimate
        One for each part of the claim.
    verdict : Verdict
        Adjusted inside the family under the same combination.
    """

    chosen: Mapping[str, Choice]
    estimates: tuple[Estimate, ...]
    verdict: Verdict

    @property
    def registered(self) -> bool:
        """Whether it is the registered analysis."""
        return not self.chosen

    @property
    def refusal(self) -> str:
        """Stable key: why the claim cannot be tested under it; empty where it can."""
        return self.verdict.reason if self.verdict.word == "not testable" else ""


@dataclass(frozen=True)
class Held:
    """A claim under all combinations of decisions.

    Attributes
    ----------
    claim : Claim
    grid : tuple of Specification
        All combinations, those that cannot test the claim included.
    """

    claim: Claim
    grid: tuple[Specification, ...]

    @cached_property
    def registered(self) -> Specification:
        """The registered analysis."""
        return next(each for each in self.grid if each.registered)

    @cached_property
    def tested(self) -> tuple[Specification, ...]:
        """The combinations that can test the claim."""
        return tuple(each for each in self.grid if not each.refusal)

    @cached_property
    def place(self) -> int:
        """Which part is shown: the one that decides the registered analysis, its largest p; else the first.

        Of a census, which has no p, the part nearest to its threshold.
        """
        pairs = list(zip(self.claim.parts, self.registered.estimates, strict=True))
        if any(math.isnan(each.value) for _, each in pairs):
            return 0
        doubt = [
            part.sign * (part.against - each.value) if math.isnan(each.p) else each.p for part, each in pairs
        ]
        return doubt.index(max(doubt))

    @property
    def part(self) -> Part:
        """The part that is shown."""
        return self.claim.parts[self.place]

    def under(self, chosen: Mapping[str, Choice]) -> Specification:
        """Give the combination that departs from the registered values in just this."""
        return next(each for each in self.grid if each.chosen == chosen)

    def estimate(self, specification: Specification) -> Estimate:
        """Give the estimate of the part that is shown."""
        return specification.estimates[self.place]

    def agrees(self, specification: Specification) -> bool:
        """Say whether a combination gives the registered verdict."""
        return specification.verdict.word == self.registered.verdict.word

    @property
    def agreeing(self) -> int:
        """How many combinations give the registered verdict."""
        return sum(map(self.agrees, self.tested))

    @property
    def same_side(self) -> int:
        """How many estimates lie on the registered one's side of the threshold, of zero or of the margin."""
        if self.registered.refusal:
            return 0
        side = _side(self.part, self.estimate(self.registered).value)
        return sum(_side(self.part, self.estimate(each).value) == side for each in self.tested)

    def inside(self, sesoi: float) -> int | None:
        """Count the estimates within plus and minus the SESOI; None of a share, which has none."""
        values = [self.estimate(each) for each in self.tested]
        if any(each.unit != "points" for each in values):
            return None
        return sum(abs(each.value) <= sesoi for each in values)

    @property
    def ends(self) -> tuple[Estimate, Estimate] | None:
        """The smallest and the largest estimate; None where there is none."""
        values = [self.estimate(each) for each in self.tested]
        if not values:
            return None
        return min(values, key=lambda each: each.value), max(values, key=lambda each: each.value)

    @property
    def refusals(self) -> Counter[str]:
        """Why combinations cannot test the claim, with how many each reason stops."""
        return Counter(each.refusal for each in self.grid if each.refusal)


def specifications(
    register: Register, claims: Sequence[Claim], survey: Survey, decisions: Decisions
) -> dict[str, tuple[Specification, ...]]:
    """Decide the claims of one finding under every combination of the registered values.

    Parameters
    ----------
    register : Register
    claims : sequence of Claim
        All of one finding that rest on the survey or its roster, since they share a family.
    survey : Survey
    decisions : Decisions
        What is chosen in them does not matter: each registered value is combined with each other.

    Returns
    -------
    dict
        Claim id to one specification for each combination, the registered one first.  Combinations that
        the estimators refuse are there too, with their reason.
    """
    found: dict[str, list[Specification]] = {claim.id: [] for claim in claims}
    untouched = Decisions(decisions.registered, {})
    for chosen in _combined(untouched, [name for name in decisions.registered if name != OF_VERDICTS]):
        computed = {claim.id: evidence(claim, survey, chosen) for claim in claims}
        for judged in _combined(chosen, [OF_VERDICTS]):
            decided = verdicts(register, computed, judged, has_clusters=survey.has_clusters)
            for name, entry in computed.items():
                estimates = tuple(part.estimate for part in entry.parts)
                found[name].append(Specification(dict(judged.chosen), estimates, decided[name]))
    return {name: tuple(each) for name, each in found.items()}


def _combined(decisions: Decisions, names: Sequence[str]) -> Iterator[Decisions]:
    """Give the decisions with every combination of the named ones' values, the registered one first."""
    for values in product(*(decisions.registered[name].values for name in names)):
        yield decisions.choose(dict(zip(names, values, strict=True)))


def _side(part: Part, value: float) -> float:
    """Tell on which side a value lies: of the margin in an equivalence, else of the threshold or of zero."""
    if part.estimand == "equivalence":
        inside = part.sign * value > -part.margin and (part.one_sided or value < part.margin)
        return 1.0 if inside else -1.0
    return float(np.sign(value - part.against))
