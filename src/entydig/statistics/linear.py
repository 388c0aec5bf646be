"""Change, gap and change of a gap in points of the positive share, robust to clusters.

The model is a mean for each cell (group by wave), fitted by least squares to a 0/1 answer or to an index.
The variance is CR2 with Satterthwaite's degrees of freedom under an identity working model. In this design
the adjustment acts on each cluster and cell alone, so both have closed forms; nothing of size people by
people is built.

With n_gj answers of cluster g in cell j, n_j answers in the cell, contrast c and e_gj the sum of residuals::

    f_gj = (1 - n_gj / n_j)^(-1/2)
    u_g  = sum_j c_j f_gj e_gj / n_j               variance = sum_g u_g^2
    d_g  = sum_j n_gj (c_j f_gj / n_j)^2           W_gj = n_gj f_gj c_j / n_j^(3/2)
    P    = diag(d) - W W'                          df = tr(P)^2 / tr(P P)

Where there are no clusters each person is one, which makes it HC2 (method ``hc2`` instead of ``cr2``). A
cell whose answers all come from one cluster has no variance to estimate: the estimate is then missing
(``too few clusters``), where a generalised inverse would count that variance as zero. Without any variation
see `Estimate.untestable`.

CR1 is there for comparison with other programs: the same without f_gj, times ``G / (G - 1)``, with t on
G - 1 degrees of freedom. CR1S multiplies ``(n - 1) / (n - J)`` with J cells on top. Both tend to be too
small where clusters are few or unequal.

Agrees with R's clubSandwich 0.5.8 (CR2, Satterthwaite; CR1; CR1S) and sandwich 3.0-2 (HC2, HC1; `vcovCL`
with HC1 is CR1S) to ten digits. CR1S is what statsmodels 0.15 calls ``cov_type="cluster"``; there the
reference is normal unless ``use_t=True``.

References
----------
Bell and McCaffrey (2002), Bias reduction in standard errors, Survey Methodology 28(2), 169-181.
Pustejovsky and Tipton (2018), doi:10.1080/07350015.2016.1247004.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np

from entydig.statistics.cells import Answers, Cell, Cells, Floats, cells_of, normalised, one_wave
from entydig.statistics.estimate import Alternative, Asked, Estimate, Unit

__all__ = [
    "ROUNDING",
    "Fit",
    "Variance",
    "change",
    "change_contrast",
    "gap",
    "gap_change",
    "gap_change_contrast",
    "gap_contrast",
    "mean",
]

Variance = Literal["cr2", "cr1", "cr1s"]

# Below this a standard error on the 0..1 scale is only what rounding left of zero.
ROUNDING = 1e-10
WITHOUT_CLUSTERS: dict[Variance, str] = {"cr2": "hc2", "cr1": "cr1", "cr1s": "hc1"}


def gap(
    answers: Answers,
    groups: tuple[str, str],
    *,
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
    variance: Variance = "cr2",
) -> Estimate:
    """Return the first group's mean minus the second's.

    Parameters
    ----------
    answers
        A row per answer of one wave: `value` (0/1 or an index in [-1, 1], missing ones dropped before),
        `group`, and `cluster` (absent or all missing where people are independent). Rows of other groups
        are not used.
    groups
        First and second group.
    confidence
        Of the two-sided interval, in (0, 1).
    null, alternative
        Of the one-sided test, in points on the 0..1 scale.
    variance
        ``cr2`` with Satterthwaite's degrees of freedom; ``cr1`` or ``cr1s`` with clusters - 1. It names the
        method; where there are no clusters ``cr2`` is ``hc2`` and ``cr1s`` is ``hc1``.

    Returns
    -------
    Estimate
        Unit ``points``, population ``process``; missing with ``no answers``, ``too few clusters`` or
        ``too few answers`` (a single person in a cell, without clusters).

    Raises
    ------
    ValueError
        A value is missing or outside [-1, 1], a cluster is missing for some only, there are several waves, or
        the variance is none of these.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"value": [1, 1, 1, 0, 1, 0, 0, 0], "group": list("aaaabbbb")})
    >>> found = gap(answers, ("a", "b"))
    >>> found.value, round(found.se, 4), round(found.p, 4)
    (0.5, 0.3536, 0.1035)
    """
    asked = _asked("points", confidence, null, alternative)
    return _estimate(one_wave(answers), gap_contrast(groups), asked, variance)


def change(
    answers: Answers,
    waves: tuple[int, int],
    *,
    weights: Mapping[str, float] | None = None,
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
    variance: Variance = "cr2",
) -> Estimate:
    """Return the later wave's mean minus the earlier one's.

    Whoever answered counts, in one wave or both; the clusters take up that people come back.

    Parameters
    ----------
    answers
        As in `gap`, with `wave`; `group` is read only with `weights`.
    waves
        Earlier and later wave.
    weights
        Weight of each group (at least 0, any scale), the same in both waves, so that a changed mix of
        groups is no change. Groups of weight 0 and groups not named are left out. None: each person counts
        the same.
    confidence, null, alternative, variance
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
    return _estimate(answers, change_contrast(waves, weights), asked, variance)


def gap_change(
    answers: Answers,
    groups: tuple[str, str],
    waves: tuple[int, int],
    *,
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
    variance: Variance = "cr2",
) -> Estimate:
    """Return the gap (first group minus second) in the later wave minus the gap in the earlier one.

    In points this equals the first group's change minus the second's. Both groups may be in the programme:
    it is no effect.

    Parameters
    ----------
    answers
        As in `gap`, with `wave`.
    groups
        First and second group.
    waves
        Earlier and later wave.
    confidence, null, alternative, variance
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
    return _estimate(answers, gap_change_contrast(groups, waves), asked, variance)


def mean(
    answers: Answers,
    *,
    unit: Unit = "points",
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
    variance: Variance = "cr2",
) -> Estimate:
    """Return the mean of all answers: of differences within persons, or a share of the process.

    Parameters
    ----------
    answers
        As in `gap`, but only `value` and `cluster` are read. For two items asked of the same people `value`
        is each person's difference.
    unit
        ``points`` for values in [-1, 1], ``share`` for values in [0, 1].
    confidence, null, alternative, variance
        As in `gap`.

    Returns
    -------
    Estimate
        As in `gap`, in `unit`.

    Raises
    ------
    ValueError
        A value is missing or outside its range, or a cluster is missing for some only.
    """
    lowest = -1.0 if unit == "points" else 0.0
    return _estimate(
        answers, {(None, None): 1.0}, _asked(unit, confidence, null, alternative), variance, lowest
    )


def gap_contrast(groups: tuple[str, str]) -> dict[Cell, float]:
    """Return the weight of each cell in `gap`; arguments as there."""
    first, second = groups
    return {(first, None): 1.0, (second, None): -1.0}


def change_contrast(waves: tuple[int, int], weights: Mapping[str, float] | None) -> dict[Cell, float]:
    """Return the weight of each cell in `change`; arguments and errors as there."""
    earlier, later = waves
    shares: Mapping[str | None, float] = {None: 1.0} if weights is None else dict(normalised(weights).items())
    return {
        (group, wave): sign * share
        for wave, sign in ((later, 1), (earlier, -1))
        for group, share in shares.items()
    }


def gap_change_contrast(groups: tuple[str, str], waves: tuple[int, int]) -> dict[Cell, float]:
    """Return the weight of each cell in `gap_change`; arguments as there."""
    first, second = groups
    earlier, later = waves
    return {(first, later): 1.0, (second, later): -1.0, (first, earlier): -1.0, (second, earlier): 1.0}


class Fit(NamedTuple):
    """A mean for each cell, with the contrast of these means.

    Parameters
    ----------
    cells
        Answers; no cell may be empty.
    weight
        Of each cell's mean in the contrast, shape (J,).
    lowest
        Lowest possible answer; the highest is 1.
    """

    cells: Cells
    weight: Floats
    lowest: float

    @property
    def means(self) -> Floats:
        """Mean of each cell, shape (J,)."""
        return np.asarray(self.cells.summed(self.cells.values).sum(axis=0) / self.cells.sizes)

    @property
    def value(self) -> float:
        """The contrast."""
        return float(self.weight @ self.means)

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest possible contrast; differences of answers that are never negative stay in [-1, 1]."""
        shares = len(self.weight) > 1 and self.cells.values.min() >= 0
        ends = np.outer((0.0 if shares else self.lowest, 1.0), self.weight)
        return float(ends.min(axis=0).sum()), float(ends.max(axis=0).sum())

    def residuals(self) -> Floats:
        """Return the sums of residuals by unit and cell, shape (G, J)."""
        return self.cells.summed(self.cells.values - self.means[self.cells.cell])

    def cr1(self) -> float:
        """Return the CR1 standard error of the contrast."""
        influence = self.residuals() @ (self.weight / self.cells.sizes)
        units = self.cells.n_units
        return float(np.sqrt(units / (units - 1) * (influence**2).sum()))


def _asked(unit: Unit, confidence: float, null: float, alternative: Alternative) -> Asked:
    return Asked(
        unit=unit,
        population="process",
        method="hc2",
        confidence=confidence,
        null=null,
        alternative=alternative,
    )


def _estimate(
    answers: Answers,
    contrast: Mapping[Cell, float],
    asked: Asked,
    variance: Variance,
    lowest: float = -1.0,
) -> Estimate:
    if variance not in WITHOUT_CLUSTERS:
        raise ValueError(f"the variance must be one of {', '.join(WITHOUT_CLUSTERS)}")
    cells = cells_of(answers, list(contrast), lowest=lowest, highest=1.0)
    asked |= {
        "n": len(cells.values),
        "clusters": cells.clusters,
        "method": variance if cells.clustered else WITHOUT_CLUSTERS[variance],
    }
    obstacle = cells.obstacle()
    if obstacle:
        return Estimate.missing(obstacle, **asked)
    fit = Fit(cells, np.array(list(contrast.values())), lowest)
    se, df = _satterthwaite(cells, fit.means, fit.weight) if variance == "cr2" else _cr1(fit, variance)
    if se < ROUNDING:
        return Estimate.untestable(fit.value, limits=fit.limits, warning="all alike", **asked)
    warnings = ("all alike in a cell",) if cells.alike().any() else ()
    return Estimate.by_t(fit.value, se=se, df=df, limits=fit.limits, warnings=warnings, **asked)


def _cr1(fit: Fit, variance: Variance) -> tuple[float, float]:
    """Return the CR1 or CR1S standard error and its degrees of freedom."""
    n, J = len(fit.cells.values), fit.cells.n_cells
    factor = (n - 1) / (n - J) if variance == "cr1s" else 1.0
    return fit.cr1() * float(np.sqrt(factor)), float(fit.cells.n_units - 1)


def _satterthwaite(cells: Cells, means: Floats, contrast: Floats) -> tuple[float, float]:
    """Return the CR2 standard error and its degrees of freedom."""
    counts, sizes = cells.summed(), cells.sizes
    adjusted = contrast / sizes / np.sqrt(1 - counts / sizes)
    influence = (adjusted * cells.summed(cells.values - means[cells.cell])).sum(axis=1)
    own = (counts * adjusted**2).sum(axis=1)
    shared = counts * adjusted / np.sqrt(sizes)
    trace = own.sum() - (shared**2).sum()
    # tr(P P) by way of the cells: the matrix P has a row per cluster, or per person.
    of_square = (own**2).sum() - 2 * (own @ shared**2).sum() + ((shared.T @ shared) ** 2).sum()
    return float(np.sqrt((influence**2).sum())), float(trace**2 / of_square)
