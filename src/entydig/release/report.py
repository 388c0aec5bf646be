"""A comparison in words and numbers of one language, as the terminal and the page both show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from entydig.release.compare import CHANGES, REGISTERED, Comparison, Input
from entydig.release.sides import Side
from entydig.release.speaker import NONE, Block, Row, Speaker, said
from entydig.wording import listing, number, percent, text

__all__ = ["Report", "Section", "report"]

HEADING = 26  # characters of a side's name over its column
DIGEST = 12  # digits of a SHA-256 that tell two apart
DIGESTS = ("package", "lock", "python", "packages", "notebook", "file")


@dataclass(frozen=True)
class Section:
    """The claims with one kind of change."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """A comparison as a person reads it.

    Attributes
    ----------
    title, language : str
    names : tuple of str
        Headings of the two sides, never the same.
    warnings : tuple of str
        What must be known before anything is read.
    sides : tuple of str
        What each side is, a line each.
    inputs : tuple of Row
        Those that differ.
    inputs_title, alike, counts, legend, difference : str
        ``alike`` names the inputs that do not differ; ``difference`` heads its column.
    sections : tuple of Section
    synthetic : bool
        Whether a side rests on synthetic answers.
    """

    title: str
    language: str
    names: tuple[str, str]
    warnings: tuple[str, ...]
    sides: tuple[str, ...]
    inputs_title: str
    inputs: tuple[Row, ...]
    alike: str
    counts: str
    legend: str
    difference: str
    sections: tuple[Section, ...]
    synthetic: bool


def report(found: Comparison, language: str) -> Report:
    """Word a comparison.

    Parameters
    ----------
    found : Comparison
    language : str

    Returns
    -------
    Report
    """
    say = Speaker(language, _usual_confidence(found))
    names = _headings(found)
    differing = [each for each in found.inputs if each.differs]
    return Report(
        title=text("compare_title", language, first=names[0], second=names[1]),
        language=language,
        names=names,
        warnings=tuple(_warnings(found, names, language)),
        sides=tuple(_side(side, name, language) for side, name in zip(found.sides, names, strict=True)),
        inputs_title=text("compare_inputs" if differing else "compare_inputs_none", language),
        inputs=tuple(_input_row(each, language) for each in differing),
        alike=_alike(found, language),
        counts=_counts(found, names, language),
        legend=text("compare_legend", language, confidence=percent(say.confidence, language)),
        difference=text("compare_difference", language),
        sections=tuple(_sections(found, names, say)),
        synthetic=any("synthetic" in side.source for side in found.sides),
    )


def _usual_confidence(found: Comparison) -> float:
    records = [record for pair in found.claims for record in (pair.first, pair.second) if record]
    counted = Counter(part["estimate"]["confidence"] for record in records for part in record["parts"])
    return float(counted.most_common(1)[0][0]) if counted else 0.95


def _headings(found: Comparison) -> tuple[str, str]:
    """Name the sides so that a column can carry it; of a path the end tells most."""
    first, second = (
        side.name if len(side.name) <= HEADING else f"…{side.name[1 - HEADING :]}" for side in found.sides
    )
    return (first, second) if first != second else (f"{first} (1)", f"{second} (2)")


def _warnings(found: Comparison, names: tuple[str, str], language: str) -> Iterator[str]:
    if found.mixed:
        yield text(
            "compare_mixed",
            language,
            first=names[0],
            first_data=_source(found.first, language),
            second=names[1],
            second_data=_source(found.second, language),
        )
    for side, name in zip(found.sides, names, strict=True):
        if side.made_from is None:
            yield text("compare_untold", language, name=name)


def _source(side: Side, language: str) -> str:
    kinds = [said(f"compare_source_{kind}", language, kind) for kind in side.source.split(", ") if kind]
    return listing(kinds, language) or NONE


def _side(side: Side, name: str, language: str) -> str:
    claims = number(len(side.records), language)
    return text(
        "compare_side", language, name=name, place=side.place, source=_source(side, language), claims=claims
    )


def _input_row(each: Input, language: str) -> Row:
    label = text(f"compare_{each.kind}", language, name=each.name)
    return Row(label, *(_input_text(each, value, language) for value in (each.first, each.second)))


def _input_text(each: Input, value: str, language: str) -> str:
    if not value:
        return NONE
    if each.kind == "decision" and value == REGISTERED:
        return text("registered_choice", language)
    if each.kind == "source":
        return listing(
            [said(f"compare_source_{kind}", language, kind) for kind in value.split(", ")], language
        )
    return value[:DIGEST] if each.kind in DIGESTS else value


def _alike(found: Comparison, language: str) -> str:
    """Name the kinds of input in which nothing differs."""
    kinds = dict.fromkeys(each.kind for each in found.inputs)
    differing = {each.kind for each in found.inputs if each.differs}
    alike = [text(f"compare_kind_{kind}", language) for kind in kinds if kind not in differing]
    return text("compare_alike", language, inputs=listing(alike, language)) if alike else ""


def _counts(found: Comparison, names: tuple[str, str], language: str) -> str:
    counts = {change: number(len(found.of(change)), language) for change in CHANGES}
    claims = number(len(found.claims), language)
    return text("compare_counts", language, claims=claims, first=names[0], second=names[1], **counts)


def _sections(found: Comparison, names: tuple[str, str], say: Speaker) -> Iterator[Section]:
    for change in CHANGES:
        if pairs := found.of(change):
            title = text(f"compare_change_{change}", say.language, first=names[0], second=names[1])
            yield Section(title, tuple(say.block(pair) for pair in pairs))
