"""Turns the document that describes worlds into the parameters of each."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

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
from entydig.survey.targets import Targets, percent

__all__ = ["process_of"]


def process_of(
    name: str, content: Mapping[str, Any], change: Mapping[str, Any], targets: Targets, instrument: Instrument
) -> Process:
    """Give a world's parameters, all but what is solved: intercepts of response, weights of options.

    Parameters
    ----------
    name : str
    content : Mapping
        The document, checked against its schema and the instrument.
    change : Mapping
        How the world differs from what all start from.
    targets : Targets
        The world's own.
    instrument : Instrument
    """
    response = content["response"]
    cuts = content["cuts"]
    return Process(
        name=name,
        waves=tuple(sorted(instrument.waves)),
        clusters=_counts(content["clusters"]["units"]),
        units_asked=_counts(content["clusters"]["units_asked"]),
        seating={group: _seating(group, entry) for group, entry in content["groups"].items()},
        panel_known=content["panel_known"] / 100,
        not_relevant=content["not_relevant"] / 100,
        unanswered=content["unanswered"] / 100,
        classes=_classes(content, change, instrument),
        response=_response(response["shares"]),
        response_effects=response.get("effects", {}),
        response_of_positive_people=change.get("response_of_positive_people", 0.0),
        intercepts={},
        variance=content["variance"],
        cuts={(scale, group): tuple(row) for scale, rows in cuts.items() for group, row in rows.items()},
        offsets=_offsets(content, change),
        positive=targets.positive,
        dont_know=targets.dont_know,
        by_class=targets.by_class,
        choices={item: _choice(item, content, shares) for item, shares in targets.choices.items()},
        quantile_cuts=_quantile_cuts(change),
    )


def _counts(entry: Mapping[str, int]) -> dict[int, int]:
    return {int(key): value for key, value in entry.items()}


def _response(entry: Mapping[str, Mapping[str, float]]) -> dict[Cell, float]:
    return {(group, int(wave)): value / 100 for group, row in entry.items() for wave, value in row.items()}


def _seating(group: str, entry: Mapping[str, Any]) -> Seating:
    total = sum(entry["seats"].values())
    seats = {int(number): weight / total for number, weight in entry["seats"].items()}
    same_person = entry["same_person"] / 100
    return Seating(group=group, place=entry["belongs_to"], seats=seats, same_person=same_person)


def _choice(item: str, content: Mapping[str, Any], shares: Mapping[Cell, Shares]) -> ChoiceRule:
    picks = {int(number): share / 100 for number, share in content["choices"][item]["picks"].items()}
    return ChoiceRule(item=item, picks=picks, shares=shares, weights={})


def _offsets(content: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Offset]:
    return {
        name: Offset(
            items=tuple(entry["items"]),
            joiners=entry.get("joiners", 0.0),
            class_name=entry.get("class", ""),
            values=entry.get("values", {}),
        )
        for name, entry in content.get("offsets", {}).items()
        if name not in change.get("drop_offsets", ())
    }


def _classes(
    content: Mapping[str, Any], change: Mapping[str, Any], instrument: Instrument
) -> dict[str, ClassRule]:
    entries = {**content["classes"], **change.get("classes", {})}
    turned = change.get("reverse_classes", ())
    rules = [
        _class(name, entry, instrument, tuple(content["groups"]), turned=name in turned)
        for name, entry in entries.items()
    ]
    return {rule.name: rule for rule in sorted(rules, key=lambda rule: bool(rule.given))}


def _class(
    name: str, entry: Mapping[str, Any], instrument: Instrument, groups: tuple[str, ...], *, turned: bool
) -> ClassRule:
    levels, waves = tuple(instrument.items[name].classes), tuple(instrument.waves)
    rows = [
        GivenRow(
            values=tuple(row["of"]),
            shares=_by_wave(row["shares"], levels, waves, turned=turned),
            lead=percent(row["lead"]) if "lead" in row and not turned else None,
        )
        for row in entry.get("rows", ())
    ]
    return ClassRule(
        name=name,
        per=entry["per"],
        levels=levels,
        groups=tuple(entry.get("groups", groups)),
        shares=_by_wave(entry["shares"], levels, waves, turned=turned) if "shares" in entry else {},
        cluster_has=entry.get("cluster_has", "first"),
        leads=tuple(entry.get("lead_seats", ())),
        given=entry.get("given", ""),
        rows=tuple(rows),
        moves={level: percent(shares) for level, shares in entry.get("stayers_move", {}).items()},
    )


def _by_wave(
    entry: Mapping[str, Any], levels: tuple[str, ...], waves: tuple[int, ...], *, turned: bool
) -> dict[int, Shares]:
    same = not isinstance(next(iter(entry.values())), Mapping)
    order = levels[::-1] if turned else levels
    shares: dict[int, Shares] = {}
    for wave in waves:
        row = percent(entry if same else entry[str(wave)])
        shares[wave] = {level: row[source] for level, source in zip(levels, order, strict=True)}
    return shares


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
