"""The short edition of the whole book: a dozen pages that say what the ledger says."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pdfua
import pypdf
import pytest

from entydig.claims.published import value_text
from entydig.claims.recommendations import read_recommendations
from entydig.project.evaluation import Evaluation, read_evaluation
from entydig.project.study import Study
from entydig.publishing.configuration import editions, read_yaml
from entydig.publishing.print.pixi import write_pixi

pytestmark = pytest.mark.slow

LANGUAGES = ("da", "en")
LONGEST = 12


@pytest.fixture(scope="module")
def evaluation(copied: Path) -> Evaluation:
    return read_evaluation(copied)


@pytest.fixture(scope="module")
def folder(evaluation: Evaluation, site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the short editions beside a copy of the ledger, so that the site stays as it is."""
    beside: Path = tmp_path_factory.mktemp("pixi")
    for name in ("ledger.json", "build.json"):
        shutil.copyfile(site / name, beside / name)
    assert [file.name for file in write_pixi(evaluation, beside)] == ["pixi-da.pdf", "pixi-en.pdf"]
    return beside


def pages(folder: Path, language: str) -> list[str]:
    """Return the text of each page."""
    reader = pypdf.PdfReader(folder / f"pixi-{language}.pdf")
    return [squeezed(page.extract_text()) for page in reader.pages]


def squeezed(said: str) -> str:
    """Drop what a line break adds or takes, and the difference between straight and set quotation marks."""
    return re.sub(r"[\s\u00ad\u200b-]", "", said).replace("'", "’")


def records(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "ledger.json").read_text(encoding="utf-8"))["records"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_of_the_dozen_carries_the_banner(folder: Path, copied: Path, language: str) -> None:
    banner = next(
        each.banner for each in editions(read_yaml(copied / "_config.yml")) if each.language == language
    )
    said = pages(folder, language)

    assert 8 <= len(said) <= LONGEST
    assert all(squeezed(banner) in page for page in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_stands_with_its_verdict_and_every_estimate(folder: Path, language: str) -> None:
    said = "".join(pages(folder, language))

    for record in records(folder):
        claim, text, word = record["claim"], record["text"][language], record["words"][language]
        start = said.index(squeezed(f"{claim} {text}"))
        # What stands between a claim and the next one.
        own = said[start : start + 900]
        assert squeezed(word) in own, claim
        for part in record["parts"]:
            assert squeezed(value_text(part["estimate"], language)) in own, part["key"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_recommendation_stands_with_its_claims(
    folder: Path, evaluation: Evaluation, language: str
) -> None:
    said = "".join(pages(folder, language))
    path = evaluation.root / "data" / "recommendations.yml"
    found = read_recommendations(path, evaluation.register, evaluation.instrument.languages)

    for each in found:
        start = said.index(squeezed(each.text[language]))
        assert all(claim in said[start : start + 900] for claim in each.claims), each.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_place_has_a_page_with_its_word_on_every_claim(
    folder: Path, evaluation: Evaluation, language: str
) -> None:
    said, study = pages(folder, language), Study(evaluation, language)

    for place in study.cases.places:
        page = next(page for page in said if squeezed(study.cases.context(place)) in page)
        for claim in study.cases.claims:
            assert squeezed(f"{claim} {study.register.claims[claim].text[language]}") in page


def test_every_quotation_stands_in_the_case_material(folder: Path, evaluation: Evaluation) -> None:
    corpus = Study(evaluation, "da").cases.material.corpus
    passages = {squeezed(corpus.quotation(each)) for each in corpus.segments}
    quoted = re.findall("»([^«]+)«", "".join(pages(folder, "da")))

    assert len(quoted) >= len(evaluation.register.findings)
    assert [each for each in quoted if each not in passages] == []


def test_a_checker_of_pdf_ua_finds_nothing(folder: Path) -> None:
    for language in LANGUAGES:
        assert list(pdfua.validate(str(folder / f"pixi-{language}.pdf")).findings) == []


def test_the_same_site_gives_the_same_bytes(folder: Path, evaluation: Evaluation, tmp_path: Path) -> None:
    for name in ("ledger.json", "build.json"):
        shutil.copyfile(folder / name, tmp_path / name)

    write_pixi(evaluation, tmp_path, ["en"])

    assert (tmp_path / "pixi-en.pdf").read_bytes() == (folder / "pixi-en.pdf").read_bytes()
