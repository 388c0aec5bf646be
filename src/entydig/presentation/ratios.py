"""Ratios to one reference on a scale on which twice and half are as far away."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from entydig.presentation.compose import composed
from entydig.presentation.objects import Data, Figure
from entydig.presentation.sheet import LINE, WIDTH, Axis, Sheet, width_of, wrapped
from entydig.presentation.style import INK, QUIET
from entydig.wording import interval, number, text

__all__ = ["RatioRow", "ratios"]

GAP = 12.0
LABELS = 230.0
PADDING = 8.0
NEAR = 30.0
STEPS = (1, 2, 5)


@dataclass(frozen=True, kw_only=True)
class RatioRow:
    """One ratio to the reference.

    Parameters
    ----------
    label : str
        What is compared.
    value, low, high : float
        Median, smallest and largest of the rounds; over 0.
    """

    label: str
    value: float
    low: float
    high: float


def ratios(
    rows: Sequence[RatioRow],
    *,
    title: str,
    label: str,
    caption: str,
    language: str,
    footer: str | None = None,
) -> Figure:
    """Draw ratios, one row each: a dot for the median, a line from the smallest to the largest.

    Parameters
    ----------
    rows : sequence of RatioRow
        In the order to be drawn.
    title, label, caption, language : str
        As in `Figure`; the title is the message.
    footer : str, optional
        Last line inside the picture.

    Returns
    -------
    Figure
        On a logarithmic scale that holds the reference, 1.

    Raises
    ------
    ValueError
        When there are no rows, a ratio is not over 0 or not inside its range, or a text is empty.
    """
    if not rows or any(not 0 < row.low <= row.value <= row.high < math.inf for row in rows):
        raise ValueError("a figure of ratios needs rows, each with 0 < low <= value <= high")
    left = min(max(width_of(row.label) for row in rows), LABELS) + GAP
    numbers = max(width_of(_written(row.value, language)) for row in rows)
    lowest, highest = min(1.0, *(row.low for row in rows)), max(1.0, *(row.high for row in rows))
    axis = Axis(
        left + PADDING, WIDTH - numbers - 2 * GAP, math.log10(lowest) - 0.05, math.log10(highest) + 0.05
    )

    def paint(sheet: Sheet, y: float) -> float:
        return _paint(sheet, y, rows, axis, language)

    said = (text("ratio_said", language, name=row.label, value=_written(row.value, language)) for row in rows)
    return composed(
        paint,
        title=title,
        label=label,
        caption=caption,
        data=_data(rows, language),
        notes=[text("note_ratios", language)],
        footer=footer,
        alt=" ".join([text("alt_ratios", language, title=title.rstrip(".")), *said]),
    )


def _paint(sheet: Sheet, y: float, rows: Sequence[RatioRow], axis: Axis, language: str) -> float:
    top = y
    for row in rows:
        lines = wrapped(row.label, LABELS)
        sheet.paragraph(0.0, y + PADDING / 2, row.label, LABELS)
        height = LINE * len(lines) + PADDING
        centre = y + height / 2
        ends = [axis.at(math.log10(end)) for end in (row.low, row.high)]
        sheet.line(ends, [centre, centre], colour=INK, width=1.6)
        sheet.marker(axis.at(math.log10(row.value)), centre, "o", INK, INK)
        sheet.write(WIDTH, centre, _written(row.value, language), align="right")
        y += height
    names = _ticks(axis)
    ticks = [math.log10(tick) for tick in names]
    sheet.rules(axis, ticks, top, y)
    sheet.line([axis.at(0.0)] * 2, [top, y], colour=QUIET, width=1.0, back=True)
    sheet.line([0.0, WIDTH], [y, y], colour=QUIET, width=0.5)
    return sheet.ticks(axis, ticks, [_tick(tick, language) for tick in names], y + 2.0)


def _ticks(axis: Axis) -> list[float]:
    """Give 1, 2, 5, 10, ... on the scale, or tens alone where there is no room."""
    steps = STEPS if axis.length(math.log10(2)) >= NEAR else STEPS[:1]
    decades = range(math.floor(axis.low), math.ceil(axis.high) + 1)
    values = (step * 10.0**decade for decade in decades for step in steps)
    return [value for value in values if axis.low <= math.log10(value) <= axis.high]


def _tick(value: float, language: str) -> str:
    return number(value, language, max(0, -math.floor(math.log10(value) + 1e-9)))


def _written(value: float, language: str) -> str:
    return number(value, language, 0 if value >= 100 else 1 if value >= 1 else 2)


def _data(rows: Sequence[RatioRow], language: str) -> Data:
    columns = tuple(text(f"ratio_{name}", language) for name in ("name", "value", "range"))
    return Data(
        columns, tuple((row.label, _written(row.value, language), _range(row, language)) for row in rows)
    )


def _range(row: RatioRow, language: str) -> str:
    return interval(_written(row.low, language), _written(row.high, language), language)
