"""Tables on the coded texts themselves: what there is, how coders agree, what each level says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import pandas as pd

from entydig.cases.agreement import agreements, disagreements
from entydig.cases.corpus import Source
from entydig.cases.verdicts import Standing, units
from entydig.presentation.objects import Table
from entydig.presentation.places import Notice, linked
from entydig.presentation.tables import table
from entydig.project.cases import Cases
from entydig.statistics.agreement import Agreement
from entydig.wording import number, percent, text

__all__ = ["CaseTables"]

SIGNS = {"+": "+", "+-": "±", "-": "\N{MINUS SIGN}"}
DIFFER, NOTHING = "≠", "·"
STANDINGS: tuple[Standing, ...] = ("firm", "tentative", "weak")
KINDS = ("interview", "observation", "document")


class CaseTables(Cases):
    """Sets the coded texts out as tables; what is wanted of the cases stands in `Cases`."""

    def sources_table(self, *, label: str, caption: str) -> Table:
        """Set out how many texts, words and coded passages each place has."""
        corpus = self.material.corpus
        rows = []
        for place in self.places:
            mine = [source for source in corpus.sources if source.case == place]
            ids = {source.id for source in mine}
            passages = {(each.source, each.start, each.end) for each in corpus.segments if each.source in ids}
            counts = [sum(source.kind == kind for source in mine) for kind in KINDS]
            rows.append([self._place(place), *counts, sum(map(_words, mine)), len(passages)])
        columns = ["place", "interviews", "observations", "documents", "words", "passages"]
        return self._table(rows, columns, label, caption)

    def agreement_table(
        self, claims: Sequence[str], *, confidence: float, draws: int, seed: int, label: str, caption: str
    ) -> Table | Notice:
        """Set out how the coders agree on the stance of each claim, with intervals over interviews."""
        found = agreements(self.material.corpus, claims, confidence=confidence, draws=draws, seed=seed)
        rows = [
            (
                linked(claim, f"../../claims/{claim}.md"),
                each.coders.alpha.n_segments,
                each.coders.single,
                percent(each.coders.percent.value, self.language),
                self._coefficient(each.coders.alpha),
                self._coefficient(each.coders.kappa),
                self._coefficient(each.coders.ac1),
                text(f"standing_{each.standing}", self.language),
            )
            for claim, each in found.items()
        ]
        if not rows:
            return Notice(text("nothing_coded", self.language))
        columns = ["claim", "segments", "single", "agreed", "alpha", "kappa", "ac1", "standing"]
        return self._table(rows, columns, label, caption, numeric=("agreed", "alpha", "kappa", "ac1"))

    def disagreement_table(self, *, label: str, caption: str) -> Table | Notice:
        """Set out where coders differ: the passages by the pair of stances that were given."""
        found = disagreements(self.material.corpus)
        total = sum(found.values())
        rows = [
            (
                f"{text(f'stance_{one}', self.language)} / {text(f'stance_{other}', self.language)}",
                count,
                percent(count / total, self.language),
            )
            for (one, other), count in sorted(found.items(), key=lambda each: -each[1])
            if one != other
        ]
        if not rows:
            return Notice(text("no_disagreement", self.language))
        return self._table(rows, ["pair", "count", "share"], label, caption, numeric=("share",))

    def levels_table(self, place: str, claims: Sequence[str], *, label: str, caption: str) -> Table:
        """Set out what each interview of a place says on each claim, level by level: a sign for each interview."""
        levels = self.material.register.levels
        rows = [
            [
                self.claim_cell(claim),
                *(self._signs(place, claim, level) for level in levels),
                self._cell(claim, place),
            ]
            for claim in claims
        ]
        headings = {level: each.name[self.language] for level, each in levels.items()}
        return self._table(rows, ["claim", *levels, "cases"], label, caption, headings=headings)

    def codes_table(self, place: str, *, label: str, caption: str) -> Table | Notice:
        """Set out the emergent codes of a place: in how many texts every coder found each, most frequent first."""
        corpus = self.material.corpus
        coders = corpus.coders_of(place)
        texts = [source.id for source in corpus.sources if source.case == place]
        heard: dict[str, set[tuple[str, str]]] = {}
        for each in corpus.segments:
            for guid in each.emergent:
                heard.setdefault(guid, set()).add((each.source, each.coder))
        found = {
            guid: sum(all((text, coder) in said for coder in coders) for text in texts)
            for guid, said in heard.items()
        }
        ordered = sorted((-count, corpus.by_guid[guid].name, guid) for guid, count in found.items() if count)
        rows = [(*self._code(name, guid), -count) for count, name, guid in ordered]
        if not rows:
            return Notice(text("no_emergent", self.language))
        return self._table(rows, ["code", "definition", "texts"], label, caption)

    @property
    def seed(self) -> int:
        """Of draws of interviews; the one the quotations are ordered by."""
        return self.material.register.seed

    def standings(self) -> dict[str, int]:
        """Count for the prose how many claims are coded firmly, tentatively and too weakly, and all of them."""
        found = Counter(each.standing for each in self.agreements.values())
        return {"all": len(self.agreements), **{name: found[name] for name in STANDINGS}}

    def who(self, level: str) -> str:
        """Write who was interviewed at a level."""
        return self.material.register.levels[level].about[self.language]

    def context(self, place: str) -> str:
        """Write what kind of place it is."""
        return self.material.register.places[place].about[self.language]

    def _signs(self, place: str, claim: str, level: str) -> str:
        corpus = self.material.corpus
        mine = [
            each
            for each in corpus.sources
            if (each.case, each.kind, each.level) == (place, "interview", level)
        ]
        coders = [
            {unit.source: unit.stance for unit in units(corpus, place, claim, coder)}
            for coder in corpus.coders_of(place)
        ]
        said = [{each.get(source.id) for each in coders} for source in mine]
        return "\N{NO-BREAK SPACE}".join(_sign(each) for each in said)

    def _code(self, name: str, guid: str) -> tuple[str, str]:
        """Give an emergent code and what it means: as registered, else as its project says."""
        register = self.material.register
        registered = [each for each in register.codes.values() if each.name[register.original] == name]
        about = (
            registered[0].about[self.language]
            if registered
            else self.material.corpus.by_guid[guid].description
        )
        return register.code_name(name, self.language), about

    def _place(self, place: str) -> str:
        return self.material.register.places[place].name[self.language]

    def _coefficient(self, found: Agreement) -> str:
        language = self.language
        if found.reason:
            reason = text(f"agreement_{found.reason}", language)
            return text("coefficient_missing", language, reason=reason)
        ends = {"low": number(found.low, language, 2), "high": number(found.high, language, 2)}
        return text("coefficient", language, value=number(found.value, language, 2), **ends)

    def _table(
        self,
        rows: Sequence[Sequence[object]],
        columns: Sequence[str],
        label: str,
        caption: str,
        *,
        numeric: Sequence[str] = (),
        headings: dict[str, str] | None = None,
    ) -> Table:
        frame = pd.DataFrame(rows, columns=list(columns))
        own = headings or {}
        named = {name: own.get(name) or text(f"{name}_heading", self.language) for name in columns}
        return table(
            frame, caption=caption, label=label, language=self.language, headings=named, numeric=numeric
        )


def _words(source: Source) -> int:
    return len(source.text.split())


def _sign(stances: Collection[str | None]) -> str:
    """Give the sign of one interview: what all coders found, or that they differ."""
    if set(stances) <= {None}:
        return NOTHING
    only = next(iter(stances))
    return SIGNS[only] if len(stances) == 1 and only is not None else DIFFER
