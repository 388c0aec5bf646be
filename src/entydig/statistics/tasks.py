"""Questions where people choose several of K options: the share of people who chose each.

A frame has a row per person and a 0/1 column for each option. Who did not reach the question is missing in
all of them and left out; who reached it and chose nothing counts. Shares are of people, not of choices, so
they add up to more than one.

References
----------
Cochran (1950), The comparison of percentages in matched samples, doi:10.1093/biomet/37.3-4.256.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from scipy import special
from statsmodels.stats.contingency_tables import cochrans_q

from entydig.statistics import linear
from entydig.statistics.estimate import Alternative, Estimate
from entydig.statistics.linked import clusters_ignored

__all__ = ["CochranTest", "OptionShare", "cochran", "reached", "shares"]


# Under ten people who tell options apart a chi-square p is no guide.
FEWEST_DIFFERING = 10


@dataclass(frozen=True, kw_only=True)
class OptionShare:
    """The share of people who chose an option; `share.n` are those who reached the question."""

    option: str
    share: Estimate


@dataclass(frozen=True, kw_only=True)
class CochranTest:
    """Cochran's test of whether all options are chosen by as many people.

    Parameters
    ----------
    statistic, df, p
        NaN, 0 and NaN where there is no test.
    n, differing
        People who reached the question, and those of them who chose some options and not others.
    method
        ``cochran``.
    warnings
        ``few differing`` (fewer than ten people: a chi-square p is no guide), ``clusters ignored``.
    reason
        ``no answers`` or ``all ties`` (everyone chose all options or none), given exactly when p is NaN.
    """

    statistic: float
    df: int
    p: float
    n: int
    differing: int
    method: str = "cochran"
    warnings: tuple[str, ...] = ()
    reason: str | None = None


def shares(
    answers: pd.DataFrame,
    options: Sequence[str],
    *,
    most: int | None = None,
    null: float = 0.5,
    alternative: Alternative = "greater",
    confidence: float = 0.95,
) -> tuple[OptionShare, ...]:
    """Return the share of people who chose each option.

    Parameters
    ----------
    answers
        A row per person: a 0/1 column for each option, all of them missing where the person did not reach
        the question, and `cluster` (absent or all missing where people are independent).
    options
        Columns of the options, without repeats.
    most
        The largest number of choices that was allowed; None does not check.
    null, alternative
        Of each one-sided test; `null` is a share.
    confidence
        Of each two-sided interval, in (0, 1).

    Returns
    -------
    tuple of OptionShare
        In the order of `options`; estimates as those of `entydig.statistics.linear.mean` (CR2), unit
        ``share``, population ``process``.

    Raises
    ------
    ValueError
        An option is repeated or there is none; a value is neither 0, 1 nor missing; a row is missing in some
        options only; somebody chose more than `most`; a cluster is missing for some only.

    Examples
    --------
    >>> answers = pd.DataFrame({"plan": [1, 1, 1, None], "money": [1, 0, 0, None]})
    >>> [(each.option, round(each.share.value, 3), each.share.n) for each in shares(answers, ["plan", "money"])]
    [('plan', 1.0, 3), ('money', 0.333, 3)]
    """
    people = reached(answers, options, most)
    return tuple(
        OptionShare(
            option=option,
            share=linear.mean(
                people.assign(value=people[option]),
                unit="share",
                confidence=confidence,
                null=null,
                alternative=alternative,
            ),
        )
        for option in options
    )


def cochran(answers: pd.DataFrame, options: Sequence[str], *, most: int | None = None) -> CochranTest:
    """Return Cochran's Q test of whether all options are chosen by as many people.

    Parameters
    ----------
    answers, options, most
        As in `shares`.

    Returns
    -------
    CochranTest

    Raises
    ------
    ValueError
        As in `shares`.

    Notes
    -----
    Agrees with R's ``coin::symmetry_test`` (1.4-2) to ten digits.

    Examples
    --------
    >>> answers = pd.DataFrame({"plan": [1] * 9 + [0], "money": [0] * 9 + [1], "talk": [1] * 5 + [0] * 5})
    >>> found = cochran(answers, ["plan", "money", "talk"])
    >>> round(found.statistic, 4), found.df
    (9.6, 2)
    """
    people = reached(answers, options, most)
    chosen = people[list(options)].sum(axis=1)
    differing = int(((chosen > 0) & (chosen < len(options))).sum())
    if not differing:
        reason = "all ties" if len(people) else "no answers"
        return CochranTest(statistic=math.nan, df=0, p=math.nan, n=len(people), differing=0, reason=reason)
    statistic, df = float(cochrans_q(people[list(options)]).statistic), len(options) - 1
    few = ("few differing",) if differing < FEWEST_DIFFERING else ()
    return CochranTest(
        statistic=statistic,
        df=df,
        p=float(special.chdtrc(df, statistic)),
        n=len(people),
        differing=differing,
        warnings=(*few, *clusters_ignored(people)),
    )


def reached(answers: pd.DataFrame, options: Sequence[str], most: int | None = None) -> pd.DataFrame:
    """Return the people who reached the question, their choices as 0 or 1.

    Parameters
    ----------
    answers, options, most
        As in `shares`.

    Returns
    -------
    DataFrame
        The rows of `answers` with choices, all columns.

    Raises
    ------
    ValueError
        As in `shares`, apart from the cluster.
    """
    names = list(options)
    if not names or len(set(names)) < len(names):
        raise ValueError("options are named once each, at least one")
    missing = answers[names].isna()
    if (missing.any(axis=1) & ~missing.all(axis=1)).any():
        raise ValueError("a person either reached the question or is missing in all its options")
    people = answers[~missing.any(axis=1)]
    if not people[names].isin([0, 1]).all(axis=None):
        raise ValueError("choices are 0 or 1")
    people = people.astype(dict.fromkeys(names, int))
    if most is not None and (people[names].sum(axis=1) > most).any():
        raise ValueError(f"somebody chose more than {most} options")
    return people
