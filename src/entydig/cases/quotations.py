"""Passages that are quoted, chosen by a rule that knows nothing of what they say.

Of the passages that all coders of a place gave the same stance on a claim, the first in a seeded order: one for, one
against and, where neither is there, one conditional.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from entydig.cases.corpus import Corpus, Segment, Stance
from entydig.cases.material import Material

__all__ = ["Quotation", "quotations"]

BOTH_SIDES: tuple[Stance, ...] = ("+", "-")
NEITHER: tuple[Stance, ...] = ("+-",)


@dataclass(frozen=True)
class Quotation:
    """A passage in the words it is shown with.

    Attributes
    ----------
    id : str
        Place, claim and stance: ``X-3.1-for``.
    level : str
        From where the person speaks.
    language : str
        Of the words: the original where nobody translated them.
    """

    id: str
    case: str
    claim: str
    stance: Stance
    level: str
    words: str
    language: str


def quotations(material: Material, case: str, claim: str, language: str) -> tuple[Quotation, ...]:
    """Choose the quotations of a place on a claim.

    Parameters
    ----------
    material : Material
    case, claim : str
    language : str
        Wanted for the words.

    Returns
    -------
    tuple of Quotation
        At most one for and one against, of interviews alone; the conditional one where there is neither.
    """
    agreed = _agreed(material.corpus, case, claim)
    for wanted in (BOTH_SIDES, NEITHER):
        found = [
            min(fitting, key=lambda each: _order(each, material.register.seed))
            for stance in wanted
            if (fitting := [each for each in agreed if each.stance == stance])
        ]
        if found:
            return tuple(_quotation(material, case, each, language) for each in found)
    return ()


def _agreed(corpus: Corpus, case: str, claim: str) -> list[Segment]:
    """Give the passages to which all coders of the place gave the same stance, each once."""
    coders = set(corpus.coders_of(case))
    read: dict[tuple[str, int, int], list[Segment]] = {}
    for each in corpus.segments:
        source = corpus.by_id[each.source]
        if each.claim == claim and source.case == case and source.kind == "interview":
            read.setdefault((each.source, each.start, each.end), []).append(each)
    return [
        found[0]
        for found in read.values()
        if {each.coder for each in found} == coders and len({each.stance for each in found}) == 1
    ]


def _order(segment: Segment, seed: int) -> str:
    named = f"{seed}:{segment.source}:{segment.start}:{segment.end}"
    return hashlib.sha256(named.encode()).hexdigest()


def _quotation(material: Material, case: str, segment: Segment, language: str) -> Quotation:
    words, spoken = material.words(segment, language)
    side = {"+": "for", "-": "against", "+-": "conditional"}[str(segment.stance)]
    level = material.corpus.by_id[segment.source].level
    stance: Stance = segment.stance or "+-"
    return Quotation(f"{case}-{segment.claim}-{side}", case, str(segment.claim), stance, level, words, spoken)
