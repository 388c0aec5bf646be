"""Proportional odds: how the odds of a higher answer differ with the columns of a design.

::

    logit P(Y <= k) = theta_k - x' b         k = 1 .. K-1

A slope above zero means higher answers; exp(b) is the odds ratio of lying above any one level. The sign is
that of R's MASS::polr and ordinal::clm. The thresholds theta are themselves the parameters, so their
standard errors are those of thresholds.

Without clusters the variance is the inverse of the observed information A. With clusters, or with sampling
weights, it is the sandwich of the scores s_g summed by cluster (by person where there are none)::

    V = A^(-1) (G / (G - 1) * sum_g s_g s_g') A^(-1)         t with G - 1 degrees of freedom

G / (G - 1) is the default of R's sandwich::vcovCL for polr and clm, and that of its survey package;
statsmodels' OrderedModel multiplies by (n - 1) / (n - parameters) besides. A slope that could not be
estimated without one single cluster has no such variance (it would come out near zero): the fit is then
missing (``too few clusters``).

References
----------
McCullagh (1980), Regression models for ordinal data, doi:10.1111/j.2517-6161.1980.tb01109.x.
Peterson and Harrell (1990), Partial proportional odds models, doi:10.2307/2347760.
Binder (1983), On the variances of asymptotically normal estimators, doi:10.2307/1402588.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NotRequired, TypedDict, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from entydig.statistics.cells import Floats
from entydig.statistics.cumulative_logit import Likelihood, Maximum
from entydig.statistics.ordinal_data import Clusters, Levels, OrdinalData, Weights, WeightsAre, ordinal_data
from entydig.statistics.ordinal_fit import OrdinalFit

__all__ = ["OrdinalFit", "fit"]

Booleans = npt.NDArray[np.bool_]


class _Known(TypedDict):
    log_likelihood: NotRequired[float]
    null_log_likelihood: NotRequired[float]
    iterations: NotRequired[int]
    unbounded: NotRequired[tuple[str, ...]]
    reason: NotRequired[str]
    warnings: NotRequired[tuple[str, ...]]


def fit(
    levels: Levels,
    design: pd.DataFrame,
    *,
    nonparallel: Sequence[str] = (),
    weights: Weights | None = None,
    weights_are: WeightsAre = "frequency",
    clusters: Clusters | None = None,
    n_levels: int | None = None,
) -> OrdinalFit:
    """Return the maximum likelihood fit of the proportional-odds model.

    Missing answers and rows are dropped before. Declared levels that nobody chose have no threshold; they
    are dropped with a warning.

    Parameters
    ----------
    levels
        Ordered categories (their categories are the declared levels), or codes 0 .. n_levels - 1.
    design
        A row per answer; a column per slope (numbers or booleans), without a constant. No column at all
        gives the model of thresholds only.
    nonparallel
        Columns whose slope may differ between thresholds.
    weights
        At least 0; rows of weight 0 are left out. None: each row counts once.
    weights_are
        ``frequency``: whole numbers that count people. ``sampling``: any scale; estimates as with frequency
        weights, but always the sandwich variance, by person where there are no clusters.
    clusters
        Cluster of each row; None or all missing where people are independent.
    n_levels
        Declared levels, where `levels` are codes; the highest code plus one where None.

    Returns
    -------
    OrdinalFit
        With numbers only if Newton converged to a finite maximum; else with a reason.

    Raises
    ------
    ValueError
        A level, value or weight is missing or outside its range; categories without order; a column is
        constant, follows from others or comes twice; rows do not belong together; a cluster is missing for
        some only; a column of `nonparallel` is not in the design.

    Notes
    -----
    R on the Copenhagen survey of MASS (n = 1681): ordinal::clm agrees to ten digits in slopes, thresholds and standard
    errors, with nonparallel slopes to eight, as does VGAM::vglm in the slopes (its standard errors rest on
    the expected information); MASS::polr to six, where its optimiser stops. sandwich::vcovCL on clm agrees
    to ten digits; survey::svyolr, which rests on polr and a numerical Hessian, to five; statsmodels'
    OrderedModel to nine in the log-likelihood and four in the slopes.

    Examples
    --------
    >>> levels = [0, 1, 2, 0, 1, 2, 1, 2, 2, 0, 0, 1]
    >>> found = fit(levels, pd.DataFrame({"later": [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0]}))
    >>> found.coefficients.round(3).to_dict(), found.thresholds.round(3).to_dict()
    ({'later': 1.724}, {'0|1': -0.164, '1|2': 1.459})
    """
    data = ordinal_data(
        levels, design, weights=weights, weights_are=weights_are, clusters=clusters, n_levels=n_levels
    )
    absent = set(nonparallel) - set(data.columns)
    if absent:
        raise ValueError(f"nonparallel names columns that the design lacks: {', '.join(sorted(absent))}")
    free = np.array([column in nonparallel for column in data.columns], dtype=bool)
    obstacle = _obstacle(data)
    if obstacle:
        return _missing(data, free, obstacle)
    model = data.likelihood(free)
    found = model.maximum()
    runs_off = model.runs_off(found)
    if runs_off.any() or not found.converged:
        reason = "separation" if runs_off.any() else "no convergence"
        return _missing(data, free, reason, iterations=found.steps, runs_off=runs_off)
    return _fitted(data, free, model, found)


def _obstacle(data: OrdinalData) -> str | None:
    if not data.codes.size:
        return "no answers"
    if data.n_levels == 1:
        return "all alike"
    if data.robust and data.rests_on_one_unit():
        return "too few clusters" if data.clustered else "too few answers"
    return None


def _missing(
    data: OrdinalData,
    free: Booleans,
    reason: str,
    *,
    iterations: int = 0,
    runs_off: Booleans | None = None,
) -> OrdinalFit:
    n_thresholds, slopes = max(data.n_levels - 1, 0), np.zeros(0, dtype=bool)
    blank = np.full(n_thresholds + int(np.where(free, n_thresholds, 1).sum()), np.nan)
    if runs_off is not None:
        slopes = ((_to_columns(data, free) != 0) @ runs_off)[n_thresholds:]
    unbounded = tuple(name for name, is_off in zip(_names(data, free)[1], slopes, strict=False) if is_off)
    return _result(
        data,
        free,
        blank,
        np.outer(blank, blank),
        iterations=iterations,
        unbounded=unbounded,
        reason=reason,
    )


def _fitted(data: OrdinalData, free: Booleans, model: Likelihood, found: Maximum) -> OrdinalFit:
    parameters, bread = found.point.parameters, np.linalg.inv(found.point.information)
    covariance = bread @ _meat(data, free, parameters) @ bread if data.robust else bread
    told = {
        "fewer clusters than parameters": data.clustered and data.n_units <= len(parameters),
        "thresholds cross": (model.eta(parameters)[1] <= 0).any(),
    }
    totals, back = model.counts.sum(axis=0), _to_columns(data, free)
    return _result(
        data,
        free,
        back @ parameters,
        back @ covariance @ back.T,
        log_likelihood=found.point.value,
        null_log_likelihood=float(totals @ np.log(totals / totals.sum())),
        iterations=found.steps,
        warnings=tuple(key for key, holds in told.items() if holds),
    )


def _meat(data: OrdinalData, free: Booleans, parameters: Floats) -> Floats:
    """Return the crossed sums of scores by unit, with the factor G / (G - 1)."""
    scores = data.likelihood_by_person(free).gradient_by_row(parameters)
    by_unit = np.array([np.bincount(data.unit, score) for score in scores.T])
    return np.asarray(by_unit @ by_unit.T * (data.n_units / (data.n_units - 1)))


def _to_columns(data: OrdinalData, free: Booleans) -> Floats:
    """Return the linear map from `Likelihood`'s parameters to thresholds and slopes of the given columns."""
    n_thresholds, n_own = data.n_levels - 1, 1 + int(free.sum())
    thresholds = np.arange(n_thresholds)
    size = n_thresholds * n_own + int((~free).sum())
    found, row = np.zeros((size, size)), n_thresholds
    found[thresholds, thresholds * n_own] = 1.0
    for column, is_free in enumerate(free):
        before = int((free[:column] == is_free).sum())
        source = thresholds * n_own + 1 + before if is_free else np.array([n_thresholds * n_own + before])
        found[thresholds, source] = data.mean[column] / data.scale[column]
        found[row + np.arange(len(source)), source] = 1 / data.scale[column]
        row += len(source)
    return found


def _names(data: OrdinalData, free: Booleans) -> tuple[list[str], list[str]]:
    """Return the names of thresholds and slopes."""
    labels = [data.labels[place] for place in data.occurring]
    thresholds = [f"{lower}|{upper}" for lower, upper in pairwise(labels)]
    slopes: list[str] = []
    for column, is_free in zip(data.columns, free, strict=True):
        slopes += [f"{column} at {threshold}" for threshold in thresholds] if is_free else [column]
    return thresholds, slopes


def _result(
    data: OrdinalData, free: Booleans, estimates: Floats, covariances: Floats, **known: Unpack[_Known]
) -> OrdinalFit:
    thresholds, slopes = _names(data, free)
    people = np.bincount(data.occurring[data.codes], data.people, minlength=len(data.labels)).astype(np.intp)
    if (people == 0).any():
        known["warnings"] = ("empty levels dropped", *known.get("warnings", ()))
    return OrdinalFit(
        names=(*thresholds, *slopes),
        estimates=estimates,
        covariances=covariances,
        variance="sandwich" if data.robust else "model",
        df=data.n_units - 1 if data.robust else None,
        n=int(people.sum()),
        clusters=data.n_units if data.clustered else None,
        levels=data.labels,
        people=tuple(people.tolist()),
        columns=data.columns,
        nonparallel=tuple(column for column, is_free in zip(data.columns, free, strict=True) if is_free),
        weights_are=data.weights_are,
        **known,
    )
