"""Questions looked up in Chromium: drawn and announced with a script, complete without one, linked to by address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PAGE = "notebooks/synthesis/explorer.html"
ROWS = "#tbl-explorer tbody tr"
DRAWING = ".entydig-explorer-drawing svg"
CHOSEN = "#item=D5&group=manager"
# Text in the picture that its own colour or its place makes unreadable: outside the drawing.
OUTSIDE = """() => {
    const svg = document.querySelector('.entydig-explorer-drawing svg'), frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')].filter(each => {
        const box = each.getBoundingClientRect();
        return box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1;
    }).map(each => each.textContent);
}"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing of it."""

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


@contextmanager
def opened(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """Open a page; nothing may fail on it."""
    with browser.new_context(**options) as context:
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None
        )
        page.goto(address, wait_until="load")
        yield page
        assert faults == []


def explorer(site: Path, chosen: str = "", language: str = "en") -> str:
    return f"{(site / language / PAGE).as_uri()}{chosen}"


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=name)


def test_without_a_script_the_table_is_complete_and_the_form_away(site: Path, browser: Browser) -> None:
    with opened(browser, explorer(site), java_script_enabled=False) as page:
        expect(page.locator(".entydig-explorer")).to_be_hidden()
        assert page.locator(ROWS).count() == page.locator(f"{ROWS}:visible").count() > 100
        expect(page.locator(f"{ROWS}:visible").last).to_contain_text("I4")


def test_a_choice_is_drawn_kept_in_the_table_announced_and_put_into_the_address(
    site: Path, browser: Browser
) -> None:
    with opened(browser, explorer(site)) as page:
        expect(page.locator(f"{ROWS}:visible")).to_have_count(4)
        field(page, "Question").select_option("D5")
        field(page, "Group").select_option(label="Manager")
        expect(page.get_by_role("status")).to_have_text(
            "Shown: D5 Value for the effort overall; Manager; all waves."
        )
        expect(page.locator(f"{ROWS}:visible")).to_have_count(2)
        assert page.url.endswith(CHOSEN)
        name = page.locator(DRAWING).get_attribute("aria-label") or ""
        assert "Manager 2018. Answers: " in name
        assert "Manager, Change 2018–2020:" in name
        assert "Board" not in name
        field(page, "Wave").select_option("2020")
        expect(page.locator(".entydig-explorer-notes")).to_contain_text("when all waves are chosen")
        page.get_by_label("Show the whole table").check()
        assert page.locator(f"{ROWS}:visible").count() > 100


def test_what_was_not_asked_cannot_be_chosen_and_gives_way(site: Path, browser: Browser) -> None:
    with opened(browser, explorer(site, CHOSEN)) as page:
        field(page, "Question").select_option("B4")
        expect(field(page, "Group")).to_have_value("")
        expect(page.locator("select[name=group] option[value=manager]")).to_be_disabled()
        expect(page.locator(".entydig-explorer-notes")).to_contain_text("No finding has published a change")
        assert page.url.endswith("#item=B4")


def test_an_address_opens_its_choice_and_a_foreign_one_changes_nothing(site: Path, browser: Browser) -> None:
    with opened(browser, explorer(site, CHOSEN)) as page:
        expect(field(page, "Question")).to_have_value("D5")
        expect(field(page, "Group")).to_have_value("manager")
        for foreign in ("#item=constructor", "#explorer-limits", "#item=%3Cimg%20src%3Dx%3E"):
            page.evaluate("hash => { location.hash = hash; }", foreign)
            expect(field(page, "Question")).to_have_value("D5")
        page.evaluate("location.hash = '#item=H1&wave=2020&group=nobody'")
        expect(page.get_by_role("status")).to_contain_text("H1 ")
        expect(field(page, "Group")).to_have_value("")
        expect(page.locator(f"{ROWS}:visible")).to_have_count(2)


def test_everything_is_chosen_by_keyboard(site: Path, browser: Browser) -> None:
    with opened(browser, explorer(site, "#item=D4")) as page:
        field(page, "Question").focus()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("status")).to_contain_text("D5 ")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("status")).to_contain_text("; Board; 2018.")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(page.get_by_label("Show the whole table")).to_be_checked()


def test_it_works_over_http_in_danish(site: Path, browser: Browser) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/da/{PAGE}{CHOSEN}"
        with opened(browser, address) as page:
            expect(page.get_by_role("status")).to_contain_text("Projektleder; alle målinger.")
            expect(page.locator(DRAWING)).to_have_count(1)
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("width", [1280, 390])
def test_every_picture_keeps_its_words_inside(site: Path, browser: Browser, width: int) -> None:
    with opened(browser, explorer(site, language="da"), viewport={"width": width, "height": 844}) as page:
        choose = page.locator("select[name=item]")
        for item in choose.locator("option").evaluate_all("found => found.map(each => each.value)"):
            choose.select_option(item)
            assert page.evaluate(OUTSIDE) == [], item
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(site: Path, browser: Browser, scheme: Any, width: int) -> None:
    looks = {"color_scheme": scheme, "reduced_motion": "reduce", "viewport": {"width": width, "height": 844}}
    # Not by `opened`: axe asks for the style sheets, which a page in a folder may not.
    with browser.new_context(**looks) as context:
        page = context.new_page()
        page.goto(explorer(site, CHOSEN), wait_until="load")
        page.add_style_tag(content="* { transition: none !important; }")
        found = Axe().run(
            page,
            options={
                "runOnly": {
                    "type": "tag",
                    "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
                }
            },
        )
        assert [each["id"] for each in found.response["violations"]] == []
