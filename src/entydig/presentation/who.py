"""Who and when: the same look for a group and a wave in every figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol, TypeVar

from entydig.presentation.sheet import LINE, WIDTH, Sheet, width_of
from entydig.presentation.style import INK, QUIET, GroupStyle, group_style, wave_fill

__all__ = ["Cast", "Names", "named_rows"]

KEY = 15.0
MARKER_ROOM = 14.0
GAP = 8.0
WIDEST_GROUP = 118.0
WIDEST_WAVE = 66.0


class Named(Protocol):
    """A row that belongs to a group and a wave."""

    @property
    def group(self) -> str:
        """Name of the group."""

    @property
    def wave(self) -> str:
        """Name of the wave."""


Row = TypeVar("Row", bound=Named)


@dataclass(frozen=True)
class Cast:
    """All groups and waves of the evaluation, in order.

    Parameters
    ----------
    groups, waves : tuple of str
        Their names, as the page shows them.
    """

    groups: tuple[str, ...]
    waves: tuple[str, ...]

    @classmethod
    def of(
        cls,
        groups: Sequence[str] | None,
        waves: Sequence[str] | None,
        shown_groups: Sequence[str],
        shown_waves: Sequence[str],
    ) -> Cast:
        """Take the names given, else those shown, in order of appearance.

        Raises
        ------
        ValueError
            When a name shown is not among those given.
        """
        return cls(_all("group", groups, shown_groups), _all("wave", waves, shown_waves))

    def look(self, group: str) -> GroupStyle:
        """Give the look of a group; one without a name (a difference) is an ink diamond."""
        return group_style(self.groups.index(group)) if group else GroupStyle(INK, "D", "\N{BLACK DIAMOND}")

    def fill(self, group: str, wave: str) -> str:
        """Give the fill of a group's marker in a wave."""
        return wave_fill(self.waves.index(wave), len(self.waves), self.look(group).colour)

    def mark(self, sheet: Sheet, x: float, y: float, group: str, wave: str) -> None:
        """Draw the marker of a group in a wave."""
        look = self.look(group)
        sheet.marker(x, y, look.marker, look.colour, self.fill(group, wave))

    def legend(self, sheet: Sheet, y: float, groups: Sequence[str], waves: Sequence[str]) -> float:
        """Draw the key of the groups and waves shown; give the y below it."""
        looks = [(self.look(group), self.look(group).colour, group) for group in groups]
        if len(self.waves) > 1:
            neutral = GroupStyle(QUIET, "o", "")
            count = len(self.waves)
            looks += [(neutral, wave_fill(self.waves.index(wave), count, QUIET), wave) for wave in waves]
        x = 0.0
        for look, fill, name in looks:
            width = 12.0 + width_of(name)
            if x and x + width > WIDTH:
                x, y = 0.0, y + KEY
            sheet.marker(x + 5.0, y + 6.0, look.marker, look.colour, fill)
            sheet.write(x + 12.0, y + 6.0, name)
            x += width + 14.0
        return y + KEY if looks else y


@dataclass(frozen=True)
class Names:
    """The columns at the left of a figure: marker, group, wave.

    Parameters
    ----------
    group_width, wave_width : float
        Room for the names, in points; longer ones are wrapped.
    """

    group_width: float
    wave_width: float

    @classmethod
    def of(cls, rows: Sequence[Named]) -> Names:
        """Measure the names of some rows."""
        groups, waves = [width_of(row.group) for row in rows], [width_of(row.wave) for row in rows]
        return cls(min(max(groups), WIDEST_GROUP), min(max(waves), WIDEST_WAVE))

    @property
    def wave_at(self) -> float:
        """Where the wave's name stands."""
        return MARKER_ROOM + self.group_width + GAP

    @property
    def right(self) -> float:
        """Where the names end."""
        return self.wave_at + self.wave_width


def named_rows(
    sheet: Sheet,
    y: float,
    rows: Sequence[Row],
    cast: Cast,
    names: Names,
    *,
    height: float,
    paint: Callable[[Row, float], float],
) -> float:
    """Draw rows with marker, group (once) and wave at the left.

    Parameters
    ----------
    sheet, y
        Where; rows grow downwards from y.
    rows, cast, names
        What; neighbouring rows of one group stand together.
    height : float
        Of a row, in points; a row grows when names or content need more.
    paint : callable
        Draws the rest of a row centred on a y, and gives the y below what it drew.

    Returns
    -------
    float
        The y below the rows.
    """
    inset = (height - LINE) / 2
    for group, of_group in groupby(rows, key=lambda row: row.group):
        below_name = sheet.paragraph(MARKER_ROOM, y + inset, group, names.group_width)
        for row in of_group:
            cast.mark(sheet, 5.0, y + height / 2, row.group, row.wave)
            below_wave = sheet.paragraph(names.wave_at, y + inset, row.wave, names.wave_width, colour=QUIET)
            y = max(y + height, below_wave + inset, paint(row, y + height / 2))
        y = max(y, below_name + inset) + 3.0
    return y


def _all(kind: str, given: Sequence[str] | None, shown: Sequence[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(shown if given is None else given))
    unknown = [name for name in dict.fromkeys(shown) if name not in names]
    if unknown:
        raise ValueError(f"unknown {kind}: {', '.join(unknown)}; known: {', '.join(names)}")
    return names
