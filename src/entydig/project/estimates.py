"""What a notebook takes from an evaluation: samples of answers, and estimates that need the roster."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType, ModuleType
from typing import Any

import pandas as pd

from entydig.claims import estimators
from entydig.claims.estimators import part_evidence
from entydig.claims.register import Part, Split
from entydig.claims.roster import roster_weights
from entydig.claims.wording import bound
from entydig.project.evaluation import Evaluation
from entydig.statistics import linear, weighted
from entydig.statistics.estimate import Alternative, Asked, Estimate
from entydig.survey import measures
from entydig.survey.disclosure import CELL

__all__ = ["Estimates"]

Classes = Mapping[str, Sequence[str]]


class Estimates:
    """Samples and estimates of one evaluation under its decisions.

    Parameters
    ----------
    evaluation : Evaluation
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.survey = evaluation.survey
        self.instrument = evaluation.instrument
        self.decisions = evaluation.decisions
        self.register = evaluation.register

    @property
    def confidence(self) -> float:
        """Confidence of the published intervals."""
        return self.decisions.confidence

    @property
    def sesoi(self) -> float:
        """Smallest effect size of interest."""
        return self.decisions.sesoi

    @property
    def linear(self) -> ModuleType:
        """The estimators of points: `entydig.statistics.linear`, or `weighted` where answers are weighted."""
        return weighted if self.decisions.weighted else linear

    def positives(self, item: str, **keep: Any) -> pd.DataFrame:
        """Take each person's answer to an item as 1 (positive) or 0; see `measures.positives`."""
        return measures.positives(self.survey, self.decisions, item, **keep).frame()

    def index(self, items: Sequence[str], needed: int, **keep: Any) -> pd.DataFrame:
        """Take each person's mean of positive answers; see `measures.index`."""
        return measures.index(self.survey, self.decisions, items, needed, **keep).frame()

    def difference(self, first: str, second: str, **keep: Any) -> pd.DataFrame:
        """Take each person's positive answer to one item minus that to another."""
        return measures.difference(self.survey, self.decisions, first, second, **keep).frame()

    def choices(self, item: str, *, groups: Sequence[str], wave: int) -> pd.DataFrame:
        """Take each person's choices in a choose-several question; see `measures.choices`."""
        return measures.choices(self.survey, self.decisions, item, groups=groups, waves=(wave,))

    def roster_weights(self, groups: Sequence[str], wave: int) -> dict[str, float]:
        """Weight groups by their rosters."""
        return roster_weights(self.survey, groups, wave)

    def share(
        self,
        item: str,
        *,
        groups: Sequence[str],
        wave: int,
        against: float = 0.5,
        direction: Alternative = "greater",
        where: Classes | None = None,
    ) -> Estimate:
        """Estimate the share of positive answers on the roster; see `claims.roster.roster_level`.

        Several groups are one share, weighted by their rosters. Missing, with the reason, where the decisions
        refuse it.
        """
        together = len(groups) > 1
        test: dict[str, Any] = {"against": against, "direction": direction}
        return self._estimate("level", item, groups, wave, together=together, where=_kept(where), **test)

    def census(
        self,
        item: str,
        *,
        groups: Sequence[str],
        wave: int,
        having: Sequence[Classes],
        against: float,
        where: Classes | None = None,
        per: str = "person",
        at_least: bool = False,
    ) -> Estimate:
        """Count the share of people, or of clusters that have one of each, on the roster.

        Parameters
        ----------
        item : str
            The class item it is about.
        groups : sequence of str
        wave : int
        having : sequence of mappings
            The people looked for, class item to values; a cluster needs one of each.
        against : float
            The registered threshold.
        where : Mapping, optional
            Class item to the values kept.
        per : str
            ``"person"`` or ``"cluster"``.
        at_least : bool
            The share may be equal to its threshold.
        """
        people = tuple(_kept(each) for each in having)
        rule: dict[str, Any] = {"against": against, "per": per, "at_least": at_least, "having": people}
        return self._estimate("census", item, groups, wave, where=_kept(where), **rule)

    def rank_set(self, item: str, *, over: Sequence[str], groups: Sequence[str], wave: int) -> Estimate:
        """Estimate by how much the weakest of some options leads the strongest of the others.

        Its p is the largest of all pairs (McNemar, exact); see `statistics.ranks.chosen_by_more`.
        """
        return self._estimate("rank_set", item, groups, wave, over=tuple(over))

    def association(
        self,
        item: str,
        *,
        by: str,
        first: Sequence[str],
        second: Sequence[str],
        groups: Sequence[str],
        wave: int,
        direction: Alternative = "greater",
    ) -> Estimate:
        """Estimate the share of positive answers in some classes of `by` minus that in others, in points."""
        told_apart = Split(by, tuple(first), tuple(second))
        return self._estimate("association", item, groups, wave, by=told_apart, direction=direction)

    def equivalence(
        self, contrast: Callable[..., Estimate], *, margin: float, one_sided: bool = False
    ) -> Estimate:
        """Test that a difference lies inside a margin; see `claims.estimators.equivalence`.

        Parameters
        ----------
        contrast : callable
            Such as ``partial(linear.gap, sample, groups)``.
        margin : float
        one_sided : bool
            Only that it is not below ``-margin``.
        """
        return estimators.equivalence(
            contrast, margin=margin, confidence=self.confidence, one_sided=one_sided
        )

    def beside(self, found: Estimate, counted: Estimate) -> Estimate:
        """Give the estimate of all answers, to stand beside that of those with an opinion.

        Missing where few people have no opinion, or where the share of those with one is stated as a bound: the
        two together would tell how few they are.
        """
        few = 0 < counted.n - found.n < CELL
        if not few and (math.isnan(found.value) or bound(found)[0] == "exact"):
            return counted
        about: Asked = {"unit": counted.unit, "population": counted.population, "method": counted.method}
        return Estimate.missing("too few without an opinion" if few else "beside a bound", **about)

    def _estimate(
        self, estimand: str, item: str, groups: Sequence[str], wave: int, **fields: Any
    ) -> Estimate:
        plain: dict[str, Any] = {
            "needed": None,
            "together": False,
            "where": {},
            "direction": "greater",
            "against": 0.0,
        }
        part = Part(estimand=estimand, items=(item,), groups=tuple(groups), waves=(wave,), **(plain | fields))
        return part_evidence(part, self.survey, self.decisions).estimate


def _kept(classes: Classes | None) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({name: tuple(values) for name, values in (classes or {}).items()})
