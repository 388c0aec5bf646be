"""What can be said of a roster without assuming anything of those who did not answer.

Bounds hold exactly the values that some answers of the silent would give (Manski's worst case). They are no
confidence interval: everyone on the roster was asked, so nothing is sampled. They are as wide as the silent
are many; bounds of a change or a gap nearly always include 0, which says what the survey can carry by itself,
not that nothing happened.

The roster is here everyone asked less the sheets returned without an opinion. The silent may hold one or
not; the bounds reach furthest if all of them do. (The base of `entydig.statistics.shares.opinion_base` takes
them to hold one as often as the others, which is an assumption.) Groups read together are one roster: add
their counts.

References
----------
Manski (1989), Anatomy of the selection problem, doi:10.2307/145818.
Manski (2003), Partial identification of probability distributions, doi:10.1007/b97478.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

__all__ = [
    "Answered",
    "Bounds",
    "Counts",
    "change",
    "combined",
    "gap",
    "median",
    "share",
]


class Answered(NamedTuple):
    """One group in one wave: the sum of its answers, how many answered, its roster.

    Parameters
    ----------
    total
        Positive answers; or the sum of an index in [0, 1].
    answers
        Answers with an opinion.
    roster
        People who may hold an opinion: everyone asked less the sheets returned without one.
    """

    total: float
    answers: int
    roster: int

    @property
    def silent(self) -> float:
        """Share of the roster that did not answer."""
        return (self.roster - self.answers) / self.roster

    def check(self) -> None:
        """Raise if the counts cannot be.

        Raises
        ------
        ValueError
            They are not 0 <= total <= answers <= roster.
        """
        if not 0 <= self.total <= self.answers <= self.roster:
            raise ValueError(f"expected 0 <= total <= answers <= roster, found {tuple(self)}")


# As a caller may write it.
Counts = tuple[float, int, int]


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Lowest and highest value that the roster can have.

    Parameters
    ----------
    low, high
        Both are reached by some answers of the silent, and (but for a median) everything between them up to
        single persons.
    n, N
        Answers and people on the rosters, summed over groups and waves.
    unit
        ``share`` in [0, 1], ``points`` (a difference of shares on that scale) or ``level`` (a level's code).
    reason
        Stable key: why there are none. Given exactly then.

    Raises
    ------
    ValueError
        The ends are out of order; or an end is NaN without a reason, or the reverse.
    """

    low: float
    high: float
    n: int
    N: int
    unit: Literal["share", "points", "level"]
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("the ends of bounds must be in order")
        if (self.reason is None) == (math.isnan(self.low) or math.isnan(self.high)):
            raise ValueError("a reason is given exactly when there are no bounds")

    def includes(self, value: float) -> bool:
        """Return whether the roster can have this value; False where there are no bounds."""
        return self.low <= value <= self.high


def share(total: float, answers: int, roster: int) -> Bounds:
    """Return the bounds of a roster's share (or mean index): all the silent negative, or all positive.

    ``total / roster`` to ``(total + roster - answers) / roster``.

    Parameters
    ----------
    total, answers, roster
        As in `Answered`.

    Returns
    -------
    Bounds
        Unit ``share``; for an empty roster without bounds, ``empty roster``.

    Raises
    ------
    ValueError
        The counts are not 0 <= total <= answers <= roster.

    Examples
    --------
    Of 10 people 6 answered, 3 of them positively: at least 3 are positive, at most 3 + 4.

    >>> found = share(3, 6, 10)
    >>> found.low, found.high
    (0.3, 0.7)
    """
    Answered(total, answers, roster).check()
    if roster == 0:
        return Bounds(low=math.nan, high=math.nan, n=0, N=0, unit="share", reason="empty roster")
    high = (total + roster - answers) / roster
    return Bounds(low=total / roster, high=high, n=answers, N=roster, unit="share")


def change(earlier: Counts, later: Counts) -> Bounds:
    """Return the bounds of the later share minus the earlier one.

    Parameters
    ----------
    earlier, later
        Total, answers and roster of each wave, as in `Answered`. People may be on both rosters: nothing is
        assumed of how a person's two answers hang together.

    Returns
    -------
    Bounds
        Unit ``points``.

    Raises
    ------
    ValueError
        As in `share`.

    Examples
    --------
    From 0.3..0.7 to 0.5..0.8 the change lies between 0.5 - 0.7 and 0.8 - 0.3.

    >>> found = change((3, 6, 10), (5, 7, 10))
    >>> round(found.low, 3), round(found.high, 3)
    (-0.2, 0.5)
    """
    return combined([(1.0, share(*later)), (-1.0, share(*earlier))])


def gap(first: Counts, second: Counts) -> Bounds:
    """Return the bounds of the first group's share minus the second's.

    Parameters
    ----------
    first, second
        Total, answers and roster of each group, as in `Answered`.

    Returns
    -------
    Bounds
        Unit ``points``.

    Raises
    ------
    ValueError
        As in `share`.
    """
    return combined([(1.0, share(*first)), (-1.0, share(*second))])


def combined(parts: Sequence[tuple[float, Bounds]]) -> Bounds:
    """Return the bounds of a weighted sum of parts that share no answers.

    A change of a gap is ``combined([(1, change(...)), (-1, change(...))])``; a change of groups at fixed
    weights ``combined([(0.8, change(...)), (0.2, change(...))])``.

    Parameters
    ----------
    parts
        Weight and bounds of each part; at least one. Weights may be negative.

    Returns
    -------
    Bounds
        Unit ``points``; without bounds where a part has none, for its reason.

    Raises
    ------
    ValueError
        There are no parts, or one is a level, which cannot be added.
    """
    if not parts or any(bounds.unit == "level" for _, bounds in parts):
        raise ValueError("only shares and points, at least one, can be combined")
    ends = [sorted((weight * bounds.low, weight * bounds.high)) for weight, bounds in parts]
    return Bounds(
        low=math.fsum(low for low, _ in ends),
        high=math.fsum(high for _, high in ends),
        n=sum(bounds.n for _, bounds in parts),
        N=sum(bounds.N for _, bounds in parts),
        unit="points",
        reason=next((bounds.reason for _, bounds in parts if bounds.reason), None),
    )


def median(counts: Mapping[int, int], roster: int) -> Bounds:
    """Return the bounds of a roster's median level: all the silent at the lowest level, or at the highest.

    Parameters
    ----------
    counts
        Answers at each level of the scale, from the lowest to the highest, levels nobody chose included.
    roster
        People who may hold an opinion, as in `Answered`.

    Returns
    -------
    Bounds
        Unit ``level``. With an even roster whose middle two people differ, the lower one counts for `low`
        and the higher for `high`. For an empty roster without bounds, ``empty roster``.

    Raises
    ------
    ValueError
        There are no levels, a count is negative, or more people answered than are on the roster.

    Examples
    --------
    Nine people, six of whom answered 2, 3, 3, 4, 4, 4: the fifth is at level 3 if the others are at 1, and
    at 4 if they are at 5.

    >>> found = median({1: 0, 2: 1, 3: 2, 4: 3, 5: 0}, 9)
    >>> found.low, found.high
    (3, 4)
    """
    answers = sum(counts.values())
    if not counts or min(counts.values()) < 0 or answers > roster:
        raise ValueError(f"expected levels with counts of 0 or more and at most {roster} answers in all")
    if roster == 0:
        return Bounds(low=math.nan, high=math.nan, n=0, N=0, unit="level", reason="empty roster")
    levels, silent = list(counts), roster - answers
    low = _level_of((roster + 1) // 2, _with(counts, levels[0], silent))
    high = _level_of(roster // 2 + 1, _with(counts, levels[-1], silent))
    return Bounds(low=low, high=high, n=answers, N=roster, unit="level")


def _with(counts: Mapping[int, int], level: int, more: int) -> dict[int, int]:
    """Return the counts with more people at one level."""
    return {**counts, level: counts[level] + more}


def _level_of(place: int, counts: Mapping[int, int]) -> int:
    """Return the level of the person at this place, counted from 1 at the lowest level."""
    for level, count in counts.items():
        place -= count
        if place <= 0:
            return level
    raise ValueError("fewer people than places")
