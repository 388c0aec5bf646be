"""How different from those who answered the silent would have to be for a finding to be lost.

A tipping point turns worst-case bounds (`entydig.statistics.bounds`) round: it names the answers of the silent
that bring the roster just to the threshold, and leaves it to the reader whether they are likely. It speaks of
the figure, not of its test, and assumes nothing. Rosters are counted as there.

References
----------
Manski (2003), Partial identification of probability distributions, doi:10.1007/b97478.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from entydig.statistics.bounds import Answered, Counts

__all__ = ["Tipping", "change", "gap", "share"]

# Shares computed from counts may miss 0 or 1 by rounding.
ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True)
class Tipping:
    """How different the silent would have to be for a finding to be lost.

    Parameters
    ----------
    found
        The share, change or gap among those who answered.
    difference
        Share among the silent less the share among those who answered, in points (0.10 is ten percentage
        points), at which the roster is exactly at the threshold. NaN where no possible answers of the
        silent get there.
    silent
        Share among the silent at which that is so, for each group or wave whose silent differ.
    n, N
        Answers and people on the rosters, summed.
    reason
        Stable key, given exactly where `difference` is NaN: ``out of reach`` (the finding stands, or fails,
        whatever the silent think), ``everyone answered``, ``no answers``, ``equal response`` (the silent
        differ alike on both sides, and are as many: it cancels out).
    """

    found: float
    difference: float
    silent: tuple[float, ...]
    n: int
    N: int
    reason: str | None = None

    def __post_init__(self) -> None:
        if (self.reason is None) == math.isnan(self.difference):
            raise ValueError("a reason is given exactly when there is no tipping point")


def share(counts: Counts, threshold: float) -> Tipping:
    """Return how different the silent would have to be for a roster's share to be at a threshold.

    With r the silent part of the roster, ``difference = (threshold - found) / r``.

    Parameters
    ----------
    counts
        Total, answers and roster, as in `Answered`.
    threshold
        Share in [0, 1] that the claim has to pass.

    Returns
    -------
    Tipping
        `silent` holds one share.

    Raises
    ------
    ValueError
        As in `share`; or the threshold is outside [0, 1].

    Examples
    --------
    Of 100 people 60 answered, 42 of them (70 %) positively. Half of the roster is 50 people, so 8 of the 40
    others (20 %): 50 points less.

    >>> found = share((42, 60, 100), 0.5)
    >>> round(found.difference, 3), round(found.silent[0], 3)
    (-0.5, 0.2)
    """
    if not 0 <= threshold <= 1:
        raise ValueError("the threshold of a share must lie in [0, 1]")
    return _tipping([(1.0, Answered(*counts), True)], threshold)


def change(
    earlier: Counts,
    later: Counts,
    *,
    silent: Literal["earlier", "later", "both"] = "later",
    threshold: float = 0.0,
) -> Tipping:
    """Return how different the silent would have to be for a change to be at a threshold.

    With r the silent part of a roster, the contrast of the answers plus ``difference`` times r of the later
    wave (or minus r of the earlier, or both) is the threshold.

    Parameters
    ----------
    earlier, later
        Total, answers and roster of each wave, as in `Answered`.
    silent
        The wave whose silent differ by this from its others, while in the other wave they do not; ``both``:
        by the same in either wave.
    threshold
        Change that the claim has to pass, in points on the 0..1 scale.

    Returns
    -------
    Tipping

    Raises
    ------
    ValueError
        As in `share`.

    Examples
    --------
    From 50 % to 60 % of those who answered; in the later wave a quarter did not. There the silent would have
    to be 10 / 0.25 = 40 points less positive.

    >>> found = change((40, 80, 100), (45, 75, 100))
    >>> round(found.difference, 3), round(found.silent[0], 3)
    (-0.4, 0.2)
    """
    parts = [
        (1.0, Answered(*later), silent in ("later", "both")),
        (-1.0, Answered(*earlier), silent in ("earlier", "both")),
    ]
    return _tipping(parts, threshold)


def gap(
    first: Counts,
    second: Counts,
    *,
    silent: Literal["first", "second", "both"] = "first",
    threshold: float = 0.0,
) -> Tipping:
    """Return how different the silent would have to be for a gap to be at a threshold.

    Parameters
    ----------
    first, second
        Total, answers and roster of each group, as in `Answered`; the gap is the first's share minus the
        second's.
    silent
        The group whose silent differ, as in `change`.
    threshold
        Gap that the claim has to pass, in points on the 0..1 scale.

    Returns
    -------
    Tipping

    Raises
    ------
    ValueError
        As in `share`.
    """
    parts = [
        (1.0, Answered(*first), silent in ("first", "both")),
        (-1.0, Answered(*second), silent in ("second", "both")),
    ]
    return _tipping(parts, threshold)


def _tipping(parts: Sequence[tuple[float, Answered, bool]], threshold: float) -> Tipping:
    for _, counts, _ in parts:
        counts.check()
    n, N = (
        sum(column) for column in zip(*((each.answers, each.roster) for _, each, _ in parts), strict=True)
    )
    if not all(each.answers for _, each, _ in parts):
        return Tipping(found=math.nan, difference=math.nan, silent=(), n=n, N=N, reason="no answers")
    found = sum(sign * each.total / each.answers for sign, each, _ in parts)
    differing = [(sign, each) for sign, each, differs in parts if differs]
    lever = sum(sign * each.silent for sign, each in differing)
    if abs(lever) < ROUNDING:
        reason = "equal response" if any(each.silent for _, each in differing) else "everyone answered"
        return Tipping(found=found, difference=math.nan, silent=(), n=n, N=N, reason=reason)
    difference = (threshold - found) / lever
    # A wave without silent people is no obstacle: nobody there has to have an impossible share.
    shares = [each.total / each.answers + difference for _, each in differing if each.silent]
    if min(shares) < -ROUNDING or max(shares) > 1 + ROUNDING:
        return Tipping(found=found, difference=math.nan, silent=(), n=n, N=N, reason="out of reach")
    kept = tuple(min(max(each, 0.0), 1.0) for each in shares)
    return Tipping(found=found, difference=difference, silent=kept, n=n, N=N)
