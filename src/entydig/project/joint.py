"""The joint display: the survey's verdict on each claim beside what each place says, with the passages behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pandas as pd

from entydig.cases.quotations import Quotation
from entydig.claims.joint_display import Meeting, meeting
from entydig.claims.wording import SYMBOLS
from entydig.presentation.objects import Table
from entydig.presentation.places import Notice, Quotations, place_cell
from entydig.presentation.tables import table
from entydig.project.study import Study
from entydig.wording import listing, text

__all__ = ["Joint"]

WIDE = "entydig-wide"  # the look of a table that takes the room at its side


class Joint:
    """Survey and cases, claim by claim.

    Parameters
    ----------
    study : Study
        Its records of stage 1 are read.
    """

    def __init__(self, study: Study) -> None:
        self.study, self.cases = study, study.cases
        self.records: Mapping[str, Mapping[str, Any]] = study.records()
        self.claims = [claim for claim in self.cases.claims if claim in self.records]
        numbers = count(1)
        self._quoted: dict[tuple[str, str], list[tuple[int, Quotation]]] = {
            (claim, place): [(next(numbers), each) for each in self._behind(claim, place)]
            for claim in self.claims
            for place in self.cases.places
        }

    def meeting(self, claim: str) -> Meeting:
        """Say how survey and cases stand to each other on a claim."""
        alone = self._rests_on_cases(claim)
        words = [self.cases.verdict(claim, place).word for place in self.cases.places]
        return meeting(None if alone else self.records[claim]["verdict"]["word"], words)

    def met(self, claim: str) -> str:
        """Write how they stand to each other."""
        return text(f"meeting_{self.meeting(claim)}", self.study.language)

    def claims_with(self, met: Meeting) -> str:
        """Write for the prose on which claims they stand so to each other."""
        found = [claim for claim in self.claims if self.meeting(claim) == met]
        return listing(found, self.study.language) or text("nobody", self.study.language)

    def count(self, met: Meeting) -> int:
        """Count these claims."""
        return sum(self.meeting(claim) == met for claim in self.claims)

    def table(self, *, label: str, caption: str) -> Table:
        """Set out all claims, one a row; the numbers in a cell are those of the passages quoted for it."""
        language, places = self.study.language, self.cases.places
        rows = [
            [self.cases.claim_cell(claim), self._survey(claim)]
            + [self._cell(claim, place) for place in places]
            + [self.met(claim)]
            for claim in self.claims
        ]
        frame = pd.DataFrame(rows, columns=["claim", "survey", *places, "meeting"])
        named = {place: self.cases.material.register.places[place].name[language] for place in places}
        headings = {name: named.get(name) or text(f"{name}_heading", language) for name in map(str, frame)}
        made = table(frame, caption=caption, label=label, language=language, headings=headings)
        return replace(made, look=WIDE)

    def quotations(self, finding: str) -> Quotations | Notice:
        """Quote what stands behind the cells of a finding's claims, folded under its name."""
        mine = {claim.id for claim in self.study.register.of_finding(finding)}
        chosen = [
            self.cases.written(each, number)
            for (claim, _), quoted in self._quoted.items()
            if claim in mine
            for number, each in quoted
        ]
        if not chosen:
            return Notice(text("no_agreed_quotation", self.study.language))
        title = self.study.register.findings[finding].title[self.study.language]
        return Quotations(chosen, title=f"{finding}. {title}")

    def _behind(self, claim: str, place: str) -> Sequence[Quotation]:
        """Give what a cell rests on; a place that counts as silent is not quoted."""
        silent = self.cases.verdict(claim, place).word == "silent"
        return () if silent else self.cases.quoted(claim, place)

    def _rests_on_cases(self, claim: str) -> bool:
        return self.study.register.claims[claim].evidence == "cases"

    def _survey(self, claim: str) -> str | None:
        if self._rests_on_cases(claim):
            return None
        record = self.records[claim]
        sign = SYMBOLS[str(record["verdict"]["word"])]
        return f"{sign}\N{NO-BREAK SPACE}{record['words'][self.study.language]}"

    def _cell(self, claim: str, place: str) -> str:
        numbers = [number for number, _ in self._quoted[claim, place]]
        return place_cell(self.cases.verdict(claim, place).word, self.study.language, numbers)
