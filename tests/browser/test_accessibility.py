"""No page type has anything that axe finds against WCAG 2.2 AA, light or dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

OPTIONS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PAGES = (
    "notebooks/synthesis/front-page",
    "notebooks/synthesis/ledger",
    "notebooks/synthesis/robustness",
    "notebooks/findings/5-resident-democracy",
    "notebooks/methods/diagnosis",
    "claims/4.2",
    "book/programme",
    "book/for-reviewers",
    "book/glossary",
)


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_type_of_page(
    site: Path, browser: Browser, language: str, scheme: str
) -> None:
    found = []
    page = browser.new_page(color_scheme=scheme, reduced_motion="reduce")
    for name in PAGES:
        page.goto((site / language / f"{name}.html").as_uri(), wait_until="load")
        page.add_style_tag(content="* { transition: none !important; }")  # colours half way fail for a moment
        for violation in Axe().run(page, options=OPTIONS).response["violations"]:
            where = [node["target"] for node in violation["nodes"]][:3]
            found.append(f"{name}: {violation['id']}: {violation['help']}: {where}")
    page.close()

    assert found == [], "\n".join(found)
