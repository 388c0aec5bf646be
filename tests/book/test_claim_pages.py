"""A page of its own for each registered claim: what it says, and where it stands in the book."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from entydig.claims.ledger import Entry
from entydig.project import Evaluation, read_evaluation
from entydig.publishing.citation import read_citation
from entydig.publishing.citation_forms import bibtex, plain
from entydig.publishing.claim_pages import Collection, nested
from entydig.publishing.configuration import Edition

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "joint-sports"
OWNER = "notebooks/findings/1-opinion"
EDITION = Edition("en", "Joint sports")
CONFIG = {"title": "Joint sports", "author": "Somebody"}
PLAIN = {"root": "book/about", "chapters": [{"file": OWNER}]}
LEDGER = {
    "root": "book/about",
    "parts": [{"caption": "P", "chapters": [{"file": OWNER}, {"file": "notebooks/synthesis/ledger"}]}],
}


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    root = tmp_path_factory.mktemp("joint-sports") / "project"
    shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns("_build", ".cache"))
    return read_evaluation(root)


def estimate(**changed: Any) -> dict[str, Any]:
    usual = {
        "value": 0.12,
        "bound": "exact",
        "low": 0.04,
        "high": 0.2,
        "confidence": 0.95,
        "n": 600,
        "N": None,
    }
    usual |= {"clusters": None, "unit": "points", "population": "process", "method": "hc2", "reason": None}
    return usual | changed


def entry(evaluation: Evaluation, claim: str, word: str = "supported", **changed: Any) -> Entry:
    registered = evaluation.register.claims[claim]
    verdict = {"word": word, "reason": "", "p": 0.002, "p_adjusted": 0.004}
    record = {
        "claim": claim,
        "label": registered.label,
        "notebook": registered.owner,
        "data": "real",
        "family": registered.family,
        "decisions": {},
        "verdict": {**verdict, "only_adjustment": False, "detectable": 0.11},
        "words": {"en": word},
        "parts": [{"estimate": estimate(), "superiority": 0.57, "against": 0.0}],
        "conditions": [],
    }
    return Entry({**record, **changed}, "c7-abc", 0.006, None)


def written(evaluation: Evaluation, folder: Path, toc: dict[str, Any], *entries: Entry) -> dict[str, Any]:
    return Collection(evaluation, entries).write(folder, toc, EDITION, folder / "runs", CONFIG)


def page(folder: Path, claim: str) -> str:
    return (folder / "claims" / f"{claim}.md").read_text(encoding="utf-8")


def executed(folder: Path, *labels: str) -> None:
    """Put an executed owner there that has these anchors."""
    file = folder / "runs" / f"{OWNER}.ipynb"
    file.parent.mkdir(parents=True)
    cells = [{"cell_type": "markdown", "source": f"({label})=\n# A"} for label in labels]
    about = {"key": {"data": "0123456789abcdef"}, "package": "9.9"}
    file.write_text(json.dumps({"cells": cells, "metadata": {"entydig": about}}), encoding="utf-8")


def test_pages_stand_under_the_ledger_and_without_one_under_their_owner(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    pages = [{"file": f"claims/1.{number}", "title": f"Claim 1.{number}"} for number in (1, 2, 3)]
    toc = written(evaluation, tmp_path, LEDGER)
    assert toc["parts"][0]["chapters"] == [
        {"file": OWNER},
        {"file": "notebooks/synthesis/ledger", "sections": pages},
    ]
    assert written(evaluation, tmp_path, PLAIN)["chapters"] == [{"file": OWNER, "sections": pages}]


def test_a_book_with_neither_gets_no_pages(evaluation: Evaluation, tmp_path: Path) -> None:
    toc = {"root": "book/about", "chapters": [{"file": "book/other"}]}
    assert written(evaluation, tmp_path, toc) == toc
    assert list((tmp_path / "claims").iterdir()) == []


def test_pages_come_behind_those_that_stand_there_and_the_given_contents_are_left_alone() -> None:
    toc = {"root": "a", "chapters": [{"file": "b.md", "sections": [{"file": "c"}]}]}
    made = nested(toc, {"b": [{"file": "d", "title": "D"}], "c": [{"file": "e", "title": "E"}]})
    inner = {"file": "c", "sections": [{"file": "e", "title": "E"}]}
    assert made["chapters"][0]["sections"] == [inner, {"file": "d", "title": "D"}]
    assert toc == {"root": "a", "chapters": [{"file": "b.md", "sections": [{"file": "c"}]}]}


def test_a_page_says_verdict_estimate_registration_source_and_citation(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    executed(tmp_path)
    written(evaluation, tmp_path, PLAIN, entry(evaluation, "1.1"))
    said = page(tmp_path, "1.1")
    sentence = "Girls like joint sports lessons better in 1985 than in 1983"
    assert f'description: "Claim 1.1: {sentence}. Verdict: supported."' in said
    assert f"# 1.1. {sentence}\n" in said
    for each in (
        "**● supported**",
        "](#claim-1-1)",
        "| +12 | +4 to +20 | 600 |",
        "0.57",
        "p 0.006",
        "opinion, Girls, 1983–1985: the change is greater than 0",
        "the rise among girls is surely under ten points",
        "What do you think of sports lessons for boys and girls together?",
        "Positive answer to opinion: good and very good.",
        evaluation.register.digest,
        f"`{OWNER}.ipynb`, cell `c7-abc`",
        "real; checksum `0123456789ab`",
        '<a href="../../ledger.json">',
        rf"Somebody (2026). Claim 1.1: {sentence} \[supported\]. In: *Joint sports*. en/claims/1.1.html",
        "@incollection{entydig-1-1,",
    ):
        assert each in said, each
    assert "ledger.ipynb" not in said
    assert "synthetic" not in said


def test_an_undecided_claim_says_why_and_what_would_have_been_found(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    verdict = {"reason": "too uncertain", "p": 0.2, "p_adjusted": 0.2, "only_adjustment": False}
    undecided = entry(
        evaluation, "1.2", "undecided", verdict={**verdict, "word": "undecided", "detectable": 0.11}
    )
    written(evaluation, tmp_path, PLAIN, undecided)
    said = page(tmp_path, "1.2")
    assert "Reason: the uncertainty is too large." in said
    assert "80% power: 11 points" in said


def test_a_claim_without_a_record_says_so_and_still_what_was_registered(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    written(evaluation, tmp_path, LEDGER, entry(evaluation, "1.1"))
    said = page(tmp_path, "1.3")
    assert "**not yet built**" in said
    assert "not part of this edition" in said
    assert "**It would have failed if**" in said
    assert "](../notebooks/synthesis/ledger.ipynb)" in said
    assert "cell `" not in said
    assert "## The estimate" not in said


def test_a_suppressed_and_a_bounded_estimate_are_shown_as_their_record_has_them(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    hidden = estimate(value=None, bound="suppressed", low=None, high=None, n=4, reason="too few answers")
    bounded = estimate(value=0.85, bound="at_least", low=None, high=None, unit="share")
    for claim, shown in (("1.1", hidden), ("1.2", bounded)):
        part = {"estimate": shown, "superiority": None, "against": 0.0}
        written(evaluation, tmp_path, PLAIN, entry(evaluation, claim, parts=[part]))
    # The last call wrote all pages anew, and there 1.1 had no record.
    assert "at least 85% | 600" in page(tmp_path, "1.2")
    part = {"estimate": hidden, "superiority": None, "against": 0.0}
    written(evaluation, tmp_path, PLAIN, entry(evaluation, "1.1", parts=[part]))
    assert "not shown: too few answers | 4" in page(tmp_path, "1.1")


def test_the_section_on_other_choices_is_linked_where_the_owner_has_it(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    written(evaluation, tmp_path, PLAIN, entry(evaluation, "1.1"))
    assert "finding-1-otherwise" not in page(tmp_path, "1.1")
    executed(tmp_path, "finding-1", "finding-1-otherwise")
    written(evaluation, tmp_path, PLAIN, entry(evaluation, "1.1"))
    assert "](#finding-1-otherwise)" in page(tmp_path, "1.1")


def test_a_citation_takes_authors_version_and_year_from_the_citation_file(tmp_path: Path) -> None:
    (tmp_path / "CITATION.cff").write_text(
        "authors:\n- given-names: Ada\n  family-names: B\n- name: A & C\nversion: 1.2\ndate-released: 2031-05-01\n",
        encoding="utf-8",
    )
    config = {**CONFIG, "html": {"baseurl": "https://example.org/book/"}}
    book = read_citation(tmp_path, config, EDITION, "2026-01-01")
    cited = book.claim("3.1", "It fell by 5 %", "undecided", "abc")
    assert plain(cited) == (
        "Ada B; A & C (2031). Claim 3.1: It fell by 5 % [undecided]. In: Joint sports, version 1.2. "
        "https://example.org/book/en/claims/3.1.html"
    )
    assert bibtex(cited).splitlines()[:3] == [
        "@incollection{entydig-3-1,",
        "  author    = {B, Ada and {A \\& C}},",
        "  title     = {{Claim 3.1: It fell by 5 \\% [undecided]}},",
    ]
