"""The site by keyboard alone, on a telephone, and without movement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

NARROW = {"width": 390, "height": 844}
FRONT = "notebooks/synthesis/front-page"
FINDING = "notebooks/findings/3-value-gap"
LEDGER = "notebooks/synthesis/ledger"
# What has the focus, and whether that can be seen, on itself or its picture: in the window, with a size, and framed.
FOCUSED = """() => {
    const focused = document.activeElement;
    const seen = each => {
        const box = each.getBoundingClientRect(), look = getComputedStyle(each);
        return box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0
            && box.left < innerWidth && look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2;
    };
    return {
        name: focused.outerHTML.slice(0, 90),
        body: focused === document.body,
        inMain: Boolean(focused.closest('main')),
        seen: seen(focused) || [...focused.children].some(seen),
    };
}"""
# What is cut off at the right and can be pulled: by keyboard only with a place in the order, or something in it.
UNREACHABLE = """() => [...document.querySelectorAll('main *')].filter(each => {
    const look = getComputedStyle(each);
    return each.scrollWidth > each.clientWidth + 1 && ['auto', 'scroll'].includes(look.overflowX)
        && each.clientWidth > 0 && each.tabIndex < 0 && !each.querySelector('a, button, summary, input, select');
}).map(each => each.outerHTML.slice(0, 120))"""
MOVING = """() => [...document.querySelectorAll('*')].filter(each => {
    const look = getComputedStyle(each);
    const seconds = said => Math.max(...said.split(',').map(parseFloat));
    return seconds(look.transitionDuration) > 0.01 || look.scrollBehavior === 'smooth'
        || (look.animationName !== 'none' && seconds(look.animationDuration) > 0.01);
}).map(each => each.outerHTML.slice(0, 90))"""
WORDS = {"da": "projektledernes", "en": "managers"}
TABS = 400  # more than any page has


@contextmanager
def opened(browser: Browser, site: Path, name: str, **options: Any) -> Iterator[Page]:
    with browser.new_context(**options) as context:
        page = context.new_page()
        page.goto((site / f"{name}.html").as_uri(), wait_until="load")
        yield page


def focused(page: Page) -> dict[str, Any]:
    return dict(page.evaluate(FOCUSED))


def test_the_first_stop_leads_past_the_navigation(site: Path, browser: Browser) -> None:
    with opened(browser, site, f"da/{FINDING}") as page:
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Gå til indholdet")).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert focused(page)["inMain"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [f"da/{FRONT}", f"en/{FINDING}", "en/search"])
def test_every_stop_can_be_seen_and_the_keyboard_is_caught_nowhere(
    site: Path, browser: Browser, name: str, scheme: Any
) -> None:
    stops: list[dict[str, Any]] = []
    with opened(browser, site, name, color_scheme=scheme, reduced_motion="reduce") as page:
        page.evaluate("document.activeElement.blur()")
        while len(stops) < TABS and not (stops and stops[-1]["body"]):
            page.keyboard.press("Tab")
            stops.append(focused(page))
    *stops, end = stops
    assert end["body"]
    assert len(stops) > 10
    assert [each["name"] for each in stops if not each["seen"]] == []


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_folded_code_opens_and_closes(site: Path, browser: Browser, key: str) -> None:
    with opened(browser, site, f"en/{FINDING}") as page:
        fold = page.locator("div.cell details").first
        expect(fold).not_to_have_attribute("open", "")
        fold.locator("summary").focus()
        page.keyboard.press(key)
        expect(fold.locator("pre").first).to_be_visible()
        page.keyboard.press(key)
        expect(fold.locator("pre").first).to_be_hidden()


def test_on_a_telephone_the_contents_open_and_escape_puts_them_away(site: Path, browser: Browser) -> None:
    with opened(browser, site, f"en/{FINDING}", viewport=NARROW) as page:
        toggle = page.get_by_role("button", name="Toggle primary sidebar")
        toggle.focus()
        page.keyboard.press("Enter")
        entry = page.get_by_role("link", name="Glossary")
        expect(entry).to_be_visible()
        page.keyboard.press("Tab")
        assert page.evaluate("Boolean(document.activeElement.closest('dialog'))")
        page.keyboard.press("Escape")
        expect(entry).to_be_hidden()


@pytest.mark.parametrize("language", ["da", "en"])
def test_search_is_a_key_away_and_escape_leaves_it(site: Path, browser: Browser, language: str) -> None:
    with opened(browser, site, f"{language}/{FINDING}") as page:
        page.keyboard.press("Control+k")
        field = page.locator("#pst-search-dialog input")
        expect(field).to_be_focused()
        page.keyboard.press("Escape")
        expect(field).to_be_hidden()
        page.keyboard.press("Control+k")
        page.keyboard.type(WORDS[language])
        page.keyboard.press("Enter")
        page.locator(".search li a").first.wait_for()


def test_claims_of_the_ledger_are_chosen_and_counted(site: Path, browser: Browser) -> None:
    with opened(browser, site, f"en/{LEDGER}") as page:
        rows = page.locator("#tbl-ledger tbody tr:visible")
        everything = rows.count()
        page.locator(".entydig-ledger-form select").first.focus()
        page.keyboard.press("ArrowDown")
        assert 0 < rows.count() < everything
        count = page.locator(".entydig-ledger-form output")
        expect(count).to_contain_text(f"{rows.count()} of {everything}")
        page.locator(".entydig-ledger-form button").focus()
        page.keyboard.press("Enter")
        expect(rows).to_have_count(everything)


@pytest.mark.parametrize("language", ["da", "en"])
def test_what_is_wider_than_a_telephone_can_be_pulled_by_keyboard(
    site: Path, browser: Browser, language: str
) -> None:
    unreachable = []
    with browser.new_context(viewport=NARROW) as context:
        page = context.new_page()
        for file in sorted((site / language / "notebooks").rglob("*.html")):
            page.goto(file.as_uri(), wait_until="load")
            unreachable += [f"{file.stem}: {each}" for each in page.evaluate(UNREACHABLE)]
        page.goto((site / language / f"{FINDING}.html").as_uri(), wait_until="load")
        wide = page.locator("main [tabindex='0']:is(figure, .pst-scrollable-table-container)").first
        wide.focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        page.wait_for_timeout(300)
        assert wide.evaluate("each => each.scrollLeft") > 0
    assert unreachable == []


@pytest.mark.parametrize("name", [f"da/{FRONT}", f"da/{FINDING}", f"da/{LEDGER}", "da/search"])
def test_nothing_moves_for_who_asks_for_no_movement(site: Path, browser: Browser, name: str) -> None:
    with opened(browser, site, name, reduced_motion="reduce") as page:
        assert page.evaluate(MOVING) == []
