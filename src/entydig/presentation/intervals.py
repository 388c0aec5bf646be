"""An estimate with its interval, drawn and written the same way in every figure."""

from __future__ import annotations

import math
from collections.abc import Iterable

from entydig.presentation.objects import Cell
from entydig.presentation.rows import Estimated
from entydig.presentation.sheet import WIDTH, Axis, Sheet
from entydig.presentation.style import INK, QUIET, SESOI
from entydig.wording import interval, number, percent, points, text

__all__ = [
    "cells",
    "confidences",
    "draw",
    "ends",
    "ground",
    "known",
    "scale",
    "span_of",
    "ticks_of",
    "written",
]

NEAR = 34.0
STEPS = (0.05, 0.1, 0.2, 0.25, 0.5)


def known(estimate: Estimated | None) -> Estimated | None:
    """Give an estimate that has a value, else None."""
    return None if estimate is None or math.isnan(estimate.value) else estimate


def ends(estimate: Estimated, reference: float = 0.0) -> tuple[float, float, float]:
    """Give low, value, high as published, from the reference; an unknown end falls on the value."""
    value = round(estimate.value, 2)
    low, high = (
        value if math.isnan(end) else round(possible(end), 2) for end in (estimate.low, estimate.high)
    )
    return low - reference, value - reference, high - reference


def possible(end: float) -> float:
    """Cut an end of an interval at what shares and their differences can be."""
    return min(max(end, -1.0), 1.0)


def span_of(
    drawn: Iterable[tuple[float, float, float]], sesoi: float, given: tuple[float, float] | None = None
) -> tuple[float, float]:
    """Give a scale that holds every interval, zero and the band: the one given, else whole ten points.

    Raises
    ------
    ValueError
        When the one given would cut something off.
    """
    lows, _, highs = zip((-sesoi, 0.0, sesoi), *drawn, strict=True)
    if given is None:
        return math.floor(min(lows) * 10 - 0.2) / 10, math.ceil(max(highs) * 10 + 0.2) / 10
    if not given[0] <= min(lows) <= max(highs) <= given[1]:
        raise ValueError(
            f"the scale {given} does not hold everything from {min(lows):.2f} to {max(highs):.2f}"
        )
    return given


def ticks_of(axis: Axis) -> list[float]:
    """Give round values on a scale, zero among them, far enough apart to be named."""
    step = next((size for size in STEPS if axis.length(size) >= NEAR), 1.0)
    first, last = math.ceil(axis.low / step - 1e-9), math.floor(axis.high / step + 1e-9)
    return [round(place * step, 2) for place in range(first, last + 1)]


def written(estimate: Estimated, language: str) -> str:
    """Write an estimate with its interval in whole percent or points."""
    value, low, high = estimate.value, possible(estimate.low), possible(estimate.high)
    if estimate.unit == "share":
        shown, bounds = percent(value, language), [number(100 * end, language) for end in (low, high)]
    else:
        shown, bounds = points(value, language), [points(end, language) for end in (low, high)]
    return (
        shown
        if math.isnan(low) or math.isnan(high)
        else f"{shown} ({interval(bounds[0], bounds[1], language)})"
    )


def confidences(estimates: Iterable[Estimated | None], language: str) -> str:
    """Name the intervals drawn by their confidence; several kinds are joined by a stroke."""
    levels = sorted({each.confidence for each in map(known, estimates) if each}, reverse=True) or [0.95]
    return " / ".join(
        text("confidence_interval", language, confidence=percent(level, language)) for level in levels
    )


def cells(estimate: Estimated | None, note: str) -> tuple[Cell, Cell, Cell]:
    """Give value, low and high as cells of a data table: whole percent or points, or the note."""
    found = known(estimate)
    if not found:
        return note or None, None, None
    low, value, high = (round(100 * end) for end in ends(found))
    return value, low, high


def ground(sheet: Sheet, axis: Axis, sesoi: float, top: float, bottom: float) -> None:
    """Draw what estimates stand on: the band of effects too small to matter, the rules, the zero line."""
    sheet.bar(axis.at(-sesoi), top, axis.at(sesoi) - axis.at(-sesoi), bottom - top, SESOI, back=True)
    sheet.rules(axis, ticks_of(axis), top, bottom)
    sheet.line([axis.at(0.0)] * 2, [top, bottom], colour=QUIET, width=1.0, back=True)


def scale(sheet: Sheet, axis: Axis, y: float, language: str) -> float:
    """Close the ground with a line at y and name its rules; give the y below."""
    sheet.line([0.0, WIDTH], [y, y], colour=QUIET, width=0.5)
    ticks = ticks_of(axis)
    return sheet.ticks(axis, ticks, [points(tick, language) for tick in ticks], y + 2.0)


def draw(
    sheet: Sheet,
    axis: Axis,
    y: float,
    interval_ends: tuple[float, float, float],
    *,
    shape: str,
    colour: str = INK,
) -> None:
    """Draw an interval as a line and its estimate as a marker."""
    low, value, high = interval_ends
    sheet.line([axis.at(low), axis.at(high)], [y, y], colour=colour, width=1.6)
    sheet.marker(axis.at(value), y, shape, colour, colour)
