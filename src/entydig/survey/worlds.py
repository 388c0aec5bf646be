"""Named synthetic truths: reads their parameters and gives what each claims is true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

from entydig.errors import DataError, Problem
from entydig.survey.document import read_document, schema
from entydig.survey.expectation import intercept, marginal
from entydig.survey.instrument import Instrument
from entydig.survey.process import (
    Cell,
    ChoiceRule,
    ClassRule,
    GivenRow,
    Offset,
    People,
    Process,
    QuantileCut,
    Seating,
    Shares,
)
from entydig.survey.selection import solved_weights
from entydig.survey.targets import Targets, changed, percent, read_targets
from entydig.survey.world_checks import check_process, check_references

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
            raise DataError(
                Problem("worlds", f"there is no world {world!r}", f"one of {', '.join(self.processes)}")
            )
        return self.processes[world]

    def target(self, world: str, item: str, group: str, wave: int, class_level: str | None = None) -> float:
        """Give the share that the process aims at: of positive answers among opinions, or of people who choose an option.

        Parameters
        ----------
        world, group : str
        item : str
            An ordinal item, or the column of an option (``"<item>_<option>"``).
        wave : int
        class_level : str, optional
            A value of the class on which the item's target depends.  Without it, the mean over that class.  Where the
            target depends on no class, the value makes no difference.

        Returns
        -------
        float
            0 to 1.  Offsets, whose mean is 0 in each group and wave, are left out.

        Raises
        ------
        DataError
            The world is unknown, or the item is not asked of the group in the wave.
        """
        process = self.process(world)
        cell = (group, wave)
        if (item, cell) in process.by_class:
            name, shares = process.by_class[item, cell]
            if class_level is not None:
                return shares[class_level]
            weights = marginal(process, name, group, wave)
            return sum(weights[value] * share for value, share in shares.items())
        row: Mapping[Cell, float] = process.positive.get(item, {}) or _option(process, item)
        if cell not in row:
            raise DataError(
                Problem(f"world {world}", f"{item} has no target for {group} {wave}", "an item asked there")
            )
        return row[cell]


def read_worlds(path: Path, instrument: Instrument) -> Worlds:
    """Read and check a file of worlds, and solve what it leaves to be solved.

    Raises
    ------
    DataError
        The file breaks its schema, speaks of things the instrument does not know, its shares do not add up, or totals
        cannot be reached.
    """
    content = read_document(path, schema("worlds"))
    check_references(path, content, instrument)
    base = read_targets(content)
    processes = {}
    for name, change in content["worlds"].items():
        process = _process(name, content, change, changed(base, change), instrument)
        check_process(path, process, instrument)
        processes[name] = _solved(process)
    return Worlds(content["seed"], content["default"], instrument, MappingProxyType(processes))


def _option(process: Process, column: str) -> dict[Cell, float]:
    for rule in process.choices.values():
        option = column.removeprefix(f"{rule.item}_")
        if found := {
            cell: shares[option]
            for cell, shares in rule.shares.items()
            if option in shares and option != column
        }:
            return found
    return {}


def _process(
    name: str, content: Mapping[str, Any], change: Mapping[str, Any], targets: Targets, instrument: Instrument
) -> Process:
    response = content["response"]
    dropped = change.get("drop_offsets", ())
    choices = {
        item: _choice(item, content["choices"][item], cells) for item, cells in targets.choices.items()
    }
    return Process(
        name=name,
        waves=tuple(sorted(instrument.waves)),
        clusters=_counts(content["clusters"]["units"]),
        units_asked=_counts(content["clusters"]["units_asked"]),
        seating={group: _seating(group, entry) for group, entry in content["groups"].items()},
        panel_known=content["panel_known"] / 100,
        not_relevant=content["not_relevant"] / 100,
        unanswered=content["unanswered"] / 100,
        classes=_classes(
            {**content["classes"], **change.get("classes", {})}, change, instrument, tuple(content["groups"])
        ),
        response={
            (group, int(wave)): value / 100
            for group, row in response["shares"].items()
            for wave, value in row.items()
        },
        response_effects=response.get("effects", {}),
        response_of_positive_people=change.get("response_of_positive_people", 0.0),
        intercepts={},
        variance=content["variance"],
        cuts={
            (scale, group): tuple(cuts)
            for scale, row in content["cuts"].items()
            for group, cuts in row.items()
        },
        offsets={
            key: _offset(entry) for key, entry in content.get("offsets", {}).items() if key not in dropped
        },
        positive=targets.positive,
        dont_know=targets.dont_know,
        by_class=targets.by_class,
        choices=choices,
        quantile_cuts=_quantile_cuts(change),
    )


def _solved(process: Process) -> Process:
    return replace(process, intercepts={cell: intercept(process, *cell) for cell in process.cells})


def _counts(entry: Mapping[str, int]) -> dict[int, int]:
    return {int(key): value for key, value in entry.items()}


def _seating(group: str, entry: Mapping[str, Any]) -> Seating:
    total = sum(entry["seats"].values())
    seats = {int(number): weight / total for number, weight in entry["seats"].items()}
    return Seating(
        group=group, place=entry["belongs_to"], seats=seats, same_person=entry["same_person"] / 100
    )


def _choice(item: str, entry: Mapping[str, Any], shares: Mapping[Cell, Shares]) -> ChoiceRule:
    picks = {int(number): share / 100 for number, share in entry["picks"].items()}
    weights = {cell: solved_weights(row, picks) for cell, row in shares.items()}
    return ChoiceRule(item=item, picks=picks, shares=shares, weights=weights)


def _offset(entry: Mapping[str, Any]) -> Offset:
    return Offset(
        items=tuple(entry["items"]),
        joiners=entry.get("joiners", 0.0),
        class_name=entry.get("class", ""),
        values=entry.get("values", {}),
    )


def _classes(
    entries: Mapping[str, Any], change: Mapping[str, Any], instrument: Instrument, groups: tuple[str, ...]
) -> dict[str, ClassRule]:
    turned = change.get("reverse_classes", ())
    waves = tuple(instrument.waves)
    rules = [
        _class(name, entry, tuple(instrument.items[name].classes), waves, groups, turned=name in turned)
        for name, entry in entries.items()
    ]
    return {rule.name: rule for rule in sorted(rules, key=lambda rule: bool(rule.given))}


def _class(
    name: str,
    entry: Mapping[str, Any],
    levels: tuple[str, ...],
    waves: tuple[int, ...],
    groups: tuple[str, ...],
    *,
    turned: bool,
) -> ClassRule:
    rows = tuple(
        GivenRow(
            values=tuple(row["of"]),
            shares=_by_wave(row["shares"], levels, waves, turned=turned),
            lead=percent(row["lead"]) if "lead" in row and not turned else None,
        )
        for row in entry.get("rows", ())
    )
    return ClassRule(
        name=name,
        per=entry["per"],
        levels=levels,
        groups=tuple(entry.get("groups", groups)),
        shares=_by_wave(entry["shares"], levels, waves, turned=turned) if "shares" in entry else {},
        cluster_has=entry.get("cluster_has", "first"),
        leads=tuple(entry.get("lead_seats", ())),
        given=entry.get("given", ""),
        rows=rows,
        moves={level: percent(shares) for level, shares in entry.get("stayers_move", {}).items()},
    )


def _by_wave(
    entry: Mapping[str, Any], levels: tuple[str, ...], waves: tuple[int, ...], *, turned: bool
) -> dict[int, Shares]:
    same = not isinstance(next(iter(entry.values())), Mapping)
    rows = {wave: percent(entry if same else entry[str(wave)]) for wave in waves}
    order = levels[::-1] if turned else levels
    return {
        wave: {level: row[source] for level, source in zip(levels, order, strict=True)}
        for wave, row in rows.items()
    }


def _quantile_cuts(change: Mapping[str, Any]) -> tuple[QuantileCut, ...]:
    content = change.get("cut_at_quantile", {"items": ()})
    return tuple(
        QuantileCut(
            item=item,
            wave=content["wave"],
            share=Fraction(rule["share"]),
            side=rule["false_side"],
            people=_people(people),
        )
        for rule in content["items"]
        for item in rule["items"]
        for people in rule["people"]
    )


def _people(entry: Mapping[str, Any]) -> People:
    classes = {name: tuple(values) for name, values in entry.items() if name != "groups"}
    return People(groups=tuple(entry["groups"]), classes=classes)
