"""The trend of a series as the median of the slopes between all pairs of its points (Theil and Sen).

One odd period moves it little. The interval inverts Kendall's test of no trend and takes the points to be
independent around the line: values that share data, as running means do, are not.

References
----------
Theil (1950), Indagationes Mathematicae 12, 85-91, 173-177, 386-392.
Sen (1968), doi:10.1080/01621459.1968.10480934.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from entydig.statistics.cells import Floats

__all__ = ["FEWEST_SLOPE", "Slope", "median_slope"]

FEWEST_SLOPE = 12


@dataclass(frozen=True, kw_only=True)
class Slope:
    """A trend.

    Parameters
    ----------
    value, low, high
        In units of the series per unit of time; NaN where there are too few points.
    n
        Points that were measured.
    """

    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    n: int


def median_slope(at: Floats, values: Floats, confidence: float = 0.95) -> Slope:
    """Return the median of all pairwise slopes with its interval.

    Parameters
    ----------
    at
        Times, all different.
    values
        One for each time; NaN where not measured, which is left out.
    confidence
        Of the interval.

    Returns
    -------
    Slope
        NaN with fewer than twelve measured points, the number limits need too.

    Examples
    --------
    >>> years = np.arange(12.0)
    >>> median_slope(years, 3 * years)
    Slope(value=3.0, low=3.0, high=3.0, n=12)
    >>> median_slope(years[:2], years[:2]).value
    nan
    """
    measured = ~np.isnan(values)
    n = int(measured.sum())
    if n < FEWEST_SLOPE:
        return Slope(n=n)
    found = stats.theilslopes(values[measured], at[measured], alpha=confidence)
    return Slope(value=float(found[0]), low=float(found[2]), high=float(found[3]), n=n)
