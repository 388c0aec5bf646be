"""The key effect of every finding on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from entydig.presentation import intervals
from entydig.presentation.compose import composed
from entydig.presentation.objects import Cell, Data, Figure
from entydig.presentation.rows import EffectRow, base
from entydig.presentation.sheet import LINE, WIDTH, Axis, Sheet, width_of, wrapped
from entydig.presentation.style import QUIET
from entydig.wording import points, text

__all__ = ["effects"]

GAP = 12.0
LABELS = 172.0
VERDICTS = 84.0
PADDING = 10.0


def effects(
    rows: Sequence[EffectRow],
    *,
    sesoi: float,
    title: str,
    label: str,
    caption: str,
    language: str,
    span: tuple[float, float] | None = None,
    footer: str | None = None,
) -> Figure:
    """Draw the key estimate of each finding with its interval, all from their own threshold and on one scale.

    Parameters
    ----------
    rows : sequence of EffectRow
        One a finding, in the order to be drawn.
    sesoi : float
        Smallest effect of interest (0..1 scale); the band from minus to plus it is shaded.
    title, label, caption, language : str
        As in `Figure`; the title is the message.
    span : tuple of float, optional
        Ends of the scale (0..1, from the thresholds); default: whole ten points around everything drawn.
    footer : str, optional
        Last line inside the picture.

    Returns
    -------
    Figure
        Estimates drawn and listed in whole percent or points. A missing estimate shows the row's note.

    Raises
    ------
    ValueError
        When there are no rows, a given scale would cut something off, or a text is empty.
    """
    if not rows:
        raise ValueError("a figure of effects needs at least one row")
    places = _Places.of(rows, sesoi, span, language)
    confidence = intervals.confidences([row.estimate for row in rows], language)

    def paint(sheet: Sheet, y: float) -> float:
        return _paint(sheet, y, rows, places, sesoi, language)

    notes = [
        text("note_interval", language, interval=confidence),
        text("note_sesoi", language, sesoi=points(sesoi, language, sign=False)),
        *([text("note_reference", language)] if any(row.reference for row in rows) else []),
    ]
    return composed(
        paint,
        title=title,
        label=label,
        caption=caption,
        data=_data(rows, language),
        notes=notes,
        footer=footer,
        alt=" ".join(
            [
                text("alt_effects", language, title=title.rstrip("."), interval=confidence),
                *(_said(row, language) for row in rows),
            ]
        ),
    )


@dataclass(frozen=True)
class _Places:
    """Where the columns stand, in points."""

    labels: float
    verdict: float
    axis: Axis
    number: float

    @classmethod
    def of(
        cls, rows: Sequence[EffectRow], sesoi: float, span: tuple[float, float] | None, language: str
    ) -> _Places:
        known = [(estimate, row.reference) for row in rows if (estimate := intervals.known(row.estimate))]
        low, high = intervals.span_of((intervals.ends(*each) for each in known), sesoi, span)
        bases = max(width_of(text("n", language)), *(width_of(_base(row, language)) for row in rows))
        texts = max((width_of(intervals.written(each, language)) for each, _ in known), default=0.0)
        labels = min(max(width_of(row.label) for row in rows), LABELS)
        verdicts = min(max(width_of(row.verdict) for row in rows), VERDICTS)
        verdict = labels + GAP
        start = verdict + (verdicts + GAP if verdicts else 0.0) + 4.0
        return cls(
            labels, verdict, Axis(start, WIDTH - bases - GAP - texts - GAP, low, high), WIDTH - bases - GAP
        )


def _paint(
    sheet: Sheet, y: float, rows: Sequence[EffectRow], places: _Places, sesoi: float, language: str
) -> float:
    room = places.number - places.axis.left
    heading = text("from_reference" if any(row.reference for row in rows) else "unit_points", language)
    y = sheet.paragraph(places.axis.left, y, heading, room, colour=QUIET)
    sheet.write(WIDTH, y - LINE / 2, text("n", language), colour=QUIET, align="right")
    top = y = y + 4.0
    centres: list[float] = []
    for row in rows:
        if centres:
            sheet.line([0.0, WIDTH], [y, y], width=0.5)
        height = _words(sheet, y, row, places, language)
        centres.append(y + height / 2)
        y += height
    intervals.ground(sheet, places.axis, sesoi, top, y)
    for row, centre in zip(rows, centres, strict=True):
        estimate = intervals.known(row.estimate)
        if estimate:
            intervals.draw(sheet, places.axis, centre, intervals.ends(estimate, row.reference), shape="o")
        sheet.write(WIDTH, centre, _base(row, language), align="right")
    return intervals.scale(sheet, places.axis, y, language)


def _words(sheet: Sheet, y: float, row: EffectRow, places: _Places, language: str) -> float:
    """Write a row's finding, verdict and estimate, each centred on the tallest; give the row's height."""
    room, estimate = places.number - places.axis.left, _estimate(row, language)
    parts = [(row.label, places.labels), (row.verdict, VERDICTS), (estimate, room)]
    heights = [LINE * len(wrapped(content, width)) for content, width in parts]
    height = max(heights) + PADDING
    label, verdict, number = (y + (height - each) / 2 for each in heights)
    sheet.paragraph(0.0, label, row.label, places.labels)
    sheet.paragraph(places.verdict, verdict, row.verdict, VERDICTS)
    if intervals.known(row.estimate):
        sheet.write(places.number, y + height / 2, estimate, align="right")
    else:
        sheet.note(places.number, number, estimate, room, align="right")
    return height


def _estimate(row: EffectRow, language: str) -> str:
    estimate = intervals.known(row.estimate)
    return intervals.written(estimate, language) if estimate else row.note or text("not_shown", language)


def _base(row: EffectRow, language: str) -> str:
    estimate = intervals.known(row.estimate)
    return base(estimate.n if estimate else None, None, language)


def _said(row: EffectRow, language: str) -> str:
    n = _base(row, language)
    parts = (_estimate(row, language), f"n = {n}" if n else "", row.verdict)
    return f"{row.label}: {', '.join(part for part in parts if part)}."


def _data(rows: Sequence[EffectRow], language: str) -> Data:
    keys = ("finding", "verdict", "estimate", "low", "high", "reference", "n")
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        estimate = intervals.known(row.estimate)
        reference = round(100 * row.reference) if row.reference else None
        found = intervals.cells(row.estimate, row.note)
        cells.append((row.label, row.verdict, *found, reference, estimate.n if estimate else None))
    return Data(tuple(text(key, language) for key in keys), tuple(cells)).without_empty()
