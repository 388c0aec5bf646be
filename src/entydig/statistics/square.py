"""Square tables of the same people on two occasions (or two items): did the margins or the moves change.

Only people who moved tell anything. Let n_ij people answer i first and j second, d_i = n_i. - n_.i, and V the
matrix with n_i. + n_.i - 2 n_ii on its diagonal and -(n_ij + n_ji) beside it::

    Stuart-Maxwell = d' V^- d                   Bhapkar = d' (V - d d' / n)^- d = SM / (1 - SM / n)
    Bowker = sum over pairs i < j in use of (n_ij - n_ji)^2 / (n_ij + n_ji)

Levels that nobody used on either occasion are dropped and named. Where nobody moves between two blocks of
levels (a level used only by people who stayed there is a block of its own), V is singular; the blocks are
then tested together, and the degrees of freedom are levels in use minus blocks. Bowker's are the pairs of
levels between which somebody moved. All are chi-square tests of independent people.

References
----------
Stuart (1955), A test for homogeneity of the marginal distributions, doi:10.1093/biomet/42.3-4.412.
Bhapkar (1966), A note on the equivalence of two test criteria, doi:10.1080/01621459.1966.10502021.
Bowker (1948), A test for symmetry in contingency tables, doi:10.1080/01621459.1948.10483284.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special
from scipy.sparse import csgraph
from statsmodels.stats.contingency_tables import SquareTable

from entydig.statistics.cells import Floats

__all__ = ["SquareTest", "bhapkar", "bowker", "stuart_maxwell", "table"]

# Under ten people who moved a chi-square p is no guide; there is the exact sign test.
FEWEST_MOVED = 10


@dataclass(frozen=True, kw_only=True)
class SquareTest:
    """A chi-square test of a square table.

    Parameters
    ----------
    statistic, df, p
        NaN, 0 and NaN where there is no test.
    n, moved
        People, and those of them whose two answers differ.
    method
        ``stuart-maxwell``, ``bhapkar`` or ``bowker``.
    dropped
        Levels nobody used on either occasion, in their order.
    warnings
        ``empty levels`` (some were dropped), ``separate blocks`` (fewer degrees of freedom than levels in
        use minus one), ``empty pairs`` (Bowker: fewer than pairs of levels in use), ``few moved`` (fewer
        than ten people).
    reason
        ``no answers``, ``nobody moved`` or ``no variation``, given exactly when p is NaN.
    """

    statistic: float
    df: int
    p: float
    n: int
    moved: int
    method: str
    dropped: tuple[object, ...] = ()
    warnings: tuple[str, ...] = ()
    reason: str | None = None


def table(paired: pd.DataFrame, first: str, second: str, levels: Sequence[int]) -> pd.DataFrame:
    """Return how many people gave each pair of answers.

    Parameters
    ----------
    paired
        A row per person with the two columns; rows without both are left out.
    first, second
        Columns whose levels become rows and columns of the table.
    levels
        All levels of the scale in their order, without repeats.

    Returns
    -------
    DataFrame
        Counts, levels by levels, empty ones included.

    Raises
    ------
    ValueError
        An answer is not one of the levels, or a level is repeated.

    Examples
    --------
    >>> waves = pd.DataFrame({"earlier": [1, 1, 3], "later": [1, 3, 3]})
    >>> table(waves, "earlier", "later", [1, 2, 3]).to_numpy().tolist()
    [[1, 0, 1], [0, 0, 0], [0, 0, 1]]
    """
    if len(set(levels)) < len(levels):
        raise ValueError("a level is repeated")
    both = paired[paired[first].notna() & paired[second].notna()]
    if not (both[first].isin(levels) & both[second].isin(levels)).all():
        raise ValueError("some answers are not levels of the scale")
    counts = pd.crosstab(both[first], both[second])
    return counts.reindex(index=list(levels), columns=list(levels), fill_value=0)


def stuart_maxwell(counts: pd.DataFrame) -> SquareTest:
    """Return the Stuart-Maxwell test of whether both occasions have the same distribution.

    Parameters
    ----------
    counts
        People by level on the first occasion (rows) and on the second (columns), as `table` gives.

    Returns
    -------
    SquareTest

    Raises
    ------
    ValueError
        The table is not square, or a count is negative or no whole number.

    Notes
    -----
    Agrees with R's ``coin::mh_test`` (1.4-2) to ten digits; with blocks, with the generalised inverse.

    Examples
    --------
    >>> found = stuart_maxwell(pd.DataFrame([[20, 10, 5], [3, 30, 15], [0, 5, 40]]))
    >>> round(found.statistic, 4), found.df, round(found.p, 5)
    (13.7647, 2, 0.00103)
    """
    used, dropped = _in_use(counts)
    blocks = _blocks(used)
    df = len(used) - len(blocks)
    statistic = _homogeneity(used, blocks)
    return _test("stuart-maxwell", statistic, df, used, dropped, _told(blocks))


def bhapkar(counts: pd.DataFrame) -> SquareTest:
    """Return Bhapkar's test of whether both occasions have the same distribution.

    It takes the variance as it is, not as under the null hypothesis, so its statistic is the larger.

    Parameters
    ----------
    counts
        As in `stuart_maxwell`.

    Returns
    -------
    SquareTest
        Without p also where that variance is 0 in the direction of change (everyone moved alike): ``no
        variation``.

    Raises
    ------
    ValueError
        As in `stuart_maxwell`.

    Notes
    -----
    Agrees with the quadratic form solved in R to ten digits.

    Examples
    --------
    >>> found = bhapkar(pd.DataFrame([[20, 10, 5], [3, 30, 15], [0, 5, 40]]))
    >>> round(found.statistic, 4), found.df
    (15.4233, 2)
    """
    used, dropped = _in_use(counts)
    blocks = _blocks(used)
    under_null = _homogeneity(used, blocks)
    left = 1 - under_null / float(used.sum()) if used.sum() else 1.0
    # What rounding leaves of zero: the statistic is at most n.
    statistic = under_null / left if left > 1e-12 else math.inf
    return _test("bhapkar", statistic, len(used) - len(blocks), used, dropped, _told(blocks))


def bowker(counts: pd.DataFrame) -> SquareTest:
    """Return Bowker's test of whether as many people moved from each level to another as back.

    Parameters
    ----------
    counts
        As in `stuart_maxwell`.

    Returns
    -------
    SquareTest

    Raises
    ------
    ValueError
        As in `stuart_maxwell`.

    Notes
    -----
    Agrees with R's ``mcnemar.test`` to 12 digits where somebody moved between each pair of levels; where not,
    R returns NaN and statsmodels counts the empty pairs as degrees of freedom.

    Examples
    --------
    >>> found = bowker(pd.DataFrame([[20, 10, 5], [3, 30, 15], [0, 5, 40]]))
    >>> round(found.statistic, 4), found.df
    (13.7692, 3)
    """
    used, dropped = _in_use(counts)
    both_ways = (used + used.T)[np.triu_indices(len(used), 1)]
    df = int(np.count_nonzero(both_ways))
    statistic = float(SquareTable(used, shift_zeros=False).symmetry().statistic) if df else 0.0
    return _test("bowker", statistic, df, used, dropped, ("empty pairs",) if df < both_ways.size else ())


def _in_use(counts: pd.DataFrame) -> tuple[Floats, tuple[object, ...]]:
    """Return the counts of the levels in use, and the levels left out."""
    cells = counts.to_numpy(dtype=np.float64)
    if cells.shape[0] != cells.shape[1]:
        raise ValueError("a table of two occasions has the same levels on both: it is square")
    if not ((cells >= 0) & (cells == np.floor(cells)) & np.isfinite(cells)).all():
        raise ValueError("a table counts people: whole numbers, none negative")
    kept = (cells.sum(axis=0) + cells.sum(axis=1)) > 0
    return cells[np.ix_(kept, kept)], tuple(counts.index[~kept].tolist())


def _blocks(used: Floats) -> list[list[int]]:
    """Return the sets of levels between which people moved, directly or over others."""
    if not len(used):
        return []
    moves = used * (1 - np.eye(len(used)))
    number, label = csgraph.connected_components(moves, directed=False)
    return [np.flatnonzero(label == block).tolist() for block in range(number)]


def _homogeneity(used: Floats, blocks: list[list[int]]) -> float:
    """Return the Stuart-Maxwell statistic: V is block diagonal, so that of each block adds up."""
    tested = [
        SquareTable(used[np.ix_(block, block)], shift_zeros=False) for block in blocks if len(block) > 1
    ]
    return float(sum(each.homogeneity("stuart_maxwell").statistic for each in tested))


def _told(blocks: list[list[int]]) -> tuple[str, ...]:
    return ("separate blocks",) if len(blocks) > 1 else ()


def _test(
    method: str,
    statistic: float,
    df: int,
    used: Floats,
    dropped: tuple[object, ...],
    told: tuple[str, ...],
) -> SquareTest:
    n, moved = int(used.sum()), int(used.sum() - np.trace(used))
    reason = None
    if not moved:
        reason = "nobody moved" if n else "no answers"
    elif math.isinf(statistic):
        reason = "no variation"
    few = ("few moved",) if 0 < moved < FEWEST_MOVED else ()
    return SquareTest(
        statistic=math.nan if reason else statistic,
        df=0 if reason else df,
        p=math.nan if reason else float(special.chdtrc(df, statistic)),
        n=n,
        moved=moved,
        method=method,
        dropped=dropped,
        warnings=(*(("empty levels",) if dropped else ()), *told, *few),
        reason=reason,
    )
