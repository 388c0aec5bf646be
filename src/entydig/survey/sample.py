"""Chosen answers, column by column: what estimators read, without a table being built for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["Columns", "Sample"]

CARRIED = ("respondent", "wave", "group", "cluster", "panel")
Array = npt.NDArray[Any]


class Columns(dict[str, Array]):
    """The columns of a table as arrays, each made when it is first asked for.

    Numbers become floats with NaN where missing; text becomes objects with None where missing.

    Parameters
    ----------
    table : DataFrame
    """

    def __init__(self, table: pd.DataFrame) -> None:
        super().__init__()
        self.table = table
        self._masks: dict[tuple[str, Any], npt.NDArray[np.bool_]] = {}

    def having(self, name: str, value: Any) -> npt.NDArray[np.bool_]:
        """Tell which rows have the value in the column; made once."""
        if (name, value) not in self._masks:
            self._masks[name, value] = self[name] == value
        return self._masks[name, value]

    def __missing__(self, name: str) -> Array:
        column = self.table[name]
        if pd.api.types.is_numeric_dtype(column):
            made = column.to_numpy(dtype=np.float64, na_value=np.nan)
        else:
            made = column.astype(object).where(column.notna(), None).to_numpy()
        self[name] = made
        return made


class Sample(Mapping[str, Array]):
    """One value for each of some answer sheets, with who gave it.

    As a mapping it has the columns ``value``, ``group``, ``wave`` and, where the sheets have them,
    ``cluster``, ``respondent`` and ``panel``: what every function of `entydig.statistics` reads.

    Parameters
    ----------
    columns : Columns
        Of all sheets.
    kept : array
        Positions of the sheets.
    value : array
        One number for each of them.
    replaced : mapping, optional
        Columns that take the place of the sheets' own.
    """

    def __init__(
        self, columns: Columns, kept: Array, value: Array, replaced: Mapping[str, Array] | None = None
    ) -> None:
        self._columns = columns
        self._kept = kept
        self._replaced = dict(replaced or {})
        self._own = {"value": value, **self._replaced}

    def __getitem__(self, name: str) -> Array:
        if name not in self:
            raise KeyError(name)
        if name not in self._own:
            self._own[name] = self._columns[name][self._kept]
        return self._own[name]

    def __iter__(self) -> Iterator[str]:
        return iter(["value", *(name for name in CARRIED if name in self)])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return name in self._own or (name in CARRIED and name in self._columns.table)

    @property
    def n(self) -> int:
        """Number of values."""
        return len(self._kept)

    @staticmethod
    def joined(samples: Mapping[str, Sample]) -> Sample:
        """Put samples together, each as a group of its own, named by the key."""
        parts = list(samples.values())
        if any(part._columns is not parts[0]._columns for part in parts):
            tables = [part.frame().assign(group=name) for name, part in samples.items()]
            columns = Columns(pd.concat(tables, ignore_index=True))
            return Sample(columns, np.arange(len(columns.table)), columns["value"])
        whole = np.concatenate([part._kept for part in parts])
        replaced = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]._replaced} | {
            "group": np.repeat(np.array(list(samples), dtype=object), [part.n for part in parts])
        }
        return Sample(parts[0]._columns, whole, np.concatenate([part["value"] for part in parts]), replaced)

    def frame(self) -> pd.DataFrame:
        """Give the answers as a table, one row each, replaced columns included."""
        carried = [name for name in CARRIED if name in self._columns.table]
        table = self._columns.table[carried].iloc[self._kept].reset_index(drop=True)
        return table.assign(value=self["value"], **self._replaced)
