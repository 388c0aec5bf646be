"""A fitted cumulative logit model."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from entydig.statistics.cells import Floats
from entydig.statistics.ordinal_data import WeightsAre, design_matrix

__all__ = ["OrdinalFit"]


@dataclass(frozen=True, kw_only=True, eq=False)
class OrdinalFit:
    """A fitted cumulative logit model; all its numbers are NaN where there is a reason.

    Parameters
    ----------
    names
        Thresholds by the two levels they part, ``lower|upper``; then the slopes by column of the design,
        those of a column of `nonparallel` one for each threshold, ``column at threshold``.
    estimates
        Thresholds and slopes in log-odds, shape (P,).
    covariances
        Shape (P, P).
    variance
        ``model`` or ``sandwich``.
    df
        Degrees of freedom of the t reference, G - 1; None where it is the normal (variance ``model``).
    log_likelihood, null_log_likelihood
        Of this model and of the one without slopes; with sampling weights both are pseudo-likelihoods (of
        weights with mean one), fit for no test.
    n
        People used.
    clusters
        Clusters used; None where people are independent.
    levels
        The declared ones, in order.
    people
        At each declared level.
    columns, nonparallel
        Columns of the design, and those whose slope may differ between thresholds.
    weights_are
        ``frequency`` or ``sampling``.
    iterations
        Steps of Newton's method; 0 where none was taken.
    unbounded
        Slopes that run off (reason ``separation``).
    reason
        Stable key: ``no answers``; ``all alike`` (one level only); ``separation`` (a slope has no finite
        estimate); ``too few clusters``, ``too few answers`` (a slope rests on one single cluster, or on one
        person under sampling weights); ``no convergence``.
    warnings
        Stable keys: ``empty levels dropped`` (see `dropped`), ``fewer clusters than parameters`` (the
        covariance is singular), ``thresholds cross`` (nonparallel slopes give some row a negative share).
    """

    names: tuple[str, ...]
    estimates: Floats
    covariances: Floats
    variance: Literal["model", "sandwich"]
    df: int | None
    log_likelihood: float = math.nan
    null_log_likelihood: float = math.nan
    n: int
    clusters: int | None
    levels: tuple[Hashable, ...]
    people: tuple[int, ...]
    columns: tuple[str, ...]
    nonparallel: tuple[str, ...]
    weights_are: WeightsAre
    iterations: int = 0
    unbounded: tuple[str, ...] = ()
    reason: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def dropped(self) -> tuple[Hashable, ...]:
        """Declared levels that nobody chose."""
        return tuple(level for level, people in zip(self.levels, self.people, strict=True) if not people)

    @property
    def n_parameters(self) -> int:
        """Thresholds and slopes."""
        return len(self.names)

    @property
    def n_thresholds(self) -> int:
        """Levels that occur, less one."""
        return max(len(self.levels) - len(self.dropped) - 1, 0)

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2 `n_parameters` - 2 `log_likelihood`."""
        return 2 * (self.n_parameters - self.log_likelihood)

    @property
    def thresholds(self) -> pd.Series[float]:
        """Thresholds by name."""
        return self._named(self.estimates)[: self.n_thresholds]

    @property
    def coefficients(self) -> pd.Series[float]:
        """Slopes by name."""
        return self._named(self.estimates)[self.n_thresholds :]

    @property
    def covariance(self) -> pd.DataFrame:
        """Of thresholds and slopes, by name."""
        return pd.DataFrame(self.covariances, index=list(self.names), columns=list(self.names))

    @property
    def se(self) -> pd.Series[float]:
        """Standard errors of thresholds and slopes, by name."""
        return self._named(np.sqrt(np.diag(self.covariances)))

    def slopes(self, column: str) -> Floats:
        """Return the slope of a column at each threshold, shape (K - 1,); all the same unless nonparallel.

        Raises
        ------
        ValueError
            The design has no such column.
        """
        if column not in self.columns:
            raise ValueError(f"no column {column}")
        thresholds = self.names[: self.n_thresholds]
        free = column in self.nonparallel
        wanted = [f"{column} at {threshold}" if free else column for threshold in thresholds]
        return self.estimates[[self.names.index(name, self.n_thresholds) for name in wanted]]

    def table(self, confidence: float = 0.95) -> pd.DataFrame:
        """Return a row for each threshold and slope.

        Parameters
        ----------
        confidence
            Of the two-sided interval, in (0, 1).

        Returns
        -------
        pandas.DataFrame
            `value`, `se`, `low`, `high` in log-odds and the two-sided `p` against zero (no question is
            asked of thresholds, so theirs means nothing).

        Raises
        ------
        ValueError
            `confidence` is outside (0, 1).
        """
        if not 0 < confidence < 1:
            raise ValueError("confidence lies between 0 and 1")
        df = np.inf if self.df is None else self.df
        value, se = self._named(self.estimates), self.se
        reach = float(special.stdtrit(df, (1 + confidence) / 2)) * se
        p = 2 * special.stdtr(df, -np.abs(value / se))
        return pd.DataFrame({"value": value, "se": se, "low": value - reach, "high": value + reach, "p": p})

    def probabilities(self, design: pd.DataFrame) -> pd.DataFrame:
        """Return the share at each declared level that the model gives to rows of a design.

        Parameters
        ----------
        design
            Has the columns of the fitted design, in any order, without missing values.

        Returns
        -------
        pandas.DataFrame
            A column per declared level, rows as in `design`, each with sum one; a dropped level has zero,
            as its estimate is. NaN where the fit has a reason.

        Raises
        ------
        ValueError
            A column is absent, or a value is missing or infinite.
        """
        absent = [column for column in self.columns if column not in design]
        if absent:
            raise ValueError(f"the design lacks {', '.join(absent)}")
        occurs = np.array(self.people) > 0
        shares = np.full((len(design), len(occurs)), np.nan if self.reason else 0.0)
        if not self.reason:
            slopes = np.array([self.slopes(column) for column in self.columns]).reshape(-1, self.n_thresholds)
            reached = design_matrix(design[list(self.columns)]) @ slopes
            below = special.expit(self.estimates[: self.n_thresholds] - reached)
            shares[:, occurs] = np.diff(below, axis=1, prepend=0.0, append=1.0)
        return pd.DataFrame(shares, index=design.index, columns=pd.Index(self.levels))

    def _named(self, values: Floats) -> pd.Series[float]:
        return pd.Series(values, index=list(self.names))
