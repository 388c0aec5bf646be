"""The recommendations of an evaluation, weighed by what survey and cases say on the claims they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from entydig.claims.joint_display import Strength, strength
from entydig.claims.recommendations import Recommendation, read_recommendations
from entydig.claims.wording import SYMBOLS
from entydig.presentation.places import linked
from entydig.presentation.recommendations import RecommendationList, ShownRecommendation, Support
from entydig.project.study import Study
from entydig.wording import listing, number, text

__all__ = ["RECOMMENDATIONS", "Recommendations", "Weighed", "recommendations"]

RECOMMENDATIONS = "data/recommendations.yml"
CLAIM_PAGE = "../../claims/{claim}.md"


@dataclass(frozen=True)
class Weighed:
    """A recommendation and how well it is carried (`entydig.claims.joint_display.strength`)."""

    recommendation: Recommendation
    strength: Strength


class Recommendations:
    """All recommendations of one build.

    Parameters
    ----------
    study : Study
    records : mapping
        Claim id to the content of its record (`Study.records`).  A claim without one counts for nothing and is shown
        as not built.
    found : sequence of Recommendation
    """

    def __init__(
        self, study: Study, records: Mapping[str, Mapping[str, Any]], found: Sequence[Recommendation]
    ) -> None:
        self.study, self.records = study, records
        self.weighed = tuple(Weighed(each, self._strength(each)) for each in found)

    @property
    def total(self) -> str:
        """Write how many there are."""
        return number(len(self.weighed), self.study.language)

    @property
    def explicit(self) -> str:
        """Write how many the source itself asks for."""
        return number(sum(each.recommendation.explicit for each in self.weighed), self.study.language)

    @property
    def summary(self) -> str:
        """Write how many have each strength, from the strongest; on synthetic data it says so."""
        words = [each.strength for each in self.weighed]
        said = [
            text("counted", self.study.language, said=self._word(word), count=words.count(word))
            for word in get_args(Strength)
            if word in words
        ]
        return self._marked(listing(said, self.study.language))

    def named(self, *strengths: Strength) -> str:
        """Write for the prose which ones have one of some strengths."""
        found = [each.recommendation.id for each in self.weighed if each.strength in strengths]
        return listing(found, self.study.language) or text("nobody", self.study.language)

    @property
    def shown(self) -> RecommendationList:
        """Set them out, each with its strength, its reason and the claims it rests on."""
        return RecommendationList([self._shown(each) for each in self.weighed])

    def _strength(self, recommendation: Recommendation) -> Strength:
        verdicts = [
            str(self.records[claim]["verdict"]["word"])
            for claim in recommendation.claims
            if claim in self.records
        ]
        cases = self.study.cases
        # Without material the places say nothing, which is something else than being undecided.
        return strength(verdicts, [cases.word(each) for each in recommendation.claims] if cases.there else [])

    def _shown(self, weighed: Weighed) -> ShownRecommendation:
        language, recommendation = self.study.language, weighed.recommendation
        origin = "recommendation_explicit" if recommendation.explicit else "recommendation_reading"
        return ShownRecommendation(
            sentence=f"{recommendation.id}. {recommendation.text[language]}",
            strength=text(
                "recommendation_strength",
                language,
                strength=self._marked(self._word(weighed.strength)),
                origin=text(origin, language),
            ),
            support=[self._support(claim) for claim in recommendation.claims],
            why=recommendation.why[language],
        )

    def _support(self, claim: str) -> Support:
        written = f"{claim} {self.study.register.claims[claim].text[self.study.language]}"
        return Support(linked(written, CLAIM_PAGE.format(claim=claim)), self._said(claim))

    def _said(self, claim: str) -> str:
        language, cases = self.study.language, self.study.cases
        if claim not in self.records:
            return text("not_yet", language)
        record = self.records[claim]
        verdict = f"{SYMBOLS[str(record['verdict']['word'])]}\N{NO-BREAK SPACE}{record['words'][language]}"
        if not cases.there:
            return verdict
        return text("recommendation_support", language, verdict=verdict, heard=cases.heard(claim))

    def _word(self, word: Strength) -> str:
        return text(f"strength_{word}", self.study.language)

    def _marked(self, said: str) -> str:
        if not self.study.is_synthetic:
            return said
        return text("strength_synthetic", self.study.language, word=said)


def recommendations(study: Study) -> Recommendations:
    """Read the recommendations of an evaluation and weigh them by what stage 1 of this build decided.

    Raises
    ------
    DataError
        The file cannot be used (`entydig.claims.recommendations.read_recommendations`), or the case material cannot.
    NotebookError
        Nothing was executed yet.
    """
    path = study.evaluation.root / RECOMMENDATIONS
    found = read_recommendations(path, study.register, study.instrument.languages)
    return Recommendations(study, study.records(), found)
