"""Answers sorted into the cells (group and wave) of a contrast, with the unit each answer depends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["Answers", "Cell", "Cells", "Floats", "Integers", "cells_of", "normalised", "one_wave"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]

# Group and wave; None takes all of them.
Cell = tuple[str | None, int | None]

# Columns of one length: a table, or a mapping of arrays.
Answers = pd.DataFrame | Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The answers of a contrast.

    Parameters
    ----------
    values
        Answers, shape (n,).
    cell
        Position of each answer's cell, shape (n,), 0 .. J-1.
    unit
        Position of each answer's independent unit (cluster, or person where there are none), shape (n,), 0
        .. G-1.
    n_cells
        J, empty ones included.
    clustered
        Whether the units are clusters.
    """

    values: Floats
    cell: Integers
    unit: Integers
    n_cells: int
    clustered: bool

    @property
    def n_units(self) -> int:
        """Independent units with an answer."""
        return int(self.unit.max()) + 1 if self.unit.size else 0

    @property
    def clusters(self) -> int | None:
        """Clusters with an answer; None where people are independent."""
        return self.n_units if self.clustered else None

    @property
    def sizes(self) -> Integers:
        """Answers in each cell, shape (J,)."""
        return np.bincount(self.cell, minlength=self.n_cells)

    def summed(self, values: Floats | None = None) -> Floats:
        """Return sums (counts without `values`) by unit and cell, shape (G, J)."""
        place = self.unit * self.n_cells + self.cell
        sums = np.bincount(place, weights=values, minlength=self.n_units * self.n_cells)
        return sums.reshape(self.n_units, self.n_cells).astype(np.float64)

    def alike(self) -> npt.NDArray[np.bool_]:
        """Return for each cell whether all its answers are equal, shape (J,); no cell may be empty."""
        ordered = self.values[np.argsort(self.cell)]
        starts = np.cumsum(self.sizes) - self.sizes
        return np.asarray(np.maximum.reduceat(ordered, starts) == np.minimum.reduceat(ordered, starts))

    def obstacle(self) -> str | None:
        """Return the key of what forbids an estimate with a standard error, if anything.

        A cell whose answers all come from one unit tells nothing about how units differ; a generalised
        inverse would quietly count its variance as zero.
        """
        if not self.sizes.all():
            return "no answers"
        if (np.count_nonzero(self.summed(), axis=0) < 2).any():
            return "too few clusters" if self.clustered else "too few answers"
        return None


def cells_of(answers: Answers, wanted: Sequence[Cell], *, lowest: float, highest: float) -> Cells:
    """Return the answers that lie in the wanted cells.

    Parameters
    ----------
    answers
        A row per answer: `value` (float), and where the cells ask for them `group` and `wave`; `cluster`
        may be absent or all missing: then each row is a unit of its own. Where people come back and there
        are no clusters, let the person be the cluster. Other columns are not read.
    wanted
        Group and wave of each cell, without overlap.
    lowest, highest
        Range the values must keep.

    Raises
    ------
    ValueError
        A value is missing or outside the range; some answers have a cluster and others have none.
    """
    values = _floats(answers["value"])
    if not ((values >= lowest) & (values <= highest)).all():
        raise ValueError(f"answers must lie in [{lowest}, {highest}]; missing ones are dropped before")
    cell = np.full(len(values), -1, dtype=np.intp)
    for position, (group, wave) in enumerate(wanted):
        cell[_is(answers, "group", group) & _is(answers, "wave", wave)] = position
    kept = cell >= 0
    units, clustered = _units(answers)
    _, unit = np.unique(units[kept], return_inverse=True)
    return Cells(values=values[kept], cell=cell[kept], unit=unit, n_cells=len(wanted), clustered=clustered)


def one_wave(answers: Answers) -> Answers:
    """Return the answers as they are.

    Raises
    ------
    ValueError
        They come from several waves, so that a comparison of groups would mix them.
    """
    if "wave" in answers and pd.Series(answers["wave"]).nunique() > 1:
        raise ValueError("a gap is of one wave: select it before")
    return answers


def normalised(weights: Mapping[str, float]) -> dict[str, float]:
    """Return weights that sum to one, those of zero left out.

    Raises
    ------
    ValueError
        A weight is negative or not finite, or none is above zero.
    """
    total = sum(weights.values())
    if not all(weight >= 0 for weight in weights.values()) or not 0 < total < np.inf:
        raise ValueError("weights of groups must be finite, not negative and not all zero")
    return {group: weight / total for group, weight in weights.items() if weight > 0}


def _floats(column: Any) -> Floats:
    if isinstance(column, pd.Series):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(column, dtype=np.float64)


def _is(answers: Answers, column: str, wanted: str | int | None) -> npt.NDArray[np.bool_]:
    if wanted is None:
        return np.ones(len(answers["value"]), dtype=bool)
    equal = answers[column] == wanted
    return equal.to_numpy(dtype=bool, na_value=False) if isinstance(equal, pd.Series) else equal


def _units(answers: Answers) -> tuple[Integers, bool]:
    if "cluster" not in answers or pd.isna(answers["cluster"]).all():
        return np.arange(len(answers["value"])), False
    codes, _ = pd.factorize(np.asarray(answers["cluster"], dtype=object))
    if (codes < 0).any():
        raise ValueError("some answers have a cluster and others have none")
    return codes, True
