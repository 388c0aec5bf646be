"""Checks that a document of worlds speaks only of what the instrument defines, and of all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from entydig.errors import Problems
from entydig.survey.instrument import Instrument

__all__ = ["check_references"]

Entry = Mapping[str, Any]


def check_references(path: Path, content: Entry, instrument: Instrument) -> None:
    """Check groups, waves, scales, items, classes and their values, and options.

    Raises
    ------
    DataError
        Everything that does not fit.
    """
    check = _Check(path, content, instrument)
    check.roster()
    for name, entry in content["classes"].items():
        check.class_rule(f"classes.{name}", name, entry)
    check.answers()
    check.choices()
    for world, change in content["worlds"].items():
        check.world(f"worlds.{world}", change)
    check.known("default", [content["default"]], content["worlds"])
    check.problems.raise_if_any()


class _Check:
    """Collects what does not fit; one method for each part of the document."""

    def __init__(self, path: Path, content: Entry, instrument: Instrument) -> None:
        self.path, self.content, self.instrument = path, content, instrument
        self.problems = Problems()
        self.groups = set(instrument.groups)
        self.waves = {str(wave) for wave in instrument.waves}
        items = instrument.items.values()
        self.classes = {item.id: set(item.classes) for item in items if item.classes}
        self.ordinal = {item.id for item in items if item.scale}

    def known(self, place: str, found: Iterable[object], known: Iterable[object]) -> bool:
        """Note what is found and not known; tell whether all is."""
        allowed = {str(name) for name in known}
        unknown = sorted({str(name) for name in found} - allowed)
        if unknown:
            expected = f"among {', '.join(sorted(allowed))}"
            self.problems.add(f"{self.path}, {place}", f"unknown: {', '.join(unknown)}", expected)
        return not unknown

    def same(self, place: str, found: Iterable[object], expected: Iterable[object]) -> bool:
        """Note what is unknown and what is missing; tell whether neither is."""
        names = [str(name) for name in found]
        complete = self.known(place, names, expected)
        missing = sorted({str(name) for name in expected} - set(names))
        if missing:
            self.problems.add(f"{self.path}, {place}", f"missing: {', '.join(missing)}", "one entry for each")
        return complete and not missing

    def roster(self) -> None:
        """Check clusters, groups, response."""
        content = self.content
        self.same("groups", content["groups"], self.groups)
        self.same("clusters.units_asked", content["clusters"]["units_asked"], self.waves)
        units = sum(int(size) * number for size, number in content["clusters"]["units"].items())
        for wave, asked in content["clusters"]["units_asked"].items():
            if asked > units:
                place = f"{self.path}, clusters.units_asked.{wave}"
                self.problems.add(place, f"{asked} units", f"at most the {units} there are")
        self.same("response.shares", content["response"]["shares"], self.groups)
        for group, shares in content["response"]["shares"].items():
            self.same(f"response.shares.{group}", shares, self.waves)
        for name, effects in content["response"].get("effects", {}).items():
            self.values(f"response.effects.{name}", name, effects)
        self.same("classes", content["classes"], self.classes)

    def values(self, place: str, name: str, values: Iterable[object]) -> None:
        """Check a class and some of its values."""
        if self.known(place, [name], self.classes):
            self.known(place, values, self.classes[name])

    def class_rule(self, place: str, name: str, entry: Entry) -> None:
        """Check how one class is distributed."""
        if not self.known(place, [name], self.classes):
            return
        levels = self.classes[name]
        self.known(f"{place}.groups", entry.get("groups", ()), self.groups)
        self.known(f"{place}.lead_seats", entry.get("lead_seats", ()), levels)
        self.shares(f"{place}.shares", entry.get("shares"), levels)
        if "stayers_move" in entry:
            self.same(f"{place}.stayers_move", entry["stayers_move"], levels)
            for level, shares in entry["stayers_move"].items():
                self.known(f"{place}.stayers_move.{level}", shares, levels)
        if "given" in entry and self.known(f"{place}.given", [entry["given"]], self.classes):
            values = [value for row in entry["rows"] for value in row["of"]]
            self.same(f"{place}.rows", values, self.classes[entry["given"]])
            for row in entry["rows"]:
                self.shares(f"{place}.rows, {row['of'][0]}", row["shares"], levels)
                self.shares(f"{place}.rows, {row['of'][0]}, lead", row.get("lead"), levels)

    def shares(self, place: str, shares: Entry | None, levels: set[str]) -> None:
        """Check a distribution, or one for each wave."""
        if shares is None:
            return
        if isinstance(next(iter(shares.values())), Mapping):
            self.same(place, shares, self.waves)
            for wave, row in shares.items():
                self.same(f"{place}.{wave}", row, levels)
        else:
            self.same(place, shares, levels)

    def answers(self) -> None:
        """Check cuts, offsets and targets."""
        content = self.content
        self.same("cuts", content["cuts"], self.instrument.scales)
        for scale, cuts in content["cuts"].items():
            self.known(f"cuts.{scale}", cuts, self.groups)
        for name, offset in content.get("offsets", {}).items():
            self.known(f"offsets.{name}.items", offset["items"], self.ordinal)
            if "class" in offset:
                self.values(f"offsets.{name}", offset["class"], offset["values"])
        for group, wave in content["columns"]:
            self.cell("columns", group, wave)
        if self.same("items", content["items"], self.ordinal):
            for item, entry in content["items"].items():
                self.row(item, entry)
        for entry in content.get("by_class", ()):
            place = f"by_class, {entry['item']}"
            self.known(place, [entry["item"]], self.ordinal)
            self.cell(place, entry["group"], entry["wave"])
            if self.known(place, [entry["class"]], self.classes):
                self.same(place, entry["positive"], self.classes[entry["class"]])

    def cell(self, place: str, group: str, wave: object) -> None:
        """Check a group and a wave."""
        self.known(place, [group], self.groups)
        self.known(place, [wave], self.waves)

    def row(self, item: str, entry: Entry) -> None:
        """Check an item's row of the table: a number where it is asked, nothing where not."""
        columns = self.content["columns"]
        for part in ("positive", "dont_know"):
            place = f"{self.path}, items.{item}.{part}"
            if len(entry[part]) != len(columns):
                self.problems.add(place, f"{len(entry[part])} values", f"{len(columns)}, one for each column")
                continue
            for (group, wave), value in zip(columns, entry[part], strict=True):
                if (value is not None) != self.instrument.items[item].is_asked(group, wave):
                    found = f"{value} for {group} {wave}"
                    self.problems.add(place, found, "a number where the item is asked, ~ where not")

    def choices(self) -> None:
        """Check choose-several questions."""
        choices = self.content.get("choices", {})
        options = {item.id: item.options for item in self.instrument.items.values() if item.options}
        if not self.same("choices", choices, options):
            return
        for item, entry in choices.items():
            self.same(f"choices.{item}.order", entry["order"], options[item])
            self.known(f"choices.{item}.picks", entry["picks"], range(1, len(options[item]) + 1))
            self.same(f"choices.{item}.shares", entry["shares"], self.instrument.items[item].asked)
            for group, waves in entry["shares"].items():
                self.same(
                    f"choices.{item}.shares.{group}", waves, self.instrument.items[item].asked.get(group, ())
                )
                for wave, shares in waves.items():
                    if len(shares) != len(entry["order"]):
                        place = f"{self.path}, choices.{item}.shares.{group}.{wave}"
                        self.problems.add(
                            place, f"{len(shares)} shares", f"{len(entry['order'])}, as in order"
                        )

    def world(self, place: str, change: Entry) -> None:
        """Check a world's differences."""
        for item, target in change.get("targets", {}).items():
            self.known(f"{place}.targets", [item], self.ordinal)
            cells = target.items() if isinstance(target, Mapping) else ()
            for group, wave in ((group, wave) for group, waves in cells for wave in waves):
                self.cell(f"{place}.targets.{item}", group, wave)
        if "every_cell_as" in change:
            self.cell(f"{place}.every_cell_as", *change["every_cell_as"])
        for name, entry in change.get("classes", {}).items():
            self.class_rule(f"{place}.classes.{name}", name, entry)
        self.known(f"{place}.reverse_classes", change.get("reverse_classes", ()), self.classes)
        self.known(f"{place}.drop_offsets", change.get("drop_offsets", ()), self.content.get("offsets", {}))
        cuts = change.get("cut_at_quantile", {"items": ()})
        self.known(f"{place}.cut_at_quantile.wave", [cuts["wave"]] if "wave" in cuts else (), self.waves)
        for rule in cuts["items"]:
            self.known(f"{place}.cut_at_quantile", rule["items"], self.ordinal)
            for people in rule["people"]:
                self.known(f"{place}.cut_at_quantile", people["groups"], self.groups)
                for name in people.keys() - {"groups"}:
                    self.values(f"{place}.cut_at_quantile", name, people[name])
