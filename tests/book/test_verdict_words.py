"""No page says another verdict of a claim than the ledger: text, descriptions and alternative texts of a whole site."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from entydig.claims.wording import SYMBOLS
from entydig.wording import text

LANGUAGES = ("da", "en")
BLOCKS = "p, li, dt, dd, h1, h2, h3, h4, figcaption, caption, summary, td, th, pre"
# Rows are read whole, since a claim and its verdict stand in cells of their own.
WHOLE = "tr"
ATTRIBUTES = ("alt", "title", "aria-label")
DEFINITION = "entydig-definition"

pytestmark = pytest.mark.xdist_group("verdict words")


@dataclass(frozen=True)
class Ledger:
    """What the ledger of a site says, in one language.

    Attributes
    ----------
    words, symbols : Mapping[str, str]
        Of each claim.
    pages : Mapping[str, frozenset of str]
        From a page to the claims it decides.
    source : str
    """

    words: Mapping[str, str]
    symbols: Mapping[str, str]
    pages: Mapping[str, frozenset[str]]
    source: str
    language: str

    @classmethod
    def read(cls, site: Path, language: str) -> Ledger:
        content = json.loads((site / "ledger.json").read_text(encoding="utf-8"))
        records, pages = content["records"], {}
        for record in records:
            page = content["claims"][record["claim"]]["page"]
            pages[page] = pages.get(page, frozenset()) | {record["claim"]}
            pages[content["claims"][record["claim"]]["claim_page"]] = frozenset([record["claim"]])
        return cls(
            {record["claim"]: record["words"][language] for record in records},
            {record["claim"]: SYMBOLS[record["verdict"]["word"]] for record in records},
            pages,
            records[0]["data"],
            language,
        )

    @property
    def phrases(self) -> re.Pattern[str]:
        """Every way a verdict is said, the longest first: one may end as another does."""
        keys = (f"{self.source}_{word.replace(' ', '_')}" for word in SYMBOLS)
        said = sorted((text(key, self.language) for key in keys), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, said)))

    @property
    def claims(self) -> re.Pattern[str]:
        """The number of a claim, standing alone, and the symbol behind it where there is one."""
        known = "|".join(map(re.escape, sorted(self.words, key=len, reverse=True)))
        return re.compile(rf"(?<![\d.,])({known})(?![\d%]|[.,]\d)(?:\s*([{''.join(SYMBOLS.values())}]))?")


def words_of(element: Tag) -> str:
    """Give what an element says, without the definitions that show on demand."""
    own = (each for each in element.find_all(string=True) if not each.find_parent(class_=DEFINITION))
    return " ".join("".join(own).split())


def said_on(page: Tag) -> Iterator[tuple[str, str]]:
    """Give each piece of a page's text with the anchor of the record it stands in, which is empty outside one."""
    for meta in page.select('meta[name="description"]'):
        yield str(meta["content"]), ""
    article = page.select_one("article") or page
    for element in article.find_all(True):
        record = element.find_parent(class_="record")
        anchor = str(record.get("id", "")) if record else ""
        for name in ATTRIBUTES:
            if element.get(name):
                yield f"{words_of(element)} {element[name]}", anchor
    for block in article.select(f"{BLOCKS}, {WHOLE}"):
        if block.find_parent(class_=DEFINITION):
            continue
        inner = block.find(BLOCKS.split(", ")) is not None
        if block.name == WHOLE or not (inner or block.find_parent(WHOLE)):
            record = block.find_parent(class_="record")
            cells = block.find_all(["td", "th"]) if block.name == WHOLE else [block]
            yield " ".join(map(words_of, cells)), str(record.get("id", "")) if record else ""


def faults(ledger: Ledger, page: str, html: str) -> list[str]:
    """List what a page says otherwise than the ledger."""
    found = []
    by_anchor = {f"claim-{claim.replace('.', '-')}": claim for claim in ledger.words}
    for piece, anchor in said_on(BeautifulSoup(html, "html.parser")):
        named = ledger.claims.findall(piece)
        wrong = [f"{claim} {symbol}" for claim, symbol in named if symbol not in ("", ledger.symbols[claim])]
        inside = {by_anchor[anchor]} if anchor in by_anchor else {claim for claim, _ in named}
        about = inside or ledger.pages.get(page, frozenset())
        allowed = {ledger.words[claim] for claim in about}
        wrong += [said for said in ledger.phrases.findall(piece) if about and said not in allowed]
        found += [f"{page}: {each!r} in {piece[:160]!r}" for each in wrong]
    return found


@pytest.fixture(scope="module")
def sites(copied: Path, site: Path, command: Callable[..., str]) -> dict[str, Path]:
    """Give the site as shipped, and one of answers of the world where nothing is so."""
    command(copied, "build", "--no-print", "--data", "world:null", "--name", "null", "--no-examples")
    return {"main": site, "null": copied / "_build" / "site-null"}


def pages_of(site: Path, language: str) -> dict[str, str]:
    files = sorted(file for file in (site / language).rglob("*.html") if "_static" not in file.parts)
    return {file.relative_to(site / language).as_posix(): file.read_text(encoding="utf-8") for file in files}


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("build", ["main", "null"])
def test_no_page_says_another_verdict_than_the_ledger(
    sites: dict[str, Path], build: str, language: str
) -> None:
    site = sites[build]
    ledger = Ledger.read(site, language)
    said = {name: html for name, html in pages_of(site, language).items() if "examples/" not in name}
    assert [fault for name, html in said.items() for fault in faults(ledger, name, html)] == []


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("build", ["main", "null"])
def test_every_claim_has_its_verdict_in_its_box_on_its_page_in_its_description_and_in_the_ledger(
    sites: dict[str, Path], build: str, language: str
) -> None:
    site = sites[build]
    ledger, pages = Ledger.read(site, language), pages_of(site, language)
    rows = BeautifulSoup(pages["notebooks/synthesis/ledger.html"], "html.parser").select("#tbl-ledger tr")
    listed = {words_of(row.find("td")): words_of(row) for row in rows[1:]}
    missing = []
    for claim, words in ledger.words.items():
        own = BeautifulSoup(pages[f"claims/{claim}.html"], "html.parser")
        owner = next(page for page, claims in ledger.pages.items() if claim in claims and "notebooks" in page)
        anchor = f"claim-{claim.replace('.', '-')}"
        boxes = BeautifulSoup(pages[owner], "html.parser").select(f"#{anchor}")
        places: dict[str, Any] = {
            "box": words_of(boxes[0]) if boxes else "",
            "page": words_of(own.select_one(".answer")),
            "description": own.select_one('meta[name="description"]')["content"],
            "ledger": listed[claim],
        }
        missing += [f"{claim}, {place}: {words}" for place, said in places.items() if words not in said]
    assert missing == []


@pytest.mark.slow
def test_the_description_of_a_finding_changes_with_the_answers(sites: dict[str, Path]) -> None:
    for language in LANGUAGES:
        owners = [page for page in Ledger.read(sites["main"], language).pages if "notebooks" in page]
        described = {
            build: [
                BeautifulSoup(pages_of(site, language)[page], "html.parser").select_one(
                    'meta[name="description"]'
                )["content"]
                for page in owners
            ]
            for build, site in sites.items()
        }
        silent = [
            page
            for page, said in zip(owners, described["main"], strict=True)
            if not Ledger.read(sites["main"], language).phrases.search(said)
        ]
        assert silent == []
        assert all(here != there for here, there in zip(described["main"], described["null"], strict=True))


@pytest.mark.slow
def test_the_two_worlds_have_verdicts_that_differ(sites: dict[str, Path]) -> None:
    shipped, null = (Ledger.read(sites[build], "en").words for build in ("main", "null"))
    assert set(shipped) == set(null)
    assert sum(shipped[claim] != null[claim] for claim in shipped) > len(shipped) / 2


LEDGER = Ledger(
    {"3.1": "recovered in synthetic data", "3.2": "undecided in synthetic data"},
    {"3.1": "●", "3.2": "◐"},
    {"notebooks/findings/3-a.html": frozenset(["3.1", "3.2"]), "claims/3.1.html": frozenset(["3.1"])},
    "synthetic",
    "en",
)
FINDING, OWN, OTHER = "notebooks/findings/3-a.html", "claims/3.1.html", "book/how-to-read.html"


@pytest.mark.parametrize(
    ("page", "html", "found"),
    [
        (FINDING, "<p>The gap is 3.4 points: recovered in synthetic data.</p>", 0),
        (FINDING, "<p>The gap is 3.4 points: not recovered in synthetic data.</p>", 1),
        (FINDING, '<div class="record" id="claim-3-2"><p>recovered in synthetic data</p></div>', 1),
        (FINDING, '<div class="record" id="claim-3-2"><p>◐ undecided in synthetic data</p></div>', 0),
        (OWN, '<meta name="description" content="undecided in synthetic data">', 1),
        (OWN, "<p>recovered in synthetic data</p>", 0),
        (OTHER, "<p>3.1\xa0● and 3.2\xa0●</p>", 1),
        (OTHER, "<table><tr><td>3.2</td><td>◐ recovered in synthetic data</td></tr></table>", 1),
        (OTHER, "<table><tr><td>3.2</td><td>◐ undecided in synthetic data</td></tr></table>", 0),
        (OTHER, "<p>A verdict may be called not recovered in synthetic data.</p>", 0),
        (OTHER, '<img alt="Claim 3.1 is undecided in synthetic data">', 1),
        (OTHER, '<a title="undecided in synthetic data">3.1\xa0●</a>', 1),
        (FINDING, f"<p>not <i>recovered <b class='{DEFINITION}'>x</b></i>in synthetic data</p>", 1),
        (OTHER, "<p>Version 13.1 and 3.1.4 are undecided in synthetic data.</p>", 0),
    ],
)
def test_a_verdict_that_the_ledger_does_not_have_is_found_wherever_it_stands(
    page: str, html: str, found: int
) -> None:
    assert len(faults(LEDGER, page, html)) == found
