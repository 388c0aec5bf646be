"""Why a mean changed: because those who stayed answer otherwise, or because others answer.

In wave t let q_t be the share of answers given by stayers (people known to have answered in both waves), s_t
their mean, l the mean of the earlier wave's other people and j that of the later wave's::

    total    = m_2 - m_1
    within   = (q_1 + q_2) / 2 * (s_2 - s_1)
    turnover = (1 - q_2) (j - s) - (1 - q_1) (l - s)          s = (s_1 + s_2) / 2

Within and turnover add up to the total, whatever the answers, and change sign with the order of the waves. A
person whose return is not known counts as leaver and joiner, so turnover holds what unlinked people changed
their minds by, too.

Standard errors are those of the delete-one-cluster jackknife, from the sums of each cluster; who is a stayer
is not asked anew when a cluster is left out. With G clusters and the mean of the G replicates::

    variance = (G - 1) / G * sum_g (replicate without g - mean)^2           t with G - 1 degrees of freedom

References
----------
Griliches and Regev (1995), Firm productivity in Israeli industry, doi:10.1016/0304-4076(94)01601-U.
MacKinnon, Nielsen and Webb (2023), Cluster-robust inference: a guide, doi:10.1016/j.jeconom.2022.04.001.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from entydig.statistics.cells import Cell, Cells, Floats, cells_of
from entydig.statistics.estimate import Alternative, Asked, Estimate
from entydig.statistics.linked import pairs

__all__ = ["Decomposition", "decomposition"]

# As in `entydig.statistics.linear`: below this a standard error is only what rounding left of zero.
ROUNDING = 1e-10


@dataclass(frozen=True, kw_only=True)
class Decomposition:
    """A change and the two parts that add up to it.

    Parameters
    ----------
    total, within, turnover
        Points, each with its own interval; the values of the last two add up to the first.
    stayers, leavers, joiners
        People with an answer in both waves, and answers of others in the earlier and in the later wave.
    stayers_earlier, stayers_later
        Share of each wave's answers that stayers gave; NaN without answers.
    """

    total: Estimate
    within: Estimate
    turnover: Estimate
    stayers: int
    leavers: int
    joiners: int
    stayers_earlier: float
    stayers_later: float


def decomposition(
    answers: pd.DataFrame,
    waves: tuple[int, int],
    *,
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
) -> Decomposition:
    """Return a change as the part from within stayers and the part from turnover.

    Parameters
    ----------
    answers
        A row per answer: `value` (0/1 or an index in [0, 1], missing ones dropped before), `wave`, `panel`
        (the same key in all waves for a person known to be the same, else missing) and `cluster` (absent or
        all missing where people are independent: then each person is a unit). Whoever moved counts in each
        wave's own cluster.
    waves
        Earlier and later wave.
    confidence
        Of the two-sided intervals, in (0, 1).
    null, alternative
        Of the one-sided tests, in points on the 0..1 scale.

    Returns
    -------
    Decomposition
        Estimates of unit ``points``, population ``process``, method ``jackknife``; `n` counts the answers of
        both waves. All three are missing with ``no answers`` (in a wave), ``too few clusters`` or ``too few
        answers`` (without clusters), where a wave's answers all come from one unit. The two parts are
        missing with ``nobody linked``, or if all stayers come from one unit. Where nobody left or joined,
        turnover is 0, without a test (``no turnover``).

    Raises
    ------
    ValueError
        A value is missing or outside [0, 1], a panel key stands twice in one wave, or a cluster is missing
        for some only.

    Notes
    -----
    Agrees with R's survey 4.1-1 (``withReplicates`` of a JK1 design) to ten digits.

    Examples
    --------
    >>> answers = pd.DataFrame({"value": [0, 0, 1, 0, 1, 1, 0, 1], "wave": [1] * 4 + [2] * 4})
    >>> answers["panel"] = ["p", "q", "r", None, "p", "q", "r", None]
    >>> found = decomposition(answers, (1, 2))
    >>> found.total.value, found.within.value, found.turnover.value
    (0.5, 0.25, 0.25)
    """
    cells, clusters = _cells(answers, waves)
    asked = Asked(
        unit="points",
        population="process",
        method="jackknife",
        n=len(cells.values),
        clusters=clusters,
        null=null,
        alternative=alternative,
        confidence=confidence,
    )
    leavers, stayers, joiners, returned = (int(size) for size in cells.sizes)
    few = "too few answers" if clusters is None else "too few clusters"
    fixed = "all alike" if leavers + joiners else "no turnover"
    obstacles, sameness = _obstacles(cells, few), ("all alike", "all alike", fixed)
    total, within, turnover = (
        Estimate.missing(obstacle, **asked) if obstacle else _jackknife(value, left_out, same, asked)
        for (value, left_out), obstacle, same in zip(_replicates(cells), obstacles, sameness, strict=True)
    )
    return Decomposition(
        total=total,
        within=within,
        turnover=turnover,
        stayers=stayers,
        leavers=leavers,
        joiners=joiners,
        stayers_earlier=stayers / (stayers + leavers) if stayers + leavers else math.nan,
        stayers_later=returned / (returned + joiners) if returned + joiners else math.nan,
    )


def _cells(answers: pd.DataFrame, waves: tuple[int, int]) -> tuple[Cells, int | None]:
    """Return others and stayers of the earlier and of the later wave, and the clusters, if there are any."""
    person = np.full(len(answers), -1)
    stays = np.zeros(len(answers), dtype=bool)
    if "panel" in answers:
        stays = answers["panel"].isin(pairs(answers, waves).index).to_numpy()
        person = pd.factorize(answers["panel"])[0]
    frame = answers.assign(group=np.where(stays, "stayer", "other"))
    clustered = "cluster" in answers and bool(answers["cluster"].notna().any())
    if not clustered:
        frame["cluster"] = np.where(person < 0, len(person) + np.arange(len(person)), person)
    wanted: list[Cell] = [(group, wave) for wave in waves for group in ("other", "stayer")]
    cells = cells_of(frame, wanted, lowest=0.0, highest=1.0)
    return cells, cells.n_units if clustered else None


def _obstacles(cells: Cells, few: str) -> tuple[str | None, str | None, str | None]:
    """Return what forbids the total and its two parts, if anything: nothing, or all of it, from one unit."""
    counts = cells.summed().reshape(cells.n_units, 2, 2)
    units, linked = np.count_nonzero(counts.sum(axis=2), axis=0), np.count_nonzero(counts[:, :, 1], axis=0)
    if units.min() < 2:
        whole = few if units.all() else "no answers"
        return whole, whole, whole
    part = None if linked.min() > 1 else few if linked.all() else "nobody linked"
    return None, part, part


def _replicates(cells: Cells) -> Iterator[tuple[float, Floats]]:
    """Return each part for all units, and with each unit left out, shape (G,)."""
    counts, sums = cells.summed(), cells.summed(cells.values)
    whole = _parts(counts.sum(axis=0), sums.sum(axis=0))
    without = _parts(counts.sum(axis=0) - counts, sums.sum(axis=0) - sums)
    return ((float(value), left_out) for value, left_out in zip(whole, without, strict=True))


def _parts(counts: Floats, sums: Floats) -> tuple[Floats, Floats, Floats]:
    """Return total, within and turnover, given counts and sums by cell on the last axis."""
    (others, stayers), (of_others, of_stayers) = (
        np.moveaxis(each.reshape(*each.shape[:-1], 2, 2), -1, 0) for each in (counts, sums)
    )
    answers = others + stayers
    means = _ratio(of_others + of_stayers, answers)
    stayed = _ratio(of_stayers, stayers)
    within = _ratio(stayers, answers).mean(axis=-1) * (stayed[..., 1] - stayed[..., 0])
    # (1 - q) (l - s) without dividing by the number of others, who may be none.
    apart = _ratio(of_others - others * stayed.mean(axis=-1, keepdims=True), answers)
    return means[..., 1] - means[..., 0], within, apart[..., 1] - apart[..., 0]


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    ratio = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=ratio, where=denominator > 0)
    return ratio


def _jackknife(value: float, left_out: Floats, same: str, asked: Asked) -> Estimate:
    units = left_out.size
    se = math.sqrt((units - 1) * float(left_out.var()))
    if se < ROUNDING:
        return Estimate.untestable(value, limits=(-1.0, 1.0), warning=same, **asked)
    return Estimate.by_t(value, se=se, df=units - 1, limits=(-1.0, 1.0), **asked)
