"""Weights that make the answers add up to the roster they came from.

Within each group and wave the answers are weighted until they have as many people in every category as the
roster has.  Where every crossed category holds at least ten answers, that is post-stratification: N people
over n answers.  Else the margins are met one by one (raking), which changes the crossed categories as little
as it can.  Either rests on the assumption that within a category who answered is chance; it removes what
the margins know of non-response and nothing else, so the unweighted figure belongs beside it.

Raking is svy's, kept behind this module and imported only where it runs.  On WVS data, the Danish
non-response survey of `vcd` and the shipped survey its weights equal those of R's survey 4.1-1
(``postStratify``, ``calibrate(calfun = "raking")``) to nine digits or more.

References
----------
Deming and Stephan (1940), doi:10.1214/aoms/1177731829.
Deville, Särndal and Sautory (1993), Generalized raking procedures, doi:10.1080/01621459.1993.10476369.
Kish (1992), Weighting for unequal P_i, Journal of Official Statistics 8(2), 183-200.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from entydig.errors import DataError, Problem, Problems
from entydig.survey.answers import KEYS

__all__ = ["Margins", "Method", "Weights", "effective_n", "nonresponse_weights", "pooled"]

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]
Method = Literal["post-stratified", "raked"]
Margins = tuple[tuple[str, ...], ...]

CELL = ["group", "wave"]

# With fewer answers in a crossed category post-stratified weights jump from one answer to the next.
FEWEST_CROSSED = 10

# A category's weight that rests on fewer answers is told.
FEW = 5

# Relative, of margins and of bounds.
TOLERANCE = 1e-10
MOST_ITERATIONS = 1000
MOST_CYCLES = 500


@dataclass(frozen=True, kw_only=True, eq=False)
class Weights:
    """Weights of the answers, and what they cost.

    Attributes
    ----------
    values : Series
        Weight of each answer, above 0, with the index of the answers.  They add to the people on the roster
        in each group and wave.
    method : str
        ``"post-stratified"`` or ``"raked"``.
    margins : tuple of tuple of str
        Sets of roster columns whose crossed categories the weights reproduce in each group and wave; one
        set where post-stratified.
    effective_n : float
        Kish's effective number of answers, summed over groups and waves; for one of them see `effective_n`.
    lowest, highest : float
        Range of the weights as a ratio to the mean weight of their group and wave.
    warnings : tuple of str
        Stable keys: ``few answers in a category`` (under 5), ``trimmed`` (bounds changed some weights).
    """

    values: pd.Series[float]
    method: Method
    margins: Margins
    effective_n: float
    lowest: float
    highest: float
    warnings: tuple[str, ...] = ()


def nonresponse_weights(
    answers: pd.DataFrame,
    roster: pd.DataFrame,
    margins: Sequence[str],
    *,
    method: Method | None = None,
    bounds: tuple[float, float] | None = None,
) -> Weights:
    """Weight answers to the roster's categories, in each group and wave by itself.

    Parameters
    ----------
    answers : DataFrame
        A row per answer sheet returned: respondent, wave, group.  People without an opinion on some item
        returned a sheet all the same.  Other columns are not read.
    roster : DataFrame
        A row per person asked and wave: respondent, wave, group and the margins.  Only groups and waves
        that the answers are from.  A missing category is a category of its own.
    margins : sequence of str
        Columns of the roster, at least one.
    method : str, optional
        ``"post-stratified"`` or ``"raked"``.  None: post-stratified if every crossed category of the roster
        holds at least ten answers, or if there is one margin only; else raked.
    bounds : tuple of float, optional
        Lowest and highest weight as a ratio to the mean weight of the group and wave, around 1.  What lies
        beyond is cut there and the margins are met again, in turn, until both hold.

    Returns
    -------
    Weights

    Raises
    ------
    DataError
        A category of the roster has no answer, or no weights (within the bounds) meet all margins.
    ValueError
        No margins, an empty roster; bounds not around 1; an answer that is not on the roster, or twice.

    Examples
    --------
    Four people in each region were asked; one answered in the north, three in the south.

    >>> roster = pd.DataFrame({"respondent": list("abcdefgh"), "wave": 1, "group": "g"})
    >>> roster["region"] = ["north"] * 4 + ["south"] * 4
    >>> found = nonresponse_weights(roster.iloc[3:7], roster, ["region"])
    >>> found.values.round(3).to_list(), round(found.effective_n, 3)
    ([4.0, 1.333, 1.333, 1.333], 3.0)
    """
    if not margins or roster.empty:
        raise ValueError("weights need a roster and at least one margin")
    if bounds is not None and not 0 <= bounds[0] <= 1 <= bounds[1]:
        raise ValueError("bounds are ratios to the mean weight: 0 <= lowest <= 1 <= highest")
    asked = roster[[*KEYS, *margins]].astype(dict.fromkeys(margins, "str")).fillna(dict.fromkeys(margins, ""))
    sheets = answers[list(KEYS)].merge(asked, how="left", validate="one_to_one", indicator=True)
    if (sheets["_merge"] != "both").any():
        raise ValueError("some answers are of nobody on the roster")
    whole = _coded(asked, sheets, ())
    crossed = _coded(asked, sheets, margins)
    is_full = len(margins) == 1 or int(crossed.answered.min()) >= FEWEST_CROSSED
    chosen: Method = method or ("post-stratified" if is_full else "raked")
    parts = [crossed] if chosen == "post-stratified" else [_coded(asked, sheets, (name,)) for name in margins]
    _refuse_unanswered(asked, [whole])
    _refuse_unanswered(asked, parts)
    mean = whole.asked / whole.answered
    targets = [part.asked_over(mean[whole.roster]) for part in parts]
    ratio, trimmed = _bounded([part.answers for part in parts], targets, bounds, margins)
    few = min(int(part.answered.min()) for part in parts) < FEW
    told = {"few answers in a category": few, "trimmed": trimmed}
    values = pd.Series(ratio * mean[whole.answers], index=answers.index, name="weight")
    return Weights(
        values=values,
        method=chosen,
        margins=tuple(part.columns for part in parts),
        effective_n=float(values.groupby(whole.answers).agg(effective_n).sum()),
        lowest=float(ratio.min()),
        highest=float(ratio.max()),
        warnings=tuple(key for key, holds in told.items() if holds),
    )


def pooled(answers: pd.DataFrame, roster: pd.DataFrame, name: str, order: Sequence[str]) -> pd.Series[str]:
    """Join the small categories of a margin with their neighbours, by one rule that leaves no choice.

    Parameters
    ----------
    answers, roster : DataFrame
        As in `nonresponse_weights`.
    name : str
        Column of the roster.
    order : sequence of str
        Its categories in the order of the instrument.

    Returns
    -------
    Series
        Category of each person on the roster, joined ones named ``"a|b"``; missing stays missing.  While a
        category has under five answers in a group and wave whose roster has it, the last such one joins
        that before it (the first that after it).

    Examples
    --------
    >>> roster = pd.DataFrame({"respondent": range(30), "wave": 1, "group": "g", "size": ["s"] * 26 + ["l"] * 4})
    >>> sorted(set(pooled(roster, roster, "size", ["s", "l"])))
    ['s|l']
    """
    groups = [[category] for category in order if (roster[name] == category).any()]
    sheets = answers[list(KEYS)].merge(roster[[*KEYS, name]], on=list(KEYS), how="left")
    while len(groups) > 1 and (
        small := [place for place in range(len(groups)) if _small(groups[place], sheets, roster, name)]
    ):
        place = max(small[-1] - 1, 0)
        groups[place : place + 2] = [groups[place] + groups[place + 1]]
    joined = {category: "|".join(group) for group in groups for category in group}
    return roster[name].map(joined)


def _small(categories: Sequence[str], sheets: pd.DataFrame, roster: pd.DataFrame, name: str) -> bool:
    """Tell whether a category has few answers in some group and wave that has it."""
    asked, given = (rows[rows[name].isin(list(categories))].groupby(CELL).size() for rows in (roster, sheets))
    return bool((given.reindex(asked.index, fill_value=0) < FEW).any())


def effective_n(values: pd.Series[float]) -> float:
    """Give Kish's effective number of answers: as many of equal weight would estimate a mean as exactly.

    Parameters
    ----------
    values : Series
        Weights of one group and wave, above 0.

    Returns
    -------
    float
        ``(sum w)^2 / sum w^2``, at most the number of answers.  It takes the answers to have nothing to do
        with the weights; where they do, weighting can gain what this says it costs.

    Examples
    --------
    >>> effective_n(pd.Series([1.0, 1.0, 2.0]))
    2.6666666666666665
    """
    return float(values.sum() ** 2 / (values**2).sum())


class _Coded(NamedTuple):
    """Crossed categories of some columns within groups and waves, numbered on the roster and the answers."""

    columns: tuple[str, ...]
    roster: Integers
    answers: Integers

    @property
    def asked(self) -> Integers:
        return np.bincount(self.roster)

    @property
    def answered(self) -> Integers:
        return np.bincount(self.answers, minlength=self.asked.size)

    def asked_over(self, mean: Floats) -> Floats:
        """Count the people of each category, each divided by the mean weight of their group and wave."""
        return np.bincount(self.roster, weights=1 / mean).astype(np.float64)


def _coded(asked: pd.DataFrame, sheets: pd.DataFrame, columns: Sequence[str]) -> _Coded:
    by = [*CELL, *columns]
    codes = pd.concat([asked[by], sheets[by]]).groupby(by).ngroup().to_numpy().astype(np.intp)
    return _Coded(tuple(columns), codes[: len(asked)], codes[len(asked) :])


def _refuse_unanswered(asked: pd.DataFrame, parts: Sequence[_Coded]) -> None:
    problems = Problems()
    for part in parts:
        for code in np.flatnonzero(part.answered == 0):
            person = asked.iloc[int(np.argmax(part.roster == code))]
            where = f"roster, group {person['group']}, wave {person['wave']}"
            if not part.columns:
                problems.add(where, "nobody answered", "answers", "leave the group and wave out")
                continue
            category = ", ".join(f"{name} = {person[name] or 'missing'}" for name in part.columns)
            action = "join it with a category like it, or leave the column out of the margins"
            problems.add(where, f"nobody in category {category} answered", "at least one answer", action)
    problems.raise_if_any()


def _bounded(
    codes: Sequence[Integers],
    targets: Sequence[Floats],
    bounds: tuple[float, float] | None,
    margins: Sequence[str],
) -> tuple[Floats, bool]:
    """Return the weights as ratios to their mean, and whether bounds changed them."""
    where = f"roster, margins {', '.join(margins)}"
    ratio = _raked(codes, targets, None)
    if ratio is None:
        action = "join categories, or leave a column out of the margins"
        raise DataError(Problem(where, "no weights meet all of them", "margins that can be met", action))
    low, high = bounds or (0.0, np.inf)
    if low * (1 - TOLERANCE) <= ratio.min() and ratio.max() <= high * (1 + TOLERANCE):
        return ratio, False
    ratio = _raked(codes, targets, (low, high))
    if ratio is None:
        found = f"no weights between {low:g} and {high:g} times the mean were found that meet all of them"
        raise DataError(
            Problem(where, found, "bounds that can be kept", "widen the bounds or join categories")
        )
    return ratio, True


def _raked(
    codes: Sequence[Integers], targets: Sequence[Floats], bounds: tuple[float, float] | None
) -> Floats | None:
    """Return weights that start at 1 and meet the targets; None where raking does not come to an end.

    Numbered categories, not the roster's own words, since svy takes "1" and 1, or "true" and True, for one.
    Without redistribution trimming does not carry weight from one group to another; raking restores the sums.
    """
    import polars
    import svy

    frame = polars.DataFrame(
        {"start": np.ones(len(codes[0])), **dict(zip(_names(codes), codes, strict=True))}
    )
    controls: dict[str, dict[str | float, float]] = {
        name: dict(enumerate(target.tolist())) for name, target in zip(_names(codes), targets, strict=True)
    }
    trimming = None
    if bounds is not None:
        low, high = bounds
        trimming = svy.TrimConfig(
            lower=low, upper=high, redistribute=False, max_iter=MOST_CYCLES, tol=TOLERANCE
        )
    try:
        raked = svy.Sample(frame, svy.Design(wgt="start")).weighting.rake(
            controls=controls, wgt_name="raked", tol=TOLERANCE, max_iter=MOST_ITERATIONS, trimming=trimming
        )
    except svy.errors.WeightingError as error:
        if error.code not in ("CONVERGENCE_FAILED", "TRIM_INFEASIBLE"):
            raise
        return None
    return np.asarray(raked.data.lazy().collect()["raked"])


def _names(codes: Sequence[Integers]) -> list[str]:
    return [f"margin {position}" for position in range(len(codes))]
