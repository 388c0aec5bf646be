"""An evaluation's numbers as text of one language, linked to the claims they belong to."""

from __future__ import annotations

from typing import Any

from entydig.claims.wording import estimate_text, interval_text, value_text
from entydig.presentation.objects import Value
from entydig.statistics.estimate import Estimate
from entydig.wording import number, percent, text

__all__ = ["Prose"]


class Prose:
    """Writes numbers for the prose of a page.

    Parameters
    ----------
    language : str
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._claims: dict[int, tuple[str, str]] = {}
        # An estimate is known by its identity, which is free for another one once it is gone.
        self._kept: list[Estimate] = []

    def points(self, estimate: Estimate) -> Value:
        """Write an estimate for the prose: signed points, or a share in percent, bounded where needed."""
        return self._value(value_text(estimate, self.language), estimate)

    def interval(self, estimate: Estimate) -> Value:
        """Write an estimate's interval for the prose."""
        return self._value(interval_text(estimate, self.language), estimate)

    def n(self, estimate: Estimate) -> Value:
        """Write an estimate's base for the prose."""
        return self._value(number(estimate.n, self.language), estimate)

    def percent(self, share: float) -> str:
        """Write a share in whole percent."""
        return percent(share, self.language)

    def text(self, key: str, **values: Any) -> str:
        """Give one of the machinery's texts."""
        return text(key, self.language, **values)

    def _belongs(self, estimate: Estimate, claim: str, label: str) -> None:
        self._claims[id(estimate)] = (claim, label)
        self._kept.append(estimate)

    def _value(self, written: str, estimate: Estimate) -> Value:
        claim, label = self._claims.get(id(estimate), (None, None))
        return Value(written, claim=claim, label=label, title=estimate_text(estimate, self.language))
