"""What the figures draw: rows of numbers that were computed and disclosure-treated before.

All shares are on the 0..1 scale and already as published: the figures round them to whole percent before they
draw, so that a picture never tells more than the page.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from entydig.presentation.shares import Segment, Share
from entydig.wording import number

__all__ = ["EffectRow", "Estimated", "FlowRow", "ForestRow", "LikertRow", "Mark", "base"]


class Estimated(Protocol):
    """What a figure needs of an estimate; `entydig.statistics.estimate.Estimate` has it all."""

    @property
    def value(self) -> float:
        """Point estimate on the 0..1 scale; NaN where there is none."""

    @property
    def low(self) -> float:
        """Lower end of the two-sided interval."""

    @property
    def high(self) -> float:
        """Upper end of the two-sided interval."""

    @property
    def confidence(self) -> float:
        """Confidence of the interval, such as .95."""

    @property
    def n(self) -> int:
        """Answers it rests on."""

    @property
    def unit(self) -> str:
        """Such as ``"share"`` or ``"points"``."""


@dataclass(frozen=True, kw_only=True)
class LikertRow:
    """The answers of one group in one wave to one item.

    Parameters
    ----------
    label, wording : str
        Short name and full wording of the item; rows with one label stand together.
    group, wave : str
        Their names, as the page shows them.
    shares : tuple of Segment
        The distribution in the scale's order; empty where it is not shown (`note` says why).
    positive : Share or None
        The published positive share, for alt text and data table.
    dont_know : Share or None
        Of all who answered the item, those without an opinion.
    n : int or None
        Answers with an opinion; the base of `shares`.
    N : int or None
        Everyone asked.
    note : str
        Stands in place of the bar when there is none, in the run's language.
    """

    label: str
    wording: str
    group: str
    wave: str
    shares: tuple[Segment, ...]
    positive: Share | None = None
    dont_know: Share | None = None
    n: int | None = None
    N: int | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One marker of a forest: the share of one group in one wave."""

    group: str
    wave: str
    share: Share


@dataclass(frozen=True, kw_only=True)
class ForestRow:
    """One line of a forest: shares at the left, their difference with its interval at the right.

    Parameters
    ----------
    label, wording : str
        Short name and full wording of the item; neighbouring rows with one label stand together.
    marks : tuple of Mark
        Joined by a thin line in this order; may be empty.
    estimate : Estimated or None
        The difference (0..1 scale); None or NaN is drawn as `note`.
    group : str
        Whose difference it is (hue and shape); empty for a difference between groups, drawn in ink.
    n, N : int or None
        Base; `n` defaults to the estimate's.
    note : str
        Stands where there is no estimate, in the run's language.
    """

    label: str
    marks: tuple[Mark, ...]
    estimate: Estimated | None
    group: str = ""
    wording: str = ""
    n: int | None = None
    N: int | None = None
    note: str = ""

    @classmethod
    def change(
        cls,
        *,
        label: str,
        group: str,
        shares: Mapping[str, Share],
        estimate: Estimated | None,
        wording: str = "",
        n: int | None = None,
        N: int | None = None,
        note: str = "",
    ) -> ForestRow:
        """Make a row of one group over the waves (`shares` by wave name, earliest first)."""
        marks = tuple(Mark(group=group, wave=wave, share=share) for wave, share in shares.items())
        return cls(
            label=label, marks=marks, estimate=estimate, group=group, wording=wording, n=n, N=N, note=note
        )

    @classmethod
    def gap(
        cls,
        *,
        label: str,
        wave: str,
        shares: Mapping[str, Share],
        estimate: Estimated | None,
        wording: str = "",
        n: int | None = None,
        N: int | None = None,
        note: str = "",
    ) -> ForestRow:
        """Make a row of several groups in one wave (`shares` by group name)."""
        marks = tuple(Mark(group=group, wave=wave, share=share) for group, share in shares.items())
        return cls(label=label, marks=marks, estimate=estimate, wording=wording, n=n, N=N, note=note)


@dataclass(frozen=True, kw_only=True)
class FlowRow:
    """How many of one group and wave were asked, answered, and are used in the analysis (counts of people).

    Raises
    ------
    ValueError
        When a later count exceeds an earlier one, or one is negative.
    """

    group: str
    wave: str
    asked: int
    answered: int
    used: int

    def __post_init__(self) -> None:
        if not 0 <= self.used <= self.answered <= self.asked:
            raise ValueError(
                f"{self.group} {self.wave}: expected 0 <= used <= answered <= asked, "
                f"found {self.used}, {self.answered}, {self.asked}"
            )


@dataclass(frozen=True, kw_only=True)
class EffectRow:
    """One finding of the front page.

    Parameters
    ----------
    label : str
        The finding as a sentence.
    estimate : Estimated or None
        Its key estimate.
    reference : float
        Value of the estimate that stands at zero: the threshold of a level claim, 0 for differences.
    verdict : str
        Symbol and word, as the claim's record gives them.
    note : str
        Stands where there is no estimate.
    """

    label: str
    estimate: Estimated | None
    reference: float = 0.0
    verdict: str = ""
    note: str = ""


def base(n: int | None, N: int | None, language: str) -> str:
    """Write the answers something rests on and, where known, everyone asked.

    Examples
    --------
    >>> base(318, 1412, "en"), base(None, 74, "en"), base(None, None, "en")
    ('318 / 1,412', '– / 74', '')
    """
    if N is None:
        return "" if n is None else number(n, language)
    return f"{number(math.nan if n is None else n, language)} / {number(N, language)}"
