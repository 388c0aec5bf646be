"""Shares of people who answer positively, of a roster or of the process behind it.

Roster reading: everyone on the roster was asked, so the only chance is who did not answer. Given the number
n of answers they are taken as a simple random sample without replacement from the N people of the roster
who hold an opinion (within each group, where groups are combined).

References
----------
Wright (1991), Exact Confidence Bounds when Sampling from Small Finite Universes, Springer.
Wang (2015), Exact optimal intervals for hypergeometric parameters, doi:10.1080/01621459.2014.966191.
Wilson (1927), Probable inference, doi:10.1080/01621459.1927.10502953.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special, stats

from entydig.statistics.cells import Floats
from entydig.statistics.estimate import Alternative, Asked, Estimate, one_sided
from entydig.statistics.stratified import Stratum, null_count, roster_share_combined

__all__ = [
    "Stratum",
    "distribution",
    "opinion_base",
    "roster_share",
    "roster_share_combined",
    "wilson",
]

SIDES: tuple[Alternative, Alternative] = ("greater", "less")


def roster_share(
    positive: int,
    answers: int,
    roster: int,
    *,
    null: float = 0.5,
    alternative: Alternative = "greater",
    confidence: float = 0.95,
) -> Estimate:
    """Return the share of a roster that is positive, with an exact hypergeometric test and interval.

    The interval holds every count K of positive people on the roster that neither one-sided test rejects at
    ``(1 - confidence) / 2``; its ends are K / roster. The test agrees with it: p falls below that level
    exactly when the interval leaves out every share the null hypothesis allows.

    Parameters
    ----------
    positive
        Positive answers, 0 .. `answers`.
    answers
        Answers with an opinion.
    roster
        People on the roster who hold an opinion (`opinion_base`), at least `answers`.
    null
        Share in [0, 1]. ``greater`` tests the largest count whose share is at most `null`, ``less`` the
        smallest whose share is at least `null`.
    alternative
        ``greater`` or ``less``.
    confidence
        Of the two-sided interval, in (0, 1).

    Returns
    -------
    Estimate
        Unit ``share``, population ``roster``, method ``hypergeometric``. `se` is for reference only,
        ``sqrt((1 - n / N) p (1 - p) / (n - 1))``, NaN for a single answer of several. If everyone answered,
        the interval is the share itself. Without answers: missing, ``no answers``.

    Raises
    ------
    ValueError
        The counts are not 0 <= positive <= answers <= roster, or `null` lies outside [0, 1].

    Notes
    -----
    Agrees with R's ``phyper`` to 12 digits.

    Examples
    --------
    All 3 answers of 5 people are positive. With 2, 3, 4, 5 positive people on the roster that has
    probability 0, 1/10, 4/10, 1.

    >>> found = roster_share(3, 3, 5)
    >>> found.low, found.high, found.p
    (0.6, 1.0, 0.0)
    """
    Stratum(positive, answers, roster).check()
    if not 0 <= null <= 1:
        raise ValueError("the null share must lie in [0, 1]")
    asked = Asked(unit="share", population="roster", method="hypergeometric", n=answers, N=roster)
    asked |= {"null": null, "alternative": alternative, "confidence": confidence}
    if answers == 0:
        return Estimate.missing("no answers", **asked)
    counts = np.arange(positive, roster - (answers - positive) + 1)
    level = (1 - confidence) / 2
    kept = np.minimum(*(_tail(positive, answers, roster, counts, side) for side in SIDES)) > level
    possible = counts[kept]
    tested = null_count(null, roster, alternative)
    share = positive / answers
    return Estimate(
        value=share,
        low=float(possible[0]) / roster,
        high=float(possible[-1]) / roster,
        se=math.sqrt(Stratum(positive, answers, roster).variance()),
        p=float(_tail(positive, answers, roster, np.array([tested]), alternative)[0]),
        **asked,
    )


def wilson(
    positive: int,
    answers: int,
    *,
    null: float = 0.5,
    alternative: Alternative = "greater",
    confidence: float = 0.95,
) -> Estimate:
    """Return a share of the process, with Wilson's interval and the score test, for independent people.

    Parameters
    ----------
    positive
        Positive answers, 0 .. `answers`.
    answers
        Answers with an opinion.
    null
        Share in (0, 1).
    alternative
        ``greater`` or ``less``.
    confidence
        Of the two-sided interval, in (0, 1).

    Returns
    -------
    Estimate
        Unit ``share``, population ``process``, method ``wilson``, `se` = sqrt(p (1 - p) / n) for reference.
        No continuity correction. Without answers: missing, ``no answers``.

    Raises
    ------
    ValueError
        The counts are not 0 <= positive <= answers, or `null` is not between 0 and 1.

    Notes
    -----
    Agrees with R's ``prop.test(correct = FALSE)`` to 12 digits.

    Examples
    --------
    >>> found = wilson(8, 10)
    >>> round(found.low, 4), round(found.high, 4), round(found.p, 4)
    (0.4902, 0.9433, 0.0289)
    """
    Stratum(positive, answers, answers).check()
    if not 0 < null < 1:
        raise ValueError("the null share of a score test must lie between 0 and 1")
    asked = Asked(unit="share", population="process", method="wilson", n=answers, N=None)
    asked |= {"null": null, "alternative": alternative, "confidence": confidence}
    if answers == 0:
        return Estimate.missing("no answers", **asked)
    share, squared = positive / answers, float(special.ndtri((1 + confidence) / 2)) ** 2
    centre = (positive + squared / 2) / (answers + squared)
    reach = math.sqrt(squared * (positive * (1 - share) + squared / 4)) / (answers + squared)
    score = (share - null) / math.sqrt(null * (1 - null) / answers)
    return Estimate(
        value=share,
        low=max(centre - reach, 0.0) if positive else 0.0,
        high=min(centre + reach, 1.0) if positive < answers else 1.0,
        se=math.sqrt(share * (1 - share) / answers),
        p=one_sided(score, None, alternative),
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


def distribution(values: Iterable[float], levels: Sequence[int]) -> pd.Series[int]:
    """Return how many answers each level has.

    Parameters
    ----------
    values
        Codes; missing ones are left out.
    levels
        All levels of the scale in their order, without repeats.

    Returns
    -------
    Series
        Counts indexed by level in the order given; levels nobody chose stand with 0.

    Raises
    ------
    ValueError
        A value is not one of the levels (such as a code for do not know), or a level is repeated.

    Examples
    --------
    >>> distribution([5, 4, 4, 1], [1, 2, 3, 4, 5]).to_list()
    [1, 0, 0, 2, 1]
    """
    if len(set(levels)) < len(levels):
        raise ValueError("a level is repeated")
    given = pd.Series(values).dropna()
    if not given.isin(levels).all():
        raise ValueError("some values are not levels of the scale")
    return given.value_counts().reindex(list(levels), fill_value=0).astype(int)


def _tail(
    positive: int, answers: int, roster: int, counts: npt.NDArray[np.int_], alternative: Alternative
) -> Floats:
    """Return the chance of so many positive answers or more (or fewer), for each count of positive people."""
    if alternative == "greater":
        return np.asarray(stats.hypergeom.sf(positive - 1, roster, counts, answers))
    return np.asarray(stats.hypergeom.cdf(positive, roster, counts, answers))
