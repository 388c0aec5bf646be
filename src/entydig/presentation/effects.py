"""The key effect of every finding on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from entydig.presentation import intervals
from entydig.presentation.compose import composed
from entydig.presentation.objects import Cell, Data, Figure
from entydig.presentation.rows import EffectRow
from entydig.presentation.sheet import LINE, WIDTH, Axis, Sheet, width_of, wrapped
from entydig.presentation.style import INK, QUIET
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
        When there are no rows or a text is empty.
    """
    if not rows:
        raise ValueError("a figure of effects needs at least one row")
    plan = _Plan.of(rows, sesoi, span, language)
    confidence = intervals.confidences([row.estimate for row in rows], language)

    def paint(sheet: Sheet, y: float) -> float:
        return _paint(sheet, y, rows, plan, sesoi, language)

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
                text("alt_effects", language, title=title, interval=confidence),
                *(_said(row, language) for row in rows),
            ]
        ),
    )


@dataclass(frozen=True)
class _Plan:
    """Where the columns stand, in points."""

    labels: float
    verdict: float
    axis: Axis
    number: float

    @classmethod
    def of(
        cls, rows: Sequence[EffectRow], sesoi: float, span: tuple[float, float] | None, language: str
    ) -> _Plan:
        found = [
            intervals.ends(row.estimate, row.reference)
            for row in rows
            if row.estimate and intervals.known(row.estimate)
        ]
        low, high = span or intervals.span_of(found, sesoi)
        known = [estimate for estimate in (intervals.known(row.estimate) for row in rows) if estimate]
        base = max(width_of(text("n", language)), *(width_of(_base(row)) for row in rows))
        texts = max((width_of(intervals.written(each, language)) for each in known), default=0.0)
        labels = min(max(width_of(row.label) for row in rows), LABELS)
        verdicts = min(max(width_of(row.verdict) for row in rows), VERDICTS)
        verdict = labels + GAP
        start = verdict + (verdicts + GAP if verdicts else 0.0) + 4.0
        return cls(
            labels, verdict, Axis(start, WIDTH - base - GAP - texts - GAP, low, high), WIDTH - base - GAP
        )


def _paint(
    sheet: Sheet, y: float, rows: Sequence[EffectRow], plan: _Plan, sesoi: float, language: str
) -> float:
    room = plan.number - plan.axis.left
    heading = text("from_reference" if any(row.reference for row in rows) else "unit_points", language)
    y = sheet.paragraph(plan.axis.left, y, heading, room, colour=QUIET)
    sheet.write(WIDTH, y - LINE / 2, text("n", language), colour=QUIET, align="right")
    top = y = y + 4.0
    centres: list[float] = []
    for row in rows:
        if centres:
            sheet.line([0.0, WIDTH], [y, y], width=0.5)
        height = _words(sheet, y, row, plan, language)
        centres.append(y + height / 2)
        y += height
    intervals.ground(sheet, plan.axis, sesoi, top, y)
    for row, centre in zip(rows, centres, strict=True):
        estimate = intervals.known(row.estimate)
        if estimate:
            intervals.draw(sheet, plan.axis, centre, intervals.ends(estimate, row.reference), shape="o")
        sheet.write(WIDTH, centre, _base(row), align="right")
    return intervals.scale(sheet, plan.axis, y, language)


def _words(sheet: Sheet, y: float, row: EffectRow, plan: _Plan, language: str) -> float:
    """Write a row's finding, verdict and estimate, each centred on the tallest; give the row's height."""
    room = plan.number - plan.axis.left
    colour = INK if intervals.known(row.estimate) else QUIET
    parts = [
        (row.label, 0.0, plan.labels),
        (row.verdict, plan.verdict, VERDICTS),
        (_estimate(row, language), plan.number, room),
    ]
    lines = [LINE * len(wrapped(content, width)) for content, _, width in parts]
    height = max(lines) + PADDING
    for (content, x, width), tall in zip(parts, lines, strict=True):
        last = x == plan.number
        sheet.paragraph(
            x,
            y + (height - tall) / 2,
            content,
            width,
            colour=colour if last else INK,
            align="right" if last else "left",
        )
    return height


def _estimate(row: EffectRow, language: str) -> str:
    estimate = intervals.known(row.estimate)
    return intervals.written(estimate, language) if estimate else row.note or text("not_shown", language)


def _base(row: EffectRow, before: str = "") -> str:
    estimate = intervals.known(row.estimate)
    return f"{before}{estimate.n}" if estimate else ""


def _said(row: EffectRow, language: str) -> str:
    parts = (_estimate(row, language), _base(row, "n = "), row.verdict)
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
