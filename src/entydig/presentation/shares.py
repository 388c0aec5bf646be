"""Shares as disclosure lets them be published."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, cast, get_args

from entydig.wording import number, percent, text

__all__ = ["Bound", "Segment", "Share"]

Bound = Literal["exact", "at_least", "at_most", "suppressed"]
SIGNS: Mapping[Bound, str] = {
    "at_least": "\N{GREATER-THAN OR EQUAL TO}\N{NO-BREAK SPACE}",
    "at_most": "\N{LESS-THAN OR EQUAL TO}\N{NO-BREAK SPACE}",
}


class Published(Protocol):
    """What disclosure says of a share; `entydig.survey.disclosure.PublishedShare` has it."""

    @property
    def value(self) -> float:
        """Share or bound; NaN where nothing may be said."""

    @property
    def bound(self) -> str:
        """One of the kinds of `Bound`."""


class Counted(Protocol):
    """A cell of a distribution; `entydig.survey.disclosure.Cell` has it."""

    @property
    def levels(self) -> tuple[int, ...]:
        """Codes it covers."""

    @property
    def count(self) -> int:
        """Answers in it."""


@dataclass(frozen=True)
class Share:
    """A published share.

    Parameters
    ----------
    value : float
        Between 0 and 1; NaN where nothing may be shown.
    bound : {"exact", "at_least", "at_most", "suppressed"}
        What disclosure left: the share, only a bound of it, or nothing.
    text : str
        Written instead of a suppressed share, such as the words for a small count.

    Raises
    ------
    ValueError
        When the value is outside 0..1, the bound unknown, a suppressed share has a value or another has none,
        or a share that is shown has a text.
    """

    value: float
    bound: Bound = "exact"
    text: str = ""

    def __post_init__(self) -> None:
        if self.bound not in get_args(Bound):
            raise ValueError(f"unknown bound {self.bound!r}, expected one of {', '.join(get_args(Bound))}")
        if self.bound == "suppressed":
            if not math.isnan(self.value):
                raise ValueError("a suppressed share must not carry a value")
        elif not 0 <= self.value <= 1 or self.text:
            raise ValueError(
                f"a share lies between 0 and 1 and writes itself, found {self.value} {self.text!r}"
            )

    @classmethod
    def of(cls, published: Published) -> Share:
        """Take over what disclosure made of a share."""
        return cls(published.value, cast("Bound", published.bound))

    @classmethod
    def few(cls, language: str, under: int) -> Share:
        """Give a share that is suppressed because fewer people than this stand behind it."""
        return cls(math.nan, "suppressed", text("few_answers", language, count=under))

    @property
    def drawn(self) -> float:
        """The share as drawn: rounded to whole percent; NaN where nothing is drawn."""
        return round(self.value, 2)

    def written(self, language: str) -> str:
        """Write it with its percent sign and bound."""
        if self.bound == "suppressed":
            return self.text or text("not_shown", language)
        return SIGNS.get(self.bound, "") + percent(self.value, language)

    def short(self, language: str) -> str:
        """Write it without the percent sign, for the inside of a bar."""
        if self.bound == "suppressed":
            return self.written(language)
        return SIGNS.get(self.bound, "") + number(100 * self.value, language)

    def cell(self, language: str) -> int | str:
        """Give it as a cell of a data table: whole percent, or text where it is bounded or suppressed."""
        return round(100 * self.value) if self.bound == "exact" else self.short(language)


@dataclass(frozen=True)
class Segment:
    """One piece of a distribution: one level of the scale, or several that disclosure merged.

    Parameters
    ----------
    levels : tuple of int
        The codes it covers, neighbours in the scale's order.
    share : Share
        Share of the answers with an opinion.
    """

    levels: tuple[int, ...]
    share: Share

    @classmethod
    def of(cls, cells: Sequence[Counted]) -> tuple[Segment, ...]:
        """Take over a distribution as disclosure made it; no cells, no segments."""
        n = sum(cell.count for cell in cells)
        return tuple(cls(cell.levels, Share(cell.count / n)) for cell in cells) if n else ()
