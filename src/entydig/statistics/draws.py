"""Signs, labels and weights of independent units: all of them where they are few, else drawn at random.

They come in blocks of rows, so that memory stays bounded whatever the number of draws, and are meant to be
multiplied with sums by unit (`entydig.statistics.cells.Cells.summed`). Where rows are random the observed
one stands first, so that the share of extreme rows is (b + 1) / (B + 1).

References
----------
Phipson and Smyth (2010), Permutation p-values should never be zero, doi:10.2202/1544-6115.1585.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice

import numpy as np

from entydig.statistics.cells import Floats

__all__ = ["TIE", "are_few", "label_blocks", "sign_blocks", "weight_blocks"]

# Up to so many units all signs are counted: 4,096 of them.
MOST_UNITS = 12
FEWEST_DRAWS = 99
# Entries of a block.
BLOCK = 2**20
# Statistics that are equal by arithmetic differ by rounding; they must tie.
TIE = 1e-10


def are_few(units: int) -> bool:
    """Return whether `sign_blocks` gives all signs of so many units."""
    return units <= MOST_UNITS


def sign_blocks(units: int, draws: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Give signs, +1 or -1, in blocks of shape (rows, units): all 2^units once, or random ones.

    Parameters
    ----------
    units
        Independent units, at least 1; up to twelve all signs are given.
    draws
        Random rows, at least 99; they follow the observed row (all +1).
    rng
        Not read where all are given.

    Raises
    ------
    ValueError
        `draws` is below 99.

    Examples
    --------
    >>> [block.tolist() for block in sign_blocks(2, 99, np.random.default_rng(1))]
    [[[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]]]
    """
    sizes = _sizes(units, draws)
    if are_few(units):
        yield 1.0 - 2.0 * (np.arange(2**units)[:, None] >> np.arange(units) & 1).astype(np.float64)
        return
    yield np.ones((1, units))
    for rows in sizes:
        yield 1.0 - 2.0 * rng.integers(0, 2, size=(rows, units), dtype=np.int8).astype(np.float64)


def label_blocks(
    observed: Floats, draws: int, rng: np.random.Generator, *, enumerated: bool
) -> Iterator[Floats]:
    """Give labels, 1 or 0, with as many ones as observed, in blocks of shape (rows, units).

    Parameters
    ----------
    observed
        Labels as they are, shape (units,).
    draws
        Random rows, at least 99; they follow the observed row.
    rng
        Not read where all are given.
    enumerated
        Whether to give all labels, each once, instead of random ones.

    Raises
    ------
    ValueError
        `draws` is below 99.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> [block.tolist() for block in label_blocks(np.array([1.0, 0, 0]), 99, rng, enumerated=True)]
    [[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]]
    """
    units, sizes = len(observed), _sizes(len(observed), draws)
    if not enumerated:
        yield observed[None]
        for rows in sizes:
            yield rng.permuted(np.tile(observed, (rows, 1)), axis=1)
        return
    chosen = combinations(range(units), int(observed.sum()))
    while ones := list(islice(chosen, max(BLOCK // units, 1))):
        block = np.zeros((len(ones), units))
        np.put_along_axis(block, np.array(ones, dtype=np.intp).reshape(len(ones), -1), 1.0, axis=1)
        yield block


def weight_blocks(units: int, draws: int, rng: np.random.Generator, *, rows: int) -> Iterator[Floats]:
    """Give how often each unit is drawn in a bootstrap, in blocks of shape (at most `rows`, units).

    Each row is multinomial: `units` draws with replacement, each unit as likely.

    Parameters
    ----------
    units
        Independent units, at least 1.
    draws
        Rows in all, at least 99.
    rng
        Source of the draws.
    rows
        Largest block.

    Raises
    ------
    ValueError
        `draws` is below 99.

    Examples
    --------
    >>> [block.sum() for block in weight_blocks(7, 150, np.random.default_rng(1), rows=100)] == [700, 350]
    True
    """
    for size in _sizes(units, draws, rows):
        # Counting indices takes a tenth of the time of `Generator.multinomial`.
        drawn = rng.integers(0, units, size=(size, units))
        drawn += np.arange(0, size * units, units)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=size * units)
        yield weights.reshape(size, units).astype(np.float64)


def _sizes(units: int, draws: int, rows: int | None = None) -> list[int]:
    if draws < FEWEST_DRAWS:
        raise ValueError(f"at least {FEWEST_DRAWS} random draws are needed")
    step = rows or max(BLOCK // units, 1)
    return [min(step, draws - start) for start in range(0, draws, step)]
