"""One published number with everything a reader needs to doubt it."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any, Literal, NotRequired, Self, TypedDict, Unpack

import numpy as np
from scipy import special

__all__ = ["Alternative", "Asked", "Estimate", "Population", "Unit", "one_sided"]

Unit = Literal["share", "points", "probability"]
Population = Literal["roster", "process"]
Alternative = Literal["greater", "less"]

# Under four degrees of freedom the t reference itself is unreliable: Tipton (2015), doi:10.1037/met0000011.
FEWEST_DEGREES = 4.0


class Asked(TypedDict):
    """What is known of an estimate before anything is computed; fields as in `Estimate`."""

    unit: Unit
    population: Population
    method: str
    n: NotRequired[int]
    N: NotRequired[int | None]
    clusters: NotRequired[int | None]
    null: NotRequired[float]
    alternative: NotRequired[Alternative]
    confidence: NotRequired[float]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """An estimate with interval, base, test and the population it speaks of.

    Parameters
    ----------
    value, low, high
        The estimate and the ends of its two-sided interval, in `unit`. Shares and probabilities lie in [0,
        1]; points are differences of shares on the same scale (0.10 is ten percentage points).
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
        One-sided p against `null`, towards ``value > null`` (``greater``) or ``value < null`` (``less``).
    reason
        Stable key: why `value` is NaN. Given exactly then.
    warnings
        Stable keys of what a reader should know: ``all alike`` (no variation between clusters or people, so
        no test), ``no overlap`` (the same, since one side lies wholly above the other), ``all alike in a
        cell``, ``all alike, exact test``, ``few degrees of freedom``.

    Raises
    ------
    ValueError
        A NaN value without reason or a reason beside a value; ends out of order; a confidence or p outside
        its range; a negative n or standard error.

    Examples
    --------
    >>> change = Estimate.by_t(
    ...     0.08, se=0.03, df=40, n=500, clusters=54, unit="points", population="process", method="cr2"
    ... )
    >>> round(change.low, 3), round(change.high, 3), round(change.p, 4)
    (0.019, 0.141, 0.0055)
    """

    value: float
    low: float
    high: float
    confidence: float = 0.95
    n: int = 0
    N: int | None = None
    clusters: int | None = None
    unit: Unit
    population: Population
    method: str
    se: float
    df: float | None = None
    null: float = 0.0
    alternative: Alternative = "greater"
    p: float
    reason: str | None = None
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        checks = {
            "a reason is given exactly when the value is NaN": (self.reason is None)
            != math.isnan(self.value),
            "the interval's ends are in order": not self.low > self.high,
            "confidence lies between 0 and 1": 0 < self.confidence < 1,
            "p lies in [0, 1]": math.isnan(self.p) or 0 <= self.p <= 1,
            "n and se are not negative": not (self.se < 0 or self.n < 0),
            "alternative is greater or less": self.alternative in ("greater", "less"),
        }
        broken = [rule for rule, kept in checks.items() if not kept]
        if broken:
            raise ValueError(f"an estimate must keep: {'; '.join(broken)}")

    @classmethod
    def missing(cls, reason: str, **asked: Unpack[Asked]) -> Self:
        """Return the estimate that could not be made.

        Parameters
        ----------
        reason
            Stable key, not empty.
        **asked
            As in the class; `unit`, `population` and `method` are needed.

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

        Interval ends beyond `limits` are cut there, which costs no coverage. Below four degrees of freedom
        the warning ``few degrees of freedom`` is added.

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
        reach = float(special.stdtrit(df, (1 + asked.get("confidence", 0.95)) / 2)) * se
        low, high = max(value - reach, limits[0]), min(value + reach, limits[1])
        p = one_sided((value - asked.get("null", 0.0)) / se, df, asked.get("alternative", "greater"))
        few = ("few degrees of freedom",) if df < FEWEST_DEGREES else ()
        return cls(value=value, low=low, high=high, se=se, df=df, p=p, warnings=(*warnings, *few), **asked)

    @classmethod
    def untestable(
        cls, value: float, *, limits: tuple[float, float], warning: str, **asked: Unpack[Asked]
    ) -> Self:
        """Return an estimate whose uncertainty the data cannot tell, since nothing varies between units.

        No variation means no test. A standard error of zero would call the estimate certain, so it is NaN;
        the interval is all that is possible and p is 1. Both are valid whatever the truth and never favour
        a claim.

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
        """Return the smallest true distance from `null` that the one-sided test finds with this power.

        ``(t(1 - alpha) + t(power)) * se`` with ``alpha = (1 - confidence) / 2`` and `df` degrees of freedom
        (normal where `df` is None). It rests on the standard error only, so it is no "observed power".

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
        Bloom (1995), Minimum detectable effects, doi:10.1177/0193841X9501900504.
        """
        if not 0.5 <= power < 1:
            raise ValueError("power must lie in [0.5, 1)")
        if not self.se > 0:
            return math.nan
        levels = np.array([(1 + self.confidence) / 2, power])
        quantiles = special.ndtri(levels) if self.df is None else special.stdtrit(self.df, levels)
        return float(quantiles.sum() * self.se)

    def as_record(self) -> dict[str, Any]:
        """Return all fields as JSON types; what is not finite becomes None."""
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
        In [0, 1]; R: ``pt(statistic, df, lower.tail = FALSE)``, ``pnorm`` where `df` is None.
    """
    tail = -statistic if alternative == "greater" else statistic
    return float(special.ndtr(tail) if df is None else special.stdtr(df, tail))


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
