"""Exact tests by exchanging what was independent: labels of whole clusters, or the waves inside clusters.

`gap` permutes a label that belongs to the cluster (it has some feature or not): every assignment with as
many clusters of each label. `change` and `gap_change` exchange the two waves of a cluster, all its answers
together: every choice of clusters. The null hypothesis is that the exchanged parts have the same
distribution, also in how many people answered; where waves differ much in response the swap is only
approximate. Nothing is assumed about the dependence inside clusters.

All assignments are counted up to a million (labels) or twelve clusters (swaps); else p is (b + 1) / (B + 1)
for b of B random ones. With T the contrast of means in an assignment and t the observed one::

    greater: share of T >= t        less: share of T <= t        two-sided: share of |T| >= |t|

Two-sided as coin does; `scipy.stats.permutation_test` doubles the smaller tail instead. Assignments that
leave a cell without answers are not counted: had they been observed, there would have been no test.

Several items share each assignment. Each item's T is divided by its root mean square over the assignments;
the adjusted p of an item compares its t with the largest T of all items (single-step max-T), and the
smallest adjusted p tests that no item differs. The items may also be one item under several specifications.

References
----------
Westfall and Young (1993), Resampling-based multiple testing, Wiley.
Strasser and Weber (1999), On the asymptotic theory of permutation statistics, Mathematical Methods of
Statistics 8, 220-250.
Phipson and Smyth (2010), Permutation p-values should never be zero, doi:10.2202/1544-6115.1585.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from entydig.statistics.cells import Cell, Floats, cells_of, one_wave
from entydig.statistics.draws import TIE, are_few, label_blocks, sign_blocks
from entydig.statistics.estimate import Alternative
from entydig.statistics.linear import ROUNDING, change_contrast, gap_change_contrast, gap_contrast

__all__ = ["ItemTest", "JointTest", "Per", "change", "gap", "gap_change"]

Per = Literal["person", "cluster"]

# Assignments of labels up to which all are counted, and the largest table of statistics kept for it.
MOST_ASSIGNMENTS = 1_000_000
LARGEST_TABLE = 2**25


@dataclass(frozen=True, kw_only=True)
class ItemTest:
    """One item's contrast and its place among all that the exchange could have given.

    Parameters
    ----------
    value
        Observed contrast of means, in units of the answers. NaN with a `reason`, and so is each p.
    p
        One-sided, towards the alternative asked for.
    p_two_sided
        Share of assignments whose absolute contrast is at least the observed one.
    adjusted, adjusted_two_sided
        The same by single-step max-T over all items, which holds the error of the family.
    n
        Answers used.
    reason
        Why there is no test: ``no answers`` (in a cell), ``too few clusters`` (fewer than two) or ``no
        clusters`` (in which to swap waves).
    warnings
        ``all alike``: every assignment gives the same, so p is 1.
    """

    value: float
    p: float
    p_two_sided: float
    adjusted: float
    adjusted_two_sided: float
    n: int
    reason: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class JointTest:
    """All items tested together.

    Parameters
    ----------
    p, p_two_sided
        Of no difference in any item: the smallest adjusted ones; with one item its own. NaN where no item
        has a test.
    items
        Each item's test, in the order asked for.
    alternative
        ``greater`` or ``less``.
    clusters
        Clusters exchanged; None where people are independent.
    draws
        Assignments counted, the observed one among them; 0 without a test.
    enumerated
        Whether these are all, so that p is without chance.
    method
        ``label permutation`` or ``wave swap``.
    """

    p: float
    p_two_sided: float
    items: tuple[ItemTest, ...]
    alternative: Alternative
    clusters: int | None
    draws: int
    enumerated: bool
    method: str


def gap(
    answers: pd.DataFrame,
    groups: tuple[str, str],
    *,
    rng: np.random.Generator,
    items: Sequence[str] = ("value",),
    per: Per = "person",
    draws: int = 9999,
    alternative: Alternative = "greater",
) -> JointTest:
    """Return the test of the first group's mean minus the second's, where whole clusters have the labels.

    Parameters
    ----------
    answers
        A row per person of one wave: a column per item (any scale; missing where not answered), `group`, and
        `cluster` (absent or all missing where people are independent: then they are permuted). Rows of other
        groups are not used.
    groups
        First and second group.
    rng
        Source of random assignments; not read where all are counted.
    items
        Columns of the items, at least one.
    per
        ``person``: each answer counts the same; ``cluster``: each cluster's mean does.
    draws
        Random assignments, at least 99; not used where all are counted.
    alternative
        ``greater`` or ``less``, for all items.

    Returns
    -------
    JointTest
        Method ``label permutation``. Items without a test count in nothing.

    Raises
    ------
    ValueError
        A cluster has answers in both groups, so that its label cannot be permuted; a cluster is missing for
        some answers only; a value is infinite; there are several waves or no item; `draws` is below 99.

    Notes
    -----
    On cluster means one item agrees with coin 1.4-2, ``oneway_test(distribution = "exact")``, and the
    divided contrasts of several are the standardised statistics of its ``independence_test``, to ten digits.

    Examples
    --------
    Of the six ways to label two of four clusters, one gives as large a difference.

    >>> answers = pd.DataFrame({"value": [1, 1, 1, 0, 0, 0], "group": list("aaabbb")})
    >>> answers["cluster"] = list("ppqrss")
    >>> found = gap(answers, ("a", "b"), rng=np.random.default_rng(1))
    >>> found.items[0].value, found.draws, round(found.p, 4), round(found.p_two_sided, 4)
    (1.0, 6, 0.1667, 0.3333)
    """
    one_wave(answers)
    table = _table(answers, gap_contrast(groups), items, per)
    held = np.asarray(table.counts.any(axis=2))
    if held.all(axis=1).any():
        raise ValueError("a cluster has answers in both groups: its label cannot be permuted")
    observed = held[:, 0].astype(np.float64)
    assignments = math.comb(len(held), int(observed.sum()))
    enumerated = assignments <= min(MOST_ASSIGNMENTS, LARGEST_TABLE // len(items))
    blocks = label_blocks(observed, draws, rng, enumerated=enumerated)
    return _tested(table, _relabelled(table, observed), blocks, alternative, enumerated, "label permutation")


def change(
    answers: pd.DataFrame,
    waves: tuple[int, int],
    *,
    rng: np.random.Generator,
    items: Sequence[str] = ("value",),
    weights: Mapping[str, float] | None = None,
    per: Per = "person",
    draws: int = 9999,
    alternative: Alternative = "greater",
) -> JointTest:
    """Return the test of the later wave's mean minus the earlier one's, with waves swapped inside clusters.

    Parameters
    ----------
    answers
        As in `gap`, a row per person and wave, with `wave`. Let the person be the cluster where people come
        back and there is no other; for independent people in each wave use `gap` with the wave as the group.
    waves
        Earlier and later wave.
    weights
        As in `entydig.statistics.linear.change`.
    rng, items, per, draws, alternative
        As in `gap`. A cluster that answered in one wave only is swapped too.

    Returns
    -------
    JointTest
        Method ``wave swap``; without a test (``no clusters``) where there are none.

    Raises
    ------
    ValueError
        As in `gap`, apart from groups and waves; or the weights are negative, infinite or all zero.

    Notes
    -----
    On cluster means, all clusters in both waves, this is Fisher's test of their differences: it agrees with
    R's exactRankTests 0.8-35, ``perm.test(paired = TRUE, exact = TRUE)``, to ten digits.
    """
    contrast = change_contrast(waves, weights)
    return _swapped(_table(answers, contrast, items, per), draws, rng, alternative)


def gap_change(
    answers: pd.DataFrame,
    groups: tuple[str, str],
    waves: tuple[int, int],
    *,
    rng: np.random.Generator,
    items: Sequence[str] = ("value",),
    per: Per = "person",
    draws: int = 9999,
    alternative: Alternative = "greater",
) -> JointTest:
    """Return the test of the gap's change (first group minus second), with waves swapped inside clusters.

    The null hypothesis is that waves are alike in both groups, which is more than a gap that does not change.

    Parameters
    ----------
    answers, waves
        As in `change`.
    groups
        First and second group.
    rng, items, per, draws, alternative
        As in `change`.

    Returns
    -------
    JointTest
        As in `change`.

    Raises
    ------
    ValueError
        As in `change`.
    """
    contrast = gap_change_contrast(groups, waves)
    return _swapped(_table(answers, contrast, items, per), draws, rng, alternative)


class _Table(NamedTuple):
    """Sums and counts of the items by unit and cell, shape (G, J, K), weights of the cells and answers used."""

    sums: Floats
    counts: Floats
    weight: Floats
    n: tuple[int, ...]
    clustered: bool


class _Exchange(NamedTuple):
    """Sums and counts by cell: base, shape (2, J, K), plus assignment @ step, shape (G, 2, J, K)."""

    base: Floats
    step: Floats
    observed: Floats


def _table(answers: pd.DataFrame, contrast: Mapping[Cell, float], items: Sequence[str], per: Per) -> _Table:
    if not items:
        raise ValueError("at least one item is needed")
    values = answers[list(items)].to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(values).any():
        raise ValueError("answers must be finite")
    answered = ~np.isnan(values).all(axis=1)
    # A row's number stands for its value, so that the items of the rows in the cells are found again.
    rows = answers.loc[answered].assign(value=np.arange(answered.sum()))
    cells = cells_of(rows, list(contrast), lowest=0, highest=len(rows))
    columns = values[answered][cells.values.astype(np.intp)].T
    sums = np.stack([cells.summed(np.nan_to_num(column)) for column in columns], axis=-1)
    counts = np.stack([cells.summed(np.isfinite(column)) for column in columns], axis=-1)
    n = tuple(int(number) for number in counts.sum(axis=(0, 1)))
    if per == "cluster":
        sums, counts = sums / np.maximum(counts, 1), (counts > 0).astype(np.float64)
    return _Table(sums, counts, np.array(list(contrast.values())), n, cells.clustered)


def _relabelled(table: _Table, observed: Floats) -> _Exchange:
    """Return the exchange that puts units with 1 into the first cell and the others into the second."""
    whole = np.stack([table.sums.sum(axis=1), table.counts.sum(axis=1)], axis=1)
    base = np.stack([np.zeros(whole.shape[1:]), whole.sum(axis=0)], axis=1)
    return _Exchange(base, np.stack([whole, -whole], axis=2), observed)


def _swapped(table: _Table, draws: int, rng: np.random.Generator, alternative: Alternative) -> JointTest:
    """Return the test that turns units with 1 round; the cells of the later wave come first."""
    both, units = np.stack([table.sums, table.counts], axis=1), len(table.sums)
    turned = np.roll(both, len(table.weight) // 2, axis=2)
    exchange = _Exchange(both.sum(axis=0), turned - both, np.zeros(units))
    blocks = ((1 - signs) / 2 for signs in sign_blocks(max(units, 1), draws, rng))
    return _tested(table, exchange, blocks, alternative, are_few(units), "wave swap")


def _contrasts(exchange: _Exchange, weight: Floats, assignments: Floats) -> Floats:
    """Return the contrast of means, shape (assignments, K); not finite where a cell has no answers."""
    drawn = exchange.base + np.tensordot(assignments, exchange.step, axes=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.einsum("djk,j->dk", drawn[:, 0] / drawn[:, 1], weight))


def _tested(
    table: _Table,
    exchange: _Exchange,
    blocks: Iterable[Floats],
    alternative: Alternative,
    enumerated: bool,
    method: str,
) -> JointTest:
    values = _contrasts(exchange, table.weight, exchange.observed[None])[0]
    reasons = [_reason(table, counts, method) for counts in table.counts.sum(axis=0).T]
    testable = np.array([reason is None for reason in reasons])
    tails, alike, drawn = np.full((4, len(values)), np.nan), np.zeros(len(values), dtype=bool), 0
    if testable.any():
        contrasts = np.concatenate(
            [_contrasts(exchange, table.weight, block)[:, testable] for block in blocks]
        )
        contrasts = contrasts[np.isfinite(contrasts).all(axis=1)]
        drawn, scale = len(contrasts), np.sqrt((contrasts**2).mean(axis=0))
        alike[testable] = scale < ROUNDING
        scale = np.where(scale < ROUNDING, np.inf, scale) * (1 if alternative == "greater" else -1)
        tails[:, testable] = _tails(contrasts / scale, values[testable] / scale)
    return JointTest(
        p=_smallest(tails[2]),
        p_two_sided=_smallest(tails[3]),
        items=tuple(
            ItemTest(
                value=math.nan if reason else float(value),
                p=float(tail[0]),
                p_two_sided=float(tail[1]),
                adjusted=float(tail[2]),
                adjusted_two_sided=float(tail[3]),
                n=n,
                reason=reason,
                warnings=("all alike",) if same else (),
            )
            for value, tail, n, reason, same in zip(values, tails.T, table.n, reasons, alike, strict=True)
        ),
        alternative=alternative,
        clusters=len(table.sums) if table.clustered else None,
        draws=drawn,
        enumerated=enumerated,
        method=method,
    )


def _reason(table: _Table, counts: Floats, method: str) -> str | None:
    if not counts.all():
        return "no answers"
    if method == "wave swap" and not table.clustered:
        return "no clusters"
    return "too few clusters" if len(table.sums) < 2 else None


def _tails(drawn: Floats, observed: Floats) -> Floats:
    """Return p, its two-sided form and both adjusted by the largest of all items, shape (4, items)."""
    least = observed - TIE, np.abs(observed) - TIE
    sides = drawn, np.abs(drawn)
    own = [(side >= limit).mean(axis=0) for side, limit in zip(sides, least, strict=True)]
    largest = [side.max(axis=1) for side in sides]
    return np.array(
        own + [[(each >= one).mean() for one in limit] for each, limit in zip(largest, least, strict=True)]
    )


def _smallest(tails: Floats) -> float:
    return float(np.nanmin(tails)) if np.isfinite(tails).any() else math.nan
