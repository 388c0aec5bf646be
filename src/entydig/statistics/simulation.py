"""How an estimator does over many simulated data sets, each figure with its Monte Carlo error.

References
----------
Morris, White and Crowther (2019), Using simulation studies to evaluate statistical methods,
doi:10.1002/sim.8086.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from entydig.statistics.cells import Floats

__all__ = ["Performance", "Rate", "performance", "rate"]


@dataclass(frozen=True, kw_only=True)
class Rate:
    """How often something happened, with its Monte Carlo error; NaN where it never could.

    Attributes
    ----------
    value : float
        Share of the draws, in [0, 1].
    error : float
        Standard error, ``sqrt(value (1 - value) / draws)``.
    draws : int
        Draws in which it could happen.
    """

    value: float
    error: float
    draws: int


@dataclass(frozen=True, kw_only=True)
class Performance:
    """What many draws say about an estimator, in the unit of the estimate.

    Attributes
    ----------
    draws : int
        Draws with an estimate.
    missing : int
        Draws without one.
    truth : float
        Mean of the true values.
    bias, bias_error : float
        Mean of estimate minus truth, and its Monte Carlo error.
    sd : float
        Standard deviation of estimate minus truth: the real uncertainty.
    se : float
        Root of the mean squared standard error: the uncertainty claimed.  NaN where none is given.
    coverage : Rate
        How often the interval held the truth.
    half_width : float
        Mean half width of the interval.
    """

    draws: int
    missing: int
    truth: float
    bias: float
    bias_error: float
    sd: float
    se: float
    coverage: Rate
    half_width: float


def rate(happened: npt.NDArray[np.bool_]) -> Rate:
    """Return how often something happened.

    Parameters
    ----------
    happened
        One truth value a draw, shape (R,).

    Examples
    --------
    >>> found = rate(np.array([True, True, True, False]))
    >>> found.value, round(found.error, 4)
    (0.75, 0.2165)
    """
    draws = int(happened.size)
    if draws == 0:
        return Rate(value=math.nan, error=math.nan, draws=0)
    value = float(happened.mean())
    return Rate(value=value, error=math.sqrt(value * (1 - value) / draws), draws=draws)


def performance(value: Floats, low: Floats, high: Floats, se: Floats, truth: Floats) -> Performance:
    """Return bias, uncertainty and coverage of an estimator.

    Parameters
    ----------
    value, low, high, se
        Estimate, interval and standard error of each draw, shape (R,).  A draw whose estimate is NaN is
        missing and enters nothing else; a NaN standard error enters no mean of standard errors.
    truth
        The true value in each draw, shape (R,).

    Returns
    -------
    Performance
        All NaN, with `missing` = R, when no draw has an estimate; `bias_error` and `sd` NaN when only one has.

    Raises
    ------
    ValueError
        The shapes differ, or a truth is missing where there is an estimate.

    Examples
    --------
    >>> ends = np.array([0.1, 0.2, 0.3])
    >>> found = performance(ends + 0.1, ends, ends + 0.2, ends, np.array([0.2, 0.2, 0.6]))
    >>> round(found.bias, 4), found.coverage.value
    (-0.0333, 0.6666666666666666)
    """
    if len({each.shape for each in (value, low, high, se, truth)}) > 1:
        raise ValueError("estimates, intervals, standard errors and truths need one shape")
    made = ~np.isnan(value)
    if np.isnan(truth[made]).any():
        raise ValueError("an estimate without a truth cannot be judged")
    error, given = (value - truth)[made], se[made & ~np.isnan(se)]
    draws = int(made.sum())
    sd = float(error.std(ddof=1)) if draws > 1 else math.nan
    return Performance(
        draws=draws,
        missing=int((~made).sum()),
        truth=_mean(truth[made]),
        bias=_mean(error),
        bias_error=sd / math.sqrt(draws) if draws else math.nan,
        sd=sd,
        se=math.sqrt(_mean(given**2)) if given.size else math.nan,
        coverage=rate((low[made] <= truth[made]) & (truth[made] <= high[made])),
        half_width=_mean((high - low)[made] / 2),
    )


def _mean(values: Floats) -> float:
    return float(values.mean()) if values.size else math.nan
