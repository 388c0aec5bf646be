"""Tasks: what people chose among several options, as a dot plot of shares with the ranks each option can hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from entydig.presentation import intervals
from entydig.presentation.compose import composed
from entydig.presentation.objects import Cell, Data, Figure
from entydig.presentation.rows import Estimated, base
from entydig.presentation.shares import Share
from entydig.presentation.sheet import LINE, WIDTH, Axis, Sheet, width_of, wrapped
from entydig.presentation.style import INK, QUIET
from entydig.presentation.who import Cast
from entydig.wording import interval, number, percent, text

__all__ = ["ChoiceRow", "tasks"]

ROW = 14.0
PADDING = 8.0
GAP = 12.0
LABELS = 122.0
RANKS = 112.0
EDGE = 6.0
TOOTH = 3.0
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, kw_only=True)
class ChoiceRow:
    """One option as one group chose it in one wave.

    Parameters
    ----------
    label : str
        The option; rows with one label stand together.
    group, wave : str
        Their names, as the page shows them.
    share : Share
        Share of people who chose it, as it may be shown.
    estimate : Estimated or None
        The same share with its interval; None where the share is not exact.
    ranks : tuple of int or None
        Best and worst rank the option can hold, 1 being chosen by the most people; None where the share is
        suppressed.
    n, N : int or None
        People who reached the question, and everyone asked.

    Raises
    ------
    ValueError
        When a share stands without ranks, or ranks are out of order.
    """

    label: str
    group: str
    wave: str
    share: Share
    estimate: Estimated | None = None
    ranks: tuple[int, int] | None = None
    n: int | None = None
    N: int | None = None

    def __post_init__(self) -> None:
        where = f"{self.label}, {self.group} {self.wave}"
        if self.ranks is None and self.share.bound != "suppressed":
            raise ValueError(f"{where}: a share needs the ranks it can hold")
        if self.ranks is not None and not 1 <= self.ranks[0] <= self.ranks[1]:
            raise ValueError(f"{where}: found ranks {self.ranks}, expected best and worst, from 1")


def tasks(
    rows: Sequence[ChoiceRow],
    *,
    title: str,
    label: str,
    caption: str,
    language: str,
    groups: Sequence[str] | None = None,
    waves: Sequence[str] | None = None,
    order: str = "",
    footer: str | None = None,
) -> Figure:
    """Draw what was chosen: shares with intervals by option, group and wave, possible ranks as brackets.

    Parameters
    ----------
    rows : sequence of ChoiceRow
        In the order to be drawn, all options that were offered; rows of one option stand together.
    title, label, caption, language : str
        As in `Figure`; the title is the message.
    groups, waves : sequence of str, optional
        All names of the evaluation in order, so that looks stay the same across figures; default: as they
        appear.
    order : str
        The rule by which the options are sorted, as a sentence.
    footer : str, optional
        Last line inside the picture.

    Returns
    -------
    Figure
        Shares drawn and listed in whole percent. A suppressed share shows its words instead.

    Raises
    ------
    ValueError
        When there are no rows, an option is missing (a rank goes beyond those shown), a name is unknown, or a
        text is empty.
    """
    if not rows:
        raise ValueError("a figure of choices needs at least one row")
    options = len(dict.fromkeys(row.label for row in rows))
    if worst := [row.label for row in rows if row.ranks and row.ranks[1] > options]:
        raise ValueError(f"{worst[0]} can hold a rank beyond the {options} options shown; show them all")
    cast = Cast.of(groups, waves, [row.group for row in rows], [row.wave for row in rows])
    dots = _Dots.of(rows, options, cast, language)
    return composed(
        dots.paint,
        title=title,
        label=label,
        caption=caption,
        alt=_alt(rows, title, language),
        data=_data(rows, language),
        notes=_notes(rows, order, language),
        footer=footer,
    )


@dataclass(frozen=True)
class _Dots:
    """A measured dot plot: what is drawn, and where names, shares, numbers and ranks stand."""

    rows: Sequence[ChoiceRow]
    cast: Cast
    language: str
    labels: float
    shares: Axis
    ranks: Axis
    number: float

    @classmethod
    def of(cls, rows: Sequence[ChoiceRow], options: int, cast: Cast, language: str) -> _Dots:
        labels = min(max(width_of(row.label) for row in rows), LABELS)
        ranks = Axis(WIDTH - RANKS, WIDTH - EDGE, 1.0, float(max(options, 2)))
        number = ranks.left - EDGE - GAP
        start = labels + GAP + EDGE
        end = number - GAP - max(width_of(_written(row, language)) for row in rows)
        return cls(rows, cast, language, labels, Axis(start, end, 0.0, 1.0), ranks, number)

    def paint(self, sheet: Sheet, y: float) -> float:
        """Draw legend, headings, dots, brackets and scales below y; give the y below."""
        groups = list(dict.fromkeys(row.group for row in self.rows))
        waves = [wave for wave in self.cast.waves if any(row.wave == wave for row in self.rows)]
        top = y = self._headings(sheet, self.cast.legend(sheet, y, groups, waves) + 2.0)
        for name, of_option in groupby(self.rows, key=lambda row: row.label):
            if y > top:
                sheet.line([0.0, WIDTH], [y, y], width=0.5)
            y = self._option(sheet, y, name, list(of_option))
        places = [float(place) for place in range(1, round(self.ranks.high) + 1)]
        sheet.rules(self.shares, QUARTERS, top, y)
        sheet.rules(self.ranks, places, top, y)
        sheet.line([0.0, WIDTH], [y, y], colour=QUIET, width=0.5)
        halves = QUARTERS[::2]
        sheet.ticks(self.shares, halves, [percent(half, self.language) for half in halves], y + 2.0)
        return sheet.ticks(self.ranks, places, [number(place, self.language) for place in places], y + 2.0)

    def _headings(self, sheet: Sheet, y: float) -> float:
        columns = [
            (self.shares.left, text("chosen_by", self.language), self.number - self.shares.left),
            (self.ranks.left - EDGE, text("possible_ranks", self.language), RANKS + EDGE),
        ]
        lines = max(len(wrapped(content, width)) for _, content, width in columns)
        for x, content, width in columns:
            missing = lines - len(wrapped(content, width))
            sheet.paragraph(x, y + missing * LINE, content, width, colour=QUIET)
        return y + lines * LINE + 4.0

    def _option(self, sheet: Sheet, y: float, name: str, block: Sequence[ChoiceRow]) -> float:
        label = LINE * len(wrapped(name, self.labels))
        height = max(ROW * len(block), label) + PADDING
        sheet.paragraph(0.0, y + (height - label) / 2, name, self.labels)
        first = y + (height - ROW * len(block)) / 2 + ROW / 2
        for place, row in enumerate(block):
            self._row(sheet, first + ROW * place, row)
        return y + height

    def _row(self, sheet: Sheet, y: float, row: ChoiceRow) -> None:
        colour = self.cast.look(row.group).colour
        suppressed = row.share.bound == "suppressed"
        ink = QUIET if suppressed else INK
        sheet.write(self.number, y, _written(row, self.language), colour=ink, align="right")
        if suppressed:
            return
        self._interval(sheet, y, row, colour)
        self.cast.mark(sheet, self.shares.at(row.share.drawn), y, row.group, row.wave)
        if row.ranks:
            best, worst = (self.ranks.at(rank) for rank in row.ranks)
            _bracket(sheet, y, best, worst, colour)

    def _interval(self, sheet: Sheet, y: float, row: ChoiceRow, colour: str) -> None:
        if row.share.bound != "exact":
            end = self.shares.right if row.share.bound == "at_least" else self.shares.left
            sheet.line([self.shares.at(row.share.drawn), end], [y, y], colour=colour, dashed=True)
        elif estimate := intervals.known(row.estimate):
            low, _, high = intervals.ends(estimate)
            sheet.line([self.shares.at(low), self.shares.at(high)], [y, y], colour=colour, width=1.6)


def _bracket(sheet: Sheet, y: float, left: float, right: float, colour: str) -> None:
    # A single rank is an upright stroke with a foot, wide enough to be seen.
    ends = (left, right) if right > left else (left - TOOTH, right + TOOTH)
    sheet.line(list(ends), [y + TOOTH, y + TOOTH], colour=colour, width=1.0)
    for x in dict.fromkeys((left, right)):
        sheet.line([x, x], [y - TOOTH, y + TOOTH], colour=colour, width=1.0)


def _written(row: ChoiceRow, language: str) -> str:
    """Write a share with the ends of its interval, where it has one."""
    estimate = intervals.known(row.estimate)
    if row.share.bound != "exact" or not estimate:
        return row.share.written(language)
    return intervals.written(estimate, language)


def _ranks(row: ChoiceRow, language: str) -> str:
    if row.ranks is None:
        return ""
    best, worst = (number(rank, language) for rank in row.ranks)
    return best if best == worst else interval(best, worst, language)


def _notes(rows: Sequence[ChoiceRow], order: str, language: str) -> list[str]:
    confidence = intervals.confidences([row.estimate for row in rows], language)
    bases = {f"{row.group} {row.wave}": base(row.n, row.N, language) for row in rows if row.n is not None}
    said = "; ".join(f"{name} {written}" for name, written in bases.items())
    heading = text("n" if all(row.N is None for row in rows) else "n_of_N", language)
    notes = [text("note_interval", language, interval=confidence), text("note_ranks", language)]
    if said:
        notes.append(text("note_chosen_base", language, heading=heading, bases=said))
    if any(row.share.bound in ("at_least", "at_most") for row in rows):
        notes.append(text("note_bounded_marks", language))
    return [*notes, order] if order else notes


def _alt(rows: Sequence[ChoiceRow], title: str, language: str) -> str:
    confidence = intervals.confidences([row.estimate for row in rows], language)
    said = [text("alt_tasks", language, title=title.rstrip("."), interval=confidence)]
    for option, of_option in groupby(rows, key=lambda row: row.label):
        said.append(f"{option}: {'; '.join(_said(row, language) for row in of_option)}.")
    return " ".join(said)


def _said(row: ChoiceRow, language: str) -> str:
    ranks = [text("said_ranks", language, ranks=_ranks(row, language))] if row.ranks else []
    return ", ".join([f"{row.group} {row.wave} {_written(row, language)}", *ranks])


def _data(rows: Sequence[ChoiceRow], language: str) -> Data:
    keys = ("option", "group", "wave", "chosen", "low", "high", "best_rank", "worst_rank", "n", "N")
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        share = row.share.text or row.share.cell(language)
        found = intervals.cells(row.estimate, "")[1:]
        cells.append(
            (row.label, row.group, row.wave, share, *found, *(row.ranks or (None, None)), row.n, row.N)
        )
    return Data(tuple(text(key, language) for key in keys), tuple(cells)).without_empty()
