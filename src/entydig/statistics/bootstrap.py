"""Change, gap and change of a gap by resampling whole clusters: in points and as a probability of superiority.

A check of the intervals of `entydig.statistics.linear` and `entydig.statistics.superiority` without a formula
for the variance. Each draw takes as many clusters as there are, with replacement; a cluster brings all its
answers. Draws are rows of multinomial weights, multiplied with the answers by cluster, cell and level; both
estimates come from the same draws::

    percentile: [q(a), q(1 - a)]         basic: [2 v - q(1 - a), 2 v - q(a)]         a = (1 - confidence) / 2

with estimate v and quantiles q of the draws (linear interpolation, numpy's and R's type 7). p is
(b + 1) / (B + 1), b draws on the null's side of it (percentile) or as far beyond 2 v - null (basic), so that it
agrees with the interval. With fewer than some thirty clusters both intervals tend to be too short: the wild
bootstrap is then the better check of points.

Checked against R, where all 3,125 resamples of five clusters are counted, and against scipy's resampling in
`pingouin.compute_bootci`: equal within Monte-Carlo error.

References
----------
Davison and Hinkley (1997), Bootstrap Methods and their Application, doi:10.1017/CBO9780511802843.
Field and Welsh (2007), Bootstrapping clustered data, doi:10.1111/j.1467-9868.2007.00593.x.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from entydig.statistics.cells import Answers, Cell, Cells, Floats, cells_of, normalised, one_wave
from entydig.statistics.draws import TIE, weight_blocks
from entydig.statistics.estimate import Alternative, Asked, Estimate
from entydig.statistics.linear import ROUNDING

__all__ = ["Bootstrapped", "Interval", "change", "gap", "gap_change"]

Interval = Literal["percentile", "basic"]

# The weight of a comparison, its cell that may be higher and the other.
Comparison = tuple[float, Cell, Cell]

# Index means that are equal by arithmetic may differ in the last bit; they must tie.
DECIMALS = 12
# Entries of a block of weights or counts: small enough for the cache, which makes it twice as fast.
BLOCK = 2**15
# More draws that leave a cell empty than this share, and there is no estimate.
MOST_LOST = 0.05


@dataclass(frozen=True, kw_only=True)
class Bootstrapped:
    """Both estimates of a contrast from the same draws.

    Parameters
    ----------
    points
        Difference of means or of positive shares; `se` is the standard deviation of the draws.
    probability
        Probability of superiority, or the difference of two.
    draws
        Draws used; 0 without an estimate.
    lost
        Draws left out, since they held no answers in a cell.
    """

    points: Estimate
    probability: Estimate
    draws: int
    lost: int


def gap(
    answers: Answers,
    groups: tuple[str, str],
    *,
    rng: np.random.Generator,
    positive: Collection[float] | None = None,
    draws: int = 10_000,
    interval: Interval = "percentile",
    confidence: float = 0.95,
    alternative: Alternative = "greater",
) -> Bootstrapped:
    """Return the first group's mean minus the second's, and the probability that the first is higher.

    Parameters
    ----------
    answers, groups
        As in `entydig.statistics.linear.gap`; without clusters people are resampled.
    rng
        Source of the draws.
    positive
        Levels that count as positive; points are then of their share, and `value` may hold codes of any
        scale. None: points are of the mean, and values lie in [-1, 1].
    draws
        At least 99.
    interval
        ``percentile`` or ``basic``.
    confidence
        Of the two-sided interval, in (0, 1).
    alternative
        Of the one-sided test against no difference.

    Returns
    -------
    Bootstrapped
        Units ``points`` and ``probability``, population ``process``, methods ``bootstrap-percentile`` or
        ``bootstrap-basic``. Both missing with ``no answers``, ``too few clusters`` or ``too few answers``,
        also where more than 5 % of the draws leave a cell empty; if fewer do, they are left out, with the
        warning ``empty draws``. Where all draws are alike there is no test (`Estimate.untestable`), with the
        warning ``all alike``, or ``no overlap`` where one side lies wholly above the other.

    Raises
    ------
    ValueError
        A value is missing, infinite or, without `positive`, outside [-1, 1]; a cluster is missing for some
        only; there are several waves; the interval is none of these; or `draws` is below 99.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"value": [4, 5, 2, 4, 1, 3, 4, 2], "group": list("aaaabbbb")})
    >>> found = gap(answers, ("a", "b"), rng=np.random.default_rng(1), positive=(4, 5))
    >>> found.points.value, found.probability.value
    (0.5, 0.78125)
    """
    first, second = groups
    comparisons: list[Comparison] = [(1.0, (first, None), (second, None))]
    asked = _asked(interval, confidence, alternative)
    return _estimates(one_wave(answers), comparisons, asked, positive, draws, rng)


def change(
    answers: Answers,
    waves: tuple[int, int],
    *,
    rng: np.random.Generator,
    weights: Mapping[str, float] | None = None,
    positive: Collection[float] | None = None,
    draws: int = 10_000,
    interval: Interval = "percentile",
    confidence: float = 0.95,
    alternative: Alternative = "greater",
) -> Bootstrapped:
    """Return the later wave's mean minus the earlier one's, and the probability that the later is higher.

    Parameters
    ----------
    answers, waves, weights
        As in `entydig.statistics.linear.change`; the weights are fixed, not drawn.
    rng, positive, draws, interval, confidence, alternative
        As in `gap`.

    Returns
    -------
    Bootstrapped
        As in `gap`.

    Raises
    ------
    ValueError
        As in `gap`, apart from the waves; or the weights are negative, infinite or all zero.
    """
    earlier, later = waves
    shares: Mapping[str | None, float] = {None: 1.0} if weights is None else dict(normalised(weights).items())
    comparisons: list[Comparison] = [
        (share, (group, later), (group, earlier)) for group, share in shares.items()
    ]
    return _estimates(answers, comparisons, _asked(interval, confidence, alternative), positive, draws, rng)


def gap_change(
    answers: Answers,
    groups: tuple[str, str],
    waves: tuple[int, int],
    *,
    rng: np.random.Generator,
    positive: Collection[float] | None = None,
    draws: int = 10_000,
    interval: Interval = "percentile",
    confidence: float = 0.95,
    alternative: Alternative = "greater",
) -> Bootstrapped:
    """Return the gap in the later wave minus the gap in the earlier one, on both scales.

    Parameters
    ----------
    answers, groups, waves
        As in `entydig.statistics.linear.gap_change`.
    rng, positive, draws, interval, confidence, alternative
        As in `gap`.

    Returns
    -------
    Bootstrapped
        As in `gap`; the probability is a difference of two (`entydig.statistics.superiority.gap_change`).

    Raises
    ------
    ValueError
        As in `gap`, apart from the waves.
    """
    first, second = groups
    comparisons: list[Comparison] = [
        (sign, (first, wave), (second, wave)) for wave, sign in zip(waves, (-1.0, 1.0), strict=True)
    ]
    return _estimates(answers, comparisons, _asked(interval, confidence, alternative), positive, draws, rng)


def _asked(interval: Interval, confidence: float, alternative: Alternative) -> Asked:
    if interval not in ("percentile", "basic"):
        raise ValueError("the interval must be percentile or basic")
    return Asked(
        unit="points",
        population="process",
        method=f"bootstrap-{interval}",
        confidence=confidence,
        alternative=alternative,
    )


class _Contrast(NamedTuple):
    """Answers by unit, cell and level (G, J, L), weights (J,), scores (L,), comparisons by position of cells."""

    counts: Floats
    weight: Floats
    scores: Floats
    sides: Sequence[tuple[float, int, int]]

    def estimates(self, counts: Floats) -> Floats:
        """Return points and probability, shape (2, draws), from counts by cell, level and draw."""
        sizes = counts.sum(axis=1)
        points = self.weight @ (np.einsum("l,jld->jd", self.scores, counts) / sizes)
        probability = sum(factor * self._superiority(counts, sizes, *pair) for factor, *pair in self.sides)
        return np.stack([points, probability])

    def drawn(self, draws: int, rng: np.random.Generator) -> Floats:
        """Return the estimates of all draws that leave no cell empty, shape (2, at most draws)."""
        units, *shape = self.counts.shape
        flat, found = self.counts.reshape(units, -1), []
        for weights in weight_blocks(units, draws, rng, rows=max(BLOCK // max(flat.shape), 1)):
            counts = (flat.T @ weights.T).reshape(*shape, -1)
            whole = np.all(counts.any(axis=1), axis=0)
            found.append(self.estimates(counts if whole.all() else counts[..., whole]))
        return np.concatenate(found, axis=1)

    def limits(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the lowest and highest possible points, and the same of the probability."""
        ends = np.outer((0.0 if self.scores.min() >= 0 else -1.0, 1.0), self.weight)
        factors = np.array([factor for factor, *_ in self.sides])
        return (
            (float(ends.min(axis=0).sum()), float(ends.max(axis=0).sum())),
            (float(np.minimum(factors, 0).sum()), float(np.maximum(factors, 0).sum())),
        )

    def apart(self) -> bool:
        """Return whether in each comparison one side lies wholly above the other."""
        counts = self.counts.sum(axis=0)[..., None]
        found = [self._superiority(counts, counts.sum(axis=1), *pair)[0] for _, *pair in self.sides]
        return bool(np.isin(found, (0.0, 1.0)).all())

    @staticmethod
    def _superiority(counts: Floats, sizes: Floats, higher: int, lower: int) -> Floats:
        below = counts[lower].cumsum(axis=0) - counts[lower] / 2
        return np.asarray((counts[higher] * below).sum(axis=0) / (sizes[higher] * sizes[lower]))


def _contrast(
    cells: Cells,
    wanted: Sequence[Cell],
    comparisons: Sequence[Comparison],
    positive: Collection[float] | None,
) -> _Contrast:
    levels, level = np.unique(cells.values.round(DECIMALS), return_inverse=True)
    sides = [(factor, wanted.index(higher), wanted.index(lower)) for factor, higher, lower in comparisons]
    weight = np.zeros(len(wanted))
    for factor, *pair in sides:
        weight[pair] += factor, -factor
    place = (cells.unit * cells.n_cells + cells.cell) * levels.size + level
    counts = np.bincount(place, minlength=cells.n_units * cells.n_cells * levels.size)
    return _Contrast(
        counts=counts.reshape(cells.n_units, cells.n_cells, levels.size).astype(np.float64),
        weight=weight,
        scores=levels if positive is None else np.isin(levels, list(positive)).astype(np.float64),
        sides=sides,
    )


def _estimates(
    answers: Answers,
    comparisons: Sequence[Comparison],
    asked: Asked,
    positive: Collection[float] | None,
    draws: int,
    rng: np.random.Generator,
) -> Bootstrapped:
    wanted = list(dict.fromkeys(cell for _, *pair in comparisons for cell in pair))
    bound = 1.0 if positive is None else float(np.finfo(np.float64).max)
    cells = cells_of(answers, wanted, lowest=-bound, highest=bound)
    asked |= {"n": len(cells.values), "clusters": cells.clusters}
    # No difference is a half where probabilities are averaged, nothing where one is taken from another.
    other: Asked = {**asked, "unit": "probability", "null": sum(factor for factor, *_ in comparisons) / 2}
    obstacle = cells.obstacle()
    if obstacle:
        return _missing(obstacle, asked, other, 0)
    contrast = _contrast(cells, wanted, comparisons, positive)
    drawn = contrast.drawn(draws, rng)
    lost = draws - drawn.shape[1]
    if lost > MOST_LOST * draws:
        return _missing("too few clusters" if cells.clustered else "too few answers", asked, other, lost)
    value, limits = contrast.estimates(contrast.counts.sum(axis=0)[..., None])[:, 0], contrast.limits()
    alike = cells.alike()
    warnings = ("all alike in a cell",) * bool(alike.any()) + ("empty draws",) * bool(lost)
    sameness = "no overlap" if contrast.apart() and not alike.all() else "all alike"
    return Bootstrapped(
        points=_estimate(float(value[0]), drawn[0], limits[0], "all alike", warnings, asked),
        probability=_estimate(float(value[1]), drawn[1], limits[1], sameness, warnings, other),
        draws=drawn.shape[1],
        lost=lost,
    )


def _missing(reason: str, asked: Asked, other: Asked, lost: int) -> Bootstrapped:
    return Bootstrapped(
        points=Estimate.missing(reason, **asked),
        probability=Estimate.missing(reason, **other),
        draws=0,
        lost=lost,
    )


def _estimate(
    value: float,
    drawn: Floats,
    limits: tuple[float, float],
    sameness: str,
    warnings: tuple[str, ...],
    asked: Asked,
) -> Estimate:
    se = float(drawn.std(ddof=1))
    if se < ROUNDING:
        return Estimate.untestable(value, limits=limits, warning=sameness, **asked)
    # Turned round the estimate the draws give the basic interval by the same rule as the percentile one.
    placed = 2 * value - drawn if asked["method"] == "bootstrap-basic" else drawn
    low, high = np.quantile(placed, [(1 - asked["confidence"]) / 2, (1 + asked["confidence"]) / 2])
    null = asked.get("null", 0.0)
    beyond = placed <= null + TIE if asked["alternative"] == "greater" else placed >= null - TIE
    return Estimate(
        value=value,
        low=max(float(low), limits[0]),
        high=min(float(high), limits[1]),
        se=se,
        p=float((beyond.sum() + 1) / (len(drawn) + 1)),
        warnings=warnings,
        **asked,
    )
