"""A share of the process, with the design-based logit interval over clusters.

Clusters are the units that are drawn; all that is known of their people hangs together. With weights w, answers
y of 0 or 1, influence u_g summed by cluster and G clusters (of M, where there is a finite number of them)::

    p        = sum w y / sum w                     u_g = sum_(in g) w (y - p) / sum w
    variance = (1 - G / M) G / (G - 1) sum_g u_g^2
    interval = expit(logit p -+ t se / (p (1 - p)))                t with G - 1 degrees of freedom

If all answers are positive, or none, the logit does not exist. The test and interval are then exact, as if each
cluster had given one answer: with a mean share p, independent clusters whose size does not go with their share
give such answers with a chance of at most p^G (or (1 - p)^G), however alike their people are.

References
----------
Korn and Graubard (1998), Confidence intervals for proportions with small expected number of positive counts
estimated from survey data, Survey Methodology 24(2), 193-201.
Lumley (2010), Complex Surveys, doi:10.1002/9780470580066.
Clopper and Pearson (1934), doi:10.1093/biomet/26.4.404.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from entydig.statistics.cells import Answers, Cells, Floats, cells_of
from entydig.statistics.estimate import FEWEST_DEGREES, Alternative, Asked, Estimate
from entydig.statistics.stratified import by_logit

__all__ = ["clustered_share"]

# Below this a standard error of a share is only what rounding left of zero.
ROUNDING = 1e-10


def clustered_share(
    answers: Answers,
    *,
    weights: npt.ArrayLike | None = None,
    all_clusters: int | None = None,
    null: float = 0.5,
    alternative: Alternative = "greater",
    confidence: float = 0.95,
) -> Estimate:
    """Return the share of positive answers, with an interval on the logit scale that is robust to clusters.

    Parameters
    ----------
    answers
        A row per answer: `value` (0/1, missing ones dropped before) and `cluster` (absent or all missing where
        people are independent). Other columns are not read.
    weights
        Sampling weights of the rows, shape (n,), above 0, on any scale; None: all alike. They are taken as known,
        not as counts.
    all_clusters
        M, at least the number of clusters with an answer: the share is then that of the people of these clusters,
        who are taken as fully known where a cluster has answers. None: clusters of a process without end.
    null
        Share in (0, 1).
    alternative
        ``greater`` or ``less``.
    confidence
        Of the two-sided interval, in (0, 1).

    Returns
    -------
    Estimate
        Unit ``share``, population ``process`` (``roster`` with `all_clusters`), method ``logit-cluster`` (``logit``
        without clusters). Missing with ``no answers``, ``too few clusters`` (one) or ``too few answers`` (one,
        without clusters). All answers alike: method ``clopper-pearson-cluster`` (``clopper-pearson``), warning
        ``all alike, exact test``; `se` is NaN and `all_clusters` is left out of account, which is on the safe side.
        Clusters that differ inside but have no spread between them: `Estimate.untestable`, ``all alike``. If every
        one of `all_clusters` answered, the interval is the share itself.

    Raises
    ------
    ValueError
        A value is missing or outside [0, 1], a cluster is missing for some only, weights are not one for each
        answer or not finite and above 0, there are more clusters than `all_clusters`, or `null` is not between 0
        and 1.

    Notes
    -----
    Agrees with R's survey 4.1-1, ``svyciprop(~value, svydesign(ids = ~cluster, weights = ~w, fpc = ~M), method =
    "logit")``, to ten digits (the fit in R stops there), and with svy 0.35 to 12.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"value": [1, 1, 1, 0, 1, 0, 0, 0], "cluster": list("ggghhhii")})
    >>> found = clustered_share(answers)
    >>> found.value, round(found.se, 4), round(found.low, 3), round(found.high, 3)
    (0.5, 0.2864, 0.007, 0.993)
    """
    if not 0 < null < 1:
        raise ValueError("the null share must lie between 0 and 1")
    cells = cells_of(answers, [(None, None)], lowest=0.0, highest=1.0)
    weight = _checked(weights, len(cells.values))
    if all_clusters is not None and all_clusters < cells.n_units:
        raise ValueError(f"found {cells.n_units} clusters of {all_clusters}")
    asked = Asked(
        unit="share",
        population="process" if all_clusters is None else "roster",
        method=_method("logit", cells),
        n=len(cells.values),
        clusters=cells.clusters,
        null=null,
        alternative=alternative,
        confidence=confidence,
    )
    obstacle = cells.obstacle()
    if obstacle and (obstacle == "no answers" or all_clusters != cells.n_units):
        return Estimate.missing(obstacle, **asked)
    return _estimate(cells, weight, all_clusters, asked)


def _estimate(cells: Cells, weight: Floats, all_clusters: int | None, asked: Asked) -> Estimate:
    value, units = float(weight @ cells.values / weight.sum()), cells.n_units
    if all_clusters == units:
        beyond = (value - asked["null"]) * (1 if asked["alternative"] == "greater" else -1)
        return Estimate(value=value, low=value, high=value, se=0.0, p=float(beyond < ROUNDING), **asked)
    if cells.values.min() == cells.values.max() and cells.values[0] in (0.0, 1.0):
        return _all_alike(bool(cells.values[0]), units, asked | {"method": _method("clopper-pearson", cells)})
    influence = cells.summed(weight * (cells.values - value)).sum(axis=1) / weight.sum()
    unseen = 1.0 if all_clusters is None else 1 - units / all_clusters
    se = math.sqrt(unseen * units / (units - 1) * float((influence**2).sum()))
    if se < ROUNDING:
        return Estimate.untestable(value, limits=(0.0, 1.0), warning="all alike", **asked)
    df = float(units - 1)
    few = ("few degrees of freedom",) if df < FEWEST_DEGREES else ()
    return by_logit(value, se=se, df=df, warnings=few, **asked)


def _all_alike(positive: bool, units: int, asked: Asked) -> Estimate:
    """All answers positive, or none: Clopper and Pearson's interval of as many answers as there are units."""
    nearest = ((1 - asked["confidence"]) / 2) ** (1 / units)
    chance = asked["null"] if positive else 1 - asked["null"]
    return Estimate(
        value=float(positive),
        low=nearest if positive else 0.0,
        high=1.0 if positive else 1 - nearest,
        se=math.nan,
        p=chance**units if positive == (asked["alternative"] == "greater") else 1.0,
        warnings=("all alike, exact test",),
        **asked,
    )


def _checked(weights: npt.ArrayLike | None, n: int) -> Floats:
    weight = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    if weight.shape != (n,) or not (np.isfinite(weight) & (weight > 0)).all():
        raise ValueError("each answer needs a weight that is finite and above 0")
    return weight


def _method(name: str, cells: Cells) -> str:
    return f"{name}-cluster" if cells.clustered else name
