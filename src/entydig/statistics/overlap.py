"""The t test for two partly overlapping samples: some people in both waves, others in one.

A check beside the clustered change (`entydig.statistics.linear.change`), which needs no links. This test
knows who came back, but takes people as independent whatever their clusters. With n_1 and n_2 answers, c
linked people and the correlation r of their two answers::

    variance = s_1^2 / n_1 + s_2^2 / n_2 - 2 r c s_1 s_2 / (n_1 n_2)
    df = (1 - u) (c - 1) + u g             u = (n_1 + n_2 - 2 c) / (n_1 + n_2), share of unlinked answers

where g are the degrees of freedom of Welch's test. With equal variances s_1 and s_2 are the pooled one and
g = n_1 + n_2 - 2. If nobody is linked this is Welch's test, or Student's; if everyone is, the paired t test
(with equal variances only where those of the two waves are equal indeed).

References
----------
Derrick, Russ, Toher and White (2017), Test statistics for the comparison of means for two samples that
include both paired and independent observations, doi:10.22237/jmasm/1493597280.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from entydig.statistics.cells import Floats
from entydig.statistics.estimate import Alternative, Asked, Estimate
from entydig.statistics.linked import clusters_ignored, pairs

__all__ = ["change"]

# As in `entydig.statistics.linear`: below this a standard error is only what rounding left of zero.
ROUNDING = 1e-10
# Everyone moved by the same: the covariance takes the whole variance, but for rounding.
CANCELLED = 1e-12


def change(
    answers: pd.DataFrame,
    waves: tuple[int, int],
    *,
    equal_variances: bool = False,
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
) -> Estimate:
    """Return the later wave's mean minus the earlier one's by the t test for partly overlapping samples.

    Parameters
    ----------
    answers
        As in `entydig.statistics.linked.pairs`; `value` is 0/1 or an index in [0, 1], missing ones dropped
        before. `cluster` is read only for the warning.
    waves
        Earlier and later wave.
    equal_variances
        Whether both waves are taken to have one variance.
    confidence
        Of the two-sided interval, in (0, 1).
    null, alternative
        Of the one-sided test, in points on the 0..1 scale.

    Returns
    -------
    Estimate
        Unit ``points``, population ``process``, method ``overlap-welch`` or ``overlap-pooled``, clusters
        None. Missing with ``no answers``, ``too few answers`` (one in a wave) or ``too few linked`` (one
        person has no correlation). Where linked people are all alike in a wave the correlation counts as 0,
        as in the authors' program (``all alike in a cell``). ``clusters ignored`` warns of people who share
        a cluster. Without any variation see `Estimate.untestable`.

    Raises
    ------
    ValueError
        A value is missing or outside [0, 1], or a panel key stands twice in one wave.

    Notes
    -----
    Agrees with the authors' example (p = .026) and with the formula worked in R to ten digits.

    Examples
    --------
    >>> answers = pd.DataFrame({"value": [0, 0, 1, 1, 1, 0, 1, 1], "wave": [1] * 4 + [2] * 4})
    >>> answers["panel"] = ["p", "q", "r", None] * 2
    >>> found = change(answers, (1, 2))
    >>> found.value, round(found.se, 4), round(found.df, 4)
    (0.25, 0.3028, 2.97)
    """
    both = pairs(answers, waves)
    used = answers[answers["wave"].isin(waves)]
    if not used["value"].between(0, 1).all():
        raise ValueError("answers must lie in [0, 1]; missing ones are dropped before")
    samples = [used.loc[used["wave"] == wave, "value"].to_numpy(dtype=np.float64) for wave in waves]
    asked = Asked(
        unit="points",
        population="process",
        method="overlap-pooled" if equal_variances else "overlap-welch",
        n=len(used),
        clusters=None,
        null=null,
        alternative=alternative,
        confidence=confidence,
    )
    reason = _obstacle(min(map(len, samples)), len(both))
    if reason:
        return Estimate.missing(reason, **asked)
    value = float(samples[1].mean() - samples[0].mean())
    se, df = _error(samples, both, equal_variances)
    if se < ROUNDING:
        return Estimate.untestable(value, limits=(-1.0, 1.0), warning="all alike", **asked)
    warnings = (*_alike(samples, both), *clusters_ignored(used))
    return Estimate.by_t(value, se=se, df=df, limits=(-1.0, 1.0), warnings=warnings, **asked)


def _obstacle(smaller: int, linked: int) -> str | None:
    if smaller < 2:
        return "too few answers" if smaller else "no answers"
    return "too few linked" if linked == 1 else None


def _error(samples: list[Floats], both: pd.DataFrame, equal_variances: bool) -> tuple[float, float]:
    """Return the standard error and its degrees of freedom."""
    sizes = np.array([len(sample) for sample in samples], dtype=np.float64)
    variances = np.array([sample.var(ddof=1) for sample in samples])
    independent = sizes.sum() - 2
    if equal_variances:
        variances = np.full(2, (variances * (sizes - 1)).sum() / independent)
    of_means = variances / sizes
    if not of_means.any():
        return 0.0, math.nan
    if not equal_variances:
        independent = of_means.sum() ** 2 / (of_means**2 / (sizes - 1)).sum()
    linked = len(both)
    covariance = _correlation(both) * linked * math.sqrt(variances.prod()) / sizes.prod()
    unlinked = 1 - 2 * linked / sizes.sum()
    left = 1 - 2 * covariance / of_means.sum()
    se = math.sqrt(of_means.sum() * left) if left > CANCELLED else 0.0
    return se, float((1 - unlinked) * (linked - 1) + unlinked * independent)


def _correlation(both: pd.DataFrame) -> float:
    """Return the correlation of both answers of linked people; 0 if none are, or a wave has no variation."""
    if both["earlier"].nunique() < 2 or both["later"].nunique() < 2:
        return 0.0
    return float(np.corrcoef(both["earlier"], both["later"])[0, 1])


def _alike(samples: list[Floats], both: pd.DataFrame) -> tuple[str, ...]:
    linked = (both["earlier"].to_numpy(), both["later"].to_numpy()) if len(both) else ()
    alike = any(np.ptp(each) == 0 for each in (*samples, *linked))
    return ("all alike in a cell",) if alike else ()
