"""A drawn roster: one row for each seat and wave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from entydig.survey.draws import Streams
from entydig.survey.process import Process
from entydig.survey.roster_classes import ByWave, draw_classes
from entydig.survey.seats import Places, Seats, draw_places, draw_seats

__all__ = ["Rows", "draw_rows"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The roster: groups in the order of the parameters, then waves, then seats.

    Attributes
    ----------
    process : Process
    group, wave : array
        Positions among the groups and waves of the process.
    cluster, unit : array
        Numbers; unit -1 where the seat belongs to the whole cluster.
    person : array
        Number of the person, 0 or more.
    joins : array
        Whether the person is new, in any wave after the first.
    classes : Mapping[str, array]
        Position of the value among the class's levels; -1 where the class does not apply.
    """

    process: Process
    group: Integers
    wave: Integers
    cluster: Integers
    unit: Integers
    person: Integers
    joins: Booleans
    classes: Mapping[str, Integers]

    def __len__(self) -> int:
        return len(self.group)

    @property
    def n_persons(self) -> int:
        """Number of people."""
        return int(self.person.max()) + 1

    def by_cell(self, values: Mapping[tuple[str, int], float]) -> Floats:
        """Give each row the value of its group and wave; NaN where there is none."""
        groups, waves = self.process.seating, self.process.waves
        table = np.array([[values.get((group, wave), np.nan) for wave in waves] for group in groups])
        return np.asarray(table[self.group, self.wave])

    def by_level(self, name: str, values: Mapping[str, float]) -> Floats:
        """Give each row the number that belongs to its value of a class; 0 where there is none."""
        table = np.array([*(values.get(level, 0.0) for level in self.process.classes[name].levels), 0.0])
        return np.asarray(table[self.classes[name]])

    def among(self, groups: tuple[str, ...], wave: int, classes: Mapping[str, tuple[str, ...]]) -> Booleans:
        """Tell which rows are of these groups, this wave, and these values of classes."""
        positions = [list(self.process.seating).index(group) for group in groups]
        found = np.isin(self.group, positions) & (self.wave == self.process.waves.index(wave))
        for name, values in classes.items():
            found &= self.by_level(name, dict.fromkeys(values, 1.0)) > 0
        return np.asarray(found)


def draw_rows(process: Process, streams: Streams) -> Rows:
    """Draw places first, then for each group seats, people and classes."""
    places = draw_places(process, streams)
    parts: list[Rows] = []
    people = 0
    for group in process.seating:
        seats = draw_seats(process, streams, places, group, people)
        people = max(people, *(int(person.max()) + 1 for person in seats.person.values()))
        parts.append(_rows(process, places, seats, draw_classes(process, streams, places, seats)))
    return Rows(
        process=process,
        group=np.concatenate([part.group for part in parts]),
        wave=np.concatenate([part.wave for part in parts]),
        cluster=np.concatenate([part.cluster for part in parts]),
        unit=np.concatenate([part.unit for part in parts]),
        person=np.concatenate([part.person for part in parts]),
        joins=np.concatenate([part.joins for part in parts]),
        classes={name: np.concatenate([part.classes[name] for part in parts]) for name in process.classes},
    )


def _rows(process: Process, places: Places, seats: Seats, classes: Mapping[str, ByWave]) -> Rows:
    """Stack the waves of one group's seats."""
    present = {wave: np.flatnonzero(on) for wave, on in seats.present.items()}
    joins = {wave: ~stays & (wave != process.waves[0]) for wave, stays in seats.stays.items()}
    place = np.concatenate([seats.place[here] for here in present.values()])
    in_clusters = seats.seating.place == "cluster"
    counts = [len(here) for here in present.values()]
    return Rows(
        process=process,
        group=np.full(len(place), list(process.seating).index(seats.seating.group)),
        wave=np.repeat(np.arange(len(counts)), counts),
        cluster=place if in_clusters else places.cluster_of[place],
        unit=np.full(len(place), -1) if in_clusters else place,
        person=np.concatenate([seats.person[wave][here] for wave, here in present.items()]),
        joins=np.concatenate([joins[wave][here] for wave, here in present.items()]),
        classes={
            name: np.concatenate([drawn[wave][here] for wave, here in present.items()])
            for name, drawn in classes.items()
        },
    )
