"""No type of page has anything that axe finds, against WCAG 2.2 AA or good practice, wide or narrow, light or dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
# What a page is made of is the same in the dark; only its colours are not.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": WIDE},
    "dark": {"color_scheme": "dark", "viewport": WIDE},
    "narrow": {"color_scheme": "light", "viewport": NARROW},
}
# One of each type.
PAGES = (
    "notebooks/synthesis/front-page",
    "notebooks/synthesis/ledger",
    "notebooks/synthesis/robustness",
    "notebooks/findings/5-resident-democracy",
    "notebooks/cases/place-x",
    "notebooks/synthesis/joint-display",
    "notebooks/monitoring/official-lists",
    "notebooks/methods/survey-and-nonresponse",
    "claims/4.2",
    "book/programme",
    "book/for-reviewers",
    "book/cite",
    "book/references",
    "book/glossary",
)
WORDS = {"da": "projektlederne", "en": "managers"}


def violations(page: Any, options: dict[str, Any], name: str) -> list[str]:
    # Colours half way fail for a moment, though nothing should move in the first place.
    page.add_style_tag(content="* { transition: none !important; }")
    return [
        f"{name}: {each['id']}: {each['help']}: {[node['target'] for node in each['nodes']][:3]}"
        for each in Axe().run(page, options=options).response["violations"]
    ]


@pytest.mark.parametrize(
    ("look", "language"), [("light", "da"), ("light", "en"), ("dark", "da"), ("dark", "en"), ("narrow", "da")]
)
def test_axe_finds_nothing_on_any_type_of_page(
    site: Path, browser: Browser, language: str, look: str
) -> None:
    options = COLOURS if look == "dark" else EVERYTHING
    found = []
    with browser.new_context(reduced_motion="reduce", **LOOKS[look]) as context:
        page = context.new_page()
        for name in PAGES:
            page.goto((site / language / f"{name}.html").as_uri(), wait_until="load")
            found += violations(page, options, name)
        page.goto(f"{(site / language / 'search.html').as_uri()}?q={WORDS[language]}", wait_until="load")
        page.locator(".search li a").first.wait_for()
        found += violations(page, options, "search")
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_the_page_that_offers_the_languages(
    site: Path, browser: Browser, look: str
) -> None:
    with browser.new_context(reduced_motion="reduce", **LOOKS[look]) as context:
        page = context.new_page()
        page.goto((site / "index.html").as_uri(), wait_until="load")
        assert violations(page, EVERYTHING, "root") == []


def test_axe_finds_nothing_in_what_is_folded_away_at_first(site: Path, browser: Browser) -> None:
    found = []
    with browser.new_context(reduced_motion="reduce", viewport=NARROW) as context:
        page = context.new_page()
        page.goto((site / "da" / "notebooks/findings/3-value-gap.html").as_uri(), wait_until="load")
        page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true; })")
        found += violations(page, EVERYTHING, "folds")
        page.locator(".primary-toggle").click()
        page.locator("dialog[open] .bd-links").wait_for()
        found += violations(page, EVERYTHING, "contents")
        page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        page.locator("#pst-search-dialog input").wait_for()
        found += violations(page, EVERYTHING, "search")
    assert found == [], "\n".join(found)
