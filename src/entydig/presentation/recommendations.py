"""Recommendations as a page shows them: each with how well it is carried and by what."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from entydig.presentation.objects import escaped
from entydig.presentation.richtext import RichText

__all__ = ["RecommendationList", "ShownRecommendation", "Support"]


@dataclass(frozen=True)
class Support:
    """A claim that a recommendation rests on, and what is said of it."""

    claim: RichText
    said: str


@dataclass(frozen=True)
class ShownRecommendation:
    """One recommendation in the words it is shown with.

    Attributes
    ----------
    sentence : str
        With its number in front.
    strength : str
        How well it is carried, and where it comes from.
    support : sequence of Support
    why : str
    """

    sentence: str
    strength: str
    support: Sequence[Support]
    why: str


@dataclass(frozen=True, repr=False)
class RecommendationList:
    """Recommendations, one below the other."""

    recommendations: Sequence[ShownRecommendation]

    def __repr__(self) -> str:
        return "\n\n".join(_plain(each) for each in self.recommendations)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give IPython the list in three forms."""
        forms = {
            "text/html": "".join(_html(each) for each in self.recommendations),
            "text/markdown": "\n\n".join(_markdown(each) for each in self.recommendations),
            "text/plain": repr(self),
        }
        return forms, {"entydig": {"kind": "quotations"}}


def _plain(shown: ShownRecommendation) -> str:
    lines = [f"  - {each.claim}: {each.said}" for each in shown.support]
    return "\n".join([shown.sentence, f"  {shown.strength}", *lines, f"  {shown.why}"])


def _markdown(shown: ShownRecommendation) -> str:
    lines = "\n".join(f"- {each.claim.markdown}: {escaped(each.said)}" for each in shown.support)
    return "\n\n".join([f"**{escaped(shown.sentence)}**", escaped(shown.strength), lines, escaped(shown.why)])


def _html(shown: ShownRecommendation) -> str:
    lines = "".join(f"<li>{each.claim.html}: {html.escape(each.said)}</li>" for each in shown.support)
    sentence, strength, why = (html.escape(each) for each in (shown.sentence, shown.strength, shown.why))
    return f"<p><strong>{sentence}</strong></p><p>{strength}</p><ul>{lines}</ul><p>{why}</p>"
