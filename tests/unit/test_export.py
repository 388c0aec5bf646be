"""One notebook as a page or PDF that stands alone: what frames it, and what stops it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import nbformat
import pdfua
import pypdf
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from entydig.errors import BookError
from entydig.publishing.configuration import Edition
from entydig.publishing.export import StandalonePages
from entydig.publishing.filter import filter_notebook
from entydig.publishing.print.single import notebook_pdf

BIBLIOGRAPHY = "@misc{known, author = {Hansen, Ane}, title = {On it}, year = {2021}}\n"
CONFIG = {"bibtex_bibfiles": ["refs.bib"], "author": "Os"}
EDITION = Edition("da", "Hele bogen", banner='Svarene er "syntetiske".', foot="Af ingen.")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="540pt" height="99pt"><rect width="9" height="9"/></svg>'
PROSE = "# Et fund\n\nSytten, som andre siger {cite:p}`known`; se [en anden side](other.ipynb).\n\n## Del\n\nTekst."


def notebook(alt: str = "En streg") -> Any:
    about = {"figure": {"name": "fig-one", "caption": "Et billede."}, "image": {"alt": alt}}
    drawn = new_code_cell("draw()", id="drawn", outputs=[new_output("display_data", {"image/svg+xml": SVG})])
    drawn.metadata["mystnb"] = about
    cells = [new_markdown_cell(PROSE, id="prose", metadata={"tags": ["lang-da"]}), drawn]
    return new_notebook(cells=cells, metadata={"entydig": {"language": "da"}})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "refs.bib").write_text(BIBLIOGRAPHY, encoding="utf-8")
    return tmp_path


def pdf(root: Path, made: Any, edition: Edition = EDITION, note: str = "") -> bytes:
    filtered = filter_notebook(made, "da", "one.ipynb")
    return notebook_pdf(root, filtered, "one.ipynb", CONFIG, edition, note=note)


def said(content: bytes) -> str:
    return " ".join(
        "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split()
    )


def page(root: Path, **frame: Any) -> BeautifulSoup:
    made = StandalonePages(root).page(nbformat.writes(notebook()).encode(), "da", "one.ipynb", **frame)
    return BeautifulSoup(made, "html.parser")


def test_a_pdf_says_what_the_notebook_says_in_its_book(root: Path) -> None:
    text = said(pdf(root, notebook()))
    for part in (
        "Hele bogen",
        "Et fund",
        "Sytten",
        "en anden side",
        "Figur 1 Et billede.",
        "Af ingen.",
        "1 / 1",
    ):
        assert part in text


def test_a_pdf_lists_what_it_cites(root: Path) -> None:
    text = said(pdf(root, notebook()))
    assert "(Hansen, 2021)" in text
    assert text.index("Kilder") < text.index("Hansen, A.")


def test_a_pdf_can_be_read_aloud_and_comes_out_the_same_again(root: Path, tmp_path: Path) -> None:
    first = pdf(root, notebook())
    file = tmp_path / "one.pdf"
    file.write_bytes(first)
    assert list(pdfua.validate(str(file)).findings) == []
    assert pdf(root, notebook()) == first


def test_the_banner_stands_on_a_pdf_only_where_answers_are_synthetic(root: Path) -> None:
    assert "Svarene er »syntetiske«." in said(pdf(root, notebook()))
    assert "syntetiske" not in said(pdf(root, notebook(), Edition("da", "Hele bogen")))


def test_a_departure_is_told_on_a_pdf_without_marks(root: Path) -> None:
    text = said(pdf(root, notebook(), note="**Ikke den registrerede analyse.** Udgaven `one` afviger."))
    assert "Ikke den registrerede analyse. Udgaven one afviger." in text


def test_a_figure_without_a_text_alternative_stops_a_pdf(root: Path) -> None:
    with pytest.raises(BookError, match=r"one\.ipynb, cell drawn.*: a figure without alt text"):
        pdf(root, notebook(alt=""))


def test_banner_and_departure_stand_on_a_page(root: Path) -> None:
    made = page(root, edition=EDITION, note="**Ikke den registrerede analyse.**")
    banners = [each.get_text() for each in made.select(".banner")]
    assert banners == ["Ikke den registrerede analyse.", 'Svarene er "syntetiske".']


def test_an_edition_on_real_answers_has_no_banner(root: Path) -> None:
    assert page(root, edition=Edition("da", "Hele bogen")).select(".banner") == []


def test_a_page_holds_its_figures_with_their_alternatives(root: Path) -> None:
    (image,) = page(root, edition=EDITION).select("img")
    assert image["alt"] == "En streg"
    assert str(image["src"]).startswith("data:image/svg+xml;base64,")
