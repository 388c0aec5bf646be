"""The report of the whole book: what the site says, with the same numbers, and a file that can be read aloud."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pdfua
import pypdf
import pytest
from bs4 import BeautifulSoup, Tag

from entydig.publishing.configuration import documents, editions, read_yaml
from entydig.publishing.print.model import nested, text_of
from entydig.publishing.print.pages import Book, convert_pages
from entydig.publishing.print.report import Frame, write_reports
from entydig.publishing.provenance import Provenance

pytestmark = pytest.mark.slow

LANGUAGES = ("da", "en")
# What the site folds or shows to a pointer, and lists that another program writes in another style.
SCREEN_ONLY = (
    ".tag_hide-input .cell_input, details.hide, .entydig-behind, .entydig-definition, form, .headerlink, svg, "
    ".highlight-bibtex, .citation, .citation-list, .toctree-wrapper, .prev-next-footer, style, script"
)
ARTICLE = re.compile(r'<article class="bd-article".*?</article>', re.DOTALL)
CITED = "\x00"
NUMBER = re.compile(r"[−+]?\d+(?:[.,]\d+)*")


@pytest.fixture(scope="module")
def reports(copied: Path, site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write the reports of the built book."""
    build = Provenance.read(site)
    assert build is not None
    records = json.loads((site / "ledger.json").read_text(encoding="utf-8"))["records"]
    frames = [Frame(edition, build, records) for edition in editions(read_yaml(copied / "_config.yml"))]
    return write_reports(copied, copied / "_build" / "book", tmp_path_factory.mktemp("reports"), frames)


@pytest.fixture(scope="module")
def said(reports: dict[str, Path]) -> str:
    """Return the text of the Danish report without white space and hyphens at line ends."""
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(reports["da"]).pages))


@pytest.fixture(scope="module")
def articles(copied: Path, site: Path) -> dict[str, Tag]:
    """Return what each Danish page of the site shows without a click."""
    found = {}
    for name in names(copied, "da"):
        page = ARTICLE.search((site / "da" / f"{name}.html").read_text(encoding="utf-8"))
        assert page is not None
        article = BeautifulSoup(page[0], "html.parser")
        for part in article.select(SCREEN_ONLY):
            part.decompose()
        for part in article.select(".bibtex-citation"):
            part.replace_with(CITED)
        found[name] = article
    return found


def names(project: Path, language: str) -> tuple[str, ...]:
    return documents(read_yaml(project / "_build" / "book" / language / "_toc.yml"))


@cache
def converted(project: Path, language: str) -> Book:
    folder = project / "_build" / "book" / language
    config = read_yaml(folder / "_config.yml")
    return convert_pages(folder, names(project, language), language, root=project, config=config)


def missing(parts: Iterable[Tag], said: str) -> list[str]:
    """Return what of the parts' text the report lacks; citations have a style of their own there."""
    pieces = {piece for part in parts for piece in part.get_text().split(CITED)}
    return sorted(piece for piece in pieces if squeezed(piece) not in said)


def squeezed(text: str) -> str:
    """Drop what a line break adds or takes: white space, and hyphens of all kinds."""
    return re.sub(r"[\s\u00ad\u200b-]", "", text)


def test_every_claim_stands_in_the_report_as_on_the_site(articles: dict[str, Tag], said: str) -> None:
    lines = [line for article in articles.values() for line in article.select(".record li, .record > p")]
    assert len(lines) >= 25 * 4
    assert missing(lines, said) == []


def test_every_answer_stands_in_the_report_as_on_the_site(articles: dict[str, Tag], said: str) -> None:
    lines = [
        box
        for name, article in articles.items()
        if "claims" not in name
        for box in article.select(".answer p")
    ]
    assert len(lines) >= 10
    assert missing(lines, said) == []


def test_every_figure_and_table_has_the_sites_number_and_caption(articles: dict[str, Tag], said: str) -> None:
    captions = [
        each.get_text() for article in articles.values() for each in article.select("caption, figcaption")
    ]
    assert len(captions) > 60
    assert [each for each in captions if squeezed(each) not in said] == []


def test_every_number_of_the_site_stands_in_the_report(articles: dict[str, Tag], said: str) -> None:
    cells = [cell for article in articles.values() for cell in article.select("td, th")]
    values = [value for article in articles.values() for value in article.select("p, li")]
    assert len(cells) > 3000
    assert missing(cells, said) == []
    found = set(NUMBER.findall(said))
    numbers = {number for value in values for number in NUMBER.findall(value.get_text())}
    assert len(numbers) > 200
    assert sorted(number for number in numbers if number not in found and squeezed(number) not in said) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_are_those_of_the_site(copied: Path, site: Path, language: str) -> None:
    shown = {file.read_bytes() for file in (site / language / "_images").glob("*.svg")}
    pictures = {
        name: each for name, each in converted(copied, language).pictures.items() if "drawing" not in name
    }
    assert len(pictures) >= 30
    assert [name for name, each in pictures.items() if each not in shown] == []


def test_both_languages_have_the_same_figures_tables_and_claims(copied: Path) -> None:
    def labels(language: str) -> list[str]:
        blocks = converted(copied, language).blocks
        kinds = ("Figure", "Table", "Div")
        return [each["c"][0][0] for each in nested(blocks) if each["t"] in kinds and each["c"][0][0]]

    assert labels("da") == labels("en")


def test_every_picture_has_a_text_alternative(copied: Path) -> None:
    images = [each["c"] for each in nested(converted(copied, "da").blocks) if each["t"] == "Image"]
    assert len(images) >= 40
    silent = [
        image[2][0] for image in images if not dict(image[0][2])["alt"] and "decorative" not in image[0][1]
    ]
    assert silent == []


def test_every_page_says_that_the_answers_are_synthetic(said: str, reports: dict[str, Path]) -> None:
    banner = squeezed("At et fund genfindes, viser, at metoden virker, ikke at fundet er sandt.")
    assert said.count(banner) >= len(pypdf.PdfReader(reports["da"]).pages)


def test_a_checker_of_pdf_ua_finds_nothing(reports: dict[str, Path]) -> None:
    assert list(pdfua.validate(reports["en"]).findings) == []


def test_nothing_of_the_machine_stands_in_the_report(reports: dict[str, Path], copied: Path) -> None:
    about = pypdf.PdfReader(io.BytesIO(reports["en"].read_bytes())).metadata
    assert about is not None
    assert "/CreationDate" not in about or about["/CreationDate"].startswith("D:2000")
    assert str(copied) not in text_of(converted(copied, "en").blocks)
