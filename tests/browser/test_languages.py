"""What scripts write into the pages is in the language of the book too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

# Everything that names a control, as it stands once all scripts have run.
NAMES = """() => [...document.querySelectorAll('*')].flatMap(each => [
    ...['title', 'aria-label', 'placeholder', 'data-bs-original-title', 'data-tooltip', 'data-toggle-hint']
        .map(name => each.getAttribute(name) ?? ''),
    each.matches('button, summary, label, option') ? each.textContent : '',
    // What a style sheet writes.
    ...['::before', '::after'].map(part => getComputedStyle(each, part).content.replaceAll('"', '')),
]).map(said => said.trim())"""
DONE = {"da": re.compile("Fundne sider|Ingen sider"), "en": re.compile("found|did not match")}
# The same in both: kinds of file, keys, what stands in an attribute for nothing, and titles of sources.
COMMON = re.compile(
    r"none|normal|counters?\(.*|attr\(.*|\.?(pdf|md|ipynb|csv|svg)|CSV|SVG|Ctrl.*|n = ?.*|.*\bURL: .*|.*\d{4}\."
)


def names(page_names: list[str]) -> set[str]:
    words = {" ".join(each.split()) for each in page_names}
    return {each for each in words if re.search(r"[^\W\d_]{2,}", each) and not COMMON.fullmatch(each)}


@pytest.mark.parametrize(
    "name", ["notebooks/findings/3-value-gap", "notebooks/synthesis/ledger", "book/rerun-or-fork"]
)
def test_no_name_of_a_control_is_the_same_in_both_languages(site: Path, browser: Browser, name: str) -> None:
    found = []
    with browser.new_context() as context:
        page = context.new_page()
        for language in ("da", "en"):
            page.goto((site / language / f"{name}.html").as_uri(), wait_until="load")
            found.append(names(page.evaluate(NAMES)))
    danish, english = found
    assert len(danish) > 5
    assert danish & english == set()


@pytest.mark.parametrize("word", ["VIVE", "qqqq"], ids=["found", "not found"])
def test_the_search_page_says_what_it_found_in_its_own_language(
    site: Path, browser: Browser, word: str
) -> None:
    said = []
    with browser.new_context() as context:
        page = context.new_page()
        for language in ("da", "en"):
            page.goto(f"{(site / language / 'search.html').as_uri()}?q={word}", wait_until="load")
            expect(page.locator(".search-summary")).to_have_text(DONE[language])
            page.locator("#search-results ul").evaluate("each => each.remove()")
            lines = page.locator("#search-results").inner_text().splitlines()
            said.append({line.strip() for line in lines if line.strip()})
    danish, english = said
    assert danish
    assert danish & english == set()
    assert not re.search("undefined|NaN|null", " ".join(danish | english))
