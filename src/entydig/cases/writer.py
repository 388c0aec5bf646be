"""Writes synthetic interviews and notes, and lets coders read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from entydig.cases.corpus import Code, Corpus, Segment, Source, SourceKind, Stance, joined
from entydig.cases.model import ORDER, CaseModel
from entydig.cases.passages import Passage, written
from entydig.cases.register import CaseRegister
from entydig.exchange.refi_sources import made_guid

__all__ = ["Claims", "Writer"]

# How often a remark that carries no code stands before an answer.
ASIDE = 0.12
PERSON, INTERVIEWER = "P", "I"
Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Claims:
    """What the interviews are about: each claim's wording in the texts' language, by finding."""

    findings: Mapping[str, Mapping[str, str]]

    @property
    def wording(self) -> dict[str, str]:
        """Claim to wording."""
        return {claim: text for claims in self.findings.values() for claim, text in claims.items()}


@dataclass
class _Text:
    """A text as it grows, and the passages in it."""

    text: str
    passages: list[tuple[int, int, Passage]] = field(default_factory=list)

    def turn(self, speaker: str) -> None:
        """Begin a paragraph."""
        self.text += f"\n\n{speaker}: "

    def say(self, words: str, passage: Passage | None = None) -> None:
        """Add words, parted from what stands before them in the paragraph."""
        self.text += "" if self.text[-1].isspace() else " "
        start = len(self.text)
        self.text += words
        if passage is not None:
            self.passages.append((start, len(self.text), passage))


class _Bag:
    """Gives entries in a seeded order, each once before any comes again."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.left: dict[Any, list[Any]] = {}

    def take(self, key: Any, entries: Sequence[Entry]) -> Entry:
        left = self.left.setdefault(key, [])
        if not left:
            left += [entries[place] for place in np.argsort(self.rng.random(len(entries)), kind="stable")]
        taken: Entry = left.pop()
        return taken


class Writer:
    """Writes the texts of all places, so that passages come again as late as can be."""

    def __init__(
        self,
        register: CaseRegister,
        model: CaseModel,
        passages: Mapping[tuple[str, Stance, str], tuple[Passage, ...]],
        frames: Mapping[str, Any],
        claims: Claims,
    ) -> None:
        self.register, self.model, self.passages, self.frames = register, model, passages, frames
        self.findings = {
            finding: [claim for claim in listed if claim in model.stances]
            for finding, listed in claims.findings.items()
        }
        self.codes = tuple(_codes(claims, model, register))
        self.emergent = {key: made_guid("code", key) for key in register.codes}
        self.bag = _Bag(np.random.default_rng([model.seed, 0]))
        self.known: dict[str, dict[str, str]] = {}

    def corpus(self, place: str, turned: bool) -> Corpus:
        """Write the texts of a place and let the coders read them."""
        texts = [*self._interviews(place, turned), *self._notes(place)]
        return joined(self._coded(place, number, *each) for number, each in enumerate(texts))

    def translations(self) -> pd.DataFrame:
        """Give every passage that was written, in all languages."""
        return pd.DataFrame(list(self.known.values())).drop_duplicates(ignore_index=True)

    def _interviews(self, place: str, turned: bool) -> Iterator[tuple[Source, _Text]]:
        number = 0
        for level in self.register.levels:
            for _ in range(self.model.interviews):
                number += 1
                held, rng = self._rng(1, place, number), self._rng(2, place, number)
                text = self._interview(level, held, rng, turned)
                yield self._source(place, "interview", number, level, text), text

    def _interview(
        self, level: str, held: np.random.Generator, rng: np.random.Generator, turned: bool
    ) -> _Text:
        """Write an interview; what is held of the claims does not hang on how it is worded."""
        frame, text = self.frames["interview"], self._begun()
        stances = {
            claim: self.model.stance(claim, level, held, turned=turned) for claim in self.model.stances
        }
        self._turns(text, self.bag.take(("opening", level), frame["opening"][level]), rng)
        for finding, claims in self.findings.items():
            text.turn(INTERVIEWER)
            text.say(self._chosen(self.bag.take(("question", finding), frame["questions"][finding]), rng))
            for place, chosen in enumerate(np.argsort(rng.random(len(claims)), kind="stable")):
                if place:
                    text.turn(INTERVIEWER)
                    text.say(self._chosen(self.bag.take("probe", frame["probes"]), rng))
                text.turn(PERSON)
                if rng.random() < ASIDE:
                    text.say(self._chosen(self.bag.take(("aside", level), frame["asides"][level]), rng))
                claim = claims[chosen]
                self._speak(text, (claim, stances[claim], level), rng)
        self._turns(text, self.bag.take("closing", frame["closing"]), rng)
        return text

    def _speak(self, text: _Text, key: tuple[str, Stance, str], rng: np.random.Generator) -> None:
        for _ in range(self.model.passages):
            passage = self.bag.take(key, self.passages[key])
            words = written(passage.texts, rng)
            self.known[words[self.register.original]] = words
            text.say(words[self.register.original], passage)

    def _notes(self, place: str) -> Iterator[tuple[Source, _Text]]:
        notes: list[tuple[SourceKind, int, Any]] = [("observation", 0, self.frames["observation"][place])]
        notes += [
            ("document", number, each) for number, each in enumerate(self.frames["documents"][place], start=1)
        ]
        for kind, number, note in notes:
            rng = self._rng(3, place, number)
            text = self._begun()
            text.text += f"\n\n{note['title']}"
            for paragraph in note["paragraphs"]:
                text.text += "\n\n"
                code = Passage("", "+-", "", paragraph.get("emergent", ""), {})
                text.say(self._chosen(paragraph["text"], rng), code if code.emergent else None)
            yield self._source(place, kind, number, "", text), text

    def _coded(self, place: str, number: int, source: Source, text: _Text) -> Corpus:
        rng = self._rng(4, place, number)
        # By claim, so that the coders' errors do not hang on how the text is worded.
        segments = tuple(
            Segment(source.id, start, end, coder, passage.claim if stance else None, stance, emergent)
            for start, end, passage in sorted(text.passages, key=lambda each: (each[2].claim, each[0]))
            for coder in self.model.coders
            for stance, emergent in [self._read(passage, rng)]
            if stance or emergent
        )
        wrote = {each.coder for each in segments}
        return Corpus(
            (source,), self.codes, tuple(each for each in self.model.coders if each in wrote), segments
        )

    def _read(self, passage: Passage, rng: np.random.Generator) -> tuple[Stance | None, tuple[str, ...]]:
        """Let a coder read a passage: stance and emergent code are left out each by itself."""
        stance = self.model.read(passage.stance, rng)
        seen = rng.random() >= self.model.omission
        emergent = (self.emergent[passage.emergent],) if passage.emergent and seen else ()
        return (stance if passage.claim else None), emergent

    def _source(self, place: str, kind: SourceKind, number: int, level: str, text: _Text) -> Source:
        name = f"{self.register.kinds[kind][self.register.original]} {place}{number or ''}"
        return Source(name, place, kind, level, text.text, synthetic=True)

    def _rng(self, use: int, place: str, number: int) -> np.random.Generator:
        return np.random.default_rng([self.model.seed, use, *place.encode(), number])

    def _begun(self) -> _Text:
        return _Text(self.register.notice[self.register.original])

    def _turns(self, text: _Text, turns: Sequence[Mapping[str, str]], rng: np.random.Generator) -> None:
        for turn in turns:
            for speaker, words in turn.items():
                text.turn(speaker)
                text.say(self._chosen(words, rng))

    def _chosen(self, words: str, rng: np.random.Generator) -> str:
        return written({self.register.original: words.strip()}, rng)[self.register.original]


def _codes(claims: Claims, model: CaseModel, register: CaseRegister) -> Iterator[Code]:
    """Give the codes of all projects: each claim with its stances, then what was found in the texts."""
    for claim, wording in claims.wording.items():
        if claim in model.stances:
            heading = made_guid("code", claim)
            yield Code(heading, f"{claim} {wording}", "other")
            for stance in ORDER:
                guid = made_guid("code", f"{claim} {stance}")
                yield Code(guid, f"{claim} {stance}", "claim", parent=heading, claim=claim, stance=stance)
    for key, code in register.codes.items():
        about = code.about[register.original]
        yield Code(made_guid("code", key), code.name[register.original], "emergent", about)
