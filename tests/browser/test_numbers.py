"""What a number in the text says of itself: to pointer, keyboard, finger, and without a script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PAGE = "notebooks/findings/3-value-gap.html"
NUMBER = ".answer a.entydig-number"
SAID = ".entydig-said:visible"
KINDS = {"da": "Påstand 3.1 · syntetiske data", "en": "Claim 3.1 · synthetic data"}


def finding(site: Path, language: str = "en") -> str:
    return (site / language / PAGE).as_uri()


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_pointer_shows_estimate_interval_base_claim_and_kind_of_data(
    site: Path, browser: Browser, language: str
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(finding(site, language))
        expect(page.locator(SAID)).to_have_count(0)
        page.locator(NUMBER).first.hover()
        said = page.locator(SAID)
        expect(said).to_contain_text(KINDS[language])
        assert re.search(r"\(95\s?%.*n = \d+", said.inner_text())
        said.hover()  # stays, so that it can be read and copied
        page.wait_for_timeout(400)
        expect(said).to_have_count(1)
        page.mouse.move(2, 2)
        expect(page.locator(SAID)).to_have_count(0)


def test_the_keyboard_shows_it_escape_puts_it_away_and_it_describes_the_link(
    site: Path, browser: Browser
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(finding(site))
        number = page.locator(NUMBER).first
        number.focus()
        said = page.locator(SAID)
        expect(said).to_have_attribute("role", "tooltip")
        assert said.get_attribute("id") == number.get_attribute("aria-describedby")
        page.keyboard.press("Escape")
        expect(page.locator(SAID)).to_have_count(0)
        expect(number).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"#claim-3-1$"))


def test_a_first_tap_shows_it_and_a_second_follows_the_link(site: Path, browser: Browser) -> None:
    with browser.new_context(has_touch=True, viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(finding(site))
        number = page.locator(NUMBER).first
        number.tap()
        expect(page.locator(SAID)).to_contain_text("Tap again")
        assert "#" not in page.url
        assert inside(page)
        number.tap()
        page.wait_for_url(re.compile(r"#claim-3-1$"))


def test_it_stays_inside_the_window_wherever_the_number_stands(site: Path, browser: Browser) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(finding(site))
        for number in page.locator(NUMBER).all():
            number.focus()
            assert inside(page)


def test_without_a_script_the_title_says_it(site: Path, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(finding(site))
        expect(page.locator(NUMBER).first).to_have_attribute("title", re.compile(re.escape(KINDS["en"])))


def test_from_a_number_to_its_claim_and_on_to_its_cell(site: Path, browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(finding(site))
        page.locator(NUMBER).first.click()
        page.locator("#claim-3-1 strong a").click()
        page.wait_for_url(re.compile(r"/claims/3\.1\.html$"))
        expect(
            page.locator("#page-claim-3-1-source ~ *, section:has(#page-claim-3-1-source)").first
        ).to_contain_text("notebooks/findings/3-value-gap.ipynb")


def test_a_verdict_on_the_front_page_says_its_word_over_the_table(site: Path, browser: Browser) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.goto((site / "en" / "notebooks" / "synthesis" / "front-page.html").as_uri())
        rows = page.locator("table.entydig-findings tbody tr")
        assert rows.last.evaluate("row => row.getBoundingClientRect().bottom") <= 800
        rows.last.locator("a.entydig-number").last.focus()
        expect(page.locator(SAID)).to_contain_text("in synthetic data")
        assert inside(page)


def inside(page: Page) -> bool:
    box = page.locator(SAID).bounding_box()
    size = page.viewport_size
    assert box is not None
    assert size is not None
    across = box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
    return across and box["y"] >= 0 and box["y"] + box["height"] <= size["height"]
