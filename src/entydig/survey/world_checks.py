"""Checks of a file of worlds that a schema cannot make: does it fit the instrument, do its shares add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from entydig.errors import Problems
from entydig.survey.expectation import marginal
from entydig.survey.instrument import Instrument, Item
from entydig.survey.process import ClassRule, Process

__all__ = ["check_process", "check_references"]

TOLERANCE = 1e-9
MEAN_TOLERANCE = 0.01


def check_references(path: Path, content: Mapping[str, Any], instrument: Instrument) -> None:
    """Check that a file of worlds speaks of groups, waves, classes, items and options that the instrument defines.

    Raises
    ------
    DataError
        Everything that does not fit.
    """
    problems = Problems()
    groups, waves = set(instrument.groups), {str(wave) for wave in instrument.waves}
    _same(problems, f"{path}, groups", content["groups"], groups)
    _same(problems, f"{path}, response.shares", content["response"]["shares"], groups)
    _same(problems, f"{path}, clusters.units_asked", content["clusters"]["units_asked"], waves)
    _same(
        problems,
        f"{path}, items",
        content["items"],
        {item.id for item in instrument.items.values() if item.scale},
    )
    _same(
        problems,
        f"{path}, choices",
        content.get("choices", {}),
        {item.id for item in instrument.items.values() if item.options},
    )
    _known(
        problems,
        f"{path}, columns",
        (f"{group} {wave}" for group, wave in content["columns"]),
        _cells(instrument),
    )
    for name, entry in content["items"].items():
        _check_item(problems, f"{path}, items.{name}", entry, content["columns"], instrument.items.get(name))
    classes = {item.id for item in instrument.items.values() if item.classes}
    _same(problems, f"{path}, classes", content["classes"], classes)
    for world, change in content["worlds"].items():
        where = f"{path}, worlds.{world}"
        _known(problems, f"{where}.targets", change.get("targets", {}), content["items"])
        _known(problems, f"{where}.classes", change.get("classes", {}), classes)
        _known(problems, f"{where}.reverse_classes", change.get("reverse_classes", ()), classes)
        _known(problems, f"{where}.drop_offsets", change.get("drop_offsets", ()), content.get("offsets", {}))
        for rule in change.get("cut_at_quantile", {}).get("items", ()):
            _known(problems, f"{where}.cut_at_quantile", rule["items"], content["items"])
    _known(problems, f"{path}, default", [content["default"]], content["worlds"])
    problems.raise_if_any()


def check_process(path: Path, process: Process, instrument: Instrument) -> None:
    """Check that a world's shares add up, its cuts fit its scales, and its targets by class agree with the table.

    Raises
    ------
    DataError
        Everything that does not add up.
    """
    problems = Problems()
    where = f"{path}, world {process.name}"
    if abs(sum(process.variance.values()) - 1) > TOLERANCE:
        problems.add(where, f"the parts of the variance add to {sum(process.variance.values()):g}", "1")
    for rule in process.classes.values():
        _check_class(problems, where, rule)
    _check_cuts(problems, where, process, instrument)
    for choice in process.choices.values():
        mean = sum(number * share for number, share in choice.picks.items())
        for cell, shares in choice.shares.items():
            _same(problems, f"{where}, {choice.item}", shares, set(instrument.items[choice.item].options))
            if abs(sum(shares.values()) - mean) > TOLERANCE:
                problems.add(
                    f"{where}, {choice.item} {cell}",
                    f"the shares add to {sum(shares.values()):g}",
                    f"the mean number of picks, {mean:g}",
                )
    for (item, cell), (name, shares) in process.by_class.items():
        mean = sum(share * shares[value] for value, share in marginal(process, name, *cell).items())
        if abs(mean - process.positive[item][cell]) > MEAN_TOLERANCE:
            problems.add(
                f"{where}, {item} {cell}",
                f"the targets by {name} have mean {mean:.3f}",
                f"{process.positive[item][cell]:g}",
            )
    problems.raise_if_any()


def _cells(instrument: Instrument) -> set[str]:
    return {f"{group} {wave}" for group in instrument.groups for wave in instrument.waves}


def _same(problems: Problems, where: str, found: Iterable[str], expected: set[str]) -> None:
    _known(problems, where, found, expected)
    if missing := sorted(expected - set(found)):
        problems.add(where, f"{', '.join(missing)} missing", "one entry for each that the instrument defines")


def _known(problems: Problems, where: str, found: Iterable[str], known: Iterable[str]) -> None:
    allowed = set(known)
    if unknown := sorted(set(found) - allowed):
        problems.add(where, f"unknown: {', '.join(unknown)}", f"among {', '.join(sorted(allowed))}")


def _check_item(
    problems: Problems, where: str, entry: Mapping[str, Any], columns: list[Any], item: Item | None
) -> None:
    for part in ("positive", "dont_know"):
        if len(entry[part]) != len(columns):
            problems.add(
                where, f"{part} has {len(entry[part])} values", f"{len(columns)}, one for each of the columns"
            )
            continue
        for (group, wave), value in zip(columns, entry[part], strict=True):
            if item is not None and (value is not None) != item.is_asked(group, wave):
                problems.add(
                    where,
                    f"{part} of {group} {wave} is {value}",
                    "a number where the item is asked, ~ where not",
                )


def _check_class(problems: Problems, where: str, rule: ClassRule) -> None:
    rows = [*rule.shares.values(), *rule.moves.values()]
    for given in rule.rows:
        rows += [*given.shares.values(), *([given.lead] if given.lead else [])]
    for shares in rows:
        _known(problems, f"{where}, class {rule.name}", shares, rule.levels)
        if abs(sum(shares.values()) - 1) > TOLERANCE:
            problems.add(
                f"{where}, class {rule.name}",
                f"shares add to {100 * sum(shares.values()):g} per cent",
                "100 per cent",
            )
    _known(problems, f"{where}, class {rule.name}, lead_seats", rule.leads, rule.levels)
    if rule.moves:
        _same(problems, f"{where}, class {rule.name}, stayers_move", rule.moves, set(rule.levels))


def _check_cuts(problems: Problems, where: str, process: Process, instrument: Instrument) -> None:
    for item in (item for item in instrument.items.values() if item.scale):
        for group in item.asked:
            scale = instrument.scales[item.scale.name if item.scale else ""]
            cuts = process.cuts.get((scale.name, group), ())
            below = len(scale.levels) - len(scale.positive)
            if len(cuts) != len(scale.levels) - 1 or list(cuts) != sorted(cuts) or cuts[below - 1] != 0:
                problems.add(
                    f"{where}, cuts.{scale.name}.{group}",
                    f"{list(cuts)}",
                    f"{len(scale.levels) - 1} rising cuts, number {below} of them 0",
                )
