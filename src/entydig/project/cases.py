"""What a notebook does with the case material: verdicts of places, quotations, tables of both."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import pandas as pd

from entydig.cases.agreement import ClaimAgreement, agreements
from entydig.cases.material import Material
from entydig.cases.model import MODEL, chances, read_model
from entydig.cases.quotations import Quotation, quotations
from entydig.cases.verdicts import PLACE_WORDS, ClaimWord, PlaceVerdict, claim_word, place_verdict
from entydig.errors import DataError, Problem
from entydig.presentation.objects import Table
from entydig.presentation.places import Notice, Quotations, Quoted, linked, place_cell
from entydig.presentation.tables import table
from entydig.project.evaluation import Evaluation
from entydig.survey.folders import CASES
from entydig.wording import listing, percent, text

__all__ = ["Cases"]

CHANCE_DRAWS = 2000


class Cases:
    """The case material of an evaluation in one language.

    Parameters
    ----------
    evaluation : Evaluation
    language : str
    """

    def __init__(self, evaluation: Evaluation, language: str) -> None:
        self.evaluation, self.language = evaluation, language

    @property
    def there(self) -> bool:
        """Whether there is case material."""
        return self.evaluation.material is not None

    @property
    def material(self) -> Material:
        """The coded texts.

        Raises
        ------
        DataError
            There are none.
        """
        if self.evaluation.material is None:
            found = f"the data {self.evaluation.data!r} come without case material"
            raise DataError(
                Problem("cases", found, "a project for each place", "leave the page out of the book")
            )
        return self.evaluation.material

    @property
    def places(self) -> tuple[str, ...]:
        """The places, in the order of the register; none without material."""
        return tuple(self.material.register.places) if self.there else ()

    @property
    def claims(self) -> tuple[str, ...]:
        """Every claim that interviews can speak of."""
        return tuple(
            claim.id for claim in self.evaluation.register.claims.values() if claim.evidence != "text"
        )

    @cached_property
    def agreements(self) -> dict[str, ClaimAgreement]:
        """How the coders agree on each claim, without intervals of use."""
        return agreements(self.material.corpus, self.claims, draws=1)

    def verdict(self, claim: str, place: str) -> PlaceVerdict:
        """Decide a claim in a place; a claim that is coded too badly to bear counts as silent."""
        coded = self.agreements.get(claim)
        weak = coded is None or coded.standing == "weak"
        return place_verdict(self.material.corpus, place, claim, weak=weak)

    def word(self, claim: str) -> ClaimWord:
        """Decide a claim over all places."""
        return claim_word(self.verdict(claim, place).word for place in self.places)

    def heard(self, claim: str) -> str:
        """Write for the prose what the places say on a claim, such as *confirmed in X and Y, divided in Z*."""
        if not self.there:
            return text("nobody", self.language)
        found: dict[str, list[str]] = {}
        for place in self.places:
            found.setdefault(self.verdict(claim, place).word, []).append(place)
        said = [
            text(f"heard_{word}", self.language, places=listing(found[word], self.language))
            for word in PLACE_WORDS
            if word in found
        ]
        return ", ".join(said)

    def claims_with(self, place: str, word: str) -> str:
        """Write for the prose which claims have a word in a place."""
        found = [claim for claim in self.claims if self.verdict(claim, place).word == word]
        return listing(found, self.language) or text("nobody", self.language)

    def table(self, claims: Sequence[str], *, label: str, caption: str) -> Table | Notice:
        """Set out what each place says on some claims: the cases' cell of a finding."""
        if not self.there:
            return Notice(text("no_case_material", self.language))
        rows = [
            [self.claim_cell(claim), *(self._cell(claim, place) for place in self.places)] for claim in claims
        ]
        frame = pd.DataFrame(rows, columns=["claim", *self.places])
        return table(
            frame, caption=caption, label=label, language=self.language, headings=self._headings(frame)
        )

    def quotations(self, claims: Sequence[str], places: Sequence[str] = ()) -> Quotations | Notice:
        """Quote what the rule chooses on some claims, place by place."""
        if not self.there:
            return Notice(text("no_case_material", self.language))
        chosen = [
            each for claim in claims for place in places or self.places for each in self.quoted(claim, place)
        ]
        if not chosen:
            return Notice(text("no_agreed_quotation", self.language))
        return Quotations([self.written(each) for each in chosen])

    def quoted(self, claim: str, place: str) -> tuple[Quotation, ...]:
        """Choose the quotations of a place on a claim (`entydig.cases.quotations`)."""
        return quotations(self.material, place, claim, self.language)

    def chances(self, claim: str) -> dict[ClaimWord, float]:
        """Return how often each verdict comes out of the model of the synthetic texts; empty for real ones."""
        world = self.evaluation.world
        if world is None or not self.there or self.material.source == "real":
            return {}
        register = self.material.register
        path = self.evaluation.root / CASES / MODEL
        model = read_model(path, world, register, self.evaluation.register.claims)
        return chances(model, claim, len(self.places), draws=CHANCE_DRAWS, seed=model.seed)

    def chance(self, claim: str, word: ClaimWord) -> str:
        """Write how often a verdict comes out of the model of the synthetic texts; a dash for real ones."""
        found = self.chances(claim)
        return percent(found.get(word, 0.0), self.language) if found else text("nobody", self.language)

    def claim_cell(self, claim: str) -> str:
        """Write a claim with a link to its page."""
        return linked(
            f"{claim} {self.evaluation.register.claims[claim].text[self.language]}",
            f"../../claims/{claim}.md",
        )

    def written(self, quotation: Quotation, number: int | None = None) -> Quoted:
        """Write a quotation in the language's quotation marks, with the line that says who speaks."""
        opening, closing = text("quotation_marks", self.language).split()
        line = self._line(quotation)
        line = line if number is None else f"{number}. {line}"
        return Quoted(f"{opening}{quotation.words}{closing}", line)

    def _cell(self, claim: str, place: str) -> str:
        return place_cell(self.verdict(claim, place).word, self.language)

    def _headings(self, frame: pd.DataFrame) -> dict[str, str]:
        places = {place: self.material.register.places[place].name[self.language] for place in self.places}
        return {name: places.get(name) or text(f"{name}_heading", self.language) for name in map(str, frame)}

    def _line(self, quotation: Quotation) -> str:
        line = text(
            "quotation_line",
            self.language,
            place=self.material.register.places[quotation.case].name[self.language],
            level=self.material.register.levels[quotation.level].name[self.language].lower(),
            stance=text(f"stance_{quotation.stance}", self.language),
            claim=quotation.claim,
        )
        original = quotation.language != self.language
        return f"{line} ({text('quotation_original', self.language)})" if original else line
