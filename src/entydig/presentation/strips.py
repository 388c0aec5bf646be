"""Specification strips: where each claim's estimate lies under all combinations of decisions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from entydig.presentation import intervals
from entydig.presentation.compose import composed
from entydig.presentation.objects import Cell, Data, Figure
from entydig.presentation.sheet import LINE, WIDTH, Axis, Sheet, width_of, wrapped
from entydig.presentation.style import INK, PAPER, QUIET
from entydig.wording import points, text

__all__ = ["StripPoint", "StripRow", "strips"]

GAP = 12.0
LABELS = 165.0
PADDING = 8.0
BAR = 15.0
LEAST = 2.5
BAR_WIDTH = 3.2
DIAMOND = 8.0


@dataclass(frozen=True, kw_only=True)
class StripPoint:
    """One combination of decisions.

    Parameters
    ----------
    value : float
        The estimate from its threshold (0..1 scale), as published; NaN counts but is not drawn.
    agrees : bool
        Whether it gives the registered verdict.
    registered : bool
        Whether it is the registered one.
    bounded : bool
        Whether the value is a bound, the exact one not being shown.
    """

    value: float
    agrees: bool
    registered: bool = False
    bounded: bool = False


@dataclass(frozen=True, kw_only=True)
class StripRow:
    """One claim under all combinations that can test it.

    Parameters
    ----------
    label : str
        Short, such as the claim's number.
    about : str
        What the estimate is.
    points : tuple of StripPoint
        One of them may be the registered one.
    section : str
        Rows of one section stand together under it.
    note : str
        Stands where there is nothing to draw.

    Raises
    ------
    ValueError
        Several points are registered.
    """

    label: str
    about: str
    points: tuple[StripPoint, ...]
    section: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if sum(point.registered for point in self.points) > 1:
            raise ValueError(f"{self.label}: at most one registered combination")

    @property
    def agreeing(self) -> int:
        """How many give the registered verdict."""
        return sum(point.agrees for point in self.points)

    @property
    def drawn(self) -> dict[float, tuple[int, int]]:
        """By estimate in whole points, how many give the registered verdict and how many another."""
        known = [point for point in self.points if not math.isnan(point.value)]
        counts = Counter((round(point.value, 2) + 0.0, point.agrees) for point in known)
        return {
            value: (counts[value, True], counts[value, False])
            for value in sorted({value for value, _ in counts})
        }

    @property
    def registered(self) -> float:
        """The registered estimate in whole points; NaN where there is none."""
        found = [point.value for point in self.points if point.registered]
        return round(found[0], 2) + 0.0 if found else math.nan


def strips(
    rows: Sequence[StripRow],
    *,
    sesoi: float,
    title: str,
    label: str,
    caption: str,
    language: str,
    span: tuple[float, float] | None = None,
    footer: str | None = None,
) -> Figure:
    """Draw how the claims' estimates move under all combinations of decisions, on the scale of a forest.

    Parameters
    ----------
    rows : sequence of StripRow
        In the order to be drawn.
    sesoi : float
        Half the width of the shaded band (0..1 scale).
    title, label, caption, language : str
        As in `Figure`; the title is the message.
    span : tuple of float, optional
        Ends of the scale (0..1 scale, from the thresholds); give the forest's to make them comparable.
    footer : str, optional
        Last line inside the picture.

    Returns
    -------
    Figure
        For each claim a bar at each whole point, the taller the more combinations give that estimate: solid
        where the verdict is the registered one, hollow above it where not.

    Raises
    ------
    ValueError
        When there are no rows, a given scale would cut something off, or a text is empty.
    """
    if not rows:
        raise ValueError("strips need at least one row")
    values = [value for row in rows for value in row.drawn]
    right = max(
        *(width_of(_share(row), weight=600) for row in rows),
        *(width_of(word) for word in text("same_verdict", language).split()),
    )
    ends = intervals.span_of(((value,) * 3 for value in values), sesoi, span)
    axis = Axis(LABELS + GAP + BAR_WIDTH, WIDTH - right - GAP - BAR_WIDTH, *ends)

    def paint(sheet: Sheet, y: float) -> float:
        return _paint(sheet, y, rows, axis, sesoi, right, language)

    return composed(
        paint,
        title=title,
        label=label,
        caption=caption,
        alt=" ".join(
            [
                text("alt_strips", language, title=title.rstrip(".")),
                *(_said(row, language) for row in rows),
            ]
        ),
        data=_data(rows, language),
        notes=_notes(rows, sesoi, language),
        footer=footer,
    )


def _notes(rows: Sequence[StripRow], sesoi: float, language: str) -> list[str]:
    notes = [text(key, language) for key in ("note_strips", "note_strips_zero")]
    if any(point.bounded for row in rows for point in row.points):
        notes.append(text("note_strips_bounded", language))
    return [*notes, text("note_sesoi", language, sesoi=points(sesoi, language, sign=False))]


def _paint(
    sheet: Sheet, y: float, rows: Sequence[StripRow], axis: Axis, sesoi: float, right: float, language: str
) -> float:
    bottom = sheet.paragraph(WIDTH - right, y, text("same_verdict", language), right, colour=QUIET)
    sheet.write(axis.left, bottom - LINE / 2, text("strips_scale", language), colour=QUIET)
    y = bottom + 2.0
    for section, own in groupby(rows, key=lambda row: row.section):
        if section:
            y = sheet.paragraph(0.0, y + PADDING, section, WIDTH, weight=600)
        top = y
        for number, row in enumerate(own):
            if number:
                sheet.line([0.0, WIDTH], [y, y], width=0.5)
            y = _row(sheet, y, row, axis, language)
        intervals.ground(sheet, axis, sesoi, top, y)
    return intervals.scale(sheet, axis, y, language)


def _row(sheet: Sheet, y: float, row: StripRow, axis: Axis, language: str) -> float:
    """Draw one claim; give the y below."""
    start = width_of(f"{row.label}  ", weight=600)
    lines = len(wrapped(row.about, LABELS - start))
    height = max(LINE * lines, BAR + DIAMOND) + PADDING
    place = y + (height - LINE * lines) / 2
    sheet.write(0.0, place + LINE / 2, row.label, weight=600)
    sheet.paragraph(start, place, row.about, LABELS - start)
    sheet.write(WIDTH, y + height / 2, _share(row), weight=600, align="right")
    base = y + (height + BAR - DIAMOND) / 2
    if row.drawn:
        _bars(sheet, axis, base, row)
    else:
        sheet.note(axis.left, y + (height - LINE) / 2, row.note, axis.right - axis.left)
    return y + height


def _bars(sheet: Sheet, axis: Axis, base: float, row: StripRow) -> None:
    tallest = max(sum(counts) for counts in row.drawn.values())
    for value, counts in row.drawn.items():
        foot = base
        for count, fill in zip(counts, (INK, PAPER), strict=True):
            if count:
                height = max(BAR * count / tallest, LEAST)
                foot -= height
                left = axis.at(value) - BAR_WIDTH / 2
                sheet.bar(left, foot, BAR_WIDTH, height, fill, edge=INK, line=0.8)
    if not math.isnan(row.registered):
        sheet.marker(axis.at(row.registered), base + DIAMOND / 2 + 1.0, "D", INK, INK, size=4.2)


def _share(row: StripRow) -> str:
    return f"{row.agreeing} / {len(row.points)}"


def _said(row: StripRow, language: str) -> str:
    counts = {"agreeing": row.agreeing, "count": len(row.points)}
    name = f"{row.label} {row.about}"
    if not row.drawn:
        return text("said_strip_empty", language, name=name, note=row.note)
    ends = {"low": points(min(row.drawn), language), "high": points(max(row.drawn), language)}
    key = "said_strip_only" if math.isnan(row.registered) else "said_strip"
    registered = points(row.registered, language)
    return text(key, language, name=name, registered=registered, **counts, **ends)


def _data(rows: Sequence[StripRow], language: str) -> Data:
    columns = tuple(
        text(key, language)
        for key in ("claim", "part", "strips_scale", "same_verdict", "other_verdict", "registered")
    )
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        for value, (same, other) in row.drawn.items():
            mark = text("yes", language) if value == row.registered else None
            cells.append((row.label, row.about, round(100 * value), same, other, mark))
        if not row.drawn:
            cells.append((row.label, row.about, row.note or None, None, None, None))
    return Data(columns, tuple(cells))
