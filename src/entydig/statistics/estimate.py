"""One published number with everything a reader needs to doubt it."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any, Literal, Self

import numpy as np
from scipy import special

__all__ = ["Alternative", "Estimate", "Population", "Unit", "one_sided"]

Unit = Literal["share", "points", "probability"]
Population = Literal["roster", "process"]
Alternative = Literal["greater", "less"]

# Under four degrees of freedom the t reference itself is unreliable: Tipton (2015), doi:10.1037/met0000011.
FEWEST_DEGREES = 4.0


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """An estimate with interval, base, test and the population it speaks of.

    Parameters
    ----------
    value, low, high
        The estimate and the ends of its two-sided interval, in `unit`. Shares and probabilities lie in [0, 1]; points are
        differences of shares on the same scale (0.10 is ten percentage points).
    confidence
        Of the interval, in (0, 1).
    n
        Answers used, at least 0.
    N
        People on the roster who hold an opinion; only for a roster reading.
    clusters
        Clusters with an answer in the contrast; None where people are independent.
    unit
        ``share``, ``points`` or ``probability``.
    population
        ``roster``: everyone who was asked. ``process``: what such a programme gives.
    method
        Stable key of the method; texts belong to the wording files.
    se
        Standard error in `unit`. NaN where none can be had.
    df
        Degrees of freedom of the t reference; None where another reference is used.
    null, alternative, p
        One-sided p of ``value > null`` (``greater``) or ``value < null`` (``less``).
    reason
        Stable key: why `value` is NaN. Given exactly then.
    warnings
        Stable keys of what a reader should know: ``all alike``, ``all alike in a cell``, ``no overlap``, ``few degrees of
        freedom``.

    Raises
    ------
    ValueError
        A NaN value without reason or a reason beside a value; ends out of order; a confidence or p outside its range; negative
        counts or standard error.

    Examples
    --------
    >>> change = Estimate.by_t(.08, se=.03, df=40, null=0., alternative="greater", confidence=.95, n=500, clusters=54,
    ...                        unit="points", method="cr2")
    >>> round(change.low, 3), round(change.high, 3), round(change.p, 4)
    (0.019, 0.141, 0.0055)
    """

    value: float
    low: float
    high: float
    confidence: float
    n: int
    N: int | None = None
    clusters: int | None = None
    unit: Unit
    population: Population
    method: str
    se: float
    df: float | None = None
    null: float
    alternative: Alternative
    p: float
    reason: str | None = None
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        problem = self._problem()
        if problem:
            raise ValueError(problem)

    def _problem(self) -> str | None:
        checks = {
            "a reason is given exactly when the value is NaN": (self.reason is None) != math.isnan(self.value),
            "the interval's ends are in order": not self.low > self.high,
            "confidence lies between 0 and 1": 0 < self.confidence < 1,
            "p lies in [0, 1]": math.isnan(self.p) or 0 <= self.p <= 1,
            "a standard error is not negative": not self.se < 0,
            "n is not negative": self.n >= 0,
            "alternative is greater or less": self.alternative in ("greater", "less"),
        }
        broken = [rule for rule, kept in checks.items() if not kept]
        return f"an estimate must keep: {'; '.join(broken)}" if broken else None

    @classmethod
    def missing(cls, reason: str, **asked: Unpack[Asked]) -> Self:
        """Return the estimate that could not be made, with the key of its reason.

        Parameters
        ----------
        reason
            Stable key, not empty.
        **asked
            As in the class; `unit`, `population` and `method` are needed, `n` is 0, `null` 0, `alternative` ``greater``
            and `confidence` .95 unless given.

        Raises
        ------
        ValueError
            The reason is empty.
        """
        if not reason:
            raise ValueError("a missing estimate needs a reason")
        nan = math.nan
        return cls(value=nan, low=nan, high=nan, se=nan, p=nan, reason=reason, **asked)

    @classmethod
    def by_t(
        cls,
        value: float,
        *,
        se: float,
        df: float,
        limits: tuple[float, float] = (-math.inf, math.inf),
        warnings: tuple[str, ...] = (),
        **asked: Unpack[Asked],
    ) -> Self:
        """Return the estimate whose interval and p come from Student's t.

        Interval ends beyond `limits` are cut there, which costs no coverage. Below four degrees of freedom the warning
        ``few degrees of freedom`` is added.

        Parameters
        ----------
        value, se, df
            Estimate, standard error (> 0) and degrees of freedom (> 0).
        limits
            Lowest and highest possible value of the estimand.
        warnings
            Stable keys.
        **asked
            As in the class.

        Raises
        ------
        ValueError
            `se` or `df` is not above 0.
        """
        if not (se > 0 and df > 0):
            raise ValueError("Student's t needs a standard error and degrees of freedom above 0")
        question = {"null": 0.0, "alternative": "greater", "confidence": 0.95} | asked
        reach = float(special.stdtrit(df, (1 + confidence) / 2)) * se
    @classmethod
    def untestable(cls, value: float, *, limits: tuple[float, float], warning: str, **asked: Unpack[Asked]) -> Self:
        """Return an estimate whose uncertainty the data cannot tell, since nothing varies between independent units.

        No variation means no test. A standard error of zero would call the estimate certain, so it is NaN; the interval
        is all that is possible and p is 1, both valid whatever the truth and never in favour of a claim.

        Parameters
        ----------
        value
            The estimate.
        limits
            Lowest and highest possible value of the estimand; they become the interval.
        warning
            Stable key of what does not vary.
        **asked
            As in the class.
        """
        low, high = limits
        return cls(value=value, low=low, high=high, se=math.nan, p=1.0, warnings=(warning,), **asked)

    def smallest_detectable(self, power: float = 0.8) -> float:
        """Return the smallest true distance from `null` that a one-sided test would find with this power.

        ``(t(1 - alpha) + t(power)) * se`` with ``alpha = (1 - confidence) / 2`` and `df` degrees of freedom (normal where `df`
        is None). Uses the standard error, never the estimate: it is no "observed power".

        Parameters
        ----------
        power
            In [0.5, 1).

        Returns
        -------
        float
            In `unit`; NaN where there is no standard error above 0.

        Raises
        ------
        ValueError
            `power` is outside [0.5, 1).

        References
        ----------
        Bloom (1995), doi:10.1177/0193841X9501900504.
        """
        if not 0.5 <= power < 1:
            raise ValueError("power must lie in [0.5, 1)")
        if not self.se > 0:
            return math.nan
        levels = np.array([(1 + self.confidence) / 2, power])
        quantiles = special.ndtri(levels) if self.df is None else special.stdtrit(self.df, levels)
        return float(quantiles.sum() * self.se)

    def as_record(self) -> dict[str, Any]:
        """Return all fields as JSON types; NaN becomes None."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


def one_sided(statistic: float, df: float | None, alternative: Alternative) -> float:
    """Return the one-sided p of a t statistic (normal where `df` is None).

    Parameters
    ----------
    statistic
        (estimate - null) / standard error; may be infinite.
    df
        Degrees of freedom, above 0, or None.
    alternative
        Side on which the claim lies.

    Returns
    -------
    float
        In [0, 1]; equal to R's ``pt(statistic, df, lower.tail = FALSE)`` to 12 digits.
    """
    tail = -statistic if alternative == "greater" else statistic
    return float(special.ndtr(tail) if df is None else special.stdtr(df, tail))


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
