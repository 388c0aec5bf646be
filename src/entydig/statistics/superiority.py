"""Probability that an answer of one side exceeds one of the other (ties count half), robust to clusters.

It needs only the order of the answers and takes any number of levels. The estimate is linearised: with
mid-rank distribution function F of the other side and n answers on the own one, an answer y has influence
``(F(y) - probability) / n`` on the side that may be higher and ``(1 - F(y) - probability) / n`` on the
other. These are summed by cluster (by person where there are none), which takes up nesting, pairing and the
overlap of waves alike::

    variance = G / (G - 1) * sum_g (sum of influence in cluster g)^2         t with G - 1 degrees of freedom

Where every cluster has answers on both sides this is Obuchowski's variance. The second variance leaves out
each cluster in turn (method ``superiority-jackknife``)::

    variance = (G - 1) / G * sum_g (estimate without g - mean of these)^2          the same t

Roster reading (`rosters` given): the n answers of each group and wave are a simple random sample without
replacement from the N people on its roster who hold an opinion, people are the units and z their influence::

    variance = sum over group and wave of (1 - n / N) n / (n - 1) sum (z - mean)^2       t with sum (n - 1) df

So who answers is taken as random inside each group and wave, and the two waves as separate samples: the
covariance of people who answer twice is not counted, since no link between them is read. It is zero if they
answer the second time irrespective of the first; if the same people tend to answer and keep their opinions, a
change is more precise than is said here (Wood 2008).

Checked against her formula, pair matrices in R and R's survey 4.1-1 (``svytotal`` of the influence with strata
and fpc; ``as.svrepdesign(type = "JK1")``) to ten digits. Missing as in `entydig.statistics.linear`.

References
----------
Obuchowski (1997), Nonparametric analysis of clustered ROC curve data, doi:10.2307/2533958.
Brunner and Munzel (2000), doi:10.1002/(SICI)1521-4036(200001)42:1<17::AID-BIMJ17>3.0.CO;2-U.
Wood (2008), On the covariance between related Horvitz-Thompson estimators, Journal of Official Statistics
24(1), 53-78.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from entydig.statistics.cells import Answers, Cell, Cells, Floats, Integers, cells_of, normalised, one_wave
from entydig.statistics.estimate import Alternative, Asked, Estimate
from entydig.statistics.within import DECIMALS, ROUNDING, Tally, Variance, error, method_of

__all__ = ["change", "gap", "gap_change"]

# People with an opinion on the roster of each group and wave.
Rosters = Mapping[Cell, int]


class Comparison(NamedTuple):
    """One probability of a weighted sum: that an answer of `higher` exceeds one of `lower`."""

    weight: float
    higher: Cell
    lower: Cell


def gap(
    answers: Answers,
    groups: tuple[str, str],
    *,
    rosters: Rosters | None = None,
    variance: Variance = "linearised",
    confidence: float = 0.95,
    null: float = 0.5,
    alternative: Alternative = "greater",
) -> Estimate:
    """Return the probability that an answer of the first group is higher than one of the second.

    Parameters
    ----------
    answers
        A row per answer of one wave: `value` (ordered codes or an index, missing ones dropped before),
        `group`, and `cluster` (absent or all missing where people are independent). Rows of other groups
        are not used.
    groups
        First and second group.
    rosters
        Asks for the roster reading: people with an opinion on the roster (`shares.opinion_base`), by group and
        wave as they stand in the answers (None for a column the answers lack). Rosters of groups and waves that
        are not among the answers are not used. Clusters play no part then.
    variance
        ``linearised`` or ``jackknife``; a roster reading is always linearised.
    confidence
        Of the two-sided interval, in (0, 1).
    null, alternative
        Of the one-sided test; 0.5 means that neither side tends to be higher.

    Returns
    -------
    Estimate
        Unit ``probability``. Population ``process`` and method ``superiority`` or ``superiority-jackknife``;
        with `rosters` population ``roster`` and method ``superiority-fpc``, `N` being the people on the rosters
        used. Missing with ``no answers``, ``too few clusters`` or ``too few answers``. If one side lies wholly
        above the other, or nothing varies, there is no test (`Estimate.untestable`), with the warning ``no
        overlap`` or ``all alike``. If everyone on the rosters answered, the interval is the value itself.

    Raises
    ------
    ValueError
        A value is missing or infinite, a cluster is missing for some only, there are several waves, answers
        have no roster or are more than its people, or a jackknife of a roster reading is asked for.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"value": [2, 3, 3, 1, 2, 3], "group": list("aaabbb")})
    >>> process = gap(answers, ("a", "b"))
    >>> roster = gap(answers, ("a", "b"), rosters={("a", None): 4, ("b", None): 5})
    >>> round(process.value, 4), round(process.se, 4), round(roster.se, 4)
    (0.7222, 0.2049, 0.1383)
    """
    first, second = groups
    asked = _asked(variance, rosters, confidence, null, alternative)
    comparisons = [Comparison(1.0, (first, None), (second, None))]
    return _estimate(one_wave(answers), comparisons, asked, rosters)


def change(
    answers: Answers,
    waves: tuple[int, int],
    *,
    weights: Mapping[str, float] | None = None,
    rosters: Rosters | None = None,
    variance: Variance = "linearised",
    confidence: float = 0.95,
    null: float = 0.5,
    alternative: Alternative = "greater",
) -> Estimate:
    """Return the probability that an answer of the later wave is higher than one of the earlier.

    Parameters
    ----------
    answers
        As in `gap`, with `wave`; `group` is read only with `weights` or `rosters`.
    waves
        Earlier and later wave.
    weights
        Weight of each group (at least 0, any scale): the weighted mean of the groups' own probabilities.
        Groups of weight 0 and groups not named are left out. None: all persons are pooled, so that in a roster
        reading groups still count as they answered.
    rosters, variance, confidence, null, alternative
        As in `gap`.

    Returns
    -------
    Estimate
        As in `gap`.

    Raises
    ------
    ValueError
        As in `gap`, apart from the waves; or the weights are negative, infinite or all zero.
    """
    earlier, later = waves
    asked = _asked(variance, rosters, confidence, null, alternative)
    shares: Mapping[str | None, float] = {None: 1.0} if weights is None else dict(normalised(weights).items())
    comparisons = [Comparison(share, (group, later), (group, earlier)) for group, share in shares.items()]
    return _estimate(answers, comparisons, asked, rosters)


def gap_change(
    answers: Answers,
    groups: tuple[str, str],
    waves: tuple[int, int],
    *,
    rosters: Rosters | None = None,
    variance: Variance = "linearised",
    confidence: float = 0.95,
    null: float = 0.0,
    alternative: Alternative = "greater",
) -> Estimate:
    """Return the later wave's probability that the first group answers higher, minus the earlier wave's.

    Not the same as the difference of the two groups' probabilities of change: those compare each group with
    itself.

    Parameters
    ----------
    answers
        As in `gap`, with `wave`.
    groups
        First and second group.
    waves
        Earlier and later wave.
    rosters, variance, confidence, null, alternative
        As in `gap`, but a null of 0 means that the gap did not change.

    Returns
    -------
    Estimate
        As in `gap`; a difference of two probabilities, in [-1, 1].

    Raises
    ------
    ValueError
        As in `gap`, apart from the waves.
    """
    first, second = groups
    asked = _asked(variance, rosters, confidence, null, alternative)
    comparisons = [
        Comparison(sign, (first, wave), (second, wave)) for wave, sign in zip(waves, (-1.0, 1.0), strict=True)
    ]
    return _estimate(answers, comparisons, asked, rosters)


def _asked(
    variance: Variance, rosters: Rosters | None, confidence: float, null: float, alternative: Alternative
) -> Asked:
    method = method_of("superiority", variance)
    if rosters is not None and variance == "jackknife":
        raise ValueError("a roster reading has the linearised variance only")
    return Asked(
        unit="probability",
        population="process" if rosters is None else "roster",
        method=method if rosters is None else "superiority-fpc",
        confidence=confidence,
        null=null,
        alternative=alternative,
    )


def _estimate(
    answers: Answers, comparisons: Sequence[Comparison], asked: Asked, rosters: Rosters | None
) -> Estimate:
    wanted = list(dict.fromkeys(cell for each in comparisons for cell in (each.higher, each.lower)))
    cells = cells_of(answers, wanted, lowest=np.finfo(float).min, highest=np.finfo(float).max)
    contrast = _Contrast(
        cells,
        np.array([each.weight for each in comparisons]),
        [(wanted.index(each.higher), wanted.index(each.lower)) for each in comparisons],
    )
    asked |= {"n": len(cells.values)}
    if rosters is not None:
        return _of_roster(contrast, *_sampled(answers, wanted, rosters, len(cells.values)), asked)
    return _of_process(contrast, asked | {"clusters": cells.clusters})


class _Contrast(NamedTuple):
    """A weighted sum of probabilities: each that an answer of one cell exceeds one of another."""

    cells: Cells
    weight: Floats
    sides: Sequence[tuple[int, int]]

    def linearised(self) -> tuple[Floats, Floats]:
        """Return each comparison's probability, and each answer's influence on their weighted sum."""
        sizes = self.cells.sizes
        share, below, level = self._ranked()
        influence = np.zeros_like(share)
        probabilities = np.array([share[higher] @ below[lower] for higher, lower in self.sides])
        for factor, probability, (higher, lower) in zip(self.weight, probabilities, self.sides, strict=True):
            influence[higher] += factor * (below[lower] - probability) / sizes[higher]
            influence[lower] += factor * (1 - below[higher] - probability) / sizes[lower]
        return probabilities, influence[self.cells.cell, level]

    def left_out(self) -> Floats:
        """Return the weighted sum without each unit, shape (G,).

        From all pairs go those of the unit's own answers with either side; its inner pairs, gone twice, return.
        """
        counts, sizes = self.cells.summed(), self.cells.sizes
        share, below, level = self._ranked()
        tally = Tally.of(self.cells)
        total = np.zeros(self.cells.n_units)
        for factor, (higher, lower) in zip(self.weight, self.sides, strict=True):
            over = self.cells.summed(below[lower, level])[:, higher] * sizes[lower]
            under = self.cells.summed(1 - below[higher, level])[:, lower] * sizes[higher]
            won = sizes[higher] * sizes[lower] * (share[higher] @ below[lower])
            left = won - over - under + tally.wins(higher, lower)
            pairs = (sizes[higher] - counts[:, higher]) * (sizes[lower] - counts[:, lower])
            total += factor * left / pairs
        return total

    def tested(self, probabilities: Floats, se: float, df: float, asked: Asked) -> Estimate:
        """Return the estimate with its test, or untestable where nothing varies."""
        limits = float(np.minimum(self.weight, 0).sum()), float(np.maximum(self.weight, 0).sum())
        value, alike = float(self.weight @ probabilities), self.cells.alike()
        if se < ROUNDING:
            apart = bool(np.isin(probabilities, (0.0, 1.0)).all()) and not alike.all()
            warning = "no overlap" if apart else "all alike"
            return Estimate.untestable(value, limits=limits, warning=warning, **asked)
        warnings = ("all alike in a cell",) if alike.any() else ()
        return Estimate.by_t(value, se=se, df=df, limits=limits, warnings=warnings, **asked)

    def _ranked(self) -> tuple[Floats, Floats, Integers]:
        """Return levels' shares and mid-rank distribution in each cell, shape (J, L), and answers' levels."""
        levels, level = np.unique(self.cells.values.round(DECIMALS), return_inverse=True)
        n_cells = self.cells.n_cells
        counts = np.bincount(self.cells.cell * levels.size + level, minlength=n_cells * levels.size)
        share = counts.reshape(n_cells, levels.size) / self.cells.sizes[:, None]
        return share, share.cumsum(axis=1) - share / 2, level


def _of_process(contrast: _Contrast, asked: Asked) -> Estimate:
    cells = contrast.cells
    obstacle = cells.obstacle()
    if obstacle:
        return Estimate.missing(obstacle, **asked)
    probabilities, influence = contrast.linearised()
    if asked["method"] == "superiority-jackknife":
        se = error(contrast.left_out(), "jackknife")
    else:
        se = error(cells.summed(influence).sum(axis=1), "linearised")
    return contrast.tested(probabilities, se, float(cells.n_units - 1), asked)


def _of_roster(contrast: _Contrast, sampled: Cells, people: Integers, asked: Asked) -> Estimate:
    """Return the estimate from the answers by group and wave (`sampled`), each with its people."""
    asked |= {"N": int(people.sum())}
    sizes = sampled.sizes
    if not (contrast.cells.sizes.all() and sizes.all()):
        return Estimate.missing("no answers", **asked)
    if ((sizes == 1) & (people > 1)).any():
        return Estimate.missing("too few answers", **asked)
    probabilities, influence = contrast.linearised()
    means = np.bincount(sampled.cell, weights=influence) / sizes
    squares = np.bincount(sampled.cell, weights=(influence - means[sampled.cell]) ** 2)
    se = float(np.sqrt(((1 - sizes / people) * sizes / np.maximum(sizes - 1, 1) * squares).sum()))
    if (sizes < people).any():
        return contrast.tested(probabilities, se, float(sizes.sum() - sizes.size), asked)
    value = float(contrast.weight @ probabilities)
    beyond = (value - asked["null"]) * (1 if asked["alternative"] == "greater" else -1)
    return Estimate(value=value, low=value, high=value, se=0.0, p=float(beyond < ROUNDING), **asked)


def _sampled(answers: Answers, wanted: Sequence[Cell], rosters: Rosters, n: int) -> tuple[Cells, Integers]:
    """Return the answers by group and wave, and the people on the roster of each."""
    groups, waves = (set(answers[column]) if column in answers else {None} for column in ("group", "wave"))
    used = {
        (group, wave): people
        for (group, wave), people in rosters.items()
        if people and group in groups and wave in waves
        if any(own in (None, group) and at in (None, wave) for own, at in wanted)
    }
    sampled = cells_of(answers, list(used), lowest=np.finfo(float).min, highest=np.finfo(float).max)
    people = np.array(list(used.values()), dtype=np.intp)
    if len(sampled.values) < n:
        raise ValueError("no roster is given for the group and wave of some answers")
    if (sampled.sizes > people).any():
        raise ValueError("there are more answers than people on a roster")
    return sampled, people
