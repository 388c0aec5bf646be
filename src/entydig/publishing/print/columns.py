"""How wide the columns of a printed table are: from the letters in them, so that no word leaves its cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from entydig.publishing.print.model import Element, text_of

__all__ = ["LANDSCAPE", "PORTRAIT", "Layout", "lay_out"]

# In points, as typst/elements.typ has them.
PORTRAIT, LANDSCAPE = 494.0, 740.0
INSET = 8.0  # of both sides of a cell together
SIZES = (9.0, 8.5, 8.0, 7.5)
SMALLEST = (7.0, 6.5)
SMALL = 0.85  # of a cell's size, for text that is set small
MONO = 0.56  # of a size, for each character of code
SYMBOL = 0.85  # of a size, for a sign that the tables' face lacks
CITED = (6.0, 8.0)  # of a size, for a name and the year behind it
CROWDED = 3.0  # this many lines in the usual row, and a table is turned
STEPS = 60  # in which the room left over is given away
SLACK = 1.5  # points that letters may be wider than said, through kerning
NUMBER = re.compile(r"(?=.*\d).{1,9}")
PIECE = re.compile(r"(?<=[\w)]-)(?=\w)|(?<=/)(?=\w)")


@dataclass(frozen=True)
class Layout:
    """A table that fits: widths as shares of the room, size of type in points, lines in all, page turned or not."""

    widths: tuple[float, ...]
    size: float
    lines: float
    landscape: bool


@dataclass(frozen=True)
class _Cell:
    """What a cell needs, in points: for its longest word, and for each of its lines not to be broken."""

    word: float
    lines: tuple[float, ...]

    def height(self, width: float) -> float:
        """Give the lines it takes at a width; in parts, so that every point of width counts."""
        return sum(max(1.0, 1.08 * line / width) for line in self.lines)


def lay_out(head: Sequence[Any], rows: Sequence[Sequence[Any]]) -> Layout | float:
    """Fit a table to a page.

    Parameters
    ----------
    head : sequence of cells
        Each is a list of pandoc's blocks.
    rows : sequence of rows

    Returns
    -------
    Layout or float
        Where it fits nowhere, the width in points that it needs at the smallest size, turned.
    """
    all_rows = [head, *rows] if head else list(rows)
    last = 0.0
    for room, sizes, crowded in (
        (PORTRAIT, SIZES, CROWDED),
        (LANDSCAPE, (*SIZES, *SMALLEST), float("inf")),
    ):
        for size in sizes:
            columns = [
                [_cell(cell, size, bold=bool(head) and not number) for number, cell in enumerate(column)]
                for column in zip(*all_rows, strict=True)
            ]
            least = [max(cell.word for cell in column) + INSET + SLACK for column in columns]
            last = sum(least)
            if last > room:
                continue
            widths = _shared_out(columns, least, room)
            heights = [_heights(column, width) for column, width in zip(columns, widths, strict=True)]
            lines = sum(map(max, zip(*heights, strict=True)))
            if lines <= crowded * len(all_rows):
                return Layout(
                    tuple(round(width / room, 4) for width in widths), size, lines, room == LANDSCAPE
                )
    return last


def _shared_out(columns: Sequence[Sequence[_Cell]], least: Sequence[float], room: float) -> list[float]:
    """Give each column what it must have, and the rest bit by bit to the one that shortens the table most."""
    wished = [
        max(less, max(max(cell.lines) for cell in column) + INSET + SLACK)
        for less, column in zip(least, columns, strict=True)
    ]
    widths, rest = list(least), min(room, sum(wished)) - sum(least)
    step = max(rest / STEPS, 1.0)
    heights = [_heights(column, width) for column, width in zip(columns, widths, strict=True)]
    while rest > 0.01:
        open_ = [place for place, width in enumerate(widths) if width < wished[place] - 0.01]
        if not open_:
            break
        given = {place: min(step, rest, wished[place] - widths[place]) for place in open_}
        tried = {place: _heights(columns[place], widths[place] + given[place]) for place in open_}
        best = min(open_, key=lambda place: _total(heights, place, tried[place]))
        widths[best] += given[best]
        heights[best] = tried[best]
        rest -= given[best]
    return widths


def _heights(column: Sequence[_Cell], width: float) -> list[float]:
    return [cell.height(width - INSET) for cell in column]


def _total(heights: Sequence[Sequence[float]], place: int, tried: Sequence[float]) -> float:
    """Give the height of a table with one column changed; every cell counts, one that sets its row's height most."""
    changed = [*heights[:place], tried, *heights[place + 1 :]]
    highest: float = sum(map(max, zip(*changed, strict=True)))
    return highest + 0.02 * sum(tried) - 0.02 * sum(heights[place])


def _cell(blocks: Sequence[Element], size: float, *, bold: bool) -> _Cell:
    word, lines = 0.0, list[float]()
    for inlines in _lines(blocks):
        longest = here = line = 0.0
        for kind, amount in [*_pieces(inlines, "bold" if bold else "regular", size), ("line", 0.0)]:
            if kind == "word":
                here, line = here + amount, line + amount
                longest = max(longest, here)
            elif kind == "gap":
                here, line = 0.0, line + amount
            else:
                lines.append(line)
                here = line = 0.0
        # What stands beside a small drawing stays there, and a number keeps its sign and unit.
        said = text_of(list(inlines))
        whole = any(each["t"] == "Image" for each in inlines) or bool(NUMBER.fullmatch(said))
        word = max(word, longest, *(lines if whole else ()))
    return _Cell(word, tuple(lines) or (0.0,))


def _lines(content: Any) -> Iterator[Sequence[Element]]:
    """Give the running text of each paragraph in a cell, lists included."""
    if isinstance(content, list):
        for each in content:
            yield from _lines(each)
    elif isinstance(content, dict) and content["t"] in ("Plain", "Para"):
        yield content["c"]
    elif isinstance(content, dict):
        yield from _lines(content.get("c"))


def _pieces(inlines: Sequence[Element], face: str, size: float) -> Iterator[tuple[str, float]]:
    """Give words and the gaps between them with their widths in points, and ``line`` where one is broken."""
    for each in inlines:
        if measure := MEASURED.get(each["t"]):
            yield from measure(each.get("c"), face, size)


def _string(content: Any, face: str, size: float) -> Iterator[tuple[str, float]]:
    for number, piece in enumerate(PIECE.split(content)):
        yield from [("gap", 0.0)] if number else []
        yield "word", size * _width(piece, face)


def _code(content: Any, face: str, size: float) -> Iterator[tuple[str, float]]:
    for number, piece in enumerate(re.split(r"(?<=/)|(?<= )", content[1])):
        yield from [("gap", 0.0)] if number else []
        yield "word", size * MONO * len(piece)


def _space(content: Any, face: str, size: float) -> Iterator[tuple[str, float]]:
    yield "gap", size * _width(" ", face)


def _span(content: Any, face: str, size: float) -> Iterator[tuple[str, float]]:
    yield from _pieces(content[1], face, size * SMALL if "small" in content[0][1] else size)


def _cite(content: Any, face: str, size: float) -> Iterator[tuple[str, float]]:
    for _ in content[0]:
        yield from (("word", size * CITED[0]), ("gap", size * CITED[1]))


def _image(content: Any, face: str, size: float) -> Iterator[tuple[str, float]]:
    yield "word", float(dict(content[0][2]).get("size", 0.0))
    yield "gap", 0.0


# The widths of every element that a cell may hold.
MEASURED: Mapping[str, Callable[[Any, str, float], Iterator[tuple[str, float]]]] = MappingProxyType(
    {
        "Str": _string,
        "Code": _code,
        "Math": _code,
        "Space": _space,
        "SoftBreak": _space,
        "LineBreak": lambda content, face, size: iter([("line", 0.0)]),
        "Strong": lambda content, face, size: _pieces(content, "bold", size),
        **dict.fromkeys(("Emph", "Strikeout", "Subscript", "Superscript"), _pieces),
        **dict.fromkeys(("Link", "Span"), _span),
        "Cite": _cite,
        "Image": _image,
    }
)


@cache
def _advances(face: str) -> dict[int, float]:
    """Give the width of each character of the tables' face, at size 1."""
    import font_source_sans_pro
    from fontTools.ttLib import TTFont

    name = "SourceSansPro-Semibold.ttf" if face == "bold" else "SourceSansPro-Regular.ttf"
    with TTFont(Path(font_source_sans_pro.__file__).parent / "files" / name) as font:
        widths, units = font["hmtx"].metrics, font["head"].unitsPerEm
        return {sign: widths[glyph][0] / units for sign, glyph in font.getBestCmap().items()}


@cache
def _width(text: str, face: str) -> float:
    known = _advances(face)
    return sum(known.get(ord(sign), SYMBOL) for sign in text)
