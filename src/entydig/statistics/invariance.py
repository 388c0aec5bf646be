"""Whether an item means the same in every wave: differential item functioning by ordinal regression.

For each item, with the rest score r (mean of a person's other items) and a column for each later wave::

    1  logit P(Y <= k) = theta_k - b r
    2                  = theta_k - b r - g wave                          uniform:      2 against 1
    3                  = theta_k - b r - g wave - d r wave               non-uniform:  3 against 2
                                                                         total:        3 against 1

A likelihood-ratio test has one degree of freedom (two for the total) for each wave but the first. p of the
total test is adjusted over items (Benjamini-Hochberg). With many people a trifle is significant, so the
change of pseudo-R2 from 1 to 3 stands beside (L the likelihood, L0 that of the thresholds alone)::

    McFadden (log L3 - log L1) / -log L0          Nagelkerke R2 = (1 - (L0 / L)^(2/n)) / (1 - L0^(2/n))

An item that works differently also moves the rest score of the others, so a few of them at once can hide
each other or make a sound one suspect; nothing is purified here.

References
----------
Zumbo (1999), A handbook on the theory and methods of differential item functioning, Ottawa.
Crane, Gibbons, Jolley and van Belle (2006), doi:10.1097/01.mlr.0000245183.28384.ed.
Choi, Gibbons and Crane (2011), lordif, doi:10.18637/jss.v039.i08.
Jodoin and Gierl (2001), doi:10.1207/S15324818AME1404_2 (Nagelkerke: under .035 negligible, over .07 large).
Benjamini and Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
from statsmodels.stats.multitest import multipletests

from entydig.statistics.likelihood_ratio import LikelihoodRatio, likelihood_ratio
from entydig.statistics.ordinal import OrdinalFit, fit

__all__ = ["ItemFunctioning", "item_functioning"]


@dataclass(frozen=True, kw_only=True)
class ItemFunctioning:
    """How differently an item works in the waves.

    Parameters
    ----------
    item
        Its column.
    n
        People who answered all items.
    total, uniform, nonuniform
        The three tests; None where there is a reason.
    p_adjusted
        Of the total test, over all items that have one.
    shift
        For each wave but the first, how much higher the log-odds of a higher answer are than in the first
        wave among people of the same rest score (model 2).
    mcfadden_change, nagelkerke_change
        Of pseudo-R2, from model 1 to model 3; at least 0.
    reason
        ``one wave``; ``rest score all alike`` (in some wave); or why a model has no fit, see
        `entydig.statistics.ordinal_fit.OrdinalFit`.
    warnings
        ``clusters ignored`` (the answers have clusters: p is no more than a guide), and those of the fits.
    """

    item: str
    n: int
    total: LikelihoodRatio | None = None
    uniform: LikelihoodRatio | None = None
    nonuniform: LikelihoodRatio | None = None
    p_adjusted: float = math.nan
    shift: tuple[float, ...] = ()
    mcfadden_change: float = math.nan
    nagelkerke_change: float = math.nan
    reason: str | None = None
    warnings: tuple[str, ...] = ()


def item_functioning(answers: pd.DataFrame, items: Sequence[str]) -> tuple[ItemFunctioning, ...]:
    """Return for each item of a scale whether it is answered differently in the waves at equal rest score.

    Parameters
    ----------
    answers
        A row per answered form: `wave`, a column per item (levels as numbers, all turned the same way,
        missing where there is no opinion), and `cluster` where people are not independent. Rows with a
        missing item are left out. People who come back are taken as independent, as are clusters.
    items
        Columns of the scale, at least two.

    Returns
    -------
    tuple of ItemFunctioning
        In the order of `items`.

    Raises
    ------
    ValueError
        There are fewer than two items, one comes twice, or a wave is missing.

    Notes
    -----
    Agrees with R's ordinal::clm, ``anova`` and ``p.adjust(method = "BH")`` to eight digits.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> trait = rng.normal(size=300)
    >>> answers = pd.DataFrame({name: (trait + rng.normal(size=300)).round().clip(-2, 2) for name in "abc"})
    >>> answers["wave"] = np.repeat([1, 2], 150)
    >>> answers["a"] += answers["wave"] == 2
    >>> [found.p_adjusted < 0.05 for found in item_functioning(answers, ["a", "b", "c"])]
    [True, False, False]
    """
    if len(items) < 2 or len(set(items)) < len(items):
        raise ValueError("a scale has at least two items, each of them once")
    if answers["wave"].isna().any():
        raise ValueError("a wave is missing")
    complete = answers.dropna(subset=list(items))
    told = () if "cluster" not in answers or answers["cluster"].isna().all() else ("clusters ignored",)
    found = [_item(complete, item, [each for each in items if each != item]) for item in items]
    tested = [place for place, each in enumerate(found) if each.total is not None]
    adjusted = dict(zip(tested, _adjusted([found[place].total for place in tested]), strict=True))
    return tuple(
        replace(each, p_adjusted=adjusted.get(place, math.nan), warnings=(*told, *each.warnings))
        for place, each in enumerate(found)
    )


def _adjusted(tests: Sequence[LikelihoodRatio | None]) -> list[float]:
    p = [test.p for test in tests if test is not None]
    return [float(each) for each in multipletests(p, method="fdr_bh")[1]] if p else []


def _item(complete: pd.DataFrame, item: str, others: list[str]) -> ItemFunctioning:
    found = ItemFunctioning(item=item, n=len(complete))
    rest = complete[others].astype(float).mean(axis=1)
    design = pd.DataFrame({"rest": rest})
    waves = sorted(complete["wave"].unique())
    if len(waves) < 2:
        return replace(found, reason="one wave" if waves else "no answers")
    if (rest.groupby(complete["wave"]).nunique() < 2).any():
        return replace(found, reason="rest score all alike")
    later = {f"wave {wave}": (complete["wave"] == wave).astype(float) for wave in waves[1:]}
    crossed = {f"rest x {name}": rest * column for name, column in later.items()}
    levels = pd.factorize(complete[item].astype(float), sort=True)[0]
    one = fit(levels, design)
    two = fit(levels, design.assign(**later))
    three = fit(levels, design.assign(**later, **crossed))
    reason = one.reason or two.reason or three.reason
    if reason:
        return replace(found, reason=reason, warnings=three.warnings)
    return replace(
        found,
        total=likelihood_ratio(one, three, term="total"),
        uniform=likelihood_ratio(one, two, term="uniform"),
        nonuniform=likelihood_ratio(two, three, term="non-uniform"),
        shift=tuple(float(each) for each in two.coefficients[list(later)]),
        mcfadden_change=(one.log_likelihood - three.log_likelihood) / one.null_log_likelihood,
        nagelkerke_change=_nagelkerke(three) - _nagelkerke(one),
        warnings=three.warnings,
    )


def _nagelkerke(found: OrdinalFit) -> float:
    gain = 2 * (found.log_likelihood - found.null_log_likelihood) / found.n
    return math.expm1(-gain) / math.expm1(2 * found.null_log_likelihood / found.n)
