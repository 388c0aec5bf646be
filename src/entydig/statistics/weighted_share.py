"""Positive share of a roster, from answers weighted to its margins.

Who did not answer is taken as chance within the categories of the margins. The share is a ratio of weighted
sums; what the margins explain has no chance left in it, so each answer counts only by its residual. With
weights w that add to N people in a group, n sheets returned, o = 1 for a sheet with an opinion y::

    share = sum w o y / sum w o
    u = o (y - share) / sum w o           e = u less its least-squares fit on the margins within groups
    variance = sum over groups (1 - n / N) n / (n - 1) sum (w e - mean of w e)^2

References
----------
Deville and Särndal (1992), Calibration estimators in survey sampling, doi:10.1080/01621459.1992.10475217.
Lumley (2010), Complex Surveys, Wiley, chapter 7, doi:10.1002/9780470580066.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from entydig.statistics.cells import Answers, Floats, Integers, one_wave
from entydig.statistics.estimate import Alternative, Asked, Estimate, one_sided
from entydig.statistics.linear import ROUNDING
from entydig.statistics.stratified import Stratum, opinion_base, roster_share_combined

__all__ = ["checked_weights", "share"]

# Relative: raked weights meet the roster's counts up to the tolerance of raking.
WHOLE = 1e-6


def share(
    answers: pd.DataFrame,
    margins: Sequence[Sequence[str]],
    *,
    null: float = 0.5,
    alternative: Alternative = "greater",
    confidence: float = 0.95,
) -> Estimate:
    """Return the positive share of a roster, from answers weighted to its margins.

    Test and interval are on the logit scale with Student's t; degrees of freedom are the opinions minus the
    groups. People are the unit: given the margins, the roster is all there is, so clusters play no part.

    Parameters
    ----------
    answers
        A row per sheet returned in one wave: `value` (0, 1, or missing for a sheet without an opinion, which
        stays in, since the margins were met with it), `weight` (above 0, adding to the people on the roster
        in each group), the columns of the margins, and `group` (absent: one group).
    margins
        Sets of columns whose crossed categories the weights reproduce in each group, as in the ``margins``
        of the weights; one set where post-stratified.
    null
        Share in (0, 1).
    alternative
        ``greater`` or ``less``.
    confidence
        Of the two-sided interval, in (0, 1).

    Returns
    -------
    Estimate
        Unit ``share``, population ``roster``, method ``raked-logit-fpc`` or ``post-stratified-logit-fpc``;
        `n` opinions, `N` the weighted count of people with one, to the nearest. Missing with ``no answers``
        (no opinion in a group) or ``too few answers`` (one sheet of several people in a group). If all
        opinions are alike, no weights matter and the test is that of `roster_share_combined`. If nothing
        varies inside the margins, see `Estimate.untestable`. If everyone answered, the interval is the
        share itself.

    Raises
    ------
    ValueError
        A value is not 0, 1 or missing; a weight is not above 0; a group's weights do not add to a roster of
        at least its sheets; there are no margins or several waves; `null` is 0 or 1.

    Notes
    -----
    Agrees with R's survey 4.1-1 to nine digits or more: ``svymean`` and ``svyciprop(method = "logit")`` after
    ``postStratify`` or ``calibrate(calfun = "raking")`` of ``svydesign(strata, fpc)``, on ``subset`` where sheets
    lack an opinion.

    As there, the variance makes no allowance for the number of categories, so it is a little small where a
    roster is: in a simulation with two margins of five and three categories, 95 % intervals held the truth in
    94 to 95 % of draws from 361 people and in 92 to 93 % from 65 or 90.

    Examples
    --------
    >>> answers = pd.DataFrame({"value": [1, 1, 0, 1, 0, 0], "region": list("nnnsss")})
    >>> answers["weight"] = [4, 4, 4, 2, 2, 2]
    >>> found = share(answers, [["region"]])
    >>> round(found.value, 4), round(found.se, 4), found.N
    (0.5556, 0.1814, 18)
    """
    if not margins:
        raise ValueError("a weighted share needs the margins of its weights")
    if not 0 < null < 1:
        raise ValueError("the null share of a weighted share must lie between 0 and 1")
    kind = "raked" if len(margins) > 1 else "post-stratified"
    asked = Asked(unit="share", population="roster", method=f"{kind}-logit-fpc")
    asked |= {"null": null, "alternative": alternative, "confidence": confidence}
    one_wave(answers)
    returned = _returned(answers)
    asked |= {"n": int(returned.opinion.sum()), "N": round(float(returned.weight @ returned.opinion))}
    if not returned.opinions.size or not returned.opinions.all():
        return Estimate.missing("no answers", **asked)
    if ((returned.sheets == 1) & (returned.roster > 1)).any():
        return Estimate.missing("too few answers", **asked)
    if len(set(returned.value[returned.opinion])) == 1 and returned.silent:
        return roster_share_combined(
            returned.strata(), null=null, alternative=alternative, confidence=confidence
        )
    return _by_logit(returned, _standard_error(returned, answers, margins), asked)


def checked_weights(answers: Answers) -> Floats:
    """Return the weights of answers, shape (n,).

    Raises
    ------
    ValueError
        A weight is missing, infinite or not above 0.
    """
    weight = pd.Series(answers["weight"]).to_numpy(dtype=np.float64, na_value=np.nan)
    if not ((weight > 0) & (weight < np.inf)).all():
        raise ValueError("weights must be finite and above 0")
    return weight


class _Returned(NamedTuple):
    """Sheets returned in one wave; values of those without an opinion are 0 and do not count."""

    value: Floats
    opinion: npt.NDArray[np.bool_]
    weight: Floats
    group: Integers

    @property
    def sheets(self) -> Integers:
        """Sheets of each group."""
        return np.bincount(self.group)

    @property
    def opinions(self) -> Integers:
        """Opinions of each group."""
        return np.bincount(self.group, weights=self.opinion).astype(np.intp)

    @property
    def roster(self) -> Integers:
        """People on the roster of each group."""
        return np.bincount(self.group, weights=self.weight).round().astype(np.intp)

    @property
    def share(self) -> float:
        """Weighted share of positive opinions."""
        return float(self.weight @ self.value / (self.weight @ self.opinion))

    @property
    def silent(self) -> int:
        """People who returned nothing."""
        return int((self.roster - self.sheets).sum())

    def strata(self) -> list[Stratum]:
        """Return positive answers, opinions and people with an opinion of each group."""
        positive = np.bincount(self.group, weights=self.value).astype(np.intp)
        counts = np.column_stack([positive, self.opinions, self.sheets, self.roster]).tolist()
        return [Stratum(yes, n, opinion_base(roster, n, sheets - n)) for yes, n, sheets, roster in counts]


def _returned(answers: pd.DataFrame) -> _Returned:
    value = answers["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    opinion = ~np.isnan(value)
    if not np.isin(value[opinion], (0.0, 1.0)).all():
        raise ValueError("values of a share are 0, 1 or missing")
    group = np.zeros(len(answers), dtype=np.intp)
    if "group" in answers:
        group = np.unique(answers["group"], return_inverse=True)[1]
    returned = _Returned(np.where(opinion, value, 0.0), opinion, checked_weights(answers), group)
    _check_sums(returned)
    return returned


def _check_sums(returned: _Returned) -> None:
    total = np.bincount(returned.group, weights=returned.weight)
    whole = np.abs(total - returned.roster) <= WHOLE * total
    if not (whole & (returned.roster >= returned.sheets)).all():
        raise ValueError("the weights of a group must add to the people on its roster")
    full = (returned.roster == returned.sheets)[returned.group]
    if not np.allclose(returned.weight[full], 1.0):
        raise ValueError(
            "weights differ where everyone answered: they must add to the roster, not to the answers"
        )


def _residuals(
    answers: pd.DataFrame, group: Integers, margins: Sequence[Sequence[str]], influence: Floats
) -> Floats:
    """Return what a least-squares fit on the margins' categories within groups leaves of the influence."""
    blocks = []
    for columns in margins:
        codes = answers[list(columns)].groupby([group, *columns], dropna=False).ngroup().to_numpy()
        blocks.append(np.equal.outer(codes, np.unique(codes)).astype(np.float64))
    explained = np.hstack(blocks)
    return influence - explained @ np.linalg.lstsq(explained, influence)[0]


def _standard_error(returned: _Returned, answers: pd.DataFrame, margins: Sequence[Sequence[str]]) -> float:
    """Return the linearised standard error with finite population correction."""
    counted = returned.weight * returned.opinion
    influence = returned.opinion * (returned.value - returned.share) / counted.sum()
    weighted = returned.weight * _residuals(answers, returned.group, margins, influence)
    sheets, group = returned.sheets, returned.group
    apart = weighted - (np.bincount(group, weights=weighted) / sheets)[group]
    # A group of one sheet is its whole roster here: its correction is 0.
    factor = (1 - sheets / returned.roster) * sheets / np.maximum(sheets - 1, 1)
    return float(np.sqrt(factor @ np.bincount(group, weights=apart**2)))


def _by_logit(returned: _Returned, se: float, asked: Asked) -> Estimate:
    value, opinions = returned.share, int(returned.opinion.sum())
    if not returned.silent:
        beyond = value > asked["null"] if asked["alternative"] == "greater" else value < asked["null"]
        return Estimate(value=value, low=value, high=value, se=0.0, p=0.0 if beyond else 1.0, **asked)
    df = opinions - returned.sheets.size
    if df < 1:
        return Estimate.missing("too few answers", **asked)
    if se < ROUNDING:
        positive, people = int(returned.value.sum()), opinions + returned.silent
        limits = positive / people, (positive + returned.silent) / people
        return Estimate.untestable(value, limits=limits, warning="all alike", **asked)
    logit, scale = float(special.logit(value)), value * (1 - value)
    reach = float(special.stdtrit(df, (1 + asked["confidence"]) / 2)) * se / scale
    statistic = (logit - float(special.logit(asked["null"]))) * scale / se
    return Estimate(
        value=value,
        low=float(special.expit(logit - reach)),
        high=float(special.expit(logit + reach)),
        se=se,
        df=df,
        p=one_sided(statistic, df, asked["alternative"]),
        **asked,
    )
