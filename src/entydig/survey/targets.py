"""The target shares of a world, and how a world's targets differ from those all worlds start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from entydig.survey.process import Cell, Shares

__all__ = ["Targets", "changed", "percent", "read_targets"]

Table = Mapping[str, Mapping[Cell, float]]


@dataclass(frozen=True, kw_only=True)
class Targets:
    """Positive and don't-know shares by item and cell, positive shares by class, shares of options."""

    positive: Table
    dont_know: Table
    by_class: Mapping[tuple[str, Cell], tuple[str, Shares]]
    choices: Mapping[str, Mapping[Cell, Shares]]


def percent(shares: Mapping[str, float]) -> Shares:
    """Turn per cent into shares."""
    return {name: value / 100 for name, value in shares.items()}


def read_targets(content: Mapping[str, Any]) -> Targets:
    """Read the tables that all worlds start from."""
    columns = [(str(group), int(wave)) for group, wave in content["columns"]]
    by_class = {
        (entry["item"], (entry["group"], entry["wave"])): (entry["class"], percent(entry["positive"]))
        for entry in content.get("by_class", ())
    }
    return Targets(
        positive={item: _cells(columns, entry["positive"]) for item, entry in content["items"].items()},
        dont_know={item: _cells(columns, entry["dont_know"]) for item, entry in content["items"].items()},
        by_class=by_class,
        choices={item: _choices(entry) for item, entry in content.get("choices", {}).items()},
    )


def changed(targets: Targets, change: Mapping[str, Any]) -> Targets:
    """Apply a world's changes: levels, single targets, thresholds of quantile cuts, classes, reversal."""
    if "every_cell_as" in change:
        group, wave = change["every_cell_as"]
        targets = replace(
            targets, positive={item: _level(row, (group, wave)) for item, row in targets.positive.items()}
        )
    single = {
        item: _single(targets.positive[item], value) for item, value in change.get("targets", {}).items()
    }
    targets = replace(targets, positive={**targets.positive, **single, **_thresholds(targets, change)})
    if change.get("drop_by_class"):
        targets = replace(targets, by_class={})
    if change.get("equal_choices"):
        targets = replace(
            targets, choices={item: _map(cells, _equal) for item, cells in targets.choices.items()}
        )
    if change.get("reverse_choices"):
        targets = replace(
            targets, choices={item: _map(cells, _turned) for item, cells in targets.choices.items()}
        )
    return _reversed(targets) if change.get("reverse_targets") else targets


def _cells(columns: list[Cell], values: list[float | None]) -> dict[Cell, float]:
    return {cell: value / 100 for cell, value in zip(columns, values, strict=True) if value is not None}


def _choices(entry: Mapping[str, Any]) -> dict[Cell, Shares]:
    return {
        (group, int(wave)): percent(dict(zip(entry["order"], values, strict=True)))
        for group, waves in entry["shares"].items()
        for wave, values in waves.items()
    }


def _level(row: Mapping[Cell, float], cell: Cell) -> dict[Cell, float]:
    value = row.get(cell, next(iter(row.values())))
    return dict.fromkeys(row, value)


def _single(row: Mapping[Cell, float], value: Any) -> dict[Cell, float]:
    if not isinstance(value, Mapping):
        return dict.fromkeys(row, value / 100)
    cells = {
        (group, int(wave)): share / 100 for group, waves in value.items() for wave, share in waves.items()
    }
    return {**row, **cells}


def _thresholds(targets: Targets, change: Mapping[str, Any]) -> dict[str, dict[Cell, float]]:
    rules = change.get("cut_at_quantile", {}).get("items", ())
    shares = {item: float(Fraction(rule["share"])) for rule in rules for item in rule["items"]}
    return {item: dict.fromkeys(targets.positive[item], share) for item, share in shares.items()}


def _map(cells: Mapping[Cell, Shares], change: Any) -> dict[Cell, Shares]:
    return {cell: change(shares) for cell, shares in cells.items()}


def _equal(shares: Shares) -> Shares:
    return dict.fromkeys(shares, sum(shares.values()) / len(shares))


def _turned(shares: Shares) -> Shares:
    """Give the most chosen the share of the least chosen, and so on."""
    ranked = sorted(shares, key=lambda option: shares[option])
    return {option: shares[ranked[-1 - ranked.index(option)]] for option in shares}


def _reversed(targets: Targets) -> Targets:
    positive = {
        item: {cell: 1 - share for cell, share in row.items()} for item, row in targets.positive.items()
    }
    by_class = {
        key: (name, {value: 1 - share for value, share in shares.items()})
        for key, (name, shares) in targets.by_class.items()
    }
    return replace(targets, positive=positive, by_class=by_class)
