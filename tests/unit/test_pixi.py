"""The short edition: its words, what it takes from the ledger, and the PDF that comes out."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pdfua
import pypdf
import pytest

from entydig.errors import BookError, DataError
from entydig.project.evaluation import Evaluation, read_evaluation
from entydig.project.robustness import Robustness
from entydig.project.study import Study
from entydig.publishing.configuration import Edition
from entydig.publishing.print.matter import Frame
from entydig.publishing.print.pixi import typeset_pixi, write_pixi
from entydig.publishing.print.pixi_content import pixi_content
from entydig.publishing.print.pixi_findings import cover_rows, finding_content
from entydig.publishing.print.pixi_texts import Drawing, PixiTexts, Section, read_pixi_texts
from entydig.publishing.provenance import Provenance

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="50pt"><rect width="9" height="9"/></svg>'
BANNER = "All answers were made up"


def part(key: str, against: float = 0.0, **estimate: Any) -> dict[str, Any]:
    usual = {"value": None, "bound": "exact", "low": None, "high": None, "confidence": 0.95, "n": 120}
    shown = {**usual, "unit": "points", "reason": "", **estimate}
    return {"key": key, "against": against, "estimate": shown}


def record(claim: str, word: str, said: str, *parts: dict[str, Any]) -> dict[str, Any]:
    return {
        "claim": claim,
        "verdict": {"word": word},
        "words": {"en": said},
        "parts": list(parts),
    }


GIRLS = part("change opinion girls 1983-1985", value=0.12, low=0.04, high=0.2)
BOYS = part("change opinion boys 1983-1985", value=-0.03, low=-0.1, high=0.04, n=1456)
GROWTH = part("gap_change opinion girls-boys 1983-1985", bound="suppressed", reason="too few answers")
LEDGER = {
    "1.1": record("1.1", "supported", "recovered in synthetic data", GIRLS),
    "1.2": record("1.2", "not supported", "not recovered in synthetic data", BOYS),
    "1.3": record("1.3", "not testable", "not testable in synthetic data", GROWTH),
}


@pytest.fixture(scope="module")
def evaluation(root: Path) -> Evaluation:
    """Return an evaluation without case material and recommendations."""
    return read_evaluation(root / "examples" / "joint-sports")


@pytest.fixture(scope="module")
def study(evaluation: Evaluation) -> Study:
    return Study(evaluation, "en")


def content(study: Study, texts: PixiTexts, ledger: dict[str, Any] = LEDGER) -> dict[str, Any]:
    edition = Edition("en", "Sports together", "On paper", BANNER, "Published by nobody else.")
    frame = Frame(edition, Provenance("main", "9.9.9"), list(ledger.values()))
    held = Robustness(study.evaluation, {}, "en")
    return dict(pixi_content(study, ledger, held, frame, texts, {"author": "Os"}))


@pytest.fixture(scope="module")
def made(study: Study, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("pixi")
    (folder / "drawing.svg").write_text(SVG, encoding="utf-8")
    drawing = Drawing(folder / "drawing.svg", "A square in a corner.", "How it hangs together.")
    texts = PixiTexts(
        about_title="What it is", about=["It's a test."], drawing=drawing, sure=[Section("T", "Text.")]
    )
    return typeset_pixi(content(study, texts), drawing, folder / "set", "pixi [en]")


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_estimates_are_written_as_the_ledger_has_them(study: Study) -> None:
    claims = finding_content(study, LEDGER, "1")["claims"]

    assert [(claim["id"], claim["symbol"], claim["word"]) for claim in claims] == [
        ("1.1", "●", "recovered in synthetic data"),
        ("1.2", "✕", "not recovered in synthetic data"),
        ("1.3", "○", "not testable in synthetic data"),
    ]
    shown = [claim["parts"][0] for claim in claims]
    assert [(each["written"], each["n"]) for each in shown] == [
        ("+12 (+4 to +20)", "120"),
        ("−3 (−10 to +4)", "1,456"),
        ("not shown: too few answers", ""),
    ]
    assert [each["drawn"] for each in shown] == [True, True, False]


def test_who_has_a_shape_and_a_comparison_has_none_of_its_own(study: Study) -> None:
    claims = finding_content(study, LEDGER, "1")["claims"]

    assert [claim["parts"][0]["mark"]["shape"] for claim in claims] == ["o", "s", "o"]
    assert [claim["parts"][0]["what"] for claim in claims] == [
        "change, Girls, 1983–1985",
        "change, Boys, 1983–1985",
        "change of the gap, Girls − Boys, 1983–1985",
    ]


def test_a_bounded_share_is_written_as_a_bound_and_not_drawn(study: Study) -> None:
    bounded = part("change opinion girls 1983-1985", 0.5, unit="share", bound="at_least", value=0.9)

    shown = finding_content(study, {"1.1": record("1.1", "supported", "supported", bounded)}, "1")

    assert shown["claims"][0]["parts"][0]["written"] == "at least 90%"
    assert not shown["claims"][0]["parts"][0]["drawn"]


def test_the_cover_draws_a_share_from_what_the_claim_requires(study: Study) -> None:
    share = part("change opinion girls 1983-1985", 0.5, unit="share", value=0.8, low=0.7, high=0.9)

    row = cover_rows(study, {"1.1": record("1.1", "supported", "supported", share)})[0]

    key = row["key"]
    assert [round(key[name], 2) for name in ("low", "value", "high", "against")] == [0.2, 0.3, 0.4, 0.0]
    assert key["written"] == "80% (70 to 90)"
    assert row["verdicts"] == [{"claim": "1.1", "symbol": "●", "word": "supported"}]


def test_a_claim_without_a_record_is_named_as_not_built(study: Study) -> None:
    shown = finding_content(study, {}, "1")

    assert {claim["word"] for claim in shown["claims"]} == {"not yet built"}
    assert cover_rows(study, {})[0]["key"] is None


def test_every_page_carries_the_banner(made: bytes) -> None:
    assert all(BANNER in page for page in pages(made))


def test_the_pages_say_what_the_ledger_says(made: bytes) -> None:
    said = "".join(pages(made)).replace(" ", "")

    for written in ("+12 (+4 to +20)", "−3 (−10 to +4)", "not shown: too few answers"):
        assert written.replace(" ", "") in said
    for each in LEDGER.values():
        assert each["words"]["en"].replace(" ", "") in said


def test_what_an_evaluation_lacks_is_said(made: bytes) -> None:
    colophon = pages(made)[-1]

    assert "The evaluation has no case material" in colophon
    assert "The evaluation has no recommendations" in colophon
    assert "no page about the evaluation itself" not in colophon
    assert Provenance("main", "9.9.9").digest in colophon


def test_quotation_marks_are_those_of_the_language(made: bytes) -> None:
    assert "It’s a test." in pages(made)[1]


def test_a_checker_of_pdf_ua_finds_nothing(made: bytes, tmp_path: Path) -> None:
    (tmp_path / "pixi.pdf").write_bytes(made)

    assert list(pdfua.validate(str(tmp_path / "pixi.pdf")).findings) == []


def test_the_same_content_gives_the_same_bytes(study: Study, tmp_path: Path) -> None:
    first, second = (
        typeset_pixi(content(study, PixiTexts()), None, tmp_path / name, "pixi [en]") for name in ("a", "b")
    )

    assert first == second


def test_typst_refuses_a_drawing_without_alternative_text(study: Study, tmp_path: Path) -> None:
    (tmp_path / "drawing.svg").write_text(SVG, encoding="utf-8")
    drawing = Drawing(tmp_path / "drawing.svg", "A square.", "A caption.")
    planted = content(study, PixiTexts(about_title="T", about=["Text."], drawing=drawing))
    planted["pixi"]["about"]["drawing"]["alt"] = None

    with pytest.raises(BookError, match=r"pixi \[en\]: .*alt"):
        typeset_pixi(planted, drawing, tmp_path / "set", "pixi [en]")


def test_an_evaluation_may_have_no_words_of_its_own(tmp_path: Path) -> None:
    assert read_pixi_texts(tmp_path, "da") == PixiTexts()


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("da: {colour: red}", "pixi.yml, da: unknown colour"),
        ("da: {cover: [a]}", "pixi.yml, da, cover: is not a text"),
        ("da: {about: text}", "pixi.yml, da, about: is not a list of texts"),
        ("da: {drawing: {file: d.svg, caption: c}}", "pixi.yml, da, drawing: has no alt"),
        ("da: {drawing: {file: d.svg, alt: ' ', caption: c}}", "pixi.yml, da, drawing: has no alt"),
        ("da: {drawing: {file: e.svg, alt: a, caption: c}}", "pixi.yml, da, drawing: there is no file e.svg"),
        ("da: {sure: [{title: t}]}", "pixi.yml, da, sure, section 1: has no text"),
        ("da: [a]", "pixi.yml, da: is not a mapping"),
    ],
)
def test_words_that_cannot_be_used_stop(tmp_path: Path, planted: str, found: str) -> None:
    (tmp_path / "book" / "print").mkdir(parents=True)
    (tmp_path / "d.svg").write_text(SVG, encoding="utf-8")
    (tmp_path / "book" / "print" / "pixi.yml").write_text(planted, encoding="utf-8")

    with pytest.raises(BookError) as caught:
        read_pixi_texts(tmp_path, "da")

    assert found in str(caught.value)


def test_the_shipped_words_can_be_used_in_both_languages(root: Path) -> None:
    danish, english = (read_pixi_texts(root, language) for language in ("da", "en"))

    assert danish.drawing and english.drawing
    assert len(danish.about) == len(english.about)
    assert len(danish.sure) == len(english.sure)
    assert len(danish.colophon) == len(english.colophon)
    assert replace(danish, drawing=None) != replace(english, drawing=None)


def test_without_a_ledger_nothing_is_written(evaluation: Evaluation, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"ledger\.json: cannot be read"):
        write_pixi(evaluation, tmp_path)

    assert list(tmp_path.iterdir()) == []
