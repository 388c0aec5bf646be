"""Draws the bars of a figure of answers; `entydig.presentation.likert` is its public face."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from entydig.presentation.rows import LikertRow, base
from entydig.presentation.shares import Segment
from entydig.presentation.sheet import LINE, WIDTH, Axis, Sheet, width_of
from entydig.presentation.style import BAND, HATCH, PAPER, QUIET, SMALLEST, answer_colours, mixed, readable_on
from entydig.presentation.who import Cast, Names, named_rows
from entydig.wording import percent, text

__all__ = ["STRIP", "Bars", "merged_strip"]

ROW = 16.0
BAR = 12.5
STRIP = 2.2
GAP = 12.0
SWATCH = 9.0


@dataclass(frozen=True)
class Scale:
    """The levels with their colours, and where their middle is."""

    levels: Mapping[int, str]
    colours: Mapping[int, str]
    middle: tuple[int, ...]

    @classmethod
    def of(cls, levels: Mapping[int, str], neutral: Sequence[int]) -> Scale:
        """Colour the levels; without a neutral one the middle level or boundary is the centre."""
        codes = tuple(levels)
        half, odd = divmod(len(codes), 2)
        middle = tuple(neutral) or (codes[half : half + 1] if odd else ())
        return cls(levels, dict(zip(codes, answer_colours(len(codes)), strict=True)), middle)

    def left_of_centre(self, shares: Sequence[Segment]) -> float:
        """Give a bar's length left of the centre; a merged segment is placed as if its levels were equal."""
        codes = tuple(self.levels)
        before = codes[: codes.index(self.middle[0])] if self.middle else codes[: len(codes) // 2]
        weights = dict.fromkeys(codes, 0.0) | dict.fromkeys(self.middle, 0.5) | dict.fromkeys(before, 1.0)
        return sum(
            segment.share.drawn * sum(weights[code] for code in segment.levels) / len(segment.levels)
            for segment in shares
        )


@dataclass(frozen=True)
class Bars:
    """A measured figure of answers.

    Parameters
    ----------
    rows, scale, cast, language
        What is drawn.
    names, bars, aside
        Where the names, the bars and the don't-know bars stand; the two axes have one scale.
    """

    rows: Sequence[LikertRow]
    scale: Scale
    cast: Cast
    language: str
    names: Names
    bars: Axis
    aside: Axis

    @classmethod
    def of(
        cls,
        rows: Sequence[LikertRow],
        levels: Mapping[int, str],
        neutral: Sequence[int],
        cast: Cast,
        language: str,
    ) -> Bars:
        """Measure everything and place the columns."""
        scale, names = Scale.of(levels, neutral), Names.of(rows)
        start = names.right + GAP
        room = (
            WIDTH
            - start
            - GAP
            - max(
                width_of(text("n_of_N", language)), *(width_of(base(row.n, row.N, language)) for row in rows)
            )
        )
        lefts = [scale.left_of_centre(row.shares) for row in rows]
        rights = [
            sum(part.share.drawn for part in row.shares) - left for row, left in zip(rows, lefts, strict=True)
        ]
        left, right = max(*lefts, 0.05), max(*rights, 0.05)
        unit = _unit(rows, room, left + right, language)
        end = start + unit * (left + right)
        aside = Axis(end + GAP, end + GAP + unit, 0.0, 1.0)
        return cls(rows, scale, cast, language, names, Axis(start, end, -left, right), aside)

    def paint(self, sheet: Sheet, y: float) -> float:
        """Draw legend, headings, bars and scale below y; give the y below."""
        y = self._headings(sheet, self._legend(sheet, y) + 4.0)
        ticks = [tick / 4 for tick in range(-4, 5) if self.bars.low <= tick / 4 <= self.bars.high]
        for item, of_item in groupby(self.rows, key=lambda row: row.label):
            block = list(of_item)
            width = self.bars.right
            y = sheet.paragraph(
                0.0, y + 4.0, item, width, weight=600, size=SMALLEST + 0.5, hover=block[0].wording
            )
            top = y + 1.0
            y = named_rows(
                sheet,
                y + 2.0,
                block,
                self.cast,
                self.names,
                height=ROW,
                paint=lambda row, at: self._row(sheet, at, row),
            )
            sheet.rules(self.bars, ticks, top, y - 2.0)
            sheet.line([self.bars.at(0.0)] * 2, [top, y - 2.0], colour=QUIET, back=True)
        return sheet.ticks(self.bars, ticks, [percent(abs(tick), self.language) for tick in ticks], y)

    def _legend(self, sheet: Sheet, y: float) -> float:
        x = 0.0
        for code, wording in self.scale.levels.items():
            width = 12.0 + width_of(wording)
            if x and x + width > WIDTH:
                x, y = 0.0, y + ROW
            sheet.bar(x, y + 1.5, SWATCH, SWATCH, self.scale.colours[code])
            y = sheet.paragraph(x + 12.0, y, wording, WIDTH - 12.0) - LINE
            x += width + 12.0
        return y + ROW

    def _headings(self, sheet: Sheet, y: float) -> float:
        if any(row.dont_know for row in self.rows):
            sheet.write(self.aside.left, y + LINE / 2, text("dont_know", self.language), colour=QUIET)
        heading = text("n" if all(row.N is None for row in self.rows) else "n_of_N", self.language)
        sheet.write(WIDTH, y + LINE / 2, heading, colour=QUIET, align="right")
        return y + 8.0

    def _row(self, sheet: Sheet, y: float, row: LikertRow) -> float:
        self._beside(sheet, y, row)
        sheet.write(WIDTH, y, base(row.n, row.N, self.language), align="right")
        if row.shares:
            self._segments(sheet, y, row.shares)
            return y
        width = self.bars.right - self.bars.left
        note = row.note or text("not_shown", self.language)
        return sheet.note(self.bars.left, y - LINE / 2, note, width) + (ROW - LINE) / 2

    def _segments(self, sheet: Sheet, y: float, shares: Sequence[Segment]) -> None:
        x = self.bars.at(-self.scale.left_of_centre(shares))
        for segment in shares:
            width = self.bars.length(segment.share.drawn)
            if not width:
                continue
            colours = [self.scale.colours[code] for code in segment.levels]
            limit = segment.share.bound == "at_most"
            sheet.bar(
                x, y - BAR / 2, width, BAR, mixed(colours), edge=PAPER, hatch="//////" if limit else None
            )
            if len(colours) > 1:
                merged_strip(sheet, x, y + BAR / 2 - STRIP, width, colours)
            name = segment.share.short(self.language)
            if not limit and width_of(name) + 3.0 <= width:
                raised = STRIP / 2 if len(colours) > 1 else 0.0
                sheet.write(
                    x + width / 2, y - raised, name, colour=readable_on(mixed(colours)), align="center"
                )
            x += width

    def _beside(self, sheet: Sheet, y: float, row: LikertRow) -> None:
        if row.dont_know is None:
            return
        x = self.aside.left
        if row.dont_know.drawn > 0:  # false for NaN too: nothing to draw
            width = self.aside.length(row.dont_know.drawn)
            sheet.bar(x, y - BAR / 2, width, BAR, BAND, edge=HATCH, hatch="/////", line=0.5)
            x += width + 4.0
        sheet.write(x, y, row.dont_know.written(self.language))


def merged_strip(sheet: Sheet, x: float, y: float, width: float, colours: Sequence[str]) -> None:
    """Draw the colours that a merged piece covers, side by side along its foot."""
    # 0.4 leaves the white gap between segments open.
    part = max(width - 0.8, 0.0) / len(colours)
    for place, colour in enumerate(colours):
        sheet.bar(x + 0.4 + place * part, y, part, STRIP, colour)


def _unit(rows: Sequence[LikertRow], room: float, extent: float, language: str) -> float:
    """Points for the share 1, the same for bars and don't-know, so that their lengths compare."""
    beside = [row.dont_know for row in rows if row.dont_know]
    if not beside:
        return room / extent
    drawn = max((share.drawn for share in beside if not math.isnan(share.drawn)), default=0.0)
    words = max(width_of(share.written(language)) for share in beside) + 4.0
    unit = (room - GAP - words) / (extent + drawn)
    heading = width_of(text("dont_know", language))
    return unit if unit * drawn + words >= heading else (room - GAP - heading) / extent
