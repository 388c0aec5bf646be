"""Change, gap and change of a gap from weighted answers, robust to clusters.

The weights (of answers to their roster, see `entydig.survey.weights`) are taken as fixed. With contrast c
over the weighted means of the cells (group by wave), an answer's influence is
``c w (y - mean of its cell) / sum of w in its cell``, summed by cluster (by person where there are none)::

    variance = G / (G - 1) * sum_g (sum of influence in cluster g)^2         t with G - 1 degrees of freedom

This is a first-order variance: with few or very unequal clusters it is smaller than the CR2 of
`entydig.statistics.linear`. As in there, a cell whose answers all come from one cluster makes the estimate
missing. Functions and frames are those of `linear`, with a column `weight` more.

Agrees with R's survey 4.1-1 (``svyglm`` and ``svycontrast`` on ``svydesign(ids, weights)``) to ten digits.

References
----------
Binder (1983), On the variances of asymptotically normal estimators from complex surveys,
doi:10.2307/1402588.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from entydig.statistics.cells import Answers, Cell, Cells, Floats, cells_of, one_wave
from entydig.statistics.estimate import Alternative, Asked, Estimate, Unit
from entydig.statistics.linear import ROUNDING, Fit, change_contrast, gap_change_contrast, gap_contrast
from entydig.statistics.weighted_share import checked_weights, share

__all__ = ["change", "gap", "gap_change", "mean", "share"]

# What cells are made of, beside the values.
PLACES = ("group", "wave", "cluster")


def gap(
    answers: Answers,
    groups: tuple[str, str],
    *,
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
) -> Estimate:
    """Return the first group's weighted mean minus the second's.

    Parameters
    ----------
    answers
        As in `entydig.statistics.linear.gap`, with `weight` (above 0; only its ratios within a group and
        wave matter).
    groups
        First and second group.
    confidence
        Of the two-sided interval, in (0, 1).
    null, alternative
        Of the one-sided test, in points on the 0..1 scale.

    Returns
    -------
    Estimate
        Unit ``points``, population ``process``, method ``weighted-cluster`` (``weighted-person`` without
        clusters); missing with ``no answers``, ``too few clusters`` or ``too few answers``. Without any
        variation see `Estimate.untestable`.

    Raises
    ------
    ValueError
        A value is missing or outside [-1, 1], a weight is not above 0, a cluster is missing for some only, or
        there are several waves.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"value": [1, 1, 1, 0, 1, 0, 0, 0], "group": list("aaaabbbb")})
    >>> found = gap(answers.assign(weight=[1, 1, 1, 3, 1, 1, 1, 1]), ("a", "b"))
    >>> found.value, round(found.se, 4), round(found.p, 4)
    (0.25, 0.3858, 0.2688)
    """
    asked = _asked("points", confidence, null, alternative)
    return _estimate(one_wave(answers), gap_contrast(groups), asked)


def change(
    answers: Answers,
    waves: tuple[int, int],
    *,
    weights: Mapping[str, float] | None = None,
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
) -> Estimate:
    """Return the later wave's weighted mean minus the earlier one's.

    Parameters
    ----------
    answers
        As in `gap`, with `wave`; `group` is read only with `weights`.
    waves
        Earlier and later wave.
    weights
        Weight of each group (at least 0, any scale), the same in both waves, as in
        `entydig.statistics.linear.change`. None: groups count by their answers' weights, hence by their
        rosters, each wave by its own.
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
    asked = _asked("points", confidence, null, alternative)
    return _estimate(answers, change_contrast(waves, weights), asked)


def gap_change(
    answers: Answers,
    groups: tuple[str, str],
    waves: tuple[int, int],
    *,
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
) -> Estimate:
    """Return the weighted gap (first group minus second) in the later wave minus that in the earlier one.

    Parameters
    ----------
    answers
        As in `gap`, with `wave`.
    groups
        First and second group.
    waves
        Earlier and later wave.
    confidence, null, alternative
        As in `gap`.

    Returns
    -------
    Estimate
        As in `gap`.

    Raises
    ------
    ValueError
        As in `gap`, apart from the waves.
    """
    asked = _asked("points", confidence, null, alternative)
    return _estimate(answers, gap_change_contrast(groups, waves), asked)


def mean(
    answers: Answers,
    *,
    unit: Unit = "points",
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
) -> Estimate:
    """Return the weighted mean of all answers: of differences within persons, or a share of the process.

    Parameters
    ----------
    answers
        As in `gap`, but only `value`, `weight` and `cluster` are read.
    unit
        ``points`` for values in [-1, 1], ``share`` for values in [0, 1].
    confidence, null, alternative
        As in `gap`.

    Returns
    -------
    Estimate
        As in `gap`, in `unit`.

    Raises
    ------
    ValueError
        As in `gap`, apart from the waves; values of a share must lie in [0, 1].
    """
    lowest = -1.0 if unit == "points" else 0.0
    return _estimate(answers, {(None, None): 1.0}, _asked(unit, confidence, null, alternative), lowest)


def _asked(unit: Unit, confidence: float, null: float, alternative: Alternative) -> Asked:
    return Asked(
        unit=unit,
        population="process",
        method="weighted-person",
        confidence=confidence,
        null=null,
        alternative=alternative,
    )


def _estimate(
    answers: Answers, contrast: Mapping[Cell, float], asked: Asked, lowest: float = -1.0
) -> Estimate:
    cells = cells_of(answers, list(contrast), lowest=lowest, highest=1.0)
    # The same rows in the same order, weights in the place of values.
    places = {name: np.asarray(answers[name]) for name in PLACES if name in answers}
    weights = {"value": checked_weights(answers), **places}
    weight = cells_of(weights, list(contrast), lowest=0.0, highest=np.inf).values
    asked |= {"n": len(cells.values), "clusters": cells.clusters}
    if cells.clustered:
        asked |= {"method": "weighted-cluster"}
    if obstacle := cells.obstacle():
        return Estimate.missing(obstacle, **asked)
    factor = np.array(list(contrast.values()))
    value, influence = _linearised(cells, weight, factor)
    limits = Fit(cells, factor, lowest).limits
    units = cells.n_units
    se = float(np.sqrt(units / (units - 1) * (influence**2).sum()))
    if se < ROUNDING:
        return Estimate.untestable(value, limits=limits, warning="all alike", **asked)
    warnings = ("all alike in a cell",) if cells.alike().any() else ()
    return Estimate.by_t(value, se=se, df=float(units - 1), limits=limits, warnings=warnings, **asked)


def _linearised(cells: Cells, weight: Floats, factor: Floats) -> tuple[float, Floats]:
    """Return the contrast of the weighted means, and each unit's influence on it."""
    total = cells.summed(weight).sum(axis=0)
    means = cells.summed(weight * cells.values).sum(axis=0) / total
    influence = (factor / total)[cells.cell] * weight * (cells.values - means[cells.cell])
    return float(factor @ means), np.bincount(cells.unit, weights=influence).astype(np.float64)
