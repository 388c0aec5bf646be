"""Draws the classes of a roster: of clusters, units, seats and persons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from entydig.survey.draws import DECIMALS, Streams
from entydig.survey.expectation import newcomers, not_leading, not_leading_given
from entydig.survey.process import ClassRule, Process, Shares
from entydig.survey.seats import Places, Seats

__all__ = ["ByWave", "draw_classes"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

ByWave = dict[int, Integers]
"""By wave, for each seat: position of the value among the class's levels; -1 where the class is not held."""


def draw_classes(process: Process, streams: Streams, places: Places, seats: Seats) -> dict[str, ByWave]:
    """Draw all classes of one group's seats.

    Classes of clusters and units have one stream for all groups, so that all groups see the same value.
    """
    drawn: dict[str, ByWave] = {}
    for rule in process.classes.values():
        if seats.seating.group not in rule.groups:
            drawn[rule.name] = dict.fromkeys(process.waves, np.full(len(seats.place), -1))
        elif rule.per == "seat":
            drawn[rule.name] = _of_seats(process, streams, rule, seats)
        elif rule.per == "person":
            given = drawn.get(rule.given, {})
            drawn[rule.name] = _of_persons(process, streams, rule, seats, given)
        else:
            drawn[rule.name] = _of_places(process, streams, rule, places, seats)
    return drawn


def _of_places(process: Process, streams: Streams, rule: ClassRule, places: Places, seats: Seats) -> ByWave:
    n_places = places.n_clusters if rule.per == "cluster" else len(places.cluster_of)
    chance = streams.uniform(n_places, "class", rule.name)
    drawn: ByWave = {}
    for wave in process.waves:
        values = _picked([rule.shares[wave]], rule, chance)
        if rule.per == "unit" and seats.seating.place == "cluster":
            values = _of_cluster(rule, places, values, wave)
        elif rule.per == "cluster" and seats.seating.place == "unit":
            values = values[places.cluster_of]
        drawn[wave] = values[seats.place]
    return drawn


def _of_cluster(rule: ClassRule, places: Places, values: Integers, wave: int) -> Integers:
    """Give the first (last) value among each cluster's units on the wave's roster."""
    first = rule.cluster_has == "first"
    values = np.where(places.units_on[wave], values, len(rule.levels) if first else -1)
    starts = np.searchsorted(places.cluster_of, np.arange(places.n_clusters))
    return np.asarray((np.minimum if first else np.maximum).reduceat(values, starts))


def _of_seats(process: Process, streams: Streams, rule: ClassRule, seats: Seats) -> ByWave:
    group = seats.seating.group
    chance = streams.uniform(len(seats.number), "class", rule.name, group)
    leads = np.array([rule.levels.index(value) for value in rule.leads], dtype=np.int64)
    leading = seats.number < len(leads)
    drawn: ByWave = {}
    for wave in process.waves:
        drawn[wave] = _picked([not_leading(process, rule, group, wave)], rule, chance)
        drawn[wave][leading] = leads[seats.number[leading]]
    return drawn


def _of_persons(process: Process, streams: Streams, rule: ClassRule, seats: Seats, given: ByWave) -> ByWave:
    """Draw newcomers; whoever stays keeps the draw, and moves only as the shares or the stated moves do."""
    group, drawn = seats.seating.group, ByWave()
    chance, before = np.zeros(0), np.zeros(0, dtype=np.int64)
    for wave in process.waves:
        fresh = streams.uniform(len(seats.number), "class", rule.name, group, wave)
        chance = np.where(seats.stays[wave], chance, fresh) if drawn else fresh
        if rule.rows:
            drawn[wave] = _picked_given(process, rule, seats, wave, given[wave], chance)
        else:
            drawn[wave] = _picked([newcomers(process, rule, group, wave)], rule, chance)
        if rule.moves and seats.stays[wave].any():
            moved = _picked([rule.moves[level] for level in rule.levels], rule, fresh, before)
            drawn[wave] = np.where(seats.stays[wave], moved, drawn[wave])
        before = drawn[wave]
    return drawn


def _picked_given(
    process: Process, rule: ClassRule, seats: Seats, wave: int, given: Integers, chance: Floats
) -> Integers:
    """Pick values whose distribution depends on another class, and on whether the seat leads."""
    other = process.classes[rule.given]
    rows = [next(row for row in rule.rows if level in row.values) for level in other.levels]
    usual = [not_leading_given(process, rule, row, seats.seating.group, wave) for row in rows]
    leading = [row.lead or shares for row, shares in zip(rows, usual, strict=True)]
    table = given + len(usual) * (seats.number < len(other.leads))
    return _picked([*usual, *leading], rule, chance, table)


def _picked(
    tables: Sequence[Shares], rule: ClassRule, chance: Floats, table: NDArray[np.generic] | None = None
) -> Integers:
    """Pick for each number from 0 to 1 a value's position, by the cumulated shares of its table."""
    shares = [[row.get(level, 0.0) for level in rule.levels] for row in tables]
    ends = np.round(np.cumsum(shares, axis=1), DECIMALS)[:, :-1]
    rows = ends[0] if table is None else ends[table.astype(np.int64)]
    return np.asarray((chance[:, None] >= rows).sum(axis=1), dtype=np.int64)
