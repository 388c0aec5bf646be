"""Draws a roster: clusters, units, seats, and the people in them wave by wave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from entydig.survey.draws import DECIMALS, Streams
from entydig.survey.process import Process, Seating

__all__ = ["Places", "Seats", "draw_places", "draw_seats"]

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Places:
    """Clusters and units, numbered from 0, units in the order of their clusters.

    Attributes
    ----------
    cluster_of : array
        The cluster of each unit.
    units_on, clusters_on : Mapping[int, array]
        By wave: whether the unit is on the roster, and whether any of the cluster's units is.
    """

    cluster_of: Integers
    units_on: Mapping[int, Booleans]
    clusters_on: Mapping[int, Booleans]

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return int(self.cluster_of[-1]) + 1


@dataclass(frozen=True, kw_only=True)
class Seats:
    """One group's seats, in the order of their places.

    Attributes
    ----------
    seating : Seating
    place : array
        Number of the cluster or unit.
    number : array
        Position among the seats of the place.
    present : Mapping[int, array]
        By wave: whether the seat is on the roster.
    person : Mapping[int, array]
        By wave: number of the person, -1 where the seat is not on the roster.
    stays : Mapping[int, array]
        By wave: whether the person held the seat in the wave before.
    """

    seating: Seating
    place: Integers
    number: Integers
    present: Mapping[int, Booleans]
    person: Mapping[int, Integers]
    stays: Mapping[int, Booleans]


def draw_places(process: Process, streams: Streams) -> Places:
    """Draw which units, and with them which clusters, are on each wave's roster.

    Units are put in one random order, of which each wave takes the first: the smaller roster lies inside the
    larger.
    """
    sizes = np.repeat(list(process.clusters.keys()), list(process.clusters.values()))
    cluster_of = np.repeat(np.arange(len(sizes)), sizes)
    rank = np.argsort(streams.order(len(cluster_of), "units asked"))
    units_on = {wave: rank < process.units_asked[wave] for wave in process.waves}
    clusters_on = {wave: np.bincount(cluster_of, weights=on) > 0 for wave, on in units_on.items()}
    return Places(cluster_of=cluster_of, units_on=units_on, clusters_on=clusters_on)


def draw_seats(process: Process, streams: Streams, places: Places, group: str, first_person: int) -> Seats:
    """Draw a group's seats and who holds them; people are numbered from `first_person`."""
    seating = process.seating[group]
    in_clusters = seating.place == "cluster"
    n_places = places.n_clusters if in_clusters else len(places.cluster_of)
    counts = _numbers(seating.seats, streams, n_places, group)
    place = np.repeat(np.arange(n_places), counts)
    on = places.clusters_on if in_clusters else places.units_on
    present = {wave: on[wave][place] for wave in process.waves}
    stays = _staying(process, streams, seating, present)
    return Seats(
        seating=seating,
        place=place,
        number=np.concatenate([np.arange(count) for count in counts]),
        present=present,
        person=_numbered(present, stays, first_person),
        stays=stays,
    )


def _staying(
    process: Process, streams: Streams, seating: Seating, present: Mapping[int, Booleans]
) -> dict[int, Booleans]:
    stays: dict[int, Booleans] = {}
    before = np.zeros_like(present[process.waves[0]])
    for wave, on in present.items():
        chance = streams.uniform(len(on), "stays", seating.group, wave)
        stays[wave] = on & before & (chance < seating.same_person)
        before = on
    return stays


def _numbered(
    present: Mapping[int, Booleans], stays: Mapping[int, Booleans], first_person: int
) -> dict[int, Integers]:
    person: dict[int, Integers] = {}
    before = np.zeros(0, dtype=np.int64)
    for wave, on in present.items():
        new = on & ~stays[wave]
        numbers = np.full(len(on), -1)
        numbers[new] = first_person + np.arange(new.sum())
        if stays[wave].any():
            numbers[stays[wave]] = before[stays[wave]]
        person[wave] = before = numbers
        first_person += int(new.sum())
    return person


def _numbers(seats: Mapping[int, float], streams: Streams, n_places: int, group: str) -> Integers:
    """Draw each place's number of seats."""
    ends = np.round(np.cumsum(list(seats.values())), DECIMALS)[:-1]
    drawn = (streams.uniform(n_places, "seats", group)[:, None] >= ends).sum(axis=1)
    return np.asarray(np.array(list(seats))[drawn], dtype=np.int64)
