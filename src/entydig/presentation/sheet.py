"""A drawing surface measured in points from its top left corner, as wide as the text column of a page.

One coordinate system for text and bars: widths are measured before anything is placed, so nothing overlaps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from matplotlib.figure import Figure as Drawing
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from entydig.presentation.style import INK, PAPER, QUIET, RULE, SMALLEST, fonts

__all__ = ["LINE", "WIDTH", "Axis", "Sheet", "width_of", "wrapped"]

WIDTH = 540.0
PER_INCH = 72.0
LEADING = 1.28
LINE = SMALLEST * LEADING
MARKER = 6.5
Align = Literal["left", "center", "right"]
Weight = Literal[400, 600]


@dataclass(frozen=True)
class Axis:
    """A horizontal scale: where values stand on the sheet."""

    left: float
    right: float
    low: float
    high: float

    def at(self, value: float) -> float:
        """Give the place of a value in points, kept inside the scale."""
        inside = min(max(value, self.low), self.high)
        return self.left + (inside - self.low) * (self.right - self.left) / (self.high - self.low)

    def length(self, difference: float) -> float:
        """Give a difference of values in points."""
        return difference * (self.right - self.left) / (self.high - self.low)


class Sheet:
    """A sheet to draw on; y grows downwards."""

    def __init__(self) -> None:
        self.drawing = Drawing(figsize=(WIDTH / PER_INCH, 1.0), dpi=PER_INCH)
        self.axes = self.drawing.add_axes((0.0, 0.0, 1.0, 1.0))
        self.axes.set_axis_off()
        self.axes.set(xlim=(0.0, WIDTH), ylim=(PER_INCH, 0.0))
        self.hovers: dict[str, str] = {}

    def close(self, height: float) -> Drawing:
        """Cut the sheet to its height and give the drawing."""
        self.drawing.set_size_inches(WIDTH / PER_INCH, height / PER_INCH)
        self.axes.set_ylim(height, 0.0)
        return self.drawing

    def texts(self) -> Iterator[Text]:
        """Give all that is written on the sheet."""
        yield from self.axes.texts

    def write(
        self,
        x: float,
        y: float,
        content: str,
        *,
        size: float = SMALLEST,
        weight: Weight = 400,
        colour: str = INK,
        align: Align = "left",
        hover: str = "",
    ) -> None:
        """Write one line, its small letters centred on `y`; `hover` is what a pointer resting on it reads."""
        text = self.axes.text(
            x,
            y + 0.33 * size,
            content,
            ha=align,
            va="baseline",
            color=colour,
            parse_math=False,
            fontproperties=_font(size, weight),
            clip_on=False,
        )
        if hover:
            text.set_gid(f"hover-{len(self.hovers) + 1}")
            self.hovers[str(text.get_gid())] = hover

    def paragraph(
        self,
        x: float,
        y: float,
        content: str,
        width: float,
        *,
        size: float = SMALLEST,
        weight: Weight = 400,
        colour: str = INK,
        align: Align = "left",
        hover: str = "",
    ) -> float:
        """Write wrapped lines, the first inside the line that starts at `y`; give the y below the last."""
        for line in wrapped(content, width, size, weight):
            self.write(
                x,
                y + size * LEADING / 2,
                line,
                size=size,
                weight=weight,
                colour=colour,
                align=align,
                hover=hover,
            )
            y += size * LEADING
        return y

    def note(self, x: float, y: float, content: str, width: float, *, align: Align = "left") -> float:
        """Write quiet lines on paper of their own, over rules and bands; give the y below the last."""
        lines = wrapped(content, width)
        wide = max(map(width_of, lines), default=0.0)
        self.bar(x - 2.0 - (wide if align == "right" else 0.0), y, wide + 4.0, LINE * len(lines), PAPER)
        return self.paragraph(x, y, content, width, colour=QUIET, align=align)

    def bar(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        colour: str,
        *,
        edge: str = "none",
        hatch: str | None = None,
        line: float = 0.75,
        back: bool = False,
    ) -> None:
        """Draw a filled rectangle; `hatch` is drawn in the colour of the edge."""
        self.axes.add_patch(
            Rectangle(
                (left, top),
                width,
                height,
                facecolor=colour,
                edgecolor=edge,
                linewidth=0 if edge == "none" else line,
                hatch=hatch,
                clip_on=False,
                zorder=0.5 if back else 1,
            )
        )

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        *,
        colour: str = RULE,
        width: float = 0.75,
        dashed: bool = False,
        back: bool = False,
    ) -> None:
        """Draw a line through points."""
        style: Literal["-"] | tuple[float, tuple[float, float]] = (0.0, (2.5, 2.0)) if dashed else "-"
        self.axes.add_line(
            Line2D(
                xs,
                ys,
                color=colour,
                linewidth=width,
                linestyle=style,
                clip_on=False,
                solid_capstyle="butt",
                zorder=0.7 if back else 2,
            )
        )

    def marker(self, x: float, y: float, shape: str, colour: str, fill: str, size: float = MARKER) -> None:
        """Draw one marker."""
        self.axes.add_line(
            Line2D(
                [x],
                [y],
                marker=shape,
                markersize=size,
                markeredgecolor=colour,
                markerfacecolor=fill,
                markeredgewidth=1.3,
                linestyle="none",
                clip_on=False,
                zorder=3,
            )
        )

    def rules(self, axis: Axis, ticks: Sequence[float], top: float, bottom: float) -> None:
        """Draw a scale's vertical rules behind what stands on it."""
        for tick in ticks:
            self.line([axis.at(tick)] * 2, [top, bottom], back=True)

    def ticks(self, axis: Axis, ticks: Sequence[float], names: Sequence[str], y: float) -> float:
        """Write the names of a scale's rules in the line that starts at y; give the y below."""
        for tick, name in zip(ticks, names, strict=True):
            self.write(axis.at(tick), y + LINE / 2, name, colour=QUIET, align="center")
        return y + LINE


@lru_cache(maxsize=4096)
def width_of(content: str, size: float = SMALLEST, weight: Weight = 400) -> float:
    """Give the width of a line in points."""
    return float(text_to_path.get_text_width_height_descent(content, _font(size, weight), ismath=False)[0])


def wrapped(content: str, width: float, size: float = SMALLEST, weight: Weight = 400) -> list[str]:
    """Break a text into lines no wider than `width` points; a word that is wider by itself is divided."""
    lines: list[str] = []
    for word in _fitting(content.split(), width, size, weight):
        if lines and width_of(f"{lines[-1]} {word}", size, weight) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _fitting(words: Sequence[str], width: float, size: float, weight: Weight) -> Iterator[str]:
    for word in words:
        rest = word
        while len(rest) > 1 and width_of(rest, size, weight) > width:
            fits = (
                end
                for end in range(len(rest) - 1, 1, -1)
                if width_of(f"{rest[:end]}-", size, weight) <= width
            )
            end = next(fits, 1)
            yield f"{rest[:end]}-"
            rest = rest[end:]
        yield rest


def _font(size: float, weight: Weight) -> FontProperties:
    return FontProperties(family=list(fonts(weight)), size=size)
