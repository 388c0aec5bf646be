"""One *Run all* on a fresh kernel in JupyterLab gives what our engine gives."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, Page

from entydig.running import inline

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

NOTEBOOK = "notebooks/findings/3-value-gap.ipynb"
PATIENCE = 120  # seconds, for a machine that does other things besides
# Every folder in which Jupyter would keep settings, so that those of the machine change nothing.
FOLDERS = {
    "IPYTHONDIR": "ipython",
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
}
# The announcements would ask a server for news; cells outside the window would not be in the page.
SETTINGS = {
    "config/labconfig/page_config.json": {
        "disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}
    },
    "settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
}
NOTEBOOK_IN_LAB = "window.jupyterapp.shell.currentWidget"
KERNEL_IS_IDLE = f"""() => window.jupyterapp
    && {NOTEBOOK_IN_LAB}?.sessionContext?.session?.kernel?.status === 'idle'"""
CELLS = f"""{NOTEBOOK_IN_LAB}.content.widgets.map(cell => ({{
    id: cell.model.id,
    ran: cell.model.type !== 'code' || cell.model.executionCount > 0,
    shown: cell.node.innerText,
    results: cell.model.sharedModel.getMetadata().user_expressions ?? [],
    outputs: cell.model.type === 'code' ? cell.model.sharedModel.getOutputs().map(each => each.output_type) : [],
}}))"""
# An expression that fails stays without data; it is not waited for, so that the test can name it.
FINISHED = f"""expected => {{
    const cells = {CELLS}, results = cells.flatMap(cell => cell.results);
    const isShown = (cell, {{result}}) => !result.data
        || cell.shown.includes(result.data['text/plain'].replace(/^'|'$/g, ''));
    return {NOTEBOOK_IN_LAB}.sessionContext.session.kernel.status === 'idle'
        && cells.every(cell => cell.ran && cell.results.every(each => isShown(cell, each)))
        && results.length === expected;
}}"""


@pytest.fixture
def lab(copied: Path, tmp_path: Path) -> Iterator[str]:
    """Serve the project in JupyterLab on a free port; give the address of the notebook."""
    for name, content in SETTINGS.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content), encoding="utf-8")
    port, token = free_port(), secrets.token_hex()
    options = [
        "--no-browser",
        "--allow-root",
        "--expose-app-in-browser",
        f"--IdentityProvider.token={token}",
        "--LabApp.extension_manager=readonly",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={copied}",
    ]
    variables = {name: str(tmp_path / folder) for name, folder in FOLDERS.items()}
    log = tmp_path / "log"
    with log.open("w", encoding="utf-8") as stream:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            cwd=copied,
            env={**os.environ, **variables},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/api?token={token}", server, log)
            yield f"http://127.0.0.1:{port}/lab/tree/{NOTEBOOK}?token={token}"
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(address):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not answer: {log.read_text(encoding='utf-8')}")


def run_all(page: Page, expressions: int) -> dict[str, Any]:
    """Choose *Run All Cells* in the menu, wait until all is done and shown, and give the cells by id."""
    patience = PATIENCE * 1000
    page.wait_for_function(KERNEL_IS_IDLE, timeout=patience)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(FINISHED, arg=expressions, timeout=patience)
    return {cell["id"]: cell for cell in page.evaluate(f"() => {CELLS}")}


def values(results: list[dict[str, Any]]) -> list[str]:
    return [each["result"]["data"]["text/plain"] for each in results]


def words(text: str) -> str:
    """Text as a reader sees it: one kind of space, one kind of quotation mark."""
    return re.sub(r"\s+", " ", text).strip().replace("’", "'")


def test_run_all_in_jupyterlab_shows_the_numbers_of_our_engine(
    copied: Path, executed: Path, lab: str, browser: Browser
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
