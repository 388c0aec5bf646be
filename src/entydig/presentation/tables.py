"""Tables from data frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from pandas.api.types import is_float_dtype, is_numeric_dtype

from entydig.presentation.objects import Cell, Data, Table
from entydig.wording import number

__all__ = ["table"]


def table(
    frame: pd.DataFrame,
    *,
    caption: str,
    label: str,
    language: str,
    formats: Mapping[str, Callable[[Any], str]] | None = None,
    headings: Mapping[str, str] | None = None,
    row_headings: int = 1,
    numeric: Sequence[str] = (),
) -> Table:
    """Make a table of a frame, cell by cell as published.

    Parameters
    ----------
    frame : pandas.DataFrame
        Its columns in order; the index is not shown. It is not changed.
    caption, label, language : str
        As in `Table`; whole numbers are written as the language does.
    formats : mapping, optional
        Column to the function that writes a value; it does not see missing values, which become a dash.
    headings : mapping, optional
        Column to its heading; default its name.
    row_headings : int
        How many leading columns name the row.
    numeric : sequence of str
        Columns of written numbers, set to the right as columns of numbers are.

    Returns
    -------
    Table
        Numeric columns set to the right.

    Raises
    ------
    ValueError
        When the frame has no rows or columns, a format or heading names no column, or a column of fractions
        has no format: a number must not be published with more digits than somebody chose.
    """
    formats, headings = formats or {}, headings or {}
    if frame.empty:
        raise ValueError("a table needs at least one row and one column")
    unknown = [name for name in (*formats, *headings) if name not in frame.columns]
    if unknown:
        raise ValueError(
            f"no such column: {', '.join(unknown)}; the frame has {', '.join(map(str, frame.columns))}"
        )
    bare = [str(name) for name in frame.columns if is_float_dtype(frame[name]) and name not in formats]
    if bare:
        raise ValueError(f"say how fractions are written: no format for {', '.join(bare)}")
    columns = tuple(headings.get(name, str(name)) for name in frame.columns)
    right = frozenset(
        column
        for column, name in zip(columns, frame.columns, strict=True)
        if name in numeric or is_numeric_dtype(frame[name])
    )
    written = [_column(frame[name], formats.get(name), language) for name in frame.columns]
    data = Data(columns, tuple(zip(*written, strict=True)))
    return Table(label=label, caption=caption, data=data, numeric=right, row_headings=row_headings)


def _column(values: pd.Series[Any], form: Callable[[Any], str] | None, language: str) -> list[Cell]:
    return [None if pd.isna(value) else form(value) if form else _plain(value, language) for value in values]


def _plain(value: Any, language: str) -> str:
    whole = isinstance(value, int) or hasattr(value, "__index__")
    return number(int(value), language) if whole and not isinstance(value, bool) else str(value)
