"""What a figure of process charts is made of, and how it is told in words and numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from entydig.presentation.objects import Cell, Data
from entydig.wording import number, text

__all__ = [
    "FEW",
    "ControlPanel",
    "ControlPart",
    "ControlPoint",
    "control_data",
    "control_notes",
    "control_said",
]

FEW = 4
"""So many points or fewer are told one by one."""


@dataclass(frozen=True, kw_only=True)
class ControlPoint:
    """One measurement.

    Parameters
    ----------
    at : float
        Place on the time axis.
    when : str
        The time in words.
    value : float
        NaN where it may not be shown.
    signal : str
        Which rule it breaks, in words; empty for none.
    """

    at: float
    when: str
    value: float
    signal: str = ""


@dataclass(frozen=True, kw_only=True)
class ControlPart:
    """The points of one definition, at least one, in order of time."""

    name: str
    points: tuple[ControlPoint, ...]


@dataclass(frozen=True, kw_only=True)
class ControlPanel:
    """One series.

    Parameters
    ----------
    label : str
        What is measured, in which unit.
    parts : tuple of ControlPart
        In order of time; between two of them lies a break.
    decimals : int
        Of the values.
    reading : tuple of str
        What stands beside the panel and in the alt text, a line each.
    centre, lower, upper : float
        Limits of the last part; NaN for none.
    until : float
        Place of the last point that fixed the limits.
    """

    label: str
    parts: tuple[ControlPart, ...]
    decimals: int
    reading: tuple[str, ...]
    centre: float = math.nan
    lower: float = math.nan
    upper: float = math.nan
    until: float = math.nan

    @property
    def points(self) -> tuple[ControlPoint, ...]:
        """All its points."""
        return tuple(point for part in self.parts for point in part.points)

    @property
    def limited(self) -> bool:
        """Whether it has limits."""
        return not math.isnan(self.centre)


def control_notes(panels: Sequence[ControlPanel], language: str) -> Iterator[str]:
    """Give the sentences under the picture: of the signs that stand in it."""
    points = [point for panel in panels for point in panel.points]
    if any(panel.limited for panel in panels):
        yield text("note_control_limits", language)
    if any(point.signal for point in points):
        yield text("note_control_signals", language)
    if any(len(panel.parts) > 1 for panel in panels):
        yield text("note_control_breaks", language)
    if any(math.isnan(point.value) for point in points):
        yield text("note_control_hidden", language)


def control_said(panels: Sequence[ControlPanel], language: str) -> Iterator[str]:
    """Give a sentence for each panel: its points, or the first and latest of many, and what is read from it."""
    for panel in panels:
        parts = "; ".join(_told(part, panel, language) for part in panel.parts)
        reading = ". ".join(panel.reading)
        yield text("said_control", language, label=panel.label, parts=parts, reading=reading)


def _told(part: ControlPart, panel: ControlPanel, language: str) -> str:
    ends = part.points if len(part.points) <= FEW else (part.points[0], part.points[-1])
    said = ", ".join(f"{each.when} {_written(each, panel, language)}" for each in ends)
    if len(panel.parts) > 1:
        said = f"{part.name}: {said}"
    if len(part.points) <= FEW:
        return said
    return text("said_control_many", language, said=said, n=number(len(part.points), language))


def _written(point: ControlPoint, panel: ControlPanel, language: str) -> str:
    if math.isnan(point.value):
        return text("control_hidden", language)
    return number(point.value, language, panel.decimals)


def control_data(panels: Sequence[ControlPanel], language: str) -> Data:
    """Give all points with their limits; a value that may not be shown is a word."""
    columns = ("what", "definition", "when", "value", "lower", "centre", "upper", "signal")
    rows: list[tuple[Cell, ...]] = []
    for panel in panels:
        for part in panel.parts:
            ends = (panel.lower, panel.centre, panel.upper) if part is panel.parts[-1] else ()
            limits = [None if math.isnan(end) else number(end, language, panel.decimals) for end in ends] or [
                None
            ] * 3
            rows += [
                (panel.label, part.name, each.when, _written(each, panel, language), *limits, each.signal)
                for each in part.points
            ]
    return Data(tuple(text(f"control_{name}", language) for name in columns), tuple(rows)).without_empty()
