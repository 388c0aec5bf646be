"""The order of options people could choose among: who leads for sure, and what ranks each option can hold.

A frame is as in `entydig.statistics.tasks`: a row per person, a 0/1 column for each option. Two options are
compared among the same people, by McNemar's exact test. It takes people as independent (``clusters ignored``
warns where several share a cluster); the difference in points beside it does not.

References
----------
Berger (1982), Multiparameter hypothesis testing and acceptance sampling, doi:10.1080/00401706.1982.10487790.
Holm (1979), A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6(2), 65-70.
Mogstad, Romano, Shaikh and Wilhelm (2023), Inference for ranks, doi:10.1093/restud/rdad006.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from entydig.statistics.cells import Integers
from entydig.statistics.estimate import Estimate
from entydig.statistics.linked import clusters_ignored, difference, exact_p
from entydig.statistics.tasks import reached

__all__ = ["Pair", "RankClaim", "RankSet", "RankSets", "chosen_by_more", "rank_sets"]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two options compared among the same people.

    Parameters
    ----------
    first, second
        Options; the claim is that the first is chosen by more people.
    more, fewer
        People who chose the first and not the second, and the other way round.
    p, p_reverse
        McNemar's exact one-sided p of the claim, and of its reverse.
    """

    first: str
    second: str
    more: int
    fewer: int
    p: float
    p_reverse: float


@dataclass(frozen=True, kw_only=True)
class RankClaim:
    """Whether each of some options is chosen by more people than each of the others.

    Parameters
    ----------
    pairs
        All s (K - s) of them, in the order of the options.
    weakest
        The pair with the largest p; of equal ones that with the smallest difference.
    difference
        Its share of the first minus that of the second, in points, robust to clusters.
    p
        Its p, which is that of the whole claim; NaN without answers.
    n
        People who reached the question.
    method
        ``mcnemar-exact``.
    warnings
        ``all ties`` (nobody chose just one of some pair: its p is 1), ``clusters ignored``.
    reason
        ``no answers``, given exactly when p is NaN.
    """

    pairs: tuple[Pair, ...]
    weakest: Pair
    difference: Estimate
    p: float
    n: int
    method: str = "mcnemar-exact"
    warnings: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class RankSet:
    """The ranks an option can hold, from `best` to `worst`; rank 1 is chosen by the most people."""

    option: str
    best: int
    worst: int


@dataclass(frozen=True, kw_only=True)
class RankSets:
    """The ranks all options can hold at once.

    Parameters
    ----------
    sets
        A set per option, in the order asked.
    n
        People who reached the question; without any, every rank is possible.
    confidence
        That no two options of equal share are told apart.
    method
        ``mcnemar-exact-holm``.
    warnings
        ``clusters ignored``.
    """

    sets: tuple[RankSet, ...]
    n: int
    confidence: float
    method: str = "mcnemar-exact-holm"
    warnings: tuple[str, ...] = ()


def chosen_by_more(
    answers: pd.DataFrame,
    options: Sequence[str],
    over: Sequence[str],
    *,
    most: int | None = None,
    confidence: float = 0.95,
) -> RankClaim:
    """Return whether each of some options is chosen by more people than each of the other options.

    The claim holds only if all its pairs do, so the largest p of the pairs is its p, without adjustment.

    Parameters
    ----------
    answers, options, most
        As in `entydig.statistics.tasks.shares`.
    over
        The options that are claimed to lead; some but not all of `options`.
    confidence
        Of the intervals of the differences, in (0, 1).

    Returns
    -------
    RankClaim

    Raises
    ------
    ValueError
        As in `entydig.statistics.tasks.shares`; or `over` is empty, holds all options, an option twice, or one
        that was not offered.

    Notes
    -----
    Agrees with R's ``binom.test(more, more + fewer, alternative = "greater")`` to 12 digits. A reverse p is
    of one pair: whoever looks for any reversed pair has looked at all of them.

    Examples
    --------
    >>> answers = pd.DataFrame({"plan": [1] * 9 + [0], "money": [0] * 9 + [1], "talk": [1] * 5 + [0] * 5})
    >>> found = chosen_by_more(answers, ["plan", "money", "talk"], over=["plan"])
    >>> found.weakest.second, found.weakest.more, found.weakest.fewer, found.p
    ('talk', 4, 0, 0.0625)
    """
    leaders, others = list(over), [option for option in options if option not in over]
    if not (set(leaders) <= set(options) and len(set(leaders)) == len(leaders) and leaders and others):
        raise ValueError("the leading options are some of the options, not all, each named once")
    people = reached(answers, options, most)
    pairs = _pairs(people, options, [(first, second) for first in leaders for second in others])
    weakest = max(pairs, key=lambda each: (each.p, each.fewer - each.more))
    tied = any(each.more + each.fewer == 0 for each in pairs) and len(people) > 0
    return RankClaim(
        pairs=pairs,
        weakest=weakest,
        difference=difference(people, weakest.first, weakest.second, confidence=confidence),
        p=weakest.p,
        n=len(people),
        warnings=(*(("all ties",) if tied else ()), *clusters_ignored(people)),
        reason=None if len(people) else "no answers",
    )


def rank_sets(
    answers: pd.DataFrame, options: Sequence[str], *, most: int | None = None, confidence: float = 0.95
) -> RankSets:
    """Return for each option the ranks it can hold.

    All pairs are compared by McNemar's exact two-sided test, adjusted by Holm. An option can hold the ranks
    from 1 + (options significantly above it) to K - (options significantly below it), so a set always holds the
    observed rank. A rank is that of the shares of all people such as these.

    Parameters
    ----------
    answers, options, most
        As in `entydig.statistics.tasks.shares`.
    confidence
        That no two options of equal share are told apart (family-wise), in (0, 1). Holm's proof does not
        cover telling unequal ones apart in the wrong order, which is far rarer.

    Returns
    -------
    RankSets

    Raises
    ------
    ValueError
        As in `entydig.statistics.tasks.shares`; or `confidence` lies outside (0, 1).

    Notes
    -----
    Agrees with R's ``binom.test`` and ``p.adjust(method = "holm")``.

    Examples
    --------
    >>> answers = pd.DataFrame({"plan": [1] * 11 + [0], "money": [0] * 11 + [1], "talk": [1] * 6 + [0] * 6})
    >>> [(each.option, each.best, each.worst) for each in rank_sets(answers, ["plan", "money", "talk"]).sets]
    [('plan', 1, 2), ('money', 2, 3), ('talk', 1, 3)]
    """
    if not 0 < confidence < 1:
        raise ValueError("confidence lies between 0 and 1")
    people = reached(answers, options, most)
    only = _only(people, options)
    first, second = np.triu_indices(len(options), 1)
    more, fewer = only[first, second], only[second, first]
    differs = np.zeros(first.size, dtype=bool)
    if first.size:
        differs = multipletests(exact_p(more, fewer), alpha=1 - confidence, method="holm")[0]
    higher, lower = np.where(more > fewer, first, second), np.where(more > fewer, second, first)
    above = np.bincount(lower[differs], minlength=len(options))
    below = np.bincount(higher[differs], minlength=len(options))
    sets = tuple(
        RankSet(option=option, best=1 + int(above[place]), worst=len(options) - int(below[place]))
        for place, option in enumerate(options)
    )
    return RankSets(sets=sets, n=len(people), confidence=confidence, warnings=clusters_ignored(people))


def _only(people: pd.DataFrame, options: Sequence[str]) -> Integers:
    """Return how many people chose the option of the row and not that of the column."""
    chosen = people[list(options)].to_numpy(dtype=np.intp)
    return np.asarray(chosen.T @ (1 - chosen), dtype=np.intp)


def _pairs(
    people: pd.DataFrame, options: Sequence[str], compared: Sequence[tuple[str, str]]
) -> tuple[Pair, ...]:
    """Return the comparisons of two options each; p is NaN if nobody reached the question."""
    only, place = _only(people, options), {option: position for position, option in enumerate(options)}
    one, other = (np.array([place[each[side]] for each in compared]) for side in (0, 1))
    more, fewer = only[one, other], only[other, one]
    p, p_reverse = exact_p(more, fewer, alternative="greater"), exact_p(fewer, more, alternative="greater")
    if not len(people):
        p, p_reverse = np.full(len(compared), math.nan), np.full(len(compared), math.nan)
    columns = zip(compared, more.tolist(), fewer.tolist(), p.tolist(), p_reverse.tolist(), strict=True)
    return tuple(
        Pair(first=names[0], second=names[1], more=up, fewer=down, p=here, p_reverse=there)
        for names, up, down, here, there in columns
    )
