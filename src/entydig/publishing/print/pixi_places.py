"""The places of the short edition: what was heard in each, and the passages quoted."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator

from entydig.cases.quotations import Quotation
from entydig.claims.wording import SYMBOLS
from entydig.presentation.places import SIGNS
from entydig.project.case_tables import CaseTables
from entydig.project.study import Study
from entydig.publishing.print.pixi_findings import Content, Records
from entydig.wording import text

__all__ = ["drawn_quotations", "meeting_rows", "place_contents", "quoted"]

# In the order of a page: what a place has an answer to comes first.
WORDS = ("confirms", "contradicts", "extends", "divided", "coders differ", "silent")
SIDES = ("+", "-")


def drawn_quotations(study: Study) -> dict[str, Quotation]:
    """Draw a passage for each finding from all that the rule of the cases would quote on its claims.

    The draw is by the seed of the case material and knows nothing of what is said.

    Returns
    -------
    dict
        Finding to quotation; findings that no place speaks of are left out, and so are all without cases.
    """
    cases, found = study.cases, {}
    for finding in study.register.findings:
        claims = [claim.id for claim in study.register.of_finding(finding) if claim.id in cases.claims]
        fitting = [each for place in cases.places for each in _of_place(cases, claims, place)]
        if fitting:
            found[finding] = min(fitting, key=lambda each: _order(cases, each))
    return found


def place_contents(study: Study, taken: Collection[str]) -> Iterator[Content]:
    """Give each place: its context, its word on each claim, one passage for and one against.

    Parameters
    ----------
    study : Study
    taken : collection of str
        Ids of passages that stand elsewhere and are not quoted again.
    """
    cases = study.cases
    for place in cases.places:
        name = cases.material.register.places[place].name[study.language]
        available = [each for each in _of_place(cases, cases.claims, place) if each.id not in taken]
        yield {
            "id": place,
            "name": name,
            "context": cases.context(place),
            "words": list(_words(study, place)),
            "quotations": [quoted(cases, each) for each in _both_sides(cases, available)],
        }


def meeting_rows(study: Study, records: Records) -> list[Content]:
    """Give a row for each claim: the sign of its verdict and what each place says, for one look over all."""
    cases = study.cases
    return [
        {
            "claim": claim,
            "survey": SYMBOLS[records[claim]["verdict"]["word"]] if claim in records else "",
            "places": [SIGNS[cases.verdict(claim, place).word] for place in cases.places],
        }
        for claim in study.register.claims
        if cases.there and claim in cases.claims
    ]


def quoted(cases: CaseTables, quotation: Quotation | None) -> Content | None:
    """Write a passage and the line that says who speaks."""
    if quotation is None:
        return None
    shown = cases.written(quotation)
    return {"words": shown.words, "line": shown.line}


def _words(study: Study, place: str) -> Iterator[Content]:
    cases, claims = study.cases, study.register.claims
    said = {claim: cases.verdict(claim, place).word for claim in cases.claims}
    for word in WORDS:
        mine = [claim for claim, own in said.items() if own == word]
        if mine:
            yield {
                "sign": SIGNS[word],
                "word": text(f"place_{word}", study.language),
                "claims": [{"id": claim, "text": claims[claim].text[study.language]} for claim in mine],
            }


def _of_place(cases: CaseTables, claims: Iterable[str], place: str) -> Iterator[Quotation]:
    """Give what may be quoted of a place; a claim on which it counts as silent is not."""
    for claim in claims:
        if cases.verdict(claim, place).word != "silent":
            yield from cases.quoted(claim, place)


def _both_sides(cases: CaseTables, available: Collection[Quotation]) -> Iterator[Quotation]:
    for side in SIDES:
        fitting = [each for each in available if each.stance == side]
        if fitting:
            yield min(fitting, key=lambda each: _order(cases, each))


def _order(cases: CaseTables, quotation: Quotation) -> str:
    return hashlib.sha256(f"{cases.seed}:{quotation.id}".encode()).hexdigest()
