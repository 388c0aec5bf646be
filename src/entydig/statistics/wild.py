"""Change, gap and change of a gap in points, tested by the wild cluster bootstrap-t.

For few or unequal clusters, beside the estimates of `entydig.statistics.linear`. The null hypothesis is
imposed: the cell means are fitted by least squares under ``contrast = null``, the residuals of each cluster
get a common sign, +1 or -1 with equal chance, and the cells are fitted anew. The statistic is t with the CR1
standard error; a common factor such as that of CR1S would change no p. With up to twelve clusters all 2^G
signs are counted, among them those that leave the data as they are and those that mirror them; else p is
(b + 1) / (B + 1) for b of B random draws. A draw counts where its t is at least the observed one (``>=``):
a strict inequality, as in wildboottest, leaves out the observed answers themselves.

With residual sums e_gj, n_gj answers of cluster g in cell j, n_j in the cell, contrast c and distance
``d = estimate - null``::

    restricted sums   r_gj = e_gj + d n_gj (c_j / n_j) / sum_k c_k^2 / n_k
    drawn means       b_j  = sum_g s_g r_gj / n_j              drawn contrast = sum_j c_j b_j
    drawn influence   u_g  = sum_j c_j (s_g r_gj - n_gj b_j) / n_j

As r is linear in d, one pass over the signs gives the test of every null hypothesis. So the interval comes by
test inversion with the same signs: it runs from the lowest to the highest value that neither one-sided test
rejects at ``(1 - confidence) / 2``. Agrees with fits by `lm` for every sign in R (`sandwich::vcovCL`): the
statistic to twelve digits, the count of extreme signs exactly.

References
----------
Cameron, Gelbach and Miller (2008), doi:10.1162/rest.90.3.414.
Roodman, Nielsen, MacKinnon and Webb (2019), doi:10.1177/1536867X19830877.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from entydig.statistics.cells import Answers, Cell, Floats, cells_of, one_wave
from entydig.statistics.draws import TIE, are_few, sign_blocks
from entydig.statistics.estimate import Alternative, Asked, Estimate, Unit
from entydig.statistics.linear import ROUNDING, Fit, change_contrast, gap_change_contrast, gap_contrast

__all__ = ["WildTest", "change", "gap", "gap_change", "mean"]

# Null hypotheses tried on the way outwards, and halvings of the last step: 1e-11 of a point.
GRID, HALVINGS = 33, 40


@dataclass(frozen=True, kw_only=True)
class WildTest:
    """An estimate with the wild cluster bootstrap's interval and p.

    Parameters
    ----------
    estimate
        Value, CR1 standard error, one-sided p and the interval that agrees with it; method ``wild``.
    statistic
        t: (estimate - null) / CR1 standard error. NaN where there is none.
    p_two_sided
        Share of draws whose absolute t is at least the observed one.
    draws
        Signs counted: 2^G, or random draws and the observed signs; 0 where nothing was drawn.
    enumerated
        Whether all signs were counted, so that p is without chance.
    """

    estimate: Estimate
    statistic: float
    p_two_sided: float
    draws: int
    enumerated: bool


def gap(
    answers: Answers,
    groups: tuple[str, str],
    *,
    rng: np.random.Generator,
    draws: int = 9999,
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
) -> WildTest:
    """Return the first group's mean minus the second's.

    Parameters
    ----------
    answers, groups
        As in `entydig.statistics.linear.gap`; without clusters the sign is each person's own.
    rng
        Source of the random signs; not read where all are counted.
    draws
        Random draws, at least 99; not used where all are counted.
    confidence, null, alternative
        As in `entydig.statistics.linear.gap`.

    Returns
    -------
    WildTest
        Its estimate has unit ``points``, population ``process``, method ``wild``, and is missing or without a
        test as in `entydig.statistics.linear.gap`. Ends of the interval beyond what is possible are cut; where
        even the rarest signs are not rare enough to reject anything (up to five clusters at 95 %), it is all
        that is possible, with the warning ``level out of reach``.

    Raises
    ------
    ValueError
        As in `entydig.statistics.linear.gap`; or `draws` is below 99.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"value": [1, 1, 0, 1, 0, 0, 1, 0], "group": list("ababaabb")})
    >>> answers["cluster"] = list("ppqqrrss")
    >>> found = gap(answers, ("a", "b"), rng=np.random.default_rng(1))
    >>> found.estimate.value, found.estimate.p, found.draws, found.enumerated
    (-0.5, 0.875, 16, True)
    """
    asked = _asked("points", confidence, null, alternative)
    return _test(one_wave(answers), gap_contrast(groups), asked, draws, rng)


def change(
    answers: Answers,
    waves: tuple[int, int],
    *,
    rng: np.random.Generator,
    weights: Mapping[str, float] | None = None,
    draws: int = 9999,
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
) -> WildTest:
    """Return the later wave's mean minus the earlier one's.

    Parameters
    ----------
    answers, waves, weights
        As in `entydig.statistics.linear.change`.
    rng, draws, confidence, null, alternative
        As in `gap`.

    Returns
    -------
    WildTest
        As in `gap`.

    Raises
    ------
    ValueError
        As in `entydig.statistics.linear.change`; or `draws` is below 99.
    """
    asked = _asked("points", confidence, null, alternative)
    return _test(answers, change_contrast(waves, weights), asked, draws, rng)


def gap_change(
    answers: Answers,
    groups: tuple[str, str],
    waves: tuple[int, int],
    *,
    rng: np.random.Generator,
    draws: int = 9999,
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
) -> WildTest:
    """Return the gap (first group minus second) in the later wave minus the gap in the earlier one.

    Parameters
    ----------
    answers, groups, waves
        As in `entydig.statistics.linear.gap_change`.
    rng, draws, confidence, null, alternative
        As in `gap`.

    Returns
    -------
    WildTest
        As in `gap`.

    Raises
    ------
    ValueError
        As in `entydig.statistics.linear.gap_change`; or `draws` is below 99.
    """
    asked = _asked("points", confidence, null, alternative)
    return _test(answers, gap_change_contrast(groups, waves), asked, draws, rng)


def mean(
    answers: Answers,
    *,
    rng: np.random.Generator,
    unit: Unit = "points",
    draws: int = 9999,
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
) -> WildTest:
    """Return the mean of all answers; the signs turn each cluster's distance from `null`.

    Parameters
    ----------
    answers, unit
        As in `entydig.statistics.linear.mean`.
    rng, draws, confidence, null, alternative
        As in `gap`.

    Returns
    -------
    WildTest
        As in `gap`, in `unit`.

    Raises
    ------
    ValueError
        As in `entydig.statistics.linear.mean`; or `draws` is below 99.
    """
    lowest = -1.0 if unit == "points" else 0.0
    asked = _asked(unit, confidence, null, alternative)
    return _test(answers, {(None, None): 1.0}, asked, draws, rng, lowest)


@dataclass(frozen=True)
class _Drawn:
    """The drawn contrasts and influences, as polynomials in the distance of the estimate from the null.

    A draw's contrast is ``contrast[0] + d contrast[1]``, its sum of squared influence ``square[0] + 2 d
    square[1] + d^2 square[2]``; shapes (2, draws) and (3, draws). `spread` is the root of the observed sum.
    """

    contrast: Floats
    square: Floats
    spread: float

    def p(self, distance: float, alternative: Alternative | None) -> float:
        """Return the share of draws as extreme as the observed t; None takes both sides."""
        drawn = (self.contrast[0] + distance * self.contrast[1]) * self.spread
        ends = self.square[0] + distance**2 * self.square[2]
        square = ends + 2 * distance * self.square[1]
        # A sum of squares that cancels to nothing is zero: such a draw fits without residuals.
        observed = distance * np.sqrt(np.where(square > 1e-13 * ends, square, 0.0))
        if alternative is None:
            drawn, observed = np.abs(drawn), np.abs(observed)
        tie = TIE * self.spread * max(self.spread, abs(distance))
        extreme = drawn <= observed + tie if alternative == "less" else drawn >= observed - tie
        return float(extreme.mean())


def _asked(unit: Unit, confidence: float, null: float, alternative: Alternative) -> Asked:
    return Asked(
        unit=unit,
        population="process",
        method="wild",
        confidence=confidence,
        null=null,
        alternative=alternative,
    )


def _test(
    answers: Answers,
    contrast: Mapping[Cell, float],
    asked: Asked,
    draws: int,
    rng: np.random.Generator,
    lowest: float = -1.0,
) -> WildTest:
    cells = cells_of(answers, list(contrast), lowest=lowest, highest=1.0)
    asked |= {"n": len(cells.values), "clusters": cells.clusters}
    obstacle = cells.obstacle()
    if obstacle:
        return _undrawn(Estimate.missing(obstacle, **asked))
    fit = Fit(cells, np.array(list(contrast.values())), lowest)
    if fit.cr1() < ROUNDING:
        return _undrawn(Estimate.untestable(fit.value, limits=fit.limits, warning="all alike", **asked))
    drawn = _drawn(fit, draws, rng)
    level, distance = (1 - asked["confidence"]) / 2, fit.value - asked["null"]
    out_of_reach = 1 / drawn.contrast.shape[1] > level
    same = ("all alike in a cell",) if cells.alike().any() else ()
    estimate = Estimate(
        value=fit.value,
        low=_end(lambda value: drawn.p(fit.value - value, "greater") > level, fit.value, fit.limits[0]),
        high=_end(lambda value: drawn.p(fit.value - value, "less") > level, fit.value, fit.limits[1]),
        se=fit.cr1(),
        p=drawn.p(distance, asked["alternative"]),
        warnings=(*same, "level out of reach") if out_of_reach else same,
        **asked,
    )
    return WildTest(
        estimate=estimate,
        statistic=distance / fit.cr1(),
        p_two_sided=drawn.p(distance, None),
        draws=drawn.contrast.shape[1],
        enumerated=are_few(cells.n_units),
    )


def _undrawn(estimate: Estimate) -> WildTest:
    return WildTest(estimate=estimate, statistic=math.nan, p_two_sided=estimate.p, draws=0, enumerated=False)


def _drawn(fit: Fit, draws: int, rng: np.random.Generator) -> _Drawn:
    counts, share = fit.cells.summed(), fit.weight / fit.cells.sizes
    pulls = counts * share / (fit.weight @ share)
    lever = (counts * share).T
    contrasts, squares = [], []
    for signs in sign_blocks(fit.cells.n_units, draws, rng):
        means = [signs @ (sums / fit.cells.sizes) for sums in (fit.residuals(), pulls)]
        influence = [
            signs * (sums @ share) - mean @ lever
            for sums, mean in zip((fit.residuals(), pulls), means, strict=True)
        ]
        contrasts.append(np.stack([mean @ fit.weight for mean in means]))
        pairs = ((0, 0), (0, 1), (1, 1))
        squares.append(np.stack([(influence[i] * influence[j]).sum(axis=1) for i, j in pairs]))
    spread = float(np.sqrt(((fit.residuals() @ share) ** 2).sum()))
    return _Drawn(np.concatenate(contrasts, axis=1), np.concatenate(squares, axis=1), spread)


def _end(kept: Callable[[float], bool], inner: float, outer: float) -> float:
    """Return the outermost value that is kept between the estimate, which is, and the last possible value."""
    grid = np.linspace(inner, outer, GRID)
    last = max((place for place in range(1, GRID) if kept(float(grid[place]))), default=0)
    if last == GRID - 1:
        return outer
    inside, outside = float(grid[last]), float(grid[last + 1])
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if kept(middle) else (inside, middle)
    return inside
