"""What the ledger's page shows: the truths of a world, the table, the form and the counts."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from entydig.claims.ledger import Entry
from entydig.project import Evaluation, Study, read_evaluation
from entydig.project.ledger import Ledger, truths
from entydig.survey.drawn import answered
from entydig.survey.generator import simulate
from entydig.survey.worlds import read_worlds

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return read_evaluation(ROOT)


def estimate(**changed: Any) -> dict[str, Any]:
    usual = {
        "value": -0.11,
        "bound": "exact",
        "low": -0.22,
        "high": 0.0,
        "confidence": 0.95,
        "n": 113,
        "N": None,
    }
    usual |= {"clusters": 49, "unit": "points", "population": "process", "method": "cr2", "reason": None}
    return usual | changed


def entry(
    evaluation: Evaluation, claim: str, *parts: dict[str, Any], word: str = "undecided", **changed: Any
) -> Entry:
    words = {"undecided": "uafgjort", "supported": "genfundet", "not testable": "kan ikke afprøves"}
    verdict = {"word": word, "reason": "", "p": 0.027, "p_adjusted": 0.038, "only_adjustment": False}
    record = {
        "claim": claim,
        "label": evaluation.register.claims[claim].label,
        "notebook": evaluation.register.claims[claim].owner,
        "verdict": verdict,
        "words": {"da": f"{words[word]} i syntetiske data", "en": word},
        "parts": [{"estimate": each} for each in parts],
    }
    return Entry(record, "c1", **({"p_collection": 0.0384, "truth": True} | changed))


def test_a_claim_is_true_in_the_world_of_the_answers_as_often_as_the_simulation_says(
    evaluation: Evaluation,
) -> None:
    known = truths(evaluation)
    # Where the share of rosters in which a claim is true is 0 or 1, this one roster leaves no choice.
    with (ROOT / "data" / "diagnosis.csv").open(encoding="utf-8", newline="") as stream:
        rows = [
            row for row in csv.DictReader(stream) if row["kind"] == "claim" and row["world"] == "announced"
        ]
    sure = {row["claim"]: row["true"] == "1.0" for row in rows if row["true"] in ("0.0", "1.0")}
    assert len(sure) > 15
    assert {claim: known[claim] for claim in sure} == sure
    assert set(known) == {claim.id for claim in evaluation.register.claims.values() if claim.parts}


def test_nobody_knows_the_truth_of_answers_without_a_world_or_of_another_draw(evaluation: Evaluation) -> None:
    assert truths(replace(evaluation, world=None)) == {}
    assert truths(replace(evaluation, world="elsewhere")) == {}
    worlds = read_worlds(ROOT / "data" / "worlds.yml", evaluation.instrument)
    other = answered(simulate(worlds, "announced", seed=1), evaluation.instrument)
    assert truths(replace(evaluation, survey=other)) == {}


def test_every_registered_claim_has_a_row_with_links_to_its_page_and_its_box(evaluation: Evaluation) -> None:
    ledger = Ledger(Study(evaluation, "da"), [entry(evaluation, "3.2", estimate())])
    table = ledger.table(label="tbl-ledger", caption="C.")
    assert [row[0] for row in table.data.rows] == list(evaluation.register.claims)
    line = next(line for line in table.markdown.splitlines() if line.startswith("| [3.2]"))
    assert "| [3.2](../../claims/3.2.md) | Projektledernes opbakning" in line
    assert "[◐ uafgjort i syntetiske data](#claim-3-2)" in line
    assert '<span data-sort="-0.11">' in line
    assert "−11\xa0(−22 til 0)" in line
    assert '<span data-sort="113">113</span>' in line
    assert '| <span data-sort="0.027">0,027</span> | <span data-sort="0.038">0,038</span> |' in line
    assert "| ja | ja | [boks](#claim-3-2) [grundlag](#page-claim-3-2-source) |" in line
    missing = next(line for line in table.markdown.splitlines() if line.startswith("| [7.3]"))
    assert "| endnu ikke bygget | – | – | sekundær | – |" in missing


def test_several_parts_stand_in_lines_with_the_range_of_their_bases(evaluation: Evaluation) -> None:
    share = estimate(value=0.69, low=0.66, high=0.73, unit="share", n=1239, method="hypergeometric")
    small = estimate(
        value=0.85, bound="at_least", low=None, high=None, unit="share", n=61, method="hypergeometric"
    )
    ledger = Ledger(Study(evaluation, "en"), [entry(evaluation, "6.1", share, small)])
    row = next(row for row in ledger.table(label="tbl-ledger", caption="C.").data.rows if row[0] == "6.1")
    assert (
        row[3]
        == "H1, Board, 2020: 69%\xa0(66% to 73%); H1, Manager, 2020: at least 85%; hypergeometric share"
    )
    assert row[4] == "61–1,239"


def test_an_interval_of_another_confidence_says_its_own(evaluation: Evaluation) -> None:
    found = entry(evaluation, "2.3", estimate(confidence=0.9))
    row = Ledger(Study(evaluation, "en"), [found]).table(label="tbl-ledger", caption="C.").data.rows[6]
    assert "(90% interval −22 to 0)" in str(row[3])


def test_the_form_is_hidden_until_a_script_finds_it_and_offers_what_the_table_holds(
    evaluation: Evaluation,
) -> None:
    form = Ledger(Study(evaluation, "da"), []).form("tbl-ledger")
    assert 'data-table="tbl-ledger"' in form.html
    assert " hidden>" in form.html
    assert form.html.count("<option") == (1 + 7) + (1 + 4) + (1 + 3)
    assert '<option value="◐">◐ uafgjort i syntetiske data</option>' in form.html
    assert "on" + "click" not in form.html
    assert repr(form) == "Vælg påstande"


def test_the_summary_counts_verdicts_in_their_words_and_claims_not_built(evaluation: Evaluation) -> None:
    found = [
        entry(evaluation, "3.1", word="supported"),
        entry(evaluation, "3.2"),
        entry(evaluation, "3.3", word="supported", truth=False),
    ]
    ledger = Ledger(Study(evaluation, "da"), found)
    assert ledger.summary == (
        "2 genfundet i syntetiske data, 1 uafgjort i syntetiske data og 22 endnu ikke bygget"
    )
    assert ledger.against_truth.endswith(
        "Sande påstande: 2, heraf 1 genfundet. Falske påstande: 1, heraf 1 genfundet."
    )
    silent = Ledger(Study(evaluation, "en"), [entry(evaluation, "3.2", truth=None)])
    assert silent.against_truth == "Whether the claims are true, nobody knows for these answers."
