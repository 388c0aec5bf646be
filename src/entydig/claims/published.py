"""What a record published, in words: the same numbers as its box, without computing anything again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entydig.claims.wording import SMALLEST_P
from entydig.wording import number, percent, points, text

__all__ = ["ends_text", "family_text", "method_text", "p_text", "reason_text", "value_text"]

Published = Mapping[str, Any]


def value_text(estimate: Published, language: str) -> str:
    """Write the estimate alone, bounded where it is published as a bound, with its reason where it is not."""
    if estimate["value"] is None:
        return text("not_shown_reason", language, reason=_reason(estimate, language))
    if estimate["unit"] == "points":
        return points(estimate["value"], language)
    if estimate["unit"] == "probability":
        return number(estimate["value"], language, 2)
    shown = percent(estimate["value"], language)
    return shown if estimate["bound"] == "exact" else text(estimate["bound"], language, value=shown)


def ends_text(estimate: Published, language: str, usual: float | None = None) -> str:
    """Write the ends of the interval, with its confidence where that is not the usual one; empty without."""
    if estimate["low"] is None or estimate["high"] is None:
        return ""
    write = points if estimate["unit"] == "points" else percent
    low, high = (write(estimate[end], language) for end in ("low", "high"))
    if usual is None or estimate["confidence"] == usual:
        return text("between_ends", language, low=low, high=high)
    confidence = percent(estimate["confidence"], language)
    return text("interval_text", language, confidence=confidence, low=low, high=high)


def method_text(estimate: Published, language: str) -> str:
    """Write the method; one that has no words yet keeps its key."""
    return _known(f"method_{estimate['method']}", language) or str(estimate["method"])


def family_text(family: str, language: str) -> str:
    """Write a family by its name alone."""
    return text(f"ledger_family_{family}", language)


def p_text(p: float | None, language: str) -> str:
    """Write a published p value with three digits; a dash without."""
    if p is None:
        return number(float("nan"), language)
    return text("p_small", language) if p < SMALLEST_P else number(p, language, 3)


def reason_text(verdict: Published, language: str) -> str:
    """Write why a verdict is what it is; empty where there is nothing to say."""
    reason = verdict["reason"]
    return (_known(f"why_{reason}", language) or _known(f"reason_{reason}", language)) if reason else ""


def _reason(estimate: Published, language: str) -> str:
    return _known(f"reason_{estimate['reason']}", language) or text("reason_too few answers", language)


def _known(key: str, language: str) -> str:
    try:
        return text(key, language)
    except KeyError:
        return ""
