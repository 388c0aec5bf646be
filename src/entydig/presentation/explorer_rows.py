"""What can be looked up: published answers and published changes, each with the figure that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from entydig.presentation.rows import ForestRow, LikertRow
from entydig.wording import text

__all__ = ["AnswersEntry", "ChangeEntry"]


@dataclass(frozen=True)
class AnswersEntry:
    """The answers of one group in one wave to one question, and the figure that shows them.

    Parameters
    ----------
    item, group, wave : str
        Their ids.
    row : LikertRow
    levels : Mapping
        Code to wording, lowest level first.
    source : str
        Label of the figure.
    """

    item: str
    group: str
    wave: str
    row: LikertRow
    levels: Mapping[int, str]
    source: str

    def said(self, language: str) -> str:
        """Write the distribution, in the scale's order, or why there is none."""
        parts = [
            f"{' + '.join(self.levels[code] for code in segment.levels)} {segment.share.written(language)}"
            for segment in self.row.shares
        ]
        return ", ".join(parts) or self.row.note or text("not_shown", language)


@dataclass(frozen=True)
class ChangeEntry:
    """The change of one group's positive answers between two waves, and the figure that shows it."""

    item: str
    group: str
    waves: tuple[str, ...]
    row: ForestRow
    source: str
