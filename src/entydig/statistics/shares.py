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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special, stats

from entydig.statistics.cells import Floats
from entydig.statistics.clustered_share import clustered_share
from entydig.statistics.estimate import Alternative, Asked, Estimate, one_sided
from entydig.statistics.stratified import Stratum, null_count, opinion_base, roster_share_combined

__all__ = [
    "ItemShares",
    "Stratum",
    "distribution",
    "item_shares",
    "opinion_base",
    "roster_share",
    "roster_share_combined",
    "wilson",
]

SIDES: tuple[Alternative, Alternative] = ("greater", "less")


@dataclass(frozen=True, kw_only=True)
class ItemShares:
    """How one group answered one item in one wave, each share with its own base.

    Parameters
    ----------
    counts
        Answers of each level, in the order of the scale.
    positive_levels
        Levels that count as positive.
    levels
        Share of each level among those with an opinion.
    positive
        Share of the positive levels among those with an opinion.
    no_opinion
        Share without an opinion (do not know, not relevant) among those who answered the question.
    positive_of_returned
        Share of the positive levels among all who returned the form, whatever else they did with the question.
    returned, blank
        Forms returned, and those of them that left the question blank.
    """

    counts: Mapping[int, int]
    positive_levels: tuple[int, ...]
    levels: Mapping[int, Estimate]
    positive: Estimate
    no_opinion: Estimate
    positive_of_returned: Estimate
    returned: int
    blank: int

    def table(self) -> pd.DataFrame:
        """Return all shares as a tidy table.

        Returns
        -------
        DataFrame
            Columns `part` (``level``, ``positive``, ``no opinion``, ``positive of returned``), `level` (missing
            but for levels), `n` (answers that count), `base`, `share`, `low`, `high`.
        """
        opinions, positive = (
            sum(self.counts.values()),
            sum(self.counts[level] for level in self.positive_levels),
        )
        rows: list[tuple[str, int | None, int, Estimate]] = [
            *(("level", level, self.counts[level], found) for level, found in self.levels.items()),
            ("positive", None, positive, self.positive),
            ("no opinion", None, self.returned - self.blank - opinions, self.no_opinion),
            ("positive of returned", None, positive, self.positive_of_returned),
        ]
        table = pd.DataFrame(
            [(*names, n, found.n, found.value, found.low, found.high) for *names, n, found in rows],
            columns=["part", "level", "n", "base", "share", "low", "high"],
        )
        return table.astype({"level": "Int64"})


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
        ``sqrt((1 - n / N) p (1 - p) / (n - 1))``, NaN for a single answer of several and where all
        answers are alike. If everyone answered, the interval is the share itself. Without answers: missing, ``no answers``.

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
        se=math.sqrt(
            Stratum(positive, answers, roster).variance() or (math.nan if answers < roster else 0.0)
        ),
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
        se=math.sqrt(share * (1 - share) / answers or math.nan),
        p=one_sided(score, None, alternative),
        **asked,
    )


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


def item_shares(
    values: Iterable[float],
    levels: Sequence[int],
    *,
    positive: Sequence[int],
    no_opinion: Sequence[int] = (),
    roster: int | None = None,
    clusters: Iterable[object] | None = None,
    confidence: float = 0.95,
) -> ItemShares:
    """Return the whole distribution of an item, with the share without opinion and both positive shares.

    Parameters
    ----------
    values
        Codes of all who were asked the item and returned the form; missing means left blank.
    levels
        All levels of the scale in their order, without repeats.
    positive
        Which of them count as positive.
    no_opinion
        Codes of answers without an opinion.
    roster
        Everyone who was asked, for the roster reading: exact hypergeometric intervals. The silent are taken to
        answer the question, and to hold an opinion, as often as those who returned the form (`opinion_base`).
    clusters
        Cluster of each value, for the process reading by cluster (`clustered_share`); not with `roster`. Without
        either: Wilson's interval for independent people.
    confidence
        Of each two-sided interval by itself, in (0, 1).

    Returns
    -------
    ItemShares
        Levels nobody chose stand with share 0. A share whose base is empty is missing with ``no answers``. The p
        of these estimates are against one half and of no use.

    Raises
    ------
    ValueError
        A value is neither a level nor a no-opinion code, a level is repeated or also a no-opinion code, a positive
        one is no level, roster and clusters are both given, or more people returned the form than were asked.

    Examples
    --------
    >>> found = item_shares([1, 2, 2, 3, -1, None], [1, 2, 3], positive=[3], no_opinion=[-1])
    >>> found.table()[["part", "level", "n", "base"]]
                       part  level  n  base
    0                 level      1  1     4
    1                 level      2  2     4
    2                 level      3  1     4
    3              positive   <NA>  1     4
    4            no opinion   <NA>  1     5
    5  positive of returned   <NA>  1     6
    """
    codes = [*levels, *no_opinion]
    if len(set(codes)) < len(codes) or not set(positive) <= set(levels):
        raise ValueError(
            "levels and no-opinion codes must not repeat, and positive levels must be among them"
        )
    if roster is not None and clusters is not None:
        raise ValueError("a roster reading has no clusters: give one of roster and clusters")
    given = pd.Series(values, dtype=object).reset_index(drop=True)
    belongs = None if clusters is None else pd.Series(clusters, dtype=object).to_numpy()
    if belongs is not None and len(belongs) != len(given):
        raise ValueError("each value needs a cluster")
    answered, opinion = given.notna(), given.isin(levels)
    if not (given.isin(codes) | ~answered).all():
        raise ValueError("some values are neither levels of the scale nor no-opinion codes")
    reading = _Reading(roster, belongs, confidence)
    without = int((answered & ~opinion).sum())
    blank = int((~answered).sum())
    holders = reading.people(int(opinion.sum()), without)
    return ItemShares(
        counts={level: int((given == level).sum()) for level in levels},
        positive_levels=tuple(dict.fromkeys(positive)),
        levels={level: reading.share(given == level, opinion, holders) for level in levels},
        positive=reading.share(given.isin(positive), opinion, holders),
        no_opinion=reading.share(answered & ~opinion, answered, reading.people(int(answered.sum()), blank)),
        positive_of_returned=reading.share(given.isin(positive), answered | True, roster),
        returned=len(given),
        blank=blank,
    )


class _Reading(NamedTuple):
    """Which interval a share gets: of a roster, by cluster, or of independent people."""

    roster: int | None
    clusters: npt.NDArray[Any] | None
    confidence: float

    def people(self, inside: int, outside: int) -> int | None:
        """Return the people on the roster who belong to a base, if there is a roster."""
        return None if self.roster is None else opinion_base(self.roster, inside, outside)

    def share(self, chosen: pd.Series[bool], base: pd.Series[bool], people: int | None) -> Estimate:
        """Return the share of those who chose among the base."""
        if self.clusters is not None:
            inside = {"value": chosen[base].to_numpy(dtype=np.float64), "cluster": self.clusters[base]}
            return clustered_share(pd.DataFrame(inside), confidence=self.confidence)
        positive, answers = int((chosen & base).sum()), int(base.sum())
        if people is not None:
            return roster_share(positive, answers, people, confidence=self.confidence)
        return wilson(positive, answers, confidence=self.confidence)


def _tail(
    positive: int, answers: int, roster: int, counts: npt.NDArray[np.int_], alternative: Alternative
) -> Floats:
    """Return the chance of so many positive answers or more (or fewer), for each count of positive people."""
    if alternative == "greater":
        return np.asarray(stats.hypergeom.sf(positive - 1, roster, counts, answers))
    return np.asarray(stats.hypergeom.cdf(positive, roster, counts, answers))
