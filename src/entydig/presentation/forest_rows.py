"""Draws the rows of a forest; `entydig.presentation.forest` is its public face."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from entydig.presentation import intervals
from entydig.presentation.rows import ForestRow, Mark, base
from entydig.presentation.sheet import LINE, WIDTH, Axis, Sheet, width_of, wrapped
from entydig.presentation.style import QUIET
from entydig.presentation.who import Cast
from entydig.wording import percent, text

__all__ = ["Forest", "count", "written"]

ROW = 17.0
PADDING = 8.0
GAP = 12.0
BETWEEN = 34.0
LABELS = 142.0
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Forest:
    """A measured forest.

    Parameters
    ----------
    rows, cast, sesoi, quantity, language
        What is drawn.
    labels, shares, differences, number
        Where: width of the labels, the two scales (shares may be absent), right end of the written estimates.
    """

    rows: Sequence[ForestRow]
    cast: Cast
    sesoi: float
    quantity: str
    language: str
    labels: float
    shares: Axis | None
    differences: Axis
    number: float

    @classmethod
    def of(
        cls,
        rows: Sequence[ForestRow],
        cast: Cast,
        sesoi: float,
        quantity: str,
        span: tuple[float, float] | None,
        language: str,
    ) -> Forest:
        """Measure everything and place the columns."""
        known = [estimate for row in rows if (estimate := intervals.known(row.estimate))]
        low, high = intervals.span_of(map(intervals.ends, known), sesoi, span)
        labels = min(max(width_of(row.label) for row in rows), LABELS)
        bases = max(
            width_of(_base_heading(rows, language)),
            *(width_of(base(count(row), row.N, language)) for row in rows),
        )
        number = WIDTH - bases - GAP
        start = labels + GAP + 4.0
        end = number - GAP - max((width_of(intervals.written(each, language)) for each in known), default=0.0)
        middle = start + (end - start) * 0.48 if any(row.marks for row in rows) else start - BETWEEN / 2
        shares = Axis(start, middle - BETWEEN / 2, 0.0, 1.0) if middle > start else None
        differences = Axis(middle + BETWEEN / 2, end, low, high)
        return cls(rows, cast, sesoi, quantity, language, labels, shares, differences, number)

    def paint(self, sheet: Sheet, y: float) -> float:
        """Draw headings, rows and scales below y; give the y below."""
        top = self._headings(sheet, y)
        centres, y = self._labels(sheet, top)
        intervals.ground(sheet, self.differences, self.sesoi, top, y)
        if self.shares:
            sheet.rules(self.shares, QUARTERS, top, y)
        for row, centre in zip(self.rows, centres, strict=True):
            self._row(sheet, centre, row)
        if self.shares:
            halves = QUARTERS[::2]
            sheet.ticks(self.shares, halves, [percent(half, self.language) for half in halves], y + 2.0)
        return intervals.scale(sheet, self.differences, y, self.language)

    def _headings(self, sheet: Sheet, y: float) -> float:
        heading = text("in_points", self.language, quantity=self.quantity)
        columns = [(self.differences.left, heading, self.number - self.differences.left)]
        if self.shares:
            columns.append(
                (self.shares.left, text("positive", self.language), self.shares.right - self.shares.left)
            )
        lines = max(len(wrapped(content, width)) for _, content, width in columns)
        for x, content, width in columns:
            missing = lines - len(wrapped(content, width))
            sheet.paragraph(x, y + missing * LINE, content, width, colour=QUIET)
        bottom = y + lines * LINE
        heading = _base_heading(self.rows, self.language)
        sheet.write(WIDTH, bottom - LINE / 2, heading, colour=QUIET, align="right")
        return bottom + 4.0

    def _labels(self, sheet: Sheet, y: float) -> tuple[list[float], float]:
        centres: list[float] = []
        for item, of_item in groupby(self.rows, key=lambda row: row.label):
            block = list(of_item)
            if centres:
                sheet.line([0.0, WIDTH], [y, y], width=0.5)
            heights = [self._height(row) for row in block]
            label = LINE * len(wrapped(item, self.labels))
            height = max(sum(heights), label) + PADDING
            sheet.paragraph(0.0, y + (height - label) / 2, item, self.labels, hover=block[0].wording)
            first = y + (height - sum(heights)) / 2
            ends = [first + sum(heights[:place]) for place in range(len(heights) + 1)]
            centres += [(before + after) / 2 for before, after in pairwise(ends)]
            y += height
        return centres, y

    def _row(self, sheet: Sheet, y: float, row: ForestRow) -> None:
        if self.shares:
            self._marks(sheet, y, row.marks, self.shares)
        estimate = intervals.known(row.estimate)
        if estimate:
            look = self.cast.look(row.group)
            ends = intervals.ends(estimate)
            intervals.draw(sheet, self.differences, y, ends, shape=look.marker, colour=look.colour)
            sheet.write(self.number, y, intervals.written(estimate, self.language), align="right")
        else:
            note, room = written(row, self.language), self._room()
            sheet.note(self.number, y - LINE * len(wrapped(note, room)) / 2, note, room, align="right")
        sheet.write(WIDTH, y, base(count(row), row.N, self.language), align="right")

    def _room(self) -> float:
        return self.number - self.differences.left

    def _height(self, row: ForestRow) -> float:
        lines = (
            1 if intervals.known(row.estimate) else len(wrapped(written(row, self.language), self._room()))
        )
        return max(ROW, LINE * lines)

    def _marks(self, sheet: Sheet, y: float, marks: Sequence[Mark], axis: Axis) -> None:
        drawn = [mark for mark in marks if not math.isnan(mark.share.drawn)]
        places = [axis.at(mark.share.drawn) for mark in drawn]
        if len(drawn) > 1:
            sheet.line(places, [y] * len(places), colour=QUIET, width=1.0)
        for mark, place in zip(drawn, places, strict=True):
            if mark.share.bound != "exact":  # suppressed ones are not drawn
                end = axis.right if mark.share.bound == "at_least" else axis.left
                sheet.line([place, end], [y, y], colour=self.cast.look(mark.group).colour, dashed=True)
            self.cast.mark(sheet, place, y, mark.group, mark.wave)


def written(row: ForestRow, language: str) -> str:
    """Write a row's estimate with its interval, or why there is none."""
    estimate = intervals.known(row.estimate)
    return intervals.written(estimate, language) if estimate else row.note or text("not_shown", language)


def count(row: ForestRow) -> int | None:
    """Give the answers a row rests on; those of a missing estimate are only told when the row says so."""
    estimate = intervals.known(row.estimate)
    return estimate.n if row.n is None and estimate else row.n


def _base_heading(rows: Sequence[ForestRow], language: str) -> str:
    return text("n" if all(row.N is None for row in rows) else "n_of_N", language)
