"""Two groups compared inside clusters: each person against the people of the other group in the same one.

What differs between clusters plays no part. For cluster g with m_g and n_g people of the two groups,
N_g = m_g + n_g, let U_g count the pairs in which the first group's answer is higher (ties half) and R the
mid-ranks inside the cluster. Van Elteren's weights 1 / (N_g + 1) give the test and the estimate::

    z     = sum_g (U_g - m_g n_g / 2) / (N_g + 1) / sqrt(sum_g v_g / (N_g + 1)^2)
    v_g   = m_g n_g / (N_g (N_g - 1)) * sum (R - (N_g + 1) / 2)^2
    value = sum_g w_g P_g / sum_g w_g               P_g = U_g / (m_g n_g),  w_g = m_g n_g / (N_g + 1)

A cluster with people of one group only tells nothing and is left out; how many are is reported.

References
----------
van Elteren (1960), On the combination of independent two sample tests of Wilcoxon, Bulletin de l'Institut
International de Statistique 37, 351-361.
Lehmann and D'Abrera (1975), Nonparametrics: Statistical Methods Based on Ranks, Holden-Day, 132-141.
Kawaguchi, Koch and Wang (2011), Stratified multivariate Mann-Whitney estimators, doi:10.1198/sbr.2010.10007.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, get_args

import numpy as np
from scipy import special

from entydig.statistics.cells import Answers, Cells, Floats, Integers, cells_of, one_wave
from entydig.statistics.estimate import Alternative, Asked, Estimate, one_sided

__all__ = [
    "DECIMALS",
    "ROUNDING",
    "Tally",
    "VanElteren",
    "Variance",
    "error",
    "gap",
    "method_of",
    "van_elteren",
]

Variance = Literal["linearised", "jackknife"]

# Index means that are equal by arithmetic may differ in the last bit; they must tie.
DECIMALS = 12
# Below this a standard error of a probability is only what rounding left of zero.
ROUNDING = 1e-10

LEFT_OUT = "clusters with one group left out"


class Tally(NamedTuple):
    """The answers of each unit by level and cell.

    Parameters
    ----------
    counts
        Answers, shape (K, J): a row for each level a unit has, in order of unit and level; a column per cell.
    unit
        Unit of each row, shape (K,).
    """

    counts: Floats
    unit: Integers

    @classmethod
    def of(cls, cells: Cells) -> Tally:
        """Return the tally of all answers."""
        levels, level = np.unique(cells.values.round(DECIMALS), return_inverse=True)
        places, row = np.unique(cells.unit * levels.size + level, return_inverse=True)
        counts = np.bincount(row * cells.n_cells + cells.cell, minlength=places.size * cells.n_cells)
        return cls(counts.reshape(places.size, cells.n_cells).astype(np.float64), places // levels.size)

    def wins(self, higher: int, lower: int) -> Floats:
        """Return each unit's pairs in which the answer of cell `higher` exceeds that of `lower`, ties half."""
        ours, theirs = self.counts[:, higher], self.counts[:, lower]
        before = np.cumsum(theirs) - theirs
        first = np.unique(self.unit, return_index=True)[1]
        below = before - before[first][self.unit] + theirs / 2
        return np.asarray(np.bincount(self.unit, weights=ours * below), dtype=np.float64)

    def spread(self) -> Floats:
        """Return each unit's sum of squared distances of mid-ranks from their mean, over all its cells."""
        tied = self.counts.sum(axis=1)
        size = np.bincount(self.unit, weights=tied)
        return np.asarray(size**3 - size - np.bincount(self.unit, weights=tied**3 - tied)) / 12


@dataclass(frozen=True, kw_only=True)
class VanElteren:
    """Van Elteren's test of two groups inside clusters.

    Parameters
    ----------
    statistic
        Standard normal under the null hypothesis; above 0 where the first group tends to be higher. NaN
        carries a reason.
    p
        In [0, 1]; NaN without statistic, but 1 where all answers of a cluster are alike in every cluster.
    n, clusters
        Answers and clusters used: those of clusters with both groups.
    answers_left_out, clusters_left_out
        Those of clusters with one group only.
    alternative
        ``two-sided``, ``greater`` (the first group is higher) or ``less``.
    method
        ``van-elteren``.
    df
        None: the reference is normal.
    reason
        ``no answers``, ``no cluster with both groups`` or ``all alike``; None where there is a statistic.
    warnings
        ``clusters with one group left out``.
    """

    statistic: float
    p: float
    n: int
    clusters: int
    answers_left_out: int = 0
    clusters_left_out: int = 0
    alternative: Alternative | Literal["two-sided"] = "two-sided"
    method: str = "van-elteren"
    df: float | None = None
    reason: str | None = None
    warnings: tuple[str, ...] = ()


class _Shared(NamedTuple):
    """The clusters with both groups: people of each, pairs the first wins, spread of ranks."""

    first: Floats
    second: Floats
    wins: Floats
    spread: Floats
    all_answers: int
    all_clusters: int
    reason: str | None

    @property
    def n(self) -> int:
        return int((self.first + self.second).sum())

    @property
    def clusters(self) -> int:
        return len(self.first)

    @property
    def weight(self) -> Floats:
        return self.first * self.second / (self.first + self.second + 1)

    @property
    def warnings(self) -> tuple[str, ...]:
        return (LEFT_OUT,) if self.clusters < self.all_clusters else ()


def van_elteren(
    answers: Answers,
    groups: tuple[str, str],
    *,
    alternative: Alternative | Literal["two-sided"] = "two-sided",
) -> VanElteren:
    """Return van Elteren's test that inside clusters neither group tends to answer higher.

    Mid-ranks for ties, normal reference, no continuity correction. Given the cluster, its people count as
    exchangeable under the null hypothesis.

    Parameters
    ----------
    answers
        A row per answer of one wave: `value` (ordered codes or an index, missing ones dropped before),
        `group` and `cluster`. Rows of other groups are not used.
    groups
        First and second group.
    alternative
        ``two-sided``, ``greater`` (the first is higher) or ``less``.

    Returns
    -------
    VanElteren
        Without statistic where there are no answers, no cluster with both groups, or no differences inside
        any cluster.

    Raises
    ------
    ValueError
        A value is missing or infinite, an answer has no cluster, or there are several waves.

    Notes
    -----
    Agrees with R's coin 1.4-2 on scores ``rank / (N + 1)`` made in each block, to 12 digits, and for one
    cluster with ``scipy.stats.mannwhitneyu(use_continuity=False)``. coin's own ``wilcox_test(y ~ g | block)``
    ranks over all blocks together: another test.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame(
    ...     {"value": [4, 2, 3, 5, 3, 4, 1], "group": list("abbabba"), "cluster": list("ggghhhi")}
    ... )
    >>> found = van_elteren(answers, ("a", "b"))
    >>> round(found.statistic, 3), found.clusters, found.clusters_left_out
    (1.732, 2, 1)
    """
    shared = _shared(answers, groups)
    weight = 1 / (shared.first + shared.second + 1)
    distance = float((weight * (shared.wins - shared.first * shared.second / 2)).sum())
    size, pairs = shared.first + shared.second, shared.first * shared.second
    variance = float((weight**2 * pairs / (size * (size - 1)) * shared.spread).sum())
    reason = shared.reason or (None if variance > 0 else "all alike")
    statistic = math.nan if reason else distance / math.sqrt(variance)
    return VanElteren(
        statistic=statistic,
        p=1.0 if reason == "all alike" else _p(statistic, alternative),
        n=shared.n,
        clusters=shared.clusters,
        answers_left_out=shared.all_answers - shared.n,
        clusters_left_out=shared.all_clusters - shared.clusters,
        alternative=alternative,
        reason=reason,
        warnings=shared.warnings,
    )


def gap(
    answers: Answers,
    groups: tuple[str, str],
    *,
    variance: Variance = "linearised",
    confidence: float = 0.95,
    null: float = 0.5,
    alternative: Alternative = "greater",
) -> Estimate:
    """Return the probability that inside a cluster an answer of the first group is higher than one of the second.

    The mean over clusters with van Elteren's weights (module's formula). Clusters are the independent units,
    so the standard error is that of a ratio of two sums over them, with t and clusters - 1 degrees of freedom.

    Parameters
    ----------
    answers, groups
        As in `van_elteren`.
    variance
        ``linearised``: G / (G - 1) times the sum over clusters of (w_g (P_g - value) / sum w)^2.
        ``jackknife``: each cluster left out in turn.
    confidence
        Of the two-sided interval, in (0, 1).
    null, alternative
        Of the one-sided test; 0.5 means that neither group tends to be higher.

    Returns
    -------
    Estimate
        Unit ``probability``, population ``process``, method ``superiority-within`` (or
        ``superiority-within-jackknife``); `n` and `clusters` are those with both groups, with the warning
        ``clusters with one group left out`` where there are others. Missing with ``no answers``, ``no cluster
        with both groups`` or ``too few clusters`` (one). Without variation between clusters there is no test
        (`Estimate.untestable`), with the warning ``no overlap`` (the probability is 0 or 1 in each) or ``all
        alike``.

    Raises
    ------
    ValueError
        As in `van_elteren`; or `variance` is neither of the two.

    Notes
    -----
    Agrees with R's survey 4.1-1, ``svyratio(~wP, ~w, svydesign(ids = ~cluster))``, and its JK1 replicates, to
    12 digits.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame(
    ...     {"value": [4, 2, 3, 5, 3, 5, 1], "group": list("abbabba"), "cluster": list("ggghhhi")}
    ... )
    >>> found = gap(answers, ("a", "b"))
    >>> found.value, found.warnings[0]
    (0.875, 'clusters with one group left out')
    """
    shared = _shared(answers, groups)
    asked = Asked(unit="probability", population="process", method=method_of("superiority-within", variance))
    asked |= {"n": shared.n, "clusters": shared.clusters}
    asked |= {"confidence": confidence, "null": null, "alternative": alternative}
    if shared.reason:
        return Estimate.missing(shared.reason, **asked)
    if shared.clusters < 2:
        return Estimate.missing("too few clusters", **asked)
    weight, total = shared.weight, float(shared.weight.sum())
    probability = shared.wins / (shared.first * shared.second)
    value = float(weight @ probability) / total
    if variance == "jackknife":
        se = error((value * total - weight * probability) / (total - weight), variance)
    else:
        se = error(weight * (probability - value) / total, variance)
    if se < ROUNDING:
        warning = "no overlap" if np.isin(probability, (0.0, 1.0)).all() else "all alike"
        found = Estimate.untestable(value, limits=(0.0, 1.0), warning=warning, **asked)
        return replace(found, warnings=(warning, *shared.warnings))
    df = float(shared.clusters - 1)
    return Estimate.by_t(value, se=se, df=df, limits=(0.0, 1.0), warnings=shared.warnings, **asked)


def error(units: Floats, variance: Variance) -> float:
    """Return a standard error from one number per independent unit.

    Parameters
    ----------
    units
        Shape (G,), G at least 2. ``linearised``: each unit's influence, which sum to zero. ``jackknife``: the
        estimate without each unit.
    variance
        ``linearised``: ``sqrt(G / (G - 1) sum u^2)``. ``jackknife``: ``sqrt((G - 1) / G sum (u - mean)^2)``.

    Returns
    -------
    float
        At least 0.
    """
    size = len(units)
    if variance == "jackknife":
        return math.sqrt((size - 1) / size * float(((units - units.mean()) ** 2).sum()))
    return math.sqrt(size / (size - 1) * float((units**2).sum()))


def method_of(name: str, variance: Variance) -> str:
    """Return the key of a method with this variance.

    Raises
    ------
    ValueError
        The variance is neither ``linearised`` nor ``jackknife``.
    """
    if variance not in get_args(Variance):
        raise ValueError(f"variance is linearised or jackknife, not {variance!r}")
    return name if variance == "linearised" else f"{name}-{variance}"


def _shared(answers: Answers, groups: tuple[str, str]) -> _Shared:
    wanted = [(group, None) for group in groups]
    cells = cells_of(one_wave(answers), wanted, lowest=np.finfo(float).min, highest=np.finfo(float).max)
    if cells.values.size and not cells.clustered:
        raise ValueError("a comparison inside clusters needs the cluster of each answer")
    counts, tally = cells.summed(), Tally.of(cells)
    both = counts.all(axis=1)
    reason = None if both.any() else "no cluster with both groups"
    return _Shared(
        first=counts[both, 0],
        second=counts[both, 1],
        wins=tally.wins(0, 1)[both],
        spread=tally.spread()[both],
        all_answers=len(cells.values),
        all_clusters=cells.n_units,
        reason=reason if cells.sizes.all() else "no answers",
    )


def _p(statistic: float, alternative: Alternative | Literal["two-sided"]) -> float:
    if alternative == "two-sided":
        return float(2 * special.ndtr(-abs(statistic)))
    return one_sided(statistic, None, alternative)
