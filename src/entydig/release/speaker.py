"""One claim of a comparison in the words and numbers of a language."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from entydig.claims.wording import SYMBOLS, p_text
from entydig.release.compare import ClaimPair, PartPair
from entydig.wording import listing, number, percent, points, text

__all__ = ["NONE", "Block", "Row", "Speaker", "said"]

NONE = "–"

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One line of a table: what, on the first side, on the second, and the difference where there is one."""

    label: str
    first: str
    second: str
    difference: str = ""

    @property
    def differs(self) -> bool:
        """Whether the sides say something else."""
        return self.first != self.second


@dataclass(frozen=True)
class Block:
    """A claim: its number, its sentence, how the second side words it if otherwise, and its rows."""

    claim: str
    sentence: str
    reworded: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Speaker:
    """Words claims, with estimates as the pages show them: bounded and suppressed ones stay so.

    Attributes
    ----------
    language : str
    confidence : float
        The usual one; an interval of another says its own.
    """

    language: str
    confidence: float

    def block(self, pair: ClaimPair) -> Block:
        """Word a claim on both sides."""
        first, second = pair.first, pair.second
        record = first or second or {}
        reworded = self._sentence(second) if pair.reworded and second else ""
        return Block(pair.claim, self._sentence(record), reworded, tuple(self._rows(pair)))

    def _sentence(self, record: Content) -> str:
        texts = record["text"]
        return str(texts.get(self.language) or next(iter(texts.values())))

    def _rows(self, pair: ClaimPair) -> Iterator[Row]:
        yield Row(
            text("verdict_heading", self.language), self._verdict(pair.first), self._verdict(pair.second)
        )
        yield from (self._part(each) for each in pair.parts)
        if pair.change in {"none", "only_first", "only_second"}:
            return
        p = Row(text("p_heading", self.language), self._p(pair.first), self._p(pair.second))
        yield from [p] if p.differs else []
        yield from (row for row in self._conditions(pair) if row.differs)

    def _verdict(self, record: Content | None) -> str:
        if record is None:
            return NONE
        word = str(record["verdict"]["word"])
        key = f"{record['data']}_{word.replace(' ', '_')}"
        return f"{SYMBOLS[word]} {text(key, self.language)}"

    def _part(self, pair: PartPair) -> Row:
        part = pair.first or pair.second or {}
        kind, key = str(part["estimand"]), str(part["key"])
        label = f"{said(kind, self.language)} {key.removeprefix(kind).strip()}"
        written = points(pair.difference, self.language)
        return Row(label, self._estimate(pair.first), self._estimate(pair.second), written)

    def _estimate(self, part: Content | None) -> str:
        if part is None:
            return NONE
        estimate = part["estimate"]
        value, bound = estimate["value"], estimate["bound"]
        if value is None or bound == "suppressed":
            reason = said(
                f"reason_{estimate['reason'] or 'too few answers'}", self.language, estimate["reason"]
            )
            return text("not_shown_reason", self.language, reason=reason)
        write = points if estimate["unit"] == "points" else percent
        shown = write(value, self.language)
        shown = shown if bound == "exact" else text(bound, self.language, value=shown)
        count = f"n = {number(estimate['n'], self.language)}".replace(" ", "\N{NO-BREAK SPACE}")
        base = [self._interval(estimate), count]
        return f"{shown} ({', '.join(each for each in base if each)})"

    def _interval(self, estimate: Content) -> str:
        if estimate["low"] is None or estimate["high"] is None:
            return ""
        write = points if estimate["unit"] == "points" else percent
        low, high = (write(estimate[end], self.language) for end in ("low", "high"))
        if estimate["confidence"] == self.confidence:
            return text("between_ends", self.language, low=low, high=high)
        confidence = percent(estimate["confidence"], self.language)
        return text("interval_text", self.language, confidence=confidence, low=low, high=high)

    def _p(self, record: Content | None) -> str:
        value = record["verdict"]["p_adjusted"] if record else None
        return p_text(math.nan if value is None else value, self.language).removeprefix("= ")

    def _conditions(self, pair: ClaimPair) -> Iterator[Row]:
        others = pair.second["conditions"] if pair.second else []
        for place, condition in enumerate(pair.first["conditions"] if pair.first else ()):
            other = others[place] if place < len(others) else None
            yield Row(self._condition(condition), self._holds(condition), self._holds(other))

    def _condition(self, condition: Content) -> str:
        values = {
            "items": listing(list(map(str, condition["items"])), self.language),
            "count": condition["count"],
            "size": points(condition["size"], self.language, sign=False),
            "answer": "",
        }
        kind = str(condition["kind"])
        return said(f"condition_{kind}", self.language, kind, **values).rstrip(" .:")

    def _holds(self, condition: Content | None) -> str:
        if condition is None:
            return NONE
        return text("answer_yes" if condition["holds"] else "answer_no", self.language)


def said(key: str, language: str, otherwise: Any = None, **values: Any) -> str:
    """Give one of the machinery's texts; what a ledger of another evaluation calls otherwise stays as it is."""
    try:
        return text(key, language, **values)
    except KeyError:
        return str(key if otherwise is None else otherwise)
