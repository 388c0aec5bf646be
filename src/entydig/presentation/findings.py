"""All findings at a glance: a row each, with its verdicts and its key effect drawn on one scale."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from entydig.claims.register import Finding, Register
from entydig.claims.wording import SYMBOLS
from entydig.presentation import intervals
from entydig.presentation.mini import mini_effect
from entydig.presentation.objects import Cell, Data, Table, escaped
from entydig.presentation.richtext import RichText
from entydig.wording import number, percent, points, text

__all__ = ["findings"]

LOOK = "entydig-findings"
Content = Mapping[str, Any]


def findings(
    register: Register,
    records: Mapping[str, Content],
    *,
    sesoi: float,
    pages: str,
    label: str,
    caption: str,
    language: str,
    span: float = 0.5,
) -> Table:
    """Set out the findings: sentence, verdicts of its claims, key effect, base.

    Parameters
    ----------
    register : Register
        Its findings are the rows, in their order.
    records : mapping
        Claim id to the content of its record.  A finding without records says that it is not built yet.
    sesoi : float
        Half the width of the shaded band (0..1 scale).
    pages : str
        Where a finding's notebook lies as seen from this page, with ``{notebook}`` for its name.
    label, caption, language : str
        As in `Table`; the caption goes on with how the effects are drawn.
    span : float
        The effects' common scale runs from minus to plus this.

    Returns
    -------
    Table
        The key effect is the first estimate of the finding's first claim that has one.
    """
    frame = _Frame(sesoi, span, pages, language)
    own = [
        [records[claim.id] for claim in register.of_finding(finding.id) if claim.id in records]
        for finding in register.findings.values()
    ]
    rows = [frame.row(*each) for each in zip(register.findings.values(), own, strict=True)]
    headings = [text(key, language) for key in ("finding_heading", "claims_and_verdicts", "key_estimate")]
    drawn = [found for each in own if (found := _key(each))]
    return Table(
        label=label,
        caption=" ".join([caption, *_notes([each.estimate for each in drawn], sesoi, language)]),
        data=Data((*headings, text("n", language)), tuple(rows)),
        numeric=frozenset([text("n", language)]),
        look=LOOK,
    )


@dataclass(frozen=True)
class _Published:
    """An estimate as its record published it."""

    value: float
    low: float
    high: float
    confidence: float
    n: int
    unit: str


@dataclass(frozen=True)
class _Key:
    """The key estimate of a finding: its bound, and where it is drawn from."""

    estimate: _Published
    bound: str
    reference: float


@dataclass(frozen=True)
class _Frame:
    """What all rows share."""

    sesoi: float
    span: float
    pages: str
    language: str

    def row(self, finding: Finding, records: Sequence[Content]) -> tuple[Cell, ...]:
        sentence = f"{finding.id}. {finding.sentence[self.language]}"
        if not records:
            return (sentence, text("not_yet", self.language), *self._effect(None))
        page = self.pages.format(notebook=records[0]["notebook"])
        linked = RichText(
            sentence,
            markdown=f"[{escaped(sentence)}]({page})",
            html=f'<a href="{escape(page)}">{escape(sentence)}</a>',
        )
        return (linked, self._verdicts(records), *self._effect(_key(records)))

    def _verdicts(self, records: Sequence[Content]) -> RichText:
        said = [f"{each['claim']}\N{NO-BREAK SPACE}{SYMBOLS[each['verdict']['word']]}" for each in records]
        words = [str(each["words"][self.language]) for each in records]
        links = [
            f'[{escaped(short)}](#{each["label"]} "{word}")'
            for short, word, each in zip(said, words, records, strict=True)
        ]
        spans = [
            f'<span title="{escape(word)}">{short}</span>' for short, word in zip(said, words, strict=True)
        ]
        return RichText(", ".join(said), markdown=" ".join(links), html=" ".join(spans))

    def _effect(self, key: _Key | None) -> tuple[Cell, Cell]:
        if key is None:
            picture = self._drawn(None)
            return RichText(number(math.nan, self.language), markdown=picture, html=picture), None
        picture = self._drawn(key.estimate if key.bound == "exact" else None, key.reference)
        written = _written(key, self.language)
        effect = RichText(
            written, markdown=f"{picture} {escaped(written)}", html=f"{picture} {escape(written)}"
        )
        return effect, number(key.estimate.n, self.language)

    def _drawn(self, estimate: _Published | None, reference: float = 0.0) -> str:
        return mini_effect(
            estimate, sesoi=self.sesoi, language=self.language, name=None, reference=reference, span=self.span
        )


def _key(records: Sequence[Content]) -> _Key | None:
    part = next((part for record in records for part in record["parts"]), None)
    if part is None:
        return None
    estimate = part["estimate"]
    low, value, high = (
        math.nan if estimate[name] is None else float(estimate[name]) for name in ("low", "value", "high")
    )
    published = _Published(value, low, high, estimate["confidence"], estimate["n"], estimate["unit"])
    reference = float(part["against"]) if estimate["unit"] == "share" else 0.0
    return _Key(published, estimate["bound"], reference)


def _written(key: _Key, language: str) -> str:
    if math.isnan(key.estimate.value):
        return text("not_shown", language)
    if key.bound == "exact":
        return intervals.written(key.estimate, language)
    return text(key.bound, language, value=percent(key.estimate.value, language))


def _notes(drawn: Sequence[_Published], sesoi: float, language: str) -> Iterator[str]:
    yield text("note_interval", language, interval=intervals.confidences(drawn, language))
    yield text("note_sesoi", language, sesoi=points(sesoi, language, sign=False))
    yield text("note_reference", language)
