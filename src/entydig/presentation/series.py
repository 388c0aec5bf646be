"""Series over time as small multiples: a line only between counts made by the same rules."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from entydig.presentation.compose import composed
from entydig.presentation.objects import Cell, Data, Figure
from entydig.presentation.sheet import LINE, WIDTH, Axis, Sheet, wrapped
from entydig.presentation.style import INK, PAPER, QUIET
from entydig.wording import number, text

__all__ = ["SeriesPanel", "SeriesPart", "SeriesPoint", "series"]

EDGE = 16.0
GAP = 14.0
PLOT = 250.0
ROOM = 15.0
"""Above the highest point, for its number."""
NEAR = 1.0
"""Counts further apart than this, in the unit of the time axis, are not joined."""


@dataclass(frozen=True, kw_only=True)
class SeriesPoint:
    """One count.

    Parameters
    ----------
    at : float
        Place on the time axis.
    when : str
        The time in words.
    value : float
        Number of things, 0 or more; NaN where it is not known.
    regular : bool
        Whether it belongs to the yearly series; others are drawn hollow and no line reaches them.
    source : str
        Who says so.
    """

    at: float
    when: str
    value: float
    regular: bool = True
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class SeriesPart:
    """The counts of one set of rules, in order of time.

    Parameters
    ----------
    rules : str
        What the rules are called.
    points : tuple of SeriesPoint
        At least one.
    """

    rules: str
    points: tuple[SeriesPoint, ...]


@dataclass(frozen=True, kw_only=True)
class SeriesPanel:
    """One series.

    Parameters
    ----------
    label : str
        What is counted.
    parts : tuple of SeriesPart
        In order of time; between two of them lies a break.
    """

    label: str
    parts: tuple[SeriesPart, ...]

    @property
    def points(self) -> tuple[SeriesPoint, ...]:
        """All its points."""
        return tuple(point for part in self.parts for point in part.points)

    @property
    def highest(self) -> float:
        """The largest known value; 0 where none is known."""
        return max((point.value for point in self.points if not math.isnan(point.value)), default=0.0)


def series(
    panels: Sequence[SeriesPanel],
    *,
    title: str,
    label: str,
    caption: str,
    language: str,
    footer: str | None = None,
) -> Figure:
    """Draw series below one another, all on the same two scales, every count written at its point.

    Parameters
    ----------
    panels : sequence of SeriesPanel
        In the order to be drawn.
    title, label, caption, language : str
        As in `Figure`; the title is the message.
    footer : str, optional
        Last line inside the picture.

    Returns
    -------
    Figure
        Lines join yearly counts of the same rules; a break is an open gap with a dashed rule and the name of
        the new rules. An unknown count is a question mark.

    Raises
    ------
    ValueError
        When a panel has no point, a value is negative, points are not in order of time, no value is known,
        or a text is empty.
    """
    _check(panels)
    times = [point.at for panel in panels for point in panel.points]
    axis = Axis(EDGE, WIDTH - EDGE, min(times), max(*times, min(times) + 1.0))

    def paint(sheet: Sheet, y: float) -> float:
        return _paint(sheet, y, panels, axis, language)

    return composed(
        paint,
        title=title,
        label=label,
        caption=caption,
        data=_data(panels, language),
        notes=[text("note_series", language), *_notes(panels, language)],
        footer=footer,
        alt=" ".join([text("alt_series", language, title=title.rstrip(".")), *_said(panels, language)]),
    )


def _check(panels: Sequence[SeriesPanel]) -> None:
    if not panels or not all(panel.parts and all(part.points for part in panel.parts) for panel in panels):
        raise ValueError("a figure of series needs panels, each with points")
    for panel in panels:
        times = [point.at for point in panel.points]
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise ValueError(f"points of {panel.label!r} are not in order of time")
        if any(point.value < 0 for point in panel.points):
            raise ValueError(f"a count of {panel.label!r} is negative")
    if not any(panel.highest for panel in panels):
        raise ValueError("no count is known")


def _paint(sheet: Sheet, y: float, panels: Sequence[SeriesPanel], axis: Axis, language: str) -> float:
    unit = PLOT / sum(panel.highest for panel in panels)
    years = _years(axis)
    for panel in panels:
        y = sheet.paragraph(0.0, y, panel.label, WIDTH, weight=600)
        top, base = y, y + _names(panel, axis) + ROOM + unit * panel.highest
        sheet.rules(axis, years, base, base + 3.0)
        sheet.line([0.0, WIDTH], [base, base], colour=QUIET, width=0.5)
        for part in panel.parts:
            _part(sheet, part, axis, base, unit, language)
        _breaks(sheet, panel, axis, top, base)
        y = base + GAP
    return sheet.ticks(axis, years, [f"{year:.0f}" for year in years], y - GAP + 4.0)


def _years(axis: Axis) -> list[float]:
    first, last = math.ceil(axis.low), math.floor(axis.high)
    step = max(1, math.ceil((last - first) / 15))
    return [float(year) for year in range(first, last + 1, step)]


def _names(panel: SeriesPanel, axis: Axis) -> float:
    """Give the height of the names of rules above a panel."""
    return LINE * max(len(wrapped(name, width)) for _, width, name in _spans(panel, axis))


def _spans(panel: SeriesPanel, axis: Axis) -> Iterator[tuple[float, float, str]]:
    """Give where the name of each part begins, the room it has, and the name."""
    starts = [_start(panel, place, axis) for place in range(len(panel.parts))]
    for part, (left, right) in zip(panel.parts, pairwise([*starts, WIDTH + 4.0]), strict=True):
        yield left, right - left - 8.0, part.rules


def _start(panel: SeriesPanel, place: int, axis: Axis) -> float:
    first = panel.parts[place].points[0].at
    return axis.at(_middle(panel, place)) + 4.0 if place else axis.at(first) - EDGE / 2


def _middle(panel: SeriesPanel, place: int) -> float:
    """Give the middle of the gap before a part."""
    return (panel.parts[place - 1].points[-1].at + panel.parts[place].points[0].at) / 2


def _breaks(sheet: Sheet, panel: SeriesPanel, axis: Axis, top: float, base: float) -> None:
    for left, width, name in _spans(panel, axis):
        sheet.paragraph(left, top, name, width, colour=QUIET)
    for place in range(1, len(panel.parts)):
        x = axis.at(_middle(panel, place))
        sheet.line([x, x], [top, base], colour=QUIET, dashed=True, back=True)


def _part(sheet: Sheet, part: SeriesPart, axis: Axis, base: float, unit: float, language: str) -> None:
    for earlier, later in pairwise(part.points):
        if _joined(earlier, later):
            ends = [base - unit * point.value for point in (earlier, later)]
            sheet.line([axis.at(earlier.at), axis.at(later.at)], ends, colour=INK, width=1.6)
    for point in part.points:
        x = axis.at(point.at)
        if math.isnan(point.value):
            sheet.write(x, base - LINE / 2, text("series_mark", language), colour=QUIET, align="center")
            continue
        y = base - unit * point.value
        sheet.marker(x, y, "o", INK, INK if point.regular else PAPER)
        sheet.write(x, y - LINE * 0.9, number(point.value, language), align="center")


def _joined(earlier: SeriesPoint, later: SeriesPoint) -> bool:
    known = not math.isnan(earlier.value + later.value)
    return known and earlier.regular and later.regular and later.at - earlier.at <= NEAR


def _notes(panels: Sequence[SeriesPanel], language: str) -> Iterator[str]:
    points = [point for panel in panels for point in panel.points]
    if any(len(panel.parts) > 1 for panel in panels):
        yield text("note_series_breaks", language)
    if any(not point.regular for point in points):
        yield text("note_series_hollow", language)
    if any(math.isnan(point.value) for point in points):
        yield text("note_series_unknown", language)


def _said(panels: Sequence[SeriesPanel], language: str) -> Iterator[str]:
    for panel in panels:
        parts = "; ".join(f"{part.rules}: {_listed(part, language)}" for part in panel.parts)
        yield text("said_series", language, label=panel.label, parts=parts)


def _listed(part: SeriesPart, language: str) -> str:
    return ", ".join(f"{point.when} {_written(point, language)}" for point in part.points)


def _written(point: SeriesPoint, language: str) -> str:
    unknown = math.isnan(point.value)
    return text("series_unknown", language) if unknown else number(point.value, language)


def _data(panels: Sequence[SeriesPanel], language: str) -> Data:
    columns = tuple(text(f"series_{name}", language) for name in ("what", "rules", "when", "count", "source"))
    rows: list[tuple[Cell, ...]] = [
        (panel.label, part.rules, point.when, _written(point, language), point.source)
        for panel in panels
        for part in panel.parts
        for point in part.points
    ]
    return Data(columns, tuple(rows)).without_empty()
