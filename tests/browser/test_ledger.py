"""The ledger's table in Chromium: whole without a script, sorted and filtered with one, by mouse and by keyboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

CLAIMS = 25
FORM = ".entydig-ledger-form"
ROWS = "#tbl-ledger tbody tr"


def ledger(site: Path, language: str = "en") -> str:
    return f"{site.as_uri()}/{language}/notebooks/synthesis/ledger.html"


def shown(page: Page) -> list[str]:
    return [said.strip() for said in page.locator(f"{ROWS}:visible td:first-child").all_inner_texts()]


def test_without_a_script_the_table_is_complete_and_the_form_away(site: Path, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(ledger(site))
        assert len(shown(page)) == CLAIMS
        expect(page.locator(FORM)).to_be_hidden()
        expect(page.locator("#tbl-ledger th button")).to_have_count(0)


def test_rows_are_filtered_by_finding_verdict_family_and_words_and_counted(
    site: Path, browser: Browser
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(ledger(site))
        choose = page.locator(f"{FORM} select")
        choose.nth(0).select_option(label=page.locator(f"{FORM} option[value='3.']").inner_text())
        assert shown(page) == ["3.1", "3.2", "3.3", "3.4"]
        expect(page.locator(f"{FORM} output")).to_have_text(f"4 of {CLAIMS} claims are shown.")
        choose.nth(2).select_option("secondary")
        assert shown(page) == ["3.3", "3.4"]
        page.locator(f"{FORM} input").fill("recommendation")
        assert shown(page) == ["3.4"]
        page.locator(f"{FORM} button").click()
        expect(page.locator(f"{ROWS}:visible")).to_have_count(CLAIMS)
        choose.nth(1).select_option("●")
        assert all("●" in said for said in page.locator(f"{ROWS}:visible").all_inner_texts())


def test_a_heading_sorts_both_ways_by_keyboard_and_says_so(site: Path, browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(ledger(site))
        heading = page.locator("#tbl-ledger thead th").nth(4)
        bases = []
        for direction in ("ascending", "descending"):
            heading.locator("button").focus()
            page.keyboard.press("Enter")
            expect(heading).to_have_attribute("aria-sort", direction)
            said = page.locator(f"{ROWS} td:nth-child(5)").all_inner_texts()
            numbers = [int(re.sub(r"[,.]", "", each.split("–")[0])) for each in said if each.strip("– ")]
            bases.append(numbers)
        assert bases[0] == sorted(bases[0])
        assert bases[1] == sorted(bases[1], reverse=True)
        page.locator("#tbl-ledger thead th button").first.click()
        assert shown(page)[:2] == ["1.1", "1.2"]
        expect(heading).not_to_have_attribute("aria-sort", re.compile("."))


@pytest.mark.parametrize("language", ["da", "en"])
def test_on_a_telephone_rows_are_cards_that_name_their_columns(
    site: Path, browser: Browser, language: str
) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(ledger(site, language))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        box = page.locator("#tbl-ledger").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390
        heading = page.locator("#tbl-ledger thead th").nth(5).inner_text()
        assert page.locator(f"{ROWS} td:nth-child(6)").first.get_attribute("data-heading") == heading


def test_a_number_leads_to_the_claims_own_page_and_from_there_to_its_box(
    site: Path, browser: Browser
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(ledger(site))
        page.get_by_role("link", name="3.2", exact=True).click()
        page.wait_for_url(re.compile(r"/claims/3\.2\.html$"))
        page.locator('.answer a[href*="#claim-3-2"]').click()
        page.wait_for_url(re.compile(r"3-value-gap\.html#claim-3-2$"))
        expect(page.locator("#claim-3-2")).to_be_in_viewport()
