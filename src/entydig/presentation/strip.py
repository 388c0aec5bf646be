"""Specification strip: the same estimate under other decisions, each a tick."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from entydig.presentation import intervals
from entydig.presentation.compose import composed
from entydig.presentation.objects import Cell, Data, Figure
from entydig.presentation.rows import StripPoint
from entydig.presentation.sheet import LINE, WIDTH, Axis, Sheet
from entydig.presentation.style import INK, PAPER, QUIET
from entydig.wording import points, text

__all__ = ["strip"]

TICK = 9.0
TICK_WIDTH = 3.2
MARGIN = 20.0


def strip(
    specifications: Sequence[StripPoint],
    *,
    sesoi: float,
    title: str,
    label: str,
    caption: str,
    language: str,
    span: tuple[float, float] | None = None,
    footer: str | None = None,
) -> Figure:
    """Draw how an estimate moves under other decisions: one tick a specification, on the scale of a forest.

    Parameters
    ----------
    specifications : sequence of StripPoint
        One of them may be the registered one.
    sesoi : float
        Half the width of the shaded band (0..1 scale).
    title, label, caption, language : str
        As in `Figure`; the title is the message.
    span : tuple of float, optional
        Ends of the scale (0..1 scale); give the forest's to make them comparable.
    footer : str, optional
        Last line inside the picture.

    Returns
    -------
    Figure
        Ticks at whole points, stacked where equal; solid where the verdict is the registered one.

    Raises
    ------
    ValueError
        When no specification has a value, several are registered, a given scale would cut one off, or a
        text is empty.
    """
    drawn = [point for point in specifications if not math.isnan(point.value)]
    if not drawn or sum(point.registered for point in specifications) > 1:
        raise ValueError("a strip needs at least one value, and at most one registered specification")
    values = [(round(point.value, 2),) * 3 for point in drawn]
    axis = Axis(MARGIN, WIDTH - MARGIN, *intervals.span_of(values, sesoi, span))

    def paint(sheet: Sheet, y: float) -> float:
        return _paint(sheet, y, specifications, axis, sesoi, language)

    notes = [
        text("note_strip", language),
        text("note_sesoi", language, sesoi=points(sesoi, language, sign=False)),
    ]
    return composed(
        paint,
        title=title,
        label=label,
        caption=caption,
        alt=_alt(specifications, title, language),
        data=_data(specifications, language),
        notes=notes,
        footer=footer,
    )


def _paint(
    sheet: Sheet, y: float, specifications: Sequence[StripPoint], axis: Axis, sesoi: float, language: str
) -> float:
    summary = text("strip_summary", language, **_counts(specifications))
    y = sheet.paragraph(0.0, y, summary, WIDTH, colour=QUIET) + 6.0
    drawn = [point for point in specifications if not math.isnan(point.value)]
    # The registered tick stands lowest, next to its diamond.
    drawn.sort(key=lambda point: not point.registered)
    tallest = max(Counter(round(point.value, 2) for point in drawn).values())
    base = y + tallest * (TICK + 2.0) + 2.0
    bottom = base + 12.0
    intervals.ground(sheet, axis, sesoi, y - 2.0, bottom)
    heights: Counter[float] = Counter()
    for point in drawn:
        value = round(point.value, 2)
        top = base - TICK - heights[value] * (TICK + 2.0)
        heights[value] += 1
        sheet.bar(
            axis.at(value) - TICK_WIDTH / 2,
            top,
            TICK_WIDTH,
            TICK,
            INK if point.agrees else PAPER,
            edge=INK,
            line=1.0,
        )
        if point.registered:
            sheet.marker(axis.at(value), base + 6.0, "D", INK, INK, size=4.5)
    y = intervals.scale(sheet, axis, bottom, language)
    sheet.write(WIDTH / 2, y + LINE / 2, text("unit_points", language), colour=QUIET, align="center")
    return y + LINE


def _counts(specifications: Sequence[StripPoint]) -> dict[str, int]:
    return {"agreeing": sum(point.agrees for point in specifications), "count": len(specifications)}


def _alt(specifications: Sequence[StripPoint], title: str, language: str) -> str:
    values = [point.value for point in specifications if not math.isnan(point.value)]
    registered = [points(point.value, language) for point in specifications if point.registered]
    return text(
        "alt_strip" if registered else "alt_strip_only",
        language,
        title=title.rstrip("."),
        low=points(min(values), language),
        high=points(max(values), language),
        unit=text("unit_points", language),
        registered="".join(registered),
        **_counts(specifications),
    )


def _data(specifications: Sequence[StripPoint], language: str) -> Data:
    columns = tuple(text(key, language) for key in ("specification", "estimate", "same_verdict"))
    rows: list[tuple[Cell, ...]] = []
    for point in specifications:
        name = f"{point.label} ({text('registered', language)})" if point.registered else point.label
        value = None if math.isnan(point.value) else round(100 * point.value)
        rows.append((name, value, text("yes" if point.agrees else "no", language)))
    return Data(columns, tuple(rows))
