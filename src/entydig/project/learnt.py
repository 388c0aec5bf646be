"""What survey and cases say together, finding by finding, as the prose of a page says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, get_args

from entydig.claims.decision import VERDICTS
from entydig.claims.joint_display import Meeting
from entydig.claims.published import ends_text, value_text
from entydig.presentation.objects import Value
from entydig.project.joint import Joint
from entydig.project.study import Study
from entydig.wording import listing, number, percent, text

__all__ = ["Learnt"]


class Learnt:
    """Verdicts, places and where they meet, for the prose.

    Parameters
    ----------
    study : Study
        Its records of stage 1 are read.
    """

    def __init__(self, study: Study) -> None:
        self.language, self.cases = study.language, study.cases
        self.joint = Joint(study)
        self.register, self.source = study.register, study.survey.source
        self.records: Mapping[str, Mapping[str, Any]] = self.joint.records

    def word(self, claim: str) -> Value:
        """Write the verdict on a claim, linked to its box; one without a record is not built."""
        if claim not in self.records:
            return Value(text("not_yet", self.language))
        record = self.records[claim]
        return Value(str(record["words"][self.language]), claim=claim, label=record["label"])

    def estimate(self, claim: str, part: int = 0) -> Value:
        """Write an estimate of a claim as its record published it, with interval and base, linked to its box.

        An estimate that is not published gives the reason; one that has no interval, its base alone.
        """
        if claim not in self.records:
            return Value(text("not_yet", self.language))
        record = self.records[claim]
        written = self._written(record["parts"][part]["estimate"])
        return Value(written, claim=claim, label=record["label"])

    def places(self, finding: str) -> str:
        """Write what the places say on each claim of a finding, those with the same answer together, as a sentence."""
        if not self.cases.there:
            return text("no_case_material", self.language)
        found: dict[str, list[str]] = {}
        for claim in self._claims(finding):
            found.setdefault(self.cases.heard(claim), []).append(claim)
        said = [
            text("said_of_claims", self.language, claims=listing(claims, self.language), said=heard)
            for heard, claims in found.items()
        ]
        return text("sentence", self.language, said="; ".join(said))

    def met(self, finding: str) -> str:
        """Write how survey and places stand to each other on the claims of a finding, as a sentence."""
        if not self.cases.there:
            return text("nothing_to_meet", self.language)
        found: dict[Meeting, list[str]] = {}
        for claim in self._claims(finding):
            found.setdefault(self.joint.meeting(claim), []).append(claim)
        said = [
            text(
                "said_of_claims",
                self.language,
                claims=text(f"meeting_{met}", self.language),
                said=listing(found[met], self.language),
            )
            for met in get_args(Meeting)
            if met in found
        ]
        written = text("sentence", self.language, said="; ".join(said))
        return written[:1].upper() + written[1:]

    @property
    def asked(self) -> str:
        """Write how many claims the survey decides."""
        return number(len(self._surveyed()), self.language)

    @property
    def verdicts(self) -> str:
        """Write how many claims of the survey have each verdict, in the verdict's words."""
        counts = Counter(self.records[claim]["verdict"]["word"] for claim in self._surveyed())
        keys = {word: f"{self.source}_{word.replace(' ', '_')}" for word in VERDICTS if counts[word]}
        said = [
            f"{number(counts[word], self.language)} {text(key, self.language)}" for word, key in keys.items()
        ]
        return listing(said, self.language)

    @property
    def meetings(self) -> str:
        """Write on how many claims survey and places stand to each other in each way, as a sentence."""
        if not self.cases.there:
            return text("no_case_material", self.language)
        counts = {met: self.joint.count(met) for met in get_args(Meeting)}
        said = [
            text("counted", self.language, said=text(f"meeting_{met}", self.language), count=counted)
            for met, counted in counts.items()
            if counted
        ]
        return text("held_beside_places", self.language, said=listing(said, self.language))

    def _claims(self, finding: str) -> list[str]:
        """Give the claims of a finding that interviews can speak of and that are decided."""
        return [claim for claim in self.joint.claims if self.register.claims[claim].finding == finding]

    def _surveyed(self) -> list[str]:
        """Give the claims that are decided by answers or by the roster: those with parts."""
        return [claim for claim in self.records if self.register.claims[claim].parts]

    def _written(self, estimate: Mapping[str, Any]) -> str:
        value = value_text(estimate, self.language)
        if estimate["value"] is None:
            return value
        base = number(estimate["n"], self.language)
        ends = ends_text(estimate, self.language)
        if not ends:
            return text("estimate_and_base", self.language, value=self._with_unit(estimate, value), n=base)
        interval = text(
            "confidence_interval", self.language, confidence=percent(estimate["confidence"], self.language)
        )
        return text(
            "estimate_and_interval",
            self.language,
            value=self._with_unit(estimate, value),
            interval=f"{interval} {ends}",
            n=base,
        )

    def _with_unit(self, estimate: Mapping[str, Any], value: str) -> str:
        return text("value_in_points", self.language, value=value) if estimate["unit"] == "points" else value
