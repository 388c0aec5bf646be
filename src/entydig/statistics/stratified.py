"""The positive share of several groups of a roster together, each weighted by its people.

Given the number n of answers, those of a group are taken as a simple random sample without replacement from
the N people on its roster who hold an opinion.

References
----------
Korn and Graubard (1998), Confidence intervals for proportions with small expected number of positive counts
estimated from survey data, Survey Methodology 24(2), 193-201.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Unpack

import numpy as np
from scipy import special

from entydig.statistics.cells import Floats
from entydig.statistics.estimate import Alternative, Asked, Estimate, one_sided

__all__ = ["Stratum", "by_logit", "null_count", "opinion_base", "roster_share_combined"]

# Shares such as 2/3 are not exact in binary: 2/3 of 339 people must still be 226 of them.
WHOLE = 1e-9


class Stratum(NamedTuple):
    """One group of a roster: its positive answers, all its answers, and its people with an opinion."""

    positive: int
    answers: int
    roster: int

    def check(self) -> None:
        """Raise if the counts cannot be.

        Raises
        ------
        ValueError
            They are not 0 <= positive <= answers <= roster.
        """
        if not 0 <= self.positive <= self.answers <= self.roster:
            raise ValueError(f"expected 0 <= positive <= answers <= roster, found {tuple(self)}")

    def variance(self) -> float:
        """Return the share's variance over all samples of the roster; NaN for one answer of several."""
        positive, answers, roster = self
        if answers == roster:
            return 0.0
        share = positive / answers
        return (1 - answers / roster) * share * (1 - share) / (answers - 1) if answers > 1 else math.nan


def roster_share_combined(
    strata: Mapping[str, tuple[int, int, int]] | Sequence[tuple[int, int, int]],
    *,
    null: float = 0.5,
    alternative: Alternative = "greater",
    confidence: float = 0.95,
) -> Estimate:
    """Return the positive share of several groups together, each weighted by its roster.

    Stratified simple random sampling with finite population correction; test and interval on the logit
    scale with Student's t and ``answers - groups`` degrees of freedom::

        p = sum_h N_h p_h / N        variance = sum_h (N_h / N)^2 (1 - n_h / N_h) p_h (1 - p_h) / (n_h - 1)

    If all answers are positive, or none, the logit does not exist. The test and interval are then exact: a
    count K of positive people on all rosters is kept as long as some way to spread it over the groups makes
    such answers likely enough. Method and warning (``all alike, exact test``) say so.

    Parameters
    ----------
    strata
        Positive answers, answers and roster of each group, as in `roster_share`. Groups with an empty
        roster are left out.
    null
        Share in (0, 1).
    alternative
        ``greater`` or ``less``.
    confidence
        Of the two-sided interval, in (0, 1).

    Returns
    -------
    Estimate
        Unit ``share``, population ``roster``, method ``logit-fpc`` (``hypergeometric`` if all answers are
        alike), `n` and `N` summed. Missing with ``no answers`` (in one group, or no groups) or ``too few
        answers`` (a single answer in a group of several people). If everyone answered, the interval is the
        share itself.

    Raises
    ------
    ValueError
        As in `roster_share`; or `null` is 0 or 1.

    Notes
    -----
    Agrees with R's survey 4.1-1, ``svyciprop(method = "logit")`` on ``svydesign(strata, fpc)``, to ten
    digits.

    Examples
    --------
    >>> found = roster_share_combined({"a": (60, 80, 100), "b": (10, 20, 40)})
    >>> round(found.value, 4), round(found.low, 3), round(found.high, 3)
    (0.6786, 0.621, 0.731)
    """
    groups = [Stratum(*each) for each in (strata.values() if isinstance(strata, Mapping) else strata)]
    for each in groups:
        each.check()
    if not 0 < null < 1:
        raise ValueError("the null share of a combined share must lie between 0 and 1")
    used = [each for each in groups if each.roster]
    answers, roster = sum(each.answers for each in used), sum(each.roster for each in used)
    asked = Asked(unit="share", population="roster", method="logit-fpc", n=answers, N=roster)
    asked |= {"null": null, "alternative": alternative, "confidence": confidence}
    if not used or not all(each.answers for each in used):
        return Estimate.missing("no answers", **asked)
    if any(each.answers == 1 < each.roster for each in used):
        return Estimate.missing("too few answers", **asked)
    if sum(each.positive for each in used) in (0, answers) and answers < roster:
        return _all_alike(used, asked)
    return _combined(used, asked)


def null_count(null: float, roster: int, alternative: Alternative) -> int:
    """Return the positive people on the roster, under the null hypothesis nearest to the alternative."""
    return math.floor(null * roster + WHOLE) if alternative == "greater" else math.ceil(null * roster - WHOLE)


def by_logit(
    value: float, *, se: float, df: float, warnings: tuple[str, ...] = (), **asked: Unpack[Asked]
) -> Estimate:
    """Return the share whose interval and p come from Student's t on the logit scale.

    Parameters
    ----------
    value, se, df
        Share in (0, 1), its standard error (> 0) and degrees of freedom (> 0).
    warnings
        Stable keys.
    **asked
        As in `Estimate`; `null`, `alternative` and `confidence` are needed.
    """
    logit, scale = float(special.logit(value)), value * (1 - value)
    reach = float(special.stdtrit(df, (1 + asked["confidence"]) / 2)) * se / scale
    statistic = (logit - float(special.logit(asked["null"]))) * scale / se
    return Estimate(
        value=value,
        low=float(special.expit(logit - reach)),
        high=float(special.expit(logit + reach)),
        se=se,
        df=df,
        p=one_sided(statistic, df, asked["alternative"]),
        warnings=warnings,
        **asked,
    )


def opinion_base(roster: int, opinions: int, no_opinion: int) -> int:
    """Return how many people on a roster hold an opinion, if the silent ones do so as often as the others.

    Parameters
    ----------
    roster
        Everyone who was asked.
    opinions
        Answers with an opinion.
    no_opinion
        Answers without (do not know, not relevant).

    Returns
    -------
    int
        ``roster * opinions / (opinions + no_opinion)`` to the nearest person (halves up), never below
        `opinions`; 0 without answers.

    Raises
    ------
    ValueError
        A count is negative, or more people answered than were asked.

    Examples
    --------
    >>> opinion_base(431, 251, 14)
    408
    """
    answered = opinions + no_opinion
    if min(opinions, no_opinion) < 0 or answered > roster:
        raise ValueError(
            f"expected 0 <= opinions + no opinion <= roster, found {opinions} + {no_opinion}, {roster}"
        )
    if answered == 0:
        return 0
    return max(opinions, (2 * roster * opinions + answered) // (2 * answered))


def _combined(used: Sequence[Stratum], asked: Asked) -> Estimate:
    total = sum(each.roster for each in used)
    value = sum(each.roster * each.positive / each.answers for each in used) / total
    se = math.sqrt(sum((each.roster / total) ** 2 * each.variance() for each in used))
    if se == 0:
        return _without_spread(used, value, asked)
    df = sum(each.answers for each in used) - len(used)
    return by_logit(value, se=se, df=df, **asked)


def _without_spread(used: Sequence[Stratum], value: float, asked: Asked) -> Estimate:
    """Everyone answered, or each group is all of one mind while the groups differ."""
    silent = sum(each.roster - each.answers for each in used)
    if silent:
        positive, total = sum(each.positive for each in used), sum(each.roster for each in used)
        limits = positive / total, (positive + silent) / total
        return Estimate.untestable(value, limits=limits, warning="all alike", **asked)
    beyond = value > asked["null"] if asked["alternative"] == "greater" else value < asked["null"]
    return Estimate(value=value, low=value, high=value, se=0.0, p=0.0 if beyond else 1.0, **asked)


def _all_alike(used: Sequence[Stratum], asked: Asked) -> Estimate:
    """Answers that are all positive, or all negative: exact, assuming the worst spread over the groups."""
    asked |= {"method": "hypergeometric"}
    total = sum(each.roster for each in used)
    largest = _log_chances(used)
    others = int(np.count_nonzero(largest > math.log((1 - asked["confidence"]) / 2))) - 1
    positive = used[0].positive > 0
    p = 1.0
    if positive == (asked["alternative"] == "greater"):
        tested = null_count(asked["null"], total, asked["alternative"])
        others_tested = total - tested if positive else tested
        p = float(np.exp(largest[others_tested])) if others_tested < largest.size else 0.0
    low, high = ((total - others) / total, 1.0) if positive else (0.0, others / total)
    warnings = ("all alike, exact test",)
    return Estimate(value=float(positive), low=low, high=high, se=math.nan, p=p, warnings=warnings, **asked)


def _log_chances(used: Sequence[Stratum]) -> Floats:
    """Return the largest log chance of meeting none of 0, 1, 2, ... people of the other opinion.

    Each further such person in a group costs more than the one before, so taking the cheapest first, whatever
    the group, finds the largest chance.
    """
    costs = [
        np.log1p(-each.answers / (each.roster - np.arange(each.roster - each.answers, dtype=np.float64)))
        for each in used
    ]
    return np.concatenate([np.zeros(1), np.cumsum(np.sort(np.concatenate(costs))[::-1])])
