"""The foot of a page in Chromium: files come with their names, the printed page has what is read and no more."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

FINDING = "notebooks/findings/3-value-gap.html"
AWAY = (
    ".bd-sidebar-primary",
    ".bd-sidebar-secondary",
    ".bd-header-article",
    ".prev-next-footer",
    ".entydig-citing ul",
)
KEPT = (".bd-article h1", ".entydig-banner", ".answer", "figure img", ".entydig-citing p", ".entydig-foot")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Serve the site to this machine: a file beside a page in a folder is opened, not taken along."""
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def opened(browser: Browser, site: Path, name: str, width: int = 1280) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto((site / name).as_uri())
    return page


@pytest.mark.parametrize(("language", "word"), [("da", "syntetisk"), ("en", "synthetic")])
def test_every_file_at_the_foot_is_taken_along_with_a_name_that_says_synthetic(
    address: str, browser: Browser, language: str, word: str
) -> None:
    page = browser.new_page(accept_downloads=True)
    page.goto(f"{address}/{language}/{FINDING}")
    links = page.locator(".entydig-citing a[download]")
    assert links.count() == 5
    for link in links.all():
        with page.expect_download() as taken:
            link.click()
        assert word in taken.value.suggested_filename
        assert taken.value.path().stat().st_size > 0
    page.close()


def test_a_printed_page_has_title_banner_figures_and_foot_and_nothing_to_click(
    site: Path, browser: Browser
) -> None:
    page = opened(browser, site, f"da/{FINDING}", width=700)
    page.emulate_media(media="print", color_scheme="dark")
    for selector in AWAY:
        assert page.locator(selector).first.is_hidden(), selector
    for selector in KEPT:
        assert page.locator(selector).first.is_visible(), selector
    assert not any(each.is_visible() for each in page.locator("details.hide").all())
    widths = page.evaluate(
        "[...document.images].map(each => [each.getBoundingClientRect().right, innerWidth])"
    )
    assert all(right <= width for right, width in widths)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()


def test_the_foot_fits_a_narrow_page(site: Path, browser: Browser) -> None:
    page = opened(browser, site, "en/claims/3.1.html", width=390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.close()
