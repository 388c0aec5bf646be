"""The whole site in Chromium: from a server and from a plain folder, wide and narrow."""

from __future__ import annotations

import functools
import html
import http.server
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect

from entydig.publishing.csp import protect_folder
from entydig.publishing.sphinx_extension import copy_mathjax

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

LANGUAGES = ("da", "en")
NARROW = {"width": 390, "height": 844}
# A word of a finding, in another form than the page has it.
WORDS = {"da": ("projektledernes", "3-value-gap.html"), "en": ("managers", "3-value-gap.html")}


# As Sphinx writes it, without the theme.
FORMULA = r"""<!DOCTYPE html><html lang="da"><head><meta charset="utf-8"><title>x</title>
<script>window.MathJax = {"options": {"enableMenu": false}}</script>
<script defer src="_static/mathjax/tex-chtml.js"></script></head>
<body><p>\(a^2 + \sqrt{b}\)</p></body></html>"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *words: object) -> None:
        pass


@dataclass
class Complaints:
    """What a browser would not forgive, as it comes."""

    base: str
    found: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("request", self.request)
        page.on("requestfailed", self.failed)
        page.on("response", self.response)
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))

    def request(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:")):
            self.found.append(f"abroad: {request.url}")

    def failed(self, request: Request) -> None:
        # What is still on its way when the test goes on to the next page is broken off.
        if request.failure != "net::ERR_ABORTED":
            self.found.append(f"failed: {request.url}: {request.failure}")

    def response(self, response: Response) -> None:
        if response.status >= 400:
            self.found.append(f"{response.status}: {response.url}")

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.found.append(f"console: {message.text} {message.location}")


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Serve the site to this machine."""
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def opened(browser: Browser, base: str) -> Iterator[tuple[Page, Complaints]]:
    """Open an empty page of a browser that has never been anywhere."""
    with browser.new_context(locale="da-DK") as context:
        page, complaints = context.new_page(), Complaints(base)
        complaints.listen(page)
        yield page, complaints
        assert context.cookies() == []


def pages(site: Path) -> list[str]:
    """Name the pages that stay where they are."""
    files = sorted(file for file in site.rglob("*.html") if "_static" not in file.parts)
    return [
        file.relative_to(site).as_posix()
        for file in files
        if 'http-equiv="refresh"' not in file.read_text(encoding="utf-8")
    ]


def test_every_page_loads_from_a_server_with_nothing_from_elsewhere_and_fits_a_telephone(
    site: Path, address: str, browser: Browser
) -> None:
    wide = []
    with opened(browser, address) as (page, complaints):
        for name in pages(site):
            page.goto(f"{address}/{name}", wait_until="load")
            page.set_viewport_size(NARROW)
            if page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:
                wide.append(name)
            page.set_viewport_size({"width": 1280, "height": 800})
    assert complaints.found == []
    assert wide == []


def test_every_page_loads_from_a_plain_folder(site: Path, browser: Browser) -> None:
    with opened(browser, site.as_uri()) as (page, complaints):
        for name in pages(site):
            page.goto(f"{site.as_uri()}/{name}", wait_until="load")
            broken = page.evaluate(
                "() => [...document.images].filter(each => !each.naturalWidth).map(each => each.src)"
            )
            complaints.found += [f"{name}: no picture {each}" for each in broken]
    assert complaints.found == []


def test_the_root_page_leads_to_the_first_page_of_a_language(site: Path, browser: Browser) -> None:
    with opened(browser, site.as_uri()) as (page, complaints):
        page.goto(f"{site.as_uri()}/index.html")
        page.get_by_role("link", name="English").click()
        page.wait_for_url(f"{site.as_uri()}/en/notebooks/synthesis/front-page.html", wait_until="load")
    assert complaints.found == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("plain", [False, True], ids=["server", "folder"])
def test_search_finds_a_word_in_the_language_of_the_site(
    site: Path, address: str, browser: Browser, language: str, plain: bool
) -> None:
    base = site.as_uri() if plain else address
    word, found = WORDS[language]
    with opened(browser, base) as (page, complaints):
        page.goto(f"{base}/{language}/search.html?q={word}")
        page.locator(f'.search a[href*="{found}"]').first.wait_for()
    assert complaints.found == []


# That it leads to the same page on every page stands in the pages themselves (tests/book/test_languages.py).
@pytest.mark.parametrize(
    "name",
    [
        "notebooks/synthesis/front-page",
        "notebooks/findings/3-value-gap",
        "claims/4.2",
        "book/glossary",
        "search",
    ],
)
def test_the_language_switch_leads_to_the_same_page_and_back(
    address: str, browser: Browser, name: str
) -> None:
    with opened(browser, address) as (page, complaints):
        page.goto(f"{address}/da/{name}.html", wait_until="load")
        for other in ("en", "da"):
            page.locator(f'.entydig-languages a[lang="{other}"]').click()
            page.wait_for_url(f"{address}/{other}/{name}.html", wait_until="load")
            assert page.locator("html").get_attribute("lang") == other
    assert complaints.found == []


def test_words_found_are_marked_on_their_page_until_the_reader_is_done(
    address: str, browser: Browser
) -> None:
    with opened(browser, address) as (page, complaints):
        page.goto(f"{address}/da/search.html?q=VIVE")
        page.locator('.search a[href*="book/design"]').click()
        page.locator(".highlighted").first.wait_for()
        page.locator(".highlight-link a").click()
        expect(page.locator(".highlighted")).to_have_count(0)
        expect(page.locator(".highlight-link")).to_be_hidden()
    assert complaints.found == []


def test_a_script_that_is_not_the_sites_own_is_not_run(address: str, browser: Browser) -> None:
    with opened(browser, address) as (page, complaints):
        page.goto(f"{address}/da/book/glossary.html", wait_until="load")
        page.evaluate(
            """() => {
                const script = document.createElement('script');
                script.textContent = 'window.intruded = true';
                document.body.append(script);
                const picture = document.createElement('img');
                picture.setAttribute('onerror', 'window.intruded = true');
                picture.src = 'https://example.org/x.png';
                document.body.append(picture);
            }"""
        )
        page.wait_for_timeout(300)
        assert page.evaluate("window.intruded === undefined")
    assert sum("Content Security Policy" in each for each in complaints.found) == 3, complaints.found
    assert "failed: https://example.org/x.png: csp" in complaints.found


def test_formulas_are_drawn_under_the_policy_with_letters_from_the_folder(
    tmp_path: Path, browser: Browser
) -> None:
    file = tmp_path / "formula.html"
    file.write_text(FORMULA, encoding="utf-8")
    copy_mathjax(tmp_path)
    protect_folder(tmp_path)
    with opened(browser, tmp_path.as_uri()) as (page, complaints):
        page.goto(file.as_uri(), wait_until="load")
        formula = page.locator("mjx-container")
        formula.wait_for()
        # What playwright waits for it evaluates, which the policy forbids; what is asked for once it may.
        page.evaluate("document.fonts.ready")
        assert page.evaluate("[...document.fonts].some(each => each.status === 'loaded')")
        assert formula.get_attribute("tabindex") is None
    assert complaints.found == []


def test_every_link_within_the_site_leads_somewhere(site: Path) -> None:
    broken = []
    for name in pages(site):
        links = set(re.findall(r'\shref="([^"]+)"', (site / name).read_text(encoding="utf-8")))
        for link in sorted(links):
            target = urlsplit(html.unescape(link))
            if not target.scheme and target.path and not (site / name).parent.joinpath(target.path).exists():
                broken.append(f"{name}: {link}")
    assert broken == []
