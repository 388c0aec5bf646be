"""How often intervals hold the truth, by estimator and size of the survey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from entydig.presentation.compose import composed
from entydig.presentation.objects import Cell, Data, Figure
from entydig.presentation.sheet import LINE, WIDTH, Axis, Sheet, width_of, wrapped
from entydig.presentation.style import INK, QUIET, SESOI, wave_fill
from entydig.wording import listing, percent, text

__all__ = ["CoverageRow", "coverage"]

GAP = 12.0
LABELS = 250.0
PADDING = 7.0
ROOM = 18.0
STEP = 0.01
"""Markers that would lie on each other at one percent stand below one another."""


@dataclass(frozen=True, kw_only=True)
class CoverageRow:
    """One estimate: how often its interval holds the truth, by size of the survey.

    Parameters
    ----------
    label : str
        What is estimated, and how.
    covered : mapping
        Name of the size to the share of intervals that hold the truth (0..1).
    """

    label: str
    covered: Mapping[str, float]


def coverage(
    rows: Sequence[CoverageRow],
    *,
    nominal: float,
    tolerance: float,
    title: str,
    label: str,
    caption: str,
    language: str,
    footer: str | None = None,
) -> Figure:
    """Draw the coverage of intervals, one row an estimate, one marker a size of the survey.

    Parameters
    ----------
    rows : sequence of CoverageRow
        In the order to be drawn; sizes in the order of the first row, the largest first.
    nominal : float
        What the intervals promise (0..1).
    tolerance : float
        How far from it is near enough; shaded.
    title, label, caption, language : str
        As in `Figure`; the title is the message.
    footer : str, optional
        Last line inside the picture.

    Returns
    -------
    Figure
        Solid for the largest size, hollow for the smallest; shares in percent with one decimal in the data.

    Raises
    ------
    ValueError
        When there are no rows, rows differ in their sizes, or a text is empty.
    """
    if not rows or any(list(row.covered) != list(rows[0].covered) for row in rows):
        raise ValueError("a figure of coverage needs rows, all with the same sizes")
    band = (round(nominal - tolerance, 4), round(nominal + tolerance, 4))
    left = min(max(width_of(row.label) for row in rows), LABELS) + GAP
    lowest = min(band[0], *(share for row in rows for share in row.covered.values()))
    axis = Axis(left + PADDING, WIDTH - ROOM, lowest - STEP, 1.0)

    def paint(sheet: Sheet, y: float) -> float:
        return _paint(sheet, y, rows, axis, band, nominal, language)

    limits = {"low": percent(band[0], language), "high": percent(band[1], language)}
    outside = [
        row.label for row in rows if any(not band[0] <= share <= band[1] for share in row.covered.values())
    ]
    said = text("alt_coverage_outside", language, rows=listing(outside, language)) if outside else ""
    return composed(
        paint,
        title=title,
        label=label,
        caption=caption,
        data=_data(rows, language),
        notes=[text("note_coverage", language, nominal=percent(nominal, language), **limits)],
        footer=footer,
        alt=f"{text('alt_coverage', language, title=title.rstrip('.'), count=len(rows), **limits)} {said}".strip(),
    )


def _paint(
    sheet: Sheet,
    y: float,
    rows: Sequence[CoverageRow],
    axis: Axis,
    band: tuple[float, float],
    nominal: float,
    language: str,
) -> float:
    y = _legend(sheet, y, list(rows[0].covered))
    top = y
    for row in rows:
        lines = wrapped(row.label, LABELS)
        sheet.paragraph(0.0, y + PADDING / 2, row.label, LABELS)
        height = LINE * len(lines) + PADDING
        for place, share in reversed(list(enumerate(row.covered.values()))):
            sheet.marker(axis.at(share), y + height / 2, "o", INK, _fill(place, len(row.covered)))
        y += height
    sheet.bar(axis.at(band[0]), top, axis.at(band[1]) - axis.at(band[0]), y - top, SESOI, back=True)
    ticks = _ticks(axis)
    sheet.rules(axis, ticks, top, y)
    sheet.line([axis.at(nominal)] * 2, [top, y], colour=QUIET, width=1.0, back=True)
    sheet.line([0.0, WIDTH], [y, y], colour=QUIET, width=0.5)
    return sheet.ticks(axis, ticks, [percent(tick, language) for tick in ticks], y + 2.0)


def _legend(sheet: Sheet, y: float, sizes: Sequence[str]) -> float:
    x = 0.0
    for place, name in enumerate(sizes):
        sheet.marker(x + 5.0, y + 6.0, "o", INK, _fill(place, len(sizes)))
        sheet.write(x + 12.0, y + 6.0, name)
        x += 26.0 + width_of(name)
    return y + LINE + PADDING


def _fill(place: int, count: int) -> str:
    return wave_fill(count - 1 - place, count, INK)


def _ticks(axis: Axis) -> list[float]:
    step = 0.01 if axis.length(0.01) >= 34.0 else 0.02 if axis.length(0.02) >= 34.0 else 0.05
    first = round(axis.low / step + 0.499)
    return [round(place * step, 2) for place in range(first, round(1 / step) + 1)]


def _data(rows: Sequence[CoverageRow], language: str) -> Data:
    columns = (text("estimate", language), *rows[0].covered)
    cells: list[tuple[Cell, ...]] = [
        (row.label, *(percent(share, language, 1) for share in row.covered.values())) for row in rows
    ]
    return Data(columns, tuple(cells))
