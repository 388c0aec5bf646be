"""The tables of a notebook: who answered, estimates, and estimates beside those of all answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from entydig.claims.wording import ends_text, interval_text, value_text
from entydig.presentation.objects import Table
from entydig.presentation.tables import table
from entydig.project.estimates import Estimates
from entydig.project.evaluation import Evaluation
from entydig.project.prose import Prose
from entydig.statistics.estimate import Estimate
from entydig.wording import number, percent, text

__all__ = ["Tables"]


class Tables(Estimates, Prose):
    """Sets estimates of one evaluation out as tables in one language.

    Parameters
    ----------
    evaluation : Evaluation
    language : str
    """

    def __init__(self, evaluation: Evaluation, language: str) -> None:
        Estimates.__init__(self, evaluation)
        Prose.__init__(self, language)

    def response_table(self, *, label: str, caption: str) -> Table:
        """Set out how many were asked and answered, by group and wave."""
        language, survey = self.language, self.survey
        rows = [
            (entry.name[language], str(wave), asked, done, percent(done / asked, language))
            for group, entry in self.instrument.groups.items()
            for wave in self.instrument.waves
            if (asked := survey.asked(group, wave))
            for done in (survey.answered(group, wave),)
        ]
        frame = pd.DataFrame(rows, columns=["group", "wave", "asked", "answered", "rate"])
        headings = {name: text(f"{name}_heading", language) for name in frame.columns}
        return table(
            frame,
            caption=caption,
            label=label,
            language=language,
            headings=headings,
            row_headings=2,
            numeric=("rate",),
        )

    def estimates_table(self, estimates: Mapping[str, Estimate], *, label: str, caption: str) -> Table:
        """Set estimates out as a table: what, estimate, interval, base."""
        language = self.language
        rows = [
            (name, value_text(found, language), self._ends(found), number(found.n, language))
            for name, found in estimates.items()
        ]
        frame = pd.DataFrame(rows, columns=["what", "estimate", "interval", "n"])
        confidence = percent(self.confidence, language)
        headings = {
            "what": text("part", language),
            "estimate": text("estimate_heading", language),
            "interval": text("interval_heading", language, confidence=confidence),
            "n": "n",
        }
        numeric = ("estimate", "interval", "n")
        return table(
            frame, caption=caption, label=label, language=language, headings=headings, numeric=numeric
        )

    def returned_table(
        self, found: Mapping[str, Estimate], counted: Sequence[Estimate], *, label: str, caption: str
    ) -> Table:
        """Set estimates of those with an opinion beside the same of all answers, without their bases.

        Parameters
        ----------
        found : Mapping[str, Estimate]
            What to its estimate.
        counted : sequence of Estimate
            The same in the same order, of everyone who answered; see `Estimates.beside`.
        label, caption : str
        """
        rows = [
            (name, self.points(own), self.points(self.beside(own, other)))
            for (name, own), other in zip(found.items(), counted, strict=True)
        ]
        frame = pd.DataFrame(rows, columns=["part", "with_opinion", "all_answers"])
        headings = {name: text(name, self.language) for name in frame.columns}
        return table(
            frame,
            caption=caption,
            label=label,
            language=self.language,
            headings=headings,
            numeric=("with_opinion", "all_answers"),
        )

    def _ends(self, estimate: Estimate) -> str:
        """Write an interval under a heading that names the usual confidence; another one says its own."""
        write = ends_text if estimate.confidence == self.confidence else interval_text
        return write(estimate, self.language)
