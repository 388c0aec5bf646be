"""Choosing several options without replacement: weights that give stated shares."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from entydig.errors import DataError, Problem
from entydig.survey.process import Shares

__all__ = ["inclusion", "solved_weights"]

WEIGHT_DECIMALS = 6
STEPS = 2000
CONVERGED = 1e-12
WIDEST = 30.0
Floats = NDArray[np.float64]


def inclusion(weights: Floats, picks: Mapping[int, float]) -> Floats:
    """Give the share of people who pick each option.

    A person picks options one after another, each with a chance in proportion to its weight among those left
    (Plackett, doi:10.2307/2346567); the options with the largest sums of log weight and standard Gumbel
    number have the same law (arXiv:1903.06059).

    Parameters
    ----------
    weights : array
        Positive, one for each option.
    picks : Mapping[int, float]
        How many options are picked, to its share of people; shares add to 1.

    Returns
    -------
    array
        One share for each option; they add to the mean number of picks.  Exact: all orders are enumerated.
    """
    orders, member = _orders(len(weights), picks)
    return np.asarray(_chances(weights, orders) @ member)


def solved_weights(shares: Shares, picks: Mapping[int, float]) -> Shares:
    """Solve the logarithms of the weights that give the shares, by a fixed point of their log odds.

    Parameters
    ----------
    shares : Shares
        Share of people who pick each option, above 0 and below 1; they add to the mean number of picks.
    picks : Mapping[int, float]
        As in `inclusion`.

    Returns
    -------
    Shares
        Log weights with mean 0, rounded to 6 decimals.

    Raises
    ------
    DataError
        No weights give these shares.
    """
    target = np.array(list(shares.values()))
    orders, member = _orders(len(target), picks)
    log_weights = np.log(target)
    for _ in range(STEPS):
        found = _chances(np.exp(log_weights), orders) @ member
        step = np.log(target / found) - np.log((1 - target) / (1 - found))
        # Half a step: a whole one can swing for ever where nearly all options are picked.
        log_weights = np.clip(log_weights + (step - step.mean()) / 2, -WIDEST, WIDEST)
        if np.abs(step).max() < CONVERGED:
            rounded = np.round(log_weights - log_weights.mean(), WEIGHT_DECIMALS)
            return dict(zip(shares, (float(value) for value in rounded), strict=True))
    described = ", ".join(f"{option} {100 * share:g} %" for option, share in shares.items())
    raise DataError(Problem("choices", f"no weights give {described}", "shares that so many picks can reach"))


def _orders(options: int, picks: Mapping[int, float]) -> tuple[NDArray[np.intp], Floats]:
    """List all orders of the most picks, and how much each counts for each option."""
    longest = max(picks)
    orders = np.array(list(permutations(range(options), longest)))
    member = np.zeros((len(orders), options))
    for position in range(longest):
        still = sum(share for number, share in picks.items() if number > position)
        member[np.arange(len(orders)), orders[:, position]] += still
    return orders, member


def _chances(weights: Floats, orders: NDArray[np.intp]) -> Floats:
    picked = weights[orders]
    left = weights.sum() - np.cumsum(picked, axis=1) + picked
    return np.asarray((picked / left).prod(axis=1))
