"""Whether items hang together well enough to be told as one index: Cronbach's alpha and what each item adds.

The index itself is made elsewhere (`entydig.survey.measures.index`). For k items with covariance matrix C of
the n people who answered all::

    alpha = k / (k - 1) (1 - trace C / sum C)
    Feldt's interval: 1 - (1 - alpha) F(1 - a/2), 1 - (1 - alpha) F(a/2)        F with n - 1, (n - 1)(k - 1) df

The item-rest correlation is that of an item with the sum of the others. Alpha grows with the number of
items and says nothing of one dimension; it is a lower bound of reliability only if errors are unrelated.

References
----------
Cronbach (1951), Coefficient alpha and the internal structure of tests, doi:10.1007/BF02310555.
Feldt (1965), The approximate sampling distribution of Kuder-Richardson reliability, doi:10.1007/BF02289499.
Feldt, Woodruff and Salih (1987), doi:10.1177/014662168701100107.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from entydig.statistics.cells import Floats

__all__ = ["ItemOfScale", "Reliability", "reliability"]

# Below this share of all variance a variance is only what rounding left of zero.
ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True)
class ItemOfScale:
    """What an item adds to its scale.

    Parameters
    ----------
    item
        Its column.
    rest_correlation
        With the sum of the other items; NaN where the item or that sum does not vary.
    alpha_without
        Alpha of the other items; NaN where they are fewer than two or their sum does not vary.
    reason
        Why one of them is NaN: ``all alike`` or ``too few items``.
    """

    item: str
    rest_correlation: float
    alpha_without: float
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """Cronbach's alpha of a scale.

    Parameters
    ----------
    value
        Alpha, at most 1; negative where items run against each other; NaN exactly where `reason` is given.
    low, high
        Feldt's interval.
    confidence
        Of the interval, in (0, 1).
    n
        People who answered all items.
    dropped
        People who answered some, and are left out.
    items
        In the order of the columns; empty where there is a reason.
    reason
        ``too few items`` (one or none), ``too few answers`` (one person or none), ``all alike`` (the sum
        of the items does not vary).
    warnings
        ``negative item-rest correlation`` (is an item not turned round?), ``item all alike``, ``items
        identical`` (alpha is 1: nothing tells of its uncertainty, and the interval is all that is possible).
    method
        Stable key.
    """

    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    confidence: float
    n: int
    dropped: int
    items: tuple[ItemOfScale, ...] = ()
    reason: str | None = None
    warnings: tuple[str, ...] = ()
    method: str = "cronbach, feldt"

    def __post_init__(self) -> None:
        if (self.reason is None) == math.isnan(self.value):
            raise ValueError("a reason is given exactly when there is no alpha")


def reliability(answers: pd.DataFrame, *, confidence: float = 0.95) -> Reliability:
    """Return Cronbach's alpha with Feldt's interval, and what each item adds.

    Parameters
    ----------
    answers
        A row per person of one wave, a column per item: levels or 0/1, all turned the same way, missing
        where there is no opinion. Only people without a missing item are used. They are taken as
        independent: with clusters the interval is too narrow.
    confidence
        Of the two-sided interval, in (0, 1).

    Returns
    -------
    Reliability

    Raises
    ------
    ValueError
        A value is infinite, a column comes twice, or the confidence is outside (0, 1).

    Notes
    -----
    Agrees with R's psych: ``alpha`` (raw alpha, r.drop, alpha if dropped) and ``alpha.ci`` to 12 digits.
    The point agrees with pingouin's ``cronbach_alpha(nan_policy="listwise")``; its interval counts the people
    that were dropped.

    Examples
    --------
    >>> answers = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 4], "c": [1, 3, 2, 5, None]})
    >>> found = reliability(answers)
    >>> found.n, found.dropped, round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (4, 1, 0.938, 0.593, 0.996)
    """
    if not 0 < confidence < 1:
        raise ValueError("confidence lies between 0 and 1")
    if not answers.columns.is_unique:
        raise ValueError("an item comes twice")
    values = answers.to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(values).any():
        raise ValueError("a value is infinite")
    given = ~np.isnan(values)
    complete = values[given.all(axis=1)]
    n, k = complete.shape
    dropped = int(given.any(axis=1).sum()) - n if k else 0
    if k < 2 or n < 2:
        reason = "too few items" if k < 2 else "too few answers"
        return Reliability(confidence=confidence, n=n, dropped=dropped, reason=reason)
    covariance = np.cov(complete, rowvar=False)
    if _is_zero(covariance.sum(), covariance):
        return Reliability(confidence=confidence, n=n, dropped=dropped, reason="all alike")
    value = k / (k - 1) * (1 - np.trace(covariance) / covariance.sum())
    items = _items(covariance, [str(column) for column in answers.columns])
    low, high = _feldt(float(value), n, k, confidence)
    doubts = {
        "negative item-rest correlation": any(each.rest_correlation < 0 for each in items),
        "item all alike": any(_is_zero(variance, covariance) for variance in np.diag(covariance)),
        "items identical": math.isinf(low),
    }
    return Reliability(
        value=float(value),
        low=low,
        high=high,
        confidence=confidence,
        n=n,
        dropped=dropped,
        items=items,
        warnings=tuple(key for key, holds in doubts.items() if holds),
    )


def _feldt(value: float, n: int, k: int, confidence: float) -> tuple[float, float]:
    if 1 - value < ROUNDING:
        return -math.inf, 1.0
    tails = [(1 + confidence) / 2, (1 - confidence) / 2]
    low, high = 1 - (1 - value) * special.fdtri(n - 1, (n - 1) * (k - 1), tails)
    return float(low), float(high)


def _items(covariance: Floats, names: list[str]) -> tuple[ItemOfScale, ...]:
    """Return item-rest correlations and alphas without each item, all of them from sums of covariances."""
    k, variance, with_all = len(names), np.diag(covariance), covariance.sum(axis=0)
    rest = covariance.sum() - 2 * with_all + variance
    found = []
    for place, name in enumerate(names):
        own, others = variance[place], rest[place]
        correlation = without = math.nan
        reason = "too few items" if k == 2 else None
        if _is_zero(others, covariance) or _is_zero(own, covariance):
            reason = "all alike"
        else:
            correlation = float((with_all[place] - own) / math.sqrt(own * others))
        if k > 2 and not _is_zero(others, covariance):
            without = float((k - 1) / (k - 2) * (1 - (variance.sum() - own) / others))
        found.append(
            ItemOfScale(item=name, rest_correlation=correlation, alpha_without=without, reason=reason)
        )
    return tuple(found)


def _is_zero(variance: float, covariance: Floats) -> bool:
    return bool(variance <= ROUNDING * np.trace(covariance))
