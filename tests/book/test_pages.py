"""The pages without results: one heading at the top, the same parts in every language, pictures that can be heard."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from entydig.publishing.configuration import Edition
from entydig.publishing.filter import filter_page
from entydig.publishing.staging import stage

ROOT = Path(__file__).parents[2]
LANGUAGES = ("da", "en")
PAGES = sorted((ROOT / "book").glob("*.md"))
FENCED = re.compile(r"^(`{3,}).*?^\1`*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#+) ", re.MULTILINE)
LABEL = re.compile(r"^\(([a-z0-9-]+)\)=$|^:name: (\S+)$", re.MULTILINE)
FIGURE = re.compile(r"^```\{figure\} (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def read(page: Path, language: str) -> str:
    return filter_page(page.read_text(encoding="utf-8"), language, page.name)


def levels(text: str) -> list[int]:
    return [len(marks) for marks in HEADING.findall(FENCED.sub("", text))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_languages_have_the_same_labels_and_headings(page: Path) -> None:
    first, *others = (read(page, language) for language in LANGUAGES)
    for other in others:
        assert LABEL.findall(other) == LABEL.findall(first)
        assert levels(other) == levels(first)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_one_title_and_skips_no_level(page: Path, language: str) -> None:
    found = levels(read(page, language))
    assert found[0] == 1
    assert found.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(found))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_drawing_is_there_in_the_pages_language_and_has_a_text_alternative(
    page: Path, language: str
) -> None:
    for name, options in FIGURE.findall(read(page, language)):
        assert name.endswith(f"-{language}.svg")
        drawing = ElementTree.parse(page.parent / name).getroot()
        assert {child.tag.split("}")[1] for child in drawing} >= {"title", "desc"}
        assert re.search(r"^:alt: .{40,}$", options, re.MULTILINE)


def test_the_changelog_goes_along_for_the_page_that_includes_it(tmp_path: Path) -> None:
    root, folder = tmp_path / "root", tmp_path / "staged"
    (root / "book").mkdir(parents=True)
    (root / "book" / "changes.md").write_text("# Changes\n", encoding="utf-8")
    (root / "CHANGELOG.md").write_text("# Changelog\n", encoding="utf-8")
    toc = {"format": "jb-book", "root": "book/changes"}
    stage(root, tmp_path / "runs", folder, {}, toc, Edition("en", "A book"), {})
    assert (folder / "CHANGELOG.md").read_text(encoding="utf-8") == "# Changelog\n"
