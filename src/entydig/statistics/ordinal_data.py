"""Ordered answers beside a design, checked and counted by distinct row."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import linalg

from entydig.statistics.cells import Floats, Integers
from entydig.statistics.cumulative_logit import Likelihood

__all__ = ["Clusters", "Levels", "OrdinalData", "Weights", "WeightsAre", "design_matrix", "ordinal_data"]

WeightsAre = Literal["frequency", "sampling"]
Levels: TypeAlias = "pd.Series[Any] | pd.Categorical | npt.NDArray[Any] | Sequence[int]"
Weights: TypeAlias = "pd.Series[Any] | npt.NDArray[Any] | Sequence[float]"
Clusters: TypeAlias = "pd.Series[Any] | npt.NDArray[Any] | Sequence[Hashable]"

# Smallest part of a column's variance that is taken for more than rounding.
COLLINEAR = 1e-11


@dataclass(frozen=True, kw_only=True)
class OrdinalData:
    """Rows with a weight above zero.

    Parameters
    ----------
    codes
        Level of each row among the levels that occur, shape (n,), 0 .. K-1.
    labels
        The declared levels in order.
    occurring
        Positions among `labels` of the levels that occur, shape (K,).
    columns
        Names of the design's columns.
    centred
        The columns less their mean, in standard deviations, shape (n, columns).
    mean, scale
        Mean and standard deviation of each column.
    weight
        Shape (n,); sampling weights have mean one.
    unit
        Position of the independent unit of each row (cluster, or the row itself), shape (n,), 0 .. G-1.
    weights_are
        ``frequency`` or ``sampling``.
    clustered
        Whether the units are clusters.
    """

    codes: Integers
    labels: tuple[Hashable, ...]
    occurring: Integers
    columns: tuple[str, ...]
    centred: Floats
    mean: Floats
    scale: Floats
    weight: Floats
    unit: Integers
    weights_are: WeightsAre
    clustered: bool

    @property
    def n_units(self) -> int:
        """Independent units."""
        return int(self.unit.max()) + 1 if self.unit.size else 0

    @property
    def robust(self) -> bool:
        """Whether the variance has to be the sandwich."""
        return self.clustered or self.weights_are == "sampling"

    @property
    def people(self) -> Integers:
        """People of each row: the frequency weight, else one."""
        if self.weights_are == "sampling":
            return np.ones(len(self.codes), dtype=np.intp)
        return self.weight.astype(np.intp)

    @property
    def n_levels(self) -> int:
        """Levels that occur."""
        return len(self.occurring)

    def likelihood(self, free: npt.NDArray[np.bool_]) -> Likelihood:
        """Return the likelihood of the answers counted by distinct row, `free` columns first.

        Parameters
        ----------
        free
            For each column whether its slope may differ between thresholds.
        """
        place, first = _distinct(self.centred)
        cell = place * self.n_levels + self.codes
        counts = np.bincount(cell, weights=self.weight, minlength=len(first) * self.n_levels)
        return _likelihood(self.centred[first], free, counts.astype(np.float64).reshape(len(first), -1))

    def likelihood_by_person(self, free: npt.NDArray[np.bool_]) -> Likelihood:
        """Return the same with a row per row of the data."""
        counts = self.weight[:, None] * (self.codes[:, None] == np.arange(self.n_levels))
        return _likelihood(self.centred, free, counts)

    def rests_on_one_unit(self) -> bool:
        """Whether some slope could not be estimated without one single unit."""
        basis = linalg.qr(np.column_stack([np.ones(len(self.codes)), self.centred]), mode="economic")[0]
        leverage = np.bincount(self.unit, weights=(basis**2).sum(axis=1))
        for suspect in np.flatnonzero(leverage > 1 - COLLINEAR):
            own = basis[self.unit == suspect]
            if np.linalg.eigvalsh(own.T @ own)[-1] > 1 - COLLINEAR:
                return True
        return False


def ordinal_data(
    levels: Levels,
    design: pd.DataFrame,
    *,
    weights: Weights | None,
    weights_are: WeightsAre,
    clusters: Clusters | None,
    n_levels: int | None,
) -> OrdinalData:
    """Return the data of a fit; parameters and errors as in `entydig.statistics.ordinal.fit`."""
    for name, given in {"levels": levels, "weights": weights, "clusters": clusters}.items():
        _same_rows(name, given, design)
    codes, labels = _levels(levels, n_levels)
    matrix = design_matrix(design)
    weight = _weights(weights, weights_are, len(codes))
    unit, clustered = _units(clusters, len(codes))
    used = weight > 0
    if not used.all():
        codes, matrix, weight = codes[used], matrix[used], weight[used]
        unit = np.unique(unit[used], return_inverse=True)[1]
    if weights_are == "sampling" and weight.size:
        weight = weight / weight.mean()
    mean, scale = _scale_of(matrix, list(design.columns))
    occurs = np.bincount(codes, minlength=len(labels)) > 0
    codes = (np.cumsum(occurs) - 1)[codes]
    return OrdinalData(
        codes=codes,
        labels=labels,
        occurring=np.flatnonzero(occurs),
        columns=tuple(design.columns),
        centred=(matrix - mean) / scale,
        mean=mean,
        scale=scale,
        weight=weight,
        unit=unit,
        weights_are=weights_are,
        clustered=clustered,
    )


def design_matrix(design: pd.DataFrame) -> Floats:
    """Return the design as floats.

    Raises
    ------
    ValueError
        A value is missing or infinite, or a column's name comes twice.
    """
    if not design.columns.is_unique:
        raise ValueError("the design has two columns of one name")
    matrix = design.to_numpy(dtype=np.float64, na_value=np.nan)
    if not np.isfinite(matrix).all():
        raise ValueError("the design must be finite; rows with missing values are dropped before")
    return matrix


def _same_rows(name: str, given: Any, design: pd.DataFrame) -> None:
    if given is None:
        return
    if len(given) != len(design):
        raise ValueError(f"{name} and design have different numbers of rows")
    if isinstance(given, pd.Series) and not given.index.equals(design.index):
        raise ValueError(f"{name} and design have different row labels: align them before")


def _levels(levels: Any, n_levels: int | None) -> tuple[Integers, tuple[Hashable, ...]]:
    if isinstance(getattr(levels, "dtype", None), pd.CategoricalDtype):
        categories = pd.Categorical(levels)
        if not categories.ordered or n_levels is not None:
            raise ValueError("categories must be ordered, and are themselves the declared levels")
        codes, labels = categories.codes.astype(np.intp), tuple(categories.categories)
    else:
        given = pd.array(levels).to_numpy(dtype=np.float64, na_value=np.nan)
        codes = np.where(given == np.floor(given), given, -1).astype(np.intp)
        highest = int(codes.max(initial=-1)) + 1
        labels = tuple(range(highest if n_levels is None else n_levels))
    if not ((codes >= 0) & (codes < len(labels))).all():
        raise ValueError("levels must be codes 0 .. n_levels - 1; missing ones are dropped before")
    return codes, labels


def _weights(weights: Any, weights_are: WeightsAre, n: int) -> Floats:
    if weights_are not in ("frequency", "sampling"):
        raise ValueError("weights are frequency or sampling")
    if weights is None:
        return np.ones(n)
    found = pd.array(weights).to_numpy(dtype=np.float64, na_value=np.nan)
    if not ((found >= 0) & np.isfinite(found)).all():
        raise ValueError("weights must be finite and not negative")
    if weights_are == "frequency" and (found != np.floor(found)).any():
        raise ValueError("frequency weights count people: whole numbers only")
    return np.asarray(found, dtype=np.float64)


def _units(clusters: Any, n: int) -> tuple[Integers, bool]:
    codes, names = (None, ()) if clusters is None else pd.factorize(pd.array(clusters))
    if codes is None or not len(names):
        return np.arange(n), False
    if (codes < 0).any():
        raise ValueError("some rows have a cluster and others have none")
    return codes, True


def _scale_of(matrix: Floats, names: Sequence[str]) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of each column; refuse constant and collinear ones."""
    if not matrix.size:
        return np.zeros(len(names)), np.ones(len(names))
    mean = matrix.mean(axis=0)
    centred = matrix - mean
    scale = np.sqrt(np.einsum("rc,rc->c", centred, centred) / len(matrix))
    constant = scale <= COLLINEAR * np.abs(matrix).max(axis=0)
    if constant.any():
        raise ValueError(f"constant columns: {_named(names, constant)}")
    correlation = centred.T @ centred / np.outer(scale, scale) / len(matrix)
    if np.linalg.eigvalsh(correlation)[0] < COLLINEAR:
        # Pivoting leaves those columns to the end that add least to the ones before.
        triangle, order = linalg.qr(correlation, mode="r", pivoting=True)
        follows = np.zeros(len(names), dtype=bool)
        follows[order] = np.abs(np.diag(triangle)) < COLLINEAR * len(names)
        raise ValueError(f"columns that follow from others: {_named(names, follows)}")
    return mean, scale


def _named(names: Sequence[str], chosen: npt.NDArray[np.bool_]) -> str:
    return ", ".join(str(name) for name, is_chosen in zip(names, chosen, strict=True) if is_chosen)


def _likelihood(centred: Floats, free: npt.NDArray[np.bool_], counts: Floats) -> Likelihood:
    place, first = _distinct(centred[:, free])
    own = np.column_stack([np.ones(len(first)), -centred[first][:, free]])
    return Likelihood(free=own, place=place, parallel=-centred[:, ~free], counts=counts)


def _distinct(matrix: Floats) -> tuple[Integers, Integers]:
    """Return each row's position among the distinct rows, and the first row of each."""
    place, found = np.zeros(len(matrix), dtype=np.intp), min(len(matrix), 1)
    for column in matrix.T:
        codes, values = pd.factorize(column)
        if found > 1:
            codes, values = pd.factorize(place * len(values) + codes)
        place, found = codes, len(values)
        if found == len(matrix):
            break
    first = np.zeros(found, dtype=np.intp)
    first[place[::-1]] = np.arange(len(place))[::-1]
    return place, first
