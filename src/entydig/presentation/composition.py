"""Composition: who is there, by class and level, as counts of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from entydig.presentation.compose import composed
from entydig.presentation.likert_bars import STRIP, merged_strip
from entydig.presentation.objects import Cell, Data, Figure
from entydig.presentation.shares import Counted
from entydig.presentation.sheet import LINE, WIDTH, Axis, Sheet, width_of
from entydig.presentation.style import HATCH, PAPER, QUIET, SMALLEST, mixed, readable_on, wave_fill
from entydig.presentation.who import Cast, Names, named_rows
from entydig.wording import number, percent, text

__all__ = ["CompositionRow", "composition"]

ROW = 16.0
BAR = 12.5
GAP = 12.0
SWATCH = 9.0
NEAR = 34.0
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)


@dataclass(frozen=True, kw_only=True)
class CompositionRow:
    """The people of one class, group and wave.

    Parameters
    ----------
    label : str
        Name of the class; rows with one label stand together.
    group, wave : str
        Their names, as the page shows them.
    pieces : tuple
        How they divide by level, merged as disclosure asks, in the order of the levels (each has `levels`,
        the codes it covers, and `count`); empty where they are not divided.
    count : int or None
        Everyone in the row; None where nothing is shown (`note` says why).
    note : str
        Stands in place of the bar when there is none, in the run's language.

    Raises
    ------
    ValueError
        When the pieces do not add up to the count.
    """

    label: str
    group: str
    wave: str
    pieces: tuple[Counted, ...] = ()
    count: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        whole = sum(piece.count for piece in self.pieces)
        if self.pieces and whole != self.count:
            raise ValueError(
                f"{self.label}, {self.group} {self.wave}: the pieces hold {whole} of {self.count} people"
            )


def composition(
    rows: Sequence[CompositionRow],
    *,
    levels: Mapping[int, str],
    title: str,
    label: str,
    caption: str,
    language: str,
    groups: Sequence[str] | None = None,
    waves: Sequence[str] | None = None,
    order: str = "",
    footer: str | None = None,
) -> Figure:
    """Draw who is there: stacked bars to scale by class, then group, then wave.

    Parameters
    ----------
    rows : sequence of CompositionRow
        In the order to be drawn; rows of one class stand together.
    levels : mapping
        Code to wording, the level drawn first (darkest) first.
    title, label, caption, language : str
        As in `Figure`; the title is the message.
    groups, waves : sequence of str, optional
        All names of the evaluation in order, so that looks stay the same across figures; default: as they
        appear.
    order : str
        The rule by which the classes are sorted, as a sentence.
    footer : str, optional
        Last line inside the picture.

    Returns
    -------
    Figure
        Counts of people, with whole percentages of the row. Rows without a count show their note.

    Raises
    ------
    ValueError
        When there are no rows, the pieces of a row do not cover the levels in order, a name is unknown, or a
        text is empty.
    """
    if not rows:
        raise ValueError("a composition needs at least one row")
    for row in rows:
        _check(row, list(levels))
    cast = Cast.of(groups, waves, [row.group for row in rows], [row.wave for row in rows])
    bars = _Bars.of(rows, levels, cast, language)
    return composed(
        bars.paint,
        title=title,
        label=label,
        caption=caption,
        alt=_alt(rows, levels, title, language),
        data=_data(rows, levels, language),
        notes=_notes(rows, order, language),
        footer=footer,
    )


@dataclass(frozen=True)
class _Bars:
    """A measured composition: what is drawn, in which colours, where names and bars stand."""

    rows: Sequence[CompositionRow]
    levels: Mapping[int, str]
    colours: Mapping[int, str]
    cast: Cast
    language: str
    names: Names
    axis: Axis

    @classmethod
    def of(
        cls, rows: Sequence[CompositionRow], levels: Mapping[int, str], cast: Cast, language: str
    ) -> _Bars:
        shown = {row.group for row in rows}
        hue = cast.look(rows[0].group).colour if len(shown) == 1 else QUIET
        steps = len(levels)
        fills = [wave_fill(steps - place, steps + 1, hue) for place in range(steps)]
        names = Names.of(rows)
        counts = [number(row.count, language) for row in rows if row.count is not None]
        room = max(map(width_of, [text("in_all", language), *counts]))
        largest = max((row.count or 0 for row in rows), default=0)
        axis = Axis(names.right + GAP, WIDTH - room - GAP, 0.0, float(max(largest, 1)))
        return cls(rows, levels, dict(zip(levels, fills, strict=True)), cast, language, names, axis)

    def paint(self, sheet: Sheet, y: float) -> float:
        """Draw legend, bars and scale below y; give the y below."""
        y = self._legend(sheet, y)
        sheet.write(WIDTH, y + LINE / 2, text("in_all", self.language), colour=QUIET, align="right")
        y += 8.0
        ticks = self._ticks()
        for name, of_class in groupby(self.rows, key=lambda row: row.label):
            y = sheet.paragraph(0.0, y + 4.0, name, self.axis.right, weight=600, size=SMALLEST + 0.5)
            top = y + 1.0
            y = named_rows(
                sheet,
                y + 2.0,
                list(of_class),
                self.cast,
                self.names,
                height=ROW,
                paint=lambda row, at: self._row(sheet, at, row),
            )
            sheet.rules(self.axis, ticks, top, y - 2.0)
        return sheet.ticks(self.axis, ticks, [number(tick, self.language) for tick in ticks], y)

    def _legend(self, sheet: Sheet, y: float) -> float:
        entries = [(self.colours[code], wording) for code, wording in self.levels.items()]
        if any(row.count is not None and not row.pieces for row in self.rows):
            entries.append((HATCH, text("not_divided", self.language)))
        x = 0.0
        for colour, wording in entries:
            width = 12.0 + width_of(wording)
            if x and x + width > WIDTH:
                x, y = 0.0, y + ROW
            sheet.bar(x, y + 1.5, SWATCH, SWATCH, colour)
            y = sheet.paragraph(x + 12.0, y, wording, WIDTH - 12.0) - LINE
            x += width + 12.0
        return y + ROW + 4.0

    def _ticks(self) -> list[float]:
        step = next((size for size in STEPS if self.axis.length(size) >= NEAR), STEPS[-1])
        return [float(tick) for tick in range(0, int(self.axis.high) + 1, step)]

    def _row(self, sheet: Sheet, y: float, row: CompositionRow) -> float:
        if row.count is None:
            note = row.note or text("not_shown", self.language)
            width = self.axis.right - self.axis.left
            return sheet.note(self.axis.left, y - LINE / 2, note, width) + (ROW - LINE) / 2
        sheet.write(WIDTH, y, number(row.count, self.language), align="right")
        x = self.axis.left
        for piece in row.pieces:
            width = self.axis.length(piece.count)
            self._piece(sheet, x, y, width, [self.colours[code] for code in piece.levels])
            self._name(sheet, x, y, width, piece, row.count)
            x += width
        if not row.pieces:
            sheet.bar(x, y - BAR / 2, self.axis.length(row.count), BAR, HATCH, edge=PAPER)
        return y

    def _piece(self, sheet: Sheet, x: float, y: float, width: float, colours: Sequence[str]) -> None:
        if width:
            sheet.bar(x, y - BAR / 2, width, BAR, mixed(colours), edge=PAPER)
        if width and len(colours) > 1:
            merged_strip(sheet, x, y + BAR / 2 - STRIP, width, colours)

    def _name(self, sheet: Sheet, x: float, y: float, width: float, piece: Counted, whole: int) -> None:
        """Write a piece's count inside it, with its share where there is room."""
        count = number(piece.count, self.language)
        names = (f"{count} ({percent(piece.count / whole, self.language)})", count)
        name = next((name for name in names if width_of(name) + 4.0 <= width), "")
        raised = STRIP / 2 if len(piece.levels) > 1 else 0.0
        ink = readable_on(mixed([self.colours[code] for code in piece.levels]))
        if name:
            sheet.write(x + width / 2, y - raised, name, colour=ink, align="center")


def _check(row: CompositionRow, codes: list[int]) -> None:
    covered = [code for piece in row.pieces for code in piece.levels]
    if covered and covered != codes:
        where = f"{row.label}, {row.group} {row.wave}"
        raise ValueError(f"{where}: the pieces cover {covered}, the levels are {codes}")


def _notes(rows: Sequence[CompositionRow], order: str, language: str) -> list[str]:
    keys = ["note_composition"]
    keys += ["note_merged_levels"] * any(len(piece.levels) > 1 for row in rows for piece in row.pieces)
    keys += ["note_not_divided"] * any(row.count is not None and not row.pieces for row in rows)
    return [*(text(key, language) for key in keys), *([order] if order else [])]


def _alt(rows: Sequence[CompositionRow], levels: Mapping[int, str], title: str, language: str) -> str:
    sentences = [text("alt_composition", language, title=title.rstrip("."))]
    for name, of_class in groupby(rows, key=lambda row: row.label):
        said = [f"{row.group} {row.wave}: {_said(row, levels, language)}" for row in of_class]
        sentences.append(f"{name}: {'; '.join(said)}.")
    return " ".join(sentences)


def _said(row: CompositionRow, levels: Mapping[int, str], language: str) -> str:
    if row.count is None:
        return row.note or text("not_shown", language)
    parts = [
        f"{_name(piece.levels, levels)} {number(piece.count, language)} "
        f"({percent(piece.count / row.count, language)})"
        for piece in row.pieces
    ]
    return ", ".join([*parts, text("said_in_all", language, count=number(row.count, language))])


def _name(codes: Sequence[int], levels: Mapping[int, str]) -> str:
    return " + ".join(levels[code] for code in codes)


def _data(rows: Sequence[CompositionRow], levels: Mapping[int, str], language: str) -> Data:
    places = {code: place for place, code in enumerate(levels)}
    found = {piece.levels for row in rows for piece in row.pieces}
    covers = sorted(found, key=lambda codes: (len(codes), [places[code] for code in codes]))
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        counts = {piece.levels: piece.count for piece in row.pieces}
        whole = row.note or text("not_shown", language) if row.count is None else row.count
        cells.append((row.label, row.group, row.wave, *(counts.get(codes) for codes in covers), whole))
    first = tuple(text(key, language) for key in ("class", "group", "wave"))
    columns = (*first, *(_name(codes, levels) for codes in covers), text("in_all", language))
    return Data(columns, tuple(cells))
