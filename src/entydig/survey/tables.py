"""Lays a draw out as the tables of a survey, in an order that gives away nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from entydig.survey.draws import Streams
from entydig.survey.instrument import Instrument, Item
from entydig.survey.rows import Rows

__all__ = ["Drawn", "answers_table", "roster_table"]

Objects = NDArray[np.object_]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A drawn roster with its answers.

    Attributes
    ----------
    rows : Rows
    codes : Mapping[str, array]
        Code of each row, by column of the answers; only of ordinal and choose-several items.
    order : array
        Rows in the order of the tables.  It is random over all waves, so that neither the number of a
        respondent nor the order of rows tells who is the same person.
    """

    rows: Rows
    codes: Mapping[str, NDArray[np.int64]]
    order: NDArray[np.intp]


def roster_table(instrument: Instrument, drawn: Drawn, streams: Streams) -> pd.DataFrame:
    """Give the roster, sorted by respondent."""
    rows, order = drawn.rows, drawn.order
    columns = {
        "cluster": _names("c", rows.cluster, 2),
        "unit": _names("u", rows.unit, 2),
        "panel": _names("p", _panel(rows, streams), 3),
    }
    for item in instrument.of_source("roster"):
        columns[item.id] = _values(rows.process.classes[item.id].levels, rows.classes[item.id])
    texts = pd.DataFrame({name: values[order] for name, values in columns.items()}).astype("str")
    return pd.concat([_keys(drawn), texts], axis=1)


def answers_table(
    instrument: Instrument, drawn: Drawn, blanks: Mapping[str, Booleans] | None = None
) -> pd.DataFrame:
    """Give everyone's answers, sorted by respondent.

    Parameters
    ----------
    instrument : Instrument
    drawn : Drawn
    blanks : Mapping[str, array], optional
        By item: whether the row leaves it empty.
    """
    answered = np.zeros(len(drawn.rows), dtype=bool)
    parts = [
        _columns(instrument, item, drawn, answered if blanks is None else blanks[item.id])
        for item in instrument.of_source("answers")
    ]
    return pd.concat([_keys(drawn), *parts], axis=1)


def _keys(drawn: Drawn) -> pd.DataFrame:
    process, order = drawn.rows.process, drawn.order
    return pd.DataFrame(
        {
            "respondent": _names("r", np.arange(len(order)), 4),
            "wave": np.array(process.waves)[drawn.rows.wave[order]],
            "group": np.array(list(process.seating), dtype=object)[drawn.rows.group[order]],
        }
    )


def _panel(rows: Rows, streams: Streams) -> NDArray[np.int64]:
    """Number in random order the people who are on several rosters and known to be the same; else -1."""
    known = streams.uniform(rows.n_persons, "panel known") < rows.process.panel_known
    named = (np.bincount(rows.person) > 1) & known
    number = np.full(rows.n_persons, -1)
    number[named] = streams.order(int(named.sum()), "panel numbers")
    return np.asarray(number[rows.person])


def _names(letter: str, numbers: NDArray[np.int64], width: int) -> Objects:
    """Name numbers from 0 on as 1, 2, ...; missing below 0."""
    count = int(numbers.max(initial=-1)) + 1
    width = max(width, len(str(count)))
    names = [f"{letter}{number:0{width}d}" for number in range(1, count + 1)]
    return np.asarray(np.array([*names, None], dtype=object)[numbers])


def _values(levels: tuple[str, ...], positions: NDArray[np.int64]) -> Objects:
    return np.asarray(np.array([*levels, None], dtype=object)[positions])


def _columns(instrument: Instrument, item: Item, drawn: Drawn, blank: Booleans) -> pd.DataFrame:
    order = drawn.order
    if item.classes:
        positions = np.where(blank, -1, drawn.rows.classes[item.id])
        values = _values(drawn.rows.process.classes[item.id].levels, positions)
        return pd.DataFrame({item.id: values[order]}).astype("str")
    if not item.scale and not item.options:
        return pd.DataFrame({item.id: np.full(len(order), None, dtype=object)}).astype("str")
    codes = {column: drawn.codes[column][order].astype(np.int8) for column in item.columns}
    empty = {column: blank[order] & (values != instrument.not_asked) for column, values in codes.items()}
    return pd.DataFrame({column: pd.arrays.IntegerArray(codes[column], empty[column]) for column in codes})
