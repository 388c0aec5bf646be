"""The visual grammar: colours, shapes, type.

Hue and shape say who, fill says when, diverging colours say what was answered. The tests measure contrast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import seaborn as sns
from font_source_sans_pro import font_files_ttf
from matplotlib import font_manager
from matplotlib.colors import to_hex, to_rgb
from matplotlib.typing import RcKeyType

__all__ = [
    "BAND",
    "DIVERGING",
    "GROUPS",
    "HATCH",
    "INK",
    "PAPER",
    "QUIET",
    "RULE",
    "SESOI",
    "GroupStyle",
    "answer_colours",
    "contrast",
    "fonts",
    "group_style",
    "mixed",
    "readable_on",
    "settings",
    "wave_fill",
]

INK = "#1b1f24"
QUIET = "#5b6470"
RULE = "#d9dee3"
PAPER = "#ffffff"
BAND = "#eef1f4"
HATCH = "#98a1ab"
SESOI = "#e4e8ec"
DIVERGING = ("#8c3b12", "#d9975f", "#d9dee3", "#6fb1bb", "#0b5d6b")

# Weights as families: the fallback font has no semibold, and matplotlib would complain of that at every text.
FAMILIES = {400: "Source Sans Pro", 600: "Source Sans Pro Semibold"}
FILES = ("SourceSansPro", "SourceSansProSemibold")
SMALLEST = 9.0


@dataclass(frozen=True)
class GroupStyle:
    """How one group looks everywhere.

    Parameters
    ----------
    colour : str
        Hex; at least 4.5:1 on white.
    marker : str
        Matplotlib's name of the shape.
    symbol : str
        The shape as a character, for text.
    """

    colour: str
    marker: str
    symbol: str


GROUPS = (
    GroupStyle("#0b5d6b", "o", "\N{BLACK CIRCLE}"),
    GroupStyle("#b4541a", "s", "\N{BLACK SQUARE}"),
    GroupStyle("#5b3f8f", "^", "\N{BLACK UP-POINTING TRIANGLE}"),
    GroupStyle("#56640c", "D", "\N{BLACK DIAMOND}"),
    GroupStyle("#a3265e", "v", "\N{BLACK DOWN-POINTING TRIANGLE}"),
    GroupStyle("#3d4d63", "P", "\N{HEAVY GREEK CROSS}"),
)


def group_style(index: int) -> GroupStyle:
    """Give the look of the group at this place (from 0) in the evaluation's order.

    Raises
    ------
    ValueError
        When there are more groups than looks that can be told apart (six).
    """
    if not 0 <= index < len(GROUPS):
        raise ValueError(f"there are looks for {len(GROUPS)} groups, found group number {index + 1}")
    return GROUPS[index]


def wave_fill(index: int, count: int, colour: str = INK) -> str:
    """Give the fill of a wave: from hollow (the first of several) to solid (the last, or the only one).

    Parameters
    ----------
    index, count : int
        Place of the wave from 0, and how many there are.
    colour : str
        Hue of the group.

    Returns
    -------
    str
        Hex colour.

    Raises
    ------
    ValueError
        When the place is outside the waves.

    Examples
    --------
    >>> wave_fill(0, 2, "#000000"), wave_fill(1, 2, "#000000")
    ('#ffffff', '#000000')
    """
    if not 0 <= index < count:
        raise ValueError(f"expected a wave between 0 and {count - 1}, found {index}")
    if count == 1:
        return to_hex(colour)
    return to_hex(sns.blend_palette([PAPER, colour], count)[index])


def answer_colours(count: int) -> tuple[str, ...]:
    """Give diverging colours for a scale of so many levels, the two ends always the strongest.

    Examples
    --------
    >>> answer_colours(5) == DIVERGING
    True
    """
    if count == len(DIVERGING):
        return DIVERGING
    return tuple(to_hex(colour) for colour in sns.blend_palette(DIVERGING, count))


def mixed(colours: Sequence[str]) -> str:
    """Give the colour of a segment that covers several levels: their mean, the scale's ends counting twice.

    Twice, because a plain mean of two neighbours is a middle tone on which neither white nor ink can be read.

    Examples
    --------
    >>> mixed(["#000000", "#ffffff"])
    '#808080'
    """
    ends = (DIVERGING[0], DIVERGING[-1])
    parts = [part for colour in colours for part in [to_rgb(colour)] * (2 if colour in ends else 1)]
    red, green, blue = (sum(channel) / len(parts) for channel in zip(*parts, strict=True))
    return to_hex((red, green, blue))


def contrast(first: str, second: str) -> float:
    """Give the contrast ratio of two colours (1 to 21) as WCAG 2.2 defines it.

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return round((light + 0.05) / (dark + 0.05), 6)


def readable_on(background: str) -> str:
    """Give a text colour of at least 4.5:1 on the background: ink if it will do, else white, else black."""
    for colour in (INK, PAPER):
        if contrast(colour, background) >= 4.5:
            return colour
    return "#000000"


@cache
def fonts(weight: int = 400) -> tuple[str, ...]:
    """Give the font families of a weight (400 or 600), after making Source Sans known to matplotlib."""
    for file in FILES:
        font_manager.fontManager.addfont(font_files_ttf[file])
    # Source Sans lacks the round and square symbols of verdicts; DejaVu ships with matplotlib.
    return FAMILIES[weight], "DejaVu Sans"


def settings(salt: str) -> dict[RcKeyType, Any]:
    """Give matplotlib's settings for one figure; `salt` makes its ids fixed and its own."""
    return {
        **sns.axes_style("white"),
        "figure.facecolor": PAPER,
        "axes.facecolor": PAPER,
        "font.family": list(fonts()),
        "font.size": SMALLEST,
        "text.color": INK,
        "hatch.linewidth": 0.8,
        "path.simplify": False,
        "svg.fonttype": "path",
        "svg.hashsalt": salt,
    }


def _luminance(colour: str) -> float:
    # The definition of relative luminance in WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
