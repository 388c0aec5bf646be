"""What the interviews of a place say about a claim, and what the places say together.

The unit is the interview with the stance of most of what it says on the claim, never the passage. Each coder decides
alone; what is shown is what all of them found.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from entydig.cases.corpus import Corpus, Segment, Stance

__all__ = [
    "PLACE_WORDS",
    "PlaceVerdict",
    "PlaceWord",
    "Standing",
    "Unit",
    "claim_word",
    "coder_word",
    "majority",
    "place_verdict",
    "standing",
    "units",
]

PlaceWord = Literal["silent", "divided", "confirms", "contradicts", "extends", "coders differ"]
PLACE_WORDS: tuple[PlaceWord, ...] = (
    *("silent", "divided", "confirms", "contradicts", "extends"),
    "coders differ",
)
Standing = Literal["firm", "tentative", "weak"]
ClaimWord = Literal["supported", "not supported", "not testable", "undecided"]

FEWEST_INTERVIEWS = 3
FEWEST_LEVELS = 2
# Of a level that stands wholly against another.
WHOLE_LEVEL = 2
TIMES_THE_OTHER = 2
FEWEST_EXTENDING = 2
FEWEST_PLACES = 2
FIRM, TENTATIVE = 0.80, 0.667
RARE = 0.05


@dataclass(frozen=True)
class Unit:
    """One interview that speaks about a claim, as one coder read it.

    Attributes
    ----------
    stance : str
        Of more than half of its passages on the claim; ``+-`` where no stance has that many.
    emergent : bool
        Whether any of these passages carries an emergent code.
    """

    source: str
    level: str
    stance: Stance
    emergent: bool = False


@dataclass(frozen=True)
class PlaceVerdict:
    """What a place says about a claim.

    Attributes
    ----------
    word : str
        That of all coders, or ``coders differ``.
    by_coder : mapping of str to str
        Each coder's own word.
    units : mapping of str to tuple of Unit
        The interviews behind it, by coder.
    """

    case: str
    claim: str
    word: PlaceWord
    by_coder: Mapping[str, PlaceWord]
    units: Mapping[str, tuple[Unit, ...]]


def place_verdict(corpus: Corpus, case: str, claim: str, *, weak: bool = False) -> PlaceVerdict:
    """Decide one claim in one place.

    Parameters
    ----------
    corpus : Corpus
    case, claim : str
    weak : bool
        The coders do not agree well enough on this code (`standing`): it counts as silent.

    Returns
    -------
    PlaceVerdict
        Of the coders who coded anything in this place. Interviews that say nothing about the claim are left out;
        observations and documents give context, no unit.
    """
    found = {coder: units(corpus, case, claim, coder) for coder in corpus.coders_of(case)}
    words = {coder: coder_word(each) for coder, each in found.items()}
    different = set(words.values())
    word = different.pop() if len(different) == 1 else "coders differ"
    return PlaceVerdict(case, claim, "silent" if weak or not words else word, words, found)


def units(corpus: Corpus, case: str, claim: str, coder: str) -> tuple[Unit, ...]:
    """Give the interviews of a place that speak about a claim, in the order of the corpus, as a coder read them."""
    spoken: dict[str, list[Segment]] = {}
    for segment in corpus.segments:
        if segment.claim == claim and segment.coder == coder:
            spoken.setdefault(segment.source, []).append(segment)
    return tuple(
        Unit(
            source.id,
            source.level,
            majority(segment.stance for segment in spoken[source.id]),
            any(segment.emergent for segment in spoken[source.id]),
        )
        for source in corpus.sources
        if source.kind == "interview" and source.case == case and source.id in spoken
    )


def coder_word(found: Sequence[Unit]) -> PlaceWord:
    """Decide one claim in one place for one coder; the first of these that holds.

    ``silent``: fewer than 3 interviews or fewer than 2 levels speak. ``divided``: of two levels with 2 interviews
    or more, one is wholly for and one wholly against. ``confirms``: at least twice as many for as against, at least
    half of all for, no level wholly against. ``contradicts``: the mirror image. ``extends``: at least 2
    interviews are for or conditional and carry an emergent code. ``divided``: all else.
    """
    levels: dict[str, list[Stance]] = {}
    for unit in found:
        levels.setdefault(unit.level, []).append(unit.stance)
    if len(found) < FEWEST_INTERVIEWS or len(levels) < FEWEST_LEVELS:
        return "silent"
    whole = {
        stances[0] for stances in levels.values() if len(stances) >= WHOLE_LEVEL and len(set(stances)) == 1
    }
    if {"+", "-"} <= whole:
        return "divided"
    if _leads("+", "-", levels.values()):
        return "confirms"
    if _leads("-", "+", levels.values()):
        return "contradicts"
    extending = sum(unit.emergent and unit.stance != "-" for unit in found)
    return "extends" if extending >= FEWEST_EXTENDING else "divided"


def claim_word(words: Iterable[PlaceWord]) -> ClaimWord:
    """Decide a claim that rests on cases, over places; the first of these that holds.

    ``supported``: at least 2 confirm and none contradicts. ``not supported``: at least 2 contradict and none
    confirms. ``not testable``: at least 2 are silent, or there is no place. ``undecided``: all else. No error rate
    is claimed for places that were chosen.
    """
    count = Counter(words)
    if count["confirms"] >= FEWEST_PLACES and not count["contradicts"]:
        return "supported"
    if count["contradicts"] >= FEWEST_PLACES and not count["confirms"]:
        return "not supported"
    return "not testable" if count["silent"] >= FEWEST_PLACES or not count else "undecided"


def standing(alpha: float, prevalence: float) -> Standing:
    """Say how far a code can be leant on, by Krippendorff's alpha before consensus and how often it occurs.

    ``weak`` below .667, where alpha is NaN, and for a code rarer than 5 %: it counts as silent.
    """
    if math.isnan(alpha) or alpha < TENTATIVE or prevalence < RARE:
        return "weak"
    return "firm" if alpha >= FIRM else "tentative"


def majority(stances: Iterable[Stance | None]) -> Stance:
    """Give the stance of more than half of what is said on a claim; ``+-`` where none has that many."""
    found = list(stances)
    first, count = Counter(found).most_common(1)[0]
    return first if first is not None and 2 * count > len(found) else "+-"


def _leads(one: Stance, other: Stance, levels: Iterable[Sequence[Stance]]) -> bool:
    groups = list(levels)
    all_stances = [stance for group in groups for stance in group]
    n_one, n_other = all_stances.count(one), all_stances.count(other)
    against = any(set(group) == {other} for group in groups)
    return n_one >= TIMES_THE_OTHER * n_other and 2 * n_one >= len(all_stances) and not against
