"""Synthetic series of indicators, drawn from the model that stands beside each and remade by its seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from entydig.statistics.cells import Floats
from entydig.survey.draws import Streams

__all__ = ["COLUMNS", "draw_series"]

COLUMNS = ["data", "series", "indicator", "definition", "period", "value", "count"]
HALVES = ("H1", "H2")


def draw_series(document: Mapping[str, Any]) -> pd.DataFrame:
    """Draw the series of all indicators that have a model, and of the twin of those that have one.

    Each stretch under one definition has a level of its own, so that nothing joins two of them. At step t of
    a stretch, counted from 0::

        x_t = level + drift t + shifts + spread m_t + common c_t

    m_t is a standard normal of this series, c_t one that the twin shares; where a value covers several
    periods (`spans`), m_t is the mean of as many independent ones, so that neighbours share most of theirs.
    The twin's level lies `twin` higher; a shift reaches it only where `twin` of the shift says so. A share or
    rate is a whole number of cases: count = round(x_t base / per), value = per count / base. Anything else
    is a mean or share of a sample of `base`, which is its count.

    Parameters
    ----------
    document : Mapping
        As `entydig.project.indicator_files.read_indicators` gives it.

    Returns
    -------
    DataFrame
        `data` (always ``synthetic``), `series` (``own`` or ``twin``), `indicator`, `definition` (number of
        the stretch, from 1), `period` (``2012H1``, or ``2012``), `value` as text with the decimals of the
        indicator, `count`: the persons or cases behind it. Periods not measured have no row.
    """
    streams = Streams(document["seed"])
    rows = [
        ("synthetic", series, each["id"], *row)
        for each in document["indicators"]
        if "model" in each
        for series in (("own", "twin") if "twin" in each["model"] else ("own",))
        for row in _rows(each, series, streams)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _rows(each: Mapping[str, Any], series: str, streams: Streams) -> Iterator[tuple[int, str, str, int]]:
    model = each["model"]
    periods = _periods(model["measured"])
    starts = [stretch["from"] for stretch in model["stretches"]]
    bounds = pairwise([*starts, int(periods[-1][:4]) + 1])
    for place, (stretch, (first, after)) in enumerate(zip(model["stretches"], bounds, strict=True), start=1):
        inside = [period for period in periods if first <= int(period[:4]) < after]
        noise = model["spread"] * _noise(
            streams, len(inside), each.get("spans", 1), each["id"], place, series
        )
        if "common" in model:
            noise += model["common"] * _noise(streams, len(inside), 1, each["id"], place, "common")
        for step, (period, disturbed) in enumerate(zip(inside, noise, strict=True)):
            level = stretch["level"] + stretch["drift"] * step + _moved(model, series, int(period[:4]))
            value, count = _counted(model, level + float(disturbed))
            yield place, period, f"{value:.{each['decimals']}f}", count


def _periods(measured: Mapping[str, Any]) -> Sequence[str]:
    if "in" in measured:
        return [str(year) for year in measured["in"]]
    halves = HALVES if measured["every"] == "half-year" else ("",)
    return [f"{year}{half}" for year in range(measured["from"], measured["to"] + 1) for half in halves]


def _noise(streams: Streams, size: int, spans: int, *purpose: object) -> Floats:
    drawn = streams.normal(size + spans - 1, "indicator", *purpose)
    return np.convolve(drawn, np.full(spans, 1 / spans), mode="valid")


def _moved(model: Mapping[str, Any], series: str, year: int) -> float:
    """Return what a year and being the twin add to the level."""
    shifts = [
        shift["by"]
        for shift in model.get("shifts", ())
        if shift["from"] <= year <= shift["to"] and (series == "own" or shift["twin"])
    ]
    return float(sum(shifts) + (model["twin"] if series == "twin" else 0))


def _counted(model: Mapping[str, Any], value: float) -> tuple[float, int]:
    """Return a value as so many cases give it, and their number."""
    if "per" not in model:
        return value, model["base"]
    count = max(0, round(value * model["base"] / model["per"]))
    return model["per"] * count / model["base"], count
