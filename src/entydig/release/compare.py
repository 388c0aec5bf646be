"""Two builds side by side: which verdicts and numbers differ, and what they were made from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from entydig.publishing.provenance import Provenance
from entydig.release.sides import Side

__all__ = ["CHANGES", "REGISTERED", "ClaimPair", "Comparison", "Input", "PartPair", "compare", "content"]

VERSION = "entydig.comparison/1"
Change = Literal["verdict", "numbers", "none", "only_first", "only_second"]
# In the order of the report.
CHANGES: tuple[Change, ...] = ("verdict", "numbers", "only_first", "only_second", "none")
REGISTERED = "registered"
# Of a record: what the claim says, what was found, what was decided.
WORDED, FOUND = ("text", "family"), ("verdict", "parts", "conditions")
DIGITS = 2

Content = Mapping[str, Any]


@dataclass(frozen=True)
class PartPair:
    """A part of a claim on both sides; None where a side has no such part."""

    key: str
    first: Content | None
    second: Content | None

    @property
    def difference(self) -> float:
        """Second minus first, of the rounded values; NaN where a value is missing, bounded, or of another unit."""
        if self.first is None or self.second is None:
            return math.nan
        first, second = self.first["estimate"], self.second["estimate"]
        exact = all(each["bound"] == "exact" and each["value"] is not None for each in (first, second))
        if not exact or first["unit"] != second["unit"]:
            return math.nan
        return float(round(second["value"] - first["value"], DIGITS) + 0.0)


@dataclass(frozen=True)
class ClaimPair:
    """A claim's record on both sides; None where a side does not decide it."""

    claim: str
    first: Content | None
    second: Content | None

    @property
    def change(self) -> Change:
        """What differs: the verdict, only numbers (bases and p values too), nothing; or who decides it."""
        if self.first is None or self.second is None:
            return "only_second" if self.first is None else "only_first"
        if self.first["verdict"]["word"] != self.second["verdict"]["word"]:
            return "verdict"
        return "none" if all(self.first[name] == self.second[name] for name in FOUND) else "numbers"

    @property
    def reworded(self) -> bool:
        """Whether the claim itself reads otherwise on the second side."""
        both = self.first is not None and self.second is not None
        return both and any(self.first[name] != self.second[name] for name in WORDED)  # type: ignore[index]

    @property
    def parts(self) -> tuple[PartPair, ...]:
        """The parts of both sides, those of the first in their order."""
        first, second = _by_key(self.first), _by_key(self.second)
        return tuple(
            PartPair(key, first.get((key, place)), second.get((key, place)))
            for key, place in dict.fromkeys([*first, *second])
        )


@dataclass(frozen=True)
class Input:
    """Something both builds were made from; `name` tells several of a kind apart; empty where a side has none."""

    kind: str
    name: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        """Whether the sides have another one."""
        return self.first != self.second


@dataclass(frozen=True)
class Comparison:
    """Two sides, their claims (another verdict first, then in order), and their inputs."""

    first: Side
    second: Side
    claims: tuple[ClaimPair, ...]
    inputs: tuple[Input, ...]

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both sides."""
        return self.first, self.second

    @property
    def mixed(self) -> bool:
        """Whether one side rests on real answers and the other on synthetic ones."""
        known = {side.source for side in self.sides} - {""}
        return len(known) > 1

    def of(self, change: Change) -> tuple[ClaimPair, ...]:
        """Give the claims that changed so."""
        return tuple(pair for pair in self.claims if pair.change == change)


def compare(first: Side, second: Side) -> Comparison:
    """Compare two builds.

    Parameters
    ----------
    first, second : Side

    Returns
    -------
    Comparison
        Of inputs that only a build itself tells (`Provenance`), those of which both sides tell.
    """
    names = sorted({*first.records, *second.records}, key=_order)
    pairs = [ClaimPair(name, first.records.get(name), second.records.get(name)) for name in names]
    pairs.sort(key=lambda pair: CHANGES.index(pair.change))
    return Comparison(first, second, tuple(pairs), tuple(_inputs(first, second)))


def content(found: Comparison) -> dict[str, Any]:
    """Give a comparison as JSON values, as ``entydig compare --json`` writes it."""
    return {
        "schema": VERSION,
        "sides": [
            {"name": side.name, "source": side.source, "claims": len(side.records)} for side in found.sides
        ],
        "mixed": found.mixed,
        "inputs": [
            {"kind": each.kind, "name": each.name, "first": each.first, "second": each.second}
            for each in found.inputs
            if each.differs
        ],
        "claims": [_claim_content(pair) for pair in found.claims],
    }


def _claim_content(pair: ClaimPair) -> dict[str, Any]:
    return {
        "claim": pair.claim,
        "change": pair.change,
        "reworded": pair.reworded,
        "first": pair.first and pair.first["verdict"],
        "second": pair.second and pair.second["verdict"],
        "parts": [
            {
                "key": part.key,
                "first": part.first and part.first["estimate"],
                "second": part.second and part.second["estimate"],
                "difference": None if math.isnan(part.difference) else part.difference,
            }
            for part in pair.parts
        ],
    }


def _order(claim: str) -> list[int]:
    return [int(number) for number in claim.split(".")]


def _by_key(record: Content | None) -> dict[tuple[str, int], Content]:
    """Give the parts by key; should two have the same, by their place among these too."""
    found: dict[tuple[str, int], Content] = {}
    for part in record["parts"] if record else ():
        place = sum(key == part["key"] for key, _ in found)
        found[part["key"], place] = part
    return found


def _inputs(first: Side, second: Side) -> Iterator[Input]:
    yield Input("source", "", first.source, second.source)
    chosen = (_decisions(first), _decisions(second))
    for name in sorted({*chosen[0], *chosen[1]}):
        yield Input("decision", name, *(each.get(name, REGISTERED) for each in chosen))
    yield Input("registered", "", _registered(first), _registered(second))
    if first.made_from is None or second.made_from is None:
        return
    told = (dict(_told(first.made_from)), dict(_told(second.made_from)))
    for kind, name in dict.fromkeys([*told[0], *told[1]]):
        yield Input(kind, name, *(each.get((kind, name), "") for each in told))


def _told(made_from: Provenance) -> Iterator[tuple[tuple[str, str], str]]:
    """Give what only the build itself tells."""
    yield ("data", ""), made_from.data
    yield ("world", ""), made_from.world
    yield ("languages", ""), ", ".join(made_from.languages)
    yield ("version", ""), made_from.version
    yield from (((name, ""), digest) for name, digest in made_from.digests.items())
    yield from ((("parameter", name), str(value)) for name, value in made_from.parameters.items())
    yield from ((("notebook", name), digest) for name, digest in made_from.notebooks.items())
    yield from ((("file", name), digest) for name, digest in made_from.files.items())


def _decisions(side: Side) -> dict[str, str]:
    """Give the departures from the registered decisions; with its claims where not all of them depart so."""
    if not side.records and side.made_from:
        return {name: str(value) for name, value in side.made_from.decisions.items()}
    claims: dict[str, dict[str, list[str]]] = {}
    for claim, record in side.records.items():
        for name, value in record["decisions"].items():
            claims.setdefault(name, {}).setdefault(str(value), []).append(claim)
    return {name: _worded(values, len(side.records)) for name, values in claims.items()}


def _worded(values: Mapping[str, Sequence[str]], count: int) -> str:
    if any(len(claims) == count for claims in values.values()):
        return "".join(values)
    return "; ".join(f"{value} ({', '.join(claims)})" for value, claims in values.items())


def _registered(side: Side) -> str:
    found: Iterable[Mapping[str, str]] = [record["registered"] for record in side.records.values()]
    if not side.records and side.made_from and side.made_from.registered:
        found = [side.made_from.registered]
    return ", ".join(dict.fromkeys(f"{each.get('date', '')} {each.get('sha256', '')[:12]}" for each in found))
