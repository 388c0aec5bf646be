"""Statistical disclosure control, applied when a table, a figure or a value is made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from entydig.survey.instrument import Scale

__all__ = ["BASE", "CELL", "Cell", "PublishedShare", "published_cells", "published_share"]

BASE = 10
"""Fewest answers under a published estimate."""

CELL = 5
"""Fewest people in a shown cell that is not empty."""

STEP = 20
"""Bounds are rounded to one part in this many: 5 percentage points."""


@dataclass(frozen=True)
class Cell:
    """Neighbouring levels shown as one: their codes and how many answers they hold together."""

    levels: tuple[int, ...]
    count: int


@dataclass(frozen=True)
class PublishedShare:
    """A share as it may be shown.

    Attributes
    ----------
    value : float
        The share, the bound, or NaN where nothing may be said.
    bound : str
        ``"exact"``, ``"at_least"``, ``"at_most"`` or ``"suppressed"``.
    n : int
        Base of the share.
    """

    value: float
    bound: str
    n: int


def published_share(positive: int, n: int) -> PublishedShare:
    """Give a share, or a bound that depends on the base only.

    Parameters
    ----------
    positive : int
        People who count.
    n : int
        People in the base.

    Returns
    -------
    PublishedShare
        Suppressed when the base is under `BASE`; a bound when the people who count, or the others, are under
        `CELL`: at least (n - 4) / n rounded down to 5 points, at most 4 / n rounded up.

    Examples
    --------
    >>> published_share(61, 63)
    PublishedShare(value=0.9, bound='at_least', n=63)
    >>> published_share(30, 60).value
    0.5
    """
    if n < BASE:
        return PublishedShare(math.nan, "suppressed", n)
    if n - positive < CELL:
        return PublishedShare(math.floor(STEP * (n - CELL + 1) / n) / STEP, "at_least", n)
    if positive < CELL:
        return PublishedShare(math.ceil(STEP * (CELL - 1) / n) / STEP, "at_most", n)
    return PublishedShare(positive / n, "exact", n)


def published_cells(counts: Mapping[int, int], scale: Scale, levels: str = "all") -> tuple[Cell, ...]:
    """Merge neighbouring levels until each shown cell is empty or holds at least `CELL` people.

    Parameters
    ----------
    counts : Mapping[int, int]
        Answers per level code.
    scale : Scale
        Gives the order of merging.
    levels : str
        ``"all"``, or ``"three"``: negative, middle and positive, and positive against the rest where a cell
        is still too small.

    Returns
    -------
    tuple of Cell
        Lowest level first; empty when the base is under `BASE` or nothing but one cell would be left.
    """
    n = sum(counts.values())
    if n < BASE:
        return ()
    if levels == "three":
        return _three(counts, scale)
    cells = [Cell((code,), counts.get(code, 0)) for code in scale.levels]
    for low, high in scale.merge:
        if not _any_small(cells):
            break
        if any(_is_small(cell) and (low in cell.levels or high in cell.levels) for cell in cells):
            cells = _merged(cells, low, high)
    while _any_small(cells) and len(cells) > 1:
        cells = _merge_smallest(cells)
    return tuple(cells) if len(cells) > 1 else ()


def _three(counts: Mapping[int, int], scale: Scale) -> tuple[Cell, ...]:
    parts = [part for part in (scale.negative, scale.neutral, scale.positive) if part]
    cells = [Cell(part, sum(counts.get(code, 0) for code in part)) for part in parts]
    positive = cells[-1]
    if any(0 < cell.count < CELL or cell.count == 0 for cell in cells):
        rest = tuple(code for cell in cells[:-1] for code in cell.levels)
        cells = [Cell(rest, sum(cell.count for cell in cells[:-1])), positive]
    return tuple(cells) if all(cell.count >= CELL for cell in cells) else ()


def _is_small(cell: Cell) -> bool:
    return 0 < cell.count < CELL


def _any_small(cells: list[Cell]) -> bool:
    return any(_is_small(cell) for cell in cells)


def _merged(cells: list[Cell], low: int, high: int) -> list[Cell]:
    """Merge the two cells that hold the given neighbours, when they are still apart."""
    for position in range(len(cells) - 1):
        if cells[position].levels[-1] == low and cells[position + 1].levels[0] == high:
            return _joined(cells, position)
    return cells


def _merge_smallest(cells: list[Cell]) -> list[Cell]:
    small = next(position for position, cell in enumerate(cells) if _is_small(cell))
    return _joined(cells, max(small - 1, 0))


def _joined(cells: list[Cell], position: int) -> list[Cell]:
    first, second = cells[position], cells[position + 1]
    return [
        *cells[:position],
        Cell(first.levels + second.levels, first.count + second.count),
        *cells[position + 2 :],
    ]
