"""The same people twice: two items, or two waves, as a difference, a net change or an exact test.

A frame of pairs has a row per person and a column for each of the two answers, as `pairs` gives for two waves
and the answer sheets themselves give for two items. People with only one of the two answers are left out.

References
----------
Fagerland, Lydersen and Laake (2013), The McNemar test for binary matched-pairs data,
doi:10.1186/1471-2288-13-91.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from entydig.statistics import linear
from entydig.statistics.cells import Floats
from entydig.statistics.estimate import Alternative, Estimate

__all__ = [
    "Sides",
    "SignTest",
    "clusters_ignored",
    "difference",
    "exact_p",
    "net_change",
    "pairs",
    "sign_test",
]

Sides = Literal["two-sided", "greater", "less"]


@dataclass(frozen=True, kw_only=True)
class SignTest:
    """An exact test of whether people answer the one more often higher than the other.

    Parameters
    ----------
    up, down, ties
        People whose first answer is higher than, lower than, equal to their second.
    p
        Exact or mid-p; NaN without people.
    alternative
        ``greater`` (more up than down), ``less`` or ``two-sided``.
    method
        ``sign-exact`` or ``sign-mid-p``; for answers of two levels both are McNemar's test.
    warnings
        ``all ties`` (nobody differs: p is 1), ``clusters ignored`` (several people of one cluster).
    reason
        ``no answers``, given exactly when p is NaN.
    """

    up: int
    down: int
    ties: int
    p: float
    alternative: Sides
    method: str
    warnings: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def n(self) -> int:
        """People with both answers."""
        return self.up + self.down + self.ties


def pairs(answers: pd.DataFrame, waves: tuple[int, int]) -> pd.DataFrame:
    """Return both answers of each person who is known to have answered in both waves.

    Parameters
    ----------
    answers
        A row per answer: `value`, `wave`, `panel` (the same key in all waves for a person known to be the
        same, else missing; absent where nobody is known) and, where there are clusters, `cluster`.
    waves
        Earlier and later wave.

    Returns
    -------
    DataFrame
        A row per person, indexed by panel: `earlier`, `later` and, where given, `cluster`. Whoever moved
        counts in the cluster of the earlier wave.

    Raises
    ------
    ValueError
        A panel key stands twice in one wave.

    Examples
    --------
    >>> answers = pd.DataFrame(
    ...     {"value": [2, 4, 5, 3], "wave": [1, 1, 2, 2], "panel": ["p", None, "p", None]}
    ... )
    >>> pairs(answers, (1, 2)).to_dict("records")
    [{'earlier': 2, 'later': 5}]
    """
    known = answers[answers["panel"].notna()] if "panel" in answers else answers.iloc[:0].assign(panel=None)
    earlier, later = (known[known["wave"] == wave].set_index("panel") for wave in waves)
    if not (earlier.index.is_unique and later.index.is_unique):
        raise ValueError("a panel key stands twice in one wave")
    kept = [column for column in ("value", "cluster") if column in earlier]
    first = earlier[kept].rename(columns={"value": "earlier"})
    return first.join(later["value"].rename("later"), how="inner")[["earlier", "later", *kept[1:]]]


def difference(
    paired: pd.DataFrame,
    first: str,
    second: str,
    *,
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
) -> Estimate:
    """Return the mean of the first answer minus the second, within people, in points.

    Parameters
    ----------
    paired
        A row per person: the two columns, 0/1 or an index in [0, 1], and `cluster` (absent or all missing
        where people are independent).
    first, second
        Columns; the later wave first for a change.
    confidence
        Of the two-sided interval, in (0, 1).
    null, alternative
        Of the one-sided test, in points on the 0..1 scale.

    Returns
    -------
    Estimate
        That of `entydig.statistics.linear.mean` for the differences (CR2): unit ``points``, population
        ``process``. `n` counts people.

    Raises
    ------
    ValueError
        A value lies outside [0, 1], or a cluster is missing for some only.

    Notes
    -----
    Agrees with R's clubSandwich 0.5.8 to ten digits and, without clusters, with ``t.test(paired = TRUE)``.

    Examples
    --------
    >>> found = difference(pd.DataFrame({"a": [1, 1, 1, 0], "b": [0, 1, 0, 0]}), "a", "b")
    >>> found.value, round(found.se, 4)
    (0.5, 0.2887)
    """
    both = _complete(paired, first, second)
    if not (both[first].between(0, 1) & both[second].between(0, 1)).all():
        raise ValueError("answers to be subtracted must lie in [0, 1]")
    differences = both.assign(value=both[first].astype(float) - both[second].astype(float))
    return linear.mean(differences, confidence=confidence, null=null, alternative=alternative)


def net_change(
    paired: pd.DataFrame,
    first: str,
    second: str,
    *,
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
) -> Estimate:
    """Return the share of people whose first answer is higher minus the share whose first is lower.

    Parameters
    ----------
    paired, first, second
        As in `difference`, but with ordered codes of any number of levels.
    confidence, null, alternative
        As in `difference`.

    Returns
    -------
    Estimate
        As in `difference`. It is not the change of a mean: only the direction of each person counts.

    Raises
    ------
    ValueError
        A cluster is missing for some only.

    Examples
    --------
    >>> waves = pd.DataFrame({"earlier": [1, 2, 3, 4, 5], "later": [2, 5, 3, 5, 4]})
    >>> net_change(waves, "later", "earlier").value
    0.4
    """
    both = _complete(paired, first, second)
    signs = both.assign(value=np.sign(both[first].astype(float) - both[second].astype(float)))
    return linear.mean(signs, confidence=confidence, null=null, alternative=alternative)


def sign_test(
    paired: pd.DataFrame,
    first: str,
    second: str,
    *,
    alternative: Sides = "greater",
    mid_p: bool = False,
) -> SignTest:
    """Return the exact sign test of first against second; for 0/1 answers McNemar's exact test.

    People are taken as independent, whatever their clusters: beside a clustered estimate, not in its place.

    Parameters
    ----------
    paired, first, second
        As in `net_change`.
    alternative
        ``greater`` (the first is more often higher), ``less`` or ``two-sided``.
    mid_p
        Whether to count half the chance of what was seen; less careful than the exact test, which keeps its
        error whatever the truth.

    Returns
    -------
    SignTest

    Notes
    -----
    Agrees with R's ``binom.test(up, up + down)`` to 12 digits.

    Examples
    --------
    >>> waves = pd.DataFrame({"earlier": [1, 2, 3, 4, 5], "later": [2, 5, 3, 5, 4]})
    >>> found = sign_test(waves, "later", "earlier")
    >>> found.up, found.down, found.ties, found.p
    (3, 1, 1, 0.3125)
    """
    both = _complete(paired, first, second)
    up, down = int((both[first] > both[second]).sum()), int((both[first] < both[second]).sum())
    warnings = (*(("all ties",) if len(both) and up + down == 0 else ()), *clusters_ignored(both))
    return SignTest(
        up=up,
        down=down,
        ties=len(both) - up - down,
        p=float(exact_p(up, down, alternative=alternative, mid_p=mid_p)) if len(both) else math.nan,
        alternative=alternative,
        method="sign-mid-p" if mid_p else "sign-exact",
        warnings=warnings,
        reason=None if len(both) else "no answers",
    )


def exact_p(
    up: npt.ArrayLike, down: npt.ArrayLike, *, alternative: Sides = "two-sided", mid_p: bool = False
) -> Floats:
    """Return p of the exact sign test (McNemar's for 0/1 answers) for each pair of counts.

    Given that up + down people differ, up is binomial with one half. The two-sided p doubles the smaller
    tail, at most 1. Mid-p takes half the chance of the observed count off a tail; where up equals down, the
    two-sided mid-p is 1 less half that chance, as published. If nobody differs, p is 1.

    Parameters
    ----------
    up, down
        Counts of any shape, at least 0.
    alternative, mid_p
        As in `sign_test`.

    Returns
    -------
    ndarray
        Of the counts' common shape.

    Raises
    ------
    ValueError
        A count is negative.

    Examples
    --------
    >>> exact_p([7, 4], [1, 4]).tolist(), round(float(exact_p(7, 1, mid_p=True)), 7)
    ([0.0703125, 1.0], 0.0390625)
    """
    more, fewer = np.asarray(up), np.asarray(down)
    if (more < 0).any() or (fewer < 0).any():
        raise ValueError("counts of people are not negative")
    differing = more + fewer
    seen = stats.binom.pmf(more, differing, 0.5) / 2 if mid_p else np.zeros(differing.shape)
    upper = stats.binom.sf(more - 1, differing, 0.5) - seen
    lower = stats.binom.cdf(more, differing, 0.5) - seen
    doubled = np.where(more == fewer, 1 - seen, np.minimum(2 * np.minimum(upper, lower), 1))
    p = {"greater": upper, "less": lower, "two-sided": doubled}[alternative]
    return np.asarray(np.where(differing == 0, 1.0, p), dtype=np.float64)


def clusters_ignored(answers: pd.DataFrame) -> tuple[str, ...]:
    """Return the warning that a test takes people of one cluster as independent, where it does.

    Parameters
    ----------
    answers
        The rows a test uses. Only `cluster` and `wave` are read, either may be absent.

    Returns
    -------
    tuple of str
        ``clusters ignored`` if two rows of a wave share a cluster, else empty.
    """
    if "cluster" not in answers:
        return ()
    clustered = answers[answers["cluster"].notna()]
    place = ["cluster", "wave"] if "wave" in answers else ["cluster"]
    return ("clusters ignored",) if clustered.duplicated(place).any() else ()


def _complete(paired: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    return paired[paired[first].notna() & paired[second].notna()]
