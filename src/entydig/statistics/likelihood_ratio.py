"""Likelihood-ratio tests between nested ordinal fits, and of the parallel-lines assumption.

::

    statistic = 2 (log-likelihood of the larger fit - that of the smaller)         chi-squared, df parameters

People are taken as independent and alike: with clusters the p is no more than a rough guide (warning
``clusters ignored``), with sampling weights there is no such test.

References
----------
Peterson and Harrell (1990), Partial proportional odds models, doi:10.2307/2347760.
Brant (1990), Assessing proportionality in the proportional odds model, doi:10.2307/2532457.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from scipy import special

from entydig.statistics.ordinal import OrdinalFit, fit
from entydig.statistics.ordinal_data import Levels, Weights

__all__ = ["LikelihoodRatio", "likelihood_ratio", "parallel_lines"]

# What rounding may leave, relative to the log-likelihood, of a gain that cannot be negative.
ROUNDING = 1e-8


@dataclass(frozen=True, kw_only=True)
class LikelihoodRatio:
    """A likelihood-ratio test.

    Parameters
    ----------
    statistic
        At least 0; NaN exactly where there is a reason.
    df
        Parameters that the larger fit has more.
    p
        Upper tail of the chi-squared distribution.
    n
        People.
    term
        What is tested, where a term has a name.
    method
        Stable key, ``likelihood ratio``.
    reason
        That of the fit that has none of the numbers; ``too few levels`` where two levels leave nothing to be
        parallel.
    warnings
        ``clusters ignored``, and those of both fits.
    """

    statistic: float
    df: int
    p: float
    n: int
    term: str | None = None
    method: str = "likelihood ratio"
    reason: str | None = None
    warnings: tuple[str, ...] = ()


def likelihood_ratio(smaller: OrdinalFit, larger: OrdinalFit, *, term: str | None = None) -> LikelihoodRatio:
    """Return the test of what the larger fit has more than the smaller.

    Parameters
    ----------
    smaller, larger
        Fits to the same answers by frequency; the columns of the smaller, and those whose slope may differ
        between thresholds, are among those of the larger.
    term
        Name of what is tested.

    Raises
    ------
    ValueError
        The fits are not nested, rest on different answers, or have sampling weights.

    Notes
    -----
    Agrees with R's ``anova`` of two clm fits to nine digits.

    Examples
    --------
    >>> design = pd.DataFrame({"later": [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0]})
    >>> levels = [0, 1, 2, 0, 1, 2, 1, 2, 2, 0, 0, 1]
    >>> test = likelihood_ratio(fit(levels, design[[]]), fit(levels, design))
    >>> round(test.statistic, 3), test.df, round(test.p, 3)
    (2.235, 1, 0.135)
    """
    _check(smaller, larger)
    df = larger.n_parameters - smaller.n_parameters
    told = ("clusters ignored",) if larger.clusters is not None else ()
    warnings = tuple(dict.fromkeys([*told, *smaller.warnings, *larger.warnings]))
    reason = smaller.reason or larger.reason
    if reason:
        return _missing(reason, df=df, n=larger.n, term=term, warnings=warnings)
    statistic = max(2 * (larger.log_likelihood - smaller.log_likelihood), 0.0)
    p = float(special.chdtrc(df, statistic))
    return LikelihoodRatio(statistic=statistic, df=df, p=p, n=larger.n, term=term, warnings=warnings)


def parallel_lines(
    levels: Levels,
    design: pd.DataFrame,
    terms: Mapping[str, Sequence[str]],
    *,
    weights: Weights | None = None,
    n_levels: int | None = None,
) -> tuple[LikelihoodRatio, ...]:
    """Return for each term the test that its slopes are the same at every threshold.

    The fit in which the term's slopes may differ between thresholds (all others may not) against the
    proportional-odds fit; each column costs K - 2 degrees of freedom, with K levels that occur.

    Parameters
    ----------
    levels, design, n_levels
        As in `entydig.statistics.ordinal.fit`.
    terms
        Columns of each term: a factor has several.
    weights
        Frequency weights.

    Returns
    -------
    tuple of LikelihoodRatio
        In the order of `terms`. A small p says that the odds ratio is not the same at all levels. Where some
        row's distribution leaves a level out, the freer slopes may run off: reason ``separation``.

    Raises
    ------
    ValueError
        As in `fit`, or a term names a column that is not in the design.

    Notes
    -----
    Agrees with R's ordinal::nominal_test on the Copenhagen survey of MASS and vcd::JointSports to eight digits.
    """
    absent = {column for columns in terms.values() for column in columns} - set(design.columns)
    if absent:
        raise ValueError(f"terms name columns that the design lacks: {', '.join(sorted(absent))}")
    proportional = fit(levels, design, weights=weights, n_levels=n_levels)
    spare = proportional.n_thresholds - 1
    reason = proportional.reason or ("too few levels" if spare < 1 else None)
    if reason:
        return tuple(
            _missing(
                reason,
                df=max(spare, 0) * len(columns),
                n=proportional.n,
                term=term,
                warnings=proportional.warnings,
            )
            for term, columns in terms.items()
        )
    free = {
        term: fit(levels, design, weights=weights, n_levels=n_levels, nonparallel=columns)
        for term, columns in terms.items()
    }
    return tuple(likelihood_ratio(proportional, larger, term=term) for term, larger in free.items())


def _check(smaller: OrdinalFit, larger: OrdinalFit) -> None:
    if "sampling" in (smaller.weights_are, larger.weights_are):
        raise ValueError("sampling weights give no likelihood to compare")
    columns = set(smaller.columns) <= set(larger.columns)
    nonparallel = set(smaller.nonparallel) <= set(larger.nonparallel)
    if not (columns and nonparallel and smaller.n_parameters < larger.n_parameters):
        raise ValueError("the smaller fit is not nested in the larger")
    allowed = smaller.log_likelihood - ROUNDING * abs(smaller.log_likelihood)
    if (smaller.levels, smaller.people) != (larger.levels, larger.people) or larger.log_likelihood < allowed:
        raise ValueError("the fits rest on different answers")


def _missing(
    reason: str, *, df: int, n: int, term: str | None, warnings: tuple[str, ...] = ()
) -> LikelihoodRatio:
    return LikelihoodRatio(
        statistic=math.nan, df=df, p=math.nan, n=n, term=term, reason=reason, warnings=warnings
    )
