"""Process charts as small multiples: points, the limits they are judged by, or why there are none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from matplotlib.ticker import MaxNLocator

from entydig.presentation.compose import composed
from entydig.presentation.control_parts import (
    FEW,
    ControlPanel,
    ControlPart,
    ControlPoint,
    control_data,
    control_notes,
    control_said,
)
from entydig.presentation.objects import Figure
from entydig.presentation.sheet import LINE, WIDTH, Axis, Sheet
from entydig.presentation.style import BAND, INK, PAPER, QUIET
from entydig.wording import number, text

__all__ = ["control"]

LEFT = 34.0
SIDE = 128.0
"""At the right, for what is read from a panel."""
HEIGHT = 54.0
GAP = 12.0
NEAR = 1.0
"""Points further apart than this, in the unit of the time axis, are not joined."""
BESIDE = 32.0
"""Room a value needs at the right of its point."""
SMALL, LARGE = 3.6, 6.5
LEAST = 0.2
"""Least height of a scale as a part of its largest value, so that small differences look small."""


def control(
    panels: Sequence[ControlPanel],
    *,
    title: str,
    label: str,
    caption: str,
    language: str,
    footer: str | None = None,
) -> Figure:
    """Draw process charts below one another, on one time axis, each on its own scale.

    Parameters
    ----------
    panels : sequence of ControlPanel
        In the order to be drawn.
    title, label, caption, language : str
        As in `Figure`; the title is the message.
    footer : str, optional
        Last line inside the picture.

    Returns
    -------
    Figure
        Lines join points at most a year apart of one definition; a break is an open gap with a dashed rule.
        Points that may not be shown are crosses at the foot, whatever their value was.

    Raises
    ------
    ValueError
        When a panel has no point, points are not in order of time, or a text is empty.
    """
    _check(panels)
    times = [point.at for panel in panels for point in panel.points]
    axis = Axis(LEFT, WIDTH - SIDE, math.floor(min(times)), math.ceil(max(times)))

    def paint(sheet: Sheet, y: float) -> float:
        for panel in panels:
            y = _panel(sheet, y, panel, axis, language) + GAP
        years = [float(year) for year in range(int(axis.low), int(axis.high), 2)]
        return sheet.ticks(axis, years, [f"{year:.0f}" for year in years], y - GAP + 4.0)

    return composed(
        paint,
        title=title,
        label=label,
        caption=caption,
        data=control_data(panels, language),
        notes=[text("note_control", language), *control_notes(panels, language)],
        footer=footer,
        alt=" ".join(
            [text("alt_control", language, title=title.rstrip(".")), *control_said(panels, language)]
        ),
    )


def _check(panels: Sequence[ControlPanel]) -> None:
    if not panels or not all(panel.parts and all(part.points for part in panel.parts) for panel in panels):
        raise ValueError("a figure of process charts needs panels, each with points")
    for panel in panels:
        if any(later.at <= earlier.at for earlier, later in pairwise(panel.points)):
            raise ValueError(f"points of {panel.label!r} are not in order of time")


def _panel(sheet: Sheet, y: float, panel: ControlPanel, axis: Axis, language: str) -> float:
    y = sheet.paragraph(0.0, y, panel.label, WIDTH, weight=600) + 2.0
    top, named = y, y + (LINE if len(panel.parts) > 1 else 0.0)
    foot = named + HEIGHT
    scale = _scale(panel, foot - 5.0, named + 5.0)
    sheet.line([LEFT, axis.right], [foot, foot], colour=QUIET, width=0.5)
    sheet.rules(axis, [float(year) for year in range(int(axis.low), int(axis.high), 2)], foot, foot + 3.0)
    if scale is not None:
        _levels(sheet, scale, axis, panel, language)
        _limits(sheet, panel, axis, scale)
    for part in panel.parts:
        _part(sheet, part, panel, axis, scale, foot, language)
    _breaks(sheet, panel, axis, top, foot)
    for line in panel.reading:
        top = sheet.paragraph(axis.right + 12.0, top, line, SIDE - 12.0)
    return max(foot, top)


def _scale(panel: ControlPanel, foot: float, top: float) -> Axis | None:
    """Give the vertical scale of what may be shown, none where that is nothing."""
    shown = [*(point.value for point in panel.points), panel.lower, panel.upper]
    shown = [value for value in shown if not math.isnan(value)]
    if not shown:
        return None
    low, high = min(shown), max(shown)
    least = LEAST * max(abs(low), abs(high)) or 1.0
    room = max(0.08 * (high - low), (least - (high - low)) / 2)
    return Axis(foot, top, low - room, high + room)


def _levels(sheet: Sheet, scale: Axis, axis: Axis, panel: ControlPanel, language: str) -> None:
    ticks = MaxNLocator(nbins=3, steps=[1, 2, 5, 10]).tick_values(scale.low, scale.high)
    shown = [float(tick) for tick in ticks if scale.low <= tick <= scale.high]
    decimals = next(
        each for each in range(4) if all(round(tick, each) == round(tick, 6) for tick in shown) or each == 3
    )
    for tick in shown:
        sheet.line([LEFT - 3.0, axis.right], [scale.at(tick)] * 2, width=0.5, back=True)
        sheet.write(LEFT - 6.0, scale.at(tick), number(tick, language, decimals), colour=QUIET, align="right")


def _limits(sheet: Sheet, panel: ControlPanel, axis: Axis, scale: Axis) -> None:
    """Draw the limits: a band over the points that fixed them, dashed after."""
    if not panel.limited:
        return
    points = panel.parts[-1].points
    start, middle, end = axis.at(points[0].at) - 4.0, axis.at(panel.until) + 4.0, axis.at(points[-1].at) + 4.0
    lower, upper = scale.at(panel.lower), scale.at(panel.upper)
    sheet.bar(start, upper, middle - start, lower - upper, BAND, back=True)
    for level in (lower, upper, scale.at(panel.centre)):
        sheet.line([start, middle], [level, level], colour=QUIET, back=True)
        sheet.line([middle, end], [level, level], colour=QUIET, dashed=True, back=True)


def _part(
    sheet: Sheet,
    part: ControlPart,
    panel: ControlPanel,
    axis: Axis,
    scale: Axis | None,
    foot: float,
    language: str,
) -> None:
    for earlier, later in pairwise(part.points):
        if scale is not None and _joined(earlier, later):
            ends = [scale.at(earlier.value), scale.at(later.value)]
            sheet.line([axis.at(earlier.at), axis.at(later.at)], ends, colour=INK, width=1.0)
    few = len(panel.points) <= FEW
    for point in part.points:
        x = axis.at(point.at)
        if scale is None or math.isnan(point.value):
            sheet.marker(x, foot - 4.0, "x", QUIET, PAPER, SMALL)
            continue
        y = scale.at(point.value)
        shape, fill, size = ("D", PAPER, LARGE) if point.signal else ("o", INK, SMALL)
        sheet.marker(x, y, shape, INK, fill, size)
        if few:
            left = x + BESIDE > axis.right
            beside = x - 7.0 if left else x + 7.0
            written = number(point.value, language, panel.decimals)
            sheet.write(beside, y, written, align="right" if left else "left")


def _joined(earlier: ControlPoint, later: ControlPoint) -> bool:
    return not math.isnan(earlier.value + later.value) and later.at - earlier.at <= NEAR


def _breaks(sheet: Sheet, panel: ControlPanel, axis: Axis, top: float, foot: float) -> None:
    """Write the names of the definitions and draw a rule between them; no name where there is but one."""
    if len(panel.parts) == 1:
        return
    for before, part in zip([None, *panel.parts], panel.parts, strict=False):
        x = axis.at(part.points[0].at) - 4.0
        if before is not None:
            x = axis.at((before.points[-1].at + part.points[0].at) / 2)
            sheet.line([x, x], [top, foot], colour=QUIET, dashed=True, back=True)
        sheet.write(x + 4.0, top + LINE / 2, part.name, colour=QUIET)
