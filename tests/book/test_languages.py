"""The finished books hold the same in every language, and nothing on a page is left in another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import html  # type: ignore[import-untyped]

pytestmark = pytest.mark.slow

LANGUAGES = ("da", "en")
SAID = (
    "title",
    "aria-label",
    "aria-description",
    "placeholder",
    "alt",
    "data-bs-title",
    "data-count",
    "content",
)
UNSEEN = {"script", "style", "noscript"}
WORD = re.compile(r"[^\W\d_]{2,}")
# The same in every language: kinds of file, keys, addresses, names of standards and of people, what a machine reads.
COMMON = re.compile(
    r"\.?(pdf|md|ipynb|csv|svg|bib|ris|json)|BibTeX|CSL-JSON|[A-Z]{3,}|Ctrl|Data|noindex|width=device-width.*"
    r"|default-src.*|summary(_large_image)?|website|article|https?://\S+|[\w.-]+(\.html|/)"
    r"|[0-9a-f]{12}|JointSports|Entydig ledelse|The entydig contributors"
)
NAMED = re.compile(r"(fig-|tbl-|claim-\d)")


@cache
def tree(page: Path) -> Any:
    return html.parse(str(page)).getroot()


def pages(site: Path) -> list[str]:
    """Name the pages of the first language, but for the one that only leads to another."""
    folder = site / LANGUAGES[0]
    names = (file.relative_to(folder).as_posix() for file in sorted(folder.rglob("*.html")))
    return [name for name in names if name != "index.html" and not name.startswith("_static/")]


def compared(site: Path) -> Iterator[tuple[str, list[Any]]]:
    for name in pages(site):
        yield name, [tree(site / language / name) for language in LANGUAGES]


def interface(page: Any) -> set[str]:
    """Give what the theme and the site say: texts outside the article, and attributes that are read out."""
    texts = {
        text.strip()
        for element in page.iter()
        if isinstance(element.tag, str) and element.tag not in UNSEEN
        for text in _texts(element)
    }
    attributes = {
        element.get(name)
        for element in page.iter()
        for name in SAID
        if not is_source(element) and element.get(name)
    }
    return {said for said in texts | attributes if WORD.search(said) and not COMMON.fullmatch(said)}


def _texts(element: Any) -> Iterator[str]:
    if not any(each.tag == "article" for each in (element, *element.iterancestors())):
        yield element.text or ""
    if not any(each.tag == "article" for each in element.iterancestors()):
        yield element.tail or ""


def is_source(element: Any) -> bool:
    """Tell whether an element cites a source, whose title stays in its own language."""
    return element.tag == "a" and re.search(r"#id\d+$", element.get("href", "")) is not None


def values(page: Any) -> Counter[tuple[str, str]]:
    """Give the numbers of claims that stand in the text, by the record they come from, without signs of a language."""
    links = [each for each in page.xpath(".//article//a") if re.search(r"#claim-\d", each.get("href", ""))]
    return Counter((each.get("href"), " ".join(re.findall(r"\d+", each.text_content()))) for each in links)


def test_every_book_has_the_same_pages(site: Path) -> None:
    first, *others = (
        {file.relative_to(site / language) for file in (site / language).rglob("*.html")}
        for language in LANGUAGES
    )
    assert first
    assert all(other == first for other in others)


def test_every_page_names_itself_in_every_language(site: Path) -> None:
    wrong = []
    for file in [
        site / "index.html",
        *(file for each in LANGUAGES for file in (site / each).rglob("*.html")),
    ]:
        name = file.relative_to(site)
        same = Path(*name.parts[1:]) if len(name.parts) > 1 else Path("index.html")
        links = tree(file).xpath('//link[@rel="alternate"]')
        found = {each.get("hreflang"): (file.parent / each.get("href")).resolve() for each in links}
        if found != {each: (site / each / same).resolve() for each in LANGUAGES}:
            wrong.append(name.as_posix())
    assert wrong == []


def test_the_switch_of_every_page_leads_to_the_same_page(site: Path) -> None:
    wrong = []
    for name, trees in compared(site):
        for language, page in zip(LANGUAGES, trees, strict=True):
            links = page.xpath('//nav[@class="entydig-languages"]/a')
            place = (site / language / name).parent
            found = {each.get("lang"): (place / each.get("href")).resolve() for each in links}
            if found != {each: (site / each / name).resolve() for each in LANGUAGES if each != language}:
                wrong.append(f"{language}/{name}")
    assert wrong == []


def test_nothing_that_the_pages_say_is_left_in_another_language(site: Path) -> None:
    left: dict[str, str] = {}
    for name, (danish, english) in compared(site):
        left |= dict.fromkeys(interface(danish) & interface(english), name)
    assert left == {}


def test_headings_correspond(site: Path) -> None:
    for name, trees in compared(site):
        first, *others = ([each.tag for each in page.xpath("//h1|//h2|//h3|//h4")] for page in trees)
        assert all(other == first for other in others), name


def test_figures_tables_and_claims_correspond(site: Path) -> None:
    for name, trees in compared(site):
        first, *others = (
            (
                [each for each in page.xpath("//article//@id") if NAMED.match(each)],
                len(page.xpath("//article//img")),
            )
            for page in trees
        )
        assert all(other == first for other in others), name


def test_numbers_of_claims_correspond(site: Path) -> None:
    total = 0
    for name, trees in compared(site):
        first, *others = (values(page) for page in trees)
        assert all(other == first for other in others), (name, [first - other for other in others])
        total += first.total()
    assert total > 0


def test_every_picture_has_a_text_of_its_own_in_the_language_of_the_page(site: Path) -> None:
    for name, trees in compared(site):
        first, *others = ([each.get("alt") for each in page.xpath("//article//img")] for page in trees)
        assert all(alt and len(alt) >= 20 for alt in first), name
        assert not any(set(first) & set(other) for other in others), name
