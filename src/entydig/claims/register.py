"""The register of claims: what is tested, how, and what would have made it fail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from entydig.errors import Problems
from entydig.statistics.estimate import Alternative
from entydig.survey.document import read_document, schema
from entydig.survey.instrument import Instrument, Wording

__all__ = ["Claim", "Condition", "Finding", "Part", "Register", "Split", "read_register"]


@dataclass(frozen=True)
class Split:
    """People told apart by the values of a class item; an association is the first minus the second."""

    item: str
    first: tuple[str, ...]
    second: tuple[str, ...]

    @property
    def written(self) -> str:
        """A stable name, such as ``"A4=yes-planned|no"``."""
        return f"{self.item}={'|'.join(self.first)}-{'|'.join(self.second)}"


@dataclass(frozen=True)
class Part:
    """One estimand of a claim.

    Attributes
    ----------
    estimand : str
        ``"level"``, ``"change"``, ``"gap"``, ``"gap_change"``, ``"order"``, ...
    items : tuple of str
        One item; several make one index when `needed` is set; ``"order"`` takes two.
    needed : int or None
        Items with an opinion that a person needs for the index.
    groups : tuple of str
        One group; two for a gap (first minus second); several combined by their rosters when `together`.
    waves : tuple of int
        One wave, or from and to.
    where : Mapping[str, tuple of str]
        Class item to the values kept.
    direction : str
        ``"greater"`` or ``"less"``.
    against : float
        Threshold of a level or a census; 0 for differences.
    margin : float
        Of an equivalence; 0 for all else.
    one_sided : bool
        An equivalence of which only the side against `direction` is tested: non-inferiority.
    over : tuple of str
        Options of a choose-several item that must lead all others.
    by : Split or None
        Of an association.
    having : tuple of mappings
        Of a census: the people looked for, class item to values; a cluster needs one of each.
    per : str
        What a census counts: ``"person"`` or ``"cluster"``.
    at_least : bool
        A census may be equal to its threshold.
    """

    estimand: str
    items: tuple[str, ...]
    needed: int | None
    groups: tuple[str, ...]
    together: bool
    waves: tuple[int, ...]
    where: Mapping[str, tuple[str, ...]]
    direction: Alternative
    against: float
    margin: float = 0.0
    one_sided: bool = False
    over: tuple[str, ...] = ()
    by: Split | None = None
    having: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    per: str = "person"
    at_least: bool = False

    @property
    def sign(self) -> float:
        """1, or -1 where the claim lies below: a value times it is signed so that the claim is positive."""
        return 1.0 if self.direction == "greater" else -1.0

    @property
    def key(self) -> str:
        """A stable name of the part, such as ``"gap A1 first-second 2020"``."""
        kept = [_written(self.where), *(_written(people) for people in self.having)]
        kept += [self.by.written] if self.by else []
        joined = ("+" if self.together else "-").join(self.groups)
        return " ".join(
            [self.estimand, "+".join(self.items), joined, "-".join(map(str, self.waves)), *filter(None, kept)]
        )


@dataclass(frozen=True)
class Condition:
    """A size condition that must hold, beside the test, before a claim is supported."""

    kind: str
    items: tuple[str, ...]
    count: int
    size: float


@dataclass(frozen=True)
class Claim:
    """One registered claim."""

    id: str
    text: Wording
    origin: str
    family: str
    evidence: str
    built_in: bool
    owner: str
    fails_if: Wording
    parts: tuple[Part, ...]
    conditions: tuple[Condition, ...]

    @property
    def finding(self) -> str:
        """Number of the finding the claim belongs to."""
        return self.id.split(".")[0]

    @property
    def label(self) -> str:
        """Anchor of the claim's box on its page."""
        return f"claim-{self.id.replace('.', '-')}"


@dataclass(frozen=True)
class Finding:
    """One finding: a short title and the sentence that could be false."""

    id: str
    title: Wording
    sentence: Wording


@dataclass(frozen=True)
class Register:
    """All claims of an evaluation.

    Attributes
    ----------
    registered : str
        Date of registration.
    digest : str
        SHA-256 of the file, newlines normalised.
    fewest_answers, fewest_clusters : int
        Under these a needed group is not testable.
    error_limits : Mapping[str, float]
        Largest chance of supporting a false claim, over many rosters: of any ``confirmatory`` claim of a
        finding, of a ``secondary`` one, of an ``equivalence``.
    findings : Mapping[str, Finding]
    claims : Mapping[str, Claim]
    """

    registered: str
    digest: str
    fewest_answers: int
    fewest_clusters: int
    findings: Mapping[str, Finding]
    claims: Mapping[str, Claim]
    error_limits: Mapping[str, float] = field(default_factory=dict)

    def of_owner(self, notebook: str) -> tuple[Claim, ...]:
        """Give the claims that a notebook decides."""
        return tuple(claim for claim in self.claims.values() if claim.owner == notebook)

    def of_finding(self, finding: str) -> tuple[Claim, ...]:
        """Give the claims of a finding."""
        return tuple(claim for claim in self.claims.values() if claim.finding == finding)


def read_register(path: Path, instrument: Instrument) -> Register:
    """Read and check the register.

    Raises
    ------
    DataError
        The file breaks its schema, repeats an id, or speaks of items, groups, waves or classes that the
        instrument does not have: all places at once.
    """
    content = read_document(path, schema("claims"))
    claims = [_claim(entry) for entry in content["claims"]]
    _check(path, claims, content["findings"], instrument)
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    minimum = content.get("minimum", {})
    findings = {
        name: Finding(name, entry["title"], entry["sentence"]) for name, entry in content["findings"].items()
    }
    return Register(
        registered=content["registered"],
        digest=hashlib.sha256(text.encode()).hexdigest(),
        fewest_answers=minimum.get("answers", 30),
        fewest_clusters=minimum.get("clusters", 10),
        findings=MappingProxyType(findings),
        claims=MappingProxyType({claim.id: claim for claim in claims}),
        error_limits=MappingProxyType(content.get("wrongly_supported_at_most", {})),
    )


def _claim(entry: dict[str, Any]) -> Claim:
    return Claim(
        id=entry["id"],
        text=entry["text"],
        origin=entry["origin"],
        family=entry["family"],
        evidence=entry["evidence"],
        built_in=entry.get("built_in", False),
        owner=entry["owner"],
        fails_if=entry["fails_if"],
        parts=tuple(part for written in entry.get("parts", ()) for part in _parts(written)),
        conditions=tuple(_condition(written) for written in entry.get("conditions", ())),
    )


def _parts(entry: dict[str, Any]) -> Iterable[Part]:
    """Write out a part that stands for several: each item in each group is a test of its own."""
    items, groups = tuple(entry["items"]), tuple(entry["groups"])
    together, kind = entry.get("together", False), entry["estimand"]
    whole_items = "needed" in entry or kind in ("order", "rank_set")
    whole_groups = together or kind in ("gap", "gap_change") or (kind == "equivalence" and len(groups) == 2)
    for item in [items] if whole_items else [(item,) for item in items]:
        for group in [groups] if whole_groups else [(group,) for group in groups]:
            yield Part(
                estimand=kind,
                items=item,
                needed=entry.get("needed"),
                groups=group,
                together=together,
                waves=tuple(entry["waves"]),
                where=_kept(entry.get("where", {})),
                direction=entry.get("direction", "greater"),
                against=float(entry.get("against", 0.0)),
                margin=float(entry.get("margin", 0.0)),
                one_sided="direction" in entry and kind == "equivalence",
                over=tuple(entry.get("over", ())),
                by=_split(entry["by"]) if "by" in entry else None,
                having=tuple(_kept(people) for people in entry.get("having", ())),
                per=entry.get("per", "person"),
                at_least=entry.get("at_least", False),
            )


def _split(entry: Mapping[str, Any]) -> Split:
    return Split(entry["item"], tuple(entry["first"]), tuple(entry["second"]))


def _kept(entry: Mapping[str, Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({name: tuple(values) for name, values in entry.items()})


def _written(kept: Mapping[str, Sequence[str]]) -> str:
    return ",".join(f"{name}={'|'.join(values)}" for name, values in kept.items())


def _condition(entry: dict[str, Any]) -> Condition:
    kind, value = next(iter(entry.items()))
    if kind == "same_sign":
        return Condition(kind, tuple(value), len(value), 0.0)
    if kind == "items_beyond":
        return Condition(kind, tuple(value["items"]), value["count"], float(value["size"]))
    return Condition(kind, (), 0, float(value))


def _check(path: Path, claims: list[Claim], findings: Mapping[str, Any], instrument: Instrument) -> None:
    problems = Problems()
    ids = [claim.id for claim in claims]
    for claim in claims:
        where = f"{path}, claim {claim.id}"
        if ids.count(claim.id) > 1:
            problems.add(where, "is registered twice", "each id once")
        if claim.finding not in findings:
            problems.add(
                where,
                f"belongs to finding {claim.finding}, which is not listed",
                f"one of {sorted(findings)}",
            )
        named = [name for part in claim.parts for name in part.items]
        named += [name for condition in claim.conditions for name in condition.items]
        for name in sorted(set(named) - set(instrument.items)):
            problems.add(where, f"speaks of item {name!r}", "an item of the instrument")
        for part in claim.parts:
            _check_part(where, part, instrument, problems)
    problems.raise_if_any()


def _check_part(where: str, part: Part, instrument: Instrument, problems: Problems) -> None:
    for group in sorted(set(part.groups) - set(instrument.groups)):
        problems.add(where, f"speaks of group {group!r}", f"one of {sorted(instrument.groups)}")
    for wave in sorted(set(part.waves) - set(instrument.waves)):
        problems.add(where, f"speaks of wave {wave}", f"one of {sorted(instrument.waves)}")
    split = {part.by.item: (*part.by.first, *part.by.second)} if part.by else {}
    for kept in (part.where, *part.having, split):
        for name, values in kept.items():
            classes = instrument.items[name].classes if name in instrument.items else {}
            for value in sorted(set(values) - set(classes)):
                problems.add(where, f"speaks of {name} = {value!r}", f"one of {sorted(classes)}")
    options = instrument.items[part.items[0]].options if part.items[0] in instrument.items else {}
    for option in sorted(set(part.over) - set(options)):
        problems.add(where, f"speaks of option {option!r} of {part.items[0]}", f"one of {sorted(options)}")
