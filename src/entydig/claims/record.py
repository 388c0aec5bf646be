"""The record: what the owner notebook says about a claim, for people and for machines."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator

from entydig.claims.decision import Verdict
from entydig.claims.estimators import PartEvidence
from entydig.claims.evidence import Evidence, Held
from entydig.claims.register import Register
from entydig.claims.wording import (
    SYMBOLS,
    bound,
    estimate_text,
    has_interval,
    p_text,
    shown_roster,
    verdict_text,
)
from entydig.statistics.estimate import Estimate
from entydig.survey.decisions import Decisions
from entydig.survey.document import schema
from entydig.wording import date, listing, number, points, text

__all__ = ["MIME", "VERSION", "Record", "record_content"]

MIME = "application/vnd.entydig.record+json"
VERSION = "entydig.record/1"
# As many digits as the page shows: more could give a suppressed count back.
DIGITS = 2


@dataclass(frozen=True)
class Record:
    """A claim with its evidence and verdict, shown as a box and kept as JSON.

    Attributes
    ----------
    content : Mapping
        As the JSON Schema ``record`` says.
    evidence : Evidence
    verdict : Verdict
    language : str
    fails_if, registered : str
        For the box.
    parts : tuple of str
        What each part is about, in words.
    """

    content: Mapping[str, Any]
    evidence: Evidence
    verdict: Verdict
    language: str
    fails_if: str
    registered: str
    parts: tuple[str, ...]

    @property
    def word(self) -> str:
        """The verdict as the page says it."""
        return str(self.content["words"][self.language])

    @property
    def lines(self) -> list[str]:
        """The box in plain lines, without the claim itself."""
        language, claim, verdict = self.language, self.evidence.claim, self.verdict
        parts = zip(self.evidence.parts, self.parts, strict=True)
        said = [_part_line(part, about, language) for part, about in parts]
        said += [_condition_line(held, language) for held in self.evidence.held]
        if verdict.reason and not self.parts:
            said.append(text("reason_line", language, reason=text(f"reason_{verdict.reason}", language)))
        if not math.isnan(verdict.p):
            family = text(f"family_{claim.family}", language)
            written = {"p": p_text(verdict.p, language), "adjusted": p_text(verdict.p_adjusted, language)}
            said.append(text("p_line", language, family=family, **written))
        if verdict.only_adjustment:
            said.append(text("only_adjustment", language))
        if verdict.word == "undecided" and not math.isnan(verdict.detectable):
            said.append(text("detectable", language, points=points(verdict.detectable, language, sign=False)))
        said.append(
            text("registered_on", language, date=date(self.registered, language), fails_if=self.fails_if)
        )
        if self.content["data"] == "synthetic" and self.evidence.parts:
            said.append(text("built_in", language, answer=_answer(claim.built_in, language)))
        return said

    def __repr__(self) -> str:
        return "\n".join([f"{self._heading}: {self._claim}", self._verdict, *self.lines])

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give IPython the box in three forms and the record itself."""
        label = self.evidence.claim.label
        items = "".join(f"<li>{html.escape(line)}</li>" for line in self.lines)
        box = (
            f'<div class="record" id="{label}"><p><strong>{html.escape(self._heading)}</strong> '
            f"{html.escape(self._claim)}</p><p><strong>{html.escape(self._verdict)}</strong></p><ul>{items}</ul></div>"
        )
        listed = "\n".join(f"- {_escaped(line)}" for line in self.lines)
        markdown = f"**{self._heading}** {_escaped(self._claim)}\n\n**{self._verdict}**\n\n{listed}"
        forms = {
            "text/html": box,
            "text/markdown": markdown,
            "text/plain": repr(self),
            MIME: dict(self.content),
        }
        return forms, {"entydig": {"kind": "record", "claim": self.evidence.claim.id, "label": label}}

    @property
    def _heading(self) -> str:
        return f"{text('claim', self.language)} {self.evidence.claim.id}."

    @property
    def _claim(self) -> str:
        return f"{self.evidence.claim.text[self.language]}."

    @property
    def _verdict(self) -> str:
        return f"{SYMBOLS[self.verdict.word]} {self.word}"


def record_content(
    evidence: Evidence,
    verdict: Verdict,
    register: Register,
    decisions: Decisions,
    source: str,
    languages: tuple[str, ...],
) -> dict[str, Any]:
    """Give the record's JSON, checked against its schema.

    Numbers are rounded as the page shows them; a bounded share carries its bound and no interval.

    Raises
    ------
    ValueError
        The content breaks the schema: our bug.
    """
    claim = evidence.claim
    content = {
        "schema": VERSION,
        "claim": claim.id,
        "finding": claim.finding,
        "label": claim.label,
        "notebook": claim.owner,
        "data": source,
        "built_in": claim.built_in,
        "text": dict(claim.text),
        "registered": {"date": register.registered, "sha256": register.digest},
        "family": claim.family,
        "decisions": dict(decisions.chosen),
        "verdict": _verdict_content(verdict),
        "words": {language: verdict_text(verdict, source, language) for language in languages},
        "parts": [_part_content(part) for part in evidence.parts],
        "conditions": [_condition_content(held) for held in evidence.held],
    }
    if broken := [error.message for error in Draft202012Validator(schema("record")).iter_errors(content)]:
        raise ValueError(f"record of claim {claim.id}: {'; '.join(broken)}")
    return content


def _verdict_content(verdict: Verdict) -> dict[str, Any]:
    return {
        "word": verdict.word,
        "reason": verdict.reason,
        "p": _rounded(verdict.p, 3),
        "p_adjusted": _rounded(verdict.p_adjusted, 3),
        "only_adjustment": verdict.only_adjustment,
        "detectable": _rounded(verdict.detectable, DIGITS),
    }


def _part_content(part: PartEvidence) -> dict[str, Any]:
    return {
        "key": part.part.key,
        "estimand": part.part.estimand,
        "direction": part.part.direction,
        "against": part.part.against,
        "estimate": _estimate_content(part.estimate),
        "superiority": None if part.beside is None else _rounded(part.beside.value, DIGITS),
    }


def _estimate_content(estimate: Estimate) -> dict[str, Any]:
    kind, value = ("suppressed", math.nan) if math.isnan(estimate.value) else bound(estimate)
    shown = has_interval(estimate)
    return {
        "value": _rounded(value, DIGITS),
        "bound": kind,
        "low": _rounded(estimate.low, DIGITS) if shown else None,
        "high": _rounded(estimate.high, DIGITS) if shown else None,
        "confidence": estimate.confidence,
        "n": estimate.n,
        "N": shown_roster(estimate),
        "clusters": estimate.clusters,
        "unit": estimate.unit,
        "population": estimate.population,
        "method": estimate.method,
        "reason": estimate.reason,
    }


def _condition_content(held: Held) -> dict[str, Any]:
    condition = held.condition
    return {
        "kind": condition.kind,
        "holds": held.holds,
        "count": condition.count,
        "size": condition.size,
        "items": list(condition.items),
    }


def _rounded(value: float, digits: int) -> float | None:
    return None if math.isnan(value) else round(value, digits) + 0.0


def _part_line(part: PartEvidence, about: str, language: str) -> str:
    line = f"{text(part.part.estimand, language)}, {about}: {estimate_text(part.estimate, language)}"
    if part.beside is None or math.isnan(part.beside.value):
        return line
    key = "beside_gap_change" if part.part.estimand == "gap_change" else "beside"
    return f"{line}. {text(key, language, value=number(part.beside.value, language, 2))}"


def _condition_line(held: Held, language: str) -> str:
    condition = held.condition
    return text(
        f"condition_{condition.kind}",
        language,
        items=listing(list(condition.items), language),
        count=condition.count,
        size=points(condition.size, language, sign=False),
        answer=_answer(held.holds, language),
    )


def _answer(holds: bool, language: str) -> str:
    return text("answer_yes" if holds else "answer_no", language)


def _escaped(line: str) -> str:
    return line.replace("<", "\\<").replace("*", "\\*").replace("_", "\\_").replace("|", "\\|")
