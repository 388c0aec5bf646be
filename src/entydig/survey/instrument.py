"""The instrument: the only place where answers in words become numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

from entydig.errors import Problems
from entydig.survey.document import read_document, schema

__all__ = ["Group", "Instrument", "Item", "Scale", "Wording", "read_instrument"]

Wording = Mapping[str, str]


@dataclass(frozen=True)
class Scale:
    """An ordered answer scale.

    Attributes
    ----------
    name : str
    levels : Mapping[int, Wording]
        Code to wording, lowest level first.
    positive, strict, neutral : tuple of int
        Codes of the levels that count as positive, as positive at the strict cut, and as the middle.
    merge : tuple of (int, int)
        Neighbours in the order in which they are merged when a cell is too small to publish.
    """

    name: str
    levels: Mapping[int, Wording]
    positive: tuple[int, ...]
    strict: tuple[int, ...]
    neutral: tuple[int, ...]
    merge: tuple[tuple[int, int], ...]

    @property
    def negative(self) -> tuple[int, ...]:
        """Codes that are neither positive nor neutral."""
        return tuple(code for code in self.levels if code not in self.positive + self.neutral)


@dataclass(frozen=True)
class Item:
    """One question, as asked.

    Attributes
    ----------
    id : str
    text, short : Wording
        Full wording, and a label for figures.
    block : str
        Items of one block stand together in the questionnaire.
    scale : Scale or None
        For ordinal items.
    classes : Mapping[str, Wording]
        Values of a nominal item; empty for others.
    options : Mapping[str, Wording]
        Options of a choose-several item, stored as columns ``<id>_<option>``; empty for others.
    at_most : int or None
        How many options a person may choose.
    source : str
        ``"answers"`` or ``"roster"``: the file that holds it.
    asked : Mapping[str, tuple of int]
        Waves in which each group is asked.
    only_if : tuple of (str, tuple of str), or None
        The roster class and its values that open the question.
    """

    id: str
    text: Wording
    short: Wording
    block: str
    scale: Scale | None
    classes: Mapping[str, Wording]
    options: Mapping[str, Wording]
    at_most: int | None
    source: str
    asked: Mapping[str, tuple[int, ...]]
    only_if: tuple[str, tuple[str, ...]] | None

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that hold the item's answers."""
        if self.options:
            return tuple(f"{self.id}_{option}" for option in self.options)
        return (self.id,)

    def is_asked(self, group: str, wave: int) -> bool:
        """Tell whether the group is asked in the wave."""
        return wave in self.asked.get(group, ())


@dataclass(frozen=True)
class Group:
    """One kind of respondent, with what may be published of it."""

    id: str
    name: Wording
    short: Wording
    published_levels: str
    strict_cut: bool


@dataclass(frozen=True)
class Instrument:
    """Scales, items, groups and waves of one evaluation."""

    languages: tuple[str, ...]
    dont_know: int
    not_relevant: int
    not_asked: int
    groups: Mapping[str, Group]
    waves: Mapping[int, Wording]
    clusters: Wording | None
    scales: Mapping[str, Scale]
    items: Mapping[str, Item]

    @property
    def no_opinion(self) -> tuple[int, int]:
        """Codes that are answers but no opinion."""
        return (self.dont_know, self.not_relevant)

    def of_source(self, source: str) -> tuple[Item, ...]:
        """Give the items that the file ``"answers"`` or ``"roster"`` holds."""
        return tuple(item for item in self.items.values() if item.source == source)


def read_instrument(path: Path) -> Instrument:
    """Read and check an instrument file.

    Raises
    ------
    DataError
        The file breaks its schema, or speaks of scales, groups, waves, levels or languages it does not have.
    """
    content = read_document(path, schema("instrument"))
    _check_references(path, content)
    scales = {name: _scale(name, entry) for name, entry in content["scales"].items()}
    missing = content["missing"]
    return Instrument(
        languages=tuple(content["languages"]),
        dont_know=missing["dont_know"],
        not_relevant=missing["not_relevant"],
        not_asked=missing["not_asked"],
        groups=MappingProxyType({name: _group(name, entry) for name, entry in content["groups"].items()}),
        waves=MappingProxyType({int(wave): entry["name"] for wave, entry in content["waves"].items()}),
        clusters=content.get("clusters", {}).get("name"),
        scales=MappingProxyType(scales),
        items=MappingProxyType(
            {name: _item(name, entry, scales) for name, entry in content["items"].items()}
        ),
    )


def _scale(name: str, entry: dict[str, Any]) -> Scale:
    levels = {int(code): wording for code, wording in entry["levels"].items()}
    return Scale(
        name=name,
        levels=MappingProxyType(dict(sorted(levels.items()))),
        positive=tuple(sorted(entry["positive"])),
        strict=tuple(sorted(entry.get("strict", entry["positive"][-1:]))),
        neutral=tuple(sorted(entry.get("neutral", ()))),
        merge=tuple((low, high) for low, high in entry["merge"]),
    )


def _group(name: str, entry: dict[str, Any]) -> Group:
    return Group(
        id=name,
        name=entry["name"],
        short=entry.get("short", entry["name"]),
        published_levels=entry.get("published_levels", "all"),
        strict_cut=entry.get("strict_cut", True),
    )


def _item(name: str, entry: dict[str, Any], scales: Mapping[str, Scale]) -> Item:
    condition = next(iter(entry.get("only_if", {}).items()), None)
    return Item(
        id=name,
        text=entry["text"],
        short=entry.get("short", entry["text"]),
        block=entry.get("block", name[0]),
        scale=scales.get(entry.get("scale", "")),
        classes=MappingProxyType(entry.get("classes", {})),
        options=MappingProxyType(entry.get("options", {})),
        at_most=entry.get("at_most"),
        source=entry.get("source", "answers"),
        asked=MappingProxyType({group: tuple(waves) for group, waves in entry["asked"].items()}),
        only_if=(condition[0], tuple(condition[1])) if condition else None,
    )


def _check_references(path: Path, content: dict[str, Any]) -> None:
    problems = Problems()
    for name, entry in content["items"].items():
        _check_item(f"{path}, item {name}", entry, content, problems)
    for name, scale in content["scales"].items():
        _check_scale(f"{path}, scale {name}", scale, problems)
    for place, wording in _wordings(content):
        if lacking := [language for language in content["languages"] if language not in wording]:
            found = f"no wording in {', '.join(lacking)}"
            problems.add(f"{path}, {place}", found, "a wording in every language")
    problems.raise_if_any()


def _check_item(where: str, entry: dict[str, Any], content: dict[str, Any], problems: Problems) -> None:
    groups, scales, waves = content["groups"], content["scales"], {int(wave) for wave in content["waves"]}
    if "scale" in entry and entry["scale"] not in scales:
        problems.add(where, f"scale {entry['scale']!r} is not defined", f"one of {sorted(scales)}")
    for group, asked in entry["asked"].items():
        if group not in groups:
            found = f"asked of group {group!r}, which is not defined"
            problems.add(where, found, f"one of {sorted(groups)}")
        if unknown := sorted(set(asked) - waves):
            found = f"asked in wave {unknown}, which is not defined"
            problems.add(where, found, f"one of {sorted(waves)}")
    if (condition := next(iter(entry.get("only_if", {})), None)) and condition not in content["items"]:
        problems.add(where, f"only_if names {condition!r}, which is no item", "an item with classes")


def _check_scale(where: str, scale: dict[str, Any], problems: Problems) -> None:
    codes = {int(code) for code in scale["levels"]}
    named = (scale["positive"], scale.get("strict", ()), scale.get("neutral", ()), *scale["merge"])
    if stray := sorted(set(chain.from_iterable(named)) - codes):
        problems.add(where, f"codes {stray} are no levels", f"codes among {sorted(codes)}")


def _wordings(content: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    """List every place that holds wordings."""
    places = [(f"group {name}", group["name"]) for name, group in content["groups"].items()]
    places += [(f"wave {wave}", entry["name"]) for wave, entry in content["waves"].items()]
    for name, scale in content["scales"].items():
        places += [(f"scale {name}, level {code}", level) for code, level in scale["levels"].items()]
    for name, item in content["items"].items():
        places += [(f"item {name}, {part}", item[part]) for part in ("text", "short") if part in item]
        for part in ("classes", "options"):
            places += [(f"item {name}, {part}.{key}", entry) for key, entry in item.get(part, {}).items()]
    return places
