"""Every page of the book can be cited, found and taken along, in every language."""

from __future__ import annotations

import hashlib
import html
import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
import pytest
from pybtex.database import parse_string

from entydig.publishing.configuration import read_yaml
from entydig.publishing.error_report import report_target
from entydig.publishing.weight import budget_of, check_weight, weigh

pytestmark = pytest.mark.slow

LANGUAGES = ("da", "en")
WORDS = {"da": "syntetisk", "en": "synthetic"}
PAGES = (
    "notebooks/synthesis/front-page",
    "notebooks/findings/3-value-gap",
    "notebooks/synthesis/ledger",
    "notebooks/monitoring/official-lists",
    "book/privacy",
    "claims/3.1",
)
EVERY = [(language, page) for language in LANGUAGES for page in PAGES]
LINKED = re.compile(r'<script type="application/ld\+json">(.*?)</script>')
TAKEN = re.compile(r'<a href="([^"]+)" type="[^"]+" download>')


@cache
def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def page_of(site: Path, language: str, name: str) -> str:
    return read(site / language / f"{name}.html")


def foot(page: str) -> str:
    return page[page.index('<div class="entydig-citing"') : page.index('<p class="entydig-foot">')]


def files(site: Path, language: str, name: str) -> dict[str, Path]:
    """Give what a page offers at its foot, by the ending of its name."""
    folder = (site / language / name).parent
    found = [folder / each for each in TAKEN.findall(foot(page_of(site, language, name)))]
    return {"".join(re.findall(r"(?:\.csl)?\.[a-z]+$", each.name)) or each.name: each for each in found}


def linked(page: str) -> dict[str, Any]:
    (content,) = LINKED.findall(page)
    return dict(json.loads(content))


def tags(page: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:name|property)="((?:citation_|og:)[^"]+)" content="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_a_page_offers_its_citation_in_three_forms_that_agree(site: Path, language: str, name: str) -> None:
    found = files(site, language, name)
    (entry,) = parse_string(read(found[".bib"]), "bibtex").entries.values()
    (item,) = json.loads(read(found[".csl.json"]))
    lines = found[".ris"].read_bytes().decode("utf-8").split("\r\n")
    assert (lines[0], lines[-2:]) == ("TY  - CHAP", ["ER  - ", ""])
    assert f"TI  - {item['title']}" in lines
    assert f"ID  - {item['id']}" in lines
    assert entry.key == item["id"]
    assert item["language"] == entry.fields["language"] == language
    assert item["author"] == [{"literal": "The entydig contributors"}]
    assert tags(page_of(site, language, name))["citation_title"] == item["title"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_say_that_they_are_synthetic_unless_the_page_rests_on_public_data(
    site: Path, language: str
) -> None:
    for name in PAGES:
        for file in files(site, language, name).values():
            assert file.is_file()
            assert (WORDS[language] in file.name) == (name != "notebooks/monitoring/official-lists"), file


@pytest.mark.parametrize(("language", "mark"), [("da", "i syntetiske data]"), ("en", "in synthetic data]")])
def test_the_title_of_a_claim_carries_its_verdict(site: Path, language: str, mark: str) -> None:
    page = page_of(site, language, "claims/3.1")
    assert linked(page)["headline"].endswith(mark)
    assert tags(page)["og:title"].endswith(mark)
    assert mark in html.unescape(foot(page))


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_what_machines_read_has_the_language_the_book_and_no_address_that_is_not_set(
    site: Path, language: str, name: str
) -> None:
    page = page_of(site, language, name)
    said = linked(page)
    assert said["inLanguage"] == language
    assert said["author"] == [{"@type": "Organization", "name": "The entydig contributors"}]
    assert said["isBasedOn"][0]["reportNumber"] == "2021:21"
    assert "url" not in said
    assert not {"og:url", "og:image", "citation_public_url"} & set(tags(page))
    assert tags(page)["og:description"] == said["description"]
    for offered in said.get("encoding", said.get("distribution", ())):
        assert ((site / language / f"{name}.html").parent / offered["contentUrl"]).resolve().is_file()


def test_each_kind_of_page_is_what_it_is(site: Path) -> None:
    kinds = [linked(page_of(site, "en", name))["@type"] for name in PAGES]
    assert kinds == ["Book", "ScholarlyArticle", "Dataset", "ScholarlyArticle", "WebPage", "ScholarlyArticle"]
    assert linked(page_of(site, "en", "claims/3.1"))["about"]["@type"] == "Claim"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notebook_can_be_taken_along_in_its_language(site: Path, language: str) -> None:
    name = "notebooks/findings/3-value-gap"
    found = [each for each in TAKEN.findall(foot(page_of(site, language, name))) if each.endswith(".ipynb")]
    source, executed = (nbformat.read((site / language / name).parent / each, as_version=4) for each in found)
    for notebook in (source, executed):
        nbformat.validate(notebook)
        assert not [tag for cell in notebook.cells for tag in cell.metadata.get("tags", ()) if "lang-" in tag]
        assert WORDS[language] in notebook.cells[0].source.lower()
    assert not any(cell.get("outputs") for cell in source.cells)
    assert any(f"lang: str = '{language}'" in cell.source for cell in source.cells)
    prose = "\n".join(cell.source for cell in executed.cells if cell.cell_type == "markdown")
    assert "{eval}" not in prose
    assert any(cell.get("outputs") for cell in executed.cells)


def test_a_page_of_a_notebook_for_several_is_taken_along_as_that_page(site: Path) -> None:
    folder = site / "en" / "notebooks" / "cases"
    for kind in ("source", "executed"):
        text = read(folder / f"place-y-synthetic-{kind}.ipynb")
        assert "place: str = 'Y'" in text or "# Place Y" in text


def test_pages_without_a_notebook_offer_none(site: Path) -> None:
    for name in ("book/privacy", "claims/3.1"):
        assert ".ipynb" not in files(site, "da", name)


def test_the_build_a_page_names_is_the_file_it_links(site: Path) -> None:
    page = foot(page_of(site, "da", "claims/3.1"))
    (digest,) = re.findall(r'<a href="\.\./\.\./build\.json"><code>([0-9a-f]{12})</code>', page)
    assert hashlib.sha256((site / "build.json").read_bytes()).hexdigest().startswith(digest)


def test_errors_are_reported_where_the_configuration_says_and_else_nowhere(site: Path, root: Path) -> None:
    told = bool(report_target(read_yaml(root / "_config.yml")))
    for name in PAGES:
        found = re.findall(r'<a class="entydig-report" href="([^"]+)">', page_of(site, "da", name))
        assert len(found) == told
        assert all(quote(f"da/{name}.html", safe="") in link for link in found)


def test_pages_that_are_no_part_of_the_book_are_not_cited(site: Path) -> None:
    assert "entydig-citing" not in page_of(site, "da", "search").replace("entydig-citing.css", "")


def test_no_page_weighs_more_than_a_megabyte_without_its_figures(site: Path) -> None:
    check_weight(weigh(site), budget_of({}))


def test_icons_and_search_words_are_not_loaded_where_they_are_not_used(site: Path) -> None:
    for language in LANGUAGES:
        page, search = (page_of(site, language, name) for name in ("claims/3.1", "search"))
        assert "fontawesome.js" not in page + search
        assert "searchindex.js" not in page
        assert "searchindex.js" in search


def test_a_printed_page_has_a_style_sheet_of_its_own(site: Path) -> None:
    found = re.search(r"<link[^>]*entydig-print\.css[^>]*>", page_of(site, "da", "claims/3.1"))
    assert found is not None
    assert 'media="print"' in found[0]
