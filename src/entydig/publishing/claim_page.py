"""The page of one claim, in MyST: verdict, estimates, registration, sensitivity, chances, source, citation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from entydig.claims.ledger import Entry
from entydig.claims.published import reason_text
from entydig.claims.register import Claim
from entydig.claims.wording import SYMBOLS, choice_text
from entydig.presentation.objects import escaped
from entydig.presentation.tables import table
from entydig.project.diagnosis import RATES, Diagnosis
from entydig.project.study import Study
from entydig.publishing.citation import Citation
from entydig.publishing.citation_forms import bibtex, plain
from entydig.publishing.claim_parts import bullets, estimates, registration
from entydig.publishing.outputs import container
from entydig.wording import number, percent, text

__all__ = ["ClaimPage", "Owner"]

KNOWN = 12  # digits of a digest that is shown


@dataclass(frozen=True)
class Owner:
    """The executed notebook that decides a claim.

    Attributes
    ----------
    metadata : Mapping
        What the engine wrote into it; empty when the notebook is not part of the book.
    labels : frozenset of str
        The anchors of its headings and figures.
    """

    metadata: Mapping[str, Any]
    labels: frozenset[str]


@dataclass(frozen=True)
class ClaimPage:
    """Writes the page of one claim.

    Attributes
    ----------
    claim : Claim
    entry : Entry or None
        None when no page of this edition decides the claim.
    study : Study
        In the language of the page.
    owner : Owner
    rule : str
        The rule that the register gives in words; empty for a claim that its parts describe.
    diagnosis : Diagnosis or None
    citation : Citation
    ledger : str
        Link from this page to the ledger's page; empty when the book has none.
    held : tuple of str or None
        Over how many of how many combinations of decisions the verdict holds.
    """

    claim: Claim
    entry: Entry | None
    study: Study
    owner: Owner
    rule: str
    diagnosis: Diagnosis | None
    citation: Citation
    ledger: str
    held: tuple[str, str] | None

    @property
    def source(self) -> str:
        """The whole page."""
        shown = () if self.entry is None else estimates(self.claim, self.entry, self.study)
        registered = registration(self.claim, self.rule, self.study)
        sections = [
            self._section("estimate", "page_estimates", shown),
            self._section("registered", "page_registered", registered),
            self._section("otherwise", "page_otherwise", self._otherwise()),
            self._section("truth", "page_truth_heading", self._truth()),
            self._section("chances", "page_chances", self._chances()),
            self._section("source", "page_source", self._source()),
            self._section("cite", "page_cite", self._cite()),
        ]
        return "\n\n".join([self._head, *filter(None, sections)]) + "\n"

    @property
    def label(self) -> str:
        """Anchor of the page."""
        return f"page-{self.claim.label}"

    @property
    def words(self) -> str:
        """The verdict in its words; of a claim without a record, that it is not built."""
        if self.entry is None:
            return self._text("not_yet")
        return str(self.entry.record["words"][self.study.language])

    @property
    def _head(self) -> str:
        sentence = self.claim.text[self.study.language]
        described = self._text("page_description", id=self.claim.id, sentence=sentence, verdict=self.words)
        meta = json.dumps(described, ensure_ascii=False)
        title = escaped(self._text("page_title", id=self.claim.id, sentence=sentence))
        symbol = "" if self.entry is None else f"{SYMBOLS[self.entry.record['verdict']['word']]} "
        said = [f"**{symbol}{escaped(self.words)}**", *self._reasons()]
        answer = container("answer", "\n\n".join(said))
        return (
            f"---\nmyst:\n  html_meta:\n    description: {meta}\n---\n({self.label})=\n# {title}\n\n{answer}"
        )

    def _reasons(self) -> Iterator[str]:
        if self.entry is None:
            yield self._text("page_no_record")
            return
        record = self.entry.record
        if reason := reason_text(record["verdict"], self.study.language):
            yield escaped(self._text("page_why", reason=reason))
        finding = self.study.register.findings[self.claim.finding]
        title = escaped(f"{finding.id}. {finding.title[self.study.language]}")
        yield self._text("page_box", title=title, link=f"#{record['label']}")

    def _otherwise(self) -> Iterator[str]:
        if not self.claim.parts:
            yield self._text("page_no_choices")
            return
        if self.held is not None:
            yield self._text("page_held", agreeing=self.held[0], count=self.held[1])
        if (anchor := f"finding-{self.claim.finding}-otherwise") in self.owner.labels:
            yield self._text("page_strip", label=anchor)

    def _truth(self) -> Iterator[str]:
        if not self.study.is_synthetic:
            return
        world, language = self.study.evaluation.world, self.study.language
        if self.entry is not None and self.entry.truth is not None:
            answer = text("truth_true" if self.entry.truth else "truth_false", language)
            yield self._text("page_truth", world=world, answer=answer)
        else:
            yield self._text("page_truth_unknown")
        holds = text("answer_yes" if self.claim.built_in else "answer_no", language)
        yield self._text("page_built_in", answer=holds)

    def _chances(self) -> Iterator[str]:
        if self.diagnosis is None:
            return
        found = self.diagnosis.found
        full = self.diagnosis.sizes[0]
        mine = found[
            (found["kind"] == "claim") & (found["claim"] == self.claim.id) & (found["clusters"] == full)
        ]
        if mine.empty:
            yield self._text("page_no_chances")
            return
        language = self.study.language
        yield self._text(
            "page_chances_lead",
            rosters=self.diagnosis.rosters,
            clusters=number(full, language),
            freshness=self.diagnosis.freshness,
        )
        frame = mine[["world", "true", *RATES]]
        headings = {name: text(f"diagnosis_{name}", language) for name in ("true", *RATES)}
        chances = table(
            frame,
            caption=self._text("page_chances_caption"),
            label=f"tbl-{self.label}-chances",
            language=language,
            headings={"world": self._text("page_world"), **headings},
            formats={name: lambda share: percent(share, language) for name in ("true", *RATES)},
        )
        yield chances.markdown

    def _source(self) -> Iterator[str]:
        language, evaluation = self.study.language, self.study.evaluation
        said = []
        if self.entry is not None:
            notebook = f"notebooks/{self.claim.owner}.ipynb"
            said.append(self._text("page_cell", notebook=notebook, cell=self.entry.cell))
            said.append(self._text("page_run", command=f"entydig run {notebook} -p lang={language}"))
            about = self.owner.metadata.get("entydig", {})
            digest = str(about.get("key", {}).get("data", "–"))[:KNOWN]
            source = self.study.survey.source
            said.append(self._text(f"page_data_{source}", world=evaluation.world, digest=digest))
            chosen = self.entry.record["decisions"].items()
            choices = [escaped(choice_text(name, value, language)) for name, value in chosen]
            said.append(
                self._text("page_decisions", choices=", ".join(choices) or self._text("page_as_registered"))
            )
            said.append(self._text("page_package", version=about.get("package", "–")))
        files = {kind: f'<a href="../../ledger.{kind}">ledger.{kind}</a>' for kind in ("json", "csv")}
        link = self._text("page_ledger_link")
        said.append(
            self._text("page_ledger", link=f"[{link}]({self.ledger})" if self.ledger else link, **files)
        )
        yield bullets(said)

    def _cite(self) -> Iterator[str]:
        sentence = self.claim.text[self.study.language]
        cited = self.citation.claim(self.claim.id, sentence, self.words, self.study.register.digest[:KNOWN])
        yield plain(cited, escaped, lambda title: f"*{escaped(title)}*")
        yield f"```bibtex\n{bibtex(cited)}\n```"

    def _section(self, name: str, heading: str, content: Iterable[str]) -> str:
        said = "\n\n".join(content)
        return f"({self.label}-{name})=\n## {self._text(heading)}\n\n{said}" if said else ""

    def _text(self, key: str, **values: Any) -> str:
        return text(key, self.study.language, **values)
