"""Probability that an answer of one side exceeds one of the other (ties count half), robust to clusters.

It needs only the order of the answers and takes any number of levels. The estimate is linearised: with
mid-rank distribution function F of the other side and n answers on the own one, an answer y has influence
``(F(y) - probability) / n`` on the side that may be higher and ``(1 - F(y) - probability) / n`` on the
other. These are summed by cluster (by person where there are none), which takes up nesting, pairing and the
overlap of waves alike::

    variance = G / (G - 1) * sum_g (sum of influence in cluster g)^2         t with G - 1 degrees of freedom

Where every cluster has answers on both sides this is Obuchowski's variance. Checked against her formula and
pair matrices in R to ten digits. Missing as in `entydig.statistics.linear`.

References
----------
Obuchowski (1997), Nonparametric analysis of clustered ROC curve data, doi:10.2307/2533958.
Brunner and Munzel (2000), doi:10.1002/(SICI)1521-4036(200001)42:1<17::AID-BIMJ17>3.0.CO;2-U.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from entydig.statistics.cells import Cell, Cells, Floats, cells_of, normalised, one_wave
from entydig.statistics.estimate import Alternative, Asked, Estimate, Unit

__all__ = ["change", "gap", "gap_change"]

# Index means that are equal by arithmetic may differ in the last bit; they must tie.
DECIMALS = 12
ROUNDING = 1e-10


class Comparison(NamedTuple):
    """One probability of a weighted sum: that an answer of `higher` exceeds one of `lower`."""

    weight: float
    higher: Cell
    lower: Cell


def gap(
    answers: pd.DataFrame,
    groups: tuple[str, str],
    *,
    confidence: float = 0.95,
    null: float = 0.5,
    alternative: Alternative = "greater",
) -> Estimate:
    """Return the probability that an answer of the first group is higher than one of the second.

    Parameters
    ----------
    answers
        A row per answer of one wave: `value` (ordered codes or an index, missing ones dropped before),
        `group`, and `cluster` (absent or all missing where people are independent). Rows of other groups
        are not used.
    groups
        First and second group.
    confidence
        Of the two-sided interval, in (0, 1).
    null, alternative
        Of the one-sided test; 0.5 means that neither side tends to be higher.

    Returns
    -------
    Estimate
        Unit ``probability``, population ``process``, method ``superiority``; missing with ``no answers``,
        ``too few clusters`` or ``too few answers``. If one side lies wholly above the other, or nothing
        varies, there is no test (`Estimate.untestable`), with the warning ``no overlap`` or ``all alike``.

    Raises
    ------
    ValueError
        A value is missing or infinite, a cluster is missing for some only, or there are several waves.

    Examples
    --------
    >>> answers = pd.DataFrame({"value": [2, 3, 3, 1, 2, 3], "group": list("aaabbb")})
    >>> round(gap(answers, ("a", "b")).value, 4)
    0.7222
    """
    first, second = groups
    comparisons = [Comparison(1.0, (first, None), (second, None))]
    return _estimate(one_wave(answers), comparisons, _asked("probability", confidence, null, alternative))


def change(
    answers: pd.DataFrame,
    waves: tuple[int, int],
    *,
    weights: Mapping[str, float] | None = None,
    confidence: float = 0.95,
    null: float = 0.5,
    alternative: Alternative = "greater",
) -> Estimate:
    """Return the probability that an answer of the later wave is higher than one of the earlier.

    Parameters
    ----------
    answers
        As in `gap`, with `wave`; `group` is read only with `weights`.
    waves
        Earlier and later wave.
    weights
        Weight of each group (at least 0, any scale): the weighted mean of the groups' own probabilities.
        Groups of weight 0 and groups not named are left out. None: all persons are pooled.
    confidence, null, alternative
        As in `gap`.

    Returns
    -------
    Estimate
        As in `gap`.

    Raises
    ------
    ValueError
        As in `gap`, apart from the waves; or the weights are negative, infinite or all zero.
    """
    earlier, later = waves
    shares: Mapping[str | None, float] = {None: 1.0} if weights is None else dict(normalised(weights).items())
    comparisons = [Comparison(share, (group, later), (group, earlier)) for group, share in shares.items()]
    return _estimate(answers, comparisons, _asked("probability", confidence, null, alternative))


def gap_change(
    answers: pd.DataFrame,
    groups: tuple[str, str],
    waves: tuple[int, int],
    *,
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
) -> Estimate:
    """Return the later wave's probability that the first group answers higher, minus the earlier wave's.

    Not the same as the difference of the two groups' probabilities of change: those compare each group with
    itself.

    Parameters
    ----------
    answers
        As in `gap`, with `wave`.
    groups
        First and second group.
    waves
        Earlier and later wave.
    confidence, null, alternative
        As in `gap`, but 0 means that the gap did not change.

    Returns
    -------
    Estimate
        As in `gap`; a difference of two probabilities, in [-1, 1].

    Raises
    ------
    ValueError
        As in `gap`, apart from the waves.
    """
    first, second = groups
    comparisons = [
        Comparison(sign, (first, wave), (second, wave)) for wave, sign in zip(waves, (-1.0, 1.0), strict=True)
    ]
    return _estimate(answers, comparisons, _asked("probability", confidence, null, alternative))


def _asked(unit: Unit, confidence: float, null: float, alternative: Alternative) -> Asked:
    return Asked(
        unit=unit,
        population="process",
        method="superiority",
        confidence=confidence,
        null=null,
        alternative=alternative,
    )


def _estimate(answers: pd.DataFrame, comparisons: Sequence[Comparison], asked: Asked) -> Estimate:
    wanted = list(dict.fromkeys(cell for each in comparisons for cell in (each.higher, each.lower)))
    cells = cells_of(answers, wanted, lowest=np.finfo(float).min, highest=np.finfo(float).max)
    asked |= {"n": len(cells.values), "clusters": cells.clusters}
    obstacle = cells.obstacle()
    if obstacle:
        return Estimate.missing(obstacle, **asked)
    weight = np.array([each.weight for each in comparisons])
    sides = [(wanted.index(each.higher), wanted.index(each.lower)) for each in comparisons]
    probabilities, influence = _linearised(cells, weight, sides)
    value = float(weight @ probabilities)
    limits = float(np.minimum(weight, 0).sum()), float(np.maximum(weight, 0).sum())
    units = cells.n_units
    se = float(np.sqrt(units / (units - 1) * (np.bincount(cells.unit, weights=influence) ** 2).sum()))
    if se < ROUNDING:
        return Estimate.untestable(value, limits=limits, warning=_sameness(cells, probabilities), **asked)
    warnings = ("all alike in a cell",) if cells.alike().any() else ()
    return Estimate.by_t(value, se=se, df=float(units - 1), limits=limits, warnings=warnings, **asked)


def _linearised(cells: Cells, weight: Floats, sides: Sequence[tuple[int, int]]) -> tuple[Floats, Floats]:
    """Return each comparison's probability, and each answer's influence on their weighted sum."""
    levels, level = np.unique(cells.values.round(DECIMALS), return_inverse=True)
    counts = np.bincount(cells.cell * levels.size + level, minlength=cells.n_cells * levels.size)
    share = counts.reshape(cells.n_cells, levels.size) / cells.sizes[:, None]
    below = share.cumsum(axis=1) - share / 2
    influence = np.zeros_like(share)
    probabilities = np.array([share[higher] @ below[lower] for higher, lower in sides])
    for factor, probability, (higher, lower) in zip(weight, probabilities, sides, strict=True):
        influence[higher] += factor * (below[lower] - probability) / cells.sizes[higher]
        influence[lower] += factor * (1 - below[higher] - probability) / cells.sizes[lower]
    return probabilities, influence[cells.cell, level]


def _sameness(cells: Cells, probabilities: Floats) -> str:
    apart = bool(np.isin(probabilities, (0.0, 1.0)).all())
    return "no overlap" if apart and not cells.alike().all() else "all alike"
