"""The findings of the short edition: sentence, claims with their verdicts, every estimate as the ledger has it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from entydig.claims.published import value_text
from entydig.claims.register import Claim, Part
from entydig.claims.wording import SYMBOLS
from entydig.presentation import intervals
from entydig.presentation.style import INK, group_style, wave_fill
from entydig.project.study import Study
from entydig.survey.instrument import Instrument, Item
from entydig.wording import number, percent, points, text

__all__ = ["Content", "Records", "axis", "cover_rows", "finding_content", "legend"]

Content = dict[str, Any]
Records = Mapping[str, Mapping[str, Any]]
# Estimands that say by themselves what is compared; the others are shares.
SHARES = frozenset(["level", "census"])


@dataclass(frozen=True)
class _Published:
    """An estimate as its record published it."""

    value: float
    low: float
    high: float
    confidence: float
    n: int
    unit: str

    @classmethod
    def of(cls, estimate: Mapping[str, Any]) -> _Published:
        value, low, high = (
            math.nan if estimate[name] is None else float(estimate[name]) for name in ("value", "low", "high")
        )
        return cls(value, low, high, estimate["confidence"], estimate["n"], estimate["unit"])


def finding_content(study: Study, records: Records, finding: str) -> Content:
    """Give what stands on a page about a finding, its quotation apart.

    Parameters
    ----------
    study : Study
    records : mapping
        Claim id to the content of its record.  A claim without one is named as not built.
    finding : str

    Returns
    -------
    dict
        For ``pixi.typ``; numbers on the scale of shares, texts as the language writes them.
    """
    entry = study.register.findings[finding]
    claims = study.register.of_finding(finding)
    return {
        "id": finding,
        "title": entry.title[study.language],
        "sentence": entry.sentence[study.language],
        "claims": [_claim(study, claim, records.get(claim.id)) for claim in claims],
    }


def cover_rows(study: Study, records: Records) -> list[Content]:
    """Give a row for each finding: its sentence, the verdicts of its claims, and its key estimate.

    That is the first estimate of its first claim that has one, drawn from what the claim requires, as on the front
    page.
    """
    return [_row(study, records, finding) for finding in study.register.findings]


def legend(study: Study) -> list[Content]:
    """Give the groups with their shapes and colours."""
    groups = study.instrument.groups
    return [
        {"name": groups[name].name[study.language], "mark": _mark((name,), (), study.instrument)}
        for name in groups
    ]


def axis(language: str) -> Content:
    """Name the ends and the middle of the two scales, which are equally long."""
    return {
        "share": [percent(value, language) for value in (0.0, 0.5, 1.0)],
        "points": [points(value, language) for value in (-0.5, 0.0, 0.5)],
    }


def _row(study: Study, records: Records, finding: str) -> Content:
    language, entry = study.language, study.register.findings[finding]
    own = [records[claim.id] for claim in study.register.of_finding(finding) if claim.id in records]
    part = next((part for record in own for part in record["parts"]), None)
    verdicts = [
        {
            "claim": record["claim"],
            "symbol": SYMBOLS[record["verdict"]["word"]],
            "word": record["words"][language],
        }
        for record in own
    ]
    return {
        "id": finding,
        "sentence": entry.sentence[language],
        "verdicts": verdicts,
        "key": None if part is None else _estimate(part, language, from_reference=True),
        "missing": "" if own else text("not_yet", language),
    }


def _claim(study: Study, claim: Claim, record: Mapping[str, Any] | None) -> Content:
    said = {"id": claim.id, "text": claim.text[study.language]}
    if record is None:
        return said | {"symbol": "", "word": text("not_yet", study.language), "rests": "", "parts": []}
    evidence = text(f"evidence_{claim.evidence}", study.language)
    return said | {
        "symbol": SYMBOLS[record["verdict"]["word"]],
        "word": record["words"][study.language],
        "rests": "" if record["parts"] else text("pixi_rests", study.language, evidence=evidence),
        "parts": list(_parts(study, claim, record)),
    }


def _parts(study: Study, claim: Claim, record: Mapping[str, Any]) -> Iterator[Content]:
    registered = {part.key: part for part in claim.parts}
    for shown in record["parts"]:
        part = registered[shown["key"]]
        yield {
            "item": _item(part, study.instrument, study.language),
            "what": _what(part, study.instrument, study.language),
            "mark": _mark(part.groups, part.waves, study.instrument),
            "margin": part.margin or (0.0 if part.estimand in SHARES else study.sesoi),
            **_estimate(shown, study.language),
        }


def _estimate(part: Mapping[str, Any], language: str, *, from_reference: bool = False) -> Content:
    published, bound = _Published.of(part["estimate"]), part["estimate"]["bound"]
    share = published.unit == "share"
    against = float(part["against"]) if share else 0.0
    drawn = not math.isnan(published.value) and bound == "exact"
    reference = against if from_reference else 0.0
    low, value, high = intervals.ends(published, reference) if drawn else (0.0, 0.0, 0.0)
    return {
        "unit": published.unit,
        "drawn": drawn,
        "low": low,
        "value": value,
        "high": high,
        "against": against - reference,
        "written": intervals.written(published, language)
        if drawn
        else value_text(part["estimate"], language),
        "n": "" if math.isnan(published.value) else number(published.n, language),
    }


def _item(part: Part, instrument: Instrument, language: str) -> str:
    """Name what was asked: one item, two that are compared, or how many make an index."""
    if part.needed:
        return text("pixi_index", language, count=len(part.items), items=_span(part.items))
    names = [instrument.items[name].short[language] for name in part.items]
    return (
        text("pixi_order", language, first=names[0], second=names[-1])
        if part.estimand == "order"
        else names[0]
    )


def _what(part: Part, instrument: Instrument, language: str) -> str:
    """Name whose answers are meant and what is compared."""
    joined = " + " if part.together else " − "
    groups = joined.join(instrument.groups[name].short[language] for name in part.groups)
    classes = [
        _class(instrument.items[name], value, language)
        for name, values in part.where.items()
        for value in values
    ]
    if part.per == "cluster" and instrument.clusters:
        groups = text("pixi_per_cluster", language, cluster=instrument.clusters[language])
    said = [groups, *dict.fromkeys(classes)]
    if part.estimand not in SHARES:
        said = [text(part.estimand, language), *said]
    return ", ".join([*said, *(["–".join(map(str, part.waves))] if len(part.waves) > 1 else [])])


def _class(item: Item, value: str, language: str) -> str:
    """Name a class of people; a plain yes or no says nothing without its question."""
    name = item.classes[value][language]
    plain = name.casefold() in {text("answer_yes", language), text("answer_no", language)}
    return f"{item.short[language]}: {name}" if plain else name


def _mark(groups: Sequence[str], waves: Sequence[int], instrument: Instrument) -> Content:
    """Hue and shape say who, where that is one group; fill says when."""
    if len(groups) != 1:
        return {"shape": "o", "colour": INK, "fill": INK}
    style = group_style(list(instrument.groups).index(groups[0]))
    known = list(instrument.waves)
    place = known.index(waves[0]) if len(waves) == 1 else len(known) - 1
    return {
        "shape": style.marker,
        "colour": style.colour,
        "fill": wave_fill(place, len(known), style.colour),
    }


def _span(items: Sequence[str]) -> str:
    return f"{items[0]}–{items[-1]}" if len(items) > 1 else items[0]
