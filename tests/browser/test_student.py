"""A student makes a finding of their own: a copy of finding 3, changed and run in JupyterLab, then a page in the book."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from entydig.publishing.filter import filter_page
from entydig.running import inline
from entydig.running.notebook import read_source

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

NAME = "made-by-a-student"
NOTEBOOK = f"notebooks/own/{NAME}.ipynb"
BLOCK = re.compile(r"^```(?P<kind>python|md)\n(?P<text>.*?)\n```$", re.DOTALL | re.MULTILINE)
# As typing does: the cell's text is replaced, in the notebook that JupyterLab shows.
WRITE = """([id, source]) => {
    const cells = window.jupyterapp.shell.currentWidget.content.widgets;
    cells.find(cell => cell.model.id === id).model.sharedModel.setSource(source);
}"""
CLEAR = "() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')"
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"


@pytest.fixture
def project(copied: Path, site: Path, tmp_path: Path) -> Path:
    """Give a copy of the project in which the book was built before, so that only what is new is run."""
    return Path(shutil.copytree(copied, tmp_path / "student"))


def steps(root: Path) -> tuple[str, str, str]:
    """Give what the page tells the student to write: claim, estimate, sentence."""
    page = filter_page((root / "book" / "fork-a-finding.md").read_text(encoding="utf-8"), "en", "page")
    claim, estimate, sentence = (found["text"] for found in BLOCK.finditer(page))
    return claim, estimate.replace('label="tenure"', f'label="{NAME}"'), sentence


def changed(notebook: dict[str, Any], claim: str, estimate: str, sentence: str) -> dict[str, str]:
    """Give the cells that the student rewrites, by id."""
    found = {}
    for cell in notebook["cells"]:
        source = cell["source"]
        if source.startswith("claims = "):
            found[cell["id"]] = claim
        elif "explored = " in source:
            found[cell["id"]] = re.sub(r"^explored = .*$", lambda _: estimate, source, flags=re.MULTILINE)
        elif "answer" in cell["metadata"].get("tags", ()):
            found[cell["id"]] = sentence
    return found


def expressions(notebook: dict[str, Any]) -> int:
    prose = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    return sum(len(inline.expressions(source)) for source in prose)


def clean(cells: dict[str, Any]) -> bool:
    return not any("error" in cell["outputs"] for cell in cells.values())


def test_from_new_finding_to_a_page_in_the_book(
    project: Path,
    browser: Browser,
    command: Callable[..., str],
    serve_lab: Callable[..., AbstractContextManager[str]],
    run_all: Callable[..., dict[str, Any]],
) -> None:
    claim, estimate, sentence = steps(project)
    ledger = (project / "_build" / "site" / "ledger.json").read_bytes()
    command(project, "new", "finding", NAME, "--from", "3", "--lang", "en")

    with serve_lab(project, NOTEBOOK) as address:
        page = browser.new_page()
        page.goto(address)
        first = read_source(project / NOTEBOOK)
        assert clean(run_all(page, expressions(first)))
        for name, source in changed(first, claim, estimate, sentence).items():
            page.evaluate(WRITE, [name, source])
        page.evaluate(CLEAR)
        page.evaluate(SAVE)
        cells = run_all(page, expressions(read_source(project / NOTEBOOK)))
        page.evaluate(SAVE)
        page.close()

    assert clean(cells)
    written = claim.split('"')[3]
    assert any(f"Exploratory claim 1. {written}." in cell["shown"] for cell in cells.values())
    command(project, "build", "--no-print", "--no-examples")
    look(browser.new_page(), project / "_build" / "site", written)
    records = json.loads(ledger)["records"]
    assert json.loads((project / "_build" / "site" / "ledger.json").read_bytes())["records"] == records


def look(page: Page, site: Path, claim: str) -> None:
    """See the page in its own language, and in the other one that it is not there."""
    page.goto((site / "en" / NOTEBOOK).with_suffix(".html").as_uri())
    article = page.locator("article")
    assert claim in article.inner_text()
    assert "exploratory, no verdict" in article.locator(".answer").inner_text()
    assert page.locator(".bd-sidebar-primary").get_by_text("Own findings").count() == 1
    page.goto((site / "da" / NOTEBOOK).with_suffix(".html").as_uri())
    assert "kun skrevet på engelsk" in page.locator("article").inner_text()
    with page.expect_navigation():
        page.locator(".entydig-languages a").click()
    assert "/en/notebooks/own/" in page.url
    page.close()
