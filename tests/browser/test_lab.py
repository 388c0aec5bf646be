"""One *Run all* on a fresh kernel in JupyterLab gives what our engine gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser

from entydig.running import inline

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

NOTEBOOK = "notebooks/findings/3-value-gap.ipynb"


@pytest.fixture
def lab(copied: Path, serve_lab: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    """Serve the project in JupyterLab; give the address of the notebook."""
    with serve_lab(copied, NOTEBOOK) as address:
        yield address


def values(results: list[dict[str, Any]]) -> list[str]:
    return [each["result"]["data"]["text/plain"] for each in results]


def words(text: str) -> str:
    """Text as a reader sees it: one kind of space, one kind of quotation mark."""
    return re.sub(r"\s+", " ", text).strip().replace("’", "'")


def test_run_all_in_jupyterlab_shows_the_numbers_of_our_engine(
    copied: Path, executed: Path, lab: str, browser: Browser, run_all: Callable[..., dict[str, Any]]
) -> None:
    source = nbformat.read(copied / NOTEBOOK, as_version=4)
    prose = {cell["id"]: cell.source for cell in source.cells if cell.cell_type == "markdown"}
    engine = {cell["id"]: cell for cell in nbformat.read(executed, as_version=4).cells}
    asked = {name: inline.expressions(text) for name, text in prose.items()}
    abroad: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: abroad.append(request.url) if is_abroad(request.url) else None)
    page.goto(lab)

    cells = run_all(page, sum(map(len, asked.values())))

    # Both languages stand in the notebook; the run is in Danish.
    assert [name for name, cell in cells.items() if "error" in cell["outputs"]] == []
    for name, expressions in asked.items():
        results = cells[name]["results"]
        assert [each["expression"] for each in results] == [each.text for each in expressions]
        assert [each["result"]["status"] for each in results] == ["ok"] * len(expressions), name
        assert "{eval}" not in cells[name]["shown"]
    for name, cell in engine.items():
        if stored := cell.metadata.get(inline.METADATA):
            assert values(cells[name]["results"]) == values(stored)
    (answer,) = (
        cell for cell in engine.values() if {"answer", "lang-da"} <= set(cell.metadata.get("tags", []))
    )
    written = inline.substitute(
        answer.source, answer.metadata[inline.METADATA], "answer", lambda text, _: text
    )
    assert words(cells[answer["id"]]["shown"]) == words(written)
    assert abroad == []


def is_abroad(address: str) -> bool:
    return not re.match(r"(?:https?://127\.0\.0\.1[:/]|data:|blob:)", address)
