"""Draws what everyone on a roster would answer: ordinal items from a latent answer, others by weights."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from entydig.survey.draws import DECIMALS, Streams
from entydig.survey.instrument import Instrument, Item, Scale
from entydig.survey.process import QuantileCut
from entydig.survey.rows import Rows

__all__ = ["draw_codes"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


def draw_codes(instrument: Instrument, rows: Rows, person: Floats, streams: Streams) -> dict[str, Integers]:
    """Draw the code of each ordinal item, and 0 or 1 of each option of choose-several items.

    Parameters
    ----------
    instrument : Instrument
    rows : Rows
    person : array
        The person's stable component, one standard normal for each row.
    streams : Streams

    Returns
    -------
    dict of str to array
        By column of the answers, one code for each row; nothing is unanswered.
    """
    shared = _shared(rows, person, streams)
    block_part = math.sqrt(rows.process.variance["block_person_wave"])
    blocks: dict[str, Floats] = {}
    codes: dict[str, Integers] = {}
    for item in instrument.of_source("answers"):
        if item.scale:
            if item.block not in blocks:
                blocks[item.block] = block_part * streams.normal(len(rows), "block", item.block)
            codes[item.id] = _ordinal(
                instrument, item, item.scale, rows, shared + blocks[item.block], streams
            )
        elif item.options:
            codes |= _chosen(instrument, item, rows, streams)
    return codes


def _shared(rows: Rows, person: Floats, streams: Streams) -> Floats:
    """Give what all items of a person in a wave have in common."""
    part = {name: math.sqrt(share) for name, share in rows.process.variance.items()}
    n_clusters, n_waves = int(rows.cluster.max()) + 1, len(rows.process.waves)
    cluster = streams.normal(n_clusters, "cluster")[rows.cluster]
    cluster_wave = streams.normal(n_clusters * n_waves, "cluster and wave")[
        rows.cluster * n_waves + rows.wave
    ]
    person_wave = streams.normal(len(rows), "person and wave")
    places = part["cluster"] * cluster + part["cluster_wave"] * cluster_wave
    return np.asarray(places + part["person"] * person + part["person_wave"] * person_wave)


def _ordinal(
    instrument: Instrument, item: Item, scale: Scale, rows: Rows, shared: Floats, streams: Streams
) -> Integers:
    process = rows.process
    own = math.sqrt(process.variance["item"]) * streams.normal(len(rows), "item", item.id)
    latent = np.round(_centre(item, rows) + _offset(item, rows) + (shared + own), DECIMALS)
    draw = streams.uniform(len(rows), "no opinion", item.id)
    dont_know = rows.by_cell(process.dont_know[item.id])
    opinion = draw >= np.round(dont_know + process.not_relevant, DECIMALS)
    asked = _asked(instrument, item, rows)
    for cut in process.quantile_cuts:
        if cut.item == item.id:
            latent = _moved(cut, rows, latent, opinion & asked)
    without = np.where(draw < dont_know, instrument.dont_know, instrument.not_relevant)
    codes = np.where(opinion, _levels(scale, rows, latent), without)
    return np.where(asked, codes, instrument.not_asked)


def _centre(item: Item, rows: Rows) -> Floats:
    """Give the mean of the latent answer: the normal quantile of the target."""
    target = rows.by_cell(rows.process.positive[item.id])
    for (name, (group, wave)), (class_name, shares) in rows.process.by_class.items():
        if name == item.id:
            here = rows.among((group,), wave, {})
            target = np.where(here, rows.by_level(class_name, shares), target)
    return np.round(ndtri(target), DECIMALS)


def _offset(item: Item, rows: Rows) -> Floats:
    """Give the item's offsets, the mean of each group and wave taken out."""
    total = np.zeros(len(rows))
    for offset in rows.process.offsets.values():
        if item.id in offset.items:
            if offset.class_name:
                value = rows.by_level(offset.class_name, offset.values)
            else:
                value = np.where(rows.joins, offset.joiners, 0.0)
            total = total + np.round(value - _cell_means(rows, value), DECIMALS)
    return total


def _cell_means(rows: Rows, value: Floats) -> Floats:
    cell = rows.group * len(rows.process.waves) + rows.wave
    means = np.bincount(cell, weights=value) / np.maximum(np.bincount(cell), 1)
    return np.asarray(means[cell])


def _asked(instrument: Instrument, item: Item, rows: Rows) -> Booleans:
    asked = rows.by_cell({cell: float(item.is_asked(*cell)) for cell in rows.process.cells}) > 0
    if item.only_if:
        name, values = item.only_if
        asked &= rows.by_level(name, dict.fromkeys(values, 1.0)) > 0
    return asked


def _moved(cut: QuantileCut, rows: Rows, latent: Floats, opinion: Booleans) -> Floats:
    """Move the latent answers of the cut's people, so that their share at or above 0 is next to the cut's."""
    people = rows.among(cut.people.groups, cut.wave, cut.people.classes)
    ranked = np.sort(latent[people & opinion])[::-1]
    if not len(ranked):
        return latent
    exact = cut.share * len(ranked)
    positive = math.floor(exact) if cut.side == "at_most" else math.ceil(exact)
    lowest_positive = ranked[positive - 1] if positive else ranked[0] + 1
    return np.where(people, latent - lowest_positive, latent)


def _levels(scale: Scale, rows: Rows, latent: Floats) -> Integers:
    codes = np.array(list(scale.levels))
    # A group that is never asked on this scale needs no cuts; its codes are overwritten.
    none = (math.inf,) * (len(codes) - 1)
    cuts = np.array([rows.process.cuts.get((scale.name, group), none) for group in rows.process.seating])
    return np.asarray(codes[(latent[:, None] >= cuts[rows.group]).sum(axis=1)])


def _chosen(instrument: Instrument, item: Item, rows: Rows, streams: Streams) -> dict[str, Integers]:
    """Pick the options with the largest sums of log weight and Gumbel number."""
    rule = rows.process.choices[item.id]
    sums = np.empty((len(rows), len(item.options)))
    for position, option in enumerate(item.options):
        weights = rows.by_cell({cell: row[option] for cell, row in rule.weights.items()})
        sums[:, position] = weights + streams.gumbel(len(rows), "option", item.id, option)
    ends = np.round(np.cumsum(list(rule.picks.values())), DECIMALS)[:-1]
    chance = streams.uniform(len(rows), "picks", item.id)
    picks = np.array(list(rule.picks))[(chance[:, None] >= ends).sum(axis=1)]
    best_first = np.argsort(-np.round(sums, DECIMALS), axis=1, kind="stable")
    rank = np.argsort(best_first, axis=1, kind="stable")
    asked = _asked(instrument, item, rows)
    chosen = np.where(asked[:, None], rank < picks[:, None], instrument.not_asked)
    return {column: chosen[:, position].astype(np.int64) for position, column in enumerate(item.columns)}
