"""Named synthetic truths: reads their parameters and gives what each aims at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from entydig.errors import DataError, Problem
from entydig.survey.document import read_document, schema
from entydig.survey.expectation import intercept, marginal
from entydig.survey.instrument import Instrument
from entydig.survey.process import Cell, Process
from entydig.survey.process_checks import check_process
from entydig.survey.process_document import process_of
from entydig.survey.selection import solved_weights
from entydig.survey.targets import changed, read_targets
from entydig.survey.world_references import check_references

__all__ = ["Worlds", "read_worlds"]


@dataclass(frozen=True)
class Worlds:
    """All worlds of an evaluation.

    Attributes
    ----------
    seed : int
        Of the shipped data.
    default : str
        The world of the shipped data.
    instrument : Instrument
    processes : Mapping[str, Process]
        Parameters by name of the world.
    """

    seed: int
    default: str
    instrument: Instrument
    processes: Mapping[str, Process]

    def process(self, world: str) -> Process:
        """Give a world's parameters.

        Raises
        ------
        DataError
            There is no such world.
        """
        if world not in self.processes:
            known = ", ".join(self.processes)
            raise DataError(Problem("worlds", f"there is no world {world!r}", f"one of {known}"))
        return self.processes[world]

    def target(self, world: str, item: str, group: str, wave: int, class_level: str | None = None) -> float:
        """Give the share that a world aims at: of positive answers, or of people who choose an option.

        Parameters
        ----------
        world, group : str
        item : str
            An ordinal item, or the column of an option (``"<item>_<option>"``).
        wave : int
        class_level : str, optional
            A value of the class on which the item's target depends.  Without it, the mean over that class.
            Where the target depends on no class, the value makes no difference.

        Returns
        -------
        float
            0 to 1; of positive answers, the share among opinions.  Offsets are left out, since their mean is
            0 in each group and wave.

        Raises
        ------
        DataError
            The world is unknown, the item is not asked of the group in the wave, or the class has no such
            value.
        """
        process = self.process(world)
        cell = (group, wave)
        if (item, cell) in process.by_class:
            return _by_class(process, item, cell, class_level)
        row = process.positive.get(item) or _option(process, item)
        if cell not in row:
            found = f"{item} has no target for {group} {wave}"
            raise DataError(Problem(f"world {world}", found, "an item or option asked there"))
        return row[cell]

    def of_size(self, clusters: int) -> Worlds:
        """Give the same worlds with fewer clusters, in the same shape.

        Parameters
        ----------
        clusters : int
            At least 1 and at most as many as there are.

        Returns
        -------
        Worlds
            Cluster sizes keep their proportions as nearly as whole clusters can (largest remainders, the
            smaller size first where they tie); the units asked in each wave keep their share, rounded down.

        Raises
        ------
        DataError
            There are fewer clusters than that.
        """
        resized = {name: _of_size(process, clusters) for name, process in self.processes.items()}
        return replace(self, processes=MappingProxyType(resized))


def read_worlds(path: Path, instrument: Instrument) -> Worlds:
    """Read and check a file of worlds, and solve what it leaves to be solved.

    Raises
    ------
    DataError
        The file breaks its schema, speaks of things the instrument does not know, its shares do not add up,
        or totals cannot be reached.
    """
    content = read_document(path, schema("worlds"))
    check_references(path, content, instrument)
    base = read_targets(content)
    processes = {}
    for name, change in content["worlds"].items():
        process = process_of(name, content, change, changed(base, change), instrument)
        check_process(path, process, instrument)
        processes[name] = _solved(process)
    return Worlds(content["seed"], content["default"], instrument, MappingProxyType(processes))


def _solved(process: Process) -> Process:
    intercepts = {cell: intercept(process, *cell) for cell in process.cells}
    choices = {}
    for item, rule in process.choices.items():
        weights = {cell: solved_weights(shares, rule.picks) for cell, shares in rule.shares.items()}
        choices[item] = replace(rule, weights=weights)
    return replace(process, intercepts=intercepts, choices=choices)


def _of_size(process: Process, clusters: int) -> Process:
    total = sum(process.clusters.values())
    if not 1 <= clusters <= total:
        raise DataError(Problem(f"world {process.name}", f"{clusters} clusters", f"1 to {total}"))
    exact = {size: number * clusters / total for size, number in process.clusters.items()}
    kept = {size: int(number) for size, number in exact.items()}
    by_remainder = sorted(exact, key=lambda size: (kept[size] - exact[size], size))
    for size in by_remainder[: clusters - sum(kept.values())]:
        kept[size] += 1
    units, before = (sum(size * number for size, number in each.items()) for each in (kept, process.clusters))
    # Rounded down: a larger share of stayers could leave totals of their classes out of reach.
    asked = {wave: max(number * units // before, 1) for wave, number in process.units_asked.items()}
    return _solved(replace(process, clusters=kept, units_asked=asked))


def _by_class(process: Process, item: str, cell: Cell, class_level: str | None) -> float:
    name, shares = process.by_class[item, cell]
    if class_level is None:
        weights = marginal(process, name, *cell)
        return sum(weights[value] * share for value, share in shares.items())
    if class_level not in shares:
        found = f"{name} has no value {class_level!r}"
        raise DataError(Problem(f"world {process.name}, {item}", found, f"one of {', '.join(shares)}"))
    return shares[class_level]


def _option(process: Process, column: str) -> Mapping[Cell, float]:
    options = {
        f"{rule.item}_{option}": {cell: shares[option] for cell, shares in rule.shares.items()}
        for rule in process.choices.values()
        for option in next(iter(rule.shares.values()))
    }
    return options.get(column, {})
