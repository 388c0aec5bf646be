"""Coded texts of case studies: who said what for and against which claim, as each coder read it.

A corpus is sound or it does not exist: what is built is checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from entydig.errors import Problems

__all__ = ["STANCES", "Code", "CodeKind", "Corpus", "Segment", "Source", "SourceKind", "Stance", "joined"]

SourceKind = Literal["interview", "observation", "document"]
CodeKind = Literal["claim", "stance", "level", "emergent", "other"]
Stance = Literal["+", "-", "+-"]
STANCES: tuple[Stance, ...] = get_args(Stance)


@dataclass(frozen=True)
class Source:
    """A text: an interview, notes of an observation, notes on a document.

    Attributes
    ----------
    id : str
        Its name, once in the corpus.
    case : str
        The place it comes from.
    level : str
        From where in the organisation it speaks; empty where that is no question.
    synthetic : bool
        Whether it was made up.
    """

    id: str
    case: str
    kind: SourceKind
    level: str
    text: str
    synthetic: bool = False


@dataclass(frozen=True)
class Code:
    """A code and what it means.

    Attributes
    ----------
    parent : str or None
        GUID of the code it stands under, which comes before it.
    kind : str
        ``claim`` (with a stance where it says both), ``stance``, ``level``, ``emergent`` (found in the texts), or
        ``other`` (a heading, or ignored).
    """

    guid: str
    name: str
    kind: CodeKind
    description: str = ""
    parent: str | None = None
    claim: str | None = None
    stance: Stance | None = None
    level: str | None = None


@dataclass(frozen=True)
class Segment:
    """A passage as one coder read it: for or against a claim, with emergent codes; or with these alone.

    Attributes
    ----------
    start, end : int
        Characters of the text; the end no longer belongs to it.
    claim, stance
        Both or neither; ``+-`` is conditional.
    emergent : tuple of str
        GUIDs of emergent codes.
    """

    source: str
    start: int
    end: int
    coder: str
    claim: str | None = None
    stance: Stance | None = None
    emergent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Corpus:
    """All coded texts.

    Attributes
    ----------
    coders : tuple of str
        Each coded something.
    segments : tuple of Segment
        What one coder says of one passage agrees with itself: one stance per claim, the same emergent codes.

    Raises
    ------
    DataError
        Something does not fit: all of it at once.
    """

    sources: tuple[Source, ...]
    codes: tuple[Code, ...]
    coders: tuple[str, ...]
    segments: tuple[Segment, ...]

    def __post_init__(self) -> None:
        problems = Problems()
        _check_names(self, problems)
        for source in self.sources:
            _check_source(source, problems)
        for segment in self.segments:
            _check_segment(self, segment, problems)
        _check_passages(self.segments, problems)
        problems.raise_if_any()

    @property
    def cases(self) -> tuple[str, ...]:
        """The places, in the order in which the sources name them."""
        return tuple(dict.fromkeys(source.case for source in self.sources))

    @property
    def synthetic(self) -> bool:
        """Whether any text was made up."""
        return any(source.synthetic for source in self.sources)

    @cached_property
    def by_id(self) -> dict[str, Source]:
        """The sources by their id."""
        return {source.id: source for source in self.sources}

    @cached_property
    def by_guid(self) -> dict[str, Code]:
        """The codes by their GUID."""
        return {code.guid: code for code in self.codes}

    def coders_of(self, case: str) -> tuple[str, ...]:
        """Give those who coded anything in a place."""
        here = {each.coder for each in self.segments if self.by_id[each.source].case == case}
        return tuple(coder for coder in self.coders if coder in here)

    def quotation(self, segment: Segment) -> str:
        """Give the words of a passage."""
        return self.by_id[segment.source].text[segment.start : segment.end]


def joined(corpora: Iterable[Corpus]) -> Corpus:
    """Put corpora together, such as one project per place; a code or coder that several have is one.

    Raises
    ------
    DataError
        Two have a text of one name, or mean different things by one GUID.
    """
    each = list(corpora)
    return Corpus(
        tuple(source for corpus in each for source in corpus.sources),
        tuple(dict.fromkeys(code for corpus in each for code in corpus.codes)),
        tuple(dict.fromkeys(coder for corpus in each for coder in corpus.coders)),
        tuple(segment for corpus in each for segment in corpus.segments),
    )


def _check_names(corpus: Corpus, problems: Problems) -> None:
    names = {
        "source": [source.id for source in corpus.sources],
        "code": [code.guid for code in corpus.codes],
        "coder": list(corpus.coders),
    }
    for kind, found in names.items():
        for name in (name for name, count in Counter(found).items() if count > 1):
            problems.add(f"{kind} {name!r}", "is there more than once", "one of a name", "rename one")
    wrote = {segment.coder for segment in corpus.segments}
    for coder in (coder for coder in corpus.coders if coder not in wrote):
        problems.add(f"coder {coder!r}", "coded nothing", "a coder of these texts", "leave the name out")


def _check_source(source: Source, problems: Problems) -> None:
    where = f"source {source.id!r}"
    if source.kind not in get_args(SourceKind):
        problems.add(where, f"its kind is {source.kind!r}", ", ".join(get_args(SourceKind)), "correct it")
    if not source.case:
        problems.add(where, "belongs to no case", "a place", "give it a case")
    if source.kind == "interview" and not source.level:
        problems.add(where, "an interview without a level", "from where the person speaks", "give it a level")


def _check_segment(corpus: Corpus, segment: Segment, problems: Problems) -> None:
    where = _place(segment)
    source = corpus.by_id.get(segment.source)
    if source is None:
        problems.add(where, "the text is not in the corpus", "one of its sources")
    elif not 0 <= segment.start < segment.end <= len(source.text):
        problems.add(where, "lies outside the text", f"0 <= start < end <= {len(source.text)}")
    if segment.coder not in corpus.coders:
        problems.add(where, f"unknown coder {segment.coder!r}", _listed(corpus.coders))
    if (segment.claim is None) != (segment.stance is None):
        problems.add(where, "has a claim without a stance, or the reverse", "both or neither")
    if segment.stance is not None and segment.stance not in STANCES:
        problems.add(where, f"its stance is {segment.stance!r}", _listed(STANCES))
    if segment.claim is None and not segment.emergent:
        problems.add(where, "says nothing", "a claim with its stance, or an emergent code")
    codes = (corpus.by_guid.get(guid) for guid in segment.emergent)
    if any(code is None or code.kind != "emergent" for code in codes):
        problems.add(
            where, "an emergent code is not in the corpus, or not emergent", "GUIDs of emergent codes"
        )
    if len(set(segment.emergent)) < len(segment.emergent):
        problems.add(where, "an emergent code stands twice", "once")


def _check_passages(segments: Iterable[Segment], problems: Problems) -> None:
    passages: dict[tuple[str, int, int, str], list[Segment]] = {}
    for segment in segments:
        key = (segment.source, segment.start, segment.end, segment.coder)
        passages.setdefault(key, []).append(segment)
    for found in passages.values():
        claims = [segment.claim for segment in found]
        if len(set(claims)) < len(claims):
            problems.add(
                _place(found[0]),
                "is coded twice for one claim by one coder",
                "one stance; '+-' for a conditional one",
                "keep one",
            )
        if len(found) > 1 and (None in claims or len({segment.emergent for segment in found}) > 1):
            problems.add(_place(found[0]), "carries different emergent codes per claim", "the same on each")


def _place(segment: Segment) -> str:
    return f"source {segment.source!r}, characters {segment.start}-{segment.end}, coder {segment.coder!r}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
